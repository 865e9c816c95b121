"""The structure of a view: which edges stay where, and whether a picture still has them there.

An edge's direction is known modulo half a turn and independent of how bright it is, so that lamps, dusk and exposure
hardly change it; people come and go and average out. What is kept (54x96 directions with a strength, averaged over
minutes) shows walls, shelves and door frames as a coarse line drawing. Nobody can be seen in it, and no picture made
of it: it may be stored.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from galleria.domain.frame import Pixels

ROWS, COLUMNS = 54, 96
Edges: TypeAlias = NDArray[np.complex64]
"""(ROWS, COLUMNS): direction of each edge, angle doubled, times its strength from 0 to 1."""

# The strongest tenth of a picture's gradients are its edges; gradients below these levels are never.
STRONG, FAINTEST = 0.9, 5.0
# Blocks of the picture in which edges are looked for one by one.
BLOCK_ROWS, BLOCK_COLUMNS = 6, 8
# A block has structure when its edges' mean strength is so much; it fits when so much of it is found again.
STRUCTURE, FITS = 0.08, 0.4
# A shift is believed only where at least this share of the structure lies within both pictures.
OVERLAP = 0.35


def edges_of(picture: Pixels) -> Edges:
    """Return the edges of a picture's brightness, (2 * ROWS, 2 * COLUMNS), uint8."""
    pairs = picture[::2].astype(np.uint16) + picture[1::2]
    small = (pairs[:, ::2] + pairs[:, 1::2]).astype(np.float32) / 4
    gradient = np.zeros((ROWS, COLUMNS), np.complex64)
    gradient.real[:, 1:-1] = small[:, 2:] - small[:, :-2]
    gradient.imag[1:-1] = small[2:] - small[:-2]
    strength = np.abs(gradient)
    full = max(float(np.partition(strength, int(STRONG * strength.size), axis=None)[int(STRONG * strength.size)]), 1e-3)
    full = max(full, FAINTEST)
    sure = np.clip((strength - full / 3) / (full * 2 / 3), 0, 1) / np.maximum(strength, 1e-3) ** 2
    return np.asarray(gradient * gradient * sure, dtype=np.complex64)


@dataclass(frozen=True)
class Structure:
    """Edges that belong to a view.

    Attributes:
        edges: averaged over pictures; strong where every picture has the same one.
    """

    edges: Edges

    @cached_property
    def strength(self) -> float:
        """Of all edges together."""
        return float(np.abs(self.edges).sum())

    @cached_property
    def blocks(self) -> NDArray[np.bool_]:
        """Which blocks of the picture have structure, (BLOCK_ROWS, BLOCK_COLUMNS)."""
        return np.asarray(in_blocks(np.abs(self.edges)) > STRUCTURE)

    def found(self, edges: Edges) -> float:
        """Return the share of this structure that a picture's edges have in its place: 1 all of it, 0 as by chance."""
        return float(np.vdot(self.edges, edges).real) / max(self.strength, 1e-3)

    def likeness(self, edges: Edges) -> float:
        """Return the cosine of the two drawings: edges that are hidden or too dark to see do not count against it."""
        norms = float(np.linalg.norm(self.edges) * np.linalg.norm(edges))
        return float(np.vdot(self.edges, edges).real) / max(norms, 1e-3)

    def fitting(self, edges: Edges) -> float:
        """Return the share of the blocks with structure in which it is found."""
        strength = in_blocks(np.abs(self.edges))
        fits = self.blocks & (in_blocks((self.edges.conj() * edges).real) > FITS * strength)
        return float(fits.sum()) / max(int(self.blocks.sum()), 1)

    def shift(self, edges: Edges) -> tuple[float, int, int]:
        """Find where the structure lies in a picture: the share found there, and columns and rows from its place."""
        size = (2 * ROWS, 2 * COLUMNS)  # so that what leaves on one side does not come in on the other
        mine, theirs = np.fft.fft2(self.edges, size), np.fft.fft2(edges, size)
        present = np.fft.fft2(np.ones((ROWS, COLUMNS)), size)
        common = np.fft.ifft2(present * np.conj(np.fft.fft2(np.abs(self.edges), size))).real
        agreed = np.fft.ifft2(theirs * np.conj(mine)).real
        share = np.where(common >= OVERLAP * self.strength, agreed / np.maximum(common, 1e-3), 0.0)
        row, column = divmod(int(share.argmax()), 2 * COLUMNS)
        return float(share[row, column]), _signed(column, 2 * COLUMNS), _signed(row, 2 * ROWS)


def in_blocks(values: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return the means of a picture's blocks, (BLOCK_ROWS, BLOCK_COLUMNS)."""
    high, wide = values.shape[0] // BLOCK_ROWS, values.shape[1] // BLOCK_COLUMNS
    columns = values.reshape(BLOCK_ROWS, high, -1).mean(axis=1, dtype=np.float32)
    means: NDArray[np.float32] = columns.reshape(BLOCK_ROWS, BLOCK_COLUMNS, wide).mean(axis=2)
    return means


def _signed(place: int, size: int) -> int:
    return place - size if place >= size // 2 else place
