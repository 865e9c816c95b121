"""What lies at each pixel of a plate that people change: floor that takes shadows, floor and glass that mirror."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mall.domain.lens import View
from mall.domain.place import SOLIDS, Stuff

from .plate import Plate
from .rays import NOTHING, cast, directions

Floats = NDArray[np.float32]
_HIGH = 0.03  # metres: what is not higher is floor


@dataclass(frozen=True, slots=True)
class Surface:
    """Of every pixel of the canvas.

    Attributes:
        floor: (h, w) 1 on the floor, 0 elsewhere.
        panes: (h, w) metres along the axis to the first glass; rays.NOTHING where there is none.
        mirror_floor, mirror_glass: (h, w) share of mirrored light in what is seen.
        glare: (h, w, 3) linear light of lamps and windows that the floor mirrors already: people stand in its way.
        below: (h/2, w/2) depths of the mall mirrored in the floor; beyond: in the glass front.
    """

    floor: Floats
    panes: Floats
    mirror_floor: Floats
    mirror_glass: Floats
    glare: Floats
    below: Floats
    beyond: Floats


def surface(view: View, plate: Plate) -> Surface:
    """Read off a plate what is floor and what mirrors; the plate is of the canvas' own size."""
    origin, rays = np.asarray(view.at, dtype=np.float64), directions(view)
    height = origin[2] + rays[..., 2] * plate.depth
    floor = (np.abs(height) < _HIGH + 0.004 * plate.depth).astype(np.float32)
    glass = [solid for solid in SOLIDS if solid.stuff is Stuff.GLASS]
    panes = cast(origin, rays, glass)
    panes[panes > plate.depth] = NOTHING
    unit = rays / np.linalg.norm(rays, axis=-1, keepdims=True)
    graze_floor, graze_glass = 1 - np.abs(unit[..., 2]), 1 - np.abs(unit[..., 1])
    in_floor = plate.gloss * floor * (panes == NOTHING) * (0.22 + 0.78 * graze_floor**3)
    in_glass = plate.gloss * (panes < NOTHING) * (0.16 + 0.84 * graze_glass**4)
    glare = np.zeros_like(plate.light)
    mirrors = in_floor > 0
    if mirrors.any():
        usual = np.percentile(plate.light[mirrors], 60, axis=0)
        glare[mirrors] = np.maximum(plate.light[mirrors] - 1.12 * usual, 0.0)
    hides = [solid for solid in SOLIDS if solid.stuff is not Stuff.GLASS]
    half = directions(view, 2)
    down, over = half * np.array([1, 1, -1], np.float32), half * np.array([1, -1, 1], np.float32)
    nothing = np.full(half.shape[:2], NOTHING, dtype=np.float32)
    low = [solid for solid in hides if solid.z0 < 2.0]  # noqa: PLR2004 - what hangs higher hides no reflection of a person
    below = cast(origin * [1, 1, -1], down, low) if mirrors.any() else nothing
    front = [solid for solid in hides if solid.y0 > 0]
    beyond = cast(origin * [1, -1, 1], over, front) if in_glass.any() else nothing
    return Surface(floor, panes, in_floor.astype(np.float32), in_glass.astype(np.float32), glare, below, beyond)
