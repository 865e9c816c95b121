"""Reads the package's own files of the base mesh: its geometry, vertex groups, rig and weights."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import source

RIG = "rigs/standard/rig.default_no_toes.json"
WEIGHTS = "rigs/standard/weights.default.json"
# Bones that nothing here moves by themselves: their skin follows the bone above.
STILL = (
    "breast", "jaw", "levator", "metacarpal", "oculi", "orbicularis", "oris", "risorius", "special", "temporalis",
    "tongue", "toe2", "toe3", "toe4", "toe5", "toe1-2",
)  # fmt: skip


def parsed() -> dict[str, NDArray[Any]]:
    """Everything that is kept of the base mesh, as tables by name.

    Raises:
        ModelError: the package that carries it cannot be had.
    """
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
