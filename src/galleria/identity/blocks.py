"""Packed copies of templates, a thousand in each: int8, for a first look at who can be near a probe.

A value is rounded to a whole number of steps; how far rounded templates lie from the exact ones at most is kept, from
which follows how wrong a score of the rounded ones can be (see `slack`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeAlias, TypeVar

import numkong
import numpy as np
from numpy.typing import NDArray

from galleria.domain.detection import Floats

from .products import Doubles, least_and_most

Bytes: TypeAlias = NDArray[np.int8]
Whole: TypeAlias = NDArray[np.int32]

ROWS = 1024  # of a block: large enough that the calls cost little, small enough to stay in the processor's cache
# So many newest rows of a block are compared as they are, so that not every addition packs the block anew.
LOOSE = 256
GROUP = 128  # rows of a block: so many at a time are packed
LARGEST = np.float32(127)
LENGTH = 1.002  # of a template, at most
_ROUNDED_OFF = 1e-5  # more than float32 rounds off values before they are in whole steps, and scores after
_LEAST = 1e-3  # so short a centre has no direction

_Number = TypeVar("_Number", float, Doubles)

# NumKong takes the widest kernel there is, which lays rows of 128 bytes 192 apart in packed memory. The next one lays
# them 160 apart: one probe alone, which waits for memory, is compared a quarter faster, 32 together a sixth slower.
if numkong.get_capabilities()["alder"]:
    numkong.disable_capability("icelake")


def rounded(values: Floats, steps: Floats | np.float32) -> tuple[Bytes, Floats]:
    """(n, d) values in whole steps, and what rounding took from each, in steps; or (d,).

    Args:
        values: what is rounded.
        steps: into how many whole numbers a length of 1 is divided; (n, 1) or the same for all.
    """
    rest = values * steps
    whole = np.rint(rest)
    rest -= whole
    return whole.astype(np.int8), rest


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


def slack(worst: Worst, lean: _Number, away: _Number) -> _Number:
    """How far a score of rounded templates can be from the exact score.

    Let c be the centre, y = x - c what is left of a template x, y' the rounded one, p and p' the same of the probe.
    Then x.p = c.p + y.p, and |y.p - y'.p'| = |(y - y').p + y'.(p - p')|. With p = l u + q, where u is the centre's
    direction, in which most of every probe lies, and q is at a right angle to it, by Cauchy and Schwarz
    |(y - y').p| <= |(y - y').u| |l| + |y - y'| |q|, and |y'.(p - p')| <= (|y| + |y - y'|) |p - p'|.

    Args:
        worst: the largest |y - y'|, |(y - y').u| and |y|.
        lean: l of one probe, or (n,) of several.
        away: as many |p - p'|.
    """
    aside: _Number = (LENGTH**2 - lean * lean) ** 0.5
    return worst.along * abs(lean) + worst.residual * aside + (worst.length + worst.residual) * away + _ROUNDED_OFF


class Grid(NamedTuple):
    """How templates are rounded: those of one network lie close together, so the middle of them is taken away first.

    Attributes:
        centre: (d,) float32.
        steps: into how many whole numbers a length of 1 is divided; 127 at most for any value of a template.
        length: of the centre; infinite where it is so short that it has no direction.
    """

    centre: Floats
    steps: np.float32
    length: float

    @classmethod
    def around(cls, centre: Floats, steps: np.float32) -> Grid:
        """The grid of this centre."""
        length = float(np.linalg.norm(centre))
        return cls(centre, steps, length if length > _LEAST else math.inf)


class Block:
    """The packed copy of up to `ROWS` templates that follow each other.

    Attributes:
        covered: how many of them, from the first, are packed: whole groups only.
    """

    __slots__ = ("_changed", "_out", "_whole", "covered", "packed")

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

    def pack(self, values: Floats, grid: Grid, out: Whole) -> list[Worst]:
        """Pack anew if rows changed, or if many of these are not packed; how far off those are that were rounded anew.

        Args:
            values: (n, d) all rows of the block.
            grid: that it was packed with before.
            out: (n,) where scores of one probe alone shall go.
        """
        loose = len(values) - self.covered
        end = self.covered if loose < (LOOSE if len(values) < ROWS else 1) else len(values) // GROUP * GROUP
        if not end or (self.packed and end == self.covered):
            return []
        worst = []
        if end > self.covered:
            whole = np.empty((end, values.shape[1]), np.int8)
            whole[: self.covered] = self._whole
            self._whole = whole
            worst.append(self._round(slice(self.covered, end), values, grid))
        if self._changed:
            worst.append(self._round(self._changed, values, grid))
        self.covered, self._changed = end, []
        self.packed = numkong.dots_pack(self._whole)
        self.aim(out)
        return worst

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

    def _round(self, rows: slice | list[int], values: Floats, grid: Grid) -> Worst:
        values = values[rows] - grid.centre
        self._whole[rows], rest = rounded(values, grid.steps)
        low, high = least_and_most(grid.centre, rest)
        steps, length = float(grid.steps), math.sqrt(least_and_most(values, values)[1])
        residual = math.sqrt(least_and_most(rest, rest)[1]) / steps
        return Worst(residual, max(-low, high) / grid.length / steps, length)


def worst_of(several: Iterable[Worst]) -> Worst:
    """The largest of each."""
    return Worst(*map(max, zip(*several, strict=True)))
