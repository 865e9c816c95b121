"""What comparing periods needs of each day, by subject, kept in memory: a year is compared without reading all of it.

A day is read again once it, or a day that it is set beside, was written anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from threading import Lock

import numpy as np

from galleria.analytics.facts import Numbers
from galleria.domain.site import Site
from galleria.storage.rollups import Rollups

from .flows import Flows

_MOST = 4000  # days that are kept of each kind

# Numbers (days, subjects, fields) of subjects on trading days [begin, end), and the dates of these days.
Read = Callable[[Sequence[str], date, date], tuple[Sequence[date], Numbers]]
_Kept = dict[date, tuple[object, Numbers]]


@dataclass(slots=True)
class BesideDays:
    """Days that were read; threads may share it."""

    _lock: Lock = field(default_factory=Lock)
    _about: tuple[Site, Sequence[str]] | None = None
    _kept: dict[Sequence[int], _Kept] = field(default_factory=dict)

    def of(
        self, flows: Flows, keys: Sequence[str], period: tuple[date, date], back: Sequence[int], read: Read
    ) -> Numbers:
        """Numbers (days, subjects, fields) of days of a period.

        Args:
            flows: of the site, as it is now.
            keys: the subjects.
            period: trading days [begin, end).
            back: by how many days earlier those lie that a day is set beside.
            read: reads what was not read yet.

        Raises:
            StoreError: the roll-ups cannot be read.
        """
        with self._lock:
            if self._about is None or self._about[0] is not flows.site or self._about[1] != keys:
                self._about, self._kept = (flows.site, keys), {}
            kept = self._kept.setdefault(tuple(back), {})
            if len(kept) > _MOST:
                kept.clear()
            stamps = _stamps(flows.rollups, period, back)
            stale = [day for day, stamp in stamps.items() if day not in kept or kept[day][0] != stamp]
            for begin, end in _runs(stale):
                days, numbers = read(keys, begin, end)
                found = dict(zip(days, numbers, strict=True))
                # A date that the zone's clocks jumped over has no numbers.
                none = np.zeros(numbers.shape[1:])
                kept |= {day: (stamps[day], found.get(day, none)) for day in stale if begin <= day < end}
            return np.stack([kept[day][1] for day in stamps])


def _stamps(rollups: Rollups, period: tuple[date, date], back: Sequence[int]) -> Mapping[date, object]:
    """Of each day of a period something else once it, or one that it is set beside, is another."""
    rolled = rollups.days()
    newest = max(rolled, default="")
    first = period[0] - timedelta(days=max(back))
    known: dict[int, object] = {}
    for n in range((period[1] - first).days):
        label = (first + timedelta(days=n)).isoformat()
        day = rolled.get(label)
        known[n] = (day.mark, day.until, day.end) if day else label < newest
    begin = (period[0] - first).days
    return {
        first + timedelta(days=n): tuple(known[n - ago] for ago in (0, *back))
        for n in range(begin, (period[1] - first).days)
    }


def _runs(days: Sequence[date]) -> Iterator[tuple[date, date]]:
    """Days in order as stretches [begin, end)."""
    begin = None
    for n, day in enumerate(days):
        begin = begin or day
        after = day + timedelta(days=1)
        if n + 1 == len(days) or days[n + 1] != after:
            yield begin, after
            begin = None
