"""Visits without labels: how many, how long, how many were passers, and what shops and zones draw: estimates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from itertools import groupby

from galleria.analytics.drawn import Drawn
from galleria.analytics.visit_days import HOUR, VisitDay, VisitHour
from galleria.domain.access import Actor
from galleria.domain.calendar import Grain, days_of, label_of
from galleria.domain.errors import InputError
from galleria.domain.site import Site
from galleria.domain.time import Bucket, local, zone_named
from galleria.storage.exports import csv_text
from galleria.storage.tables import Table

from .study_desk import StudyDesk
from .study_list import DRAWN, VISITS

GRAINS = (Grain.DAY, Grain.WEEK, Grain.MONTH)
NOTE = (
    "Estimated from comings and goings: nobody is recognised. Who steps out and comes in again is a new visit, and"
    " staff who come and go in opening hours are visits too. Hours that a line's camera did not see whole are left out."
)
_PASSING = 30.0  # seconds that a passer stays, in the mean
Period = tuple[date, date]
_TYPES = {
    "place": "text", "by": "text", "local": "text", "coverage": "number", "comings": "whole", "visits": "number",
    "passers": "number", "passers_off": "number", "mean": "number", "mean_off": "number", "median_low": "number",
    "median_high": "number", "p75_low": "number", "p75_high": "number", "p95_low": "number", "p95_high": "number",
    "bounce": "number", "capture_rate": "number", "density": "number", "draw_rate": "number",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class VisitFigures:
    """A stretch of time. Whatever there is no number of is None.

    Attributes:
        label: a date, an ISO week, a month, or the hour of a day.
        coverage: share of the lines' open hours that were wholly seen; the others are in no number.
        comings: over the lines, staff among them.
        visits: comings less passers.
        passers: visits shorter than 60 seconds; `passers_off`: what they may be off by at 95 of 100, and so the visits.
    """

    label: str
    coverage: float
    comings: int | None
    visits: float | None
    passers: float | None
    passers_off: float | None


@dataclass(frozen=True, slots=True)
class Lasting:
    """How long visits are, seconds, passers left out of the mean.

    Attributes:
        days: of how many days; those in which more than a tenth went unseen can tell nothing.
        mean_off: what the mean may be off by, at 95 of 100.
        median, p75, p95: for the two orders of leaving, the lesser first.
    """

    days: int
    mean: float | None
    mean_off: float | None
    median: tuple[float, float] | None
    p75: tuple[float, float] | None
    p95: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class PlaceVisits:
    """A place over a period.

    Attributes:
        place: `site`, `entrance:id` or `shop:id`.
        points: by grain; `hours`: by hour of the day, all days together, comings only.
        bounce: passers ÷ comings; `capture_rate`: comings ÷ who passed by; `density`: tracks a square metre. Of shops.
    """

    place: str
    name: str
    points: Sequence[VisitFigures]
    hours: Sequence[VisitFigures]
    whole: VisitFigures
    lasting: Lasting
    bounce: float | None = None
    capture_rate: float | None = None
    density: float | None = None


@dataclass(frozen=True, slots=True)
class ZoneDraw:
    """Of a zone: the share of its camera's tracks that stayed in it; None: the camera tells no ways of tracks."""

    zone: str
    name: str
    draw_rate: float | None
    tracks: int
    coverage: float


@dataclass(frozen=True, slots=True)
class VisitsAnswer:
    """Visits over a period: of the site first, then of entrances and shops."""

    places: Sequence[PlaceVisits]
    zones: Sequence[ZoneDraw]
    note: str = NOTE


def visits_answer(desk: StudyDesk, period: Period, grain: Grain) -> VisitsAnswer:
    """Everything about a period, of the time so far.

    Args:
        desk: of the site.
        period: trading days [begin, end).
        grain: `day`, `week` or `month`.

    Raises:
        InputError: another grain.
        StoreError: the studies cannot be read.
    """
    if grain not in GRAINS:
        problem = f"visits are not told by {grain}"
        raise InputError(problem, "Ask by day, week or month; hours of the day are told of the whole period.")
    site, now = desk.site, desk.clock.now()
    places = {"site": site.name or site.id}
    places |= {f"entrance:{one.id}": one.name or one.id for one in site.entrances}
    places |= {f"shop:{one.id}": one.name or one.id for one in site.shops}
    known = desk.studies.summaries(VISITS, list(places), *period)
    zones = {f"zone:{zone.id}": zone.name or zone.id for camera in site.cameras for zone in camera.zones}
    drawn = desk.studies.summaries(DRAWN, [*(f"shop:{one.id}" for one in site.shops), *zones], *period)
    sums = {part: reduce(lambda a, b: a + b, days.values(), Drawn()) for part, days in drawn.items()}
    days = list(days_of(site, *period))
    found = []
    for place, name in places.items():
        so_far = {day.label: _so_far(day, known[place][day.label], now) for day in days if day.label in known[place]}
        if so_far or place == "site":
            found.append(_place(site, (place, name), days, so_far, (grain, sums.get(place))))
    draws = [
        ZoneDraw(zone.removeprefix("zone:"), name, sums[zone].draw, sums[zone].tracks, sums[zone].coverage)
        for zone, name in zones.items()
    ]
    return VisitsAnswer(found, draws)


def visits_csv(desk: StudyDesk, by: Actor, period: Period, grain: Grain) -> str:
    """One row for each place and stretch of time; an empty value is absent. Raises as `visits_answer`."""
    desk.audit.write(by, "export.studies", "visits")
    answer = visits_answer(desk, period, grain)
    rows: list[tuple[object, ...]] = []
    for one in answer.places:
        stretches = [(str(grain), point) for point in one.points]
        stretches += [("hour-of-day", point) for point in one.hours]
        rows += [(one.place, by_, *_numbers(point), *(None,) * 12) for by_, point in stretches]
        last = one.lasting
        pairs = [edge for pair in (last.median, last.p75, last.p95) for edge in pair or (None, None)]
        shop = one.bounce, one.capture_rate, one.density, None
        rows.append((one.place, "whole", *_numbers(one.whole), last.mean, last.mean_off, *pairs, *shop))
    for zone in answer.zones:
        rows.append((f"zone:{zone.zone}", "whole", "", zone.coverage, *(None,) * 15, zone.draw_rate))
    return csv_text(Table("visits", _TYPES, rows))


def _numbers(one: VisitFigures) -> tuple[object, ...]:
    return one.label, one.coverage, one.comings, one.visits, one.passers, one.passers_off


def _place(
    site: Site,
    named: tuple[str, str],
    days: Sequence[Bucket],
    known: Mapping[str, VisitDay],
    more: tuple[Grain, Drawn | None],
) -> PlaceVisits:
    grain, drawn = more
    whole = sum(known.values(), VisitDay())
    points = []
    for label, some in groupby(days, lambda day: label_of(grain, date.fromisoformat(day.label))):
        points.append(_figures(label, sum((known[day.label] for day in some if day.label in known), VisitDay())))
    clocks: dict[str, VisitHour] = {}
    zone = zone_named(site.zone)
    for day in days:
        for n, hour in known.get(day.label, VisitDay()).hours.items():
            clock = f"{local(day.begin + n * HOUR, zone):%H:%M}"
            clocks[clock] = clocks.get(clock, VisitHour()) + hour
    hours = [
        VisitFigures(clock, one.coverage, one.came if one.seen else None, None, None, None)
        for clock, one in sorted(clocks.items())
        if one.seen
    ]
    area = next((shop.area for shop in site.shops if f"shop:{shop.id}" == named[0]), None)
    is_shop = named[0].startswith("shop:")
    came = whole.whole.came
    bounce = whole.passers / came if is_shop and came and whole.passers is not None else None
    at_once = drawn.at_once if drawn else None
    return PlaceVisits(
        *named,
        points,
        hours,
        _figures("", whole),
        _lasting(whole),
        bounce,
        drawn.capture if drawn else None,
        at_once / area if at_once is not None and area else None,
    )


def _figures(label: str, day: VisitDay) -> VisitFigures:
    whole = day.whole
    if not whole.seen:
        return VisitFigures(label, 0.0, None, None, None, None)
    return VisitFigures(label, whole.coverage, whole.came, day.visits, day.passers, day.passers_off)


def _lasting(day: VisitDay) -> Lasting:
    lengths, came, passers = day.lengths, day.whole.came, day.passers or 0.0
    mean = lengths.mean
    share = passers / came if came else 0.0
    if mean is not None and share < 1:
        mean = max(0.0, (mean - share * _PASSING) / (1 - share))
    return Lasting(
        lengths.days, mean, lengths.off, lengths.between(0.5), lengths.between(0.75), lengths.between(0.95)
    )  # fmt: skip


def _so_far(day: Bucket, studied: VisitDay, now: float) -> VisitDay:
    """Without hours that are not over."""
    hours = {n: one for n, one in studied.hours.items() if one.seen or day.begin + (n + 1) * HOUR <= now}
    return VisitDay(hours, studied.soon, studied.chance, studied.noise, studied.lengths)
