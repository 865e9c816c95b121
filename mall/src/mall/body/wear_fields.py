"""Where a point lies on the body, told on the unshaped mesh: the same numbers on every body.

Canonical coordinates: metres on the unshaped mesh at rest; x ahead, y left, z up from its middle; its floor is at
-0.818, the knee at -0.369, the crotch at -0.046, the waist at 0.19, the shoulder joint at 0.525, the neck at 0.59.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
FLOOR, ANKLE, KNEE, CROTCH, HIP, WAIST, CHEST = -0.818, -0.745, -0.369, -0.046, 0.05, 0.19, 0.40
SHOULDER, NECK = 0.525, 0.59
ARM = np.array([[0.015, 0.168, 0.525], [0.013, 0.313, 0.349], [0.176, 0.431, 0.245]])
ARMPIT, BESIDE = 0.43, 0.19  # its height, and how far it lies from the middle


def arm_share(canon: Array) -> Array:
    """How far down the arm points (n, 3) lie: 0 at the shoulder, 1 at the elbow, 2 at the wrist; negative before."""
    points = _left(canon)
    shares: list[Array] = []
    near: list[Array] = []
    for a, b in pairwise(ARM):
        way = b - a
        t = ((points - a) * way).sum(1) / (way * way).sum()
        shares.append(t)
        near.append((((points - a) - np.clip(t, 0, 1)[:, None] * way) ** 2).sum(1))
    return np.where(near[0] <= near[1], np.minimum(shares[0], 1.0), 1.0 + np.maximum(shares[1], 0.0))


def on_arm(canon: Array) -> NDArray[np.bool_]:
    """Which points (n, 3) belong to an arm rather than to the trunk."""
    y, z = np.abs(canon[:, 1]), canon[:, 2]
    below = y > BESIDE + 0.35 * (ARMPIT - z)
    return np.where(z < ARMPIT, below & (z > 0.0), y > BESIDE)


def on_leg(canon: Array) -> NDArray[np.bool_]:
    """Which points (n, 3) belong to a leg: below the crotch."""
    return np.asarray(canon[:, 2] < CROTCH)


def neckline(canon: Array, front: float, back: float, vee: float = 0.0) -> Array:
    """Positive where a top covers, negative inside its neckline.

    Args:
        canon: (n, 3).
        front: how far the neckline lies below the neck's joint in front, metres.
        back: the same behind.
        vee: slope of a V in front; 0 for a round neckline.
    """
    x, y, z = canon[:, 0], np.abs(canon[:, 1]), canon[:, 2]
    ahead = _smooth((x + 0.05) / 0.13)
    plane = NECK - back + ahead * (back - front)
    bow = 9.0 * y * y
    if vee:
        bow = ahead * vee * y + (1 - ahead) * bow
    return plane + bow - z


def _left(canon: Array) -> Array:
    points = canon.copy()
    points[:, 1] = np.abs(points[:, 1])
    return points


def _smooth(t: Array) -> Array:
    t = np.clip(t, 0, 1)
    return t * t * (3 - 2 * t)


def step(x: Array, low: float, high: float) -> Array:
    """0 below `low`, 1 above `high`, smooth between; `low` may be the greater: then it falls."""
    return _smooth((x - low) / (high - low))
