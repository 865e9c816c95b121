"""Exact one-to-many search over one template space: int8 finds who can be among the best, float64 says who is.

A score is the sum of the products of two templates' float32 values, in float64. The answer is the one that comparing
with everybody gives, whatever was added and deleted in which order; equal scores go by label.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice

import numpy as np

from galleria.domain.detection import Floats
from galleria.domain.errors import InputError

from .asked import asked, asked_together
from .best import Best, Rows, best_of
from .blocks import LARGEST, LENGTH, LOOSE, ROWS, Block, Grid, Whole, Worst, worst_of
from .labels import Halves, halves, written
from .products import product, products

_AT_ONCE = 32  # probes
_SCORES = 1 << 20  # looked at in one go: they stay in the processor's cache
_UNSETTLED = 1 << 17  # rows that may be among the best, before it is decided
_EXACT_AT_ONCE = 4096  # rows compared exactly in one go
_GROWN = 4  # times as many or as few templates: the middle of them may be elsewhere
_ROOM = 1.1
_LEAST = 1e-3
_OFF = LENGTH - 1


@dataclass(frozen=True, slots=True)
class Near:
    """A label that is near a probe.

    Attributes:
        score: of its nearest template: the cosine. It never leaves this room.
    """

    label: str
    score: float = field(repr=False)


class Index:
    """Templates of one space, by label. For one thread.

    Args:
        dimensions: of a template.
        per_label: how many templates a label can have.
    """

    def __init__(self, dimensions: int, per_label: int = 1) -> None:
        self._dimensions = dimensions
        self._per_label = per_label
        self._count = 0
        # There may be room for more rows than there are.
        self._values: Floats = np.empty((0, dimensions), np.float32)
        self._labels: Halves = np.empty((2, 0), ">u8")  # first halves, second halves: one row is searched at once
        self._blocks: list[Block] = []
        self._grid = Grid.around(np.zeros(dimensions, np.float32), np.float32(1))
        self._fitted = 0  # how many templates there were when the grid was laid; 0: it does not fit
        self._scores: Whole = np.empty(_SCORES, np.int32)
        self._covered = 0  # rows from the first that are packed
        self._current = True  # no row changed since they were packed
        self._worst = Worst()  # of all blocks that were packed since the grid was laid
        self._loose: Rows = np.empty(0, np.intp)

    def __len__(self) -> int:
        return self._count

    @property
    def nbytes(self) -> int:
        """Bytes of memory."""
        packed = sum(block.nbytes for block in self._blocks)
        return packed + self._values.nbytes + self._labels.nbytes + self._scores.nbytes

    def add(self, labels: Sequence[str], values: Floats) -> None:
        """Add templates; the caller sees to it that no label gets more than it can have.

        Args:
            labels: one for each template.
            values: (n, d) of length 1.

        Raises:
            InputError: wrong shape or length; nothing was added.
        """
        values, keys = self._checked(values), halves(labels)
        if len(keys) != len(values):
            problem = f"{len(keys)} labels with {len(values)} templates"
            raise ValueError(problem)
        rest = np.abs(values - self._grid.centre).max(initial=0)
        if rest * self._grid.steps > LARGEST:
            self._fitted = 0
        end = self._count + len(values)
        self._make_room(end)
        self._values[self._count : end] = values
        self._labels[:, self._count : end] = keys.T
        self._count, self._current = end, False

    def delete(self, labels: Sequence[str]) -> int:
        """Delete all templates of these labels; their memory is wiped. How many templates that were."""
        gone = self._rows_of(halves(labels))
        if not gone:
            return 0
        left = self._count - len(gone)
        # The last rows that stay move into the holes: no tombstones, and memory shrinks with the gallery.
        holes, last = [row for row in gone if row < left], {row for row in gone if row >= left}
        movers = [row for row in range(left, self._count) if row not in last]
        for hole, mover in zip(holes, movers, strict=True):
            self._values[hole], self._labels[:, hole] = self._values[mover], self._labels[:, mover]
        self._values[left : self._count] = 0
        self._labels[:, left : self._count] = 0
        self._count, self._current = left, False
        self._replaced(holes, left)
        self._make_room(left)
        return len(gone)

    def of(self, label: str) -> Floats:
        """(n, d) the templates of a label."""
        return self._values[self._rows_of(halves([label]))]

    def search(self, probes: Floats, k: int = 1) -> list[list[Near]]:
        """The k nearest labels of each probe, nearest first; fewer where there are fewer.

        Args:
            probes: (n, d) of length 1.
            k: at least 1.

        Raises:
            InputError: wrong shape or length.
        """
        probes = self._checked(probes)
        if not self._current:
            self._fit()
            self._pack()
        found: list[list[Near]] = []
        for start in range(0, len(probes), _AT_ONCE):
            part = probes[start : start + _AT_ONCE]
            reach = self._within_reach(part, k * self._per_label)
            found += [self._named(probe, rows, k) for probe, rows in zip(part, reach, strict=True)]
        return found

    def _within_reach(self, probes: Floats, most: int) -> list[Rows]:
        """For each probe the rows that can be among its best, and those that are not packed."""
        if not self._covered:
            return [self._loose] * len(probes)
        best = [self._alone(probes[0], most)] if len(probes) == 1 else self._together(probes, most)
        # Those that are not packed are so few that all of them can be compared.
        return [np.concatenate((one.left(), self._loose)) for one in best]

    def _alone(self, probe: Floats, most: int) -> Best:
        whole, margin = asked(probe, self._grid, self._worst)
        for block in self._blocks:
            block.score_alone(whole)
        best = Best(most, margin)
        best.look(self._scores[: self._covered])
        return best

    def _together(self, probes: Floats, most: int) -> list[Best]:
        whole, margins = asked_together(probes, self._grid, self._worst)
        best = [Best(most, margin) for margin in margins]
        packed, first = [block for block in self._blocks if block.covered], 0
        span = max(1, _SCORES // (len(probes) * ROWS))
        for start in range(0, len(packed), span):
            scores, end = [], 0
            for block in packed[start : start + span]:
                begin, end = end, end + len(probes) * block.covered
                scores.append(self._scores[begin:end].reshape(len(probes), block.covered))
                block.score(whole, scores[-1])
            for number, one in enumerate(best):
                one.look(np.concatenate([part[number] for part in scores]), first)
            first += end // len(probes)
            if sum(map(len, best)) > _UNSETTLED:
                self._settle(probes, best)
        return best

    def _settle(self, probes: Floats, best: list[Best]) -> None:
        """Compare exactly what was found so far, so that a gallery of templates all alike takes no more memory."""
        for probe, one in zip(probes, best, strict=True):
            one.settle(np.sort([row for _, _, row in self._ranked(probe, one.left(), one.most)]))

    def _named(self, probe: Floats, rows: Rows, k: int) -> list[Near]:
        """The k nearest labels of these rows."""
        # Of the k nearest labels the worst one's nearest template is among the best k x per_label templates.
        nearest: dict[str, float] = {}
        for score, label, _ in self._ranked(probe, rows, k * self._per_label):
            nearest.setdefault(label, -score)
        return [Near(label, score) for label, score in islice(nearest.items(), k)]

    def _ranked(self, probe: Floats, rows: Rows, most: int) -> list[tuple[float, str, int]]:
        """Of these rows the best `most` of (d,) one probe, best first: exact scores times -1, labels, rows."""
        ranked: list[tuple[float, str, int]] = []
        for start in range(0, len(rows), _EXACT_AT_ONCE):
            part = rows[start : start + _EXACT_AT_ONCE]
            scores = products(probe, self._values.take(part, axis=0))
            best = best_of(scores, most)
            part = part[best]
            labels = written(self._labels.take(part, axis=1).T)
            ranked += zip((-scores[best]).tolist(), labels, part.tolist(), strict=True)
            ranked = sorted(ranked)[:most]
        return ranked

    def _checked(self, values: Floats) -> Floats:
        if values.ndim != 2 or values.shape[1] != self._dimensions:  # noqa: PLR2004  rows and columns
            problem = f"templates of shape {values.shape} for a gallery of {self._dimensions} dimensions"
            raise InputError(problem, "Use the network that the gallery was made with.")
        values = np.ascontiguousarray(values, np.float32)
        if len(values) == 1:
            off = abs(product(values[0], values[0]) - 1)
        else:
            off = np.abs(np.vecdot(values, values) - 1).max(initial=0)
        if not off < _OFF:  # also where there is no number
            raise InputError("a template whose length is not 1", "Divide templates by their length.")  # noqa: EM101
        return values

    def _rows_of(self, wanted: Halves) -> list[int]:
        """Where these labels are, ascending."""
        wanted, held = wanted.view(np.uint64), self._labels[:, : self._count].view(np.uint64)
        # Labels are random: one half tells nearly all apart, and the other is asked for the few that are left.
        at = (held[1] == wanted[0, 1] if len(wanted) == 1 else np.isin(held[1], wanted[:, 1])).nonzero()[0]
        keys = set(map(tuple, wanted.tolist()))
        return [row for row, *key in zip(at.tolist(), *held[:, at].tolist(), strict=True) if tuple(key) in keys]

    def _fit(self) -> None:
        """Lay a grid that fits what there is, when it is needed and when the gallery became much larger or smaller."""
        fits = 0 < self._fitted <= _GROWN * self._count and self._count <= _GROWN * self._fitted
        if fits:
            return
        for block in self._blocks:
            block.spoil()
        self._fitted, self._worst = 0, Worst()
        if self._count < LOOSE:
            return
        values = self._values[: self._count]
        centre = values.mean(axis=0, dtype=np.float64).astype(np.float32)
        # Some room, so that a new template seldom needs another grid.
        largest = _ROOM * max(float((values.max(axis=0) - centre).max()), float((centre - values.min(axis=0)).max()))
        self._grid = Grid.around(centre, LARGEST / np.float32(max(largest, _LEAST)))
        self._fitted = self._count

    def _pack(self) -> None:
        """Pack what changed; all blocks but the last are packed whole."""
        self._covered, worst = 0, [self._worst]
        for number, block in enumerate(self._blocks):
            if not block.packed or block.covered < ROWS:
                rows = slice(number * ROWS, min(self._count, (number + 1) * ROWS))
                worst += block.pack(self._values[rows], self._grid, self._scores[rows])
            self._covered += block.covered
        self._worst = worst_of(worst)
        self._loose = np.arange(self._covered, self._count)
        self._current = True

    def _replaced(self, rows: list[int], left: int) -> None:
        """Tell blocks which rows are others now."""
        for number, own in groupby(rows, key=lambda row: row // ROWS):
            self._blocks[number].replace([row % ROWS for row in own], ROWS)
        for number in range(left // ROWS, len(self._blocks)):
            self._blocks[number].replace([], left - number * ROWS)

    def _make_room(self, count: int) -> None:
        room = len(self._values)
        if not count <= room <= 2 * count + ROWS:
            # The system moves large arrays without copying them; nobody holds a view of these.
            rows = count + count // 8 + 64
            self._values.resize((rows, self._dimensions), refcheck=False)
            labels, kept = np.zeros((2, rows), ">u8"), min(self._count, rows)
            labels[:, :kept] = self._labels[:, :kept]
            self._labels = labels
            if not rows <= len(self._scores) <= max(_SCORES, 4 * rows):
                self._scores = np.empty(max(_SCORES, rows), np.int32)
                for number, block in enumerate(self._blocks):
                    block.aim(self._scores[number * ROWS :])
        blocks = -(-count // ROWS)
        self._blocks += [Block() for _ in range(blocks - len(self._blocks))]
        del self._blocks[blocks:]
