"""How many are inside now: from crossings of entrances' lines as they are written, and from the journal at the start.

It is zero when the trading day begins and when the site closes, and whenever a person says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from threading import Lock

from galleria.analytics.occupancy import OccupancyCount
from galleria.domain.calendar import open_time
from galleria.domain.events import Crossing, Event
from galleria.domain.live import Occupancy
from galleria.domain.site import Site
from galleria.domain.time import trading_day


def entrance_lines(site: Site) -> frozenset[tuple[str, str]]:
    """(camera, tripwire) of the lines that people enter by: those of entrances; all, where none is declared."""
    lines = [(camera.id, wire) for camera in site.cameras for wire in camera.tripwires]
    declared = frozenset((camera, wire.id) for camera, wire in lines if wire.entrance)
    return declared or frozenset((camera, wire.id) for camera, wire in lines)


class Inside:
    """Keeps the number. May be used from any thread.

    Args:
        site: its entrances and hours.
        now: seconds since 1970-01-01 UTC.
        resets: when a person set it to zero, today.
        crossings: today's, from the journal.
    """

    def __init__(self, site: Site, now: float, resets: Iterable[float], crossings: Iterable[Event]) -> None:
        self._site, self._lines, self._lock = site, entrance_lines(site), Lock()
        self._count = OccupancyCount(max((self._zero(now), *(t for t in resets if t <= now))))
        self.take(crossings)

    def take(self, events: Iterable[Event]) -> None:
        """Count what was written; other events than crossings of entrances' lines are left out."""
        with self._lock:
            for event in events:
                if isinstance(event, Crossing) and (event.origin.camera, event.tripwire) in self._lines:
                    self._count.take(event.id, event.time, came=event.direction == "in")

    def turn(self, now: float) -> bool:
        """Set it to zero when the day has turned or the site has closed; returns whether it did."""
        with self._lock:
            zero = self._zero(now)
            if zero <= self._count.since:
                return False
            self._count.reset(zero)
            return True

    def reset(self, now: float) -> None:
        """A person has seen that nobody is inside."""
        with self._lock:
            self._count.reset(now)

    def reload(self, site: Site) -> None:
        """Other entrances or hours; what was counted stays."""
        with self._lock:
            self._site, self._lines = site, entrance_lines(site)

    def now(self) -> Occupancy:
        with self._lock:
            return self._count.occupancy()

    def _zero(self, now: float) -> float:
        """When, last, nobody can have been inside."""
        day = trading_day(self._site, now)
        hours = open_time(self._site, day) if self._site.hours else None
        return hours[1] if hours and now >= hours[1] else day.begin
