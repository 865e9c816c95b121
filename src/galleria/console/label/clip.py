"""A clip that is ready to be shown: an mp4 in memory and the times of its frames."""

from __future__ import annotations

import io
from dataclasses import dataclass
from statistics import median

import av

from galleria.domain.errors import VideoError


@dataclass(frozen=True, slots=True)
class PreparedClip:
    """An H.264 mp4 in memory, heads blurred. It is never written to disk.

    Attributes:
        mp4: the file's bytes.
        width: pixels as shown.
        height: pixels as shown.
        times: seconds of each frame on the player's clock, ascending.
    """

    mp4: bytes
    width: int
    height: int
    times: tuple[float, ...]

    @property
    def rate(self) -> float:
        """Frames a second, of the frames that are as far apart as most are."""
        gaps = [later - earlier for earlier, later in zip(self.times, self.times[1:], strict=False)]
        return 1 / median(gaps) if gaps else 1.0

    @staticmethod
    def of(mp4: bytes) -> PreparedClip:
        """Look at an mp4 without decoding it.

        Raises:
            VideoError: it has no pictures, or no player could show it.
        """
        try:
            with av.open(io.BytesIO(mp4), "r") as container:
                stream = container.streams.video[0]
                width, height, base = stream.width, stream.height, stream.time_base
                stamps = [packet.pts for packet in container.demux(stream) if packet.pts is not None]
        except (av.FFmpegError, IndexError) as error:
            problem = f"The clip made for the page cannot be played ({error})"
            raise VideoError(problem, "Check the video with `galleria count` first.") from error
        if not stamps or base is None:
            problem = "The clip made for the page has no pictures"
            raise VideoError(problem, "Give a video with at least one readable picture.")
        return PreparedClip(mp4, width, height, tuple(float(stamp * base) for stamp in sorted(stamps)))
