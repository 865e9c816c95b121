"""Events between journal and outbox: held in memory for a moment, read from the journal again after a mishap."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from galleria.domain.events import Event
from galleria.domain.health import Condition
from galleria.domain.site import Site
from galleria.domain.time import Clock
from galleria.notify.envelope import Message, envelopes, kind_of_message
from galleria.notify.ports import MARGIN, Letter
from galleria.notify.settings import Webhook

from .outbox import GIVE_UP_AFTER, Outbox

Told: TypeAlias = Event | Condition
Journaled: TypeAlias = Callable[[float], Iterable[Told]]
MOST = 50_000  # events in memory; with more, all are read from the journal instead


class Backlog:
    """What was journaled and is not in the outbox yet. `take` may be called from any thread, the rest from one.

    Args:
        journaled: everything that reaches beyond a moment, seconds since 1970-01-01 UTC.
        clock: what time it is.
    """

    def __init__(self, journaled: Journaled, clock: Clock) -> None:
        self._journaled, self._clock = journaled, clock
        self._waiting: deque[Told] = deque()
        self._missed: float | None = None  # read the journal again from there
        self._first: dict[str, float] = {}  # when a target that was never told anything was first seen
        self._lock = threading.Lock()

    def take(self, what: Sequence[Told]) -> None:
        """Take what was just journaled; never waits, never refuses."""
        with self._lock:
            self._waiting.extend(what)
            if len(self._waiting) > MOST:
                # Nothing is lost: the journal has it. What is put twice is kept once.
                oldest = min(map(_reach, self._waiting)) - MARGIN
                self._missed = oldest if self._missed is None else min(self._missed, oldest)
                self._waiting.clear()

    def look_back(self, outbox: Outbox, targets: Iterable[str]) -> None:
        """After a start: find where the last run stopped telling, perhaps in the middle of things."""
        newest = [at for target in targets if (at := outbox.newest(target)) is not None]
        if newest:
            # What is older than a day would be given up at once.
            since = max(min(newest) - MARGIN, self._clock.now() - GIVE_UP_AFTER)
            with self._lock:
                self._missed = since

    def put(self, outbox: Outbox, hooks: Sequence[Webhook], site: Site) -> None:
        """Put everything that waits into the outbox, for each hook what it wants.

        Raises:
            StoreError: then all of it waits for the next time.
        """
        with self._lock:
            since, waiting = self._missed, list(self._waiting)
        again = list(self._journaled(since)) if since is not None else []
        for hook in hooks:
            target = f"webhook:{hook.id}"
            floor = self._floor(outbox, target)
            fresh = [*(what for what in again if _reach(what) >= floor), *waiting] if hook.enabled else []
            letters = [_letter(m) for m in envelopes(fresh, site) if kind_of_message(m) in hook.kinds]
            if letters:
                outbox.put(target, letters)
        with self._lock:
            if self._missed == since:
                self._missed = None
            # More may have come, or all may have gone, meanwhile.
            for _ in range(min(len(waiting), len(self._waiting))):
                self._waiting.popleft()

    def _floor(self, outbox: Outbox, target: str) -> float:
        """What is older has been put long ago, or is from before the target was there."""
        newest = outbox.newest(target)
        if newest is not None:
            return newest - MARGIN
        return self._first.setdefault(target, self._clock.now())


def _reach(what: Told) -> float:
    end = getattr(what, "end", None)
    if end is not None:
        return float(end)
    return what.begin if isinstance(what, Condition) else what.time


def _letter(message: Message) -> Letter:
    body = json.dumps(message, ensure_ascii=False, separators=(",", ":"))
    return Letter(message["id"], kind_of_message(message), body)
