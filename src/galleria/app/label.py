"""A clip into what the labelling page plays: H.264 in memory, heads blurred, the first frame at 0 s."""

from __future__ import annotations

import io

from galleria.capture.sources import open_source
from galleria.capture.writer import VideoWriter
from galleria.domain.geometry import Box
from galleria.domain.site import Camera
from galleria.models.clients import Progress, silent
from galleria.vision.heads import blur_heads

from .networks import Choice, load

HEIGHT = 540  # pixels at most: enough to see who crosses a line


def prepare_clip(video: str, progress: Progress = silent) -> bytes:
    """Make the clip; every frame is searched, so that no head stays sharp.

    Raises:
        VideoError: the video cannot be used.
        ModelError: the network cannot be had.
    """
    detector = load(Choice(), progress).detector(Camera("label"))
    source = open_source(video, threads=0)
    facts, memory = source.facts, io.BytesIO()
    height = min(facts.height, HEIGHT)
    width = round(facts.width * height / facts.height)
    try:
        with VideoWriter(memory, width, height, facts.rate) as writer:
            for frame in source:
                (found,) = detector.detect([frame.picture])
                heads = [Box(*map(float, box)) for box in found.boxes]
                writer.write(blur_heads(frame.picture.bgr(width, height), heads), frame.time - facts.start)
                progress("blurring heads", frame.index + 1, facts.frames or 0)
    finally:
        source.close()
    return memory.getvalue()
