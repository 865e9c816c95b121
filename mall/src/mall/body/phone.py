"""A phone in each hand, there only while somebody looks into it: posing shrinks its bone to nothing otherwise."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mall.domain.figure import Part, Shade, Skeleton

from .fingers import hand_of
from .limbs import SIDES

Array = NDArray[np.float64]
NAME = "phone"
HALF = (0.074, 0.036, 0.0045)  # metres, half of its length, width and thickness
GLASS, CASE = (0.20, 0.25, 0.33), (0.012, 0.012, 0.014)  # linear light; the glass shines in a face a little


def with_phones(skeleton: Skeleton) -> tuple[Skeleton, tuple[Part, ...]]:
    """A skeleton with a bone more in each hand, and what hangs on these."""
    names, parents = list(skeleton.names), list(skeleton.parents)
    heads, tails, parts = list(skeleton.heads), list(skeleton.tails), []
    for side, name in enumerate(SIDES):
        centre, axes = _held(skeleton, side)
        parts.append(_box(f"{NAME}.{name}", centre, axes, len(names)))
        names.append(f"{NAME}.{name}")
        parents.append(np.int64(skeleton.names.index(f"wrist.{name}")))
        heads.append(centre)
        tails.append(centre + 0.05 * axes[0])
    return Skeleton(tuple(names), np.array(parents), np.array(heads), np.array(tails)), tuple(parts)


def _held(skeleton: Skeleton, side: int) -> tuple[Array, Array]:
    """Where it lies in the hand: its centre (3,), and rows (3, 3) along, across and out of the glass."""
    hand = hand_of(skeleton, side)
    knuckle = skeleton.heads[skeleton.names.index(f"finger3-1.{SIDES[side]}")]
    wrist = skeleton.heads[skeleton.names.index(f"wrist.{SIDES[side]}")]
    along = (knuckle - wrist) / np.linalg.norm(knuckle - wrist)
    out = hand.palm - along * (hand.palm @ along)
    out /= np.linalg.norm(out)
    size = float(np.linalg.norm(knuckle - wrist)) / 0.095
    return knuckle + 0.012 * along + 0.03 * size * out, np.array([along, np.cross(out, along), out])


def _box(name: str, centre: Array, axes: Array, bone: int) -> Part:
    corners: list[Array] = []
    normals: list[Array] = []
    colours: list[tuple[float, float, float]] = []
    triangles: list[tuple[int, int, int]] = []
    for axis in range(3):
        for sign in (1.0, -1.0):
            u, v = (axis + 1) % 3, (axis + 2) % 3
            start = len(corners)
            for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
                at = np.zeros(3)
                at[axis], at[u], at[v] = sign * HALF[axis], a * sign * HALF[u], b * HALF[v]
                corners.append(centre + at @ axes)
                normals.append(sign * axes[axis])
                colours.append(GLASS if axis == 2 and sign > 0 else CASE)  # noqa: PLR2004 - out of the glass
            triangles += [(start, start + 1, start + 2), (start, start + 2, start + 3)]
    count = len(corners)
    bones, weights = np.zeros((count, 4), np.uint8), np.zeros((count, 4), np.float32)
    bones[:, 0], weights[:, 0] = bone, 1.0
    return Part(
        name, Shade.LEATHER, np.array(corners, np.float32), np.array(normals, np.float32),
        np.zeros((count, 2), np.float32), np.array(triangles, np.int32), bones, weights,
        np.array(colours, np.float32), np.ones(count, np.float32),
    )  # fmt: skip
