"""Detections into tracks: predicted motion, overlap and optimal assignment, all in seconds.

Per analysed frame: sure detections are given to tracks first, then unsure ones to the tracks left over (the idea
of ByteTrack: a low score is often an occluded body that is already known, hardly ever a new one). What is left of the
sure ones begins new tracks. A track is reported once it is confirmed, and then with its whole past.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from galleria.domain.detection import Detections
from galleria.domain.geometry import Box
from galleria.domain.track import TrackPoint, TrackState, TrackUpdate
from galleria.tracking.motion import Motion


STRICT = 0.5
RECENT = 1.0
CROWDED = 0.5
WIDE = 2.2
FRESH = 0.3
TALL = 1.8
LIMIT = 0.15
SIGMAS = 3.0
LAP = 0.3

@dataclass(frozen=True, slots=True)
class Patience:
    """What the tracker believes and how long it waits.

    Attributes:
        sure: score from which a detection may begin a track and is assigned first.
        confirm_seconds: a track is confirmed when seen over at least this long,
        confirm_points: and at least so often.
        tentative_seconds: an unconfirmed track not seen for this long is forgotten.
        lost_seconds: a confirmed track not seen for this long has ended.
        left_seconds: likewise, when it was last seen leaving through the picture's border.
    """

    sure: float = 0.4
    confirm_seconds: float = 0.3
    confirm_points: int = 3
    tentative_seconds: float = 0.5
    lost_seconds: float = 2.0
    left_seconds: float = 1.0


@dataclass(slots=True)
class _Track:
    motion: Motion
    points: list[TrackPoint]
    number: int = 0  # 0: tentative
    lost: bool = False
    best: float = 0.0

    @property
    def last(self) -> TrackPoint:
        return self.points[-1]


@dataclass(slots=True)
class MotionTracker:
    """The default tracker.

    Attributes:
        aspect: width / height of the picture.
        numbers: where track numbers come from.
    """

    aspect: float
    numbers: Iterator[int]
    patience: Patience = field(default_factory=Patience)
    _tracks: list[_Track] = field(default_factory=list)

    def update(self, time: float, detections: Detections) -> list[TrackUpdate]:
        """See `galleria.tracking.ports.Tracker`."""
        boxes = [Box(*map(float, b)) for b in detections.boxes]
        left = self._assign(time, boxes, detections.scores)
        for i in left:
            if sum(covered(boxes[i], t.last.box) for t in self._tracks if time - t.last.time < FRESH) > CROWDED:
                continue
            self._tracks.append(
                _Track(Motion.begin(time, boxes[i], self.aspect), [TrackPoint(time, boxes[i], float(detections.scores[i]))])
            )
        return self._report(time)

    def finish(self) -> list[TrackUpdate]:
        """See `galleria.tracking.ports.Tracker`."""
        ended = [TrackUpdate(t.number, TrackState.ENDED, ()) for t in self._tracks if t.number]
        self._tracks.clear()
        return sorted(ended, key=lambda u: u.track)

    def _assign(self, time: float, boxes: list[Box], scores: NDArray[np.float32]) -> list[int]:
        """Give detections to tracks; return the sure ones left over."""
        sure = scores >= self.patience.sure
        if not self._tracks or not boxes:
            return [int(i) for i in np.flatnonzero(sure)]
        likeness = np.array(
            [[self._likeness(t, time, b, float(s)) for b, s in zip(boxes, scores, strict=True)] for t in self._tracks]
        )
        first = np.where(sure[None, :], likeness, 0.0)
        given = self._give(first, time, boxes, scores)
        second = np.where(sure[None, :], 0.0, likeness)
        second[list(given.values())] = 0.0
        self._give(second, time, boxes, scores)
        return [int(i) for i in np.flatnonzero(sure) if i not in given]

    def _give(self, likeness: NDArray[np.float64], time: float, boxes: list[Box], scores: NDArray[np.float32]) -> dict[int, int]:
        """Assign so that the sum of likeness is largest; return {detection: index of its track}."""
        given: dict[int, int] = {}
        for row, column in zip(*linear_sum_assignment(likeness, maximize=True), strict=True):
            if likeness[row, column] > 0:
                track, i = self._tracks[row], int(column)
                given[i] = int(row)
                track.motion.correct(time, boxes[i], self.aspect)
                track.points.append(TrackPoint(time, track.motion.predicted(time, self.aspect), float(scores[i])))
        return given

    def _likeness(self, track: _Track, time: float, box: Box, score: float) -> float:
        """How well a box continues a track: 0 not at all, else more is better."""
        expected = track.motion.predicted(time, self.aspect)
        ratio = box.height / max(expected.height, 1e-6)
        if not 1 / TALL < ratio < TALL:
            return 0.0
        if not 1 / WIDE < box.width / max(expected.width, 1e-6) < WIDE:
            return 0.0
        overlap = iou(expected, box)
        if score < self.patience.sure and (overlap < STRICT or time - track.last.time > RECENT):
            return 0.0
        sx, sy = track.motion.spread(time)
        limit = LIMIT * track.motion.height
        dx = (box.centre.x - expected.centre.x) * self.aspect
        dy = box.top - expected.top
        apart = (dx / (SIGMAS * sx + limit)) ** 2 + (dy / (SIGMAS * sy + limit)) ** 2
        if apart > 1 and overlap < LAP:
            return 0.0
        return overlap + 0.5 * max(0.0, 1 - apart) + 0.01

    def _report(self, time: float) -> list[TrackUpdate]:
        updates: list[TrackUpdate] = []
        kept: list[_Track] = []
        rule = self.patience
        for t in self._tracks:
            missing = time - t.last.time
            if not t.number:
                if missing > rule.tentative_seconds:
                    continue
                long = t.last.time - t.points[0].time >= rule.confirm_seconds
                if missing == 0 and long and len(t.points) >= rule.confirm_points:
                    t.number = next(self.numbers)
                    updates.append(TrackUpdate(t.number, TrackState.CONFIRMED, tuple(t.points)))
                    t.points = t.points[-1:]
            elif missing == 0:
                updates.append(TrackUpdate(t.number, TrackState.CONFIRMED, (t.last,)))
                t.points, t.lost = t.points[-1:], False
            elif missing > (rule.left_seconds if self._leaving(t, time) else rule.lost_seconds):
                updates.append(TrackUpdate(t.number, TrackState.ENDED, ()))
                continue
            elif not t.lost:
                t.lost = True
                updates.append(TrackUpdate(t.number, TrackState.LOST, ()))
            kept.append(t)
        self._tracks = kept
        return sorted(updates, key=lambda u: u.track)

    def _leaving(self, track: _Track, time: float) -> bool:
        centre = track.motion.predicted(time, self.aspect).centre
        return not (0 < centre.x < 1 and 0 < centre.y < 1)


def iou(a: Box, b: Box) -> float:
    """Intersection over union."""
    w = min(a.right, b.right) - max(a.left, b.left)
    h = min(a.bottom, b.bottom) - max(a.top, b.top)
    if w <= 0 or h <= 0:
        return 0.0
    return w * h / (a.width * a.height + b.width * b.height - w * h)


def covered(a: Box, b: Box) -> float:
    """The share of `a` that `b` covers."""
    w = min(a.right, b.right) - max(a.left, b.left)
    h = min(a.bottom, b.bottom) - max(a.top, b.top)
    return w * h / (a.width * a.height) if w > 0 and h > 0 else 0.0

