"""Days of unique and returning visitors into points, means of days and histograms that may be shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from galleria.analytics.visitors import OFTEN, WINDOW, DayFigures, share
from galleria.domain.calendar import Grain, label_of, open_time
from galleria.domain.site import Site
from galleria.domain.time import local, quarter_hours, zone_named

from .visiting_looked import LookedDay, covered, foremost
from .visiting_query import Absent, Bin, FirstSeen, Shown, VisitorsAnswer, VisitorsPoint
from .visiting_shown import SINCE, K, first_seen, split, spread_over


@dataclass(frozen=True, slots=True)
class VisitorDay:
    """A trading day that has begun; None: it is not over, or nothing was recognised on it."""

    looked: LookedDay
    figures: DayFigures | None

    @property
    def visitors(self) -> int | None:
        """As far as they may be shown."""
        return self.figures.visitors if self.figures and self.figures.visitors >= K else None

    @property
    def why(self) -> Absent:
        """Why something is not told of it: the same for a day with few visitors and for one with none."""
        return self.looked.why or (Absent.WITHHELD if self.looked.over else Absent.GOING_ON)


Pair = tuple[VisitorDay, VisitorDay]
"""One day of both purposes, unique and returning."""


def visitors_answer(
    site: Site, days: Sequence[Pair], period: tuple[date, date], grain: Grain, epoch: float
) -> VisitorsAnswer:
    """Everything about a period, but for measured errors.

    Args:
        site: gives the zone.
        days: those that have begun, in order.
        period: dates [begin, end).
        grain: day, week or month.
        epoch: when the labels that returning visitors have now began, seconds since 1970-01-01 UTC.
    """
    weeks = whole_weeks([other.looked for _, other in days], period)
    # Closed days say nothing, unless many came all the same.
    days = [pair for pair in days if any(one.looked.opened or one.visitors is not None for one in pair)] or days
    groups: dict[str, list[Pair]] = {}
    for pair in days:
        groups.setdefault(label_of(grain, pair[0].looked.date), []).append(pair)
    back = [other for _, other in days]
    known = {one.looked.bucket.label: one.figures for one in back if one.figures}
    told = spread_over(known, weeks)
    why = foremost(one.why for one in back)
    points = [_point(label, some) for label, some in groups.items()]
    alone = back[0] if back and period[1] - period[0] == timedelta(days=1) else None
    return VisitorsAnswer(
        points,
        _point("total", days),
        _bins([*(str(n) for n in range(1, OFTEN)), f"{OFTEN}+"], told.visits if told else (), why),
        _bins([f"{low}–{high}" if high > low else str(low) for low, high in SINCE], told.since if told else (), why),
        Shown.of(told.median if told else None, why),
        told.days if told else 0,
        _first_seen(site, alone, why) if alone else (),
        K,
        (),
        _notes(site, grain, days, epoch),
    )


def whole_weeks(days: Iterable[LookedDay], period: tuple[date, date]) -> dict[str, list[str]]:
    """Dates of each ISO week that lies in the period and is over, by its name."""
    weeks: dict[str, list[LookedDay]] = {}
    for one in days:
        weeks.setdefault(label_of(Grain.WEEK, one.date), []).append(one)
    found = {}
    for name, some in weeks.items():
        monday = some[0].date - timedelta(days=some[0].date.weekday())
        sunday = next((one for one in some if one.date == monday + timedelta(days=6)), None)
        if monday >= period[0] and sunday is not None and sunday.over:
            found[name] = [one.bucket.label for one in some]
    return found


def _point(label: str, days: Sequence[Pair]) -> VisitorsPoint:
    unique, back = [mine for mine, _ in days], [other for _, other in days]
    shown = [one for one in unique if one.visitors is not None]
    # How many came in is told by the lines: a share of them tells how many were recognised, and how many were not.
    counted = [one.figures for one in unique if one.figures]
    entered = [one for one in counted if min(one.recognised, one.entered - one.recognised) >= K]
    came = [(one.figures, split(one.figures)) for one in back if one.figures]
    known = [figures for figures, parts in came if parts.known]
    visitors = sum(one.visitors or 0 for one in shown)
    why, why_back = foremost(one.why for one in unique), foremost(one.why for one in back)
    of_known = len(known) or 1
    return VisitorsPoint(
        begin=unique[0].looked.bucket.begin if unique else 0.0,
        end=unique[-1].looked.bucket.end if unique else 0.0,
        label=label,
        coverage=covered([one.looked for one in unique]),
        days=len(shown),
        of=len(unique),
        unique=Shown.of(visitors / len(shown) if shown else None, why),
        recognised=Shown.of(
            _hundredths(share(sum(one.recognised for one in entered), sum(one.entered for one in entered))),
            Absent.NO_LINE if shown and not any(one.figures and one.figures.entered for one in unique) else why,
        ),
        returning=Shown.of(share(sum(one.returning for one in known), sum(one.visitors for one in known)), why_back),
        new=Shown.of(sum(one.new for one in known) / of_known if known else None, why_back),
        back=Shown.of(sum(one.returning for one in known) / of_known if known else None, why_back),
        returning_days=len(known),
    )


def _bins(labels: Sequence[str], counts: Sequence[int | None], why: Absent) -> list[Bin]:
    if not counts:
        return [Bin(label, Shown(None, why)) for label in labels]
    return [Bin(label, Shown.of(count)) for label, count in zip(labels, counts, strict=True)]


def _hundredths(ratio: float | None) -> float | None:
    """All tracks that came in are told elsewhere: an exact share of those who do not work here would tell who does."""
    return None if ratio is None else round(ratio, 2)


def _first_seen(site: Site, day: VisitorDay, why: Absent) -> list[FirstSeen]:
    """Quarter hours that are open, and others of which something is told: one with few is there like one with none."""
    zone, bucket = zone_named(site.zone), day.looked.bucket
    told = {one.begin: (new, back) for one, new, back in first_seen(day.figures)} if day.figures else {}
    low, high = open_time(site, bucket) or (bucket.begin, bucket.begin)
    opened = {max(one.begin, bucket.begin) for one in quarter_hours(zone, low, high)}
    begins = sorted(opened | {begin for begin, some in told.items() if some != (None, None)})
    shown = [(begin, *told.get(begin, (None, None))) for begin in begins]
    return [FirstSeen(b, f"{local(b, zone):%H:%M}", Shown.of(new, why), Shown.of(back, why)) for b, new, back in shown]


def _notes(site: Site, grain: Grain, days: Sequence[Pair], epoch: float) -> list[str]:
    notes = []
    hidden = sum(one.looked.over and one.looked.why is None and one.visitors is None for one, _ in days)
    if grain is not Grain.DAY or len(days) > 1:
        notes.append("Unique visitors of several days cannot be added up: a longer period has the mean of its days.")
    if hidden and len(days) > 1:
        notes.append(f"Days with fewer than {K} visitors are in no mean: {hidden} of {len(days)}.")
    if any(other.figures for _, other in days) and days[-1][1].looked.bucket.end > epoch:
        began = local(epoch, zone_named(site.zone)).date()
        notes.append(f"Labels live {WINDOW} days at most and began anew on {began}: who last came before is new.")
    return notes
