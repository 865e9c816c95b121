"""What is told of one camera while it runs: looks in, dots and numbers out. No pixels, nothing of anybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from galleria.capture.feed import FeedStatus
from galleria.domain.events import Crossing, Event
from galleria.domain.health import Condition
from galleria.domain.live import CameraLive, Dot
from galleria.domain.site import Camera
from galleria.domain.time import Bucket
from galleria.domain.track import TrackState
from galleria.spatial.crossing import anchor_point

from .camera import Observe
from .look import Look

# A lag beyond this, seconds, is none: the frames are of a recording, whose times are not ours.
_NOT_NOW = 600.0


@dataclass(slots=True)
class Shown:
    """Numbers of one camera. Crossings are those of this run and of the trading day, shown once they are written."""

    day: Bucket
    frame_time: float | None = None
    analysed: int = 0
    searched: int = 0
    lag: float = 0.0
    _dots: dict[int, Dot] = field(default_factory=dict)
    _zones: dict[str, int] = field(default_factory=dict)
    _counted: dict[str, tuple[int, int]] = field(default_factory=dict)
    _written: dict[str, tuple[int, int]] = field(default_factory=dict)

    def looked(self, look: Look, camera: Camera, observe: Observe, now: float) -> None:
        """Take a look that has been observed, and the time now."""
        if look.frame is not None:
            self.frame_time, self.lag = look.frame.time, lag(look.frame.time, now) or 0.0
            self.analysed += 1
            self.searched += look.detections is not None
        for update in look.updates:
            if update.state is TrackState.ENDED:
                self._dots.pop(update.track, None)
            elif update.points:
                at = anchor_point(update.points[-1].box, camera.anchor)
                self._dots[update.track] = Dot(update.track, at.x, at.y)
        self._zones = {zone.zone.id: zone.present for zone in observe.zones}

    def left(self) -> None:
        """The epoch ended: nobody is followed."""
        self._dots, self._zones, self.lag = {}, {}, 0.0

    def certain(self, events: Sequence[Event]) -> None:
        """Count crossings that are about to be written."""
        for event in events:
            if isinstance(event, Crossing) and self.day.begin <= event.time < self.day.end:
                came, went = self._counted.get(event.tripwire, (0, 0))
                inwards = event.direction == "in"
                self._counted[event.tripwire] = (came + inwards, went + (not inwards))

    def written(self) -> None:
        """All that was certain has been written, and may be shown."""
        self._written = dict(self._counted)

    def begin_day(self, day: Bucket) -> None:
        self.day, self._counted, self._written = day, {}, {}

    def live(self, condition: Condition, status: FeedStatus) -> CameraLive:
        return CameraLive(
            condition.camera,
            condition.state,
            condition.begin,
            condition.reason,
            self.frame_time,
            status.received,
            self.analysed,
            self.searched,
            status.dropped,
            self.lag,
            status.reconnects,
            tuple(self._dots.values()),
            self._zones,
            self._written,
        )


def lag(frame_time: float, now: float) -> float | None:
    """Seconds since a frame was captured; None for a recording that is read at another time."""
    behind = now - frame_time
    return max(0.0, behind) if behind < _NOT_NOW else None
