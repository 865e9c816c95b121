"""Pictures into an H.264 video in an MP4 file or in memory."""

from __future__ import annotations

import io
import os
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import av
import numpy as np
from av import VideoFrame
from av.container import OutputContainer
from av.packet import Packet
from av.video.frame import PictureType
from av.video.reformatter import Interpolation, VideoReformatter
from av.video.stream import VideoStream

from galleria.domain.errors import StoreError
from galleria.domain.frame import Pixels

TICKS = 90_000  # per second, the usual clock of video
# A keyframe every two dozen pictures lets players step back without decoding seconds of video.
QUALITY = {"crf": "23", "preset": "veryfast", "g": "24"}


class VideoWriter:
    """Writes a video; each picture carries its time, so that varying intervals are kept.

    A file appears under its name only when all of it has been written: until `close` it lies beside, hidden,
    and `abort` removes it. As a context manager it closes, or aborts when there was an error.

    Args:
        target: path of the file (.mp4), or a `BytesIO` to write into.
        width: of the pictures; an odd size is made even by scaling, since H.264 wants it.
        height: likewise.
        rate: frames a second, about.

    Raises:
        StoreError: the file cannot be made.
    """

    def __init__(self, target: str | Path | io.BytesIO, width: int, height: int, rate: float) -> None:
        self._path = None if isinstance(target, io.BytesIO) else Path(target)
        self._name = "video in memory" if self._path is None else str(self._path)
        self._done = False
        self._step = round(TICKS / rate)
        self._first: float | None = None
        self._last = -1
        self._part = None if self._path is None else self._path.with_name(f".{self._path.name}.{os.getpid()}.part")
        self._width, self._height = max(2, width - width % 2), max(2, height - height % 2)
        self._scaler = VideoReformatter()
        try:
            if self._path is not None and self._path.is_dir():
                problem = f"{self._name} is a folder"
                raise StoreError(problem, "Give the name of a file in it.")
            self._container = self._open(target)
            self._stream = self._container.add_stream("libx264", Fraction(rate).limit_denominator(1001), QUALITY)
            self._stream.width, self._stream.height, self._stream.pix_fmt = self._width, self._height, "yuv420p"
            self._stream.codec_context.time_base = Fraction(1, TICKS)
            self._container.start_encoding()  # writes the header now, so that a wrong place is told now
        except (av.FFmpegError, OSError) as error:
            raise self._failure(error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.abort()

    def write(self, bgr: Pixels, time: float) -> None:
        """Add a picture.

        Args:
            bgr: (height, width, 3), uint8, blue-green-red.
            time: seconds, from any zero; greater than that of the picture before (moved forward when it is not).

        Raises:
            StoreError: it cannot be written; what was written is removed.
        """
        if self._first is None:
            self._first = time
        self._last = max(self._last + 1, round((time - self._first) * TICKS))
        frame = self._scaler.reformat(
            VideoFrame.from_ndarray(np.ascontiguousarray(bgr), "bgr24"),
            self._width,
            self._height,
            "yuv420p",
            interpolation=Interpolation.AREA,
            threads=1,
        )
        frame.pts, frame.time_base, frame.pict_type = self._last, Fraction(1, TICKS), PictureType.NONE
        frame.duration = self._step
        try:
            self._mux(self._stream.encode(frame))
        except (av.FFmpegError, OSError) as error:
            raise self._failure(error) from error

    def close(self) -> None:
        """Finish the video and give the file its name.

        Raises:
            StoreError: it cannot be written; what was written is removed.
        """
        if self._done:
            return
        try:
            self._mux(self._stream.encode(None))
            self._container.close()
            if self._part is not None and self._path is not None:
                self._part.replace(self._path)
        except (av.FFmpegError, OSError) as error:
            raise self._failure(error) from error
        self._done = True

    def abort(self) -> None:
        """Throw away what was written."""
        if self._done:
            return
        self._done = True
        with suppress(av.FFmpegError, OSError):  # it is thrown away anyway
            if hasattr(self, "_container"):
                self._container.close()
        with suppress(OSError):
            if self._part is not None:
                self._part.unlink(missing_ok=True)

    def _open(self, target: str | Path | io.BytesIO) -> OutputContainer:
        options = {"movflags": "+faststart"}
        if isinstance(target, io.BytesIO):
            memory = target
            # The index gets to the front by reading all again: from the same memory.
            return av.open(memory, "w", format="mp4", container_options=options, io_open=lambda *_: _View(memory))
        return av.open(f"file:{self._part}", "w", format="mp4", container_options=options)

    def _mux(self, packets: list[Packet[VideoStream]]) -> None:
        for packet in packets:
            self._container.mux(packet)

    def _failure(self, error: Exception) -> StoreError:
        self.abort()
        reason = str(getattr(error, "strerror", None) or error).lower()
        return StoreError(
            f"{self._name} cannot be written: {reason}",
            "Check that the folder exists, may be written to and has room, or write elsewhere.",
        )


class _View(io.RawIOBase):
    """Reads memory that is being written, with a place of its own."""

    def __init__(self, memory: io.BytesIO) -> None:
        self._memory = memory
        self._place = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        here = self._memory.tell()
        end = self._memory.seek(0, os.SEEK_END)
        self._memory.seek(here)
        self._place = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: end}[whence]
        return self._place

    def tell(self) -> int:
        return self._place

    def read(self, size: int = -1) -> bytes:
        here = self._memory.tell()
        self._memory.seek(self._place)
        part = self._memory.read(size)
        self._memory.seek(here)
        self._place += len(part)
        return part
