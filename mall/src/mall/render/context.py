"""The OpenGL context of the process, its programs, and the matrices of pinhole cameras."""

from __future__ import annotations

import os
from functools import cache
from importlib.resources import files

import moderngl
import numpy as np
from numpy.typing import NDArray

from mall.domain.lens import CANVAS, NEAR, View

FAR = 90.0  # metres
Array = NDArray[np.float64]


class NoPicturesError(RuntimeError):
    """There is no OpenGL 3.3 through EGL on this machine (Debian: libegl1 and libgl1-mesa-dri)."""


@cache
def context() -> moderngl.Context:
    """The one context of this process: Mesa's llvmpipe on a machine without a screen; one thread unless told.

    Raises:
        NoPicturesError: there is no OpenGL here.
    """
    os.environ.setdefault("LP_NUM_THREADS", "1")
    try:
        # Its stubs give every setting the type of all settings together.
        return moderngl.create_context(standalone=True, backend="egl", require=330)  # type: ignore[arg-type]
    except Exception as error:  # moderngl raises bare Exceptions
        message = f"no OpenGL 3.3 through EGL: {error}"
        raise NoPicturesError(message) from error


@cache
def nowhere() -> moderngl.Framebuffer:
    """A framebuffer to have bound where nothing is drawn: OpenGL wants one even to fill buffers."""
    return context().framebuffer(context().texture((4, 4), 4))


def _source(name: str) -> str:
    return (files("mall.render") / "shaders" / name).read_text("utf-8")


@cache
def program(vertex: str, fragment: str, defines: tuple[str, ...] = ()) -> moderngl.Program:
    """A program from two files of `shaders/`; one with defines is lit: `common.glsl` stands before both.

    The uniform blocks Scene, Actor and Bones are bound to 0, 1 and 2; samplers `picture`, `shadows` and `panes` to
    units 0, 1, 2.
    """
    head = "#version 330\n" + "".join(f"#define {word}\n" for word in defines)
    if defines:
        head += _source("common.glsl")
    made = context().program(vertex_shader=head + _source(vertex), fragment_shader=head + _source(fragment))
    for name, slot in (("Scene", 0), ("Actor", 1)):
        if name in made:
            made[name].binding = slot  # type: ignore[union-attr]
    for name, slot in (("picture", 0), ("shadows", 1), ("panes", 2)):
        if name in made:
            made[name] = slot
    return made


@cache
def skinning() -> moderngl.Program:
    """The program that poses vertices into a buffer: place, normal and outward direction, three floats each."""
    source = "#version 330\n" + _source("skin.vert")
    made = context().program(vertex_shader=source, varyings=("place", "normal", "outward"))
    made["Bones"].binding = 2  # type: ignore[union-attr]
    return made


def looking(at: Array, turn: Array) -> Array:
    """World to OpenGL's camera space (4, 4): `turn` (3, 3) holds the rows right, down, ahead."""
    rows = np.array([turn[0], -turn[1], -turn[2]])
    move = np.eye(4)
    move[:3, :3] = rows
    move[:3, 3] = -rows @ at
    return move


def perspective(focal: float, width: float, height: float) -> Array:
    """OpenGL's projection (4, 4) of a pinhole with `focal` pixels, its axis in the middle of width x height."""
    out = np.zeros((4, 4))
    out[0, 0], out[1, 1] = 2 * focal / width, 2 * focal / height
    out[2, 2], out[2, 3] = (FAR + NEAR) / (NEAR - FAR), 2 * FAR * NEAR / (NEAR - FAR)
    out[3, 2] = -1
    return out


def orthographic(centre: Array, turn: Array, half: float, deep: float) -> Array:
    """A box of `half` metres to each side of `centre` and `deep` before and behind it, seen along turn's third row."""
    out = np.diag([1 / half, 1 / half, -1 / deep, 1.0])
    return out @ looking(centre, turn)


def canvas_matrix(view: View) -> Array:
    """World to clip space (4, 4) of a view's pinhole canvas."""
    return perspective(view.focal, *CANVAS) @ looking(np.asarray(view.at, dtype=np.float64), view.turn())


def packed(matrix: Array) -> bytes:
    """A matrix as OpenGL wants it: float32, column after column."""
    return np.ascontiguousarray(matrix.T, dtype=np.float32).tobytes()
