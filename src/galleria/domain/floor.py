"""From a picture to the floor: a plane seen by a camera is mapped to metres by a homography.

Found from four pairs of points or more by the direct linear transform on normalised coordinates (Hartley and Zisserman,
Multiple View Geometry, algorithm 4.2).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .errors import InputError
from .site import Calibration

Points = NDArray[np.float64]
# A solution is worth nothing where another one fits nearly as well: points on a line, or the same point twice.
_FLAT = 1e-6
_LEAST = 4  # pairs of points


@dataclass(frozen=True, slots=True)
class Floor:
    """One camera's floor.

    Attributes:
        matrix: (3, 3), from the picture, normalised, to metres.
        error: how far the calibration's points lie from where the map puts them, metres, root mean square; with four
            points it is zero, and says nothing.
    """

    matrix: Points
    error: float

    @classmethod
    def of(cls, calibration: Calibration) -> Floor:
        """Find the map.

        Raises:
            InputError: fewer than four points, or they do not span a plane.
        """
        picture, floor = np.array(calibration.picture, np.float64), np.array(calibration.floor, np.float64)
        if len(picture) < _LEAST or len(picture) != len(floor):
            problem = f"a floor needs four pairs of points, and has {min(len(picture), len(floor))}"
            raise InputError(problem, "Name four points of the floor that lie far apart, in the picture and in metres.")
        (a, at), (b, bt) = _normalised(picture), _normalised(floor)
        rows = [_rows(p, q) for p, q in zip(a, b, strict=True)]
        _, sizes, vectors = np.linalg.svd(np.concatenate(rows))
        if sizes[7] < _FLAT * sizes[0]:
            problem = "the points of the floor lie on a line"
            raise InputError(problem, "Name four points of which no three lie on a line.")
        matrix = np.linalg.inv(bt) @ vectors[-1].reshape(3, 3) @ at
        found = cls(matrix / np.linalg.norm(matrix), 0.0)
        off = found.metres(picture) - floor
        return cls(found.matrix, float(np.sqrt((off**2).sum(axis=1).mean())))

    def metres(self, points: ArrayLike) -> Points:
        """Points (n, 2) of the picture, normalised, on the floor (n, 2); not a number at and beyond the horizon."""
        given = np.asarray(points, np.float64).reshape(-1, 2)
        mapped = np.column_stack((given, np.ones(len(given)))) @ self.matrix.T
        ahead = mapped[:, 2:] * np.sign(self._side)
        with np.errstate(all="ignore"):
            return np.where(ahead > 0, mapped[:, :2] / mapped[:, 2:], np.nan)

    def horizon(self, x: float) -> float:
        """Where the horizon is in the picture at a place across it, normalised; infinitely far up if there is none."""
        across, down, beyond = self.matrix[2]
        return float(-(across * x + beyond) / down) if abs(down) > _FLAT * abs(beyond) else -np.inf

    @property
    def _side(self) -> float:
        """The sign of the third coordinate in front of the camera: that of the picture's lower edge."""
        return float(self.matrix[2] @ np.array([0.5, 1.0, 1.0]))


def _normalised(points: Points) -> tuple[Points, Points]:
    """Points with their centre at zero and a mean distance of sqrt 2 from it, and the map that does that."""
    centre = points.mean(axis=0)
    spread = float(np.hypot(*(points - centre).T).mean()) or 1.0
    scale = np.sqrt(2) / spread
    matrix = np.array([[scale, 0, -scale * centre[0]], [0, scale, -scale * centre[1]], [0, 0, 1]])
    return (points - centre) * scale, matrix


def _rows(p: Points, q: Points) -> Points:
    (x, y), (u, v) = p, q
    return np.array([[-x, -y, -1, 0, 0, 0, u * x, u * y, u], [0, 0, 0, -x, -y, -1, v * x, v * y, v]])
