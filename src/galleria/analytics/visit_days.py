"""Visits of a day without labels: estimated from who came in over a place's lines, and who went out. Pure.

Nobody is followed: it is not known who of those that came in is the one who goes out. So

- the mean length is the area between the two counts ÷ comings (Little's law), whoever goes when;
- other lengths are told for two orders of leaving: first in, first out, and a mixed one in which everybody inside is as
  likely to leave next as anybody else. Where people differ in how long they stay, the truth lies about the second;
- passers are told by how many goings follow comings at the same door within a minute, over what chance would bring;
- who steps out and comes in again is a new visit, and staff who come and go in opening hours are visits too.

Hours of a line that its camera did not wholly see are left out, with all that was counted in them.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from galleria.domain.calendar import open_time
from galleria.domain.events import Crossing, Event, Seen
from galleria.domain.site import Site
from galleria.domain.time import HOUR, Bucket

from . import sketch
from .cells import layout
from .edges import seconds_in, union
from .facts import Flags, Numbers
from .leaving import first_in_first_out, mixed_order, soon_gone

_SLACK = 1.0  # seconds of an hour that may be missing
_MOST_LOST = 0.1  # share of a day's comings; if more went unseen, its lengths are not told
_LEAST = 10  # comings from which on lengths are told
_MISSED = 0.02  # comings and goings together that have no partner, at least
_AFTER = 600.0  # seconds after closing in which visitors still leave


@dataclass(frozen=True, slots=True)
class VisitHour:
    """An hour, or hours alike: of lines that were wholly seen.

    Attributes:
        came, went: crossings.
        seen: hours of lines; `of`: how many there would be.
    """

    came: int = 0
    went: int = 0
    seen: int = 0
    of: int = 0

    def __add__(self, other: VisitHour) -> VisitHour:
        return VisitHour.together([self, other])

    @staticmethod
    def together(some: Sequence[VisitHour]) -> VisitHour:
        """All of them as one."""
        came, went, seen, of = (
            sum(column) for column in zip(*((h.came, h.went, h.seen, h.of) for h in some), strict=True)
        )
        return VisitHour(came, went, seen, of)

    @property
    def coverage(self) -> float:
        return self.seen / self.of if self.of else 0.0


@dataclass(frozen=True, slots=True)
class Lengths:
    """How long visits were, of days that can tell.

    Attributes:
        days: how many.
        came: comings of these.
        seconds: tenths, of all of them together.
        error: sum of squares of what `seconds` may be off by, tenths, one standard deviation.
        first: by bin of `sketch`, how many stayed so long if the first in is the first out; `mixed`: in a mixed order,
            hundredths.
    """

    days: int = 0
    came: int = 0
    seconds: int = 0
    error: int = 0
    first: Mapping[int, int] = field(default_factory=dict)
    mixed: Mapping[int, int] = field(default_factory=dict)

    @staticmethod
    def together(some: Sequence[Lengths]) -> Lengths:
        """All of them as one."""
        return Lengths(
            sum(one.days for one in some),
            sum(one.came for one in some),
            sum(one.seconds for one in some),
            sum(one.error for one in some),
            _added([one.first for one in some]),
            _added([one.mixed for one in some]),
        )

    @property
    def mean(self) -> float | None:
        """Seconds from coming to going, passers among them; None: no day can tell."""
        return max(0.0, self.seconds / 10 / self.came) if self.came else None

    @property
    def off(self) -> float | None:
        """What the mean may be off by, seconds, at 95 of 100, because of crossings that were missed or invented."""
        return 1.96 * math.sqrt(self.error) / 10 / self.came if self.came else None

    def between(self, share: float) -> tuple[float, float] | None:
        """Seconds that this share of the visits does not exceed, for the two orders of leaving, the lesser first."""
        if not self.came:
            return None
        low, high = (
            sketch.quantile(np.array([*bins], np.int64), np.array([*bins.values()], np.int64), share) or 0.0
            for bins in (self.first, self.mixed)
        )
        return min(low, high), max(low, high)


@dataclass(frozen=True, slots=True)
class VisitDay:
    """A place's day, or several together.

    Attributes:
        hours: by whole hours since the day began; only of opening hours, or in which somebody crossed.
        soon: comings that were followed by a going within a minute, tenths; `chance`: so many by chance, tenths.
        noise: variance of their difference, tenths.
    """

    hours: Mapping[int, VisitHour] = field(default_factory=dict)
    soon: int = 0
    chance: int = 0
    noise: int = 0
    lengths: Lengths = Lengths()

    def __add__(self, other: VisitDay) -> VisitDay:
        return VisitDay.together([self, other])

    @staticmethod
    def together(some: Sequence[VisitDay]) -> VisitDay:
        """All of them as one."""
        hours: dict[int, list[VisitHour]] = {}
        for day in some:
            for n, hour in day.hours.items():
                hours.setdefault(n, []).append(hour)
        return VisitDay(
            {n: VisitHour.together(hours[n]) for n in sorted(hours)},
            sum(one.soon for one in some),
            sum(one.chance for one in some),
            sum(one.noise for one in some),
            Lengths.together([one.lengths for one in some]),
        )

    @property
    def whole(self) -> VisitHour:
        some = [*self.hours.values()]
        return some[0] if len(some) == 1 else VisitHour.together(some) if some else VisitHour()

    @property
    def passers(self) -> float | None:
        """About so many left within a minute; None: nothing was seen."""
        whole = self.whole
        return min(max((self.soon - self.chance) / 10, 0.0), float(whole.came)) if whole.seen else None

    @property
    def passers_off(self) -> float:
        """What the passers may be off by, at 95 of 100."""
        return 1.96 * math.sqrt(self.noise / 10)

    @property
    def visits(self) -> float | None:
        """Comings less passers; None: nothing was seen."""
        passers = self.passers
        return None if passers is None else self.whole.came - passers


def visits_of_day(site: Site, day: Bucket, events: Sequence[Event]) -> Mapping[str, VisitDay]:
    """Days of `site`, of each `entrance:id` and of each `shop:id` that has lines."""
    plan = layout(site)
    crossed = _crossings(site, day, events)
    seen = _seen(day, events)
    doors: dict[str, list[str]] = {}
    for camera in site.cameras:
        for wire in camera.tripwires:
            if wire.id in plan.footfall:
                doors.setdefault(wire.entrance or wire.id, []).append(wire.id)
    parts = {"site": list(doors.values())}
    parts |= {f"entrance:{one.id}": [doors[one.id]] for one in site.entrances if one.id in doors}
    known = set(plan.lines)
    parts |= {f"shop:{one.id}": [lines] for one in site.shops if (lines := [w for w in one.tripwires if w in known])}
    cameras = plan.lines
    hours = _open_hours(site, day)
    return {
        name: _visit_day(day, hours, [{line: (cameras[line], crossed.get(line, ())) for line in door} for door in some],
                         seen)
        for name, some in parts.items() if some
    }  # fmt: skip


_Door = Mapping[str, tuple[str, Sequence[tuple[float, bool]]]]  # by line: its camera, and (moment, whether in)


@dataclass(frozen=True, slots=True)
class _Crossed:
    """What was counted at a door in hours that were wholly seen.

    Attributes:
        came, went: moments in order, seconds since the day began.
        expected: comings there would be had all hours been seen.
    """

    came: Numbers
    went: Numbers
    hours: Mapping[int, VisitHour]
    expected: float


def _visit_day(day: Bucket, opened: Sequence[int], doors: Sequence[_Door], seen: Mapping[str, Flags]) -> VisitDay:
    crossed = [_crossed(day, opened, door, seen) for door in doors]
    pairs = np.array([soon_gone(one.came, one.went) for one in crossed]).sum(axis=0)
    came = np.sort(np.concatenate([one.came for one in crossed]))
    went = np.sort(np.concatenate([one.went for one in crossed]))
    expected = sum(one.expected for one in crossed)
    lost = 1 - len(came) / expected if expected else 1.0
    lengths = _lengths(came, went, lost) if lost <= _MOST_LOST else Lengths()
    hours = {n: sum((one.hours[n] for one in crossed), VisitHour()) for n in opened}
    soon, chance, noise = (round(10 * float(one)) for one in pairs)
    return VisitDay(hours, soon, chance, noise, lengths)


def _crossed(day: Bucket, opened: Sequence[int], door: _Door, seen: Mapping[str, Flags]) -> _Crossed:
    moments: dict[bool, list[float]] = {True: [], False: []}
    counts: Counter[tuple[int, bool]] = Counter()
    watched: Counter[int] = Counter()
    expected = 0.0
    for camera, crossings in door.values():
        kept = seen.get(camera, np.zeros(0, np.bool_))
        whole = {n for n in opened if n < len(kept) and kept[n]}
        watched.update(whole)
        comings = 0
        for time, came in crossings:
            since = time - day.begin
            if int(since // HOUR) in whole:
                moments[came].append(since)
                counts[int(since // HOUR), came] += 1
                comings += came
        # Of a line that was never seen nothing is known: then no day's lengths are told.
        expected += comings * len(opened) / len(whole) if whole else float("inf")
    hours = {n: VisitHour(counts[n, True], counts[n, False], watched[n], len(door)) for n in opened}
    return _Crossed(np.sort(np.array(moments[True])), np.sort(np.array(moments[False])), hours, expected)


def _lengths(came: Numbers, went: Numbers, lost: float) -> Lengths:
    n = len(came)
    if n < _LEAST or len(went) < _LEAST:
        return Lengths()
    # As many have to have gone as came: the area between counts brought to one total is the difference of means.
    # What was left out at one time of day takes comings and goings alike, and widens it.
    seconds = n * (float(went.mean()) - float(came.mean())) * (1 - lost)
    alone = max((n - len(went)) ** 2, _MISSED * n)
    return Lengths(
        1,
        n,
        round(10 * seconds),
        round(100 * alone * float(came.var())),
        first_in_first_out(came, went),
        mixed_order(came, went),
    )


def _crossings(site: Site, day: Bucket, events: Sequence[Event]) -> dict[str, list[tuple[float, bool]]]:
    """By line, in opening hours: before and after, staff come and go."""
    opened = open_time(site, day)
    found: dict[str, list[tuple[float, bool]]] = {}
    for event in events:
        if isinstance(event, Crossing) and opened and opened[0] <= event.time < min(opened[1] + _AFTER, day.end):
            found.setdefault(event.tripwire, []).append((event.time, event.direction == "in"))
    return found


def _open_hours(site: Site, day: Bucket) -> list[int]:
    """Whole hours since the day began that it is open in."""
    opened = open_time(site, day)
    return [] if opened is None else list(range(int((min(opened[1] + _AFTER, day.end) - day.begin - 1e-6) // HOUR) + 1))


def _seen(day: Bucket, events: Sequence[Event]) -> dict[str, Flags]:
    """By camera: of each whole hour since the day began, whether all of it was seen, as far as it lies in the day."""
    spans: dict[str, list[Seen]] = {}
    for event in events:
        if isinstance(event, Seen):
            spans.setdefault(event.origin.camera, []).append(event)
    edges = np.append(np.arange(day.begin, day.end, HOUR), day.end)
    found = {}
    for camera, some in spans.items():
        begin, end = union(np.array([one.time for one in some]), np.array([one.end for one in some]))
        found[camera] = seconds_in(edges, begin, end) >= np.diff(edges) - _SLACK
    return found


def _added(some: Sequence[Mapping[int, int]]) -> dict[int, int]:
    total: dict[int, int] = {}
    for bins in some:
        for n, count in bins.items():
            total[n] = total.get(n, 0) + count
    return dict(sorted(total.items()))
