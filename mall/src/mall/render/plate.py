"""A plate: the empty mall as one camera sees it, in linear light, with depths to put people into it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mall.domain.lens import CANVAS


class PlateError(ValueError):
    """A plate file lacks an array, or an array has the wrong shape."""


@dataclass(frozen=True, slots=True)
class Plate:
    """The empty mall on the pinhole canvas (`lens.CANVAS`, or a whole multiple of it), before the lens bends it.

    The canvas has the view's focal length in pixels (times the multiple) and the same centre. Exposure: a white wall of
    the hall is about 0.65, a grey card of 18 per cent on it about 0.15.

    Attributes:
        light: (h, w, 3) float32, linear radiance.
        depth: (h, w) float32, metres along the axis of what hides people; behind glass, what stands behind it.
        gloss: (h, w) float32, 0 to 1: how strongly floor or glass mirrors what stands before it, straight on.
    """

    light: NDArray[np.float32]
    depth: NDArray[np.float32]
    gloss: NDArray[np.float32]

    def __post_init__(self) -> None:
        height, width = self.depth.shape
        times = height // CANVAS[1]
        if times < 1 or (width, height) != (CANVAS[0] * times, CANVAS[1] * times):
            message = f"a plate is {CANVAS[0]}x{CANVAS[1]} or a whole multiple, this one is {width}x{height}"
            raise PlateError(message)
        if self.light.shape != (height, width, 3) or self.gloss.shape != (height, width):
            message = f"light {self.light.shape} and gloss {self.gloss.shape} do not fit depth {self.depth.shape}"
            raise PlateError(message)

    @property
    def times(self) -> int:
        """How many canvas pixels lie side by side in one pixel of `lens.CANVAS`."""
        return int(self.depth.shape[0] // CANVAS[1])

    def fitted(self) -> Plate:
        """The plate at the canvas's own size: light and gloss averaged, of depths the farthest of each block."""
        n = self.times
        if n == 1:
            return self
        high, wide = CANVAS[1], CANVAS[0]
        return Plate(
            self.light.reshape(high, n, wide, n, 3).mean((1, 3), dtype=np.float32),
            self.depth.reshape(high, n, wide, n).max((1, 3)),
            self.gloss.reshape(high, n, wide, n).mean((1, 3), dtype=np.float32),
        )


def load_plate(path: Path) -> Plate:
    """Read a plate from an npz with `light`, `depth` and `gloss` (float16 or float32).

    Raises:
        PlateError: an array is missing or has the wrong shape.
    """
    with np.load(path) as file:
        missing = [name for name in ("light", "depth", "gloss") if name not in file.files]
        if missing:
            message = f"{path.name} lacks {', '.join(missing)}"
            raise PlateError(message)
        light, depth, gloss = (np.asarray(file[name], dtype=np.float32) for name in ("light", "depth", "gloss"))
    # Infinite depths (sky) would spoil the depth buffer.
    return Plate(light, np.nan_to_num(depth, nan=1e4, posinf=1e4), gloss)


def save_plate(path: Path, plate: Plate) -> None:
    """Write a plate: light and gloss as float16, depth as float32."""
    np.savez_compressed(
        path, light=plate.light.astype(np.float16), depth=plate.depth, gloss=plate.gloss.astype(np.float16)
    )
