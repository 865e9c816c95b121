"""One camera's graph: frames -> looks -> detections -> tracks -> events. The camera worker is this, and nothing else.

A `Look` is what is known of one frame; every step adds its part. Pixels end here: only events leave.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from galleria.capture.governor import Governor
from galleria.domain.detection import Detections
from galleria.domain.events import Event, Origin, Seen
from galleria.domain.frame import Frame
from galleria.domain.site import Camera
from galleria.domain.track import TrackState, TrackUpdate
from galleria.spatial.crossing import TripwireCounter
from galleria.spatial.staying import ZoneWatcher
from galleria.spatial.way import PathRecorder
from galleria.tracking.ports import Tracker
from galleria.tracking.tracker import Patience
from galleria.vision.motion import MotionGate
from galleria.vision.ports import Detector

from .graph import Step

# An empty picture is looked at anyway after this many seconds, in case somebody stands there unseen.
HEARTBEAT = 1.0
# A detection that may begin a track: while there is one, every picked frame is searched.
SURE = Patience().sure
# Frames further apart than this, seconds, leave a gap in what was seen.
GAP = 2.0
# Coverage is written down at least this often, seconds, so that a crash loses little of it.
COVERAGE_EVERY = 60.0


@dataclass(slots=True)
class Look:
    """What is known of one analysed frame; `frame` is None after the last one.

    Attributes:
        detections: None where nothing moved and nobody was followed, so that nobody was looked for.
        updates: what changed about tracks.
        events: what became certain with this frame.
    """

    frame: Frame | None
    detections: Detections | None = None
    updates: Sequence[TrackUpdate] = ()
    events: list[Event] = field(default_factory=list)


@dataclass(slots=True)
class Pick:
    """Picks the frames to analyse and notes what was seen, whether picked or not."""

    origin: Origin
    governor: Governor
    frame_seconds: float
    _begin: float | None = None
    _last: float = 0.0
    _count: int = 0
    _unsent: list[Event] = field(default_factory=list)

    def on_item(self, frame: Frame) -> Iterator[Look]:
        if self._begin is None:
            self._begin = frame.time
        elif frame.time - self._last > GAP:
            self._close(self._last + self.frame_seconds, begin_next=frame.time)
        elif frame.time - self._begin > COVERAGE_EVERY:
            self._close(frame.time, begin_next=frame.time)  # pieces join without a seam
        self._last = frame.time
        if self.governor.picks(frame.time):
            yield Look(frame, events=self._sent())

    def on_end(self) -> Iterator[Look]:
        if self._begin is not None:
            self._close(self._last + self.frame_seconds, begin_next=None)
            yield Look(None, events=self._sent())

    def _close(self, end: float, *, begin_next: float | None) -> None:
        assert self._begin is not None
        self._count += 1
        identifier = self.origin.event_id(0, "seen", self._count)
        self._unsent.append(Seen(identifier, self.origin, self._begin, end))
        self._begin = begin_next

    def _sent(self) -> list[Event]:
        unsent, self._unsent = self._unsent, []
        return unsent


@dataclass(slots=True)
class Follow:
    """Detects and tracks. An empty picture in which nothing moves is not searched."""

    detector: Detector
    tracker: Tracker
    gate: MotionGate = field(default_factory=MotionGate)
    _busy: bool = True
    _searched: float = float("-inf")

    def on_item(self, look: Look) -> Iterable[Look]:
        frame = look.frame
        if frame is not None and self._worth_a_look(frame):
            self.gate.keep(frame.picture)
            self._searched = frame.time
            (look.detections,) = self.detector.detect([frame.picture])
            look.updates = self.tracker.update(frame.time, look.detections)
            self._note(look.updates, look.detections)
        return [look]

    def on_end(self) -> Iterable[Look]:
        updates = self.tracker.finish()
        return [Look(None, updates=updates)] if updates else []

    def _worth_a_look(self, frame: Frame) -> bool:
        return self._busy or frame.time - self._searched >= HEARTBEAT or self.gate.moved(frame.picture)

    def _note(self, updates: Sequence[TrackUpdate], detections: Detections) -> None:
        # Somebody who is lost is awaited, but while nothing moves they cannot have come out.
        followed = any(update.points for update in updates)
        self._busy = followed or bool((detections.scores >= SURE).any())


@dataclass(slots=True)
class Observe:
    """Turns what changed about tracks into events."""

    tripwires: Sequence[TripwireCounter]
    zones: Sequence[ZoneWatcher]
    paths: PathRecorder

    def on_item(self, look: Look) -> Iterable[Look]:
        for update in look.updates:
            crossings = [c for wire in self.tripwires for c in wire.update(update)]
            # A path has to begin before it can be told of its crossing, and to be told before it ends.
            ended = update.state is TrackState.ENDED
            look.events += [] if ended else self.paths.update(update)
            for crossing in crossings:
                self.paths.crossed(crossing)
            look.events += crossings
            look.events += self.paths.update(update) if ended else []
            for zone in self.zones:
                look.events += zone.update(update, footage_ends=look.frame is None)
        return [look]

    def on_end(self) -> Iterable[Look]:
        return ()


def camera_steps(
    camera: Camera,
    origin: Origin,
    detector: Detector,
    tracker: Tracker,
    *,
    aspect: float,
    frame_rate: float,
    rate: float,
) -> tuple[Step, ...]:
    """Describe how one camera is counted.

    Args:
        camera: its record.
        origin: what its events carry.
        detector: finds people.
        tracker: follows them; used by nobody else.
        aspect: width / height of its pictures.
        frame_rate: frames a second of the source.
        rate: frames a second to analyse.
    """
    zones = {zone.id: zone for zone in camera.zones}
    observe = Observe(
        [TripwireCounter(origin, wire, aspect, camera.anchor) for wire in camera.tripwires],
        [ZoneWatcher(origin, zone, camera.anchor) for zone in camera.zones],
        PathRecorder(origin, camera.anchor, zones.get(camera.pass_by or ""), bool(camera.tripwires)),
    )
    return (
        Step("pick", Pick(origin, Governor(rate), 1 / frame_rate)),
        Step("detect and track", Follow(detector, tracker)),
        Step("observe", observe),
    )
