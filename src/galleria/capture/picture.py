"""A decoded video frame as a `Picture`: turned upright, with square pixels, scaled only when a reader asks."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from threading import Lock
from typing import TypeAlias

import numpy as np
from av import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter

from galleria.domain.frame import Pixels

MOST_SIZES = 8
MOST_SQUEEZED = 4.0  # pixels wider or narrower than this are a mistake of the file

Scale: TypeAlias = Callable[[VideoFrame, int, int, str], Pixels]


class Scaler:
    """Scales and converts frames; one for a source.

    Setting up a scaler costs more than scaling (measured: 0.98 ms against 0.38 ms for 768x432 -> 448x252), so the
    set-ups are kept, one for each size that readers ask for. Area averaging is as fast as bilinear here and
    does not alias.
    """

    def __init__(self) -> None:
        self._kept: dict[tuple[int, int, str], VideoReformatter] = {}
        self._lock = Lock()  # a set-up must not be used by two threads at once

    def __call__(self, frame: VideoFrame, width: int, height: int, layout: str) -> Pixels:
        key = (width, height, layout)
        with self._lock:
            if key not in self._kept:
                if len(self._kept) >= MOST_SIZES:
                    self._kept.clear()
                self._kept[key] = VideoReformatter()
            # threads=1: swscale's own threads more than double the time at these sizes.
            scaled = self._kept[key].reformat(frame, width, height, layout, interpolation=Interpolation.AREA, threads=1)
        pixels: Pixels = np.asarray(scaled.to_ndarray(), dtype=np.uint8)
        return pixels


class DecodedPicture:
    """A decoded frame, upright.

    Pixels that are not square (anamorphic recordings) are made so: `width` is the stored width times the
    pixels' aspect ratio. This costs nothing, since every reader has the picture scaled anyway.

    Args:
        frame: as the decoder gave it.
        scale: does the scaling.
        pixel_aspect: width / height of a stored pixel.
    """

    __slots__ = ("_frame", "_scale", "_turns", "height", "width")

    def __init__(self, frame: VideoFrame, scale: Scale, pixel_aspect: float = 1.0) -> None:
        self._frame = frame
        self._scale = scale
        self._turns = round(frame.rotation / 90) % 4  # quarter turns, counter-clockwise
        stored = (max(1, round(frame.width * pixel_aspect)), frame.height)
        self.width, self.height = stored[::-1] if self._turns % 2 else stored

    def bgr(self, width: int, height: int) -> Pixels:
        """Return pixels (height, width, 3), uint8, blue-green-red."""
        return self._upright(width, height, "bgr24")

    def luma(self, width: int, height: int) -> Pixels:
        """Return brightness (height, width), uint8. Of the usual YUV formats only the Y plane is read."""
        return self._upright(width, height, "gray")

    def _upright(self, width: int, height: int, layout: str) -> Pixels:
        if not self._turns:
            return self._scale(self._frame, width, height, layout)
        if self._turns % 2:
            width, height = height, width
        return np.ascontiguousarray(np.rot90(self._scale(self._frame, width, height, layout), self._turns))


class Pictures:
    """Makes the pictures of one source, which share their scaler.

    Args:
        pixel_aspect: width / height of a stored pixel, as the container says.
    """

    def __init__(self, pixel_aspect: Fraction | None) -> None:
        aspect = float(pixel_aspect or 1)
        self._aspect = aspect if 1 / MOST_SQUEEZED <= aspect <= MOST_SQUEEZED else 1.0
        self._scale = Scaler()

    def __call__(self, frame: VideoFrame) -> DecodedPicture:
        return DecodedPicture(frame, self._scale, self._aspect)
