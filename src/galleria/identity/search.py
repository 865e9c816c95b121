"""Exact one-to-many search over one template space: int8 finds who can be among the best, float64 says who is.

A score is the sum of the products of two templates' float32 values, in float64. The answer is the one that comparing
with everybody gives, whatever was added and deleted in which order; equal scores go by label.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

import numpy as np

from galleria.domain.detection import Floats
from galleria.domain.errors import InputError

from .alone import asked, reach
from .best import Best, Rows
from .blocks import (
    LARGEST,
    LENGTH,
    LOOSE,
    ROWS,
    Block,
    Doubles,
    Grid,
    Whole,
    Worst,
    float_slack,
    rounded,
    slack,
    worst_of,
)
from .labels import Halves, halves, written

_AT_ONCE = 32  # probes
_SCORES = 1 << 20  # looked at in one go: they stay in the processor's cache
_UNSETTLED = 1 << 17  # rows that may be among the best, before it is decided
_EXACT_AT_ONCE = 4096  # rows compared exactly in one go
_SIFTED = 64  # rows: so many are compared exactly as fast as they are sifted
_GROWN = 4  # times as many or as few templates: the middle of them may be elsewhere
_ROOM = 1.1
_LEAST = 1e-3
_ROUNDED_OFF = 1e-6  # more than float32 scores lose when they are compared
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
        self._labels: Halves = np.empty((0, 2), np.uint64)
        self._blocks: list[Block] = []
        self._grid = Grid.around(np.zeros(dimensions, np.float32), np.float32(1))
        self._fitted = 0  # how many templates there were when the grid was laid; 0: it does not fit
        self._scores: Whole = np.empty(_SCORES, np.int32)
        self._covered = 0  # rows from the first that are packed
        self._current = True  # no row changed since they were packed
        self._worst = Worst()  # of all blocks

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
        self._labels[self._count : end] = keys
        self._count, self._current = end, False

    def delete(self, labels: Sequence[str]) -> int:
        """Delete all templates of these labels; their memory is wiped. How many templates that were."""
        gone = self._rows_of(halves(labels))
        if not len(gone):
            return 0
        left = self._count - len(gone)
        # The last rows that stay move into the holes: no tombstones, and memory shrinks with the gallery.
        holes = gone[gone < left]
        stays = np.ones(len(gone), np.bool_)
        stays[gone[gone >= left] - left] = False
        movers = np.flatnonzero(stays) + left
        self._values[holes], self._labels[holes] = self._values[movers], self._labels[movers]
        self._values[left : self._count] = 0
        self._labels[left : self._count] = 0
        self._count, self._current = left, False
        self._replaced(holes.tolist(), left)
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
        if len(probes) == 1 and (alone := self._nearest_alone(probes[0], k)) is not None:
            return [alone]
        found: list[list[Near]] = []
        for start in range(0, len(probes), _AT_ONCE):
            found += self._nearest(probes[start : start + _AT_ONCE], k)
        return found

    def _nearest_alone(self, probe: Floats, k: int) -> list[Near] | None:
        """The k nearest of (d,) one probe; None where too many are about as near."""
        most = k * self._per_label
        rows = self._within_reach(probe, most)
        if len(rows) > _EXACT_AT_ONCE:
            return None
        values = self._values.take(rows, axis=0)
        if len(rows) > most:
            at = reach(np.vecdot(values, probe), most, 2 * float_slack(self._dimensions) + _ROUNDED_OFF)
            rows, values = rows[at], values[at]
        scores = (values.astype(np.float64) * probe).sum(axis=1)
        nearest: dict[str, float] = {}
        for score, label in sorted(zip((-scores).tolist(), written(self._labels[rows]), strict=True)):
            if len(nearest) == k:
                break
            nearest.setdefault(label, -score)
        return [Near(label, score) for label, score in nearest.items()]

    def _within_reach(self, probe: Floats, most: int) -> Rows:
        """Rows that can be among the best of (d,) one probe, and those that are not packed."""
        loose = np.arange(self._covered, self._count)
        if not self._covered:
            return loose
        whole, margin = asked(probe, self._grid, self._worst)
        for block in self._blocks:
            block.score_alone(whole)
        # Those that are not packed are so few that all of them can be compared.
        return np.concatenate((reach(self._scores[: self._covered], most, margin), loose))

    def _nearest(self, probes: Floats, k: int) -> list[list[Near]]:
        # Of the k nearest labels the worst one's nearest template is among the best k x per_label templates.
        best = Best(len(probes), k * self._per_label)
        self._scan(probes, best)
        nearest: list[dict[str, float]] = [{} for _ in probes]
        numbers, rows, scores = self._ranked(probes, best)
        named = zip(numbers.tolist(), written(self._labels[rows]), scores.tolist(), strict=True)
        for number, label, score in named:
            if len(nearest[number]) < k:
                nearest[number].setdefault(label, score)
        return [[Near(label, score) for label, score in one.items()] for one in nearest]

    def _scan(self, probes: Floats, best: Best) -> None:
        steps = LARGEST / np.abs(probes).max(axis=1, keepdims=True)
        whole, away = rounded(probes, steps)
        units = 1 / (steps.ravel().astype(np.float64) * float(self._grid.steps))
        offsets = (probes * self._grid.wide).sum(axis=1)
        first = 0
        for blocks in self._together(len(probes)):
            end = 0
            for block in blocks:
                begin, end = end, end + len(probes) * block.covered
                block.score(whole, self._scores[begin:end].reshape(len(probes), block.covered))
            scores = self._scores[:end].reshape(-1, len(probes), end if len(probes) == 1 else blocks[0].covered)
            off = slack(worst_of(block.worst for block in blocks), offsets / self._grid.length, away)
            best.look(scores, units, offsets, off, first)
            first += end // len(probes)
            if len(best) > _UNSETTLED:
                self._settle(probes, best)
        if first < self._count:
            # Not a matrix product: for a few rows its threads wait for each other longer than they work.
            loose = np.einsum("ij,kj->ik", probes, self._values[first : self._count])
            best.look_exactly(loose, float_slack(self._dimensions), first)

    def _together(self, probes: int) -> Iterator[list[Block]]:
        """Packed blocks to look at in one go, of one width where there are several probes."""
        packed = [block for block in self._blocks if block.covered]
        span = max(1, _SCORES // (probes * ROWS))
        for first in range(0, len(packed), span):
            part = packed[first : first + span]
            if probes == 1:
                yield part
            else:
                yield from (list(same) for _, same in groupby(part, key=lambda block: block.covered))

    def _settle(self, probes: Floats, best: Best) -> None:
        """Compare exactly what was found so far, so that a gallery of templates all alike takes no more memory."""
        numbers, rows, scores = self._ranked(probes, best)
        begins = np.searchsorted(numbers, np.arange(len(probes)))
        top = np.arange(len(numbers)) - begins[numbers] < best.most
        best.settle(numbers[top], rows[top], scores[top])

    def _ranked(self, probes: Floats, best: Best) -> tuple[Rows, Rows, Doubles]:
        """What is left, by probe, best first: numbers of probes, rows, exact scores."""
        numbers, rows = best.left()
        if len(rows) > _SIFTED:
            numbers, rows = self._sifted(probes, numbers, rows, best.most)
        scores = np.empty(len(rows))
        for part in _parts(len(rows)):
            values = self._values[rows[part]].astype(np.float64)
            # Sums along rows are the same however many rows there are, which a matrix product does not promise.
            scores[part] = (values * probes[numbers[part]]).sum(axis=1)
        keys = self._labels[rows]
        order = np.lexsort((keys[:, 1], keys[:, 0], -scores, numbers))
        return numbers[order], rows[order], scores[order]

    def _sifted(self, probes: Floats, numbers: Rows, rows: Rows, most: int) -> tuple[Rows, Rows]:
        """Those that can be among the best by float32, by probe."""
        scores = np.empty(len(rows), np.float32)
        for part in _parts(len(rows)):
            scores[part] = np.vecdot(self._values[rows[part]], probes[numbers[part]])
        order = np.lexsort((-scores, numbers))
        numbers, rows, scores = numbers[order], rows[order], scores[order]
        begins, ends = (np.searchsorted(numbers, np.arange(len(probes)), side) for side in ("left", "right"))
        wide = scores.astype(np.float64)
        least = wide[np.minimum(begins + most, ends) - 1] if len(rows) else np.empty(0)
        keep = wide >= least[numbers] - 2 * float_slack(self._dimensions)
        return numbers[keep], rows[keep]

    def _checked(self, values: Floats) -> Floats:
        if values.ndim != 2 or values.shape[1] != self._dimensions:  # noqa: PLR2004  rows and columns
            problem = f"templates of shape {values.shape} for a gallery of {self._dimensions} dimensions"
            raise InputError(problem, "Use the network that the gallery was made with.")
        values = np.ascontiguousarray(values, np.float32)
        off = np.abs(np.vecdot(values, values) - 1).max(initial=0)
        if not off < _OFF:  # also where there is no number
            raise InputError("a template whose length is not 1", "Divide templates by their length.")  # noqa: EM101
        return values

    def _rows_of(self, wanted: Halves) -> Rows:
        """Where these labels are, ascending."""
        column = self._labels[: self._count, 1]
        # Labels are random: one half tells nearly all apart, and the other is asked for the few that are left.
        at = (column == wanted[0, 1] if len(wanted) == 1 else np.isin(column, wanted[:, 1])).nonzero()[0]
        keys = {(first, second) for first, second in wanted.tolist()}
        sure = [tuple(key) in keys for key in self._labels[at].tolist()]
        return at[sure] if len(at) else at

    def _fit(self) -> None:
        """Lay a grid that fits what there is, when it is needed and when the gallery became much larger or smaller."""
        fits = 0 < self._fitted <= _GROWN * self._count and self._count <= _GROWN * self._fitted
        if fits:
            return
        for block in self._blocks:
            block.spoil()
        self._fitted = 0
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
        for number, block in enumerate(self._blocks):
            rows = slice(number * ROWS, min(self._count, (number + 1) * ROWS))
            block.pack(self._values[rows], self._grid, self._scores[rows])
        self._covered = sum(block.covered for block in self._blocks)
        self._worst = worst_of(block.worst for block in self._blocks) if self._blocks else Worst()
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
            self._labels.resize((rows, 2), refcheck=False)
            if not rows <= len(self._scores) <= max(_SCORES, 4 * rows):
                self._scores = np.empty(max(_SCORES, rows), np.int32)
                for number, block in enumerate(self._blocks):
                    block.aim(self._scores[number * ROWS :])
        blocks = -(-count // ROWS)
        self._blocks += [Block() for _ in range(blocks - len(self._blocks))]
        del self._blocks[blocks:]


def _parts(rows: int) -> Iterator[slice]:
    """Rows that are compared exactly in one go."""
    return (slice(start, start + _EXACT_AT_ONCE) for start in range(0, rows, _EXACT_AT_ONCE))
