"""Sightings of a trading day into figures: how many visitors, how many came back, how often and after how long.

Pure: the order in which sightings are given does not matter. A sighting that was withdrawn is none. A label that was
seen on a track of staff is no visitor that day. No label is in what comes out.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import TypeAlias

from galleria.domain.events import Origin
from galleria.domain.sighting import Sighting, SightingKind

from .visits import Visited, visited

# So many days are looked at, today among them: who last came before them is new.
WINDOW = 30
OFTEN = 5  # visits; so many and more are one

Track: TypeAlias = tuple[Origin, int]


@dataclass(frozen=True, slots=True)
class DaySeen:
    """What is known of one trading day and one purpose.

    Attributes:
        sightings: of the day; withdrawn ones and withdrawals may be among them.
        staff: tracks of those who work here.
        left_out: labels known as staff's that day whose tracks are not kept any more.
        earlier: on which days before this one a label was seen.
    """

    sightings: Sequence[Sighting]
    staff: Collection[Track] = frozenset()
    left_out: Collection[str] = frozenset()
    earlier: Mapping[str, Collection[date]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class First:
    """How many visitors were first seen in a quarter hour that begins then."""

    begin: float
    new: int
    returning: int


@dataclass(frozen=True, slots=True)
class DayFigures:
    """What is left of a day's sightings.

    Attributes:
        tracks: that were recognised, without staff.
        entered: tracks that came in at the cameras that look for it; `recognised`: those of them that were recognised.
        firsts: quarter hours in which somebody was first seen, by time.
        visits: visitors by how many days they came on in the last `WINDOW` days: 1, 2, 3, 4, 5 or more.
        since: returning visitors by how many days ago they last came.
        visited: how long they stayed, and how often they came that day; None: nobody came, or that was not looked at.
    """

    visitors: int = 0
    tracks: int = 0
    entered: int = 0
    recognised: int = 0
    firsts: tuple[First, ...] = ()
    visits: tuple[int, ...] = (0,) * OFTEN
    since: Mapping[int, int] = field(default_factory=dict)
    visited: Visited | None = None

    @property
    def returning(self) -> int:
        return sum(self.since.values())

    @property
    def new(self) -> int:
        return self.visitors - self.returning


def holding(sightings: Iterable[Sighting]) -> list[Sighting]:
    """Those that hold: a withdrawal takes back the sighting of the same track, purpose and label, whichever came first.

    Several of one id are one.
    """
    unique = {sighting.id: sighting for sighting in sightings}.values()
    gone = {_key(one) for one in unique if one.kind is SightingKind.WITHDRAWN}
    return [one for one in unique if _key(one) not in gone]


def staff_labels(sightings: Iterable[Sighting], staff: Collection[Track]) -> set[str]:
    """Labels of those who work here: seen on a track of staff."""
    return {one.label for one in sightings if (one.origin, one.track) in staff}


def visitors_of(seen: DaySeen) -> dict[str, list[Sighting]]:
    """The day's visitors by label, each with what holds of it; staff are left out."""
    some = holding(seen.sightings)
    out = staff_labels(some, seen.staff) | set(seen.left_out)
    found: dict[str, list[Sighting]] = {}
    for one in some:
        if one.label not in out:
            found.setdefault(one.label, []).append(one)
    return found


def day_figures(
    seen: DaySeen,
    day: date,
    quarters: Sequence[float],
    entered: Collection[Track] = (),
    crossed: Mapping[Track, Collection[float]] = MappingProxyType({}),
) -> DayFigures:
    """Reduce a day.

    Args:
        seen: all that is known of it.
        day: its date.
        quarters: begins of its quarter hours, in order; seconds since 1970-01-01 UTC.
        entered: tracks that came in at the cameras that look for this purpose, staff among them.
        crossed: when tracks crossed lines of these cameras, in or out.
    """
    visitors = visitors_of(seen)
    tracks = {(one.origin, one.track) for some in visitors.values() for one in some}
    came = set(entered) - set(seen.staff)
    firsts: Counter[tuple[float, bool]] = Counter()
    visits, since = [0] * OFTEN, Counter[int]()
    for label, some in visitors.items():
        before = {(day - other).days for other in seen.earlier.get(label, ()) if 0 < (day - other).days < WINDOW}
        visits[min(len(before), OFTEN - 1)] += 1
        if before:
            since[min(before)] += 1
        first = min(one.time for one in some)
        firsts[quarters[max(0, bisect_right(quarters, first) - 1)] if quarters else first, bool(before)] += 1
    begins = sorted({begin for begin, _ in firsts})
    return DayFigures(
        visitors=len(visitors),
        tracks=len(tracks),
        entered=len(came),
        recognised=len(came & tracks),
        firsts=tuple(First(begin, firsts[begin, False], firsts[begin, True]) for begin in begins),
        visits=tuple(visits),
        since=dict(sorted(since.items())),
        visited=visited(visitors, crossed, float("inf")) if visitors else None,
    )


def together(days: Iterable[DayFigures]) -> DayFigures:
    """Several days as one: every visitor counts on each day. First sights are left out."""
    some = list(days)
    since: Counter[int] = Counter()
    for one in some:
        since.update(one.since)
    return DayFigures(
        visitors=sum(one.visitors for one in some),
        tracks=sum(one.tracks for one in some),
        entered=sum(one.entered for one in some),
        recognised=sum(one.recognised for one in some),
        visits=tuple(sum(one.visits[n] for one in some) for n in range(OFTEN)),
        since=dict(sorted(since.items())),
    )


def share(part: float, whole: float) -> float | None:
    """Part of a whole; None of nothing."""
    return part / whole if whole else None


def median(counts: Mapping[int, int]) -> float | None:
    """The middle one of numbers that are each there so often; None of none."""
    order = sorted(counts.items())
    total = sum(counts.values())
    if not total:
        return None
    return (_at(order, (total - 1) // 2) + _at(order, total // 2)) / 2


def _at(order: Sequence[tuple[int, int]], place: int) -> int:
    for number, count in order:
        if place < count:
            return number
        place -= count
    raise IndexError(place)


def _key(one: Sighting) -> tuple[object, ...]:
    return one.origin, one.track, one.purpose, one.label
