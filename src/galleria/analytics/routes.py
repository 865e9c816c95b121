"""Routes of a day: which place is reached from which. Pure.

Within a camera transitions are counted: a track's zones and lines in the order in which it was there. Between cameras
nobody is followed: a place is left at some moments, places are reached at others, and how often one follows the other
is estimated (see `linking`). A place of the site is an entrance, a shop (by its lines, or by its zones where it has
none), or a zone that belongs to no shop.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from galleria.domain.calendar import open_time
from galleria.domain.events import Crossing, Event, Seen, Stay
from galleria.domain.site import Site
from galleria.domain.time import Bucket

from .cells import layout
from .facts import Flags, Numbers
from .linking import STEP, Linked, linked

OUTSIDE = "outside"  # of a camera's picture
ELSEWHERE = "elsewhere"  # not left by anybody whom a camera saw
_AFTER = 1800.0  # seconds after closing in which people are still on their way
Flows = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class RouteDay:
    """Routes before a camera, or in the site.

    Attributes:
        counted: tracks that were in a place and next in another one, by from and to.
        estimated: likewise, of those whom nobody followed; thousandths are kept. Those from `ELSEWHERE` are among them.
        seconds: estimated ones times the seconds on the way.
        left, reached: how often places were left and reached.
        tills: tracks that waited at a shop's till, by shop.
        covered: tenths of a second in which the cameras were seeing, all together; `opened`: how many there are.
    """

    counted: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    estimated: Flows = field(default_factory=dict)
    seconds: Flows = field(default_factory=dict)
    left: Mapping[str, int] = field(default_factory=dict)
    reached: Mapping[str, int] = field(default_factory=dict)
    tills: Mapping[str, int] = field(default_factory=dict)
    covered: int = 0
    opened: int = 0

    def __add__(self, other: RouteDay) -> RouteDay:
        return RouteDay.together([self, other])

    @staticmethod
    def together(some: Sequence[RouteDay]) -> RouteDay:
        """All of them as one."""
        return RouteDay(
            {a: {b: int(n) for b, n in row.items()} for a, row in _added([one.counted for one in some]).items()},
            _added([one.estimated for one in some]),
            _added([one.seconds for one in some]),
            _sum([one.left for one in some]),
            _sum([one.reached for one in some]),
            _sum([one.tills for one in some]),
            sum(one.covered for one in some),
            sum(one.opened for one in some),
        )

    @property
    def coverage(self) -> float:
        return min(1.0, self.covered / self.opened) if self.opened else float(self.covered > 0)

    @property
    def flows(self) -> dict[str, dict[str, float]]:
        """Counted and estimated ones together."""
        return _added([self.counted, self.estimated])


@dataclass(frozen=True, slots=True)
class _Mark:
    """A place was reached or left by a track."""

    time: float
    place: str
    reached: bool


def routes_of_day(site: Site, day: Bucket, events: Sequence[Event]) -> Mapping[str, RouteDay]:
    """Routes before each `camera:id` that has two places or more, and those of the `site`."""
    opened = open_time(site, day)
    if opened is None:
        return {}
    begin, end = opened[0], min(opened[1] + _AFTER, day.end)
    tracks: dict[tuple[str, str, int], list[Crossing | Stay]] = {}
    seen: dict[str, list[Seen]] = {}
    for event in events:
        if isinstance(event, Seen):
            seen.setdefault(event.origin.camera, []).append(event)
        elif isinstance(event, (Crossing, Stay)) and begin <= event.time < end:
            tracks.setdefault((event.origin.camera, event.origin.epoch, event.track), []).append(event)
    bins = math.ceil((end - begin) / STEP)
    watching = {camera.id: _watching(seen.get(camera.id, ()), begin, bins) for camera in site.cameras}
    by_camera: dict[str, list[Sequence[Crossing | Stay]]] = {}
    for (camera, _, _), some in tracks.items():
        by_camera.setdefault(camera, []).append(some)
    found = {}
    for one in site.cameras:
        if len(one.tripwires) + len(one.zones) > 1:
            moved = _before(by_camera.get(one.id, []))
            found[f"camera:{one.id}"] = RouteDay(
                moved, covered=_tenths([watching[one.id]]), opened=round(10 * STEP) * bins
            )
    found["site"] = _between(site, tracks, watching, begin, bins)
    return found


def _before(tracks: Sequence[Sequence[Crossing | Stay]]) -> dict[str, dict[str, int]]:
    """Transitions of whole tracks, from outside and to outside again."""
    moved: dict[str, dict[str, int]] = {}
    for some in tracks:
        order = sorted(some, key=lambda one: (one.time, one.id))
        places = [_name(one) for one in order]
        way = [OUTSIDE, *(name for n, name in enumerate(places) if not n or places[n - 1] != name), OUTSIDE]
        for a, b in pairwise(way):
            row = moved.setdefault(a, {})
            row[b] = row.get(b, 0) + 1
    return {a: dict(sorted(row.items())) for a, row in sorted(moved.items())}


def _name(event: Crossing | Stay) -> str:
    return f"zone:{event.zone}" if isinstance(event, Stay) else f"tripwire:{event.tripwire}"


def _between(
    site: Site,
    tracks: Mapping[tuple[str, str, int], Sequence[Crossing | Stay]],
    watching: Mapping[str, Flags],
    begin: float,
    bins: int,
) -> RouteDay:
    names, of = _places(site)
    queues = {queue.zone: queue.shop for queue in site.queues if queue.shop}
    counted: dict[str, dict[str, int]] = {}
    open_left: dict[str, list[float]] = {}
    open_reached: dict[str, list[float]] = {}
    left, reached, tills = dict.fromkeys(names, 0), dict.fromkeys(names, 0), dict[str, int]()
    for _, some in sorted(tracks.items()):
        marks = sorted((mark for one in some for mark in _marks(of, one)), key=lambda m: (m.time, m.reached, m.place))
        for shop in sorted({queues[one.zone] for one in some if isinstance(one, Stay) and one.zone in queues}):
            tills[shop] = tills.get(shop, 0) + 1
        pending: _Mark | None = None
        for mark in marks:
            (reached if mark.reached else left)[mark.place] += 1
            if not mark.reached:
                if pending:
                    open_left.setdefault(pending.place, []).append(pending.time - begin)
                pending = mark
            elif pending and pending.place != mark.place:
                row = counted.setdefault(pending.place, {})
                row[mark.place] = row.get(mark.place, 0) + 1
                pending = None
            elif pending is None:
                open_reached.setdefault(mark.place, []).append(mark.time - begin)
            else:  # it stepped out and in again
                left[mark.place] -= 1
                reached[mark.place] -= 1
                pending = None
        if pending:
            open_left.setdefault(pending.place, []).append(pending.time - begin)
    found = _estimate(names, open_left, open_reached, _seen_by_place(site, of, names, watching, bins), bins)
    return RouteDay(
        {a: dict(sorted(row.items())) for a, row in sorted(counted.items())},
        found[0],
        found[1],
        {a: n for a, n in left.items() if n},
        {b: n for b, n in reached.items() if n},
        dict(sorted(tills.items())),
        covered=_tenths(list(watching.values())),
        opened=round(10 * STEP) * bins * len(watching),
    )


def _estimate(
    names: Sequence[str],
    left: Mapping[str, Sequence[float]],
    reached: Mapping[str, Sequence[float]],
    seen: Mapping[str, Flags],
    bins: int,
) -> tuple[dict[str, dict[str, float]], dict[str, dict[str, float]]]:
    froms = [name for name in names if left.get(name)]
    tos = [name for name in names if reached.get(name)]
    if not froms or not tos:
        return {}, {}
    result: Linked = linked(
        np.array([_binned(left[name], bins) for name in froms]),
        np.array([_binned(reached[name], bins) for name in tos]),
        np.array([seen[name] for name in tos]),
        np.array([[a == b for b in tos] for a in froms]),
    )
    flows: dict[str, dict[str, float]] = {}
    seconds: dict[str, dict[str, float]] = {}
    for n, a in enumerate((*froms, ELSEWHERE)):
        for m, b in enumerate(tos):
            if (count := round(float(result.count[n, m]), 3)) > 0:
                flows.setdefault(a, {})[b] = count
                if n < len(froms):
                    seconds.setdefault(a, {})[b] = round(float(result.seconds[n, m]), 1)
    return flows, seconds


def _binned(times: Sequence[float], bins: int) -> Numbers:
    found: Numbers = np.bincount((np.array(times) // STEP).astype(np.int64), minlength=bins)[:bins].astype(np.float64)
    return found


def _places(site: Site) -> tuple[list[str], dict[str, str]]:
    """Names of the site's places, and the place of each line and zone that stands for one."""
    plan = layout(site)
    of: dict[str, str] = {}
    inner = {zone for shop in site.shops for zone in shop.zones}
    for camera in site.cameras:
        for wire in camera.tripwires:
            if wire.id in plan.footfall and wire.entrance:
                of[f"tripwire:{wire.id}"] = f"entrance:{wire.entrance}"
        of |= {f"zone:{zone.id}": f"zone:{zone.id}" for zone in camera.zones if zone.id not in inner}
    for shop in site.shops:
        own = [f"tripwire:{wire}" for wire in shop.tripwires if f"tripwire:{wire}" not in of]
        # A shop whose doors are those of the site is all of it.
        marks = own or ([] if shop.tripwires else [f"zone:{zone}" for zone in shop.zones])
        of |= dict.fromkeys(marks, f"shop:{shop.id}")
    known = {f"entrance:{one.id}": 0 for one in site.entrances} | {f"shop:{one.id}": 1 for one in site.shops}
    return sorted(set(of.values()), key=lambda name: (known.get(name, 2), name)), of


def _marks(of: Mapping[str, str], event: Crossing | Stay) -> list[_Mark]:
    place = of.get(_name(event))
    if place is None:
        return []
    if isinstance(event, Stay):
        return [_Mark(event.time, place, reached=True), _Mark(event.end, place, reached=False)]
    # Who comes in at an entrance leaves it for the site; who goes out reaches it. Into a shop it is the other way.
    return [_Mark(event.time, place, reached=(event.direction == "in") != place.startswith("entrance:"))]


def _seen_by_place(
    site: Site, of: Mapping[str, str], names: Sequence[str], watching: Mapping[str, Flags], bins: int
) -> dict[str, Flags]:
    found = {name: np.ones(bins, np.bool_) for name in names}
    for camera in site.cameras:
        for mark in (*(f"tripwire:{w.id}" for w in camera.tripwires), *(f"zone:{z.id}" for z in camera.zones)):
            if mark in of:
                found[of[mark]] &= watching[camera.id]
    return found


def _watching(seen: Sequence[Seen], begin: float, bins: int) -> Flags:
    """(bins,) whether the camera was seeing in all of them, to half a step."""
    found = np.zeros(bins, np.bool_)
    for one in seen:
        low, high = (min(max(round((edge - begin) / STEP), 0), bins) for edge in (one.time, one.end))
        found[low:high] = True
    return found


def _tenths(some: Sequence[Flags]) -> int:
    """Tenths of seconds in which they were seeing, all together."""
    return round(10 * STEP) * sum(int(one.sum()) for one in some)


def _added(some: Sequence[Flows]) -> dict[str, dict[str, float]]:
    # Rounded once, at the end: all are whole thousandths.
    total: dict[str, dict[str, float]] = {}
    for flows in some:
        for a, row in flows.items():
            mine = total.setdefault(a, {})
            for b, count in row.items():
                mine[b] = mine.get(b, 0) + count
    return {a: {b: round(row[b], 3) for b in sorted(row)} for a, row in sorted(total.items())}


def _sum(some: Sequence[Mapping[str, int]]) -> dict[str, int]:
    return {n: sum(one.get(n, 0) for one in some) for n in sorted({n for one in some for n in one})}
