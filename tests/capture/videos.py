"""Real video files for tests: every frame carries its number as bars of light and dark."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

BITS = 10
TICKS = 90_000


def numbered(number: int, width: int = 160, height: int = 96) -> np.ndarray:
    """A picture (height, width, 3) whose vertical bars are the bits of its number."""
    bits = [(number >> bit) & 1 for bit in range(BITS)]
    columns = np.arange(width) * BITS // width
    row = np.where(np.array(bits, np.uint8)[columns] == 1, 230, 20).astype(np.uint8)
    return np.broadcast_to(row[None, :, None], (height, width, 3)).copy()


def number_in(picture) -> int:
    """Read the number back."""
    row = picture.luma(BITS * 4, 4)[2].reshape(BITS, 4)[:, 1:3].mean(1)
    return sum(1 << bit for bit in range(BITS) if row[bit] > 125)


def make(
    path: Path,
    *,
    count: int = 30,
    rate: int = 30,
    codec: str = "libx264",
    size: tuple[int, int] = (160, 96),
    pixels: str = "yuv420p",
    options: dict[str, str] | None = None,
    times: Sequence[float] | None = None,
    rotate: int = 0,
    format: str | None = None,  # noqa: A002
    container_options: dict[str, str] | None = None,
    aspect: Fraction | None = None,
    noise: int = 0,
) -> Path:
    """Encode `count` numbered frames, at `times` (seconds) or evenly."""
    width, height = size
    grain = np.random.default_rng(0)  # noise makes files large, so that cutting them cuts pictures
    with av.open(str(path), "w", format=format, container_options=container_options or {}) as container:
        stream = container.add_stream(codec, rate=rate, options=options or {})
        stream.width, stream.height, stream.pix_fmt = width, height, pixels
        if aspect is not None:
            stream.codec_context.sample_aspect_ratio = aspect
        if times is not None:
            stream.codec_context.time_base = Fraction(1, TICKS)
        if rotate:
            stream.set_display_rotation(rotate)
        container.start_encoding()
        for n in range(count):
            picture = numbered(n, width, height)
            picture += grain.integers(0, noise + 1, picture.shape, np.uint8)
            frame = av.VideoFrame.from_ndarray(picture, "bgr24").reformat(format=pixels)
            frame.pict_type = 0
            if times is None:
                frame.pts, frame.time_base = n, Fraction(1, rate)
            else:
                frame.pts, frame.time_base = round(times[n] * TICKS), Fraction(1, TICKS)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def make_sound(path: Path, codec: str) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=16000)
        stream.layout = "mono"
        wave = (np.sin(np.arange(16000) / 20) * 8000).astype(np.int16)[None]
        frame = av.AudioFrame.from_ndarray(wave, format="s16", layout="mono")
        frame.sample_rate = 16000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


B_FRAMES = {"bf": "3", "g": "30", "x264-params": "b-adapt=0", "preset": "ultrafast"}
"""H.264 options that really give B-frames."""
