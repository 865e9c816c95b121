"""The pose in which clothes are hung on a body: arms down, legs nearly straight; and the way back to the rest pose."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from . import rig
from .shape import Body

Array = NDArray[np.float64]
# Where limbs point, (ahead, to the side, up): cloth hangs as on somebody who stands and waits.
UPPER_ARM = (-0.03, 0.22, -0.97)
FOREARM = (0.30, 0.10, -0.95)
LEGS_IN = 0.55  # how much of the legs' spread is taken back
STEPS = 1e6  # inputs of the hanging are rounded to this part of a metre: every processor then hangs alike


def stance(body: Body) -> Array:
    """Matrices (b, 4, 4) that carry the rest pose into the standing one."""
    skeleton = body.skeleton
    count = len(skeleton.names)
    rotations = np.tile(np.eye(3), (count, 1, 1))
    index = {name: i for i, name in enumerate(skeleton.names)}
    for side, sign in (("L", 1.0), ("R", -1.0)):
        drop = rig.turn_x(-0.10 * sign)
        rotations[index[f"clavicle.{side}"]] = drop
        shoulder, elbow = index[f"upperarm01.{side}"], index[f"lowerarm01.{side}"]
        wrist, leg = index[f"wrist.{side}"], index[f"upperleg01.{side}"]
        upper = rig.between(_way(skeleton.heads, shoulder, elbow), drop.T @ _unit(UPPER_ARM, sign))
        rotations[shoulder] = upper
        fore = (drop @ upper).T @ _unit(FOREARM, sign)
        rotations[elbow] = rig.between(_way(skeleton.heads, elbow, wrist), fore)
        down = _way(skeleton.heads, leg, index[f"foot.{side}"])
        straight = down * (1.0, 1.0 - LEGS_IN, 1.0)
        rotations[leg] = rig.between(down, straight / np.linalg.norm(straight))
    return rounded(rig.skin_matrices(skeleton, rotations, np.eye(4)))


def blended(weights: Array, matrices: Array) -> Array:
    """Matrices (n, 3, 4) of points with dense weights (n, b)."""
    flat = weights @ matrices[:, :3].reshape(len(matrices), 12)
    return rounded(flat.reshape(-1, 3, 4))


def carry(points: Array, blend: Array) -> Array:
    """Carry points (n, 3) of the rest pose by their blended matrices."""
    return np.asarray((blend[:, :, :3] * points[:, None, :]).sum(2) + blend[:, :, 3])


def uncarry(points: Array, blend: Array) -> Array:
    """Where points (n, 3) of the standing pose lie in the rest pose."""
    inverse = np.linalg.inv(blend[:, :, :3])
    return np.asarray((inverse * (points - blend[:, :, 3])[:, None, :]).sum(2))


def rounded(values: Array) -> Array:
    """Values on a grid so coarse that processors agree on them."""
    return np.asarray(np.round(values * STEPS) / STEPS)


def _way(heads: Array, a: int, b: int) -> Array:
    way = heads[b] - heads[a]
    return np.asarray(way / np.linalg.norm(way))


def _unit(way: tuple[float, float, float], sign: float) -> Array:
    vector = np.array([way[0], way[1] * sign, way[2]])
    return np.asarray(vector / np.linalg.norm(vector))
