"""Packed copies of templates, a thousand in each: int8, for a first look at who can be near a probe."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numkong
import numpy as np

from galleria.domain.detection import Floats

from .compiled import LARGEST, Bytes, Doubles, Whole, round_rows

ROWS = 1024  # of a block: large enough that the calls cost little, small enough to stay in the processor's cache
# So many newest rows of a block are compared as they are, so that not every addition packs the block anew.
LOOSE = 256
GROUP = 64  # rows of a block: so many at a time are packed
_LEAST = 1e-3  # so short a centre has no direction

# NumKong takes the widest kernel there is, which lays rows of 128 bytes 192 apart in packed memory. The next one lays
# them 160 apart: one probe alone, which waits for memory, is compared a quarter faster, 32 together a sixth slower.
if numkong.get_capabilities()["alder"]:
    numkong.disable_capability("icelake")


# What is packed of a block, and where scores of one probe alone shall go.
Alone: TypeAlias = tuple[numkong.PackedMatrix, numkong.Tensor]


def score_alone(probe: numkong.Tensor, blocks: Sequence[Alone]) -> None:
    """Write the products of one rounded probe with all that is packed where it shall go."""
    product = numkong.dots_packed
    for packed, out in blocks:
        product(probe, packed, out=out)


@dataclass(frozen=True, slots=True)
class Grid:
    """How templates are rounded: those of one network lie close together, so the middle of them is taken away first.

    Attributes:
        centre: (d,) float32.
        steps: into how many whole numbers a length of 1 is divided; `LARGEST` at most for any value of a template.
        length: of the centre; infinite where it is so short that it has no direction.
        worst: (3,) of `slack`: how far off any template is that was rounded.
    """

    centre: Floats
    steps: float
    length: float
    worst: Doubles = field(default_factory=lambda: np.zeros(3))

    @classmethod
    def around(cls, centre: Floats, largest: float) -> Grid:
        """The grid of this centre, for values that are at most so far from it."""
        length = float(np.linalg.norm(centre))
        return cls(centre, LARGEST / largest, length if length > _LEAST else math.inf)


class Block:
    """The packed copy of up to `ROWS` templates that follow each other.

    Attributes:
        covered: how many of them, from the first, are packed: whole groups only.
        alone: for `score_alone`; None: nothing is packed.
    """

    __slots__ = ("_changed", "_out", "_whole", "alone", "covered", "packed")

    def __init__(self) -> None:
        self.spoil()

    @property
    def nbytes(self) -> int:
        return (self.packed.nbytes if self.packed is not None else 0) + self._whole.nbytes

    def spoil(self) -> None:
        """Nothing is packed any more."""
        self.packed: numkong.PackedMatrix | None = None
        self.alone: Alone | None = None
        self._out: numkong.Tensor | None = None
        self._whole: Bytes = np.empty((0, 1), np.int8)
        self._changed: list[int] = []  # rows to be rounded anew
        self.covered = 0

    def change(self, row: int) -> None:
        """This row holds another template now: no rounded copy of the old one stays."""
        if row < self.covered:
            self._changed.append(row)
            self._whole[row] = 0
            self.packed = self.alone = None

    def cut(self, left: int) -> None:
        """Only so many are left: no rounded copy of others stays."""
        if left < self.covered:
            self.covered = max(0, left) // GROUP * GROUP
            self._whole = self._whole[: self.covered].copy()
            self.packed = self.alone = self._out = None

    def pack(self, values: Floats, grid: Grid, out: Whole) -> None:
        """Pack anew if rows changed, or if many of these are not packed.

        Args:
            values: (n, d) all rows of the block.
            grid: that it was packed with before.
            out: (n,) where scores of one probe alone shall go.
        """
        loose = len(values) - self.covered
        end = self.covered if loose < (LOOSE if len(values) < ROWS else 1) else len(values) // GROUP * GROUP
        if not end or (self.packed is not None and end == self.covered):
            return
        if end > self.covered:
            whole = np.empty((end, values.shape[1]), np.int8)
            whole[: self.covered] = self._whole
            self._whole, self._out = whole, None
        changed = [row for row in self._changed if row < self.covered]
        rows = np.array([*changed, *range(self.covered, end)], np.int64)
        round_rows(values, rows, grid.centre, grid.length, grid.steps, self._whole, grid.worst)
        self.covered, self._changed = end, []
        self.packed = numkong.dots_pack(self._whole)
        if self._out is None:
            self.aim(out)
        else:
            self.alone = self.packed, self._out

    def aim(self, out: Whole) -> None:
        """Scores of one probe alone shall go there: making a tensor takes as long as comparing with 200 templates."""
        self._out = numkong.from_dlpack(out[: self.covered].reshape(1, -1)) if self.covered else None
        self.alone = (self.packed, self._out) if self.packed is not None and self._out is not None else None

    def score(self, whole: Bytes, out: Whole) -> None:
        """Write the products of rounded probes with all that is packed into (probes, covered)."""
        if self.packed is not None:
            numkong.dots_packed(whole, self.packed, out=numkong.from_dlpack(out))
