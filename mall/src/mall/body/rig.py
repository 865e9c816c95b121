"""Bones of a shaped body, and how they carry its points.

All bones rest in the world's own axes: a bone's local rotation is taken about its head in these axes, on top of its
parent's. So a rotation about +y bends ahead (or an arm backwards), about +z turns left, about +x leans to the right.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mall.domain.figure import Skeleton

from .mesh import BaseMesh

Array = NDArray[np.float64]


def skeleton_of(mesh: BaseMesh, points: Array) -> Skeleton:
    """The skeleton of a shaped body.

    Args:
        mesh: whose joints are looked up.
        points: (19158, 3), metres, world.
    """
    heads = np.array([points[joint.vertices].mean(0) for joint in mesh.heads])
    tails = np.array([points[joint.vertices].mean(0) for joint in mesh.tails])
    return Skeleton(mesh.names, mesh.parents, heads, tails)


def skin_matrices(skeleton: Skeleton, rotations: Array, root: Array) -> Array:
    """World matrices that carry points of the rest pose.

    Args:
        skeleton: at rest.
        rotations: (..., b, 3, 3) local rotations, see above.
        root: (..., 4, 4), where the whole body goes: the rest pose's origin to the world.

    Returns:
        (..., b, 4, 4): world times inverse rest.
    """
    spin = np.empty(rotations.shape)
    move = np.empty(rotations.shape[:-1])
    for bone, parent in enumerate(skeleton.parents):
        turn = rotations[..., bone, :, :]
        head = skeleton.heads[bone]
        if parent < 0:
            above, offset = root[..., :3, :3], root[..., :3, 3]
        else:
            above, offset = spin[..., parent, :, :], move[..., parent, :]
        spin[..., bone, :, :] = above @ turn
        shift = head - (turn @ head[:, None])[..., 0]
        move[..., bone, :] = (above @ shift[..., None])[..., 0] + offset
    matrices = np.zeros((*rotations.shape[:-2], 4, 4))
    matrices[..., :3, :3] = spin
    matrices[..., :3, 3] = move
    matrices[..., 3, 3] = 1.0
    return matrices


def pose_points(points: NDArray[Any], bones: NDArray[Any], weights: NDArray[Any], matrices: Array) -> Array:
    """Carry points (n, 3) of the rest pose by bones and weights (n, k) and matrices (b, 4, 4): linear blend skinning.

    Returns:
        (n, 3), world, metres.
    """
    moved = np.zeros((len(points), 3))
    at = np.asarray(points, np.float64)
    for slot in range(bones.shape[1]):
        chosen = matrices[bones[:, slot], :3]
        share = np.asarray(weights[:, slot], np.float64)[:, None]
        moved += share * (np.einsum("nij,nj->ni", chosen[:, :, :3], at) + chosen[:, :, 3])
    return moved


def turn(axis: Array | tuple[float, float, float], angle: Array | float) -> Array:
    """Rotation matrices (..., 3, 3) about unit axes (..., 3) by angles (...), radians."""
    x, y, z = np.moveaxis(np.asarray(axis, np.float64), -1, 0)
    c, s = np.cos(angle), np.sin(angle)
    k = 1 - c
    rows = (
        (c + x * x * k, x * y * k - z * s, x * z * k + y * s),
        (y * x * k + z * s, c + y * y * k, y * z * k - x * s),
        (z * x * k - y * s, z * y * k + x * s, c + z * z * k),
    )
    return np.stack([np.stack(np.broadcast_arrays(*row), -1) for row in rows], -2)


def turn_x(angle: Array | float) -> Array:
    """Lean: right side down for positive angles. (..., 3, 3)."""
    return turn((1.0, 0.0, 0.0), angle)


def turn_y(angle: Array | float) -> Array:
    """Pitch: what points up goes ahead, what points down goes back. (..., 3, 3)."""
    return turn((0.0, 1.0, 0.0), angle)


def turn_z(angle: Array | float) -> Array:
    """Yaw to the left. (..., 3, 3)."""
    return turn((0.0, 0.0, 1.0), angle)


def between(start: Array, end: Array) -> Array:
    """The smallest rotations (..., 3, 3) that turn unit vectors `start` (..., 3) into `end` (..., 3)."""
    axis = np.cross(start, end)
    sine = np.linalg.norm(axis, axis=-1)
    cosine = (start * end).sum(-1)
    safe = np.where(sine < 1e-9, 1.0, sine)  # noqa: PLR2004 - parallel: no axis, no turn
    return turn(np.where((sine < 1e-9)[..., None], (0.0, 0.0, 1.0), axis / safe[..., None]),  # noqa: PLR2004
                np.where(sine < 1e-9, 0.0, np.arctan2(sine, cosine)))  # noqa: PLR2004  # fmt: skip
