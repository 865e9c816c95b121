"""Carries places around the unshaped head onto a shaped body, softly, so that hair fits every head."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from .mesh import Array, load, to_world
from .shape import Body

REACH = 0.55  # decimetres: how far a vertex's own move is felt
ANCHORS = 500
SHARED = 32  # anchors that carry a place
SKIN = 0.0015  # metres that hair keeps off the skin


class Fit:
    """A soft map from around the unshaped head (decimetres) to around a shaped one (metres, world).

    Attributes:
        scale: metres a decimetre of the head.
    """

    def __init__(self, body: Body) -> None:
        mesh = load()
        used = mesh.groups["body"]
        at = mesh.points[used]
        used = used[(at[:, 1] > 4.2) & (np.abs(at[:, 0]) < 2.2)]  # noqa: PLR2004 - head, neck, shoulders
        skull = used[mesh.points[used, 1] > 6.6]  # noqa: PLR2004
        step = max(len(used) // ANCHORS, 1)
        flat, shaped = to_world(mesh.points) * 10, body.points
        a, b = flat[skull] - flat[skull].mean(0), shaped[skull] - shaped[skull].mean(0)
        self.scale = float((a * b).sum() / (a * a).sum())
        self._shift = shaped[skull].mean(0) - self.scale * flat[skull].mean(0)
        picked = np.concatenate([used[::step], skull[:: max(step // 2, 1)]])
        self._tree = cKDTree(flat[picked])
        self._moves = shaped[picked] - (self.scale * flat[picked] + self._shift)
        self._body = body
        self._near = used[mesh.points[used, 1] > 5.0]  # noqa: PLR2004
        self._skin = cKDTree(shaped[self._near])

    def carry(self, places: Array) -> Array:
        """Carry places (..., 3), mesh decimetres; (..., 3) metres, world."""
        flat = to_world(places.reshape(-1, 3)) * 10
        away, index = self._tree.query(flat, SHARED)
        near = away[:, :1] ** 2
        share = np.exp(-(away**2 - near) / (0.5 * REACH) ** 2)
        share /= share.sum(1, keepdims=True)
        fade = np.exp(-near / 4.0)
        moves = (share[..., None] * self._moves[index]).sum(1)
        moved = self.scale * flat + self._shift + fade * moves
        return self._clear(moved).reshape(places.shape)

    def turn(self, ways: Array) -> Array:
        """Directions (n, 3) of the mesh's frame in the world's."""
        return to_world(ways) * 10

    def _clear(self, points: Array) -> Array:
        """Points kept out of the shaped skin: only those that the soft map pressed in."""
        used = self._near
        away, index = self._skin.query(points, 4)
        share = 1 / (away + 0.002) ** 2
        share /= share.sum(1, keepdims=True)
        normals = self._body.normals[used][index]
        height = (share * ((points[:, None] - self._body.points[used][index]) * normals).sum(-1)).sum(1)
        way = (share[..., None] * normals).sum(1)
        push = np.where(height < SKIN, np.clip(SKIN - height, 0, 0.02), 0)
        return np.asarray(points + push[:, None] * way)
