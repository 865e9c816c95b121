"""Fewer triangles for people who are small in the picture, and for shadows and reflections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from mall.domain.figure import Part, Shade

Ints = NDArray[np.int64]
_THIN = 0.01  # metres: cells below this keep the two sides of cloth apart
_HEM = 0.4  # of a cell: its size at a hem
_SHARP = 0.22  # how much shorter than one the mean of a vertex's face normals is at a sharp edge
_UNSEEN = 0.03  # openness below which nothing is seen of a triangle


class Level(NamedTuple):
    """One level of detail.

    Attributes:
        most: pixels a metre up to which the level serves.
        cloth, skin: vertices of one cell of this size, metres, become one; 0: all stay.
        hair: one ribbon of so many stays, and grows wider for the others.
    """

    most: float
    cloth: float
    skin: float
    hair: int


LEVELS = (
    Level(np.inf, 0.0, 0.0, 1),
    Level(420.0, 0.009, 0.0, 2),
    Level(220.0, 0.015, 0.007, 3),
    Level(110.0, 0.023, 0.013, 6),
    Level(50.0, 0.040, 0.034, 12),
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
            cell = level.skin if part.shade in {Shade.SKIN, Shade.EYE} else level.cloth
            made = clustered(part, cell) if cell else part
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
    """Vertices of a cell that lie in the same piece of the texture become one; what no light reaches is left out.

    Of a cell's vertices the one stays that is most open to the light: of cloth with two sides the outer. Hems, which
    draw the outlines of clothes, have smaller cells.
    """
    if not len(part.triangles):
        return part
    # Vertices at one place, split for the texture's sake, must not part: cells count places, not vertices.
    _, first, same = np.unique(_packed(np.rint(part.points * 1e5)), return_index=True, return_inverse=True)
    one = first[same.reshape(-1)]
    hems = _hems(part, one)
    size = np.where(hems, cell * _HEM, cell)[:, None]
    keys = [np.floor(part.points / size).astype(np.int64), hems[:, None].astype(np.int64)]
    if cell < _THIN:
        keys.append((part.normals[one] > 0.0).astype(np.int64) @ np.array([[1], [2], [4]]))
    place = _numbered(np.concatenate(keys, axis=1))
    group = _numbered(np.column_stack([place, np.floor(part.uv * 4).astype(np.int64)]))
    chosen, stands = _openest(part, group), _openest(part, place)
    open_to = part.light[part.triangles].max(1) > _UNSEEN
    triangles = group[part.triangles[open_to]].astype(np.int32)
    a, b, c = place[chosen][triangles].T
    triangles = triangles[(a != b) & (b != c) & (c != a)]
    # The same three vertices are drawn once.
    _, first = np.unique(_packed(np.sort(triangles, axis=1)), return_index=True)
    made = _kept(part, chosen, triangles[np.sort(first)])
    return replace(made, points=part.points[stands[place[chosen]]])


def _numbered(keys: Ints) -> Ints:
    """Equal rows get equal numbers, from 0."""
    return np.asarray(np.unique(_packed(keys), return_inverse=True)[1].reshape(-1), dtype=np.int64)


def _packed(rows: NDArray[np.generic]) -> Ints:
    """Rows of small whole numbers as one number each, different for different rows."""
    whole = rows.astype(np.int64)
    out = np.zeros(len(whole), dtype=np.int64)
    for column in whole.T:
        low = column.min(initial=0)
        out = out * (column.max(initial=0) - low + 1) + column - low
    return out


def _openest(part: Part, group: Ints) -> Ints:
    """Of every group the vertex that is most open to the light."""
    order = np.lexsort((-part.light, group))
    return np.asarray(order[np.r_[True, np.diff(group[order]) > 0]], dtype=np.int64)


def _hems(part: Part, one: Ints) -> NDArray[np.bool_]:
    """Which vertices lie on an open edge or a sharp one, where cloth ends; `one` stands for all vertices of a place."""
    corners = one[part.triangles]
    edges = np.sort(corners[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1)
    _, kinds, count = np.unique(_packed(edges), return_index=True, return_counts=True)
    a, b, c = (part.points[corners[:, k]] for k in range(3))
    face = np.cross(b - a, c - a)
    face /= np.maximum(np.linalg.norm(face, axis=1, keepdims=True), 1e-12)
    n = len(part.points)
    total = np.column_stack([np.bincount(corners.reshape(-1), face[:, k].repeat(3), n) for k in range(3)])
    faces = np.maximum(np.bincount(corners.reshape(-1), minlength=n), 1)
    ends = np.linalg.norm(total, axis=1) < (1 - _SHARP) * faces
    ends[edges[kinds[count == 1]].reshape(-1)] = True
    return np.asarray(ends[one], dtype=np.bool_)


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
    ribbons = np.unique(label[part.triangles[:, 0]])
    if len(ribbons) < 8 * every:  # not ribbons: a cap or a few locks
        return part
    order = np.zeros(number, dtype=np.int64)
    order[ribbons] = np.arange(len(ribbons)) * 2654435761 % 4294967296 >> 12  # scattered, the same on every machine
    stays = order[label] % every == 0
    across = (part.points[_partners(part)] - part.points) / 2
    wider = replace(part, points=(part.points - across * np.float32(every**0.8 - 1)).astype(np.float32))
    vertices = np.flatnonzero(stays)
    new = np.full(len(part.points), -1, dtype=np.int32)
    new[vertices] = np.arange(len(vertices), dtype=np.int32)
    triangles = new[part.triangles]
    return _kept(wider, vertices, triangles[(triangles >= 0).all(1)])
