"""Fewer triangles for people who are small in the picture, and for shadows and reflections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from mall.domain.figure import Part, Shade

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Level:
    """One level of detail.

    Attributes:
        most: pixels a metre up to which the level serves.
        cell: vertices of one cell of this size, metres, become one; 0: all stay.
        hair: one ribbon of so many stays, and grows wider for the others.
    """

    most: float
    cell: float
    hair: int


LEVELS = (
    Level(np.inf, 0.0, 1),
    Level(165.0, 0.005, 2),
    Level(85.0, 0.010, 5),
    Level(42.0, 0.022, 12),
)


def level_for(pixels: float) -> int:
    """The coarsest level that serves at so many pixels a metre."""
    return max(i for i, level in enumerate(LEVELS) if pixels <= level.most)


def simplified(parts: Sequence[Part], level: Level) -> list[Part]:
    """The parts at a level of detail; parts that vanish at it are left out."""
    out = []
    for part in parts:
        if part.shade is Shade.HAIR:
            made = thinned(part, level.hair)
        else:
            made = clustered(part, level.cell)
        if len(made.triangles):
            out.append(made)
    return out


def _kept(part: Part, vertices: Ints, triangles: NDArray[np.int32]) -> Part:
    """The part with some of its vertices, and triangles that already count in them."""
    return replace(
        part,
        points=part.points[vertices],
        normals=part.normals[vertices],
        uv=part.uv[vertices],
        triangles=triangles,
        bones=part.bones[vertices],
        weights=part.weights[vertices],
        colour=part.colour[vertices],
        light=part.light[vertices],
    )


def clustered(part: Part, cell: float) -> Part:
    """Vertices of a cell that look the same way and lie in the same piece of the texture become one of them."""
    if cell <= 0.0 or not len(part.points):
        return part
    facing = (part.normals > 0.0).astype(np.int64) @ np.array([1, 2, 4])
    key = np.column_stack(
        [np.floor(part.points / cell).astype(np.int64), np.floor(part.uv * 6).astype(np.int64), facing]
    )
    _, group = np.unique(key, axis=0, return_inverse=True)
    group = group.reshape(-1)
    count = np.bincount(group)
    middle = np.column_stack([np.bincount(group, part.points[:, k]) / count for k in range(3)])
    off = ((part.points - middle[group]) ** 2).sum(1)
    order = np.lexsort((off, group))
    chosen = order[np.r_[True, np.diff(group[order]) > 0]]
    triangles = group[part.triangles].astype(np.int32)
    a, b, c = triangles.T
    triangles = triangles[(a != b) & (b != c) & (c != a)]
    return _kept(part, chosen, triangles)


def _ribbons(part: Part) -> tuple[int, Ints]:
    """How many pieces hang together, and to which every vertex belongs."""
    a = part.triangles[:, [0, 1, 2]].reshape(-1)
    b = part.triangles[:, [1, 2, 0]].reshape(-1)
    n = len(part.points)
    graph = coo_matrix((np.ones(len(a), dtype=np.int8), (a, b)), shape=(n, n))
    number, label = connected_components(graph, directed=False)
    return int(number), label.astype(np.int64)


def _partners(part: Part) -> Ints:
    """For every vertex of a ribbon the one across it: the edge that runs least along the strand; itself if none."""
    a = part.triangles[:, [0, 1, 2, 1, 2, 0]].reshape(-1)
    b = part.triangles[:, [1, 2, 0, 0, 1, 2]].reshape(-1)
    edge = part.points[b] - part.points[a]
    along = np.abs((edge * part.normals[a]).sum(1)) / np.maximum(np.linalg.norm(edge, axis=1), 1e-9)
    order = np.lexsort((along, a))
    first = np.r_[True, np.diff(a[order]) > 0] if len(order) else np.zeros(0, dtype=bool)
    partner = np.arange(len(part.points))
    partner[a[order][first]] = b[order][first]
    return partner


def thinned(part: Part, every: int) -> Part:
    """Every so many'th ribbon, wider by as much as keeps the head covered."""
    if every <= 1 or not len(part.triangles):
        return part
    number, label = _ribbons(part)
    if number < 8 * every:  # not ribbons: a cap or a few locks
        return part
    stays = (label * 2654435761 % 4294967296) % every == 0  # scattered, the same on every machine
    across = (part.points[_partners(part)] - part.points) / 2
    wider = replace(part, points=(part.points - across * np.float32(every**0.75 - 1)).astype(np.float32))
    vertices = np.flatnonzero(stays)
    new = np.full(len(part.points), -1, dtype=np.int32)
    new[vertices] = np.arange(len(vertices), dtype=np.int32)
    triangles = new[part.triangles]
    return _kept(wider, vertices, triangles[(triangles >= 0).all(1)])

