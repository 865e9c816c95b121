"""A subject's trading days as arrays, and how the quarter hours of one day lie beside those of another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from galleria.analytics import sketch
from galleria.analytics.cells import PARTS, Cells, Part, added, counted
from galleria.analytics.edges import seconds_in
from galleria.analytics.facts import Flags, Numbers
from galleria.domain.calendar import open_time
from galleria.domain.measure import MeasureName
from galleria.domain.site import Site
from galleria.domain.time import Bucket, local, quarter_hours, zone_named
from galleria.storage.rollups import RolledDay

# A quarter hour of which less was seen says too little to be compared.
ENOUGH = 0.9


@dataclass(frozen=True, slots=True)
class Sums:
    """Runs of cells, each as one: what measures are computed from.

    Attributes:
        parts: (k, PARTS) sums; the highest of peaks.
        dwells: (m, 3) which run, bin of `sketch`, how many; by run.
    """

    parts: Numbers
    dwells: NDArray[np.int64]

    @staticmethod
    def of(cells: Cells, bounds: Sequence[int]) -> Sums:
        """Runs [bounds[n], bounds[n + 1]) of cells, none of them empty."""
        starts = np.array(bounds[:-1], np.intp)
        parts = np.add.reduceat(cells.parts, starts)
        parts[:, Part.PEAK] = np.maximum.reduceat(cells.parts[:, Part.PEAK], starts)
        dwells = cells.dwells[np.argsort(cells.dwells[:, 0], kind="stable")]
        dwells[:, 0] = np.searchsorted(starts, dwells[:, 0], "right") - 1
        return Sums(parts, dwells)

    @property
    def coverage(self) -> list[float]:
        """(k,) of each run."""
        shares: list[float] = coverage(self.parts).tolist()
        return shares

    def values(self, measure: MeasureName) -> list[float | None]:
        """(k,) the measure of each; None is a gap: nothing was seen and nothing counted, or nothing to take it of."""
        p = self.parts
        if measure is MeasureName.DWELL_MEDIAN:
            cuts = np.searchsorted(self.dwells[:, 0], np.arange(len(p) + 1))
            numbers: list[float | None] = [
                sketch.quantile(self.dwells[low:high, 1], self.dwells[low:high, 2], 0.5) for low, high in pairwise(cuts)
            ]
        elif measure in _RATIO:
            above, below = _RATIO[measure]
            ratio = p[:, above] / np.where(p[:, below] > 0, p[:, below], np.nan)
            numbers = [None if number != number else number for number in ratio.tolist()]  # noqa: PLR0124  NaN
        else:
            numbers = p[:, _PART[measure]].tolist()
        known = (p[:, Part.COVERED] > 0) | counted(p)
        return [number if one else None for number, one in zip(numbers, known.tolist(), strict=True)]


@dataclass(frozen=True, slots=True)
class Sum:
    """Some cells as one.

    Attributes:
        parts: (PARTS,) sums; the highest of peaks.
        dwells: (m, 2) bin of `sketch`, how many.
    """

    parts: Numbers
    dwells: NDArray[np.int64]

    @property
    def coverage(self) -> float:
        return float(coverage(self.parts[None])[0])

    def value(self, measure: MeasureName) -> float | None:
        """The measure, or None, as `Sums` says."""
        dwells = np.insert(self.dwells, 0, 0, axis=1)
        return Sums(self.parts[None], dwells).values(measure)[0]


_PART = {
    MeasureName.IN: Part.CAME,
    MeasureName.OUT: Part.WENT,
    MeasureName.STAYS: Part.STAYS,
    MeasureName.PASS_BY: Part.PASSED,
    MeasureName.AT_ONCE_PEAK: Part.PEAK,
    MeasureName.OCCUPANCY: Part.PEAK,
}
_RATIO = {
    MeasureName.CAPTURE_RATE: (Part.CAME, Part.PASSED),
    MeasureName.DWELL_MEAN: (Part.DWELL, Part.STAYS),
}
MEASURES = frozenset({*_PART, *_RATIO, MeasureName.DWELL_MEDIAN})


@dataclass(frozen=True, slots=True)
class FlowDay:
    """One subject's trading day.

    Attributes:
        bucket: all of it.
        edges: (n + 1,) its cells: quarter hours, of a day that was not rolled up only one; up to the day's end.
        cells: (n, PARTS); zero where nothing is known.
        passed: how many of them are known to have passed in full.
        until: up to when it was counted; the day's end when it is over, its begin when it is yet to come.
    """

    bucket: Bucket
    edges: Numbers
    cells: Cells
    passed: int
    until: float

    @property
    def over(self) -> bool:
        return self.until >= self.bucket.end

    def all(self) -> Sum:
        return Sum(added(self.cells.parts), self.cells.dwells[:, 1:])

    def summed(self, keep: Flags | None = None) -> Cells:
        """All cells, or those that the mask picks, as one cell."""
        if keep is None and len(self.cells.parts) == 1:
            return self.cells
        some = self.all() if keep is None else self.where(keep)
        return Cells(some.parts[None], np.insert(some.dwells, 0, 0, axis=1))

    def where(self, keep: Flags) -> Sum:
        """The cells that the mask (n,) picks, as one."""
        return Sum(added(self.cells.parts[keep]), self.cells.dwells[keep[self.cells.dwells[:, 0]], 1:])


def together(some: Sequence[Sum]) -> Sum:
    """The sum of several."""
    if not some:
        return Sum(np.zeros(PARTS), np.zeros((0, 2), np.int64))
    return Sum(added(np.array([one.parts for one in some])), np.concatenate([one.dwells for one in some]))


def coverage(parts: Numbers) -> Numbers:
    """(n,) share seen of the open time; where nothing is open of all the time. In [0,1]."""
    opened = parts[:, Part.OPEN] > 0
    seen = np.where(opened, parts[:, Part.COVERED_OPEN], parts[:, Part.COVERED])
    whole = np.where(opened, parts[:, Part.OPEN], parts[:, Part.SECONDS])
    # Rounded, so that sums of fractions do not make a gap of a billionth.
    share: Numbers = np.minimum(np.round(seen / np.where(whole > 0, whole, np.inf), 6), 1.0)
    return share


def flow_day(
    site: Site, day: Bucket, rolled: RolledDay | None, cells: Cells | None, now: float, *, fine: bool
) -> FlowDay:
    """One day, whether or not anything is known of it.

    Args:
        site: gives the zone and the opening hours.
        day: all of it.
        rolled: None: no roll-up.
        cells: None: the subject has none on that day.
        now: up to when the site was counted; what is later has not passed.
        fine: quarter hours are wanted even where nothing is known.
    """
    until = min(max(rolled.until if rolled else now, day.begin), day.end)
    edges = rolled.edges if rolled else None
    # The last cell of a day that goes on ends now: it gets the end that it will have.
    if (fine and edges is None) or (rolled and until < day.end):
        edges = _quarters(site.zone, day.begin, day.end)
    elif edges is None:
        edges = np.array([day.begin, day.end])
    if cells is not None and len(cells.parts) == len(edges) - 1:
        whole = cells.parts
    else:
        whole = _unknown(site, day, edges, until)
        if cells is not None:
            whole[: len(cells.parts)] = cells.parts
    passed = int(np.searchsorted(edges[1:], until, "right"))
    dwells = cells.dwells if cells is not None else np.zeros((0, 3), np.int64)
    return FlowDay(day, edges, Cells(whole, dwells), passed, until)


@lru_cache(maxsize=64)
def _quarters(zone: str, begin: float, end: float) -> Numbers:
    """Edges of a day's quarter hours: the same for all subjects."""
    edges = np.array([*(max(step.begin, begin) for step in quarter_hours(zone_named(zone), begin, end)), end])
    edges.flags.writeable = False
    return edges


def _unknown(site: Site, day: Bucket, edges: Numbers, until: float) -> Numbers:
    """Cells of which nothing is known but how long they are, as far as they have passed."""
    parts = np.zeros((len(edges) - 1, PARTS))
    parts[:, Part.SECONDS] = seconds_in(edges, edges[:1], np.array([until]))
    opened = open_time(site, day)
    if opened:
        low, high = min(opened[0], until), min(opened[1], until)
        parts[:, Part.OPEN] = seconds_in(edges, np.array([low]), np.array([high]))
    return parts


def beside(site: Site, day: FlowDay, before: FlowDay) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Pairs of cells at the same local time: positions in `day` and in `before`.

    Where the clocks change, an hour without its like is left out, and of an hour that comes twice each is paired with
    its own.
    """
    if len(day.edges) == len(before.edges) and _alike(site, day, before):
        everything = np.arange(len(day.edges) - 1)
        return everything, everything
    at = {time: n for n, time in enumerate(_times(site, before))}
    pairs = [(n, at[time]) for n, time in enumerate(_times(site, day)) if time in at]
    mine, others = zip(*pairs, strict=True) if pairs else ((), ())
    return np.array(mine, np.intp), np.array(others, np.intp)


def comparable(day: FlowDay, before: FlowDay, pairs: tuple[NDArray[np.intp], NDArray[np.intp]]) -> tuple[Flags, Flags]:
    """Masks of the cells of both days that may be compared: passed, and seen well enough on both."""
    mine, others = pairs
    fit = (mine < day.passed) & (others < before.passed)
    fit &= coverage(day.cells.parts)[mine] >= ENOUGH
    fit &= coverage(before.cells.parts)[others] >= ENOUGH
    masks = np.zeros(len(day.edges) - 1, np.bool_), np.zeros(len(before.edges) - 1, np.bool_)
    masks[0][mine[fit]], masks[1][others[fit]] = True, True
    return masks


def moved(day: FlowDay, before: FlowDay, pairs: tuple[NDArray[np.intp], NDArray[np.intp]]) -> Cells:
    """The cells of `before` laid upon those of `day`; zero where there is no like."""
    mine, others = pairs
    parts = np.zeros((len(day.edges) - 1, PARTS))
    parts[mine] = before.cells.parts[others]
    places = np.full(len(before.edges) - 1, -1)
    places[others] = mine
    dwells = before.cells.dwells.copy()
    dwells[:, 0] = places[dwells[:, 0]]
    return Cells(parts, dwells[dwells[:, 0] >= 0])


def _alike(site: Site, day: FlowDay, before: FlowDay) -> bool:
    """Whether both days have the same quarter hours, without a change of clocks in them."""
    zone = zone_named(site.zone)
    ends = [(local(t, zone).time(), local(t, zone).utcoffset()) for d in (day, before) for t in d.edges[[0, -1]]]
    same_clock = ends[0][0] == ends[2][0] and ends[0][1] == ends[1][1] and ends[2][1] == ends[3][1]
    return same_clock and bool(np.all(np.diff(day.edges) == np.diff(before.edges)))


def _times(site: Site, day: FlowDay) -> Iterable[tuple[str, int]]:
    """The local time of each cell, and whether the clocks show it for the second time."""
    zone = zone_named(site.zone)
    # After midnight belongs to the same trading day, and comes last either way.
    return [(wall.strftime("%H:%M"), wall.fold) for wall in (local(t, zone) for t in day.edges[:-1])]
