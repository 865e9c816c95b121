"""A plate without Blender: the plan's boxes in flat colours, for tests and for work on the renderer."""

from __future__ import annotations

import numpy as np

from mall.domain.lens import View
from mall.domain.place import CEILING, SOLIDS, Stuff
from mall.domain.scene import Light

from .plate import Plate
from .rays import NOTHING, cast, directions, entered, floor_depth

_COLOURS: dict[Stuff, tuple[float, float, float]] = {
    Stuff.WALL: (0.66, 0.65, 0.62),
    Stuff.METAL: (0.35, 0.36, 0.37),
    Stuff.WOOD: (0.32, 0.20, 0.11),
    Stuff.STONE: (0.4, 0.4, 0.4),
    Stuff.GOODS: (0.35, 0.25, 0.22),
    Stuff.PLANT: (0.08, 0.16, 0.06),
    Stuff.SCREEN: (0.2, 0.45, 0.9),
    Stuff.SIGN: (0.75, 0.45, 0.12),
    Stuff.DARK: (0.03, 0.03, 0.035),
}
_SKY = {Light.DAY: (1.3, 1.4, 1.5), Light.DUSK: (0.05, 0.07, 0.13)}
_OUTSIDE = {Light.DAY: (0.75, 0.75, 0.72), Light.DUSK: (0.07, 0.07, 0.09)}


def stand_in(view: View, light: Light = Light.DAY) -> Plate:
    """The plan as a view sees it: a grey floor of half-metre tiles, walls, furniture, a plain ceiling and sky."""
    origin, rays = np.asarray(view.at, dtype=np.float64), directions(view)
    depth = floor_depth(origin, rays)
    spot = origin[:2] + rays[..., :2] * depth[..., None]
    tile = 1.0 - 0.04 * ((np.floor(spot * 2).sum(-1) % 2) == 0)
    picture = np.array([0.40, 0.385, 0.36]) * tile[..., None]
    picture[spot[..., 1] < 0] = _OUTSIDE[light]
    gloss = np.where((depth < NOTHING) & (spot[..., 1] > 0), 0.25, 0.0).astype(np.float32)
    with np.errstate(divide="ignore"):
        roof = np.where(rays[..., 2] > 0, (CEILING - origin[2]) / rays[..., 2], NOTHING)
    under = (roof < NOTHING) & (origin[1] + rays[..., 1] * roof > 0)
    picture[under] = (0.5, 0.5, 0.49)
    depth[under] = roof[under]
    picture[depth >= NOTHING] = _SKY[light]
    for solid in SOLIDS:
        if solid.stuff is Stuff.GLASS:
            continue
        met = entered(origin, rays, solid)
        nearer = met < depth
        picture[nearer] = _COLOURS[solid.stuff]
        gloss[nearer] = 0.0
        depth[nearer] = met[nearer]
    glass = cast(origin, rays, (solid for solid in SOLIDS if solid.stuff is Stuff.GLASS))
    gloss[glass < depth] = 0.5
    return Plate(picture.astype(np.float32), depth.astype(np.float32), gloss)
