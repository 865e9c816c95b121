"""Things for the renderer's tests: balls, plain plates, and a context or a skip."""

import os

import numpy as np
import pytest

from mall.domain.figure import Part, Shade
from mall.domain.lens import CANVAS
from mall.render.context import NoPicturesError, context
from mall.render.plate import Plate
from mall.render.stock import Thing


def needs_graphics() -> None:
    """Skip loudly where there is no OpenGL; a runner has to have it."""
    try:
        context()
    except NoPicturesError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"NO OPENGL: {error}")


def ball(radius: float, colour: float | tuple[float, float, float], shade: Shade = Shade.CLOTH) -> Part:
    """A ball around the origin."""
    around, down = np.meshgrid(np.linspace(0, 2 * np.pi, 25), np.linspace(0, np.pi, 17))
    way = np.stack([np.sin(down) * np.cos(around), np.sin(down) * np.sin(around), np.cos(down)], -1).reshape(-1, 3)
    corner = (np.arange(16)[:, None] * 25 + np.arange(24)).reshape(-1)
    triangles = np.concatenate(
        [np.stack([corner, corner + 25, corner + 1], 1), np.stack([corner + 1, corner + 25, corner + 26], 1)]
    )
    n = len(way)
    return Part(
        name="ball",
        shade=shade,
        points=(radius * way).astype(np.float32),
        normals=way.astype(np.float32),
        uv=np.zeros((n, 2), np.float32),
        triangles=triangles.astype(np.int32),
        bones=np.zeros((n, 4), np.uint8),
        weights=np.tile(np.array([1, 0, 0, 0], np.float32), (n, 1)),
        colour=np.full((n, 3), colour, np.float32),
        light=np.ones(n, np.float32),
    )


def thing(part: Part, place: tuple[float, float, float], tall: float = 1.0) -> Thing:
    matrix = np.diag([1.0, 1.0, tall, 1.0])
    matrix[:3, 3] = place
    return Thing((part,), matrix[None])


def flat(grey: float = 0.1, depth: float = 60.0) -> Plate:
    shape = (CANVAS[1], CANVAS[0])
    return Plate(np.full((*shape, 3), grey, np.float32), np.full(shape, depth, np.float32), np.zeros(shape, np.float32))
