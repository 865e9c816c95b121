"""Where rays go through the plan's boxes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .place import Solid

Array = NDArray[np.float64]


def through(origin: Array, rays: NDArray[np.floating[Any]], solid: Solid) -> tuple[Array, Array]:
    """Depths at which rays enter and leave a box, (...) each, in multiples of a ray's length.

    A ray hits the box where it enters no later than it leaves; a box behind the origin has negative depths.
    """
    low = np.array((solid.x0, solid.y0, solid.z0)) - origin
    high = np.array((solid.x1, solid.y1, solid.z1)) - origin
    with np.errstate(divide="ignore", invalid="ignore"):
        one, two = low / rays, high / rays
    return np.fmin(one, two).max(-1), np.fmax(one, two).min(-1)
