"""Detections into tracks: predicted motion, overlap and optimal assignment, all in seconds.

Per analysed frame, sure detections are given to tracks first, then unsure ones to the tracks left over (the idea of
ByteTrack, Zhang et al. 2022: a low score is often a half hidden body that is already known, hardly ever a new one).
Sure ones that are left begin new tracks, unless known bodies explain them. A track is reported once it is confirmed,
and then with its whole past.
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

from .motion import Motion

# A box may be this many times taller or wider than expected, or shorter or narrower, and still be the same body.
TALLER = 1.8
WIDER = 2.2
# The overlap with the expected box from which a detection continues a track: a sure one that is far off, an unsure one.
OVERLAP = 0.3
UNSURE_OVERLAP = 0.5
# How far off a detection may be: standard deviations of the motion plus a share of the body's height.
SIGMAS = 3.0
SLACK = 0.15
# A detection of which this share is covered by bodies seen just now (seconds) is one of them, not a new one.
CROWDED = 0.5
JUST_NOW = 0.3


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
        for i in self._assign(time, boxes, seen.scores):
            known = (t.last for t in self._tracks)
            if sum(_covered(boxes[i], p.box) for p in known if time - p.time < JUST_NOW) <= CROWDED:
                first = TrackPoint(time, boxes[i], float(seen.scores[i]))
                self._tracks.append(_Track(Motion.begin(time, boxes[i], self.aspect), [first]))
        return over + self._report(time)

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
            [[self._likeness(t, time, b, bool(s)) for b, s in zip(boxes, sure, strict=True)] for t in self._tracks]
        )
        given = self._give(np.where(sure, likeness, 0.0), time, boxes, scores)
        likeness[:, sure] = 0.0
        likeness[list(given.values())] = 0.0
        self._give(likeness, time, boxes, scores)
        return [int(i) for i in np.flatnonzero(sure) if i not in given]

    def _give(
        self, likeness: NDArray[np.float64], time: float, boxes: list[Box], scores: NDArray[np.float32]
    ) -> dict[int, int]:
        """Assign so that the sum of likeness is largest; return {detection: index of its track}."""
        given: dict[int, int] = {}
        for row, column in zip(*linear_sum_assignment(likeness, maximize=True), strict=True):
            if likeness[row, column] > 0:
                track, i = self._tracks[row], int(column)
                given[i] = int(row)
                track.motion.correct(time, boxes[i], self.aspect)
                track.points.append(TrackPoint(time, track.motion.predicted(time, self.aspect), float(scores[i])))
        return given

    def _likeness(self, track: _Track, time: float, box: Box, sure: bool) -> float:  # noqa: FBT001
        """How well a box continues a track: 0 not at all, else more is better."""
        motion = track.motion
        expected = motion.predicted(time, self.aspect)
        if not (1 / TALLER < box.height / expected.height < TALLER and 1 / WIDER < box.width / expected.width < WIDER):
            return 0.0
        overlap = _iou(expected, box)
        if not sure and overlap < UNSURE_OVERLAP:
            return 0.0
        sigma_x, sigma_y = motion.spread(time)
        slack = SLACK * motion.height
        off_x = (box.centre.x - expected.centre.x) * self.aspect / (SIGMAS * sigma_x + slack)
        off_y = (box.top - expected.top) / (SIGMAS * sigma_y + slack)
        off = off_x**2 + off_y**2
        if off > 1 and overlap < OVERLAP:
            return 0.0
        return overlap + 0.5 * max(0.0, 1 - off) + 0.01

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


def _common(a: Box, b: Box) -> float:
    width = min(a.right, b.right) - max(a.left, b.left)
    height = min(a.bottom, b.bottom) - max(a.top, b.top)
    return width * height if width > 0 and height > 0 else 0.0


def _iou(a: Box, b: Box) -> float:
    common = _common(a, b)
    return common / (a.width * a.height + b.width * b.height - common) if common else 0.0


def _covered(a: Box, b: Box) -> float:
    """The share of `a` that `b` covers."""
    return _common(a, b) / (a.width * a.height)
