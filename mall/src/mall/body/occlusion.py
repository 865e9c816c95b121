"""How open each point of a figure lies to the light around it, baked at rest: for pixels only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from mall.domain.figure import Part, Shade

Array = NDArray[np.float32]
DIRECTIONS = 40
CELL = 0.009  # metres: a pixel of the depth maps
BELOW = 0.35  # the floor's share of the light, against the ceiling's
START, SOFT = 0.012, 0.03  # metres: what is nearer does not hide; from there shade grows


def lit(parts: Sequence[Part], seed: int = 1) -> tuple[Part, ...]:
    """The same parts with `light` baked: parts shade themselves and each other.

    Args:
        parts: of one figure at rest.
        seed: of the points that stand for the surfaces.
    """
    cloud = np.concatenate([_cloud(part, seed + i) for i, part in enumerate(parts)])
    points = np.concatenate([part.points for part in parts])
    normals = np.concatenate([_facing(part) for part in parts])
    light = _openness(cloud, points, normals)
    ends = np.cumsum([len(part.points) for part in parts])
    return tuple(
        replace(part, light=_tidied(part, share)) for part, share in zip(parts, np.split(light, ends[:-1]), strict=True)
    )


def _tidied(part: Part, light: Array) -> Array:
    """Average along triangles, so that no single point is dark."""
    if part.shade is Shade.HAIR or not len(part.triangles):
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
    seen, total = np.zeros(len(points), np.float32), np.full(len(points), 1e-6, np.float32)
    bare = ~normals.any(1)
    for way, strength in zip(*_sky(), strict=True):
        side = np.array([-way[1], way[0], 0.0], np.float32)
        side /= np.linalg.norm(side)
        plane = np.stack([side, np.cross(way, side)], 1)
        flat = cloud @ plane
        low = flat.min(0)
        cells = ((flat - low) / CELL).astype(np.int64)
        wide, high = cells.max(0) + 1
        depth = np.full(wide * high, -np.inf, np.float32)
        np.maximum.at(depth, cells[:, 0] * high + cells[:, 1], cloud @ way)
        cosine = np.where(bare, 0.5, normals @ way).astype(np.float32)
        facing = np.flatnonzero(cosine > 0)
        # From a little outside the surface, so that it does not hide itself.
        start = points[facing] + normals[facing] * CELL
        at = np.clip(((start @ plane - low) / CELL).astype(np.int64), 0, (wide - 1, high - 1))
        gap = depth[at[:, 0] * high + at[:, 1]] - start @ way
        weight = strength * cosine[facing]
        seen[facing] += weight * (1 - np.clip((gap - START) / SOFT, 0, 1))
        total[facing] += weight
    return seen / total
