"""What happens now, to everybody who listens: after it was written, never holding up who writes.

A listener who does not keep up is let go: nothing waits for it, and it can load everything again.
"""

from __future__ import annotations

from collections.abc import Mapping
from queue import Empty, Full, SimpleQueue
from threading import Lock
from typing import Any, TypeAlias

News: TypeAlias = Mapping[str, Any]
"""Plain JSON values, with a `type`."""

MOST_WAITING = 2000  # for one listener


class Subscription:
    """One listener. `closed` says that nothing more will come."""

    def __init__(self, broadcast: Broadcast) -> None:
        self._broadcast = broadcast
        self._queue: SimpleQueue[News | None] = SimpleQueue()
        self.closed = False

    def get(self, timeout: float) -> News | None:
        """The next thing; None when nothing came within `timeout` seconds, or nothing more will come."""
        try:
            return None if self.closed and self._queue.empty() else self._queue.get(timeout=timeout)
        except Empty:
            return None

    def close(self) -> None:
        self.closed = True
        self._broadcast.forget(self)
        self._queue.put(None)  # whoever waits is woken

    def put(self, news: News) -> None:
        """Take something; raises Full when the listener does not keep up."""
        if self._queue.qsize() >= MOST_WAITING:
            raise Full
        self._queue.put(news)


class Broadcast:
    """Tells all listeners. May be used from any thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._listeners: list[Subscription] = []

    def subscribe(self) -> Subscription:
        subscription = Subscription(self)
        with self._lock:
            self._listeners.append(subscription)
        return subscription

    def forget(self, subscription: Subscription) -> None:
        with self._lock:
            if subscription in self._listeners:
                self._listeners.remove(subscription)

    @property
    def listeners(self) -> int:
        """How many listen."""
        return len(self._listeners)

    def tell(self, news: News) -> None:
        """Tell everybody; who does not keep up is let go."""
        with self._lock:
            listeners = list(self._listeners)
        for listener in listeners:
            try:
                listener.put(news)
            except Full:
                listener.close()

    def close(self) -> None:
        """End all subscriptions."""
        with self._lock:
            listeners = list(self._listeners)
        for listener in listeners:
            listener.close()
