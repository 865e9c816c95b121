"""One clip counted twice in one pass: with the motion gate, and with every analysed picture searched."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from galleria.capture.sources import open_source
from galleria.domain.detection import Detections
from galleria.domain.events import Crossing, Origin
from galleria.domain.frame import Picture
from galleria.domain.geometry import Box
from galleria.domain.site import RATE, Camera
from galleria.runtime.camera import Search, camera_steps
from galleria.runtime.graph import EmbeddedExecutor, Graph
from galleria.tracking.tracker import MotionTracker
from galleria.vision.motion import WHOLE


class EveryPicture:
    """A gate that is always open: everything moved."""

    def moved(self, picture) -> Box:
        return WHOLE

    def keep(self, picture, part=WHOLE) -> None:
        pass


@dataclass
class Remembers:
    """The real detector, asked once for each picture."""

    detector: object
    last: tuple[Picture, Detections] | None = None

    def detect(self, pictures: Sequence[Picture], masks=None, parts=None) -> list[Detections]:
        (picture,) = pictures
        if self.last is None or self.last[0] is not picture:
            self.last = picture, self.detector.detect([picture])[0]
        return [self.last[1]]


@dataclass
class Counted:
    """What one way of counting gave."""

    looks: int = 0
    searched: int = 0
    crossings: list[Crossing] = field(default_factory=list)

    @property
    def places(self) -> list[tuple[str, str]]:
        return sorted((each.tripwire, each.direction) for each in self.crossings)

    @property
    def times(self) -> list[float]:
        return [c.time for c in sorted(self.crossings, key=lambda c: (c.tripwire, c.direction, c.time))]


def both(clip: Path, camera: Camera, network, seconds: float | None = None) -> tuple[Counted, Counted]:
    """Count a clip, or its first seconds, with and without the gate."""
    source = open_source(str(clip), threads=1, end=seconds)
    facts, detector = source.facts, Remembers(network.detector(camera))
    ways = []
    for gated in (True, False):
        steps = camera_steps(
            camera,
            Origin("site", camera.id, facts.fingerprint),
            detector,
            MotionTracker(facts.width / facts.height, itertools.count(1)),
            aspect=facts.width / facts.height,
            frame_rate=facts.rate,
            rate=RATE,
        )
        if not gated:
            (search,) = [step.operator for step in steps if isinstance(step.operator, Search)]
            search.follow.gate = EveryPicture()
        ways.append((EmbeddedExecutor(Graph(steps)), Counted()))
    for frame in source:
        for executor, counted in ways:
            take(executor.run([frame]), counted)
    for executor, counted in ways:
        take(executor.drain(), counted)
    source.close()
    return ways[0][1], ways[1][1]


def take(looks, counted: Counted) -> None:
    for look in looks:
        counted.looks += look.frame is not None
        counted.searched += look.detections is not None
        counted.crossings += [event for event in look.events if isinstance(event, Crossing)]
