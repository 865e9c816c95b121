"""How open each point of a figure lies to the light around it, baked at rest: for pixels only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from mall.domain.figure import Part, Shade

Array = NDArray[np.float32]
DIRECTIONS = 44
CELL = 0.009  # metres: a pixel of the depth maps
BELOW = 0.35  # the floor's share of the light, against the ceiling's
LIGHTER = 0.95  # the share of a sheet's lighter side: a turned-down collar shows the back of its cloth
HAIR_FLOOR = 0.35  # of its own light hair keeps wherever it lies
START, SOFT = 0.012, 0.03  # metres: what is nearer does not hide; from there shade grows


def lit(parts: Sequence[Part], seed: int = 1) -> tuple[Part, ...]:
    """The same parts with `light` baked: parts shade themselves and each other.

    Args:
        parts: of one figure at rest.
        seed: of the points that stand for the surfaces.
    """
    clouds = [_cloud(part, seed + i) for i, part in enumerate(parts)]
    hair = [part.shade is Shade.HAIR for part in parts]
    out = list(parts)
    for strands in (False, True):
        chosen = [i for i, is_hair in enumerate(hair) if is_hair is strands]
        if not chosen:
            continue
        # Strands know how deep they lie among their like; the rest of the figure shades them too.
        shading = [c for c, is_hair in zip(clouds, hair, strict=True) if not (strands and is_hair)]
        points = np.concatenate([parts[i].points for i in chosen])
        normals = np.concatenate([_facing(parts[i]) for i in chosen])
        if not shading:
            continue
        cloud = np.concatenate(shading)
        light = _openness(cloud, points, normals)
        if not strands:
            sheet = np.concatenate([np.full(len(parts[i].points), parts[i].both) for i in chosen])
            one, other = light[sheet], _openness(cloud, points[sheet], -normals[sheet])
            light[sheet] = LIGHTER * np.maximum(one, other) + (1 - LIGHTER) * np.minimum(one, other)
        ends = np.cumsum([len(parts[i].points) for i in chosen])[:-1]
        for i, share in zip(chosen, np.split(light, ends), strict=True):
            own = parts[i].light * (HAIR_FLOOR + (1 - HAIR_FLOOR) * share) if strands else _tidied(parts[i], share)
            out[i] = replace(parts[i], light=np.asarray(own, np.float32))
    return tuple(out)


def _tidied(part: Part, light: Array) -> Array:
    """Average along triangles, so that no single point is dark."""
    if not len(part.triangles):
        return light
    total, count = light.copy(), np.ones_like(light)
    for a, b in ((0, 1), (1, 2), (2, 0)):
        one, other = part.triangles[:, a], part.triangles[:, b]
        for here, there in ((one, other), (other, one)):
            total += np.bincount(here, light[there], minlength=len(light)).astype(np.float32)
            count += np.bincount(here, minlength=len(light)).astype(np.float32)
    return np.asarray(np.clip(total / count, 0, 1), np.float32)


def _cloud(part: Part, seed: int) -> Array:
    """Points (k, 3) dense enough to leave no hole in a depth map."""
    rng = np.random.default_rng([seed, 31])
    corners = part.points[part.triangles]
    area = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1) / 2
    wanted = area / CELL**2 * 2.2
    many = np.floor(wanted + rng.random(len(wanted))).astype(np.int64)
    chosen = np.repeat(np.arange(len(many)), many)
    u, v = rng.random((2, len(chosen))).astype(np.float32)
    root = np.sqrt(u)
    shares = np.stack([1 - root, root * (1 - v), root * v], 1)
    inside = np.einsum("kc,kcd->kd", shares, corners[chosen])
    return np.concatenate([part.points, inside.astype(np.float32)])


def _facing(part: Part) -> Array:
    """Unit normals, or zero for hair, whose `normal` is the strand's direction."""
    return np.zeros_like(part.points) if part.shade is Shade.HAIR else part.normals


def _sky() -> tuple[Array, Array]:
    """Directions (d, 3) spread evenly, and how much light comes from each."""
    k = np.arange(DIRECTIONS) + 0.5
    high = 1 - 2 * k / DIRECTIONS
    round_ = np.pi * (1 + 5**0.5) * k
    flat = np.sqrt(1 - high**2)
    ways = np.stack([flat * np.cos(round_), flat * np.sin(round_), high], 1).astype(np.float32)
    return ways, np.where(high > 0, 1.0, BELOW).astype(np.float32) * (0.6 + 0.4 * np.abs(high)).astype(np.float32)


def _openness(cloud: Array, points: Array, normals: Array) -> Array:
    """The share of the light (n,) that comes past a cloud (k, 3) to points with normals (n, 3)."""
    cloud, points, normals = (np.ascontiguousarray(table.T) for table in (cloud, points, normals))
    seen, total = np.zeros(points.shape[1], np.float32), np.full(points.shape[1], 1e-6, np.float32)
    bare = ~normals.any(0)
    for way, strength in zip(*_sky(), strict=True):
        side = np.array([-way[1], way[0], 0.0], np.float32)
        side /= np.linalg.norm(side)
        plane = (side, np.cross(way, side))
        u, v = (_along(cloud, axis) for axis in plane)
        low = float(u.min()), float(v.min())
        rows, columns = ((flat - least) / CELL for flat, least in zip((u, v), low, strict=True))
        high = int(columns.max()) + 1
        depth = np.full((int(rows.max()) + 1) * high, -np.inf, np.float32)
        np.maximum.at(depth, rows.astype(np.int64) * high + columns.astype(np.int64), _along(cloud, way))
        cosine = np.where(bare, np.float32(0.5), _along(normals, way))
        facing = np.flatnonzero(cosine > 0)
        # From a little outside the surface, so that it does not hide itself.
        start = points[:, facing] + normals[:, facing] * np.float32(CELL)
        row, column = ((_along(start, axis) - least) / CELL for axis, least in zip(plane, low, strict=True))
        row, column = np.clip(row, 0, len(depth) // high - 1), np.clip(column, 0, high - 1)
        gap = depth[row.astype(np.int64) * high + column.astype(np.int64)] - _along(start, way)
        weight = strength * cosine[facing]
        seen[facing] += weight * (1 - np.clip((gap - START) / SOFT, 0, 1))
        total[facing] += weight
    return seen / total


def _along(table: Array, way: Array) -> Array:
    """Dot products (n,) of columns (3, n) with a direction, without the threads of a matrix product."""
    return np.asarray(table[0] * way[0] + table[1] * way[1] + table[2] * way[2])
