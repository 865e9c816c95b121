"""The buffers that people are drawn into: in front of the plate, and mirrored in floor and glass."""

from __future__ import annotations

import moderngl
import numpy as np
from numpy.typing import NDArray

from mall.domain.lens import NEAR

from .context import FAR, context, program

Floats = NDArray[np.float32]
Rect = tuple[int, int, int, int]  # x0, y0, x1, y1 in picture pixels, y down


def whole(fragment: str) -> moderngl.VertexArray:
    """Two triangles over the whole target, drawn with a fragment shader."""
    gl = context()
    corners = gl.buffer(np.array([-1, -1, 1, -1, -1, 1, 1, 1], dtype=np.float32).tobytes())
    return gl.vertex_array(program("whole.vert", fragment), [(corners, "2f", "in_corner")])


class Target:
    """A picture of people with the depths of the mall behind them.

    Args:
        depth: (h, w) metres along the axis of what hides people.
        samples: of each pixel.
    """

    def __init__(self, depth: Floats, samples: int) -> None:
        gl = context()
        self.height, self.width = depth.shape
        size = (self.width, self.height)
        self._still = gl.texture(size, 1, np.ascontiguousarray(depth[::-1], dtype=np.float32).tobytes(), dtype="f4")
        self._still.filter = (moderngl.NEAREST, moderngl.NEAREST)
        self._many = gl.framebuffer(
            gl.texture(size, 4, samples=samples, dtype="f2"), gl.depth_renderbuffer(size, samples=samples)
        )
        self._one = gl.framebuffer(gl.texture(size, 4, dtype="f2")) if samples else self._many
        self._fill = whole("depth.frag")
        self._fill.program["range"] = (NEAR, FAR)

    def begin(self, rect: Rect) -> None:
        """Empty a part of the picture and put the mall's depths there; what is drawn next stays within it."""
        gl = context()
        x0, y0, x1, y1 = rect
        self._many.use()
        self._many.viewport = (0, 0, self.width, self.height)
        self._many.scissor = (x0, self.height - y1, x1 - x0, y1 - y0)
        gl.enable(moderngl.DEPTH_TEST)
        gl.depth_func = "1"
        self._still.use(0)
        self._fill.render(moderngl.TRIANGLE_STRIP)
        gl.depth_func = "<"

    def end(self, rect: Rect) -> Floats:
        """What was drawn, (h, w, 4) of the part: linear light times cover, and cover."""
        x0, y0, x1, y1 = rect
        self._many.scissor = None  # type: ignore[assignment]  # its stubs forget that None ends it
        if self._one is not self._many:
            context().copy_framebuffer(self._one, self._many)
        part = (x0, self.height - y1, x1 - x0, y1 - y0)
        raw = np.frombuffer(self._one.read(viewport=part, components=4, dtype="f2"), dtype=np.float16)
        return raw.reshape(y1 - y0, x1 - x0, 4)[::-1].astype(np.float32)
