"""Fingers: at rest in the mesh they are spread and straight; here they curl."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mall.domain.figure import Skeleton

from .limbs import SIDES
from .rig import turn

Array = NDArray[np.float64]
FINGERS = (1, 2, 3, 4, 5)  # from the thumb
RELAXED = np.radians([[4, 8, 10], [14, 22, 14], [18, 26, 16], [21, 29, 18], [25, 30, 20]])
GRIP = np.radians([[22, 28, 34], [62, 72, 42], [64, 74, 44], [66, 74, 44], [68, 74, 44]])
CLOSE, THUMB = 0.75, 0.25  # shares of the spread that a hand at rest takes away


@dataclass(frozen=True, slots=True)
class Hand:
    """One hand: the axis (3,) that bends each joint towards the palm, by finger (from the thumb, 1) and joint (1-3).

    `closed`: by finger, the turn (3, 3) that brings it beside the middle finger. `palm`: where the palm faces (3,).
    """

    axes: dict[tuple[int, int], Array]
    closed: dict[int, Array]
    palm: Array

    def angle(self, finger: int, joint: int, curl: Array) -> Array:
        """How far a joint bends (n,) for a curl (n,) of 0 to 1; 0.3 is a hand at rest."""
        open_, closed = RELAXED[finger - 1, joint - 1], GRIP[finger - 1, joint - 1]
        return np.asarray(open_ * np.minimum(curl / 0.3, 1) + (closed - open_) * np.clip((curl - 0.3) / 0.7, 0, 1))


def hand_of(skeleton: Skeleton, side: int) -> Hand:
    """Find the axes of a hand (0 left, 1 right)."""
    name = SIDES[side]
    index = {n: i for i, n in enumerate(skeleton.names)}

    def head(finger: int, joint: int) -> Array:
        return np.asarray(skeleton.heads[index[f"finger{finger}-{joint}.{name}"]])

    wrist = skeleton.heads[index[f"wrist.{name}"]]
    across = head(2, 1) - head(5, 1)
    along = head(3, 1) - wrist
    palm = np.cross(along, across) * (1 if side == 0 else -1)
    palm /= np.linalg.norm(palm)
    axes: dict[tuple[int, int], Array] = {}
    for finger in FINGERS:
        # The thumb closes across the palm rather than down to it.
        towards = palm if finger > 1 else palm - 0.9 * across / np.linalg.norm(across)
        for joint in (1, 2, 3):
            bone = index[f"finger{finger}-{joint}.{name}"]
            way = skeleton.tails[bone] - skeleton.heads[bone]
            axis = np.cross(way, towards)
            axes[finger, joint] = axis / np.linalg.norm(axis)
    middle = head(3, 3) - head(3, 1)
    closed = {finger: _beside(head(finger, 3) - head(finger, 1), middle, palm) for finger in FINGERS}
    return Hand(axes, closed, palm)


def _beside(way: Array, middle: Array, palm: Array) -> Array:
    """The turn about the palm's normal that takes most of the spread between a finger and the middle one."""
    flat, wanted = (v - palm * (v @ palm) for v in (way, middle))
    angle = float(np.arctan2(np.cross(flat, wanted) @ palm, flat @ wanted))
    return turn(palm, np.asarray(angle * (CLOSE if abs(angle) < 0.6 else THUMB)))  # noqa: PLR2004 - only thumbs
