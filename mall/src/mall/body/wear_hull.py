"""Smooth convex outlines around flat sets of points."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Array = NDArray[np.float64]


def outline(points: Array, out: float, spokes: int, smooth: float = 1.1) -> tuple[Array, Array]:
    """The convex outline of points (n, 2), widened by `out` metres.

    Returns:
        The directions (spokes,) in which it was touched, from the first axis, and its points (spokes, 2).
    """
    turn = 2 * np.pi * np.arange(spokes) / spokes
    ways = np.stack([np.cos(turn), np.sin(turn)], 1)
    support = ndimage.gaussian_filter1d((points @ ways.T).max(0) + out, smooth, mode="wrap")
    slope = (np.roll(support, -1) - np.roll(support, 1)) / (4 * np.pi / spokes)
    return turn, support[:, None] * ways + slope[:, None] * np.stack([-ways[:, 1], ways[:, 0]], 1)
