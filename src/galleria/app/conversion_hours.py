"""The hours of a period: who came in each, and which of them are counted for conversion.

An hour counts when cameras saw nearly all of it, on a day of which they saw half of the open time at least and on
which sales came in: else buyers would be set against visitors whom nobody counted, or the other way round.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from galleria.analytics.facts import Flags, Numbers
from galleria.domain.calendar import days_of, open_time
from galleria.domain.site import Site
from galleria.domain.time import Bucket, local, zone_named
from galleria.storage.studied import StudyStore

from .comings import Comings, comings
from .conversion_query import Missing
from .flow_sums import ENOUGH
from .flows import Flows

HALF = 0.5
# A day without a receipt between others: nothing was sold on it if so few are usual, and so many days around have some.
_RARE, AROUND = 3.0, 7


@dataclass(frozen=True, slots=True)
class Hours:
    """A period cut into hours.

    Attributes:
        days: trading days, and `around` days more on either side.
        around: those.
        own: the trading days of the period.
        closed: which of them are.
        edges: (hours + 1,).
        day: (hours,) index into `own`.
        clock: (hours,) hour of the day by local time.
    """

    around: tuple[Sequence[Bucket], Sequence[Bucket]]
    own: Sequence[Bucket]
    closed: Sequence[bool]
    edges: Numbers
    day: NDArray[np.intp]
    clock: NDArray[np.int64]

    @property
    def count(self) -> int:
        return len(self.edges) - 1

    @property
    def wide(self) -> tuple[Numbers, slice]:
        """Edges with those of the days around, which are one piece each; and where the hours are among these."""
        before, after = ([day.begin for day in self.around[0]], [day.end for day in self.around[1]])
        low = len(before)
        return np.array([*before, *self.edges.tolist(), *after]), slice(low, low + self.count)

    def by_day(self, hourly: Numbers) -> Numbers:
        """(days,) sums of (hours,)."""
        found: Numbers = np.bincount(self.day, weights=hourly, minlength=len(self.own)).astype(np.float64)
        return found


@dataclass(frozen=True, slots=True)
class Came:
    """Who came in somewhere.

    Attributes:
        visitors: (hours,); zero where nobody was seen.
        seen: (hours,) share seen.
        days: (days,) share of the open time seen.
        whole: likewise of the period.
    """

    visitors: Numbers
    seen: Numbers
    days: Numbers
    whole: float


def hours_and_comings(
    site: Site, flows: Flows, store: StudyStore, period: tuple[date, date], lines: Mapping[str, Sequence[str]]
) -> tuple[Hours | None, dict[str, Came]]:
    """The hours of a period (None: no date of it is a day, or nothing is asked about), and who came in by part.

    Args:
        site: gives the calendar.
        flows: of that site.
        store: where comings by hour are kept.
        period: trading days [begin, end).
        lines: by part, the subjects of `flows` that are added up; at least one each.

    Raises:
        InputError: the period is empty or too long.
        StoreError: the roll-ups cannot be read.
    """
    subjects = sorted({one for some in lines.values() for one in some})
    found = comings(flows, store, subjects, period) if subjects else None
    if found is None:
        return None, {}
    at = {one: n for n, one in enumerate(subjects)}
    came = {}
    for part, some in lines.items():
        mine = [at[one] for one in some]
        came[part] = Came(
            found.visitors[mine].sum(axis=0, dtype=np.float64),
            found.seen[mine].mean(axis=0),
            found.by_day[mine].mean(axis=0),
            float(found.whole[mine].mean()),
        )
    return _hours(site, period, found), came


def sales_came(hours: Hours, receipts: Numbers) -> Flags:
    """(days,) whether a shop's sales came in; `receipts` are by hour, with the days around.

    A day without any is one on which nothing was sold only where few are usual and there are some on both sides.
    """
    low, high = len(hours.around[0]), len(hours.around[0]) + hours.count
    daily = np.concatenate((receipts[:low], hours.by_day(receipts[low:high]), receipts[high:]))
    found = daily > 0
    for n in np.flatnonzero(~found).tolist():
        before, after = daily[max(0, n - AROUND) : n], daily[n + 1 : n + 1 + AROUND]
        some = np.concatenate((before[before > 0], after[after > 0]))
        found[n] = before.any() and after.any() and float(some.mean()) <= _RARE
    return found[low : low + len(hours.own)]


def reasons(hours: Hours, came: Came, sold: Flags, now: float) -> list[Missing | None]:
    """(days,) why a day is not counted; None: it is."""
    seen = (came.days >= HALF).tolist()
    return [
        _reason(to_come=day.begin >= now, closed=closed, seen=enough, sold=some)
        for day, closed, enough, some in zip(hours.own, hours.closed, seen, sold.tolist(), strict=True)
    ]


def _reason(*, to_come: bool, closed: bool, seen: bool, sold: bool) -> Missing | None:
    if to_come:
        return Missing.TO_COME
    if closed and not sold:
        return Missing.CLOSED
    if not seen:
        return Missing.NOT_SEEN
    return None if sold else Missing.NO_SALES


def counted(hours: Hours, came: Came, why: Sequence[Missing | None]) -> Flags:
    """(hours,) which hours count."""
    good = np.array([reason is None for reason in why])
    found: Flags = good[hours.day] & (came.seen >= ENOUGH)
    return found


def _hours(site: Site, period: tuple[date, date], found: Comings) -> Hours:
    begin, end = period
    week = timedelta(days=AROUND)
    before, after = list(days_of(site, begin - week, begin)), list(days_of(site, end, end + week))
    zone = zone_named(site.zone)
    return Hours(
        (before, after),
        found.days,
        [open_time(site, day) is None for day in found.days],
        found.edges,
        found.day,
        np.array([local(begin, zone).hour for begin in found.edges[:-1].tolist()], np.int64),
    )
