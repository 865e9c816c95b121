"""A recording that is open: its first frames decoded, its rate found out, ready to be read on or sought in."""

from __future__ import annotations

from collections.abc import Mapping

import av
from av import VideoFrame

from galleria.capture.container import video_stream
from galleria.capture.decoding import Decoder
from galleria.capture.origin import Origin
from galleria.capture.times import in_order, plausible
from galleria.domain.errors import VideoError

HEAD_FRAMES = (3, 8)  # how many frames are looked at before the container's times are believed
HEAD_BYTES = 64 << 20  # fewer when they are larger than this together
SEEK_MARGIN = 1.0  # seconds; keyframes are found by decoding time, which runs ahead of display time
# Formats that hold no times: FFmpeg makes some up at 25 frames a second.
UNTIMED = {"h264", "hevc", "vvc", "mpegvideo", "m4v", "mjpeg", "mpjpeg", "image2pipe", "obu", "h263", "dirac", "vc1"}


class Opened:
    """An open container.

    Attributes:
        head: the first frames; the reader takes them before it takes `frames`.
        frames: the frames that follow.
        decoder: where they come from.

    Args:
        origin: where the bytes come from.
        threads: of the decoder.
        options: of the container's format.

    Raises:
        VideoError: nothing can be decoded.
    """

    def __init__(self, origin: Origin, threads: int, options: Mapping[str, str] | None = None) -> None:
        self.container = origin.open(dict(options or {}))
        try:
            self.stream = video_stream(self.container, origin.name)
            self.decoder = Decoder(self.container, self.stream, threads)
            self.frames = iter(self.decoder)
            self.head = self._first_frames(origin)
        except BaseException:
            self.container.close()
            raise

    def _first_frames(self, origin: Origin) -> list[VideoFrame]:
        fewest, most = HEAD_FRAMES
        frames: list[VideoFrame] = []
        for frame in self.frames:
            frames.append(frame)
            size = frame.width * frame.height * 3 // 2
            if len(frames) >= max(fewest, min(most, HEAD_BYTES // max(1, size))):
                break
        if not frames:
            if self.decoder.locked:
                problem = f"{origin.name} is protected by a key"
                raise VideoError(problem, "Export it from the recorder without protection.")
            problem = f"{origin.name} holds no picture that can be decoded"
            protected = "Try to play it; if it is protected by a password, export it without."
            piped = "An MP4 with its index at the end cannot come through a pipe: give the file, or pipe MPEG-TS."
            raise VideoError(problem, protected if origin.again else piped)
        return frames

    @property
    def timed(self) -> bool:
        """Whether the format holds times at all."""
        return self.container.format.name not in UNTIMED

    @property
    def in_order(self) -> bool:
        """Whether the first frames' time stamps are there and strictly increase."""
        return self.stream.time_base is not None and in_order([frame.pts for frame in self.head])

    @property
    def written_rate(self) -> float | None:
        """Frames a second as the encoded video itself says, whatever the container says."""
        return plausible(self.stream.codec_context.framerate)

    @property
    def seconds(self) -> float | None:
        """How long, as the container says."""
        if self.stream.duration and self.stream.time_base:
            return float(self.stream.duration * self.stream.time_base)
        return self.container.duration / av.time_base if self.container.duration else None

    def seek(self, seconds: float) -> bool:
        """Go to a keyframe before a time; the frames are then those from there on.

        Args:
            seconds: after the first frame.

        Returns:
            False when it could not be done; then the place is lost and the recording must be opened again.
        """
        base, origin = self.stream.time_base, self.head[0].pts or 0
        if base is None:
            return False
        try:
            self.container.seek(origin + int((seconds - SEEK_MARGIN) / base), stream=self.stream)
            self.frames = iter(self.decoder)
            first = next(self.frames)
        except (av.FFmpegError, OSError, ValueError, StopIteration):
            return False
        self.head = [first]
        return first.pts is not None and float((first.pts - origin) * base) <= seconds

    def close(self) -> None:
        self.head = []
        self.container.close()
