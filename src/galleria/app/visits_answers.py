"""Visits without labels: how many, how long, how many were passers, and what shops and zones draw: estimates."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from galleria.analytics.drawn import Drawn
from galleria.analytics.first_share import FirstShare, first_shares
from galleria.analytics.visit_days import VisitDay, VisitHour
from galleria.domain.access import Actor
from galleria.domain.calendar import Grain, days_of, label_of
from galleria.domain.errors import InputError
from galleria.domain.site import Site
from galleria.domain.time import HOUR, Bucket, hour_label, zone_named
from galleria.storage.exports import csv_text
from galleria.storage.tables import Table

from .study_desk import StudyDesk
from .study_list import DRAWN, VISITS
from .visits_query import ByHand, Lasting, PlaceVisits, VisitFigures, VisitsAnswer, ZoneDraw

GRAINS = (Grain.DAY, Grain.WEEK, Grain.MONTH)
_NOTE = (
    "Estimated from comings and goings: nobody is recognised. Hours that a line's camera did not see whole are left"
    " out."
)
_UNCORRECTED = (
    " Who steps out and comes in again is a new visit, and staff who come and go in opening hours are visits too: a"
    " count by hand in the site file would tell how many."
)
_PASSING = 30.0  # seconds that a passer stays, in the mean
Period = tuple[date, date]
_TYPES = {
    "place": "text", "by": "text", "local": "text", "coverage": "number", "comings": "whole", "visits": "number",
    "passers": "number", "passers_off": "number", "mean": "number", "mean_off": "number", "median_low": "number",
    "median_high": "number", "p75_low": "number", "p75_high": "number", "p95_low": "number", "p95_high": "number",
    "bounce": "number", "capture_rate": "number", "density": "number", "draw_rate": "number", "visits_off": "number",
}  # fmt: skip


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
    zones = {f"zone:{zone.id}": zone.name or zone.id for camera in site.cameras for zone in camera.zones}
    drawn = desk.studies.wholes(DRAWN, [*(f"shop:{one.id}" for one in site.shops), *zones], *period)
    sums = dict.fromkeys((*(f"shop:{one.id}" for one in site.shops), *zones), Drawn()) | drawn
    days = list(days_of(site, *period))
    # What was counted by hand may tell another share of each day.
    if grain is Grain.MONTH and not site.hand_counts:
        by_place = _by_month(desk, list(places), days, period, now)
    else:
        known = desk.studies.summaries(VISITS, list(places), *period)
        by_place = {
            place: {day.label: _so_far(day, known[place][day.label], now) for day in days if day.label in known[place]}
            for place in places
        }
    found = []
    for place, name in places.items():
        if by_place[place] or place == "site":
            found.append(_place(site, (place, name), days, by_place[place], (grain, sums.get(place))))
    draws = [
        ZoneDraw(zone.removeprefix("zone:"), name, sums[zone].draw, sums[zone].tracks, sums[zone].coverage)
        for zone, name in zones.items()
    ]
    return VisitsAnswer(found, draws, _NOTE + (_corrected(found[0].by_hand) if found[0].by_hand else _UNCORRECTED))


def _by_month(
    desk: StudyDesk, places: Sequence[str], days: Sequence[Bucket], period: Period, now: float
) -> dict[str, dict[str, VisitDay]]:
    """By place, days of a month with the same hours by local time as one, by the label of the first of them."""
    zone = zone_named(desk.site.zone)
    alike: dict[tuple[str, ...], list[Bucket]] = {}
    for day in days:
        clocks = (hour_label(day, n, zone) for n in range(math.ceil((day.end - day.begin) / HOUR)))
        key = (day.label[:7], "" if day.end <= now else day.label, *clocks)
        alike.setdefault(key, []).append(day)
    found: dict[str, dict[str, VisitDay]] = {place: {} for place in places}
    for some in alike.values():
        for place, whole in desk.studies.sums(VISITS, places, [day.label for day in some], period).items():
            found[place][some[0].label] = _so_far(some[0], whole, now)
    return found


def visits_by_day(desk: StudyDesk, place: str, period: Period) -> dict[str, tuple[VisitFigures, Lasting]]:
    """Visits of a place and how long they were, by trading day, of those that were looked through.

    Raises:
        StoreError: the studies cannot be read.
    """
    known = desk.studies.summaries(VISITS, [place], *period)[place]
    shares = first_shares(desk.site, place, [date.fromisoformat(label) for label in known])
    return {
        label: (_figures(label, [_Told(day, share)]), _lasting(day))
        for (label, day), share in zip(known.items(), shares, strict=True)
    }


def visits_csv(desk: StudyDesk, by: Actor, period: Period, grain: Grain) -> str:
    """One row for each place and stretch of time; an empty value is absent. Raises as `visits_answer`."""
    desk.audit.write(by, "export.studies", "visits")
    answer = visits_answer(desk, period, grain)
    rows: list[tuple[object, ...]] = []
    for one in answer.places:
        stretches = [(str(grain), point) for point in one.points]
        stretches += [("hour-of-day", point) for point in one.hours]
        rows += [(one.place, by_, *_numbers(point), *(None,) * 12, point.visits_off) for by_, point in stretches]
        last = one.lasting
        pairs = [edge for pair in (last.median, last.p75, last.p95) for edge in pair or (None, None)]
        shop = one.bounce, one.capture_rate, one.density, None
        more = (last.mean, last.mean_off, *pairs, *shop, one.whole.visits_off)
        rows.append((one.place, "whole", *_numbers(one.whole), *more))
    for zone in answer.zones:
        rows.append((f"zone:{zone.zone}", "whole", "", zone.coverage, *(None,) * 15, zone.draw_rate, None))
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
    place = named[0]
    shares = first_shares(site, place, [date.fromisoformat(day.label) for day in days])
    known_of = zip(days, shares, strict=True)
    told = {day.label: _Told(known[day.label], share) for day, share in known_of if day.label in known}
    points = []
    for label, some in groupby(days, lambda day: label_of(grain, date.fromisoformat(day.label))):
        points.append(_figures(label, [told[day.label] for day in some if day.label in told]))
    whole, every = VisitDay.together([*known.values()]), list(told.values())
    area = next((shop.area for shop in site.shops if f"shop:{shop.id}" == place), None)
    at_once = drawn.at_once if drawn else None
    return PlaceVisits(
        *named,
        points,
        _clocks(site, days, known),
        _figures("", every),
        _lasting(whole),
        _bounce(whole, every) if place.startswith("shop:") else None,
        _capture(drawn, every),
        at_once / area if at_once is not None and area else None,
        _by_hand([one.share for one in every if one.share]),
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """A place's day, and what share of its comings begins a visit as far as that was counted by hand."""

    known: VisitDay
    share: FirstShare | None

    @property
    def came(self) -> int:
        return self.known.whole.came

    @property
    def first(self) -> float:
        """Comings that begin a visit, passers among them."""
        return self.came * (self.share.first if self.share else 1.0)


def _clocks(site: Site, days: Sequence[Bucket], known: Mapping[str, VisitDay]) -> list[VisitFigures]:
    """By hour of the day: comings only."""
    clocks: dict[str, VisitHour] = {}
    zone = zone_named(site.zone)
    for day in days:
        for n, hour in known.get(day.label, VisitDay()).hours.items():
            clock = hour_label(day, n, zone)
            clocks[clock] = clocks.get(clock, VisitHour()) + hour
    return [
        VisitFigures(clock, one.coverage, one.came if one.seen else None, None, None, None)
        for clock, one in sorted(clocks.items())
        if one.seen
    ]


def _figures(label: str, told: Sequence[_Told]) -> VisitFigures:
    day = VisitDay.together([one.known for one in told])
    whole, passers = day.whole, day.passers
    if passers is None:
        return VisitFigures(label, 0.0, None, None, None, None)
    visits = max(0.0, sum(one.first for one in told) - passers)
    off = None
    shares = [one.share for one in told if one.share]
    if len(shares) == len(told):
        # Days that are told by the same counts are wrong together.
        off = math.hypot(sum(one.came * share.off for one, share in zip(told, shares, strict=True)), day.passers_off)
    return VisitFigures(label, whole.coverage, whole.came, visits, passers, day.passers_off, off)


def _bounce(whole: VisitDay, told: Sequence[_Told]) -> float | None:
    first = sum(one.first for one in told)
    return min(1.0, whole.passers / first) if first and whole.passers is not None else None


def _capture(drawn: Drawn | None, told: Sequence[_Told]) -> float | None:
    if drawn is None or drawn.capture is None:
        return None
    came = sum(one.came for one in told)
    visitors = sum(one.came * (one.share.visitors if one.share else 1.0) for one in told)
    return drawn.capture * (visitors / came if came else 1.0)


def _by_hand(shares: Sequence[FirstShare]) -> ByHand | None:
    counts = tuple(dict.fromkeys(count for share in shares for count in share.counts))
    if not counts:
        return None
    all_ = FirstShare(counts)
    return ByHand(len(counts), *all_.days, all_.comings, all_.staff, all_.again, all_.first, all_.off)


def _corrected(by_hand: ByHand) -> str:
    first, last = by_hand.first_day.isoformat(), by_hand.last_day.isoformat()
    when = first if first == last else f"{first} to {last}"
    return (
        f" Corrected by counts by hand of {when}: of {by_hand.comings:,} comings {by_hand.staff:,} were staff's and"
        f" {by_hand.again:,} came in again, so {by_hand.share:.1%} (± {by_hand.off:.1%}) begin a visit. Shops have"
        " counts of their own, or staff and who comes again are visits there. Lengths are of single stays."
    )


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
