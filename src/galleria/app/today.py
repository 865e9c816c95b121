"""Crossings of the trading day so far, by camera and line: those of the journal, and those written since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from threading import Lock

from galleria.domain.events import Crossing, Event
from galleria.domain.site import Site
from galleria.domain.time import trading_day

Counts = Mapping[str, tuple[int, int]]


class Today:
    """Counts each crossing once, however often it is told. May be used from any thread. Bounded by the day.

    Args:
        site: its hours make the day.
        now: seconds since 1970-01-01 UTC.
    """

    def __init__(self, site: Site, now: float) -> None:
        self._lock = Lock()
        self._day = trading_day(site, now)
        self._known: set[str] = set()
        self._counts: dict[str, dict[str, tuple[int, int]]] = {}

    def take(self, events: Iterable[Event]) -> None:
        """Count what was written."""
        with self._lock:
            for event in events:
                if isinstance(event, Crossing) and self._day.begin <= event.time < self._day.end:
                    self._take(event)

    def turn(self, site: Site, now: float) -> None:
        """Begin a new day when it has come; with other hours, the day is another one."""
        day = trading_day(site, now)
        with self._lock:
            if day.begin > self._day.begin:
                self._known.clear()
                self._counts.clear()
            self._day = day

    def of(self, camera: str) -> Counts:
        """In and out, by line."""
        with self._lock:
            return dict(self._counts.get(camera, {}))

    def _take(self, crossing: Crossing) -> None:
        if crossing.id in self._known:
            return
        self._known.add(crossing.id)
        lines = self._counts.setdefault(crossing.origin.camera, {})
        came, went = lines.get(crossing.tripwire, (0, 0))
        inwards = crossing.direction == "in"
        lines[crossing.tripwire] = (came + inwards, went + (not inwards))
