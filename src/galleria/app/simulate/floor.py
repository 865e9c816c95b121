"""The floor before every camera of a made-up site, in metres, and where its points are in the picture."""

from __future__ import annotations

import numpy as np

from galleria.analytics.facts import Numbers
from galleria.domain.geometry import Point, Polygon, Segment
from galleria.domain.site import Calibration

# Of the floor that a camera sees: x from left to right, y from far to near.
WIDTH, DEPTH = 10.0, 8.0
_FLOOR = ((0.0, 0.0), (WIDTH, 0.0), (WIDTH, DEPTH), (0.0, DEPTH))
_PICTURE = ((0.25, 0.2), (0.75, 0.2), (0.98, 0.96), (0.02, 0.96))
_DIGITS = 4

CALIBRATION = Calibration(tuple(Point(*at) for at in _PICTURE), _FLOOR)


def _homography() -> Numbers:
    """(3, 3) from the floor to the picture, by four points."""
    rows = []
    for (x, y), (u, v) in zip(_FLOOR, _PICTURE, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
    told = np.array([value for at in _PICTURE for value in at])
    return np.append(np.linalg.solve(np.array(rows), told), 1.0).reshape(3, 3)


_SHOWN = _homography()


def picture(x: Numbers, y: Numbers) -> tuple[Numbers, Numbers]:
    """Where points of the floor (...) are in the picture, normalised, to four digits."""
    depth = _SHOWN[2, 0] * x + _SHOWN[2, 1] * y + 1.0
    u = (_SHOWN[0, 0] * x + _SHOWN[0, 1] * y + _SHOWN[0, 2]) / depth
    v = (_SHOWN[1, 0] * x + _SHOWN[1, 1] * y + _SHOWN[1, 2]) / depth
    return np.round(np.clip(u, 0.0, 1.0), _DIGITS), np.round(np.clip(v, 0.0, 1.0), _DIGITS)


def line() -> Segment:
    """A line across the middle, from left to right: `in` is towards the camera."""
    u, v = picture(np.array([0.4, WIDTH - 0.4]), np.full(2, DEPTH / 2))
    return Segment(Point(float(u[0]), float(v[0])), Point(float(u[1]), float(v[1])))


def strip(n: int, of: int) -> Polygon:
    """The n-th of some zones that lie side by side, from left to right."""
    low, high = _bounds(n, of)
    u, v = picture(np.array([low, high, high, low]), np.array([0.6, 0.6, DEPTH - 0.4, DEPTH - 0.4]))
    return Polygon(tuple(Point(float(a), float(b)) for a, b in zip(u, v, strict=True)))


def within(n: Numbers, of: int, random: np.random.Generator) -> tuple[Numbers, Numbers]:
    """A place well within each of some strips (m,): x and y on the floor."""
    step = WIDTH / of
    x = (n + random.uniform(0.2, 0.8, len(n))) * step
    return x, random.uniform(1.5, DEPTH - 1.5, len(n))


def _bounds(n: int, of: int) -> tuple[float, float]:
    step = WIDTH / of
    return n * step + 0.3, (n + 1) * step - 0.3
