"""Eyeballs with a painted iris, and lashes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from mall.domain.figure import Part, Shade
from mall.domain.person import Colour

from .mesh import Array, triangles_of
from .scalp import smooth
from .shape import Body

RINGS, SECTORS = 12, 20
REACH = 1.25  # radians from the middle of the pupil to the ball's hidden edge
IRIS, PUPIL = 0.43, 0.15  # radians
PICTURE = 256
LASHES = (0.10, 0.26)  # how much of the mesh's lower and upper lashes is kept: they are long
BULGE = 0.06  # of the cornea, radii


def eyeballs(body: Body) -> tuple[Part, ...]:
    """Both eyes, turned by the mesh's eye bones; texture `eyes`."""
    return tuple(_ball(body, side) for side in ("l", "r"))


def eye_texture(colour: Colour, seed: int) -> NDArray[np.uint8]:
    """Paint an eye seen from ahead: (PICTURE, PICTURE, 3) uint8, sRGB; v runs downwards."""
    rng = np.random.default_rng([seed, 223])
    row, column = np.mgrid[0:PICTURE, 0:PICTURE]
    u, v = (column + 0.5) / PICTURE * 2 - 1, (row + 0.5) / PICTURE * 2 - 1
    angle, way = np.hypot(u, v) * REACH, np.arctan2(v, u)
    spokes = sum(float(rng.uniform(0.3, 1)) * np.cos(k * way + rng.uniform(0, 6.28)) for k in (7, 13, 19, 29, 41)) / 2.5
    inner = smooth(PUPIL, IRIS, angle)[..., None]
    iris = np.array(colour) * (0.95 + 0.12 * spokes[..., None] + 0.25 * inner)
    iris = iris * (1 - 0.65 * smooth(IRIS * 0.80, IRIS, angle)[..., None])
    white = np.array((0.90, 0.87, 0.84)) * (1 - 0.22 * smooth(0.5, 1.2, angle)[..., None] * np.array((0.4, 1, 1)))
    picture = iris + smooth(IRIS - 0.025, IRIS + 0.035, angle)[..., None] * (white - iris)
    picture = picture * smooth(PUPIL - 0.03, PUPIL + 0.03, angle)[..., None] + 0.012
    lid = 1 - 0.42 * smooth(-0.04, -0.32, v) - 0.10 * smooth(0.15, 0.5, v)
    return np.asarray(np.clip(picture * lid[..., None] * 255, 0, 255), np.uint8)


def lashes(body: Body) -> Part:
    """Short dark lashes along the upper and lower lids."""
    mesh = body.mesh
    names = [f"helper-{side}-eyelashes-{row}" for side in ("l", "r") for row in (1, 2)]
    quads = np.concatenate([mesh.faces[name].vertices for name in names])
    used, index = np.unique(quads, return_inverse=True)
    skin = mesh.groups["body"]
    near = skin[cKDTree(mesh.points[skin]).query(mesh.points[used])[1]]
    lower = np.concatenate([mesh.groups[f"helper-{side}-eyelashes-1"] for side in ("l", "r")])
    long = np.where(np.isin(used, lower), *LASHES)[:, None]
    points = body.points[near] + (body.points[used] - body.points[near]) * long
    triangles = triangles_of(index.reshape(-1, 4))
    count = len(used)
    return Part(
        "lashes", Shade.CLOTH, points.astype(np.float32), body.normals[near].astype(np.float32),
        np.zeros((count, 2), np.float32), triangles, *_bound(body, "head", count),
        np.full((count, 3), 0.02, np.float32), np.full(count, 0.7, np.float32), both=True,
    )  # fmt: skip


def eye_centre(body: Body, side: str) -> tuple[Array, float]:
    """Centre (3,) and radius of an eyeball at rest, metres."""
    points = body.points[body.mesh.groups[f"helper-{side}-eye"]]
    centre = (points.min(0) + points.max(0)) / 2
    return centre, float(np.linalg.norm(points - centre, axis=1).mean())


def _ball(body: Body, side: str) -> Part:
    centre, radius = eye_centre(body, side)
    angles = np.concatenate([np.linspace(0, 0.55, 6), np.linspace(0.7, REACH, RINGS - 6)])
    ring, sector = np.meshgrid(angles, np.arange(SECTORS) * 2 * np.pi / SECTORS, indexing="ij")
    ahead, left, up = np.cos(ring), -np.sin(ring) * np.cos(sector), -np.sin(ring) * np.sin(sector)
    normals = np.stack([ahead, left, up], -1).reshape(-1, 3)
    bulge = 1 + BULGE * np.clip(1 - (ring / 0.55) ** 2, 0, 1).reshape(-1, 1)
    uv = 0.5 + 0.5 / REACH * np.stack([ring * np.cos(sector), ring * np.sin(sector)], -1).reshape(-1, 2)
    a = np.arange(RINGS - 1)[:, None] * SECTORS + np.arange(SECTORS)
    b = np.arange(RINGS - 1)[:, None] * SECTORS + (np.arange(SECTORS) + 1) % SECTORS
    quads = np.stack([a, a + SECTORS, b + SECTORS, b], -1).reshape(-1, 4)
    count = len(normals)
    return Part(
        f"eye {side}", Shade.EYE, (centre + normals * radius * bulge).astype(np.float32), normals.astype(np.float32),
        uv.astype(np.float32), triangles_of(quads), *_bound(body, f"eye.{side.upper()}", count),
        np.ones((count, 3), np.float32), np.full(count, 0.85, np.float32), texture="eyes",
    )  # fmt: skip


def _bound(body: Body, bone: str, count: int) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    bones = np.zeros((count, 4), np.uint8)
    bones[:, 0] = body.mesh.bone(bone)
    weights = np.zeros((count, 4), np.float32)
    weights[:, 0] = 1.0
    return bones, weights
