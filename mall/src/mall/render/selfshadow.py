"""What shades a person's own body: a depth map from the lamps, one tile for each person."""

from __future__ import annotations

import moderngl
import numpy as np
from numpy.typing import NDArray

from .context import context, orthographic, packed, program
from .figures import Model

TILE = 256  # pixels
ACROSS = 4  # tiles in a row of the atlas
HALF = 1.25  # metres to each side of a person's middle
BIAS = 0.012  # metres

Array = NDArray[np.float64]


class Atlas:
    """A depth texture of tiles; persons beyond the last tile have no shadow of their own."""

    def __init__(self) -> None:
        gl = context()
        size = TILE * ACROSS
        self.texture = gl.depth_texture((size, size))
        self.texture.compare_func = ""
        self.texture.repeat_x = self.texture.repeat_y = False
        self._target = gl.framebuffer(depth_attachment=self.texture)
        self._program = program("depth.vert", "nothing.frag")

    def clear(self) -> None:
        self._target.use()
        self._target.viewport = (0, 0, TILE * ACROSS, TILE * ACROSS)
        self._target.clear(depth=1.0)

    def draw(self, slot: int, model: Model, middle: Array, way: Array, level: int = 0) -> bytes:
        """Draw a posed model seen from `way`, (3,) towards the lamps, around `middle`.

        Returns:
            The atlas' share of the uniform block Actor: matrix, and the tile's place and scale.
        """
        if slot >= ACROSS * ACROSS:
            return packed(np.eye(4)) + np.zeros(4, dtype=np.float32).tobytes()
        ahead = -way / np.linalg.norm(way)
        right = np.cross(ahead, (1.0, 0.0, 0.0))
        right /= np.linalg.norm(right)
        into = orthographic(middle, np.array([right, np.cross(ahead, right), ahead]), HALF, HALF)
        row, column = divmod(slot, ACROSS)
        self._target.use()
        self._target.viewport = (column * TILE, row * TILE, TILE, TILE)
        context().enable(moderngl.DEPTH_TEST)
        self._program["into"].write(packed(into))  # type: ignore[union-attr]
        model.draw_depth(self._program, level)
        tile = np.array([column / ACROSS, row / ACROSS, 1 / ACROSS, BIAS / (2 * HALF)], dtype=np.float32)
        return packed(into) + tile.tobytes()
