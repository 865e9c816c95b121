"""Cells added up to what measures are computed from: many runs of them at once, or some as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from galleria.analytics import sketch
from galleria.analytics.cells import PARTS, Cells, Part, added, counted
from galleria.analytics.facts import Flags, Numbers
from galleria.domain.measure import MeasureName

# A quarter hour of which less was seen says too little to be compared.
ENOUGH = 0.9

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
class Runs:
    """Which cells are added up, and to which run; the same for every subject.

    Attributes:
        cells: (t,) positions; a slice where they follow each other.
        onto: (t,) the run that each is added to, in order.
        count: of runs, empty ones among them.
    """

    cells: NDArray[np.intp] | slice
    onto: NDArray[np.intp]
    count: int

    @staticmethod
    def of(cells: NDArray[np.intp], onto: NDArray[np.intp], count: int) -> Runs:
        """From positions (t,) and the run (t,) of each."""
        follow = len(cells) > 0 and bool(np.all(np.diff(cells) == 1))
        # A slice of an array is no copy of it.
        return Runs(slice(int(cells[0]), int(cells[-1]) + 1) if follow else cells, onto, count)


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
    def of(cells: Cells, runs: Runs) -> Sums:
        """The sums of each run; of one without cells zero."""
        parts = np.zeros((runs.count, PARTS))
        if len(runs.onto):
            starts = np.flatnonzero(np.diff(runs.onto, prepend=-1))
            some, filled = cells.parts.T[:, runs.cells], runs.onto[starts]
            parts[filled] = np.add.reduceat(some, starts, axis=1).T
            parts[filled, Part.PEAK] = np.maximum.reduceat(some[Part.PEAK], starts)
        return Sums(parts, _of_runs(cells, runs))

    @staticmethod
    def where(cells: Cells, keep: Flags) -> Sums:
        """The cells that the mask (n,) picks, as one run."""
        parts = (cells.parts.T * keep).sum(axis=1)
        parts[Part.PEAK] = (cells.parts[:, Part.PEAK] * keep).max(initial=0.0)
        return Sums._one(parts, cells.dwells[keep[cells.dwells[:, 0]]])

    def together(self) -> Sums:
        """All runs as one."""
        return Sums._one(added(self.parts), self.dwells.copy())

    @staticmethod
    def _one(parts: Numbers, dwells: NDArray[np.int64]) -> Sums:
        dwells[:, 0] = 0
        return Sums(parts[None], dwells)

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


def coverage(parts: Numbers) -> Numbers:
    """(n,) share seen of the open time; where nothing is open of all the time. In [0,1]."""
    opened = parts[:, Part.OPEN] > 0
    seen = np.where(opened, parts[:, Part.COVERED_OPEN], parts[:, Part.COVERED])
    whole = np.where(opened, parts[:, Part.OPEN], parts[:, Part.SECONDS])
    # Rounded, so that sums of fractions do not make a gap of a billionth.
    share: Numbers = np.minimum(np.round(seen / np.where(whole > 0, whole, np.inf), 6), 1.0)
    return share


def laid_end_to_end(days: Sequence[Numbers]) -> Numbers:
    """Cells (n, PARTS) of days one after another, as those of one; the numbers of one part lie side by side."""
    # Nearly all that is done with cells is done to one part of all of them.
    return np.concatenate([parts.T for parts in days], axis=1, dtype=np.float64).T


def _of_runs(cells: Cells, runs: Runs) -> NDArray[np.int64]:
    """The dwells of cells as those of runs."""
    if not len(cells.dwells):
        return cells.dwells
    places = np.full(len(cells.parts), -1)
    places[runs.cells] = runs.onto
    dwells = cells.dwells.copy()
    dwells[:, 0] = places[dwells[:, 0]]
    dwells = dwells[dwells[:, 0] >= 0]
    return dwells[np.argsort(dwells[:, 0], kind="stable")]
