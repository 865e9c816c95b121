"""Surfaces that clothes are cut from: the mesh's own tights, finer, with what is needed to hang and to paint them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import mesh as base
from .shape import Body

Array = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Shell:
    """A cut of cloth.

    Attributes:
        canon: (n, 3) canonical place (see `wear_fields`).
        rest: (n, 3) place on the shaped body at rest, metres.
        weights: (n, b) dense, rows sum to 1.
        triangles: (m, 3), anticlockwise from outside.
    """

    canon: Array
    rest: Array
    weights: Array
    triangles: Ints


@lru_cache(maxsize=2)
def _pattern(group: str) -> tuple[Ints, Ints]:
    """Quads of a group, each cut into four: each point is the mean of four vertices (n, 4); triangles."""
    quads = base.load().faces[group].vertices.astype(np.int64)
    used, inverse = np.unique(quads, return_inverse=True)
    quads = inverse.reshape(-1, 4)
    edges = np.sort(np.concatenate([quads[:, [k, (k + 1) % 4]] for k in range(4)]), 1)
    edges, edge_of = np.unique(edges, axis=0, return_inverse=True)
    edge_of = edge_of.reshape(4, -1).T
    n, e = len(used), len(edges)
    parents = np.concatenate([np.repeat(np.arange(n)[:, None], 4, 1), edges[:, [0, 0, 1, 1]], quads])
    middle = n + e + np.arange(len(quads))
    small = [np.stack([quads[:, k], n + edge_of[:, k], middle, n + edge_of[:, k - 1]], 1) for k in range(4)]
    return used[parents], base.triangles_of(np.concatenate(small)).astype(np.int64)


def dense(body: Body) -> Array:
    """Weights of all vertices of the body, (19158, b)."""
    full = np.zeros((len(body.points), len(body.skeleton.names)))
    rows = np.arange(len(full))
    for slot in range(body.bones.shape[1]):
        full[rows, body.bones[:, slot]] += body.weights[:, slot]
    return np.asarray(full / full.sum(1, keepdims=True))


def canonical(body: Body) -> Array:
    """Canonical places of all vertices of the mesh, (19158, 3)."""
    return base.to_world(body.mesh.points)


def tights(body: Body) -> Shell:
    """The mesh's tights on a shaped body, subdivided once."""
    rows, triangles = _pattern("helper-tights")
    return Shell(canonical(body)[rows].mean(1), body.points[rows].mean(1), dense(body)[rows].mean(1), triangles)


def compact(shell: Shell) -> Shell:
    """Without points that no triangle uses."""
    used, inverse = np.unique(shell.triangles, return_inverse=True)
    return Shell(shell.canon[used], shell.rest[used], shell.weights[used], inverse.reshape(-1, 3).astype(np.int64))


def moved(shell: Shell, rows: Ints, partners: Ints, share: Array) -> Shell:
    """A shell whose points `rows` lie `share` (k,) of the way towards `partners`."""
    values = []
    for value in (shell.canon, shell.rest, shell.weights):
        copy = value.copy()
        copy[rows] += share[:, None] * (value[partners] - value[rows])
        values.append(copy)
    return Shell(values[0], values[1], values[2], shell.triangles)


def grown(shell: Shell, a: Ints, b: Ints, share: Array, triangles: Ints) -> Shell:
    """A shell with more points, `share` of the way from `a` to `b`, and other triangles."""
    t = share[:, None]
    canon, rest, weights = (
        np.concatenate([v, v[a] * (1 - t) + v[b] * t]) for v in (shell.canon, shell.rest, shell.weights)
    )
    return Shell(canon, rest, weights, triangles)


def clip(shell: Shell, field: Array, snap: float = 0.35) -> Shell:
    """Keep where `field` (n,) is positive, cut sharply along its zero.

    Args:
        shell: to cut.
        field: one value for each point.
        snap: how much of an edge may be bent so that the cut runs through points instead of leaving slivers.
    """
    shell, field = _snapped(shell, field, snap)
    sign = np.sign(field).astype(np.int64)
    lows, highs = sign[shell.triangles].min(1), sign[shell.triangles].max(1)
    pieces = [tuple(int(v) for v in row) for row in shell.triangles[(lows >= 0) & (highs > 0)]]
    made: dict[tuple[int, int], int] = {}
    for row in shell.triangles[(lows < 0) & (highs > 0)]:
        corners: list[int] = []
        for k in range(3):
            a, b = int(row[k]), int(row[(k + 1) % 3])
            if sign[a] >= 0:
                corners.append(a)
            if sign[a] * sign[b] < 0:
                key = (min(a, b), max(a, b))
                corners.append(made.setdefault(key, len(field) + len(made)))
        pieces += [(corners[0], corners[k], corners[k + 1]) for k in range(1, len(corners) - 1)]
    pairs = np.array(list(made), np.int64).reshape(-1, 2)
    start, end = pairs[:, 0], pairs[:, 1]
    share = field[start] / (field[start] - field[end])
    return compact(grown(shell, start, end, share, np.array(pieces, np.int64).reshape(-1, 3)))


def _snapped(shell: Shell, field: Array, snap: float) -> tuple[Shell, Array]:
    ends = edges_of(shell.triangles)
    ends = np.concatenate([ends, ends[:, ::-1]])
    near, far = field[ends[:, 0]], field[ends[:, 1]]
    cross = near * far < 0
    ends, share = ends[cross], (near / np.where(near == far, 1, near - far))[cross]
    close = share < snap
    order = np.argsort(share[close], kind="stable")
    rows, first = np.unique(ends[close][order, 0], return_index=True)
    chosen = np.flatnonzero(close)[order][first]
    field = field.copy()
    field[rows] = 0.0
    return moved(shell, rows, ends[chosen, 1], share[chosen]), field


def edges_of(triangles: Ints) -> Ints:
    """Every edge once, (e, 2), the smaller index first."""
    pairs = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    low, high = pairs.min(1), pairs.max(1)
    keys = np.unique(low * (1 << 24) + high)
    return np.stack([keys >> 24, keys & ((1 << 24) - 1)], 1)


def borders(triangles: Ints) -> list[Ints]:
    """Closed loops of border points, each in the direction of its triangles (the cloth lies to the left)."""
    pairs = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    keys = {(int(a), int(b)) for a, b in pairs}
    follow = {a: b for a, b in sorted(keys) if (b, a) not in keys}
    loops = []
    while follow:
        start = min(follow)
        loop = [start]
        at = follow.pop(start)
        while at != start and at in follow:
            loop.append(at)
            at = follow.pop(at)
        if at == start and len(loop) > 3:  # noqa: PLR2004 - a hole of one triangle is no border
            loops.append(np.array(loop, np.int64))
    return loops


def smooth_normals(points: Array, triangles: NDArray[Any]) -> Array:
    """Unit normals (n, 3)."""
    return base.smooth_normals(points, triangles)
