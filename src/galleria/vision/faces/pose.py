"""Where a head is turned to, from five points of its face."""

from __future__ import annotations

from dataclasses import dataclass
from math import acos, asin, atan2, cos, degrees, radians, sin

import numpy as np

from galleria.domain.detection import Floats

# A mean face in distances between the eyes: x to the picture's right, y down, z towards the camera; eyes, nose, corners
# of the mouth. Across and down it is the mean of a hundred frontal faces; with these depths yaw differs least from what
# a head pose network says (3 degrees in the median; pitch 6).
FACE = np.array([[-0.5, 0, 0], [0.5, 0, 0], [0, 0.57, 0.6], [-0.43, 1.03, 0.1], [0.43, 1.03, 0.1]])
_CENTRED = FACE - FACE.mean(axis=0)
_SOLVE = np.linalg.pinv(_CENTRED)  # (3, 5)


@dataclass(frozen=True, slots=True)
class Pose:
    """Where a head is turned to, degrees; all zero: straight into the camera.

    Attributes:
        yaw: positive to the picture's right.
        pitch: positive upwards.
        roll: tilted to a shoulder; positive clockwise on the picture.
    """

    yaw: float
    pitch: float
    roll: float

    def away(self) -> float:
        """The angle between where the face looks and the camera, degrees; roll does not count."""
        return degrees(acos(_sine(cos(radians(self.yaw)) * cos(radians(self.pitch)))))


def pose_of(points: Floats) -> Pose:
    """Estimate the pose from where the points lie, as seen from afar (no perspective).

    Args:
        points: (5, 2) in pixels of a picture whose pixels are square.
    """
    centred = (points - points.mean(axis=0)).astype(np.float64)
    rows = centred.T @ _SOLVE.T  # (2, 3): the first two rows of a turn, times a scale
    scale = float(np.linalg.norm(rows, axis=1).mean())
    if not np.isfinite(scale) or scale <= 0:
        return Pose(0.0, 0.0, 0.0)
    across, down = rows / scale
    # The head's own upright axis lies in the picture as it is tilted, however it is turned.
    roll = atan2(-across[1], down[1])
    yaw = asin(_sine(across[2] * cos(roll) + down[2] * sin(roll)))
    pitch = asin(_sine((across[2] * sin(roll) - down[2] * cos(roll)) / max(cos(yaw), 1e-6)))
    return Pose(degrees(yaw), degrees(pitch), degrees(roll))


def _sine(value: float) -> float:
    return min(1.0, max(-1.0, value))
