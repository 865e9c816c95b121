# ruff: noqa: INP001
"""Letters: invented words on signs, in the renderer's own font, as geometry."""

from __future__ import annotations

import math

import bpy  # type: ignore[import-not-found]
import numpy as np
from heap import Heap, Word
from mathutils import Matrix  # type: ignore[import-not-found]

_FONT = "Inter.woff2"


def spell(heap: Heap) -> None:
    """Turn the heap's noted words into geometry."""
    folder = bpy.utils.system_resource("DATAFILES", path="fonts")
    font = bpy.data.fonts.load(f"{folder}/{_FONT}")
    for word in heap.words:
        _one(heap, word, font)


def _one(heap: Heap, word: Word, font: object) -> None:
    curve = bpy.data.curves.new("word", "FONT")
    curve.body, curve.font, curve.size = word.text, font, word.size / 0.72
    curve.align_x, curve.align_y = "CENTER", "CENTER"
    curve.extrude, curve.resolution_u = word.deep / 2, 3
    made = bpy.data.objects.new("word", curve)
    mesh = made.to_mesh()
    points = np.array([tuple(vertex.co) for vertex in mesh.vertices])
    faces = [tuple(polygon.vertices) for polygon in mesh.polygons]
    made.to_mesh_clear()
    bpy.data.objects.remove(made)
    if not len(points):
        return
    upright = np.eye(4) if word.flat else np.array(Matrix.Rotation(math.pi / 2, 4, "X"))
    turn = np.array(Matrix.Rotation(word.facing + math.pi / 2, 4, "Z")) @ upright
    heap.add(points @ turn[:3, :3].T + np.asarray(word.at), faces, word.look, word.colour)
