"""Hangs cloth on a body: points with mass, threads that keep their length, a body that pushes, and gravity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.spatial import cKDTree

from .wear_shell import edges_of, smooth_normals

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
GRAVITY = 3.0
TICK = 1 / 40
FRICTION = 0.35
REACH = 0.07  # metres; a body point farther away pushes nobody
RELAX = 1.5  # sums of corrections, shared among the threads of a point, converge faster a little overdone


class Pusher(Protocol):
    """What cloth may not enter."""

    def push(self, cloth: Array, gap: Array) -> tuple[Array, NDArray[np.bool_]]:
        """Cloth (n, 3) moved out until it lies `gap` (n,) metres above; and which points were touched."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What cloth lies on: points (n, 3) with outward unit normals (n, 3)."""

    points: Array
    normals: Array
    tree: cKDTree

    @classmethod
    def of(cls, points: Array, normals: Array) -> Obstacle:
        return cls(points, normals, cKDTree(points))

    def push(self, cloth: Array, gap: Array) -> tuple[Array, NDArray[np.bool_]]:
        """Cloth (n, 3) moved out until it lies `gap` (n,) metres above; and which points were touched."""
        far, near = self.tree.query(cloth, distance_upper_bound=REACH)
        hit = np.isfinite(far)
        row = np.where(hit, near, 0)
        above = ((cloth - self.points[row]) * self.normals[row]).sum(1)
        lack = np.where(hit, np.maximum(gap - above, 0.0), 0.0)
        return cloth + lack[:, None] * self.normals[row], lack > 0


@dataclass(frozen=True, slots=True)
class Threads:
    """Distances that cloth keeps: pairs (e, 2), lengths (e,), how stiff when pulled and when pushed (e,)."""

    pairs: Ints
    lengths: Array
    pull: Array
    press: Array


def weave(points: Array, triangles: Ints, stretch: Array, bend: float) -> Threads:
    """Threads along all edges, and weak ones across them that resist folding.

    Args:
        points: (n, 3) a smooth surface.
        triangles: of it.
        stretch: (n, 3) how much more cloth than surface there is along each axis.
        bend: 0 to 1, stiffness against folding.
    """
    edges, across = edges_of(triangles), _opposite(triangles)
    pairs = np.concatenate([edges, across])
    way = (points[pairs[:, 1]] - points[pairs[:, 0]]) * (stretch[pairs[:, 0]] + stretch[pairs[:, 1]]) / 2
    lengths = np.sqrt((way * way).sum(1))
    pull = np.concatenate([np.full(len(edges), 1.0), np.full(len(across), 0.5)])
    press = np.concatenate([np.full(len(edges), 0.9), np.full(len(across), bend)])
    return Threads(pairs, lengths, pull, press)


def _opposite(triangles: Ints) -> Ints:
    """Corners that face each other over an edge, (k, 2)."""
    found: dict[tuple[int, int], int] = {}
    pairs = []
    for a, b, c in triangles.tolist():
        for u, v, w in ((a, b, c), (b, c, a), (c, a, b)):
            key = (min(u, v), max(u, v))
            if key in found:
                pairs.append((found[key], w))
            else:
                found[key] = w
    return np.array(pairs, np.int64).reshape(-1, 2)


def membrane(points: Array, triangles: Ints, obstacle: Pusher, gap: Array, rounds: int = 30) -> Array:
    """The surface pulled tight over hollows: smoothed again and again, and pushed out of the body."""
    mean = _neighbours(len(points), edges_of(triangles))
    edge = np.zeros(len(points), bool)
    edge[_rim(triangles)] = True
    normals = smooth_normals(points, triangles)
    for turn in range(rounds):
        if turn % 6 == 5:  # noqa: PLR2004 - normals change slowly
            normals = smooth_normals(points, triangles)
        step = 0.5 * (mean @ points - points)
        along = (step * normals).sum(1, keepdims=True) * normals
        step = along + 0.1 * (step - along)  # hardly sideways: patterns would be drawn askew
        step[edge] = 0
        points, _ = obstacle.push(points + step, gap)
    return points


def hang(
    points: Array, threads: Threads, obstacle: Pusher, gap: Array, hold: Array, ticks: int, side: Array | None = None
) -> Array:
    """Let cloth fall.

    Args:
        points: (n, 3) where it starts.
        threads: that keep it together.
        obstacle: that it may not enter.
        gap: (n,) metres that it keeps from there.
        hold: (n,) 0 to 1, how firmly a point is sewn to where it starts.
        ticks: for how long.
        side: (n,) 1 or -1 where cloth must stay left or right of the middle, 0 where it may be anywhere.

    Returns:
        (n, 3) where it came to rest.
    """
    gather, share = _gather(len(points), threads.pairs)
    a, b = threads.pairs[:, 0], threads.pairs[:, 1]
    start, at, speed = points, points.copy(), np.zeros_like(points)
    fixed = hold[:, None]
    for _ in range(ticks):
        speed[:, 2] -= GRAVITY * TICK
        before, at = at, at + speed * TICK
        for turn in range(8):
            way = at[b] - at[a]
            length = np.sqrt((way * way).sum(1)) + 1e-9
            error = length - threads.lengths
            stiff = np.where(error > 0, threads.pull, threads.press)
            at = at + share[:, None] * (gather @ (way * (0.5 * RELAX * stiff * error / length)[:, None]))
            at += fixed * (start - at)
            if turn % 4 == 3:  # noqa: PLR2004 - the body is asked twice a tick: the tree is dear
                at, touched = obstacle.push(at, gap)
                if side is not None:
                    at[:, 1] = np.where(side != 0, side * np.maximum(side * at[:, 1], 0.004), at[:, 1])
        speed = (at - before) * (0.93 / TICK)
        speed[touched] *= FRICTION
        fast = np.sqrt((speed * speed).sum(1, keepdims=True)) + 1e-9
        speed *= np.minimum(1.0, 1.0 / fast)
    return at


def relaxed(points: Array, triangles: Ints, amount: float, rounds: int) -> Array:
    """Points smoothed a little; borders only along themselves."""
    mean = _neighbours(len(points), _border_or_all(triangles, len(points)))
    normals = smooth_normals(points, triangles)
    rim = _rim(triangles)
    for _ in range(rounds):
        step = amount * (mean @ points - points)
        along = (step * normals).sum(1, keepdims=True) * normals
        still = along + 0.15 * (step - along)
        still[rim] = step[rim]
        points = points + still
    return points


def _border_or_all(triangles: Ints, count: int) -> Ints:
    edges = edges_of(triangles)
    rim = np.zeros(count, bool)
    rim[_rim(triangles)] = True
    both = rim[edges].all(1)
    none = ~rim[edges].any(1)
    one = ~both & ~none
    half = edges[one]
    turned = np.where(rim[half[:, :1]], half[:, ::-1], half)  # the inner point first: it alone listens
    return np.concatenate([edges[both | none], edges[both | none][:, ::-1], turned])


def _neighbours(count: int, pairs: Ints) -> sparse.csr_matrix:
    """Rows that take the mean of a point's neighbours."""
    if not len(pairs) or (pairs[:, 0] < pairs[:, 1]).all():
        pairs = np.concatenate([pairs, pairs[:, ::-1]])
    number = np.bincount(pairs[:, 0], minlength=count)
    alone = np.flatnonzero(number == 0)
    rows, columns = np.concatenate([pairs[:, 0], alone]), np.concatenate([pairs[:, 1], alone])
    values = 1.0 / np.maximum(number, 1)[rows]
    return sparse.csr_matrix((values, (rows, columns)), (count, count))


def _gather(count: int, pairs: Ints) -> tuple[sparse.csr_matrix, Array]:
    number = np.arange(len(pairs))
    ones = np.ones(len(pairs))
    rows, columns = np.concatenate([pairs[:, 0], pairs[:, 1]]), np.concatenate([number, number])
    matrix = sparse.csr_matrix((np.concatenate([ones, -ones]), (rows, columns)), (count, len(pairs)))
    return matrix, 1.0 / np.maximum(np.bincount(pairs.ravel(), minlength=count), 1) * 1.6


def _rim(triangles: Ints) -> Ints:
    """Points on a border."""
    pairs = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    keys, count = np.unique(pairs.min(1) * (1 << 24) + pairs.max(1), return_counts=True)
    single = keys[count == 1]
    return np.unique(np.concatenate([single >> 24, single & ((1 << 24) - 1)]))


def inwards(points: Array, triangles: Ints) -> Array:
    """At border points: the unit direction (n, 3) along the cloth, away from the border; elsewhere zero."""
    edges = edges_of(triangles)
    rim = np.zeros(len(points), bool)
    rim[_rim(triangles)] = True
    one = rim[edges[:, 0]] != rim[edges[:, 1]]
    pairs = edges[one]
    pairs = np.where(rim[pairs[:, :1]], pairs, pairs[:, ::-1])
    way = np.zeros_like(points)
    np.add.at(way, pairs[:, 0], points[pairs[:, 1]] - points[pairs[:, 0]])
    length = np.sqrt((way * way).sum(1, keepdims=True))
    return np.asarray(way / np.maximum(length, 1e-9))
