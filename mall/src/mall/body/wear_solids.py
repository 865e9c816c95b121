"""Simple solids for what is not cloth: tubes, ribbons, rounded boxes and rings of points."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Ints = NDArray[np.int64]


class Solid(NamedTuple):
    """Points (n, 3) metres and triangles (m, 3), anticlockwise from outside."""

    points: Array
    triangles: Ints


def joined(*solids: Solid) -> Solid:
    """Several solids as one."""
    count = np.cumsum([0, *(len(s.points) for s in solids[:-1])])
    return Solid(
        np.concatenate([s.points for s in solids]),
        np.concatenate([s.triangles + shift for s, shift in zip(solids, count, strict=True)]),
    )


def sheet(grid: Array, *, closed: bool) -> Solid:
    """A grid of points (rows, columns, 3) as a surface; `closed`: the last column joins the first.

    Seen from outside, columns run to the right while rows run upwards.
    """
    rows, columns = grid.shape[:2]
    ids = np.arange(rows * columns).reshape(rows, columns)
    right = np.roll(ids, -1, 1)
    if not closed:
        ids, right = ids[:, :-1], right[:, :-1]
    a, b, c, d = ids[:-1], right[:-1], right[1:], ids[1:]
    quads = np.stack([a, b, c, d], -1).reshape(-1, 4)
    return Solid(grid.reshape(-1, 3), np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]]).astype(np.int64))


def lid(ring: Array, *, up: bool) -> Solid:
    """A flat end over a ring (n, 3) that runs anticlockwise seen from above."""
    count = len(ring)
    around = np.arange(count)
    faces = np.stack([np.full(count, count), around, np.roll(around, -1)], 1)
    return Solid(np.concatenate([ring, ring.mean(0, keepdims=True)]), faces if up else faces[:, ::-1])


def box(centre: Array, size: tuple[float, float, float], round_: float = 4.0, fine: int = 10) -> Solid:
    """A box with soft edges: the greater `round_`, the sharper; size along x, y, z."""
    tall, turn = np.linspace(-np.pi / 2, np.pi / 2, fine), np.linspace(0, 2 * np.pi, 2 * fine, endpoint=False)
    turn = turn + np.pi / (2 * fine)

    def power(value: Array) -> Array:
        return np.asarray(np.sign(value) * np.abs(value) ** (2 / round_))

    c, s = power(np.cos(tall))[:, None], power(np.sin(tall))[:, None]
    x, y, z = c * power(np.cos(turn)), c * power(np.sin(turn)), s * np.ones(len(turn))
    grid = np.stack([x * size[0], y * size[1], z * size[2]], -1) / 2 + centre
    return sheet(grid, closed=True)


def tube(path: Array, radius: float | Array, sides: int = 8) -> Solid:
    """A round tube along a path (k, 3), with ends closed."""
    return ribbon(path, radius, radius, sides=sides)


def ribbon(
    path: Array, wide: float | Array, thick: float | Array, across: Array | None = None, sides: int = 8
) -> Solid:
    """A strip along a path (k, 3) with an oval section.

    Args:
        path: its middle.
        wide: half its width, metres.
        thick: half its thickness.
        across: (k, 3) the direction of its width; None: any.
        sides: points around.
    """
    along = np.gradient(path, axis=0)
    along /= np.maximum(np.sqrt((along * along).sum(1, keepdims=True)), 1e-9)
    if across is None:
        guess = np.array([0.0, 0.0, 1.0]) if abs(along[0, 2]) < 0.8 else np.array([1.0, 0.0, 0.0])  # noqa: PLR2004
        across = np.empty_like(path)
        for k, way in enumerate(along):
            side = guess - way * (guess @ way)
            across[k] = guess = side / np.sqrt(side @ side)
    across = across - along * (across * along).sum(1, keepdims=True)
    across = across / np.maximum(np.sqrt((across * across).sum(1, keepdims=True)), 1e-9)
    out = np.cross(along, across)
    turn = 2 * np.pi * (np.arange(sides) + 0.5) / sides
    w, t = (np.broadcast_to(np.asarray(v, np.float64), (len(path),))[:, None, None] for v in (wide, thick))
    cosine, sine = np.cos(turn)[None, :, None], np.sin(turn)[None, :, None]
    if sides == 4:  # noqa: PLR2004 - a flat strip has sharp edges
        cosine, sine = cosine * np.sqrt(2), sine * np.sqrt(2)
    grid = path[:, None] + across[:, None] * w * cosine + out[:, None] * t * sine
    body = sheet(grid, closed=True)
    return joined(body, _end(grid[0], flip=True), _end(grid[-1], flip=False))


def _end(ring: Array, *, flip: bool) -> Solid:
    return lid(ring, up=not flip)
