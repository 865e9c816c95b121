"""The view that a camera was set up for: its structure and its detail, learnt from pictures, slowly ever after."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from galleria.domain.frame import Pixels

from .sight_view import BLOCK_COLUMNS, BLOCK_ROWS, COLUMNS, ROWS, Edges, Structure, in_blocks

# Pictures after which the view is known, and over which it is averaged from then on (at two a second: five minutes).
ENOUGH, MEMORY = 6, 600
# Pictures after which detail can be missed: whoever stood there first has gone by then.
ENOUGH_DETAIL = 20
# Where less of its own structure than this is found in a view's pictures, hardly anything in it keeps still.
STEADY = 0.5
# Gradients up to so many grey levels are noise.
NOISE = 4
# A block has detail when its gradients are this strong on average, and has lost it below this share of that.
DETAIL, LOST = 1.0, 0.25
# A view can be judged when this share of its blocks has structure, or detail. Measured: 0.48 and more in shops and
# streets, 0.3 where a face fills the picture before a bare wall: what it shows is not the view but who stands in it.
ANY = 1 / 3

_VERSION = b"view1"
_NUMBERS = 3  # found, likeness, brightness


@dataclass(frozen=True, slots=True)
class Detail:
    """How much detail a picture has.

    Attributes:
        blocks: (BLOCK_ROWS, BLOCK_COLUMNS), mean gradient above the noise, grey levels.
        brightness: mean, 0 to 255.
    """

    blocks: NDArray[np.float32]
    brightness: float

    @classmethod
    def of(cls, picture: Pixels) -> Self:
        """Measure a picture's brightness, (rows, columns), uint8; both sides multiples of the blocks' numbers."""
        steep = np.zeros(picture.shape, np.int16)
        steep[:, 1:] = np.maximum(picture[:, 1:], picture[:, :-1]) - np.minimum(picture[:, 1:], picture[:, :-1])
        steep[1:] += np.maximum(picture[1:], picture[:-1]) - np.minimum(picture[1:], picture[:-1])
        return cls(in_blocks(np.maximum(steep - NOISE, 0)), float(picture.mean()))


class KnownView:
    """What belongs before a camera. Bounded: sums of fixed size.

    Attributes:
        structure: edges that stay.
        found: share of the structure that its own pictures usually have.
        likeness: that its own pictures usually have to it.
    """

    def __init__(self) -> None:
        self.structure = Structure(np.zeros((ROWS, COLUMNS), np.complex64))
        self.found = self.likeness = 0.0
        self._blocks = np.zeros((BLOCK_ROWS, BLOCK_COLUMNS), np.float32)
        self._least = np.full_like(self._blocks, np.inf)  # of the detail of each block so far, slowly forgotten
        self._brightness = 0.0
        self._learnt = 0

    @property
    def known(self) -> bool:
        """Whether enough has been learnt to judge by."""
        return self._learnt >= ENOUGH

    @property
    def steady(self) -> bool:
        """Whether enough of it keeps still to tell that it has moved."""
        return self.known and self.found >= STEADY and float(self.structure.blocks.mean()) >= ANY

    def learn(self, edges: Edges, detail: Detail) -> None:
        """Take a picture that belongs."""
        if self._learnt:
            share = 1 / min(self._learnt, MEMORY)
            self.found += (self.structure.found(edges) - self.found) * share
            self.likeness += (self.structure.likeness(edges) - self.likeness) * share
        self._learnt = min(self._learnt + 1, MEMORY)
        share = 1 / self._learnt
        self.structure = Structure(self.structure.edges + (edges - self.structure.edges) * np.float32(share))
        self._blocks = self._blocks + (detail.blocks - self._blocks) * np.float32(share)
        self._least = np.minimum(self._least * np.float32(1 + 1 / MEMORY), detail.blocks)
        self._brightness += (detail.brightness - self._brightness) * share

    def lost(self, detail: Detail) -> float:
        """Return the share of what had detail that has none now; 0 when nothing is known or there never was much."""
        if self._learnt < ENOUGH_DETAIL:
            return 0.0
        # Not where somebody walked while it was learnt: their detail came and went.
        had = (self._blocks > DETAIL) & self.structure.blocks & (self._least > LOST * self._blocks)
        if float(had.mean()) < ANY:
            return 0.0
        # In half the light there is half the contrast.
        dimmed = min(1.0, detail.brightness / max(self._brightness, 1.0))
        return float((detail.blocks[had] < LOST * dimmed * self._blocks[had]).mean())

    def to_bytes(self) -> bytes:
        """Return at most some 12 kB from which `from_bytes` makes the same view again."""
        edges = np.rint(np.stack([self.structure.edges.real, self.structure.edges.imag]) * 127).astype(np.int8)
        numbers = np.array([self.found, self.likeness, self._brightness, *self._blocks.ravel()], "<f4")
        return _VERSION + zlib.compress(numbers.tobytes() + edges.tobytes(), 9)

    @classmethod
    def from_bytes(cls, stored: bytes) -> Self:
        """Make again what was stored; raises ValueError when it is no stored view."""
        begin, size = (_NUMBERS + BLOCK_ROWS * BLOCK_COLUMNS) * 4, 2 * ROWS * COLUMNS
        try:
            plain = zlib.decompressobj().decompress(stored.removeprefix(_VERSION), begin + size)
        except zlib.error:
            plain = b""
        if not stored.startswith(_VERSION) or len(plain) != begin + size:
            problem = "these bytes are no stored view"
            raise ValueError(problem)
        numbers = np.frombuffer(plain[:begin], "<f4").astype(np.float32)
        parts = np.frombuffer(plain[begin:], np.int8).reshape(2, ROWS, COLUMNS).astype(np.float32) / 127
        view = cls()
        view.structure = Structure(np.asarray(parts[0] + 1j * parts[1], dtype=np.complex64))
        view.found, view.likeness, view._brightness = map(float, numbers[:_NUMBERS])
        view._blocks = numbers[_NUMBERS:].reshape(BLOCK_ROWS, BLOCK_COLUMNS)
        view._least = view._blocks.copy()
        view._learnt = MEMORY
        return view
