"""Rays of a view's canvas against the plan's boxes: where glass is, and what hides a reflection."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from mall.domain.lens import CANVAS, View
from mall.domain.place import Solid

Array = NDArray[np.float64]
Floats = NDArray[np.float32]
NOTHING = 1e4  # metres: the depth of what is not there


def directions(view: View, shrink: int = 1) -> Floats:
    """Rays through the middles of the canvas' pixels, (h, w, 3); one metre along the view's axis each.

    Args:
        view: whose canvas.
        shrink: how many pixels of `lens.CANVAS` lie in one, to each side.
    """
    wide, high = CANVAS[0] // shrink, CANVAS[1] // shrink
    focal = view.focal / shrink
    x = (np.arange(wide) + 0.5 - wide / 2) / focal
    y = (np.arange(high) + 0.5 - high / 2) / focal
    turn = view.turn()
    rays = x[None, :, None] * turn[0] + y[:, None, None] * turn[1] + turn[2]
    return np.asarray(rays, dtype=np.float32)


def entered(origin: Array, rays: Floats, solid: Solid) -> Floats:
    """The depths at which rays enter a box, (h, w).

    Depths are multiples of the rays' length, NOTHING where a ray misses; a ray that starts inside enters at 0.
    """
    low = np.array([solid.x0, solid.y0, solid.z0], dtype=np.float32) - origin.astype(np.float32)
    high = np.array([solid.x1, solid.y1, solid.z1], dtype=np.float32) - origin.astype(np.float32)
    with np.errstate(divide="ignore", invalid="ignore"):
        one, two = low / rays, high / rays
    near = np.fmax(np.fmin(one, two).max(-1), 0.0)
    far = np.fmax(one, two).min(-1)
    return np.where(near <= far, near, NOTHING).astype(np.float32)


def cast(origin: Array, rays: Floats, solids: Iterable[Solid]) -> Floats:
    """The nearest entry into any of the boxes, (h, w); NOTHING where there is none."""
    depth = np.full(rays.shape[:2], NOTHING, dtype=np.float32)
    for solid in solids:
        np.minimum(depth, entered(origin, rays, solid), out=depth)
    return depth


def floor_depth(origin: Array, rays: Floats) -> Floats:
    """Depths at which rays meet the floor z = 0, (h, w); NOTHING where they rise."""
    with np.errstate(divide="ignore"):
        depth = np.float32(-origin[2]) / rays[..., 2]
    return np.where(depth > 0, np.minimum(depth, NOTHING), NOTHING).astype(np.float32)
