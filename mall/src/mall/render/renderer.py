"""A frame: people put into a plate, lit as it is, with their shadows and reflections, seen through the lens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import moderngl
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from mall.domain.lens import CANVAS, NEAR, View
from mall.domain.scene import Light

from .context import canvas_matrix, context, packed, program
from .detail import LEVELS, level_for
from .figures import Model
from .floorshade import HALF, PERSONS, TILE, FloorShade
from .light import Lighting, Lit
from .plate import Plate
from .rays import directions
from .selfshadow import Atlas
from .sensor import Sensor
from .stock import Actor, Prop, Stock, Thing, things
from .surface import surface
from .targets import Rect, Target

Array = NDArray[np.float64]
Floats = NDArray[np.float32]
_COARSE = len(LEVELS) - 1
_FADE_FLOOR = (0.0, 0.0, 0.85)  # a floor's reflection loses by metres of height
PAVED = -0.3  # metres: the ground beyond the door's metal sill lies south of it
_FADE_GLASS = (0.0, 0.12, 0.0)


@dataclass(frozen=True, slots=True)
class _Cast:
    """One person or thing of a frame, ready to be drawn."""

    model: Model
    level: int
    depth: float
    rect: Rect
    foot: Array
    middle: Array
    lit: Lit


class Renderer:
    """Draws frames of one camera in one light.

    Args:
        view: the camera, as the plate was made for it.
        plate: the empty mall.
        light: the hour.
        stock: share one between the renderers of a process; None: one of its own.
        seed: of the sensor's noise.
    """

    def __init__(self, view: View, plate: Plate, light: Light, *, stock: Stock | None = None, seed: int = 0) -> None:
        gl = context()
        self._view, self._plate = view, plate.fitted()
        self._stock = stock or Stock()
        self._matrix = canvas_matrix(view)
        self._surface = surface(view, self._plate)
        self._lighting = Lighting(light, self._pavement())
        self._atlas, self._shade = Atlas(), FloorShade()
        self._people = Target(self._plate.depth, 4)
        self._below, self._beyond = Target(self._surface.below, 0), Target(self._surface.beyond, 0)
        size = (CANVAS[0], CANVAS[1])
        panes = np.ascontiguousarray(self._surface.panes[::-1]).tobytes()
        self._panes = gl.texture(size, 1, panes, dtype="f4")
        self._panes.filter = (moderngl.NEAREST, moderngl.NEAREST)
        self._scene = gl.buffer(reserve=96)
        self._actors = [gl.buffer(reserve=16 * 6 + 16 * 8 + 64 + 16) for _ in range(64)]
        self._left = gl.framebuffer(gl.texture(size, 1))
        self._tiles = gl.texture((TILE, TILE * PERSONS), 1, dtype="f4")
        self._tiles.repeat_x = self._tiles.repeat_y = False
        made = program("shade.vert", "shade.frag")
        corners = gl.buffer(np.array([-1, -1, 1, -1, -1, 1, 1, 1], dtype=np.float32).tobytes())
        self._quad = gl.vertex_array(made, [(corners, "2f", "in_corner")])
        self._sensor = Sensor(view, self._plate.light, seed)

    def frame(self, actors: Sequence[Actor | Prop | Thing], number: int = 0) -> NDArray[np.uint8]:
        """The picture, (432, 768, 3) uint8 RGB, of what stands there; `number` seeds the frame's noise."""
        return self._sensor.picture(*self.canvas(actors), number)

    def canvas(self, actors: Sequence[Actor | Prop | Thing]) -> tuple[Floats, Rect | None]:
        """The part of the pinhole canvas that people change, (h, w, 3) linear light, and where it lies."""
        cast = self._prepared(actors)
        if not cast:
            return np.zeros((0, 0, 3), dtype=np.float32), None
        rect = _around([one.rect for one in cast])
        blocks = [self._shaded(i, one) for i, one in enumerate(cast)]
        left = self._floor_light(cast, rect)
        self._atlas.texture.use(1)
        people = self._drawn(cast, blocks, rect)
        x0, y0, x1, y1 = rect
        here = np.s_[y0:y1, x0:x1]
        light = self._plate.light[here] * (1 - self._surface.floor[here] * (1 - left))[..., None]
        light = self._mirrored(light, cast, blocks, rect)
        light *= 1 - people[..., 3:]
        light += people[..., :3]
        return light, rect

    def _pavement(self) -> Array | None:
        """The light of the ground outside as the plate shows it; None where it shows too little of it."""
        y = self._view.at[1] + directions(self._view)[..., 1] * self._plate.depth
        outside = (self._surface.floor > 0) & (y < PAVED)
        if outside.sum() < 200:  # noqa: PLR2004 - too few pixels say nothing
            return None
        return np.asarray(np.median(self._plate.light[outside], axis=0), dtype=np.float64)

    def _prepared(self, actors: Sequence[Actor | Prop | Thing]) -> list[_Cast]:
        """Everybody who may change the picture, the nearest first."""
        out = []
        met: Counter[int] = Counter()
        for actor in things(actors):
            model = self._stock.model(actor, met[id(actor.parts)])
            met[id(actor.parts)] += 1
            model.pose(np.asarray(actor.matrices), _COARSE)
            points = model.mesh(_COARSE).placed()[:, :3].astype(np.float64)
            seen = self._where(points)
            if seen is None:
                continue
            rect, depth = seen
            level = level_for(self._view.focal / max(depth, NEAR))
            if level != _COARSE:
                model.pose(np.asarray(actor.matrices), level)
            low, high = points.min(0), points.max(0)
            middle = (low + high) / 2
            standing = points[points[:, 2] < low[2] + 0.25]
            foot = standing[:, :2].mean(0)
            out.append(_Cast(model, level, depth, rect, foot, middle, self._lighting.at(middle)))
        return sorted(out, key=lambda one: one.depth)

    def _where(self, points: Array) -> tuple[Rect, float] | None:
        """The part of the canvas that a body, its shadow and its reflection may change, and how near it is."""
        low, high = points.min(0), points.max(0)
        wide = np.maximum(high - low, 0.6) * 0.35 + 0.25
        x0, y0 = (low - wide)[:2]
        x1, y1 = (high + wide)[:2]
        corners = np.array([[x, y] for x in (x0, x1) for y in (y0, y1)])
        ground = np.column_stack([corners, np.zeros(4)])
        mirrored = points[::7] * [1, 1, -1]
        every = np.concatenate([points, ground, mirrored])
        clip = np.column_stack([every, np.ones(len(every))]) @ self._matrix.T
        depth = clip[:, 3]
        ahead = depth > NEAR
        if not ahead.any():
            return None
        flat = clip[:, :2] / np.maximum(depth, NEAR)[:, None]
        x = np.clip((flat[:, 0] + 1) / 2 * CANVAS[0], -1e4, 1e4)
        y = np.clip((1 - flat[:, 1]) / 2 * CANVAS[1], -1e4, 1e4)
        rect = (
            max(int(x.min()) - 2, 0),
            max(int(y.min()) - 2, 0),
            min(int(x.max()) + 3, CANVAS[0]),
            min(int(y.max()) + 3, CANVAS[1]),
        )
        if rect[0] >= rect[2] or rect[1] >= rect[3]:
            return None
        near = depth[: len(points)]
        return rect, float(max(near.min(), NEAR))

    def _shaded(self, slot: int, one: _Cast) -> moderngl.Buffer:
        """Draw somebody's own shadow map and the flat shapes of the floor's; the block that says so."""
        if slot == 0:
            self._atlas.clear()
            self._shade.clear()
        if slot < PERSONS:
            self._shade.draw(slot, one.model, one.foot, one.lit, _COARSE)
        own = self._atlas.draw(slot, one.model, one.middle, one.lit.main_way(one.middle), one.level)
        buffer = self._actors[slot % len(self._actors)]
        buffer.write(one.lit.block() + own)
        return buffer

    def _floor_light(self, cast: Sequence[_Cast], rect: Rect) -> Floats:
        """How much light people leave on the floor, (h, w) of a part of the canvas."""
        gl = context()
        some = cast[:PERSONS]
        tiles = self._shade.shades([one.foot for one in some], [one.lit for one in some])
        self._tiles.write(np.ascontiguousarray(tiles).tobytes(), viewport=(0, 0, TILE, TILE * len(some)))
        x0, y0, x1, y1 = rect
        self._left.use()
        self._left.viewport = (0, 0, *CANVAS)
        self._left.scissor = (x0, CANVAS[1] - y1, x1 - x0, y1 - y0)
        self._left.clear(1.0, 1.0, 1.0, 1.0)
        gl.disable(moderngl.DEPTH_TEST)
        gl.enable(moderngl.BLEND)
        gl.blend_func = moderngl.ZERO, moderngl.SRC_COLOR
        self._tiles.use(0)
        made = self._quad.program
        made["into"].write(packed(self._matrix))  # type: ignore[union-attr]
        made["layers"] = float(PERSONS)
        for i, one in enumerate(some):
            made["foot"] = (float(one.foot[0]), float(one.foot[1]), HALF)
            made["layer"] = float(i)
            self._quad.render(moderngl.TRIANGLE_STRIP)
        gl.disable(moderngl.BLEND)
        self._left.scissor = None  # type: ignore[assignment]  # its stubs forget that None ends it
        part = (x0, CANVAS[1] - y1, x1 - x0, y1 - y0)
        raw = np.frombuffer(self._left.read(viewport=part, components=1, alignment=1), dtype=np.uint8)
        return np.asarray(raw.reshape(y1 - y0, x1 - x0)[::-1].astype(np.float32) / 255, dtype=np.float32)

    def _look(self, flip: Array, fade: tuple[float, float, float]) -> None:
        """Set the camera's block: the world flipped, light fading by metres along the axes."""
        eye = flip @ np.asarray(self._view.at)
        matrix = self._matrix @ np.diag([*np.diag(flip), 1.0])
        rest = np.array([*eye, 1.0, 1.0, fade[2], fade[1], 0.0], dtype=np.float32)
        self._scene.write(packed(matrix) + rest.tobytes())
        self._scene.bind_to_uniform_block(0)

    def _drawn(self, cast: Sequence[_Cast], blocks: Sequence[moderngl.Buffer], rect: Rect) -> Floats:
        self._look(np.eye(3), (0.0, 0.0, 0.0))
        self._panes.use(2)
        self._people.begin(rect)
        for one, block in zip(cast, blocks, strict=True):
            block.bind_to_uniform_block(1)
            one.model.draw(one.level, words=("SOFT", "PANE"))
        return self._people.end(rect)

    def _mirrored(self, light: Floats, cast: Sequence[_Cast], blocks: Sequence[moderngl.Buffer], rect: Rect) -> Floats:
        """Mix the people's reflections in floor and glass into a part of the plate."""
        x0, y0, x1, y1 = rect
        here = np.s_[y0:y1, x0:x1]
        for flip, fade, target, share, blur in (
            (np.diag([1.0, 1.0, -1.0]), _FADE_FLOOR, self._below, self._surface.mirror_floor[here], (3, 7)),
            (np.diag([1.0, -1.0, 1.0]), _FADE_GLASS, self._beyond, self._surface.mirror_glass[here], (1, 1)),
        ):
            if not share.any():
                continue
            half = (x0 // 2, y0 // 2, -(-x1 // 2), -(-y1 // 2))
            self._look(flip, fade)
            target.begin(half)
            for one, block in zip(cast, blocks, strict=True):
                if flip[1, 1] < 0 and one.middle[1] < 0:
                    continue
                block.bind_to_uniform_block(1)
                one.model.draw(_COARSE, mirrored=True, words=("SOFT", "MIRROR"))
            image = target.end(half)
            for axis, width in zip((1, 0), blur, strict=True):
                if width > 1:
                    image = uniform_filter1d(uniform_filter1d(image, width, axis=axis), width, axis=axis)
            image = image.repeat(2, axis=0).repeat(2, axis=1)
            image = image[y0 - 2 * half[1] :, x0 - 2 * half[0] :][: y1 - y0, : x1 - x0]
            if flip[2, 2] < 0:
                light = light - np.minimum(self._surface.glare[here] * image[..., 3:], 0.8 * light)
            light = light * (1 - share * image[..., 3])[..., None] + share[..., None] * image[..., :3]
        return light


def _around(rects: Sequence[Rect]) -> Rect:
    """The part of the picture that holds all of these."""
    x0, y0, x1, y1 = (np.array(column) for column in zip(*rects, strict=True))
    return int(x0.min()), int(y0.min()), int(x1.max()), int(y1.max())
