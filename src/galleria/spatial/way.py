"""Tracks into paths: the way of a whole track, thinned, with whether it passed by."""

from __future__ import annotations

from dataclasses import dataclass, field

from galleria.domain.events import Crossing, Origin, Path
from galleria.domain.geometry import Box
from galleria.domain.site import Anchor, Zone
from galleria.domain.track import TrackState, TrackUpdate

from .crossing import anchor_point
from .hidden import Heads

THIN = 0.5
# A track that is never lost and never ends would grow without end: its path is cut after so many points (half an hour).
MOST_POINTS = 3600
NOWHERE = Box(0.0, 0.0, 0.0, 0.0)


@dataclass(slots=True)
class _Way:
    """One track's way. Ends with the track, or is cut at `MOST_POINTS`."""

    points: list[tuple[float, float, float]] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)  # of the points
    last: tuple[float, float, float] = (0.0, 0.0, 0.0)  # seen last; the thinned points may end before it
    last_box: Box = NOWHERE
    crossed: bool = False
    in_zone: bool = False
    count: int = 0


@dataclass(slots=True)
class PathRecorder:
    """Records the ways of a camera's tracks.

    Attributes:
        pass_by: a track passed by when it came into this zone and crossed no tripwire; None: the whole picture.
        counts_lines: False when the camera has no tripwire: then nobody passes by.
        heads: places whoever shows no feet; None: the camera's floor is not known, or feet do not stand for bodies.
    """

    origin: Origin
    anchor: Anchor
    pass_by: Zone | None = None
    counts_lines: bool = True
    heads: Heads | None = None
    _ways: dict[int, _Way] = field(default_factory=dict)

    def crossed(self, crossing: Crossing) -> None:
        """Note that a track crossed a tripwire; to be told before the update that ends the track."""
        self._ways.setdefault(crossing.track, _Way()).crossed = True

    def update(self, update: TrackUpdate) -> list[Path]:
        """Take what is new about a track; return its path when it ends."""
        way = self._ways.setdefault(update.track, _Way())
        for point in update.points:
            x, y = anchor_point(point.box, self.anchor)
            way.in_zone |= self.pass_by is None or self.pass_by.holds(anchor_point(point.box, self.anchor))
            # 1e-6: times are sums of frame intervals, and half a second is to be half a second.
            if not way.points or point.time - way.points[-1][0] >= THIN - 1e-6:
                way.points.append((point.time, x, y))
                way.boxes.append(point.box)
            way.last, way.last_box = (point.time, x, y), point.box
        if update.state is TrackState.ENDED:
            del self._ways[update.track]
            return [self._path(update.track, way, ended=True)] if way.points else []
        if len(way.points) >= MOST_POINTS:
            path = self._path(update.track, way, ended=False)
            begun = _Way([way.last], [way.last_box], way.last, way.last_box)
            begun.crossed, begun.in_zone, begun.count = way.crossed, way.in_zone, way.count + 1
            self._ways[update.track] = begun
            return [path]
        return []

    def tail(self, track: int) -> list[tuple[float, float, float]]:
        """The way of a live track so far."""
        way = self._ways.get(track)
        return way.points if way else []

    def _path(self, track: int, way: _Way, *, ended: bool) -> Path:
        # Of a path in pieces only the last can tell: the track may yet cross, and passes by once at most.
        passed_by = ended and self.counts_lines and way.in_zone and not way.crossed
        whole = way.points[-1] == way.last
        points, boxes = (way.points, way.boxes) if whole else ([*way.points, way.last], [*way.boxes, way.last_box])
        if self.heads is not None:
            points = self.heads.placed(points, boxes)
        identifier = self.origin.event_id(track, "path", way.count)
        return Path(identifier, self.origin, track, points[0][0], points[-1][0], tuple(points), passed_by)
