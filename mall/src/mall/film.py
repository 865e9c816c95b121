"""Frames into an H.264 clip, as a camera's recorder would store them."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import av
import numpy as np
from av import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from mall.domain.lens import SIZE

# Small files of a still camera: long groups, a slow search, and one thread, so that the bytes do not depend on it.
OPTIONS = {"preset": "slow", "g": "80", "threads": "1", "colorprim": "bt709", "trc": "bt709"}


class Film:
    """Writes one clip; the file appears under its name only when it is whole.

    Args:
        path: of the clip, .mp4.
        fps: frames a second; the time of every frame is a whole multiple.
        crf: how much is lost: x264's constant rate factor, 0 for nothing.
    """

    def __init__(self, path: Path, fps: int, crf: int) -> None:
        self._path, self._part = path, path.with_name(f".{path.name}.part")
        path.parent.mkdir(parents=True, exist_ok=True)
        self._container = av.open(f"file:{self._part}", "w", format="mp4", container_options={"movflags": "+faststart"})
        self._stream: VideoStream = self._container.add_stream("libx264", Fraction(fps), {"crf": str(crf), **OPTIONS})
        self._stream.width, self._stream.height = SIZE
        self._stream.pix_fmt = "yuv420p"
        self._stream.codec_context.time_base = Fraction(1, fps)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind is None:
            self._container.mux(self._stream.encode(None))
        self._container.close()
        if kind is None:
            self._part.replace(self._path)
        else:
            self._part.unlink(missing_ok=True)

    def write(self, rgb: NDArray[np.uint8], number: int) -> None:
        """Add the frame of a number, (h, w, 3); numbers grow, and one that is left out stays a gap in time."""
        frame = VideoFrame.from_ndarray(np.ascontiguousarray(rgb), "rgb24").reformat(
            format="yuv420p", dst_colorspace="ITU709"
        )
        frame.pts, frame.time_base = number, self._stream.codec_context.time_base
        self._container.mux(self._stream.encode(frame))
