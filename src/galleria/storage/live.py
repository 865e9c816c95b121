"""The journal of a running site: one thread writes events and conditions of all cameras, before anybody sees them.

Everything written inside one `envelope()` is one transaction, so that a flush of fifty cameras waits for the disk once.
When the disk is full or may not be written to, `StoreError` is raised and nothing of the envelope is kept; the same
can be written again later, and goes through once there is space.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from galleria.domain.events import Event, Origin
from galleria.domain.health import Condition
from galleria.domain.time import Clock

from .journal import Journal
from .recording import Recording
from .sqlite import Closing
from .take import Take

# A sign of life is written with events, at least this many seconds apart.
_BEAT = 5.0
# Of each camera so many recordings can be written to: the one that goes on and the one whose last events are coming.
_KEPT = 2


class LiveJournal(Closing):
    """Writes one site's events while it runs. A context manager.

    A live recording is never finished, and stays what is read: each connection of a camera is a recording of its own.
    At the start, conditions that an earlier process left open are ended at its last sign of life.

    Args:
        path: of the journal; made if it is absent.
        site: its id.
        clock: for signs of life.

    Raises:
        StoreError: it cannot be opened; and from every method when it cannot be written.
    """

    def __init__(self, path: Path, site: str, clock: Clock) -> None:
        self._journal = Journal(path, any_thread=True)
        self._site = site
        self._clock = clock
        self._beaten = float("-inf")
        self._recordings: dict[Origin, Recording] = {}
        self._takes: dict[Origin, Take] = {}
        self._lock = threading.RLock()
        try:
            self._journal.close_open(site)
        except BaseException:
            self._journal.close()
            raise

    def close(self) -> None:
        with self._lock:
            self._journal.close()

    @contextmanager
    def envelope(self) -> Iterator[None]:
        """One transaction for everything inside. Raises what the inside raises, having kept nothing of it."""
        with self._lock:
            takes, beaten = dict(self._takes), self._beaten
            try:
                with self._journal.envelope():
                    yield
            except BaseException:
                # Takes that were begun inside are gone with it; `append` begins them again.
                self._takes, self._beaten = takes, beaten
                raise

    def begin(self, recording: Recording) -> None:
        """A recording begins: its events can be appended from now on, even if this raises."""
        with self._lock:
            self._forget(recording.origin)
            self._recordings[recording.origin] = recording
            self._takes.pop(recording.origin, None)
            with self.envelope():
                self._take(recording.origin)

    def append(self, origin: Origin, events: Sequence[Event]) -> int:
        """Write events of a recording that was begun; they are on the disk when this, or its envelope, ends.

        Returns:
            how many this count of the recording did not have.

        Raises:
            ValueError: the recording was not begun, or is too long over.
        """
        with self.envelope():
            self._beat()
            return self._take(origin).append(events)

    def finish(self, origin: Origin) -> None:
        """A recording was read to its end: what was counted of it replaces earlier counts of the same."""
        with self.envelope():
            self._take(origin).finish()
        with self._lock:
            self._recordings.pop(origin, None)
            self._takes.pop(origin, None)

    def conditions(self, conditions: Iterable[Condition]) -> None:
        """Write conditions that began, ended or changed their reason."""
        with self.envelope():
            self._beat()
            self._journal.put(conditions)

    def beat(self) -> None:
        """Give a sign of life where there is nothing else to write."""
        with self.envelope():
            self._beat()

    def _take(self, origin: Origin) -> Take:
        if origin not in self._takes:
            if origin not in self._recordings:
                problem = f"camera {origin.camera}: recording {origin.epoch} was not begun"
                raise ValueError(problem)
            self._takes[origin] = self._journal.begin(self._recordings[origin])
        return self._takes[origin]

    def _forget(self, new: Origin) -> None:
        same = [o for o in self._recordings if o.camera == new.camera and o != new]
        for origin in same[: max(0, len(same) - _KEPT + 1)]:
            del self._recordings[origin]
            self._takes.pop(origin, None)

    def _beat(self) -> None:
        now = self._clock.now()
        if abs(now - self._beaten) >= _BEAT:
            self._journal.beat(self._site, now)
            self._beaten = now
