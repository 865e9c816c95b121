"""Cameras: where each hangs, and how its lens throws the world onto the picture."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
SIZE = (768, 432)  # width and height of every clip, pixels
CANVAS = (832, 468)  # the pinhole picture, same centre and focal length, that the lens then bends into SIZE
NEAR = 0.15  # metres; what is nearer has no place in a picture


@dataclass(frozen=True, slots=True)
class View:
    """A camera of the mall.

    Attributes:
        at: its place, metres.
        to: a point in the middle of its picture, metres.
        across: horizontal field of view of the undistorted picture, degrees.
        up: the world direction that points up in the picture, roughly.
        barrel: first radial term k1 of the lens: a ray at undistorted radius r, in half picture widths, lands at
            r * (1 + k1 * r * r); negative bends straight lines outwards.
        crf: what its recorder loses: x264's constant rate factor.
    """

    name: str
    at: tuple[float, float, float]
    to: tuple[float, float, float]
    across: float
    up: tuple[float, float, float] = (0.0, 0.0, 1.0)
    barrel: float = -0.04
    crf: int = 27

    @property
    def focal(self) -> float:
        """Focal length in pixels."""
        return SIZE[0] / 2 / math.tan(math.radians(self.across) / 2)

    def turn(self) -> Array:
        """The rotation (3, 3) from world to camera: rows are right, down, forward."""
        return _turn(self.at, self.to, self.up)

    def project(self, points: Array) -> tuple[Array, Array]:
        """Throw points onto the picture.

        Args:
            points: (..., 3), world, metres.

        Returns:
            pixels (..., 2), x right and y down from the top left corner, and depths (...), metres along the axis.
            Points nearer than NEAR, or behind, are projected as if they were at NEAR: look at the depth.
        """
        local = (points - np.asarray(self.at)) @ self.turn().T
        depth = local[..., 2]
        flat = local[..., :2] / np.maximum(depth, NEAR)[..., None]
        radius2 = (flat**2).sum(-1) * (2 * self.focal / SIZE[0]) ** 2
        # Beyond the turning point of the polynomial rays would come back into the picture.
        bend = 1 + self.barrel * np.minimum(radius2, 4.0)
        pixels = flat * bend[..., None] * self.focal + np.array(SIZE) / 2
        return pixels, depth

    def moved(self, pan: float, tilt: float) -> View:
        """The same camera after a knock: turned by `pan` and `tilt`, degrees, right and down positive."""
        right, down, ahead = self.turn()
        way = ahead + math.tan(math.radians(pan)) * right + math.tan(math.radians(tilt)) * down
        target = np.add(self.at, way)
        return replace(self, to=(float(target[0]), float(target[1]), float(target[2])))


@lru_cache(maxsize=64)
def _turn(at: tuple[float, ...], to: tuple[float, ...], up: tuple[float, ...]) -> Array:
    ahead = np.subtract(to, at)
    ahead = ahead / np.linalg.norm(ahead)
    right = np.cross(ahead, up)
    right = right / np.linalg.norm(right)
    turn = np.array([right, np.cross(ahead, right), ahead])
    turn.setflags(write=False)
    return turn


VIEWS: dict[str, View] = {
    view.name: view
    for view in (
        View("entrance", (0.3, 9.6, 2.05), (0.1, 1.0, 1.47), 46.0, crf=21),  # faces want bits
        View("down", (0.0, 1.0, 3.75), (0.0, 1.0, 0.0), 92.0, up=(0.0, 1.0, 0.0)),
        View("corridor", (-0.4, 10.4, 3.5), (0.2, 19.0, 0.4), 70.0),
        View("shop", (3.1, 17.6, 2.9), (-3.5, 14.6, 0.7), 65.0),
        View("till", (-1.5, 3.0, 3.2), (3.2, 6.6, 0.8), 60.0),
        View("screen", (-5.85, 5.5, 2.35), (-2.6, 5.5, 1.3), 68.0, crf=19),
    )
}
