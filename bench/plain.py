"""What people write first: every frame, full size, through the network, a tracker and supervision's lines.

It gets our codec and the same weights, and scales with Pillow: what differs is how often and how much is done.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time
from typing import cast

import av
import numpy as np
import supervision as sv
from PIL import Image
from trackers import ByteTrackTracker

from galleria.app.networks import Loaded
from galleria.domain.frame import Pixels
from galleria.domain.site import Anchor, Camera
from galleria.domain.truth import TruthLine

from .timing import Took

_SURE = 0.25  # detections that score less are left out: this served the tracker best on both scenes
_ANCHORS = {
    Anchor.FEET: sv.Position.BOTTOM_CENTER,
    Anchor.CENTRE: sv.Position.CENTER,
    Anchor.HEAD: sv.Position.TOP_CENTER,
}


@dataclass(frozen=True, slots=True)
class FullPicture:
    """A decoded picture of full size; implements `galleria.domain.frame.Picture`."""

    pixels: Pixels

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])

    def bgr(self, width: int, height: int) -> Pixels:
        return np.asarray(Image.fromarray(self.pixels).resize((width, height), Image.Resampling.BILINEAR))

    def luma(self, width: int, height: int) -> Pixels:
        return np.asarray(Image.fromarray(self.pixels).convert("L").resize((width, height)))


def plain_count(network: Loaded, clip: Path, lines: Sequence[TruthLine], rate: int) -> tuple[dict[str, str], Took]:
    """Count at some lines the plain way.

    Returns:
        counts by line, in the words of the truth, and what it took.
    """
    began, cpu = perf_counter(), process_time()
    detector = network.detector(Camera("plain"))
    tracker = ByteTrackTracker(frame_rate=rate, track_activation_threshold=0.4, high_conf_det_threshold=0.4)
    zones: list[sv.LineZone] = []
    with av.open(str(clip)) as container:
        container.streams.video[0].thread_count = 1
        for frame in container.decode(video=0):
            pixels = np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)
            zones = zones or [_line_zone(line, frame.width, frame.height) for line in lines]
            (found,) = detector.detect([FullPicture(pixels)])
            scale = np.array([frame.width, frame.height] * 2, np.float32)
            sure = found.scores >= _SURE
            bodies = sv.Detections(xyxy=found.boxes[sure].reshape(-1, 4) * scale, confidence=found.scores[sure])
            tracked = tracker.update(bodies)
            if tracked.tracker_id is not None:
                tracked = cast("sv.Detections", tracked[tracked.tracker_id >= 0])
            for zone in zones:
                zone.trigger(tracked)
    took = Took(perf_counter() - began, process_time() - cpu)
    return {line.id: _in_words(line, zone) for line, zone in zip(lines, zones, strict=True)}, took


def _line_zone(line: TruthLine, width: int, height: int) -> sv.LineZone:
    start, end = (sv.Point(p.x * width, p.y * height) for p in (line.segment.a, line.segment.b))
    return sv.LineZone(start, end, triggering_anchors=[_ANCHORS[line.anchor or Anchor.FEET]])


def _in_words(line: TruthLine, zone: sv.LineZone) -> str:
    # supervision's `in` is our `out`: its lines look the other way.
    return f"{zone.out_count} {line.words[0]}, {zone.in_count} {line.words[1]}"
