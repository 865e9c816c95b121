"""The golden input: a drawn scene, the same numbers on every machine, and its answers in short.

People for networks that look for people; faces, or one face, for those that are about faces (`portrait`).

Integer arithmetic only. A photograph would be somebody's picture; noise would leave the scores near zero, where a
dead network looks like a good one. On this drawing a working detector of people scores above 0.5.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from galleria.domain.detection import Floats
from galleria.domain.model import InputSpec

from . import portrait

Integers: TypeAlias = NDArray[Any]
PEOPLE = 3
# A standing body in thousandths of its height, as trapezoids: distance from its axis (nearest, farthest) and depth
# below its crown at the top, the same at the bottom, a BGR colour, and whether the next person wears another.
PARTS = (
    ((0, 20, 0), (0, 60, 55), (30, 40, 50), 0),  # hair
    ((0, 30, 130), (0, 30, 165), (120, 150, 200), 0),  # neck
    ((0, 135, 160), (0, 135, 520), (150, 60, 50), 1),  # body
    ((110, 178, 180), (110, 203, 540), (130, 50, 40), 1),  # arms
    ((8, 120, 500), (26, 120, 960), (60, 50, 45), 0),  # legs
    ((20, 135, 945), (20, 135, 1000), (20, 20, 25), 0),  # shoes
)
HEAD = 72
SKIN = (120, 150, 200)
TINT = (-40, 30, 55)


def golden_input(spec: InputSpec, task: str = "person-detection") -> Floats:
    """Return the scene for a task as the network's input, (1, 3, height, width) or as the card's layout says."""
    draw = {"person-detection": _scene, "face-detection": portrait.faces}.get(task, portrait.face)
    pixels = draw(spec.width, spec.height)
    if spec.colour == "RGB":
        pixels = pixels[:, :, ::-1]
    normal = (pixels.astype(np.float32) - np.array(spec.mean, np.float32)) / np.array(spec.std, np.float32)
    order = (0, 1, 2) if spec.layout == "NHWC" else (2, 0, 1)
    return np.ascontiguousarray(normal.transpose(order)[None], np.float32)


def summary(output: Floats) -> list[float]:
    """Return mean, deviation, least, greatest, and five values spread over an output."""
    flat = output.astype(np.float64).ravel()
    probes = [float(flat[len(flat) * k // 6]) for k in range(1, 6)]
    return [float(flat.mean()), float(flat.std()), float(flat.min()), float(flat.max()), *probes]


def _scene(width: int, height: int) -> Integers:
    """A tiled wall with people of three sizes before it; (height, width, 3), 0..255, BGR."""
    y, x = np.mgrid[0:height, 0:width]
    wall: Integers = 170 - y * 60 // height + (x // 24 + y // 24) % 2 * 14
    pixels: Integers = wall[:, :, None] + np.array([0, 10, 20])
    for number in range(PEOPLE):
        size = height * (60 - 13 * number) // 100
        across = np.abs(x - width * (2 * number + 1) // (2 * PEOPLE)) * 1000 // size
        down = (y - (height - size - height // 16)) * 1000 // size
        head = across**2 * 4 // 3 + (down - 70) ** 2 < HEAD**2
        pixels = np.where(head[:, :, None], SKIN, pixels)
        for (near, far, top), (near_below, far_below, bottom), colour, varies in PARTS:
            depth = down - top
            nearest = near + (near_below - near) * depth // (bottom - top)
            farthest = far + (far_below - far) * depth // (bottom - top)
            part = (across >= nearest) & (across < farthest) & (depth >= 0) & (down < bottom)
            shade = np.array(colour) + varies * number * np.array(TINT)
            pixels = np.where(part[:, :, None], shade, pixels)
    return pixels
