"""A frame: one picture of one camera with its capture time. It lives in memory in one process, for seconds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

Pixels: TypeAlias = NDArray[np.uint8]


class Picture(Protocol):
    """Decoded pixels that can be had at the size a reader wants (one scaling, no full-size copy)."""

    @property
    def width(self) -> int: ...

    @property
    def height(self) -> int: ...

    def bgr(self, width: int, height: int) -> Pixels:
        """Return pixels (height, width, 3), uint8, blue-green-red."""
        ...

    def luma(self, width: int, height: int) -> Pixels:
        """Return brightness (height, width), uint8."""
        ...


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture of one camera.

    Attributes:
        camera: the camera's id.
        index: how many pictures the source delivered before this one.
        time: capture time, seconds since 1970-01-01 UTC.
        picture: the pixels.
    """

    camera: str
    index: int
    time: float
    picture: Picture

    @property
    def aspect(self) -> float:
        """Width / height."""
        return self.picture.width / self.picture.height


@dataclass(frozen=True, slots=True)
class ArrayPicture:
    """A picture held as an array; used by tests and by sources that have nothing better.

    Attributes:
        pixels: (height, width, 3), uint8, blue-green-red.
    """

    pixels: Pixels

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])

    def bgr(self, width: int, height: int) -> Pixels:
        rows = np.arange(height) * self.height // height
        columns = np.arange(width) * self.width // width
        picked: NDArray[Any] = self.pixels[rows][:, columns]
        return np.ascontiguousarray(picked)

    def luma(self, width: int, height: int) -> Pixels:
        weights = np.array([0.114, 0.587, 0.299])
        return np.asarray(self.bgr(width, height) @ weights).astype(np.uint8)
