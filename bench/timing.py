"""What something took, and the pieces of a detector's time."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter
from typing import NamedTuple

from galleria.app.networks import Loaded
from galleria.domain.detection import Detections, Floats
from galleria.domain.frame import Picture, Pixels
from galleria.domain.geometry import Box
from galleria.domain.site import Camera
from galleria.vision.detector import PersonDetector
from galleria.vision.letterbox import Masks
from galleria.vision.ports import Network


class Took(NamedTuple):
    """Seconds by the wall's clock and of the processor; they differ when others keep the processor busy."""

    wall: float
    cpu: float


def middle(runs: Sequence[Took]) -> Took:
    """The median of each."""
    return Took(median(run.wall for run in runs), median(run.cpu for run in runs))


def best(runs: Sequence[Took]) -> Took:
    """The least of each."""
    return Took(min(run.wall for run in runs), min(run.cpu for run in runs))


def stay_on_one_core() -> str:
    """Bind this process to one core (as `taskset` does) where that can be done; say what was done."""
    if not hasattr(os, "sched_setaffinity"):
        return "one thread, not bound to a core: this system cannot"
    core = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    return f"one thread, bound to core {core}"


@dataclass(slots=True)
class Pieces:
    """Seconds inside the detector: all of it, its scaling of pictures, and its network."""

    detect: float = 0.0
    scale: float = 0.0
    network: float = 0.0


@dataclass(frozen=True, slots=True)
class _TimedPicture:
    picture: Picture
    pieces: Pieces

    @property
    def width(self) -> int:
        return self.picture.width

    @property
    def height(self) -> int:
        return self.picture.height

    def bgr(self, width: int, height: int) -> Pixels:
        began = perf_counter()
        pixels = self.picture.bgr(width, height)
        self.pieces.scale += perf_counter() - began
        return pixels

    def luma(self, width: int, height: int) -> Pixels:
        return self.picture.luma(width, height)


@dataclass(frozen=True, slots=True)
class _TimedNetwork:
    network: Network
    pieces: Pieces

    def run(self, images: Floats) -> list[Floats]:
        began = perf_counter()
        outputs = self.network.run(images)
        self.pieces.network += perf_counter() - began
        return outputs


class _TimedDetector(PersonDetector):
    """A detector that notes what its parts take."""

    pieces: Pieces

    def detect(
        self,
        pictures: Sequence[Picture],
        masks: Sequence[Masks] | None = None,
        parts: Sequence[Box | None] | None = None,
    ) -> list[Detections]:
        began = perf_counter()
        found = super().detect([_TimedPicture(picture, self.pieces) for picture in pictures], masks, parts)
        self.pieces.detect += perf_counter() - began
        return found


@dataclass(frozen=True, slots=True)
class TimedLoaded(Loaded):
    """A loaded network whose detectors note what their parts take."""

    pieces: Pieces = field(default_factory=Pieces)

    def detector(self, camera: Camera) -> PersonDetector:
        made = Loaded(self.name, _TimedNetwork(self.network, self.pieces), self.choice).detector(camera)
        made.__class__ = _TimedDetector
        assert isinstance(made, _TimedDetector)
        made.pieces = self.pieces
        return made
