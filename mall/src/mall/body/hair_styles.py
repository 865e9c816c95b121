"""What a hair style is: how long, which way it is combed, how it lies, curls and clumps.

Places and directions are in the mesh's own frame: decimetres, x to the person's left, y up, z ahead.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np

from .mesh import Array
from .scalp import smooth

PARTING = 0.32  # of a side parting
CROWN = np.array((0.05, 8.38, 0.05))  # where short hair turns


class Comb(Enum):
    """Which way hair is brushed."""

    CROWN = "crown"  # away from the crown, forward over the brow
    SIDE = "side"  # away from a parting at the left
    MIDDLE = "middle"  # away from a parting in the middle
    BACK = "back"  # from the brow to the back
    TIE = "tie"  # towards a tie at the back
    OUT = "out"  # nowhere: it stands away


@dataclass(frozen=True, slots=True)
class Style:
    """One style.

    Attributes:
        count: ribbons. steps: pieces of each.
        top, sides, back: length there, decimetres.
        lift: how much hair stands up at the root, 0 to 2.
        depth: how thick it lies, decimetres.
        weight: how strongly it hangs.
        curl: radius of waves, decimetres; turns: of them along a decimetre.
        clump: how far ends draw together, 0 to 1. spread: disorder of directions.
        width: of ribbons, decimetres. uneven: of lengths, 0 to 1.
        tail: length of what hangs from the tie; bun: its radius; tie: the place of both.
        fringe: how low hair hangs over the brow, decimetres.
    """

    comb: Comb
    count: int
    steps: int
    top: float
    sides: float
    back: float
    lift: float = 0.3
    depth: float = 0.08
    weight: float = 0.3
    curl: float = 0.0
    turns: float = 2.0
    clump: float = 0.3
    spread: float = 0.25
    width: float = 0.030
    uneven: float = 0.25
    tail: float = 0.0
    bun: float = 0.0
    tie: tuple[float, float, float] = (0.0, 7.75, -0.50)
    fringe: float = 0.0


STYLES: dict[str, Style] = {
    "buzz": Style(Comb.CROWN, 5200, 1, 0.06, 0.05, 0.05, 0.9, 0.02, 0.0, spread=0.5, width=0.024, clump=0.0),
    "crop": Style(Comb.CROWN, 3600, 3, 0.34, 0.16, 0.15, 0.42, 0.10, 0.25, spread=0.30, width=0.034, clump=0.6),
    "side": Style(Comb.SIDE, 2900, 4, 0.72, 0.19, 0.17, 0.42, 0.15, 0.30, spread=0.16, width=0.036, clump=0.6),
    "quiff": Style(Comb.BACK, 2900, 4, 0.62, 0.15, 0.14, 0.95, 0.22, 0.25, spread=0.18, width=0.036, clump=0.6),
    "back": Style(Comb.BACK, 2500, 5, 0.95, 0.45, 0.35, 0.35, 0.12, 0.25, spread=0.12, width=0.038, clump=0.5),
    "curls": Style(Comb.CROWN, 2300, 6, 0.62, 0.34, 0.34, 0.9, 0.22, 0.1, curl=0.055, turns=3.4, spread=0.5, clump=0.5,
                   width=0.040),
    "afro": Style(Comb.OUT, 3200, 5, 0.52, 0.44, 0.40, 1.0, 0.5, 0.0, curl=0.055, turns=7.0, spread=0.30, clump=0.1,
                  width=0.050, uneven=0.08),
    "coils": Style(Comb.OUT, 4200, 2, 0.17, 0.12, 0.10, 1.0, 0.2, 0.0, curl=0.03, turns=8.0, spread=0.6, clump=0.2,
                   width=0.040, uneven=0.2),
    "receding": Style(Comb.CROWN, 3000, 3, 0.26, 0.17, 0.15, 0.35, 0.07, 0.25, spread=0.28, width=0.030, clump=0.4),
    "receding_side": Style(Comb.SIDE, 2700, 4, 0.70, 0.22, 0.20, 0.35, 0.09, 0.25, spread=0.15, width=0.030, clump=0.5),
    "bald": Style(Comb.CROWN, 2400, 3, 0.2, 0.20, 0.18, 0.4, 0.05, 0.25, spread=0.25, width=0.030, clump=0.3),
    "pixie": Style(Comb.SIDE, 2900, 4, 0.75, 0.36, 0.26, 0.40, 0.13, 0.4, spread=0.18, width=0.036, clump=0.6,
                   fringe=0.30),
    "mop": Style(Comb.CROWN, 2900, 4, 0.78, 0.52, 0.40, 0.42, 0.15, 0.5, spread=0.22, width=0.036, clump=0.6,
                 fringe=0.28),
    "bob": Style(Comb.SIDE, 1750, 7, 1.72, 1.40, 1.10, 0.40, 0.20, 0.9, spread=0.08, width=0.048, clump=0.4,
                 uneven=0.07),
    "bob_fringe": Style(Comb.MIDDLE, 1800, 7, 1.75, 1.40, 1.10, 0.40, 0.18, 0.9, spread=0.07, width=0.048, clump=0.4,
                        uneven=0.06, fringe=0.42),
    "long": Style(Comb.MIDDLE, 1350, 9, 3.0, 2.7, 2.4, 0.35, 0.18, 0.9, spread=0.08, width=0.056, clump=0.5,
                  uneven=0.16),
    "long_side": Style(Comb.SIDE, 1350, 9, 2.8, 2.5, 2.2, 0.40, 0.20, 0.9, spread=0.09, width=0.056, clump=0.5,
                       uneven=0.16),
    "wavy": Style(Comb.SIDE, 1350, 9, 2.6, 2.3, 2.0, 0.5, 0.26, 0.75, curl=0.06, turns=1.3, spread=0.14, clump=0.6,
                  width=0.056, uneven=0.2),
    "curly_long": Style(Comb.MIDDLE, 1400, 9, 2.0, 1.8, 1.6, 0.8, 0.40, 0.5, curl=0.10, turns=2.0, spread=0.28,
                        clump=0.5, width=0.056, uneven=0.2),
    "ponytail": Style(Comb.TIE, 2200, 5, 0.0, 0.0, 0.0, 0.25, 0.12, 0.0, spread=0.06, width=0.044, clump=0.2,
                      tail=2.0, tie=(0.0, 7.80, -0.46)),
    "bun": Style(Comb.TIE, 2200, 5, 0.0, 0.0, 0.0, 0.25, 0.12, 0.0, spread=0.06, width=0.044, clump=0.2,
                 bun=0.30, tie=(0.0, 7.95, -0.42)),
    "low_bun": Style(Comb.TIE, 2200, 5, 0.0, 0.0, 0.0, 0.25, 0.12, 0.0, spread=0.06, width=0.044, clump=0.2,
                     bun=0.27, tie=(0.0, 7.25, -0.44)),
    "pigtails": Style(Comb.TIE, 2200, 5, 0.0, 0.0, 0.0, 0.25, 0.12, 0.0, spread=0.07, width=0.044, clump=0.2,
                      tail=1.2, tie=(0.70, 7.45, -0.05)),
    "none": Style(Comb.CROWN, 0, 1, 0.0, 0.0, 0.0),
}  # fmt: skip


def lengths(style: Style, roots: Array) -> Array:
    """How long hair of a style is at roots (n, 3), decimetres, before unevenness; (n,)."""
    x, y, z = roots.T
    top = smooth(7.75, 8.1, y - 0.12 * np.abs(x))
    back = smooth(0.25, -0.05, z) * (1 - top)
    long: Array = top * style.top + back * style.back + (1 - top - back) * style.sides
    if style.top < 0.5:  # noqa: PLR2004 - short hair fades towards the neck and the ears
        long *= 0.45 + 0.55 * smooth(6.75, 7.45, y)
    if style.comb is Comb.OUT or style.curl:
        long *= 1 - (0.6 if style.comb is Comb.OUT else 0.25) * smooth(0.95, 1.38, z)
    return np.asarray(np.maximum(long, 0.04))


def combed(style: Style, points: Array, roots: Array) -> Array:
    """The way hair lies at points (n, 3) that grew from roots (n, 3), not yet along the head's surface; (n, 3)."""
    if style.comb is Comb.CROWN:
        way = points - CROWN
        way[:, 2] += 0.25 * smooth(7.9, 8.2, roots[:, 1])
        return np.asarray(way)
    if style.comb in (Comb.SIDE, Comb.MIDDLE):
        return _parted(style, points, roots)
    if style.comb is Comb.BACK:
        way = np.tile((0.0, -0.2, -1.0), (len(points), 1))
        way[:, 0] = 0.25 * points[:, 0]
        way[:, 1] -= 0.9 * smooth(0.2, -0.4, points[:, 2])
        return way
    if style.comb is Comb.TIE:
        return np.asarray(ties(style, roots) - points)
    return np.asarray(points - (0.0, 7.35, 0.75))


def ties(style: Style, roots: Array) -> Array:
    """The tie that each root's hair is drawn to, (n, 3); two of them for pigtails."""
    tie = np.tile(style.tie, (len(roots), 1)).astype(np.float64)
    tie[:, 0] *= np.where(roots[:, 0] < 0, -1.0, 1.0)
    return tie


def _parted(style: Style, points: Array, roots: Array) -> Array:
    """Away from a parting: left and right of it, a little to the back; a fringe falls ahead."""
    parting = PARTING if style.comb is Comb.SIDE else 0.0
    side = np.where(roots[:, 0] > parting, 1.0, -1.0)
    way = np.stack([side, np.full(len(points), -0.25), np.full(len(points), -0.35)], 1)
    below = smooth(8.2, 7.5, points[:, 1])[:, None]
    way = way * (1 - 0.75 * below) + below * np.array((0.0, -1.0, -0.12))
    behind = smooth(0.5, 0.0, roots[:, 2])[:, None]
    way = way * (1 - behind) + behind * (
        np.stack([0.6 * roots[:, 0], np.full(len(points), -1.0), np.full(len(points), -0.4)], 1)
    )
    if style.fringe:
        front = (smooth(0.75, 1.05, roots[:, 2]) * smooth(0.62, 0.45, np.abs(roots[:, 0])))[:, None]
        lean = 0.55 if style.comb is Comb.SIDE else 0.05
        way = way * (1 - front) + front * np.array((-lean, -0.6, 0.6))
    return np.asarray(way)
