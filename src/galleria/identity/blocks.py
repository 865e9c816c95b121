"""Packed copies of templates, a few thousand in each: int8, for a first look at who can be near a probe.

A value is rounded to a whole number of steps; how far a rounded template lies from the exact one is kept as the
block's `residual`, from which follows how wrong a score of the rounded ones can be (see `slack`).
"""

from __future__ import annotations

import math
from typing import NamedTuple, TypeAlias

import numkong
import numpy as np
from numpy.typing import NDArray

from galleria.domain.detection import Floats

Bytes: TypeAlias = NDArray[np.int8]
Doubles: TypeAlias = NDArray[np.float64]

ROWS = 4096  # of a block: large enough that the calls cost little, small enough to stay in the processor's cache
# So many newest rows of a block are compared as they are, so that not every addition packs the block anew.
LOOSE = 256
GROUP = 128  # rows of a block whose best score is looked at before the rows are
_ROUNDED = 1024  # rows in one go: they stay in the cache
LARGEST = np.float32(127)
LENGTH = 1.002  # of a template, at most
_FLOAT_EPS = 2.0**-23


def rounded(values: Floats, steps: Floats | np.float32) -> tuple[Bytes, Doubles]:
    """(n, d) values in whole steps, and (n,) how far each row is from the exact one, at most."""
    scaled = values * steps
    whole = np.rint(scaled)
    scaled -= whole
    squares = np.einsum("ij,ij->i", scaled, scaled)
    # Float32 sums are a little off: d roundings of the squares, one of every scaled value.
    dimensions = values.shape[1]
    away = np.sqrt(squares.astype(np.float64)) / np.asarray(steps, np.float64).ravel()
    return whole.astype(np.int8), away * (1 + dimensions * _FLOAT_EPS) + 1e-6


def slack(residual: float, length: float, away: Doubles) -> Doubles:
    """(n,) how far a score of rounded templates can be from the exact score.

    Let c be the centre, y = x - c what is left of a template x, y' the rounded one, p and p' the same of the probe.
    Then x.p = c.p + y.p, and by Cauchy and Schwarz
    |y.p - y'.p'| = |(y - y').p + y'.(p - p')| <= |y - y'| |p| + (|y| + |y - y'|) |p - p'|.

    Args:
        residual: the largest |y - y'|.
        length: the largest |y|.
        away: (n,) |p - p'|.
    """
    return residual * LENGTH + (length + residual) * away + 1e-6


def float_slack(dimensions: int) -> float:
    """How far a float32 score of exact templates can be from the exact score, however it is summed up."""
    return (dimensions + 1) * _FLOAT_EPS * LENGTH**2


class Grid(NamedTuple):
    """How templates are rounded: those of one network lie close together, so the middle of them is taken away first.

    Attributes:
        centre: (d,) float32.
        steps: into how many whole numbers a length of 1 is divided; 127 at most for any value of a template.
    """

    centre: Floats
    steps: np.float32


class Block:
    """The packed copy of up to `ROWS` templates that follow each other.

    Attributes:
        covered: how many of them, from the first, are packed: whole groups only.
        length: of what is left of a packed one without the centre, at most.
        residual: how far a packed one is from the exact one, at most.
    """

    __slots__ = ("covered", "length", "packed", "residual")

    def __init__(self) -> None:
        self.packed: numkong.PackedMatrix | None = None
        self.covered = 0
        self.length = self.residual = 0.0

    @property
    def nbytes(self) -> int:
        return self.packed.nbytes if self.packed else 0

    def spoil(self) -> None:
        """Rows changed: no packed copy of the old ones stays."""
        self.packed, self.covered, self.length, self.residual = None, 0, 0.0, 0.0

    def pack(self, values: Floats, grid: Grid) -> None:
        """Pack anew if many of these rows are not packed."""
        if len(values) - self.covered < (LOOSE if len(values) < ROWS else 1):
            return
        self.covered = len(values) // GROUP * GROUP
        whole = np.empty((self.covered, values.shape[1]), np.int8)
        self.length = self.residual = 0.0
        for start in range(0, self.covered, _ROUNDED):
            part = slice(start, min(start + _ROUNDED, self.covered))
            rest = values[part] - grid.centre
            whole[part], away = rounded(rest, grid.steps)
            self.residual = max(self.residual, float(away.max()))
            self.length = max(self.length, math.sqrt(np.einsum("ij,ij->i", rest, rest).max()) + 1e-4)
        self.packed = numkong.dots_pack(whole)

    def score(self, whole: Bytes, out: NDArray[np.int32]) -> None:
        """Write the products of rounded probes with all that is packed into (probes, covered)."""
        assert self.packed is not None
        numkong.dots_packed(whole, self.packed, out=numkong.from_dlpack(out))
