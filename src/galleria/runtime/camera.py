"""One camera's graph: frames -> looks -> detections -> tracks -> events. The camera worker is this, and nothing else.

Pixels end here: only events leave.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from galleria.capture.governor import Governor
from galleria.domain.events import Origin
from galleria.domain.floor import Floor
from galleria.domain.site import Anchor, Camera
from galleria.domain.track import TrackState
from galleria.spatial.crossing import TripwireCounter
from galleria.spatial.hidden import Heads
from galleria.spatial.staying import ZoneWatcher
from galleria.spatial.way import PathRecorder
from galleria.tracking.ports import Tracker
from galleria.vision.ports import Detector
from galleria.vision.sight import Sight

from .follow import Follow
from .graph import Step
from .look import Look
from .watch import Pick, Watch


@dataclass(slots=True)
class Search:
    """Detects and tracks, one camera for itself."""

    detector: Detector
    follow: Follow

    def on_item(self, look: Look) -> Iterable[Look]:
        if look.frame is not None and self.follow.wants(look):
            (found,) = self.detector.detect([look.frame.picture])
            self.follow.found(look, found)
        else:
            self.follow.passed(look)
        return [look]

    def on_end(self) -> Iterable[Look]:
        updates = self.follow.finish()
        return [Look(None, updates=updates)] if updates else []


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


def observing(camera: Camera, origin: Origin, aspect: float) -> Observe:
    """The step that watches what is drawn in a camera's picture."""
    zones = {zone.id: zone for zone in camera.zones}
    heads = None
    if camera.calibration is not None and camera.anchor is Anchor.FEET:
        heads = Heads(Floor.of(camera.calibration), aspect)
    return Observe(
        [TripwireCounter(origin, wire, aspect, camera.anchor) for wire in camera.tripwires],
        [ZoneWatcher(origin, zone, camera.anchor) for zone in camera.zones],
        PathRecorder(origin, camera.anchor, zones.get(camera.pass_by or ""), bool(camera.tripwires), heads),
    )


def camera_steps(  # noqa: PLR0913  # named arguments
    camera: Camera,
    origin: Origin,
    detector: Detector,
    tracker: Tracker,
    *,
    aspect: float,
    frame_rate: float,
    rate: float | None,
    sight: Sight | None = None,
) -> tuple[Step, ...]:
    """Describe how one camera is counted.

    Args:
        camera: its record.
        origin: what its events carry.
        detector: finds people.
        tracker: follows them; used by nobody else.
        aspect: width / height of its pictures.
        frame_rate: frames a second of the source.
        rate: frames a second to analyse; None analyses every one, for a feed has picked them already.
        sight: judges what the camera sees; None: one that begins with this footage.
    """
    return (
        Step("watch", Watch(sight or Sight())),
        Step("pick", Pick(origin, None if rate is None else Governor(rate), 1 / frame_rate)),
        Step("detect and track", Search(detector, Follow(tracker))),
        Step("observe", observing(camera, origin, aspect)),
    )
