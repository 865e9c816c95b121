"""Turns a container's time stamps into seconds since the recording's first frame that strictly increase."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from statistics import median

USUAL_RATE = 25.0
PLAUSIBLE_RATES = (0.01, 480.0)
NUDGE = 0.001  # seconds between a frame and one after it whose stamp is not later
JUMP = 1.0  # seconds; a step back by more than this is a new beginning, not disorder


def in_order(stamps: Sequence[int | None]) -> bool:
    """Whether all stamps are there and strictly increase."""
    there = [stamp for stamp in stamps if stamp is not None]
    return len(there) == len(stamps) and all(a < b for a, b in pairwise(there))


def plausible(rate: Fraction | float | None) -> float | None:
    """The rate as a number when it can be one of a camera, else None."""
    low, high = PLAUSIBLE_RATES
    return float(rate) if rate and low <= rate <= high else None


def guess_rate(stamps: Sequence[int | None], base: Fraction) -> float | None:
    """Frames a second from the middle distance of ordered stamps (in units of `base` seconds)."""
    steps = [b - a for a, b in pairwise(s for s in stamps if s is not None) if b > a]
    return plausible(1 / (median(steps) * float(base))) if steps else None


class ClipTimes:
    """Gives each frame its time within the recording.

    Args:
        rate: frames a second, used wherever stamps do not help.
        base: seconds per unit of a stamp; None: stamps are not to be believed and frame n is at n / rate.
        origin: stamp of the recording's first frame.
    """

    def __init__(self, rate: float, base: Fraction | None, origin: int = 0) -> None:
        self._rate = rate
        self._base = None if base is None else float(base)
        self._origin = origin
        self._shift = 0.0
        self._count = 0
        self._last: float | None = None
        self.nudged = 0
        self.restarts = 0

    @property
    def by_count(self) -> bool:
        """True when times come from counting frames."""
        return self._base is None

    def next(self, stamp: int | None) -> float:
        """Return the time of the next frame in display order, in seconds; greater than the one before."""
        count, self._count = self._count, self._count + 1
        if self._base is None:
            return count / self._rate
        step = 1 / self._rate
        if stamp is None:
            time = 0.0 if self._last is None else self._last + step
        else:
            time = (stamp - self._origin) * self._base + self._shift
        if self._last is not None and time <= self._last:
            if self._last - time > JUMP:
                # The camera's clock began again (a wrapped counter, files glued together): go on from here.
                self.restarts += 1
                self._shift += self._last + step - time
                time = self._last + step
            else:
                self.nudged += 1
                time = self._last + NUDGE
        self._last = time
        return time
