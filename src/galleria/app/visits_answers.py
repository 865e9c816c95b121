"""Visits without labels: how many, how long, how many were passers, and what shops and zones draw: estimates."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import compress, groupby
from operator import itemgetter

from galleria.analytics.drawn import Drawn
from galleria.analytics.first_share import FirstShare, first_shares
from galleria.analytics.visit_days import Lengths, VisitDay
from galleria.analytics.visit_table import VisitTable
from galleria.domain.access import Actor
from galleria.domain.calendar import Grain, label_of
from galleria.domain.errors import InputError
from galleria.domain.site import Site
from galleria.domain.time import Bucket
from galleria.storage.exports import csv_text
from galleria.storage.tables import Table

from .study_desk import StudyDesk
from .study_list import DRAWN, VISITS
from .visits_kept import VisitTables
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


def visits_answer(desk: StudyDesk, period: Period, grain: Grain | None) -> VisitsAnswer:
    """Everything about a period, of the time so far.

    Args:
        desk: of the site.
        period: trading days [begin, end).
        grain: of the points, `day`, `week` or `month`; None: none are told.

    Raises:
        InputError: another grain.
        StoreError: the studies cannot be read.
    """
    if grain not in (None, *GRAINS):
        problem = f"visits are not told by {grain}"
        raise InputError(problem, "Ask by day, week or month; hours of the day are told of the whole period.")
    site, now = desk.site, desk.clock.now()
    places = {"site": site.name or site.id}
    places |= {f"entrance:{one.id}": one.name or one.id for one in site.entrances}
    places |= {f"shop:{one.id}": one.name or one.id for one in site.shops}
    zones = {f"zone:{zone.id}": zone.name or zone.id for camera in site.cameras for zone in camera.zones}
    drawn = desk.studies.wholes(DRAWN, [*(f"shop:{one.id}" for one in site.shops), *zones], *period)
    sums = dict.fromkeys((*(f"shop:{one.id}" for one in site.shops), *zones), Drawn()) | drawn
    days = desk.studies.days(*period)
    table = VisitTables(desk.studies, list(places), now).of(days)
    stretches = [*_stretches(days, table, grain)] if grain else []
    dates = [date.fromisoformat(label) for label in table.days]
    found = []
    for n, (place, name) in enumerate(places.items()):
        if table.known[n].any() or place == "site":
            shares = first_shares(site, place, dates)
            found.append(_place(site, (place, name), stretches, (table, n, shares), sums.get(place)))
    draws = [
        ZoneDraw(zone.removeprefix("zone:"), name, sums[zone].draw, sums[zone].tracks, sums[zone].coverage)
        for zone, name in zones.items()
    ]
    return VisitsAnswer(found, draws, _NOTE + (_corrected(found[0].by_hand) if found[0].by_hand else _UNCORRECTED))


def _stretches(days: Sequence[Bucket], table: VisitTable, grain: Grain) -> Iterator[tuple[str, slice]]:
    """Stretches of time with those of the table's days that lie in them."""
    end = 0
    for label, some in groupby(days, lambda day: label_of(grain, date.fromisoformat(day.label))):
        begin, end = end, bisect_right(table.days, [*some][-1].label, end)
        yield label, slice(begin, end)


def visits_by_day(desk: StudyDesk, place: str, period: Period) -> dict[str, tuple[VisitFigures, Lasting]]:
    """Visits of a place and how long they were, by trading day, of those that were looked through.

    Raises:
        StoreError: the studies cannot be read.
    """
    known = desk.studies.summaries(VISITS, [place], *period)[place]
    shares = first_shares(desk.site, place, [date.fromisoformat(label) for label in known])
    return {
        label: (_figures(label, _Told(day, [(day.whole.came, share)])), _lasting(day, day.lengths))
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
    stretches: Sequence[tuple[str, slice]],
    known: tuple[VisitTable, int, Sequence[FirstShare | None]],
    drawn: Drawn | None,
) -> PlaceVisits:
    (table, n, _), place = known, named[0]
    every, *some = _told(*known, [slice(None), *(days for _, days in stretches)])
    area = next((shop.area for shop in site.shops if f"shop:{shop.id}" == place), None)
    at_once = drawn.at_once if drawn else None
    return PlaceVisits(
        *named,
        [_figures(label, told) for (label, _), told in zip(stretches, some, strict=True)],
        [VisitFigures(c, h.coverage, h.came, None, None, None) for c, h in table.clock_hours(n).items()],
        _figures("", every),
        _lasting(every.whole, table.lasted(n)),
        _bounce(every) if place.startswith("shop:") else None,
        _capture(drawn, every),
        at_once / area if at_once is not None and area else None,
        _by_hand([share for _, share in every.parts if share]),
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """Some days of a place.

    Attributes:
        whole: together.
        parts: comings, and which share of them begins a visit as far as that was counted by hand; days alike are one.
    """

    whole: VisitDay
    parts: Sequence[tuple[int, FirstShare | None]]

    @property
    def first(self) -> float:
        """Comings that begin a visit, passers among them."""
        return sum(came * (share.first if share else 1.0) for came, share in self.parts)


def _told(
    table: VisitTable, n: int, shares: Sequence[FirstShare | None], stretches: Sequence[slice]
) -> Iterator[_Told]:
    """Stretches of days of the place numbered n, of those days that tell of it."""
    known, came = table.known[n].tolist(), table.counts[n, :, 0].tolist()
    for days, whole in zip(stretches, table.wholes(n, stretches), strict=True):
        parts = [*compress(zip(came[days], shares[days], strict=True), known[days])]
        if len(parts) > 1:
            alike = groupby(parts, key=itemgetter(1))
            parts = [(sum(n for n, _ in some), share) for share, some in alike]
        yield _Told(whole, parts)


def _figures(label: str, told: _Told) -> VisitFigures:
    whole, passers = told.whole.whole, told.whole.passers
    if passers is None:
        return VisitFigures(label, 0.0, None, None, None, None)
    passers_off = told.whole.passers_off
    visits = max(0.0, told.first - passers)
    off = None
    wrong = [came * share.off for came, share in told.parts if share]
    if len(wrong) == len(told.parts):
        off = math.hypot(sum(wrong), passers_off)  # days that are told by the same counts are wrong together
    return VisitFigures(label, whole.coverage, whole.came, visits, passers, passers_off, off)


def _bounce(told: _Told) -> float | None:
    first, passers = told.first, told.whole.passers
    return min(1.0, passers / first) if first and passers is not None else None


def _capture(drawn: Drawn | None, told: _Told) -> float | None:
    if drawn is None or drawn.capture is None:
        return None
    came = told.whole.whole.came
    visitors = sum(n * (share.visitors if share else 1.0) for n, share in told.parts)
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


def _lasting(day: VisitDay, lengths: Lengths) -> Lasting:
    came, passers = day.whole.came, day.passers or 0.0
    mean = lengths.mean
    share = passers / came if came else 0.0
    if mean is not None and share < 1:
        mean = max(0.0, (mean - share * _PASSING) / (1 - share))
    return Lasting(
        lengths.days, mean, lengths.off, lengths.between(0.5), lengths.between(0.75), lengths.between(0.95)
    )  # fmt: skip
