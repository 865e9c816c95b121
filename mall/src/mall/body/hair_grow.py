"""Grows strands on the unshaped head: roots on the scalp, combed along its surface, hanging, curled and clumped.

Places are in the mesh's own frame: decimetres, x to the person's left, y up, z ahead.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from scipy.spatial import cKDTree

from .hair_styles import PARTING, Comb, Style, combed, lengths, ties
from .mesh import Array, load, smooth_normals, triangles_of
from .scalp import beard_region, scalp_cover, smooth

NEAR = 5  # vertices that tell where the surface is
SHOULDER = 6.0  # below it hair lies over clothes, decimetres
FACE_TOP, CHIN = 7.92, 6.1
MOUTH, MOUTH_SIZE = (0.0, 6.7, 0.95), (0.5, 0.25, 0.35)
LOWEST, WIDEST = 4.0, 2.6  # of the surface that hair is kept out of
CLOTHES = 0.20  # how far clothes stand off, decimetres


class Scalp(NamedTuple):
    """The unshaped head and shoulders: points (n, 3), normals (n, 3), and a tree to find them."""

    points: Array
    normals: Array
    tree: cKDTree


class Roots(NamedTuple):
    """Where strands begin: points (k, 3), normals (k, 3), and the thickness of growth there (k,)."""

    points: Array
    normals: Array
    share: Array


@cache
def head_surface() -> Scalp:
    """Head, neck and shoulders of the unshaped mesh."""
    mesh = load()
    quads = mesh.faces["body"].vertices
    normals = smooth_normals(mesh.points, triangles_of(quads))
    used = mesh.groups["body"]
    at = mesh.points[used]
    mouth = (np.abs(at - MOUTH) < MOUTH_SIZE).all(1)  # its inside is no surface for hair
    used = used[(at[:, 1] > LOWEST) & (np.abs(at[:, 0]) < WIDEST) & ~mouth]
    return Scalp(mesh.points[used], normals[used], cKDTree(mesh.points[used]))


def surface(points: Array) -> tuple[Array, Array]:
    """Height over the skin (n,) and its normal (n, 3) at points (n, 3)."""
    scalp = head_surface()
    away, index = scalp.tree.query(points, NEAR)
    share = 1 / (away + 0.02) ** 2
    share /= share.sum(1, keepdims=True)
    offset = points[:, None] - scalp.points[index]
    height = (share * (offset * scalp.normals[index]).sum(-1)).sum(1)
    normal = (share[..., None] * scalp.normals[index]).sum(1)
    return height, normal / np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-9)


def scatter(kind: str, count: int, rng: np.random.Generator) -> Roots:
    """Roots of a hair style, or of a `beard`, evenly over the skin where it grows."""
    points, normals, area = _patches()
    pick = rng.choice(len(area), size=count * 5, p=area / area.sum())
    a, b = rng.random((2, count * 5))
    flip = a + b > 1
    a, b = np.where(flip, 1 - a, a), np.where(flip, 1 - b, b)
    corners, ways = points[pick], normals[pick]
    at = corners[:, 0] + a[:, None] * (corners[:, 1] - corners[:, 0]) + b[:, None] * (corners[:, 2] - corners[:, 0])
    way = ways[:, 0] + a[:, None] * (ways[:, 1] - ways[:, 0]) + b[:, None] * (ways[:, 2] - ways[:, 0])
    share = (
        beard_region(at[:, 0], at[:, 1], at[:, 2])
        if kind == "beard"
        else scalp_cover(at[:, 0], at[:, 1], at[:, 2], kind)
    )
    kept = np.flatnonzero(rng.random(len(at)) < share)[:count]
    way = way[kept] / np.linalg.norm(way[kept], axis=1, keepdims=True)
    return Roots(at[kept], way, share[kept].astype(np.float64))


@cache
def _patches() -> tuple[Array, Array, Array]:
    """Triangles of the head: corners (t, 3, 3), normals (t, 3, 3), areas (t,)."""
    mesh = load()
    quads = mesh.faces["body"].vertices
    normals = smooth_normals(mesh.points, triangles_of(quads))
    triangles = triangles_of(quads)
    middle = mesh.points[triangles].mean(1)
    triangles = triangles[middle[:, 1] > 6.0]  # noqa: PLR2004 - the head
    corners = mesh.points[triangles]
    area = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1) / 2
    return corners, normals[triangles], area


def grow(style: Style, roots: Roots, rng: np.random.Generator) -> Array:
    """Strands (k, steps + 1, 3) of a style; each keeps its own height over the skin, so that hair has depth."""
    count = len(roots.points)
    long = lengths(style, roots.points) * (1 - style.uneven * rng.random(count) ** 1.5)
    layer = rng.random(count)
    if style.comb is Comb.TIE:
        return _drawn(style, roots, layer, rng)
    wild = rng.normal(0, style.spread, (count, 3))
    wild = wild * (1 - 0.5 * style.clump) + style.clump * _by_lock(roots.points, rng) * style.spread
    step = long / style.steps
    if style.fringe:
        step = np.minimum(step, _fringe_step(style, roots, step))
    strands = np.empty((count, style.steps + 1, 3))
    strands[:, 0] = roots.points - 0.015 * roots.normals
    way = roots.normals * style.lift
    for number in range(1, style.steps + 1):
        here = strands[:, number - 1]
        _, normal = surface(here)
        lie = combed(style, here, roots.points)
        lie = lie / np.maximum(np.linalg.norm(lie, axis=1, keepdims=True), 1e-9)
        if style.comb is not Comb.OUT:
            lie = lie - 0.85 * (lie * normal).sum(1, keepdims=True) * normal
        way = 0.55 * way + 0.6 * lie + wild * 0.6 + np.array((0.0, -0.35 * style.weight * number**0.6, 0.0))
        way = way / np.maximum(np.linalg.norm(way, axis=1, keepdims=True), 1e-9)
        strands[:, number] = _kept_out(_past_face(style, here + way * step[:, None], roots), layer, style, number)
        # What pushed the strand out does not turn it: it goes on hanging.
        way = 0.55 * way + 0.45 * (strands[:, number] - here) / step[:, None]
    return _curled(style, strands, long, roots, rng)


def _past_face(style: Style, points: Array, roots: Roots) -> Array:
    """Hair that would hang before the face is led past it; a fringe may end over the brows."""
    start = roots.points
    side = np.where(start[:, 0] > (PARTING if style.comb is Comb.SIDE else 0.0), 1.0, -1.0)
    low = FACE_TOP - 0.9 * style.fringe * smooth(0.62, 0.45, np.abs(start[:, 0]))
    face = smooth(low, low - 0.30, points[:, 1]) * smooth(0.55, 0.85, points[:, 2]) * (points[:, 1] > CHIN)
    beside = 0.70 + 0.08 * smooth(7.2, 6.6, points[:, 1])
    short = np.clip(beside - side * points[:, 0], 0, 0.4) * face
    moved = points.copy()
    moved[:, 0] += side * short
    moved[:, 2] -= 0.8 * short
    return moved


def _fringe_step(style: Style, roots: Roots, step: Array) -> Array:
    front = smooth(0.85, 1.1, roots.points[:, 2]) * smooth(0.6, 0.45, np.abs(roots.points[:, 0]))
    drop = np.maximum(roots.points[:, 1] - (7.98 - style.fringe), 0.1) * 1.25 + 0.1
    return np.asarray(step * (1 - front) + front * np.minimum(step, drop / style.steps))


def _by_lock(points: Array, rng: np.random.Generator) -> Array:
    """The same disorder for all strands of a lock: (k, 3), about 1 strong."""
    seeds = points[rng.choice(len(points), max(len(points) // 14, 1), replace=False)]
    lock = cKDTree(seeds).query(points)[1]
    return np.asarray(rng.normal(0, 1, (len(seeds), 3))[lock])


def _kept_out(points: Array, layer: Array, style: Style, number: int) -> Array:
    """Points pushed out of the head to their layer's height; over the shoulders, out of clothes."""
    rise = min(1.0, number / max(style.steps * 0.35, 1.0))
    for _ in range(2):
        height, normal = surface(points)
        wanted = (0.012 + layer * style.depth * rise) + CLOTHES * smooth(SHOULDER + 0.1, SHOULDER - 0.35, points[:, 1])
        points = points + np.clip(wanted - height, 0, 0.5)[:, None] * normal
    return points


def _curled(style: Style, strands: Array, long: Array, roots: Roots, rng: np.random.Generator) -> Array:
    if not style.curl:
        return strands
    count, pieces = strands.shape[:2]
    at = np.linspace(0, 1, pieces)[None] * long[:, None]
    lock = _by_lock(roots.points, rng)
    phase = 2.2 * lock[:, :1] + rng.normal(0, 0.5, (count, 1)) + 2 * np.pi * style.turns * at
    along = np.gradient(strands, axis=1)
    along /= np.maximum(np.linalg.norm(along, axis=2, keepdims=True), 1e-9)
    side = np.cross(along, np.array((0.3, 0.9, 0.2)))
    side /= np.maximum(np.linalg.norm(side, axis=2, keepdims=True), 1e-9)
    other = np.cross(along, side)
    size = style.curl * (0.7 + 0.6 * rng.random((count, 1))) * np.minimum(at / (0.25 * long[:, None]), 1)
    return strands + (size * np.cos(phase))[..., None] * side + (size * np.sin(phase))[..., None] * other


def _drawn(style: Style, roots: Roots, layer: Array, rng: np.random.Generator) -> Array:
    """Strands along the head to a tie."""
    goal = ties(style, roots.points) + rng.normal(0, 0.035, (len(roots.points), 3))
    at = np.linspace(0, 1, style.steps + 1)
    strands = roots.points[:, None] + at[None, :, None] * (goal - roots.points)[:, None]
    # From the brow hair goes up and back first, the more the lower the tie.
    arc = np.sin(np.pi * at) * (8.15 - style.tie[1]) * 0.55
    strands[..., 1] += arc * smooth(0.4, 1.1, roots.points[:, 2])[:, None]
    flat = strands[:, 1:].reshape(-1, 3)
    layers, free = np.repeat(layer, style.steps), np.tile(at[1:], len(layer))
    for _ in range(4):
        height, normal = surface(flat)
        wanted = 0.02 + layers * style.depth * np.minimum(free * 4, 1)
        flat = flat + np.clip(wanted - height, 0, 1.0)[:, None] * normal
    strands[:, 1:] = flat.reshape(len(layer), style.steps, 3)
    strands[:, 0] -= 0.015 * roots.normals
    return strands


def tails(style: Style, rng: np.random.Generator) -> Array:
    """Strands (k, 8, 3) that hang from the tie, or wind around it as a bun; none for styles without a tie."""
    sides = (-1.0, 1.0) if style.tie[0] else (1.0,)
    parts = [_tail(style, np.array(style.tie) * (side, 1, 1), rng) for side in sides if style.tail]
    parts += [_bun(style, np.array(style.tie), rng) for _ in range(1) if style.bun]
    if style.comb is Comb.TIE:
        parts += [_wisps(side, rng) for side in (-1.0, 1.0)]
    return np.concatenate(parts) if parts else np.zeros((0, 8, 3))


def _wisps(side: float, rng: np.random.Generator) -> Array:
    """A few strands that came loose at the temple and hang beside the face."""
    count = int(rng.integers(14, 46))
    strands = np.empty((count, 8, 3))
    strands[:, 0] = np.array((side * 0.66, 7.72, 0.86)) + rng.normal(0, 0.05, (count, 3))
    step = rng.uniform(0.45, 1.15, count) / 7
    way = np.array((side * 0.5, -0.3, 0.35)) + rng.normal(0, 0.1, (count, 3))
    for number in range(1, 8):
        way = 0.7 * way + np.array((side * 0.04, -0.45, -0.03))
        way /= np.linalg.norm(way, axis=1, keepdims=True)
        point = strands[:, number - 1] + way * step[:, None]
        height, normal = surface(point)
        strands[:, number] = point + np.clip(0.03 - height, 0, 0.3)[:, None] * normal
    height, normal = surface(strands[:, 0])
    strands[:, 0] -= (height + 0.01)[:, None] * normal
    return strands


def _tail(style: Style, tie: Array, rng: np.random.Generator) -> Array:
    count = 420 if style.tie[0] else 620
    out = np.array((np.sign(tie[0]) * 0.8, 0.10, -0.75 if not tie[0] else -0.1))
    ring = np.clip(rng.normal(0, 0.5, (count, 3)), -0.9, 0.9)
    long = style.tail * (1 - 0.25 * rng.random(count) ** 2)
    strands = np.empty((count, 8, 3))
    strands[:, 0] = tie + 0.045 * ring
    way = out + 0.22 * ring
    for number in range(1, 8):
        way = way + np.array((0.0, -0.55, 0.0)) + 0.04 * rng.normal(0, 1, (count, 3))
        way = way / np.linalg.norm(way, axis=1, keepdims=True)
        point = strands[:, number - 1] + way * (long / 7)[:, None]
        height, normal = surface(point)
        strands[:, number] = point + np.clip(0.06 - height, 0, 0.2)[:, None] * normal
    return strands


def _bun(style: Style, tie: Array, rng: np.random.Generator) -> Array:
    """A ball wound of strands behind the tie."""
    count = 520
    middle = tie + np.array((0.0, 0.05, -0.55 * style.bun))
    axis = np.array((0.15, 0.35, -1.0)) / np.linalg.norm((0.15, 0.35, -1.0))
    one = np.cross(axis, (0.0, 1.0, 0.0))
    one /= np.linalg.norm(one)
    other = np.cross(axis, one)
    start, far = rng.uniform(0, 2 * np.pi, count), rng.uniform(1.2, 2.4, count)
    tilt = np.arcsin(rng.uniform(-0.6, 1.0, count))
    radius = style.bun * rng.uniform(0.88, 1.03, count)
    turn = start[:, None] + np.linspace(0, 1, 8) * far[:, None]
    rise = tilt[:, None] + 0.25 * np.sin(turn)
    ball = np.cos(rise)[..., None] * (np.cos(turn)[..., None] * one + np.sin(turn)[..., None] * other)
    return np.asarray(middle + radius[:, None, None] * (ball + 0.85 * np.sin(rise)[..., None] * axis))
