"""Where each texel of the skin lies on the unshaped body: paint by place, and it follows every shape.

Places are in the mesh's own frame: decimetres, x to the person's left, y up, z ahead.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from functools import cache
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from . import source
from .mesh import Array, load, smooth_normals, triangles_of, unwrapped

Values = NDArray[np.float32]
SIZE = 2048  # texels a side
STORED = "canvas-1.npz"
BLEED = 3  # texels beyond the seams, so that filtering finds skin there
CHIN = 6.0  # what lies higher is head or upper neck, decimetres


@dataclass(frozen=True, slots=True)
class Canvas:
    """Covered texels of the skin's texture.

    Attributes:
        texels: (k,) indices into the flat (SIZE * SIZE) picture.
        x, y, z: (k,) places, decimetres. hollow: (k,) how deep in a fold, 0 to 1. bump: (k,) the opposite.
        head: (k,) whether it belongs to the head.
    """

    texels: NDArray[np.int64]
    x: Values
    y: Values
    z: Values
    hollow: Values
    bump: Values
    head: NDArray[np.bool_]


@cache
def canvas() -> Canvas:
    """The canvas; rasterised once, then read from the cache.

    Raises:
        ModelError: the mesh cannot be had.
    """
    path = source.cache_folder() / STORED
    if not path.is_file():
        tables = _rasterised()
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".npz", delete=False) as file:
            np.savez(file, allow_pickle=False, **tables)
        os.replace(file.name, path)  # noqa: PTH105 - the name is a string
    with np.load(path, allow_pickle=False) as stored:
        texels, at, curve = stored["texels"], stored["at"], stored["curve"]
    x, y, z = (np.ascontiguousarray(at[:, i]) for i in range(3))
    return Canvas(texels, x, y, z, np.clip(-curve, 0, 1), np.clip(curve, 0, 1), y > CHIN)


def mask(name: str) -> Values:
    """One of the mesh's own masks (lips, eyelids, fingernails, ...) at the canvas's texels: (k,), 0 to 1."""
    picture = Image.open(BytesIO(source.read(f"textures/mpfb_{name}.jpg"))).convert("L")
    table = np.asarray(picture.resize((SIZE, SIZE), Image.Resampling.BOX), np.float32) / 255
    found: Values = ndimage.gaussian_filter(table, 1.2).ravel()[canvas().texels]
    return found


def _rasterised() -> dict[str, NDArray[np.generic]]:
    mesh = load()
    skin = unwrapped(mesh.faces["body"])
    values = np.concatenate([mesh.points, _curvature()[:, None]], 1)[skin.points]
    pixels = mesh.uv[skin.uv] * SIZE - 0.5
    table = np.full((SIZE, SIZE, 4), np.nan, np.float32)
    for triangle in skin.triangles:
        _fill(table, pixels[triangle], values[triangle])
    seen = ~np.isnan(table[..., 0])
    far, (rows, columns) = ndimage.distance_transform_edt(~seen, return_indices=True)
    near = far <= BLEED
    full = table[rows[near], columns[near]]
    return {"texels": np.flatnonzero(near), "at": full[:, :3], "curve": full[:, 3]}


def _fill(table: Values, corners: Array, values: Array) -> None:
    low = np.maximum(np.floor(corners.min(0)).astype(int), 0)
    high = np.minimum(np.ceil(corners.max(0)).astype(int), SIZE - 1)
    (ax, ay), (bx, by) = corners[1] - corners[0], corners[2] - corners[0]
    area = ax * by - ay * bx
    if abs(area) < 1e-9:  # noqa: PLR2004 - a triangle without a face
        return
    px = np.arange(low[0], high[0] + 1) - corners[0, 0]
    py = (np.arange(low[1], high[1] + 1) - corners[0, 1])[:, None]
    b, c = (px * by - py * bx) / area, (py * ax - px * ay) / area
    inside = (b >= -0.01) & (c >= -0.01) & (b + c <= 1.01)  # noqa: PLR2004 - neighbours overlap by a hair
    found = values[0] + b[inside][:, None] * (values[1] - values[0]) + c[inside][:, None] * (values[2] - values[0])
    table[low[1] : high[1] + 1, low[0] : high[0] + 1][inside] = found


def _curvature() -> Array:
    """How far each vertex stands out from its neighbours (positive) or lies in a fold (negative), about -1 to 1."""
    mesh = load()
    quads = mesh.faces["body"].vertices
    normals = smooth_normals(mesh.points, triangles_of(quads))
    total, count = np.zeros_like(mesh.points), np.zeros(len(mesh.points))
    for a, b in ((0, 1), (1, 2), (2, 3), (3, 0)):
        for one, other in ((a, b), (b, a)):
            np.add.at(total, quads[:, one], mesh.points[quads[:, other]])
            np.add.at(count, quads[:, one], 1)
    mean = total / np.maximum(count, 1)[:, None]
    way = mesh.points - mean
    spread = np.zeros(len(mesh.points))
    for a, b in ((0, 1), (1, 2), (2, 3), (3, 0)):
        side = np.linalg.norm(mesh.points[quads[:, a]] - mesh.points[quads[:, b]], axis=1)
        np.add.at(spread, quads[:, a], side)
        np.add.at(spread, quads[:, b], side)
    edge = spread / np.maximum(count, 1)
    out = np.einsum("ij,ij->i", way, normals) / np.maximum(edge, 1e-9)
    return np.asarray(np.clip(out * 2.0, -1, 1))
