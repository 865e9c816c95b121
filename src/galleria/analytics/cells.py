"""One trading day's facts into cells: quarter hours of every subject, made of parts that can be added up. Pure.

A *subject* is the site, an entrance, a shop, a tripwire, a zone or a camera. Footfall of the site is what its
entrances' lines count; in a site that declares no entrance every line is one. An entrance that several cameras see has
the sum of its lines (lines that overlap are the site's business) and the mean of their coverage; so has the site, and
so has a shop, whose zones count with its lines.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from galleria.domain.site import Shop, Site
from galleria.domain.time import Bucket

from . import sketch
from .edges import cell_of, most_at_once, seconds_in, union, without
from .facts import Facts, Flags, Numbers, Spans
from .occupancy import levels

SITE = "site"


class Part(IntEnum):
    """What a cell holds. All but the last two add up; the highest of peaks is the peak of them all."""

    CAME = 0
    WENT = 1
    STAYS = 2
    CUT = 3  # of the stays: those cut short
    DWELL = 4  # seconds, of all stays together
    PASSED = 5
    PRESENCE = 6  # seconds, of all tracks (of a zone: stays) together
    SECONDS = 7
    OPEN = 8  # seconds of these within opening hours
    COVERED = 9  # seconds of these seen
    COVERED_OPEN = 10  # seconds seen within opening hours
    PEAK = 11  # most at once: of a camera tracks, of a zone stays, of the site visitors inside
    INSIDE = 12  # visitors inside at the cell's end; only of the site


PARTS = len(Part)
_COUNTED = (Part.CAME, Part.WENT, Part.STAYS, Part.PASSED, Part.PRESENCE)


@dataclass(slots=True)
class Cells:
    """The cells of one subject on one day.

    Attributes:
        parts: (cells, PARTS).
        dwells: (m, 3) cell, bin of `sketch`, how many stays.
    """

    parts: Numbers
    dwells: NDArray[np.int64] = field(default_factory=lambda: np.zeros((0, 3), np.int64))

    def __add__(self, other: Cells) -> Cells:
        parts = self.parts + other.parts
        parts[:, Part.PEAK] = np.maximum(self.parts[:, Part.PEAK], other.parts[:, Part.PEAK])
        return Cells(parts, np.concatenate((self.dwells, other.dwells)))

    def continued(self, keep: int, tail: Cells) -> Cells:
        """The first `keep` of these cells, and the tail after them."""
        later = tail.dwells + np.array([keep, 0, 0])
        earlier = self.dwells[self.dwells[:, 0] < keep]
        return Cells(np.concatenate((self.parts[:keep], tail.parts)), np.concatenate((earlier, later)))


def added(parts: Numbers) -> Numbers:
    """Many cells (n, PARTS) as one (PARTS,)."""
    total: Numbers = parts.sum(axis=0)
    total[Part.PEAK] = parts[:, Part.PEAK].max(initial=0.0)
    total[Part.INSIDE] = parts[-1, Part.INSIDE] if len(parts) else 0.0
    return total


def counted(parts: Numbers) -> Flags:
    """(n,) whether anything was counted in cells (n, PARTS)."""
    found: Flags = np.asarray(parts[:, list(_COUNTED)].any(axis=1))
    return found


@dataclass(frozen=True, slots=True)
class Layout:
    """Which line and zone belongs to what.

    Attributes:
        lines: camera of each tripwire.
        zones: camera of each zone.
        cameras: ids.
        entrances: the lines of each entrance, declared ones only.
        footfall: the lines that count for the site.
        shops: each with its lines and zones, as far as there are such.
    """

    lines: Mapping[str, str]
    zones: Mapping[str, str]
    cameras: tuple[str, ...]
    entrances: Mapping[str, tuple[str, ...]]
    footfall: frozenset[str]
    shops: tuple[Shop, ...] = ()

    def with_past(self, facts: Facts) -> Layout:
        """And what has been taken out of the site since: it keeps its own numbers, but is no way in any more."""
        lines, zones = dict(self.lines), dict(self.zones)
        for recording in facts.recordings:
            for line in sorted(recording.tripwires):
                lines.setdefault(line, recording.camera)
            for zone in sorted(recording.zones):
                zones.setdefault(zone, recording.camera)
        past = {recording.camera for recording in facts.recordings} - set(self.cameras)
        return Layout(lines, zones, (*self.cameras, *sorted(past)), self.entrances, self.footfall, self.shops)


def layout(site: Site) -> Layout:
    """A site's layout as it is declared now."""
    wires = [(wire, camera.id) for camera in site.cameras for wire in camera.tripwires]
    entrances = {e.id: tuple(wire.id for wire, _ in wires if wire.entrance == e.id) for e in site.entrances}
    ways_in = [line for lines in entrances.values() for line in lines] or [wire.id for wire, _ in wires]
    lines = {wire.id: camera for wire, camera in wires}
    zones = {zone.id: camera.id for camera in site.cameras for zone in camera.zones}
    shops = tuple(
        replace(
            shop,
            tripwires=tuple(line for line in shop.tripwires if line in lines),
            zones=tuple(zone for zone in shop.zones if zone in zones),
        )
        for shop in site.shops
    )
    cameras = tuple(camera.id for camera in site.cameras)
    return Layout(lines, zones, cameras, entrances, frozenset(ways_in), shops)


@dataclass(frozen=True, slots=True)
class Stretch:
    """What cells are wanted of.

    Attributes:
        buckets: in order, edge to edge.
        opened: when the site is open on that day; None on a closed one.
        inside: how many were inside before the first bucket.
        resets: when occupancy was set to zero.
    """

    buckets: Sequence[Bucket]
    opened: tuple[float, float] | None
    inside: float = 0.0
    resets: tuple[float, ...] = ()

    @property
    def edges(self) -> Numbers:
        """(n + 1,)."""
        return np.array([*(bucket.begin for bucket in self.buckets), self.buckets[-1].end])


def day_cells(plan: Layout, facts: Facts, stretch: Stretch) -> dict[str, Cells]:
    """The cells of every subject.

    Args:
        plan: what belongs to what.
        facts: everything that overlaps the stretch; events count in the cell they began in.
        stretch: at least one bucket.
    """
    plan = plan.with_past(facts)
    seen = _Coverage(facts, stretch)
    edges = stretch.edges
    lines = dict(zip(facts.lines, _tallies(edges, facts.crossings, len(facts.lines)), strict=True))
    zones = dict(zip(facts.zones, _stays(edges, facts.stays, len(facts.zones)), strict=True))
    paths = dict(zip(facts.cameras, _paths(edges, facts.paths, len(facts.cameras)), strict=True))
    empty = np.zeros((len(stretch.buckets), PARTS))
    cells: dict[str, Cells] = {}
    for line, camera in plan.lines.items():
        cells[f"tripwire:{line}"] = seen.on(Cells(lines.get(line, empty).copy()), seen.line(camera, line))
    for zone, camera in plan.zones.items():
        cells[f"zone:{zone}"] = seen.on(zones.get(zone, Cells(empty.copy())), seen.zone(camera, zone))
    for camera in plan.cameras:
        whole = _sum(
            empty,
            [Cells(paths.get(camera, empty))]
            + [Cells(lines[line]) for line, of in plan.lines.items() if of == camera and line in lines]
            # Peaks of stays are none of tracks.
            + [_flat(zones[zone]) for zone, of in plan.zones.items() if of == camera and zone in zones],
        )
        cells[f"camera:{camera}"] = seen.on(whole, seen.camera(camera))
    for entrance, some in plan.entrances.items():
        cells[f"entrance:{entrance}"] = _entrance(plan, some, cells, empty)
    cells |= {f"shop:{shop.id}": _shop(plan, shop, cells, empty) for shop in plan.shops}
    cells[SITE] = _site(plan, facts, stretch, cells, empty)
    return cells


def _entrance(plan: Layout, lines: Iterable[str], cells: Mapping[str, Cells], empty: Numbers) -> Cells:
    """The sum of some lines, with who passed by their cameras, and their mean coverage."""
    lines = list(lines)
    whole = _sum(empty, [cells[f"tripwire:{line}"] for line in lines])
    for camera in {plan.lines[line] for line in lines}:
        whole.parts[:, Part.PASSED] += cells[f"camera:{camera}"].parts[:, Part.PASSED]
    _mean_coverage(whole.parts, [cells[f"tripwire:{line}"].parts for line in lines])
    return whole


def _shop(plan: Layout, shop: Shop, cells: Mapping[str, Cells], empty: Numbers) -> Cells:
    """The sum of its lines, with who passed by their cameras, the stays in its zones, and the mean coverage of both."""
    whole = _entrance(plan, shop.tripwires, cells, empty)
    zones = [cells[f"zone:{zone}"] for zone in shop.zones]
    stays = _stayed(whole, zones, empty)
    _mean_coverage(
        stays.parts, [*(cells[f"tripwire:{line}"].parts for line in shop.tripwires), *(z.parts for z in zones)]
    )
    return stays


def _stayed(whole: Cells, zones: Iterable[Cells], empty: Numbers) -> Cells:
    """The same, with the stays in some zones."""
    stays = _sum(empty, [_flat(zone) for zone in zones])
    for part in (Part.STAYS, Part.CUT, Part.DWELL):
        whole.parts[:, part] = stays.parts[:, part]
    return Cells(whole.parts, stays.dwells)


def _site(plan: Layout, facts: Facts, stretch: Stretch, cells: Mapping[str, Cells], empty: Numbers) -> Cells:
    lines = [line for line in plan.lines if line in plan.footfall]
    whole = _stayed(_entrance(plan, lines, cells, empty), [cells[f"zone:{zone}"] for zone in plan.zones], empty)
    for camera in plan.cameras:
        whole.parts[:, Part.PRESENCE] += cells[f"camera:{camera}"].parts[:, Part.PRESENCE]
    if not lines:
        _mean_coverage(whole.parts, [cells[f"camera:{camera}"].parts for camera in plan.cameras])
    _time(whole.parts, stretch)
    counts = np.isin(facts.crossings.place, [n for n, line in enumerate(facts.lines) if line in plan.footfall])
    _inside(whole.parts, stretch, facts.crossings.where(counts))
    return whole


def _inside(parts: Numbers, stretch: Stretch, crossings: Spans) -> None:
    edges = stretch.edges
    crossings = crossings.where(cell_of(edges, crossings.begin)[1])
    resets = [t for t in stretch.resets if edges[0] <= t < edges[-1]]
    after, order = levels(crossings.begin, crossings.flag, resets, stretch.inside)
    # A reset is a level of its own: nobody, from that moment on. At its moment it comes before crossings.
    moments = np.concatenate((resets, crossings.begin[order]))
    level = np.concatenate((np.zeros(len(resets)), after))
    by_time = np.argsort(moments, kind="stable")
    moments, level = moments[by_time], np.concatenate(([stretch.inside], level[by_time]))
    held = np.searchsorted(moments, edges[1:], "left")
    parts[:, Part.INSIDE] = level[held]
    # Who was inside when a cell began was inside in it.
    parts[:, Part.PEAK] = np.concatenate(([stretch.inside], level[held[:-1]]))
    index, _ = cell_of(edges, moments)
    if len(moments):
        np.maximum.at(parts[:, Part.PEAK], index, level[1:])


def _tallies(edges: Numbers, crossings: Spans, places: int) -> Numbers:
    parts = np.zeros((places, len(edges) - 1, PARTS))
    parts[:, :, Part.CAME] = _tally(edges, crossings.where(crossings.flag), places)
    parts[:, :, Part.WENT] = _tally(edges, crossings.where(~crossings.flag), places)
    return parts


def _stays(edges: Numbers, stays: Spans, places: int) -> list[Cells]:
    parts = np.zeros((places, len(edges) - 1, PARTS))
    cell, inside = cell_of(edges, stays.begin)
    dwell = stays.end - stays.begin
    parts[:, :, Part.STAYS] = _tally(edges, stays, places)
    parts[:, :, Part.CUT] = _tally(edges, stays.where(stays.flag), places)
    np.add.at(parts[:, :, Part.DWELL], (stays.place[inside], cell[inside]), dwell[inside])
    _present(parts, edges, stays, places)
    keys = np.stack((stays.place[inside], cell[inside], sketch.bins(dwell[inside])), axis=1)
    unique, counts = np.unique(keys, axis=0, return_counts=True)
    bounds = np.searchsorted(unique[:, 0], np.arange(places + 1))
    rows = np.column_stack((unique[:, 1:], counts))
    return [Cells(parts[n], rows[bounds[n] : bounds[n + 1]]) for n in range(places)]


def _paths(edges: Numbers, paths: Spans, places: int) -> Numbers:
    parts = np.zeros((places, len(edges) - 1, PARTS))
    parts[:, :, Part.PASSED] = _tally(edges, paths.where(paths.flag), places)
    _present(parts, edges, paths, places)
    return parts


def _present(parts: Numbers, edges: Numbers, spans: Spans, places: int) -> None:
    order = np.argsort(spans.place, kind="stable")
    begin, end = spans.begin[order], spans.end[order]
    bounds = np.searchsorted(spans.place[order], np.arange(places + 1))
    for n in range(places):
        some = slice(bounds[n], bounds[n + 1])
        parts[n, :, Part.PRESENCE] = seconds_in(edges, begin[some], end[some])
        parts[n, :, Part.PEAK] = most_at_once(edges, begin[some], end[some])


def _tally(edges: Numbers, spans: Spans, places: int) -> NDArray[np.int64]:
    cells = len(edges) - 1
    index, inside = cell_of(edges, spans.begin)
    flat = np.bincount(spans.place[inside] * cells + index[inside], minlength=places * cells)
    return flat.reshape(places, cells)


def _sum(empty: Numbers, some: Iterable[Cells]) -> Cells:
    total = Cells(empty.copy())
    for cells in some:
        total += cells
    return total


def _flat(cells: Cells) -> Cells:
    """Of stays only their counts and dwells, to be added to something that has tracks of its own."""
    parts = cells.parts.copy()
    parts[:, [Part.PEAK, Part.PRESENCE]] = 0.0
    return Cells(parts, cells.dwells)


def _mean_coverage(parts: Numbers, some: Sequence[Numbers]) -> None:
    for part in (Part.SECONDS, Part.OPEN, Part.COVERED, Part.COVERED_OPEN):
        parts[:, part] = np.mean([one[:, part] for one in some], axis=0) if some else 0.0


def _time(parts: Numbers, stretch: Stretch) -> None:
    edges = stretch.edges
    parts[:, Part.SECONDS] = np.diff(edges)
    low, high = stretch.opened or (0.0, 0.0)
    parts[:, Part.OPEN] = seconds_in(edges, np.array([low]), np.array([high]))


class _Coverage:
    """How many seconds of each cell the recordings that watched something were seeing."""

    def __init__(self, facts: Facts, stretch: Stretch) -> None:
        self._facts = facts
        self._stretch = stretch
        order = np.argsort(facts.seen.place, kind="stable")
        self._seen = facts.seen.where(order)
        self._bounds = np.searchsorted(self._seen.place, np.arange(len(facts.recordings) + 1))
        self._known: dict[tuple[str, tuple[int, ...]], tuple[Numbers, Numbers]] = {}
        self._of: dict[str, list[int]] = defaultdict(list)
        for n, recording in enumerate(facts.recordings):
            self._of[recording.camera].append(n)

    def camera(self, camera: str) -> tuple[Numbers, Numbers]:
        return self._covered(camera, tuple(self._of[camera]))

    def line(self, camera: str, line: str) -> tuple[Numbers, Numbers]:
        recordings = self._facts.recordings
        return self._covered(camera, tuple(n for n in self._of[camera] if line in recordings[n].tripwires))

    def zone(self, camera: str, zone: str) -> tuple[Numbers, Numbers]:
        recordings = self._facts.recordings
        return self._covered(camera, tuple(n for n in self._of[camera] if zone in recordings[n].zones))

    def on(self, cells: Cells, covered: tuple[Numbers, Numbers]) -> Cells:
        _time(cells.parts, self._stretch)
        cells.parts[:, Part.COVERED], cells.parts[:, Part.COVERED_OPEN] = covered
        return cells

    def _covered(self, camera: str, recordings: tuple[int, ...]) -> tuple[Numbers, Numbers]:
        """Seconds seen of each cell, and of its open time."""
        if (camera, recordings) not in self._known:
            pieces = [slice(self._bounds[n], self._bounds[n + 1]) for n in recordings]
            begin = np.concatenate([np.zeros(0), *(self._seen.begin[piece] for piece in pieces)])
            end = np.concatenate([np.zeros(0), *(self._seen.end[piece] for piece in pieces)])
            begin, end = without(*union(begin, end), self._facts.unseen.get(camera, []))
            low, high = self._stretch.opened or (0.0, 0.0)
            edges = self._stretch.edges
            opened = np.clip(begin, low, high), np.clip(end, low, high)
            self._known[camera, recordings] = seconds_in(edges, begin, end), seconds_in(edges, *opened)
        return self._known[camera, recordings]
