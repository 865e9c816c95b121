"""Whose face is it? Faces and bodies' boxes of one picture, and the lane."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from galleria.domain.detection import Detections, Floats
from galleria.domain.face import Faces
from galleria.domain.geometry import Point, Polygon

_NOBODY = -1
_FAR = 1e6  # a cost that no assignment is worth


def assign(faces: Faces, bodies: Detections, aspect: float) -> NDArray[np.intp]:
    """Give each face to at most one body and each body at most one face, so that all lie best together.

    A face may belong to a body whose box holds its centre; best is where the middle of the box's upper side is near,
    measured in the box's widths.

    Args:
        faces: n of them.
        bodies: their boxes.
        aspect: of the picture, width / height.

    Returns:
        (n,) index of the body, or -1.
    """
    owners = np.full(len(faces), _NOBODY, np.intp)
    if not len(faces) or not len(bodies):
        return owners
    inside = _inside(faces, bodies)
    wide = np.maximum(bodies.boxes[:, 2] - bodies.boxes[:, 0], 1e-6)
    head = np.stack([(bodies.boxes[:, 0] + bodies.boxes[:, 2]) / 2, bodies.boxes[:, 1]], axis=1)
    crown = np.stack([(faces.boxes[:, 0] + faces.boxes[:, 2]) / 2, faces.boxes[:, 1]], axis=1)
    away = (crown[:, None] - head[None]) * np.array([1, 1 / aspect], np.float32) / wide[None, :, None]
    cost = np.where(inside, np.hypot(away[..., 0], away[..., 1]), _FAR)
    for face, body in zip(*linear_sum_assignment(cost), strict=True):
        if inside[face, body]:
            owners[face] = body
    return owners


def allowed(faces: Faces, bodies: Detections, lane: Polygon | None) -> NDArray[np.bool_]:
    """Which faces, (n,), may be looked at: centre in a body's box and, where there is one, in the lane."""
    may = np.asarray(_inside(faces, bodies).any(axis=1))
    if lane is not None:
        may &= np.array([lane.contains(Point(float(x), float(y))) for x, y in _centres(faces)], np.bool_)
    return may


def _centres(faces: Faces) -> Floats:
    return np.asarray((faces.boxes[:, :2] + faces.boxes[:, 2:]) / 2)


def _inside(faces: Faces, bodies: Detections) -> NDArray[np.bool_]:
    """Which face's centre lies in which body's box, (n, m)."""
    centre = _centres(faces)[:, None]
    low, high = bodies.boxes[None, :, :2], bodies.boxes[None, :, 2:]
    return np.asarray(((centre >= low) & (centre <= high)).all(axis=2))
