"""Whether a purpose really looked: the share of a day's open time in which its cameras were seeing, and why not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from galleria.domain.calendar import Grain, open_time
from galleria.domain.measure import MeasureName
from galleria.domain.purpose import Purpose
from galleria.domain.site import Site
from galleria.domain.time import Bucket
from galleria.storage.visitors import COUNTED, Visitors

from .flow_query import FlowQuery
from .flows import Flows
from .recognition.unwritten import TAKEN
from .visiting_calendar import Calendar
from .visiting_query import Absent

REDUCED = 600.0  # seconds after its end at which a day is reduced: what its last tracks were is known by then
# Seconds after its end at which a stretch of time is told: nothing is written of it any more. Told before, what comes
# then would show as a difference. A minute is for what is being written.
SETTLED = TAKEN + 60.0
# Why there is nothing over a period: the first of these that holds for one of its days.
_FIRST = (Absent.WITHHELD, Absent.GOING_ON, Absent.NO_COVERAGE, Absent.STOPPED, Absent.UNDECLARED)


@dataclass(frozen=True, slots=True)
class LookedDay:
    """A trading day that has begun, for one purpose.

    Attributes:
        site: with the hours and the zone of that day.
        over: it has ended, and what it had will not change any more.
        opened: seconds of open time so far; 0 on a closed day.
        coverage: share of the open time so far in which the cameras were seeing and looked, at most.
        why: there are no figures of it at all; None: there may be.
    """

    site: Site
    bucket: Bucket
    over: bool
    opened: float
    coverage: float
    why: Absent | None

    @property
    def date(self) -> date:
        return date.fromisoformat(self.bucket.label)


def looked_days(
    site: Site, store: Visitors, flows: Flows, purpose: Purpose, period: tuple[date, date], now: float
) -> list[LookedDay]:
    """The period's trading days as far as they have begun.

    Raises:
        StoreError: something cannot be read.
    """
    # Figures of days that were reduced are no other ones, however these days are cut.
    calendar = Calendar([(0.0, site)]) if purpose in COUNTED else Calendar.of(store, site, now)
    begun = begun_days(calendar, period, now)
    if not begun:
        return []
    days = [day for _, day in begun]
    spans = store.looking(purpose, days[0].begin, days[-1].end)
    declared = [one for one in site.purposes if one.purpose is purpose]
    cameras = {*spans, *(camera for one in declared for camera in one.cameras)}
    seen = {camera: _coverage(flows, camera, days) for camera in sorted(cameras)}
    found = []
    for then, day in begun:
        covering = [one for one in declared if one.begins < day.end and one.ends > day.begin]
        looking = {camera: _share(then, day, spans.get(camera, ()), now) for camera in seen}
        asked = {camera for one in covering for camera in one.cameras} or {c for c, s in looking.items() if s > 0}
        shares = [min(looking[camera], seen[camera].get(day.label, 0.0)) for camera in asked]
        coverage = sum(shares) / len(shares) if shares else 0.0
        why = None
        if not any(looking.values()):
            why = Absent.STOPPED if covering else Absent.UNDECLARED
        elif not coverage:
            why = Absent.NO_COVERAGE
        found.append(LookedDay(then, day, now >= day.end + SETTLED, _opened(then, day, now), coverage, why))
    return found


def begun_days(calendar: Calendar, period: tuple[date, date], now: float) -> list[tuple[Site, Bucket]]:
    """The trading days of [begin, end) that have begun, each with the site as it was then."""
    begin, end = period
    found = []
    for n in range((end - begin).days):
        day = calendar.day(begin + timedelta(days=n))
        if day is not None and day[1].begin > now:
            break
        if day is not None:
            found.append(day)
    return found


def covered(days: Sequence[LookedDay]) -> float:
    """The coverage of several days; closed ones count only where all are."""
    whole = sum(one.opened for one in days)
    if not whole:
        return sum(one.coverage for one in days) / len(days) if days else 0.0
    return sum(one.coverage * one.opened for one in days) / whole


def foremost(reasons: Iterable[Absent | None]) -> Absent:
    """What to say of several days of which nothing is told."""
    some = set(reasons)
    return next((why for why in _FIRST if why in some), Absent.UNDECLARED)


def _coverage(flows: Flows, camera: str, days: Sequence[Bucket]) -> Mapping[str, float]:
    begin, last = (date.fromisoformat(day.label) for day in (days[0], days[-1]))
    q = FlowQuery(MeasureName.AT_ONCE_PEAK, f"camera:{camera}", Grain.DAY, begin, last + timedelta(days=1))
    return {point.label: point.coverage for point in flows.query(q).points}


def _opened(site: Site, day: Bucket, now: float) -> float:
    begin, end = open_time(site, day) or (day.begin, day.begin)
    return max(0.0, min(end, now) - begin)


def _share(site: Site, day: Bucket, spans: Sequence[tuple[float, float]], now: float) -> float:
    """Share of the open time, so far, in which was looked; on a closed day of all the time."""
    begin, end = open_time(site, day) or (day.begin, day.end)
    end = min(end, now)
    length = sum(max(0.0, min(high, end) - max(low, begin)) for low, high in spans)
    return min(1.0, length / (end - begin)) if end > begin else 0.0
