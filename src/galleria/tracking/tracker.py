"""Detections into tracks: predicted motion, overlap, clothes and optimal assignment, all in seconds.

Per analysed frame, sure detections are given to tracks first, then unsure ones to the tracks left over (the idea of
ByteTrack, Zhang et al. 2022: a low score is often a half hidden body that is already known, hardly ever a new one).
Sure ones that are left begin new tracks, unless known bodies explain them. Where people meet, motion says little: there
the colours of clothes tell whose a box is. A track is reported once it is confirmed, and then with its whole past.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from galleria.domain.detection import Detections, Floats
from galleria.domain.geometry import Box
from galleria.domain.track import TrackPoint, TrackState, TrackUpdate

from .fit import covered, feet_seen, likeness
from .motion import BORDER, Motion
from .wear import Wear

# A detection of which this share is covered by bodies seen just now (seconds) is one of them, not a new one.
CROWDED = 0.5
JUST_NOW = 0.3
# Nothing is remembered of the clothes of a body of which somebody else's box covers this share: it may be the other's.
APART = 0.2


@dataclass(frozen=True, slots=True)
class Patience:
    """What the tracker believes and how long it waits. Scores are the detector's, times are seconds.

    Attributes:
        sure: score from which a detection may begin a track and is assigned first.
        unsure: score below which a detection is ignored.
        confirm_seconds: a track is confirmed when seen over at least this long,
        confirm_points: and at least so often.
        tentative_seconds: an unconfirmed track not seen for this long is forgotten.
        lost_seconds: a confirmed track not seen for this long has ended.
        left_seconds: likewise, when it was last seen leaving through the picture's border.
    """

    sure: float = 0.4
    unsure: float = 0.25
    confirm_seconds: float = 0.3
    confirm_points: int = 3
    tentative_seconds: float = 0.5
    lost_seconds: float = 2.0
    left_seconds: float = 1.0


@dataclass(slots=True)
class _Track:
    motion: Motion
    points: list[TrackPoint]  # not yet reported, and at least the last one
    seen: int  # its detection in the picture in which it was seen last
    wear: Wear = field(default_factory=Wear)
    number: int = 0  # 0: tentative
    lost: bool = False

    @property
    def last(self) -> TrackPoint:
        return self.points[-1]


@dataclass(slots=True)
class MotionTracker:
    """The default tracker. State is bounded: a track ends `lost_seconds` after it was last seen.

    Attributes:
        aspect: width / height of the picture.
        numbers: where track numbers come from.
        patience: what it believes and how long it waits.
    """

    aspect: float
    numbers: Iterator[int]
    patience: Patience = field(default_factory=Patience)
    _tracks: list[_Track] = field(default_factory=list)
    _time: float = float("-inf")

    @property
    def idle(self) -> bool:
        """Whether nobody is being followed."""
        return not self._tracks

    def update(self, time: float, detections: Detections) -> list[TrackUpdate]:
        """See `galleria.tracking.ports.Tracker`."""
        if not time > self._time:
            problem = f"a frame of time {time} after one of time {self._time}: times must increase"
            raise ValueError(problem)
        # Nobody can be followed over a break in the footage: whoever stands there afterwards is somebody new.
        over = self.finish() if time - self._time > self.patience.lost_seconds else []
        self._time = time
        seen = detections.where(_believable(detections) & (detections.scores >= self.patience.unsure))
        boxes = [Box(*map(float, b)) for b in seen.boxes]
        for i in self._assign(time, boxes, seen):
            known = (t.last for t in self._tracks)
            if sum(covered(boxes[i], p.box) for p in known if time - p.time < JUST_NOW) <= CROWDED:
                first = TrackPoint(time, boxes[i], float(seen.scores[i]))
                self._tracks.append(_Track(Motion.begin(time, boxes[i], self.aspect), [first], i))
        if seen.worn is not None:
            self._remember(time, boxes, seen.worn)
        return over + self._report(time)

    def finish(self) -> list[TrackUpdate]:
        """See `galleria.tracking.ports.Tracker`."""
        ended = [TrackUpdate(t.number, TrackState.ENDED, ()) for t in self._tracks if t.number]
        self._tracks.clear()
        return sorted(ended, key=lambda u: u.track)

    def _assign(self, time: float, boxes: list[Box], seen: Detections) -> list[int]:
        """Give detections to tracks; return the sure ones left over."""
        sure = seen.scores >= self.patience.sure
        if not self._tracks or not boxes:
            return [int(i) for i in np.flatnonzero(sure)]
        likely = np.array([self._likely(track, time, boxes, sure, seen.worn) for track in self._tracks])
        given = self._give(np.where(sure, likely, 0.0), time, boxes, seen.scores)
        likely[:, sure] = 0.0
        likely[list(given.values())] = 0.0
        self._give(likely, time, boxes, seen.scores)
        return [int(i) for i in np.flatnonzero(sure) if i not in given]

    def _likely(
        self, track: _Track, time: float, boxes: list[Box], sure: NDArray[np.bool_], worn: Floats | None
    ) -> NDArray[np.float64]:
        """How well each box continues a track, by motion and clothes: 0 not at all, else more is better."""
        moved = np.array(
            [likeness(track.motion, time, b, self.aspect, sure=bool(s)) for b, s in zip(boxes, sure, strict=True)]
        )
        if worn is None or not moved.any():
            return moved
        return np.where(moved > 0, np.maximum(0.0, moved + track.wear.says(worn)), 0.0)

    def _remember(self, time: float, boxes: list[Box], worn: Floats) -> None:
        """Note what those wear who were seen from head to foot, with nobody in front of or behind them."""
        expected = [track.motion.predicted(time, self.aspect) for track in self._tracks]
        for n, track in enumerate(self._tracks):
            if track.last.time < time or not BORDER < boxes[track.seen].top < boxes[track.seen].bottom < 1 - BORDER:
                continue
            others = (box for m, box in enumerate(expected) if m != n)
            if all(covered(boxes[track.seen], box) <= APART for box in others):
                track.wear.take(time, worn[track.seen])

    def _give(
        self, likely: NDArray[np.float64], time: float, boxes: list[Box], scores: NDArray[np.float32]
    ) -> dict[int, int]:
        """Assign so that the sum of what is likely is largest; return {detection: index of its track}."""
        given: dict[int, int] = {}
        for row, column in zip(*linear_sum_assignment(likely, maximize=True), strict=True):
            if likely[row, column] > 0:
                track, i = self._tracks[row], int(column)
                given[i], track.seen = int(row), i
                track.motion.correct(time, boxes[i], self.aspect, feet=feet_seen(boxes[i], boxes))
                track.points.append(TrackPoint(time, track.motion.predicted(time, self.aspect), float(scores[i])))
        return given

    def _report(self, time: float) -> list[TrackUpdate]:
        """Move every track on in its life; return what changed."""
        updates: list[TrackUpdate] = []
        kept: list[_Track] = []
        for track in self._tracks:
            missing = time - track.last.time
            if not track.number and missing > self.patience.tentative_seconds:
                continue
            if track.number and missing > self._patience_with(track, time):
                updates.append(TrackUpdate(track.number, TrackState.ENDED, ()))
                continue
            kept.append(track)
            if missing == 0 and (track.number or self._convincing(track)):
                known = bool(track.number)
                track.number = track.number or next(self.numbers)
                points = track.points[-1:] if known else track.points
                updates.append(TrackUpdate(track.number, TrackState.CONFIRMED, tuple(points)))
                track.points, track.lost = track.points[-1:], False
            elif missing > 0 and track.number and not track.lost:
                track.lost = True
                updates.append(TrackUpdate(track.number, TrackState.LOST, ()))
        self._tracks = kept
        return sorted(updates, key=lambda u: u.track)

    def _convincing(self, track: _Track) -> bool:
        long = track.last.time - track.points[0].time >= self.patience.confirm_seconds
        return long and len(track.points) >= self.patience.confirm_points

    def _patience_with(self, track: _Track, time: float) -> float:
        centre = track.motion.predicted(time, self.aspect).centre
        inside = 0 < centre.x < 1 and 0 < centre.y < 1
        return self.patience.lost_seconds if inside else self.patience.left_seconds


def _believable(detections: Detections) -> NDArray[np.bool_]:
    """Which boxes are boxes: a plug-in's network may give empty, inside-out or infinite ones."""
    left, top, right, bottom = detections.boxes.T
    return np.asarray(np.isfinite(detections.boxes).all(axis=1) & (left < right) & (top < bottom))
