"""Tracks into crossings of tripwires.

A crossing is counted when a track really is on the other side: by a distance (a share of the body's height) and
for a time. Until then it is pending; a track that comes back in between has not crossed. The crossing's time and
place are where the track's way last met the line. After a crossing the same track must come back, really, before
it can cross again the same way. A way round the end of the segment is no crossing.

Whatever the sampling, a straight walk over the segment is counted exactly once if the track was observed at least
once `FAR` before the line and at least once both `FAR` beyond it and `HOLD` after meeting it, and if observations
wobble by less than `FAR`. A track first seen nearer to the line is not counted. One that is seen no more so soon after
meeting it, because a door hides it or the picture breaks off, is counted if it was walking over the line until then.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from itertools import pairwise

from galleria.domain.events import Crossing, Origin
from galleria.domain.geometry import OPPOSITE, Box, Point
from galleria.domain.site import Anchor, Tripwire
from galleria.domain.track import TrackPoint, TrackState, TrackUpdate

# How far beyond the line, as a share of the body's height, and for how long, before a crossing counts.
FAR = 0.05
HOLD = 0.25
# Who is seen no more was walking over a line if, in so many seconds before meeting it, so many body heights were walked
# towards it; the longest step is left out: a box that leaps is somebody else's.
LATELY = 1.0
WALKED = 2 * FAR


def anchor_point(box: Box, anchor: Anchor) -> Point:
    """The point of a box that stands for where the body is."""
    if anchor is Anchor.FEET:
        return box.feet
    return box.centre if anchor is Anchor.CENTRE else box.head


@dataclass(slots=True)
class _Meeting:
    """Where a track's way met the line."""

    time: float
    at: Point
    on_segment: bool


@dataclass(slots=True)
class _Side:
    """What is known of one track at one tripwire. Ends with the track."""

    side: int = 0
    time: float | None = None
    point: Point = field(default_factory=lambda: Point(0.0, 0.0))
    offset: float = 0.0
    pending: _Meeting | None = None
    count: int = 0
    way: deque[tuple[float, float]] = field(default_factory=deque)  # to the line: times, and offsets in body heights

    def note(self, time: float, heights: float) -> None:
        """Remember how far off the line it is, before it meets it."""
        if self.pending is None:
            self.way.append((time, heights))
            while time - self.way[0][0] > LATELY:
                self.way.popleft()

    def walking_over(self) -> _Meeting | None:
        """Where it met the line, if it was walking over it, step by step, when it was seen last."""
        if self.pending is None or self.time is None or self.time - self.pending.time > LATELY:
            return None
        steps = [self.side * (a - b) for (_, a), (_, b) in pairwise(self.way)]
        return self.pending if steps and sum(steps) - max(steps) >= WALKED else None


@dataclass(slots=True)
class TripwireCounter:
    """Counts crossings of one tripwire.

    Attributes:
        aspect: width / height of the picture.
        anchor: the camera's; a tripwire's own goes first.
    """

    origin: Origin
    tripwire: Tripwire
    aspect: float
    anchor: Anchor
    _sides: dict[int, _Side] = field(default_factory=dict)

    def update(self, update: TrackUpdate) -> list[Crossing]:
        """Take what is new about a track; return the crossings that became certain."""
        state = self._sides.setdefault(update.track, _Side())
        found = [c for p in update.points if (c := self._step(update.track, state, p))]
        if update.state is TrackState.ENDED:
            del self._sides[update.track]
            meeting = state.walking_over()
            if meeting is not None and meeting.on_segment:
                found.append(self._crossing(update.track, state, meeting, -state.side))
        return found

    def _step(self, track: int, state: _Side, seen: TrackPoint) -> Crossing | None:
        segment = self.tripwire.segment
        point = anchor_point(seen.box, self.tripwire.anchor or self.anchor)
        offset = segment.offset(point, self.aspect)
        now = 1 if offset > 0 else -1
        if state.time is not None and (state.offset > 0) != (offset > 0):
            met = self._meeting(state, state.time, seen.time, point, offset)
            state.pending = met if now != state.side else None
        state.time, state.point, state.offset = seen.time, point, offset
        state.note(seen.time, offset / max(seen.box.height, 1e-9))
        if abs(offset) < FAR * seen.box.height:
            return None
        if state.side == 0:
            state.side = now
        if now == state.side or state.pending is None or seen.time - state.pending.time < HOLD:
            return None
        meeting, state.pending, state.side = state.pending, None, now
        return self._crossing(track, state, meeting, now) if meeting.on_segment else None

    def _meeting(self, state: _Side, before: float, time: float, point: Point, offset: float) -> _Meeting:
        share = state.offset / (state.offset - offset)
        at = Point(
            state.point.x + share * (point.x - state.point.x),
            state.point.y + share * (point.y - state.point.y),
        )
        along = self.tripwire.segment.along(at, self.aspect)
        return _Meeting(before + share * (time - before), at, 0 <= along <= 1)

    def _crossing(self, track: int, state: _Side, meeting: _Meeting, side: int) -> Crossing:
        state.count += 1
        towards = self.tripwire.segment.towards
        return Crossing(
            id=self.origin.event_id(track, f"crossing:{self.tripwire.id}", state.count),
            origin=self.origin,
            track=track,
            time=meeting.time,
            tripwire=self.tripwire.id,
            direction="in" if side > 0 else "out",
            towards=towards if side > 0 else OPPOSITE[towards],
            at=meeting.at,
        )
