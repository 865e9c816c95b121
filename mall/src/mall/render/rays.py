"""Rays of a view's canvas against the plan's boxes: where glass is, and what hides a reflection."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from mall.domain.lens import CANVAS, View
from mall.domain.place import Solid
from mall.domain.rays import through

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


def cast(origin: Array, rays: Floats, solids: Iterable[Solid]) -> Floats:
    """The nearest entry into any of the boxes, (h, w), in multiples of the rays' length.

    NOTHING where there is none; a ray that starts inside a box enters at 0.
    """
    depth = np.full(rays.shape[:2], NOTHING, dtype=np.float32)
    for solid in solids:
        enter, leave = through(origin, rays, solid)
        enter = np.fmax(enter, 0.0)
        np.minimum(depth, np.where(enter <= leave, enter, NOTHING), out=depth, casting="same_kind")
    return depth
