"""What was seen and is not written yet. It waits while its store fails, and what was erased meanwhile is left out."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable

from galleria.domain.events import Origin
from galleria.domain.purpose import Purpose
from galleria.domain.sighting import Sighting
from galleria.domain.tally import Tally

from .ports import Sightings


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

    def write(self) -> None:
        """Write it. Raises StoreError: then it goes on waiting."""
        with self._lock:
            # What was being recognised while a label was erased has been added by now.
            self._erased.clear()
            if self._sightings or self._tallies:
                self._store.put(self._sightings, list(self._tallies.values()))
                self._sightings, self._tallies = [], {}
