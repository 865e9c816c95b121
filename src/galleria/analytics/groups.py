"""Who walks with whom: shopping units, from ways in metres. Pure.

Two tracks belong together when they stay close, walk alike, and are there together for much of the time that either
is there. What speaks against it is added up: of two who walk arm in arm one may be lost for a while or placed badly,
and yet they came together; of two who are farther apart little else may be amiss. Friends of friends are one group.
The numbers were chosen on `zara01` of the UCY crowds (Lerner et al., Crowds by Example, 2007), where 67 of 73 pairs who
walk together are found and 3 invented, and on made-up people whom a tracker lost now and then.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Way = NDArray[np.float64]
"""(n, 3): time in seconds, x and y in metres; times rise."""

# Seconds between two looks at a pair.
STEP = 0.5
_SOME = 5  # every so manieth step is looked at first
# Who is there together for less, seconds, is not judged.
LEAST = 1.0
# Metres that two may be apart in the median when nothing else speaks against them, and nine tenths of the time.
APART, MOSTLY = 2.6, 2.5
# Metres a second by which their walking may differ in the median, likewise.
UNLIKE = 1.0
# Steps over which walking is told: feet are placed to some centimetres, which is a lot for half a second's walk.
_WALK = 4
# What it weighs when one is there without the other all the time: not all, for trackers lose people.
ALONE = 0.4
# Who is without the other for longer, seconds, was not lost: such two are there together for this share of the time.
# Else all who stand about would belong to whoever stands nearest.
LOST, TOGETHER = 25.0, 0.4


@dataclass(frozen=True, slots=True)
class Company:
    """How two went beside each other.

    Attributes:
        apart: metres, median.
        mostly: metres, nine tenths of the time no more.
        unlike: metres a second between their velocities, median.
        together: seconds in which both were there ÷ seconds in which either was.
        alone: seconds in which only one was.
    """

    apart: float
    mostly: float
    unlike: float
    together: float
    alone: float

    @property
    def one(self) -> bool:
        """Whether they belong together."""
        against = self.apart / APART + self.unlike / UNLIKE + ALONE * (1 - self.together)
        return against < 1 and self.mostly < MOSTLY and _long_enough(self.together, self.alone)


def company(a: Way, b: Way) -> Company | None:
    """How two ways went beside each other; None: they were hardly there together."""
    return _company(_Steps.of(a), _Steps.of(b)) if len(a) and len(b) else None


def pairs(ways: Sequence[Way]) -> Iterator[tuple[int, int]]:
    """Which of the ways belong together, by their positions; ways without points belong to nobody."""
    order = sorted((n for n, way in enumerate(ways) if len(way)), key=lambda n: (ways[n][0, 0], n))
    steps: dict[int, _Steps] = {}
    going: list[int] = []
    for n in order:
        mine = steps[n] = _Steps.of(ways[n])
        going = [m for m in going if steps[m].end >= mine.begin + LEAST]
        for m in going:
            if _can_be_one(steps[m], mine) and (found := _company(steps[m], mine)) is not None and found.one:
                yield min(m, n), max(m, n)
        going.append(n)


def groups(ways: Sequence[Way]) -> list[tuple[int, ...]]:
    """All ways in groups, by their positions; who walks alone is a group of one. In order of their first member."""
    root = list(range(len(ways)))

    def head(n: int) -> int:
        while root[n] != n:
            root[n] = root[root[n]]
            n = root[n]
        return n

    for a, b in pairs(ways):
        low, high = sorted((head(a), head(b)))
        root[high] = low
    found: dict[int, list[int]] = {}
    for n in range(len(ways)):
        found.setdefault(head(n), []).append(n)
    return [tuple(members) for members in found.values()]


@dataclass(frozen=True, slots=True)
class _Steps:
    """A way at whole steps of the clock, so that any two can be laid beside each other.

    Attributes:
        first: number of the first step.
        at: (n, 2) metres.
    """

    begin: float
    end: float
    first: int
    at: NDArray[np.float64]

    @classmethod
    def of(cls, way: Way) -> _Steps:
        first, last = math.ceil(way[0, 0] / STEP), math.floor(way[-1, 0] / STEP)
        times = np.arange(first, last + 1) * STEP
        at = np.column_stack((np.interp(times, way[:, 0], way[:, 1]), np.interp(times, way[:, 0], way[:, 2])))
        return cls(float(way[0, 0]), float(way[-1, 0]), first, at)


def _beside(a: _Steps, b: _Steps) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    low, high = max(a.first, b.first), min(a.first + len(a.at), b.first + len(b.at))
    return a.at[low - a.first : max(low, high) - a.first], b.at[low - b.first : max(low, high) - b.first]


def _together(a: _Steps, b: _Steps) -> tuple[float, float]:
    """The share of the time that either is there in which both are, and the seconds of the rest."""
    either, both = max(a.end, b.end) - min(a.begin, b.begin), min(a.end, b.end) - max(a.begin, b.begin)
    return both / max(either, 1e-9), either - both


def _long_enough(together: float, alone: float) -> bool:
    return together > TOGETHER or alone < LOST


def _can_be_one(a: _Steps, b: _Steps) -> bool:
    """False only where they surely do not belong together; hardly costs anything."""
    if not _long_enough(*_together(a, b)):
        return False
    one, other = _beside(a, b)
    some = one[::_SOME] - other[::_SOME]
    far = int(((some**2).sum(axis=1) >= MOSTLY**2).sum())
    return far <= 0.1 * len(one) + 1


def _company(a: _Steps, b: _Steps) -> Company | None:
    one, other = _beside(a, b)
    if (len(one) - 1) * STEP < LEAST:
        return None
    distance = np.hypot(*(one - other).T)
    over = min(_WALK, len(one) - 1)
    unlike = np.hypot(*((one - other)[over:] - (one - other)[:-over]).T) / (over * STEP)
    mostly = float(np.percentile(distance, 90))
    return Company(float(np.median(distance)), mostly, float(np.median(unlike)), *_together(a, b))
