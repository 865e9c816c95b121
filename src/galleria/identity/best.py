"""The rows that can be among each probe's best, while scores are only about known."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .blocks import GROUP, Whole
from .products import Doubles

Rows: TypeAlias = NDArray[np.intp]

_LEAST = np.iinfo(np.int32).min


class Best:
    """For every probe, keeps all rows that can be one of its best `most`.

    Attributes:
        most: how many of the best are wanted.
        floors: (probes,) every probe has `most` rows whose scores are no less; what cannot reach it is left out.
    """

    __slots__ = ("_high", "_lows", "_probes", "_rows", "floors", "most")

    def __init__(self, probes: int, most: int) -> None:
        self.most = most
        self.floors: Doubles = np.full(probes, -np.inf)
        self._lows: Doubles = np.empty((probes, 0))
        self._probes: list[Rows] = []
        self._rows: list[Rows] = []
        self._high: list[Doubles] = []

    def __len__(self) -> int:
        return sum(len(rows) for rows in self._rows)

    def look(self, scores: Whole, units: Doubles, offsets: Doubles, slacks: Doubles, first: int) -> None:
        """Look at scores of rounded templates.

        Args:
            scores: (blocks, probes, rows).
            units: (probes,) what a score is multiplied with,
            offsets: (probes,) and what is added then, to be a cosine.
            slacks: (probes,) how far a score can be off, as cosines.
            first: number of the first row; blocks follow each other.
        """
        blocks, probes, rows = scores.shape
        groups = scores.reshape(blocks, probes, rows // GROUP, GROUP)
        peaks = groups.max(axis=3)
        # Groups' peaks belong to different rows. Where they are too few, all rows are asked.
        enough = peaks if peaks.size // probes >= self.most else scores
        self._raise(enough.swapaxes(0, 1).reshape(probes, -1) * units[:, None] + (offsets - slacks)[:, None])
        # A unit is left at the edge, for what floats round off.
        least = np.ceil((self.floors - offsets - slacks) / units) - 1
        least = np.maximum(least, _LEAST).astype(np.int32)
        block, probe, group = np.nonzero(peaks >= least[:, None])
        near = groups[block, probe, group]
        at, row = np.nonzero(near >= least[probe, None])
        block, probe, group = block[at], probe[at], group[at]
        high = near[at, row] * units[probe] + (offsets + slacks)[probe]
        self._take(probe, first + block * rows + group * GROUP + row, high)

    def look_exactly(self, scores: Doubles, first: int) -> None:
        """Look at (probes, rows) exact scores."""
        self._raise(scores)
        probe, row = np.nonzero(scores >= self.floors[:, None])
        self._take(probe, first + row, scores[probe, row])

    def left(self) -> list[Rows]:
        """For every probe the rows that can still be among its best."""
        if not self._rows:
            return [np.empty(0, np.intp)] * len(self.floors)
        probes, rows = np.concatenate(self._probes), np.concatenate(self._rows)
        keep = (np.concatenate(self._high) >= self.floors[probes]).nonzero()[0]
        keep = keep[probes[keep].argsort(kind="stable")]
        ends = np.searchsorted(probes[keep], np.arange(len(self.floors) + 1)).tolist()
        return [rows[keep[start:end]] for start, end in pairwise(ends)]

    def settle(self, rows: list[tuple[int, int, float]]) -> None:
        """Of all that was looked at, only these can be among the best: numbers of probes, rows, exact scores."""
        probes, numbers, scores = zip(*rows, strict=True)
        self._probes, self._rows, self._high = [np.array(probes)], [np.array(numbers)], [np.array(scores)]

    def _take(self, probes: Rows, rows: Rows, high: Doubles) -> None:
        self._probes.append(probes)
        self._rows.append(rows)
        self._high.append(high)

    def _raise(self, lows: NDArray[Any]) -> None:
        """Take (probes, n) lower bounds of different rows' scores."""
        if self.most == 1:
            self.floors = np.maximum(self.floors, lows.max(axis=1))
            return
        lows = np.concatenate((self._lows, lows), axis=1)
        spare = lows.shape[1] - self.most
        if spare > 0:
            lows = np.partition(lows, spare, axis=1)[:, spare:]
        self._lows = lows
        if spare >= 0:
            self.floors = lows.min(axis=1)
