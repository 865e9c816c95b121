"""Tallies into tables that may be shown: age bands and gender presentation, moods, a screen's audience.

Everything is told by parts of time that do not overlap, once they are over: a part whose counts are all large enough
by itself, the rest of its day or week together. Sums are only of parts that are shown, so that no difference of two
of them tells what was withheld.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from zoneinfo import ZoneInfo

from galleria.analytics import tallies as tables
from galleria.analytics.tallies import Audience, Mood
from galleria.analytics.visitors import share
from galleria.domain.calendar import open_time
from galleria.domain.purpose import Purpose
from galleria.domain.site import Site
from galleria.domain.tally import Tally
from galleria.domain.time import Bucket, local, quarter_hours, zone_named
from galleria.policy.suppression import LEAST, Crossed, least, suppress_table

from .visiting_looked import SETTLED
from .visiting_places import Places
from .visiting_query import Absent, AudienceRow, BandTable, MoodRow, Shown, Where

QUARTER = 900.0
HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Part:
    """Tallies of one place in a stretch of time.

    Attributes:
        label: local time of day it begins at; empty: what is left of a day.
        over: nothing more will come.
    """

    label: str
    over: bool
    cells: Mapping[str, float]


def by_place(places: Places, some: Iterable[Tally], looked: Collection[str]) -> dict[Where, list[Tally]]:
    """Tallies of each place that is told, of cameras that looked or have any."""
    found: defaultdict[tuple[str, str], list[Tally]] = defaultdict(list)
    for one in some:
        found[one.origin.camera, one.place].append(one)
    cameras = {camera for camera, _ in found} | {*looked}
    return {where: found[where.camera, where.place] for where in places.of(cameras)}


def parts_of(site: Site, some: Iterable[Tally], seconds: float, now: float) -> list[Part]:
    """Tallies by local quarter hours or hours, in order."""
    zone = zone_named(site.zone)
    found: defaultdict[float, list[Tally]] = defaultdict(list)
    for one in some:
        found[_begin(one.begin, seconds, zone)].append(one)
    return [
        Part(f"{local(begin, zone):%H:%M}", now >= begin + seconds + SETTLED, tables.amounts(found[begin]))
        for begin in sorted(found)
    ]


def open_clocks(site: Site, days: Iterable[Bucket], seconds: float) -> list[str]:
    """Local times at which parts of open time begin, on any of these days: told of whether anybody was seen or not."""
    zone = zone_named(site.zone)
    some = {date.fromisoformat(day.label).weekday(): day for day in days}.values()  # hours are those of the weekday
    return sorted({
        f"{local(_begin(quarter.begin, seconds, zone), zone):%H:%M}"
        for day in some
        if (opened := open_time(site, day))
        for quarter in quarter_hours(zone, *opened)
    })  # fmt: skip


def _begin(time: float, seconds: float, zone: ZoneInfo) -> float:
    return time - local(time, zone).minute * 60 % seconds


Days = Sequence[tuple[bool, Sequence[Part]]]
"""Of each day whether it is over, and its parts."""


def pooled(days: Days, fit: Callable[[Mapping[str, float]], bool]) -> Days:
    """Parts that may be shown: each that is fit by itself, and the rest of each day that is over if that is fit.

    Args:
        days: what there is.
        fit: whether all counts are large enough.
    """
    found = []
    for over, parts in days:
        told = [one for one in parts if one.over and fit(one.cells)]
        rest: defaultdict[str, float] = defaultdict(float)
        for one in parts:
            if not fit(one.cells):
                for cell, amount in one.cells.items():
                    rest[cell] += amount
        if over and rest and fit(rest):
            told.append(Part("", over=True, cells=dict(rest)))
        found.append((over, told))
    return found


def mood_rows(where: Where, days: Days, clocks: Iterable[str]) -> list[MoodRow]:
    """Moods over the period, then by hour of the day.

    A share of faces whose number is told is a number as well. So each mood has parts of its own, with enough faces of
    that mood, of another one and of none. They are made of those whose faces are told: else shares of two periods
    would tell how many faces one of them had.

    Args:
        where: the place.
        days: whether each is over, and its parts.
        clocks: times of day that have a row whatever was seen.
    """
    k = least(Purpose.EXPERIENCE)
    counted = pooled(days, lambda cells: tables.mood(cells).faces >= k)
    parts = [pooled(counted, lambda cells, of=of: _telling(tables.mood(cells), of)) for of in (_SMILING, _FRUSTRATED)]  # type: ignore[misc]

    def row(label: str) -> MoodRow:
        faces = [tables.mood(cells).faces for cells in _at(counted, label)]
        ratios = []
        for of, mine in zip((_SMILING, _FRUSTRATED), parts, strict=True):
            one = tables.moods(map(tables.mood, _at(mine, label)))
            ratios.append(Shown.of(share(of(one), one.faces), _unfit(days)))
        return MoodRow(where, label, Shown.of(sum(faces) if faces else None, _unfit(days)), *ratios)

    return [row(""), *map(row, _times(counted, clocks))]


_SMILING, _FRUSTRATED = attrgetter("smiling"), attrgetter("frustrated")


def _telling(mood: Mood, of: Callable[[Mood], int]) -> bool:
    some, k = of(mood), least(Purpose.EXPERIENCE)
    return mood.faces >= k and min(some, mood.faces - some, mood.faces - mood.smiling - mood.frustrated) >= LEAST


def audience_rows(where: Where, days: Days, clocks: Iterable[str]) -> list[AudienceRow]:
    """A screen's audience over the period, then by quarter hour of the day. Arguments are those of `mood_rows`."""
    k = least(Purpose.AUDIENCE)

    def fit(cells: Mapping[str, float]) -> bool:
        one = tables.audience(cells)
        return min(one.watchers, one.opportunities - one.watchers) >= k

    parts = pooled(days, fit)

    def row(label: str) -> AudienceRow:
        some = _at(parts, label)
        one = tables.audiences(map(tables.audience, some)) if some else Audience()
        numbers = (one.opportunities, one.watchers, share(one.watchers, one.opportunities), one.attention)
        return AudienceRow(where, label, *(Shown.of(n if some else None, _unfit(days)) for n in numbers))

    return [row(""), *map(row, _times(parts, clocks))]


def band_table(
    where: Where, days: Mapping[str, tuple[bool, Mapping[str, float]]], weeks: Sequence[Sequence[str]]
) -> BandTable:
    """Age bands and gender presentation at a place over a period.

    Args:
        where: the place.
        days: by date: whether it is over, and its cells.
        weeks: dates of each whole week of the period that is over.
    """
    k = least(Purpose.DEMOGRAPHICS)
    known = {label: tables.bands(cells) for label, (_, cells) in days.items()}
    whole = {label for label, table in known.items() if min(map(min, table.counts)) >= k}
    together, complete = _together(days, whole, weeks)
    parts = [
        (len(labels), suppress_table(tables.added(known[label] for label in labels).counts, k)) for labels in together
    ]
    shown = [(n, crossed) for n, crossed in parts if crossed.total is not None]
    why = Absent.WITHHELD if shown or complete else Absent.GOING_ON
    unsure = _unsure({label: (over, tables.unsure(cells)) for label, (over, cells) in days.items()}, weeks)
    return _table(where, (sum(n for n, _ in shown), len(days)), [crossed for _, crossed in shown], why, unsure)


def _unsure(days: Mapping[str, tuple[bool, int]], weeks: Sequence[Sequence[str]]) -> tuple[Shown, int]:
    """How many tracks' gender presentation is not sure, and of how many days that is told.

    By days of its own: it is in no sum with what is sure, so that neither tells the other.
    """
    k = least(Purpose.DEMOGRAPHICS)
    together, complete = _together(days, {label for label, (_, count) in days.items() if count >= k}, weeks)
    parts = [(len(labels), sum(days[label][1] for label in labels)) for labels in together]
    shown = [(n, count) for n, count in parts if count >= k]
    why = Absent.WITHHELD if complete else Absent.GOING_ON
    return Shown.of(sum(count for _, count in shown) if shown else None, why), sum(n for n, _ in shown)


def _together(
    days: Mapping[str, tuple[bool, object]], whole: set[str], weeks: Sequence[Sequence[str]]
) -> tuple[list[list[str]], bool]:
    """Days that are told as one: each `whole` one, and the rest of each week; and whether that is all of them."""
    over = {label for label, (over, _) in days.items() if over}
    rests = [[label for label in labels if label in days and label not in whole] for labels in weeks]
    parts = [*([label] for label in sorted(whole & over)), *filter(None, rests)]
    return parts, set(days) <= over & whole.union(*weeks)


def _table(
    where: Where, days: tuple[int, int], parts: Sequence[Crossed], why: Absent, unsure: tuple[Shown, int]
) -> BandTable:
    rows, columns = range(len(tables.BANDS)), range(len(tables.GENDERS))

    def summed(pick: Callable[[Crossed], int | None]) -> Shown:
        some = [pick(part) for part in parts]
        known = [count for count in some if count is not None]
        return Shown.of(sum(known) if known and len(known) == len(some) else None, why)

    return BandTable(
        where,
        *days,
        tables.BANDS,
        tables.GENDERS,
        [[summed(lambda part, r=r, c=c: part.cells[r][c]) for c in columns] for r in rows],  # type: ignore[misc]
        [summed(lambda part, r=r: part.rows[r]) for r in rows],  # type: ignore[misc]
        [summed(lambda part, c=c: part.columns[c]) for c in columns],  # type: ignore[misc]
        summed(lambda part: part.total),
        *unsure,
    )


def _at(days: Days, label: str) -> list[Mapping[str, float]]:
    """Cells of the parts at a time of day; empty: of all."""
    return [one.cells for _, parts in days for one in parts if label in ("", one.label)]


def _times(days: Days, clocks: Iterable[str]) -> list[str]:
    """Times of day that have a row: that one is there tells nothing but what stands in it."""
    return sorted({*clocks, *(one.label for _, parts in days for one in parts if one.label)})


def _unfit(days: Iterable[tuple[bool, Sequence[Part]]]) -> Absent:
    return Absent.GOING_ON if any(not over for over, _ in days) else Absent.WITHHELD
