"""Trading days end to end, each cut into cells: the same for every subject, which differ in what their cells hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial

import numpy as np

from galleria.analytics.cells import Cells
from galleria.analytics.facts import Flags, Numbers
from galleria.domain.calendar import Compare, Grain
from galleria.domain.site import Site
from galleria.domain.time import Bucket
from galleria.storage.rollups import RolledDay, Rollups

from .flow_days import day_rolled, edges_of, filled, unknown
from .flow_sums import laid_end_to_end


@dataclass(frozen=True, slots=True)
class Asked:
    """A period of trading days [begin, end), how finely it is divided, and what it is compared with."""

    grain: Grain
    begin: date
    end: date
    compare: Compare

    @property
    def whole(self) -> bool:
        """Whether the sums of whole days, which are ready, will do."""
        return not self.grain.within_days and self.compare is Compare.NONE


@dataclass(frozen=True, slots=True)
class RunDay:
    """One of them.

    Attributes:
        bucket: all of it.
        rolled: whether it was rolled up.
        edges: (n + 1,) of its cells.
        until: up to when it was counted; its end when it is over, its begin when it is yet to come.
        at: where its cells begin among those of all days.
    """

    bucket: Bucket
    rolled: bool
    edges: Numbers
    until: float
    at: int

    @property
    def end(self) -> int:
        """Where its cells end among those of all days."""
        return self.at + len(self.edges) - 1

    @property
    def over(self) -> bool:
        return self.until >= self.bucket.end

    @property
    def passed(self) -> Flags:
        """(n,) which of its cells are known to have passed in full."""
        return self.edges[1:] <= self.until


@dataclass(frozen=True, slots=True)
class DayRun:
    """Days in order, those of a period and those that they are compared with.

    Attributes:
        site: gives the zone and the opening hours.
        days: of both.
        own: which of them are the period's: these follow each other.
    """

    site: Site
    days: Sequence[RunDay]
    own: slice
    _unknown: dict[int, Numbers] = field(default_factory=dict, repr=False)

    def cells(self, known: Mapping[str, Cells]) -> Cells:
        """The cells (n,) of a subject of which some days, by label, are known."""
        parts, held = [], [np.zeros((0, 3), np.int64)]
        for day in self.days:
            cells = known.get(day.bucket.label)
            parts.append(filled(cells, len(day.edges) - 1, partial(self._nothing, day)))
            if cells is not None and len(cells.dwells):
                held.append(cells.dwells + np.array([day.at, 0, 0]))
        return Cells(laid_end_to_end(parts), np.concatenate(held))

    def days_without(self, known: Mapping[str, Cells]) -> int:
        """How many of the period's days were rolled up without a subject, of which these are known."""
        return sum(day.rolled and day.bucket.label not in known for day in self.days[self.own])

    def _nothing(self, day: RunDay) -> Numbers:
        if day.at not in self._unknown:
            self._unknown[day.at] = unknown(self.site, day.bucket, day.edges, day.until)
        return self._unknown[day.at]


def day_run(site: Site, rollups: Rollups, asked: Asked) -> DayRun:
    """The days that a question is about. Of those compared with only those that were rolled up have anything to say.

    Raises:
        StoreError: the roll-ups cannot be read.
    """
    first = asked.begin - asked.compare.back
    rolled = rollups.days(first.isoformat(), asked.end.isoformat())
    last = rollups.last()
    now = last.until if last else 0.0
    days: list[RunDay] = []
    own = 0
    for day, bucket in _buckets(site, asked, rolled):
        found = rolled.get(bucket.label)
        if asked.whole:
            edges, until = np.array([bucket.begin, bucket.end]), found.until if found else now
            until = min(max(until, bucket.begin), bucket.end)
        else:
            edges, until = edges_of(site, bucket, found, now, fine=asked.grain.within_days)
        own += day < asked.begin
        days.append(RunDay(bucket, found is not None, edges, until, days[-1].end if days else 0))
    return DayRun(site, days, slice(own, len(days)))


def _buckets(site: Site, asked: Asked, rolled: Mapping[str, RolledDay]) -> Iterator[tuple[date, Bucket]]:
    """Dates and days; those that were rolled up as they were then, the others by the site's hours now."""
    first, last_before = asked.begin - asked.compare.back, asked.end - asked.compare.back
    for n in range((asked.end - first).days):
        day = first + timedelta(days=n)
        found = rolled.get(day.isoformat())
        if day < asked.begin and (found is None or day >= last_before):
            continue
        if bucket := day_rolled(site, day, found):
            yield day, bucket
