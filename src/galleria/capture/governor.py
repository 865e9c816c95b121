"""Picks the frames to analyse: capture times in, yes or no out. Knows no clock and no frame."""

from __future__ import annotations

import math


class Governor:
    """Picks about `rate` frames per second of capture time, whatever the source's own rate.

    A grid of ticks, `1 / rate` apart, starts at the first frame and never moves, so that nothing drifts. A frame stands
    for the ticks that are nearer to it than to its neighbours; it is picked when there is one. The next frame's time is
    not known yet: it is expected after as long as the last one took, but no later than a tick. Hence a frame is
    picked at most once per tick, a gap is followed by one picked frame and not by a burst, and a source that is not
    faster than `rate` is taken whole.

    Args:
        rate: frames per second to pick; more than 0.
    """

    def __init__(self, rate: float) -> None:
        if not rate > 0:
            problem = f"rate is {rate}; it must be more than 0"
            raise ValueError(problem)
        self._rate = rate
        self._first: float | None = None
        self._last = 0.0
        self._covered = 0  # number of the last tick that has had its frame

    def picks(self, time: float) -> bool:
        """Tell whether to analyse the frame of this capture time.

        Args:
            time: seconds; strictly greater than at the call before.
        """
        if self._first is None:
            self._first = self._last = time
            return True
        expected_gap = min(time - self._last, 1 / self._rate)
        self._last = time
        # Times since 1970 are exact to a quarter of a microsecond only: a frame halfway between two ticks must fall to
        # the same one whenever the footage was made.
        reach = math.floor((time - self._first + expected_gap / 2) * self._rate + 1e-6)
        if reach <= self._covered:
            return False
        self._covered = reach
        return True
