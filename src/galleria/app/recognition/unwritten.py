"""What was seen and is not written yet. It waits while its store fails, and what was erased meanwhile is left out.

What waited for too long is let go of: its quarter hour or its trading day has been told by then, and told again with
one visitor more it would tell of that one.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Collection, Iterable

from galleria.domain.events import Origin
from galleria.domain.purpose import Purpose
from galleria.domain.sighting import Sighting
from galleria.domain.site import Site
from galleria.domain.tally import Tally
from galleria.domain.time import trading_day

from .ports import Sightings
from .tallying import QUARTER

# Seconds after the end of a quarter hour, or for sightings of their trading day, in which something of it is still
# written: footage may be ten minutes late, and what was seen of it waits for the next writing.
TAKEN = 660.0

_log = logging.getLogger(__name__)


class Unwritten:
    """Of one site. Added to and written by one thread; any thread may erase.

    Args:
        store: where it is to go.
    """

    def __init__(self, store: Sightings) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._sightings: list[Sighting] = []
        self._tallies: dict[tuple[Origin, Purpose, str, float, str], Tally] = {}  # a later amount takes one's place
        self._erased: set[str] = set()

    def add(self, sightings: Iterable[Sighting] = (), tallies: Iterable[Tally] = ()) -> None:
        """Take what was seen."""
        with self._lock:
            self._sightings += [one for one in sightings if one.label not in self._erased]
            for one in tallies:
                self._tallies[one.origin, one.purpose, one.place, one.begin, one.cell] = one

    def forget(self, labels: Collection[str]) -> None:
        """Labels were erased. When this returns nothing more of them is written."""
        with self._lock:
            self._erased.update(labels)
            self._sightings = [one for one in self._sightings if one.label not in self._erased]

    def write(self, site: Site, now: float) -> None:
        """Write it, but for what comes too late.

        Args:
            site: gives the trading days.
            now: seconds since 1970-01-01 UTC.

        Raises:
            StoreError: it cannot be written, and goes on waiting.
        """
        with self._lock:
            # What was being recognised while a label was erased has been added by now.
            self._erased.clear()
            self._let_go(site, now)
            if self._sightings or self._tallies:
                self._store.put(self._sightings, list(self._tallies.values()))
                self._sightings, self._tallies = [], {}

    def _let_go(self, site: Site, now: float) -> None:
        count = len(self._sightings) + len(self._tallies)
        # Most are new, and need no calendar.
        self._sightings = [
            one for one in self._sightings if one.time >= now - TAKEN or trading_day(site, one.time).end >= now - TAKEN
        ]
        self._tallies = {key: one for key, one in self._tallies.items() if one.begin + QUARTER >= now - TAKEN}
        if late := count - len(self._sightings) - len(self._tallies):
            told = "%d sightings and tallies came too late: their day or quarter hour may have been told without them"
            _log.warning(told, late, extra={"event": "too-late"})
