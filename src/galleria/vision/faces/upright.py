"""Where a face's points lie, asked once more of the face turned upright and shown at one size.

A detector that learned from upright faces tells points of a head tilted to a shoulder as if it were hardly tilted, and
turned away instead: of a head tilted by 40 degrees it says 10, and 25 of yaw where there are 5. Turned by what it says,
and by as much again, the face comes to stand upright within two or three looks, and its points are right. Each look
shows the face and its mirror image: the mean of what is said of both is surer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import cos, radians, sin
from typing import TypeAlias

import numpy as np

from galleria.domain.detection import Floats
from galleria.domain.frame import Pixels

from .align import similarity, warp
from .pose import FACE, pose_of

SIDE = 160  # pixels of the sheet on which a face is shown again
# What is found on one sheet: boxes (n, 4), points (n, 5, 2), both in its pixels, and scores (n,).
Found: TypeAlias = tuple[Floats, Floats, Floats]
Look: TypeAlias = Callable[[Sequence[Pixels]], list[Found]]

_EYES = 34.0  # pixels between them on the sheet: a face of half its height. Smaller sheets told points less well
_UPRIGHT = ((FACE - FACE.mean(axis=0))[:, :2] * _EYES + SIDE / 2).astype(np.float32)
_LOOKS = 3  # more turn nothing any further
_LEVEL = 4.0  # degrees of roll that are left
_WORSE = 0.03  # a look that is so much less sure of a face than the one before was a turn too many
_BESIDE = SIDE / 4  # a face whose middle is further from the sheet's is another one
_SWAPPED = (1, 0, 2, 4, 3)  # which point is which in the mirror


def upright(pixels: Pixels, points: Floats, look: Look) -> Floats:
    """Ask for a face's points again.

    Args:
        pixels: of the picture at its own size, (h, w, 3) uint8, blue-green-red.
        points: (5, 2) in its pixels, about right.
        look: finds faces on sheets of `SIDE` x `SIDE` pixels.

    Returns:
        (5, 2) in the picture's pixels; those given where no look finds the face again.
    """
    sure, onward = 0.0, 0.0
    for _ in range(_LOOKS):
        matrix = _turned(similarity(points, _UPRIGHT), onward)
        seen = _seen(warp(pixels, matrix, SIDE, SIDE), look)
        if seen is None or seen[1] < sure - _WORSE:
            break
        marks, sure = seen[0], max(sure, seen[1])
        points = _back(matrix, marks)
        onward = -pose_of(marks).roll
        if abs(onward) < _LEVEL:
            break
    return points


def _seen(sheet: Pixels, look: Look) -> tuple[Floats, float] | None:
    """Points on the sheet of the face in its middle, and how sure it is; None where there is none."""
    plain, mirrored = map(_middle, look((sheet, np.ascontiguousarray(sheet[:, ::-1]))))
    if plain is None or mirrored is None:
        return plain
    back = mirrored[0][_SWAPPED, :] * np.array([-1, 1], np.float32) + np.array([SIDE, 0], np.float32)
    return np.asarray((plain[0] + back) / 2, np.float32), plain[1]


def _middle(found: Found) -> tuple[Floats, float] | None:
    boxes, points, scores = found
    if not len(boxes):
        return None
    aside = np.abs((boxes[:, :2] + boxes[:, 2:]) / 2 - SIDE / 2).max(axis=1)
    face = int(aside.argmin())
    return (points[face], float(scores[face])) if aside[face] <= _BESIDE else None


def _turned(matrix: Floats, angle: float) -> Floats:
    """A similarity onto the sheet, and then so many degrees clockwise around its middle."""
    turn = np.array([[cos(radians(angle)), -sin(radians(angle))], [sin(radians(angle)), cos(radians(angle))]])
    shift = turn @ (matrix[:, 2] - SIDE / 2) + SIDE / 2
    return np.hstack([turn @ matrix[:, :2], shift[:, None]]).astype(np.float32)


def _back(matrix: Floats, points: Floats) -> Floats:
    """Points on the sheet, in the picture."""
    return np.asarray((points - matrix[:, 2]) @ np.linalg.inv(matrix[:, :2]).T, np.float32)
