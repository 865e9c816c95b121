"""Packed copies of templates, a few thousand in each: int8, for a first look at who can be near a probe.

A value is rounded to a whole number of steps; how far a rounded template lies from the exact one is kept as the
block's `residual`, from which follows how wrong a score of the rounded ones can be (see `slack`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeAlias

import numkong
import numpy as np
from numpy.typing import NDArray

from galleria.domain.detection import Floats

Bytes: TypeAlias = NDArray[np.int8]
Doubles: TypeAlias = NDArray[np.float64]
Whole: TypeAlias = NDArray[np.int32]

ROWS = 2048  # of a block: large enough that the calls cost little, small enough to stay in the processor's cache
# So many newest rows of a block are compared as they are, so that not every addition packs the block anew.
LOOSE = 256
GROUP = 128  # rows of a block whose best score is looked at before the rows are
_ROUNDED = 1024  # rows in one go: they stay in the cache
LARGEST = np.float32(127)
LENGTH = 1.002  # of a template, at most
_FLOAT_EPS = 2.0**-23
_SUMMED = 1e-6  # more than float32 rounds off a sum of such small differences
_LEAST = 1e-3  # so short a centre has no direction


def rounded(values: Floats, steps: Floats | np.float32) -> tuple[Bytes, Doubles]:
    """(n, d) values in whole steps, and (n,) how far each row is from the exact one, at most; or (d,) and one number.

    Args:
        values: what is rounded.
        steps: into how many whole numbers a length of 1 is divided; (n, 1) or the same for all.
    """
    scaled = values * steps
    whole = np.rint(scaled)
    scaled -= whole
    squares = np.vecdot(scaled, scaled)
    # Float32 sums are a little off: d roundings of the squares, one of every scaled value.
    off = 1 + values.shape[-1] * _FLOAT_EPS
    away = np.sqrt(squares.astype(np.float64)) / (steps[:, 0] if isinstance(steps, np.ndarray) else steps)
    return whole.astype(np.int8), away * off + 1e-6


class Worst(NamedTuple):
    """How far packed templates are from the exact ones, at most.

    Attributes:
        residual: the length of the difference.
        along: how long it is in the grid's direction.
        length: of what is left of an exact template without the centre.
    """

    residual: float = 0.0
    along: float = 0.0
    length: float = 0.0


def slack(worst: Worst, lean: Doubles, away: Doubles) -> Doubles:
    """(n,) how far a score of rounded templates can be from the exact score.

    Let c be the centre, y = x - c what is left of a template x, y' the rounded one, p and p' the same of the probe.
    Then x.p = c.p + y.p, and |y.p - y'.p'| = |(y - y').p + y'.(p - p')|. With p = l u + q, where u is the centre's
    direction, in which most of every probe lies, and q is at a right angle to it, by Cauchy and Schwarz
    |(y - y').p| <= |(y - y').u| |l| + |y - y'| |q|, and |y'.(p - p')| <= (|y| + |y - y'|) |p - p'|.

    Args:
        worst: the largest |y - y'|, |(y - y').u| and |y|.
        lean: (n,) l.
        away: (n,) |p - p'|.
    """
    aside = np.sqrt(np.maximum(LENGTH**2 - lean * lean, 0) + 1e-6)
    return worst.along * np.abs(lean) + worst.residual * aside + (worst.length + worst.residual) * away + 1e-6


def float_slack(dimensions: int) -> float:
    """How far a float32 score of exact templates can be from the exact score, however it is summed up."""
    return (dimensions + 1) * _FLOAT_EPS * LENGTH**2


class Grid(NamedTuple):
    """How templates are rounded: those of one network lie close together, so the middle of them is taken away first.

    Attributes:
        centre: (d,) float32.
        steps: into how many whole numbers a length of 1 is divided; 127 at most for any value of a template.
        wide: (d,) the centre in float64.
        length: of the centre; infinite where it is so short that it has no direction.
    """

    centre: Floats
    steps: np.float32
    wide: Doubles
    length: float

    @classmethod
    def around(cls, centre: Floats, steps: np.float32) -> Grid:
        """The grid of this centre."""
        length = float(np.linalg.norm(centre))
        return cls(centre, steps, centre.astype(np.float64), length if length > _LEAST else math.inf)


class Block:
    """The packed copy of up to `ROWS` templates that follow each other.

    Attributes:
        covered: how many of them, from the first, are packed: whole groups only.
        worst: how far these are from the exact ones.
    """

    __slots__ = ("_changed", "_out", "_whole", "covered", "packed", "worst")

    def __init__(self) -> None:
        self.spoil()

    @property
    def nbytes(self) -> int:
        return (self.packed.nbytes if self.packed else 0) + self._whole.nbytes

    def spoil(self) -> None:
        """Nothing is packed any more."""
        self.packed: numkong.PackedMatrix | None = None
        self._out: numkong.Tensor | None = None
        self._whole: Bytes = np.empty((0, 1), np.int8)
        self._changed: list[int] = []  # rows to be rounded anew
        self.covered = 0
        self.worst = Worst()

    def replace(self, rows: Sequence[int], left: int) -> None:
        """These rows hold other templates now, of `left` that are left: no rounded copy of the old ones stays."""
        rows = [row for row in rows if row < self.covered]
        if left < self.covered:
            self.covered = max(0, left) // GROUP * GROUP
            self._whole = self._whole[: self.covered].copy()
        elif not rows:
            return
        self._changed = [row for row in {*self._changed, *rows} if row < self.covered]
        self._whole[self._changed] = 0
        self.packed = None

    def pack(self, values: Floats, grid: Grid, out: Whole) -> None:
        """Pack anew if rows changed, or if many of these are not packed.

        Args:
            values: (n, d) all rows of the block.
            grid: that it was packed with before.
            out: (n,) where scores of one probe alone shall go.
        """
        loose = len(values) - self.covered
        end = self.covered if loose < (LOOSE if len(values) < ROWS else 1) else len(values) // GROUP * GROUP
        if not end or (self.packed and end == self.covered):
            return
        if end > self.covered:
            whole = np.empty((end, values.shape[1]), np.int8)
            whole[: self.covered] = self._whole
            self._whole = whole
        for start in range(self.covered, end, _ROUNDED):
            self._round(slice(start, min(start + _ROUNDED, end)), values, grid)
        if self._changed:
            self._round(self._changed, values, grid)
        self.covered, self._changed = end, []
        self.packed = numkong.dots_pack(self._whole)
        self.aim(out)

    def aim(self, out: Whole) -> None:
        """Scores of one probe alone shall go there: making a tensor takes as long as comparing with 200 templates."""
        self._out = numkong.from_dlpack(out[: self.covered].reshape(1, -1)) if self.covered else None

    def score_alone(self, whole: Bytes) -> None:
        """Write the products of one rounded probe with all that is packed where `pack` or `aim` said."""
        if self.packed:
            numkong.dots_packed(whole, self.packed, out=self._out)

    def score(self, whole: Bytes, out: Whole) -> None:
        """Write the products of rounded probes with all that is packed into (probes, covered)."""
        assert self.packed is not None
        numkong.dots_packed(whole, self.packed, out=numkong.from_dlpack(out))

    def _round(self, rows: slice | list[int], values: Floats, grid: Grid) -> None:
        rest = values[rows] - grid.centre
        whole, away = rounded(rest, grid.steps)
        self._whole[rows] = whole
        along = np.abs((rest - whole / grid.steps) @ (grid.centre / grid.length)).max() + _SUMMED
        length = math.sqrt(np.vecdot(rest, rest).max()) + 1e-4
        self.worst = worst_of((self.worst, Worst(float(away.max()), float(along), length)))


def worst_of(several: Iterable[Worst]) -> Worst:
    """The largest of each."""
    return Worst(*map(max, zip(*several, strict=True)))
