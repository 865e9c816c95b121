"""Exact one-to-many search over one template space: int8 finds who can be among the best, float64 says who is.

A score is the sum of the products of two templates' float32 values, in float64. The answer is the one that comparing
with everybody gives, whatever was added and deleted in which order; equal scores go by label.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numkong
import numpy as np

from galleria.domain.detection import Floats
from galleria.domain.errors import InputError

from .blocks import LOOSE, ROWS, Alone, Block, Grid, score_alone
from .compiled import LARGEST, LENGTH, Bytes, Doubles, Rows, Whole, ask, look, reach, remove, stretch
from .labels import Halves, Near, halves, written

_AT_ONCE = 32  # probes
_GROWN = 4  # times as many or as few templates: the middle of them may be elsewhere
_ROOM = 1.1
_LEAST = 1e-3
_COARSE = 1 / 64  # times the fewest templates that have a centre, much more than any value of a template
_OFF = LENGTH - 1


class Index:
    """Templates of one space, by label. For one thread.

    Args:
        dimensions: of a template.
    """

    def __init__(self, dimensions: int) -> None:
        self._dimensions = dimensions
        self._count = 0
        # There may be room for more rows than there are.
        self._values: Floats = np.empty((0, dimensions), np.float32)
        self._labels: Halves = np.empty((2, 0), np.uint64)  # first halves, second halves: one row is searched at once
        self._blocks: list[Block] = []
        self._grid = Grid.around(np.zeros(dimensions, np.float32), LARGEST)
        self._fitted = 0  # how many templates there were when the grid was laid; 0: it does not fit
        self._scores: Whole = np.zeros(_AT_ONCE * ROWS, np.int32)
        self._used = 0  # scores of the last probes
        self._asked: Bytes = np.empty((_AT_ONCE, dimensions), np.int8)
        self._asked_alone = numkong.from_dlpack(self._asked[:1])
        self._bounds: Doubles = np.empty((_AT_ONCE, 2))
        self._alone: list[Alone] = []
        self._covered = 0  # rows from the first that are packed
        self._current = True  # no row changed since they were packed

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
        if reach(values, self._grid.centre) * self._grid.steps > LARGEST:
            self._fitted = 0
        end, self._current = self._count + len(values), False
        self._make_room(end)
        self._values[self._count : end] = values
        self._labels[:, self._count : end] = keys.T
        self._count = end

    def delete(self, labels: Sequence[str]) -> int:
        """Delete all templates of these labels; their memory is wiped. How many templates that were."""
        gone = self._rows_of(halves(labels))
        if not len(gone):
            return 0
        # The last rows that stay move into the holes: no tombstones, and memory shrinks with the gallery.
        holes = gone[: remove(self._values, self._labels, self._count, gone)].tolist()
        self._count, self._current = self._count - len(gone), False
        self._alone = []  # it would keep what was packed of them
        # Whoever is enrolled was a probe before: what was rounded of that one, and its scores, tell who it was.
        self._asked.fill(0)
        self._scores[: self._used].fill(0)
        self._used = 0
        for row in holes:
            self._blocks[row // ROWS].change(row % ROWS)
        for number in range(self._count // ROWS, len(self._blocks)):
            self._blocks[number].cut(self._count - number * ROWS)
        self._make_room(self._count)
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
        if k < 1:  # compiled loops do not look whether there is such a place
            raise ValueError("the nearest 0 labels")  # noqa: EM101
        probes = self._checked(probes)
        if not self._count:
            return [[] for _ in probes]
        if not self._current:
            self._fit()
            self._pack()
        if len(probes) <= _AT_ONCE:
            return self._nearest(probes, k)
        return [*chain(*(self._nearest(probes[n : n + _AT_ONCE], k) for n in range(0, len(probes), _AT_ONCE)))]

    def _nearest(self, probes: Floats, k: int) -> list[list[Near]]:
        asked, bounds, grid = self._asked[: len(probes)], self._bounds[: len(probes)], self._grid
        ask(probes, grid.centre, grid.length, grid.steps, grid.worst, asked, bounds)
        near: Halves = np.empty((len(probes), k, 2), np.uint64)
        scores: Doubles = np.empty((len(probes), k))
        scores.fill(-np.inf)
        # Rows that are not packed are so few that all of them can be compared.
        loose = self._count - self._covered
        self._used = max(self._used, self._covered if len(probes) == 1 else len(probes) * min(self._covered, ROWS))
        if len(probes) == 1:
            score_alone(self._asked_alone, self._alone)
            about = self._scores[: self._covered].reshape(1, -1)
            look(about, 0, loose, probes, bounds, self._values, self._labels, near, scores)
        else:
            for number, block in enumerate(self._blocks):
                about = self._scores[: len(probes) * block.covered].reshape(len(probes), -1)
                block.score(asked, about)
                rest = loose if number + 1 == len(self._blocks) else 0
                look(about, number * ROWS, rest, probes, bounds, self._values, self._labels, near, scores)
        names, found = written(near), []
        for n, own in enumerate(scores.tolist()):
            while own and own[-1] == -np.inf:  # fewer labels than were asked for
                own.pop()
            found.append([*map(Near, names[n * k : (n + 1) * k], own)])
        return found

    def _checked(self, values: Floats) -> Floats:
        if values.ndim != 2 or values.shape[1] != self._dimensions:  # noqa: PLR2004  rows and columns
            problem = f"templates of shape {values.shape} for a gallery of {self._dimensions} dimensions"
            raise InputError(problem, "Use the network that the gallery was made with.")
        values = np.ascontiguousarray(values, np.float32)
        if not values.flags.carray:  # read-only, or not aligned: compiled for neither
            values = values.copy()
        if stretch(values) >= _OFF:
            raise InputError("a template whose length is not 1", "Divide templates by their length.")  # noqa: EM101
        return values

    def _rows_of(self, wanted: Halves) -> Rows:
        """Where these labels are, ascending."""
        held = self._labels[:, : self._count]
        # Labels are random: one half tells nearly all apart, and the other is asked for the few that are left.
        if len(wanted) == 1:
            at: Rows = (held[1] == wanted[0, 1]).nonzero()[0]
            of_these = held[0, at] == wanted[0, 0]
        else:
            at, keys = np.isin(held[1], wanted[:, 1]).nonzero()[0], {*map(tuple, wanted.tolist())}
            of_these = np.array([key in keys for key in zip(*held[:, at].tolist(), strict=True)], np.bool_)
        found: Rows = at[of_these]
        return found

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
        # Rounded: with the exact mean and all others, whoever is deleted could be calculated.
        centre = (np.rint(values.mean(axis=0, dtype=np.float64) / _COARSE) * _COARSE).astype(np.float32)
        # Some room, so that a new template seldom needs another grid.
        largest = _ROOM * max(float((values.max(axis=0) - centre).max()), float((centre - values.min(axis=0)).max()))
        self._grid = Grid.around(centre, max(largest, _LEAST))
        self._fitted = self._count

    def _pack(self) -> None:
        """Pack what changed; all blocks but the last are packed whole."""
        self._covered = 0
        for number, block in enumerate(self._blocks):
            if block.packed is None or block.covered < ROWS:
                rows = slice(number * ROWS, min(self._count, (number + 1) * ROWS))
                block.pack(self._values[rows], self._grid, self._scores[rows])
            self._covered += block.covered
        self._alone = [block.alone for block in self._blocks if block.alone is not None]
        self._current = True

    def _make_room(self, count: int) -> None:
        room = len(self._values)
        if not count <= room <= 2 * count + ROWS:
            # The system moves large arrays without copying them; nobody holds a view of these.
            rows = count + count // 8 + 64
            labels, kept = np.zeros((2, rows), np.uint64), min(self._count, rows)
            self._values.resize((rows, self._dimensions), refcheck=False)
            labels[:, :kept] = self._labels[:, :kept]
            self._labels = labels
            least = _AT_ONCE * ROWS
            if not rows <= len(self._scores) <= max(least, 4 * rows):
                self._scores = np.zeros(max(least, rows), np.int32)
                for number, block in enumerate(self._blocks):
                    block.aim(self._scores[number * ROWS :])
        blocks = -(-count // ROWS)
        while len(self._blocks) < blocks:
            self._blocks.append(Block())
        del self._blocks[blocks:]
