"""Looks into an annotated video and a summary picture: the only place where pixels leave, heads always blurred."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path as FilePath

import numpy as np
from PIL import Image

from galleria.capture.writer import VideoWriter
from galleria.domain.detection import Detections
from galleria.domain.errors import StoreError
from galleria.domain.events import Crossing, Path
from galleria.domain.frame import Frame, Pixels
from galleria.domain.geometry import Box, Point
from galleria.domain.site import Camera
from galleria.domain.track import TrackState
from galleria.spatial.crossing import anchor_point
from galleria.vision.annotate import Annotator
from galleria.vision.ports import Detector

from .look import Look

TAIL = 24  # points of a track's way that are drawn behind it


class Drawing:
    """A step that draws every analysed frame; passes looks on unchanged.

    Args:
        camera: whose tripwires and zones are drawn.
        detector: finds the heads in frames that were not searched.
        size: width and height of the drawn pictures, pixels.
        rate: pictures a second, about.
        clock: writes a capture time for people.
        video: where the video goes; None draws none.
        still: where the summary picture goes; None draws none.
    """

    def __init__(
        self,
        camera: Camera,
        detector: Detector,
        size: tuple[int, int],
        rate: float,
        clock: Callable[[float], str],
        *,
        video: FilePath | None,
        still: FilePath | None,
    ) -> None:
        self._camera = camera
        self._detector = detector
        self._size = size
        self._clock = clock
        self._annotator = Annotator(camera, *size)
        self._writer = VideoWriter(video, *size, rate) if video else None
        self._still = still
        self._background: tuple[Pixels, list[Box]] | None = None
        self._live: dict[int, tuple[Box, list[Point]]] = {}
        self._seen: set[int] = set()
        self._counts = {wire.id: (0, 0) for wire in camera.tripwires}
        self._crossings: list[Crossing] = []
        self._paths: list[Path] = []

    def on_item(self, look: Look) -> Iterable[Look]:
        for event in look.events:
            if isinstance(event, Crossing):
                self._crossings.append(event)
                came, went = self._counts[event.tripwire]
                self._counts[event.tripwire] = (came + (event.direction == "in"), went + (event.direction == "out"))
            elif isinstance(event, Path) and self._still:
                self._paths.append(event)
        self._follow(look)
        if look.frame is not None:
            self._draw(look.frame, look.detections)
        return [look]

    def on_end(self) -> Iterable[Look]:
        return ()

    def close(self) -> None:
        """Finish the files; raises StoreError when they cannot be written."""
        if self._writer:
            self._writer.close()
        if self._still and self._background:
            pixels, heads = self._background
            drawn = self._annotator.still(
                pixels, heads=heads, paths=self._paths, crossings=self._crossings, counts=self._counts
            )
            save_picture(drawn, self._still)

    def abort(self) -> None:
        """Leave nothing behind."""
        if self._writer:
            self._writer.abort()

    def _follow(self, look: Look) -> None:
        for update in look.updates:
            if update.state is TrackState.ENDED:
                self._live.pop(update.track, None)
            elif update.points:
                _, tail = self._live.get(update.track, (None, []))
                tail = [*tail, *(anchor_point(p.box, self._camera.anchor) for p in update.points)][-TAIL:]
                self._live[update.track] = (update.points[-1].box, tail)
        self._seen = {u.track for u in look.updates if u.points}

    def _draw(self, frame: Frame, detections: Detections | None) -> None:
        if not self._writer and self._background and detections is not None:
            return
        found = self._detector.detect([frame.picture])[0] if detections is None else detections
        heads = [Box(*map(float, box)) for box in found.boxes]
        pixels = frame.picture.bgr(*self._size)
        # The emptiest picture makes the best background: the fewest boxes, the earliest of those.
        people = [*heads, *(box for box, _ in self._live.values())]
        if self._still and (self._background is None or len(people) < len(self._background[1])):
            self._background = (pixels, people)
        if self._writer:
            self._writer.write(self._annotated(pixels, people, frame.time), frame.time)

    def _annotated(self, pixels: Pixels, people: Sequence[Box], time: float) -> Pixels:
        tracks = [(number, *self._live[number]) for number in sorted(self._seen & self._live.keys())]
        present = {
            zone.id: sum(zone.holds(anchor_point(box, zone.anchor or self._camera.anchor)) for _, box, _ in tracks)
            for zone in self._camera.zones
        }
        return self._annotator.draw(
            pixels, clock_text=self._clock(time), heads=people, tracks=tracks, counts=self._counts, present=present
        )


def save_picture(pixels: Pixels, path: FilePath) -> None:
    """Write a drawn picture (PNG or JPEG by its name), all or nothing; raises StoreError when that fails."""
    part = path.with_name(f".{path.stem}.{os.getpid()}.part{path.suffix}")
    try:
        Image.fromarray(np.ascontiguousarray(pixels[..., ::-1])).save(part)
        part.replace(path)
    except (OSError, ValueError) as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        problem = f"the picture {path} cannot be written: {error}"
        raise StoreError(problem, "Give a path ending in .png or .jpg in a folder that you may write to.") from error
