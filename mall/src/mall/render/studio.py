"""Portraits: a figure alone before a plain wall, to look at one's work and to measure faces."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import moderngl
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mall.domain.figure import Figure, Part

from .context import context, looking, packed, perspective
from .figures import Model
from .light import studio
from .selfshadow import Atlas
from .tone import toned

Array = NDArray[np.float64]
Picture = NDArray[np.uint8]
Point = tuple[float, float, float]
WALL = (0.42, 0.41, 0.39)  # linear light of the wall behind
_FINER = 2  # samples to each side of a pixel, besides the graphics' own four


@cache
def _atlas() -> Atlas:
    return Atlas()


def _camera(at: Point, to: Point, across: float, size: tuple[int, int]) -> Array:
    ahead = np.subtract(to, at)
    ahead = ahead / np.linalg.norm(ahead)
    up = (0.0, 0.0, 1.0) if abs(ahead[2]) < 0.999 else (0.0, 1.0, 0.0)  # noqa: PLR2004 - straight down
    right = np.cross(ahead, up)
    right /= np.linalg.norm(right)
    focal = size[0] / 2 / np.tan(np.radians(across) / 2)
    turn = np.array([right, np.cross(ahead, right), ahead])
    return perspective(float(focal), *size) @ looking(np.asarray(at, dtype=np.float64), turn)


class Sitter:
    """A figure that sits for several portraits: its buffers are filled once.

    Args:
        parts: what is drawn, with bones into the matrices given to `picture`.
        textures: (h, w, 3) uint8, sRGB, by the parts' keys.
    """

    def __init__(self, parts: Sequence[Part], textures: Mapping[str, NDArray[np.uint8]]) -> None:
        self._model = Model(parts, textures)
        points = np.concatenate([part.points for part in parts if len(part.points)])
        self.middle = (points.min(0) + points.max(0)).astype(np.float64) / 2

    def picture(
        self,
        poses: Array | None = None,
        *,
        at: Point,
        to: Point,
        across_degrees: float,
        size: tuple[int, int],
        light: str = "mall",
    ) -> Picture:
        """One picture, (h, w, 3) uint8 RGB.

        Args:
            poses: skinning matrices (b, 4, 4); None: the rest pose.
            at: the camera's place, metres.
            to: the point in the middle of the picture.
            across_degrees: horizontal field of view.
            size: width and height, pixels.
            light: `mall` or `soft`.
        """
        gl, atlas, lit = context(), _atlas(), studio(light)
        matrices = np.tile(np.eye(4), (256, 1, 1)) if poses is None else np.asarray(poses, dtype=np.float64)
        self._model.pose(matrices)
        middle = (matrices[0] @ [*self.middle, 1.0])[:3]
        scene = packed(_camera(at, to, across_degrees, size)) + np.array([*at, 1, 1, 0, 0, 0], np.float32).tobytes()
        gl.buffer(scene).bind_to_uniform_block(0)
        atlas.clear()
        gl.buffer(lit.block() + atlas.draw(0, self._model, middle, lit.main_way(middle))).bind_to_uniform_block(1)
        wide, high = size[0] * _FINER, size[1] * _FINER
        depths = gl.depth_renderbuffer((wide, high), samples=4)
        many = gl.framebuffer(gl.texture((wide, high), 4, samples=4, dtype="f2"), depths)
        one = gl.framebuffer(gl.texture((wide, high), 4, dtype="f2"))
        many.use()
        many.clear(0.0, 0.0, 0.0, 0.0, depth=1.0)
        gl.enable(moderngl.DEPTH_TEST)
        atlas.texture.use(1)
        self._model.draw()
        gl.copy_framebuffer(one, many)
        got = np.frombuffer(one.read(components=4, dtype="f2"), dtype=np.float16).reshape(high, wide, 4)[::-1]
        for buffer in (many, one):
            for attachment in (*buffer.color_attachments, buffer.depth_attachment):
                if attachment is not None:
                    attachment.release()
            buffer.release()
        return _finished(got.astype(np.float32), size)


def _finished(drawn: NDArray[np.float32], size: tuple[int, int]) -> Picture:
    """Tone first, average then: highlights do not eat the edges, as in a real picture with its roll-off."""
    wide, high = size
    small = drawn.reshape(high, _FINER, wide, _FINER, 4).mean((1, 3))
    glow = np.linspace(1.12, 0.86, high, dtype=np.float32)[:, None, None]
    back = np.asarray(WALL, dtype=np.float32) * glow
    mixed = small[..., :3] + back * (1 - small[..., 3:])
    return np.asarray(np.clip(np.rint(toned(mixed)), 0, 255), dtype=np.uint8)


def portrait(
    figure: Figure,
    poses: Array | None = None,
    *,
    at: Point,
    to: Point,
    across_degrees: float,
    size: tuple[int, int],
    light: str = "mall",
) -> Picture:
    """One picture of a figure; see `Sitter.picture`. For many pictures of one figure keep a Sitter."""
    sitter = Sitter(figure.parts, figure.textures)
    return sitter.picture(poses, at=at, to=to, across_degrees=across_degrees, size=size, light=light)


def turnaround(
    parts: Sequence[Part],
    textures: Mapping[str, NDArray[np.uint8]],
    poses: Array | None = None,
    *,
    head: Point | None = None,
    height: float = 1.75,
    light: str = "mall",
) -> Picture:
    """Front, three quarters, side and back; then the head near, from the side, and 120 px tall from a camera's height.

    Args:
        parts: what is drawn, with bones into `poses`.
        textures: (h, w, 3) uint8, sRGB, by the parts' keys.
        poses: skinning matrices (b, 4, 4); None: the rest pose.
        head: middle of the head, metres; None: 0.13 below `height`.
        height: of the figure, metres.
        light: `mall` or `soft`.
    """
    sitter = Sitter(parts, textures)
    middle = (0.0, 0.0, height * 0.5)
    head = head or (0.06, 0.0, height - 0.13)

    def around(target: Point, degrees: float, far: float, rise: float) -> Point:
        turn = np.radians(degrees)
        return (target[0] + far * float(np.cos(turn)), target[1] + far * float(np.sin(turn)), target[2] + rise)

    def seen(at: Point, to: Point, across_degrees: float, size: tuple[int, int]) -> Picture:
        return sitter.picture(poses, at=at, to=to, across_degrees=across_degrees, size=size, light=light)

    tall = 13.0 * height / 1.75
    whole = [seen(around(middle, d, 5.0, 0.5), middle, tall, (300, 560)) for d in (0, 40, 90, 180)]
    sides = ((0, 0.0), (35, 0.15), (100, 0.1), (200, 0.9))
    near = [seen(around(head, d, 1.6, rise), head, 14.0, (400, 400)) for d, rise in sides]
    far = seen(around(head, 10, 3.0, 0.75), head, 6.5, (170, 170))
    top = np.concatenate(whole, axis=1)
    heads = np.concatenate(near, axis=1)
    sheet = np.full((top.shape[0] + 400, 1600, 3), 40, dtype=np.uint8)
    sheet[: top.shape[0], :1200] = top
    sheet[top.shape[0] :, :1600] = heads
    sheet[40:210, 1215:1385] = far
    return sheet


def figure_sheet(figure: Figure, poses: Array | None = None) -> Picture:
    """The turnaround of a figure."""
    face = figure.face
    middle = (np.asarray(face.left_eye) + face.right_eye) / 2
    head = (float(middle[0]) - 0.06, 0.0, float(middle[2]) - 0.01) if poses is None else None
    return turnaround(figure.parts, figure.textures, poses, head=head, height=figure.height)


def main(person: str, out: Path) -> None:
    """Draw the turnaround of a member of the cast into `out`."""
    from mall.body.figure import make_figure  # noqa: PLC0415 - a portrait of parts needs no cast
    from mall.cast import CAST  # noqa: PLC0415

    found = next(member for member in CAST if member.id == person)
    Image.fromarray(figure_sheet(make_figure(found))).save(out)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
