"""What a detector might have seen."""

from itertools import pairwise

import numpy as np

from galleria.domain.detection import Detections
from galleria.domain.track import TrackState

ASPECT = 16 / 9


class Numbers:
    """Track numbers, and how many were taken."""

    def __init__(self, first=1, step=1):
        self.given = []
        self._next, self._step = first, step

    def __iter__(self):
        return self

    def __next__(self):
        self.given.append(self._next)
        self._next += self._step
        return self.given[-1]


def body(x, feet, height=0.3):
    """A box whose feet are at (x, feet), normalised; `height` in picture heights."""
    half = 0.2 * height / ASPECT
    return (x - half, feet - height, x + half, feet)


def detections(*scored):
    """Detections from (box, score) pairs."""
    if not scored:
        return Detections.none()
    return Detections(
        np.array([box for box, _ in scored], np.float32), np.array([score for _, score in scored], np.float32)
    )


class Lives:
    """Follows what a tracker reports and holds it to the life of a track.

    A track is first reported confirmed, with its past; then confirmed, with one more observation, or lost, once; then
    ended, once.
    """

    def __init__(self):
        self.states = {}
        self.points = {}
        self.now = float("-inf")

    @property
    def live(self):
        return {number for number, state in self.states.items() if state is not TrackState.ENDED}

    def take(self, time, updates):
        assert time > self.now
        self.now = time
        self._take(updates)
        return updates

    def finish(self, updates):
        self._take(updates)
        assert all(u.state is TrackState.ENDED for u in updates)
        assert not self.live
        return updates

    def _take(self, updates):
        numbers = [u.track for u in updates]
        assert numbers == sorted(set(numbers)), "one update for each track, in order"
        for update in updates:
            self._live_on(update)

    def _live_on(self, update):
        before = self.states.get(update.track)
        assert before is not TrackState.ENDED, "nothing after the end"
        if before is None:
            assert update.state is TrackState.CONFIRMED, "no track begins lost or ended"
        if update.state is TrackState.CONFIRMED:
            assert update.points
            assert update.points[-1].time == self.now
            assert before is None or len(update.points) == 1, "only the first update carries a past"
        else:
            assert update.points == ()
            assert update.state is not before, "lost once"
        self.states[update.track] = update.state
        self.points.setdefault(update.track, []).extend(update.points)
        times = [point.time for point in self.points[update.track][-len(update.points) - 1 :]]
        assert all(a < b for a, b in pairwise(times))
