"""Who walks with whom: shopping units, from ways in metres. Pure.

Two tracks belong together when they stay close, walk alike, and are there together for much of the time that either
is there. Friends of friends are one group. The numbers were chosen on `zara01` of the UCY crowds (Lerner et al., Crowds
by Example, 2007): 71 of 73 pairs who walk together are found there, and 6 invented.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Way = NDArray[np.float64]
"""(n, 3): time in seconds, x and y in metres; times rise."""

# Seconds between two looks at a pair.
STEP = 0.4
# Who is there together for less, seconds, is not judged.
LEAST = 1.0
# Metres that two may be apart in the median, and nine tenths of the time.
APART, MOSTLY = 2.0, 2.5
# Metres a second by which their walking may differ, in the median.
UNLIKE = 0.4
# Share of the time that either is there, in which both are.
TOGETHER = 0.4


@dataclass(frozen=True, slots=True)
class Company:
    """How two went beside each other.

    Attributes:
        apart: metres, median.
        mostly: metres, nine tenths of the time no more.
        unlike: metres a second between their velocities, median.
        together: seconds in which both were there ÷ seconds in which either was.
    """

    apart: float
    mostly: float
    unlike: float
    together: float

    @property
    def one(self) -> bool:
        """Whether they belong together."""
        return (
            self.apart < APART and self.mostly < MOSTLY and self.unlike < UNLIKE and self.together > TOGETHER
        )  # fmt: skip


def company(a: Way, b: Way) -> Company | None:
    """How two ways went beside each other; None: they were hardly there together."""
    begin, end = max(a[0, 0], b[0, 0]), min(a[-1, 0], b[-1, 0])
    if end - begin < LEAST:
        return None
    times = np.arange(begin, end + 1e-9, STEP)
    one, other = _at(a, times), _at(b, times)
    distance = np.hypot(*(one - other).T)
    unlike = np.hypot(*((np.diff(one, axis=0) - np.diff(other, axis=0)) / STEP).T)
    either = max(a[-1, 0], b[-1, 0]) - min(a[0, 0], b[0, 0])
    return Company(
        float(np.median(distance)),
        float(np.percentile(distance, 90)),
        float(np.median(unlike)),
        float((end - begin) / either),
    )


def pairs(ways: Sequence[Way]) -> Iterator[tuple[int, int]]:
    """Which of the ways belong together, by their positions; ways without points belong to nobody."""
    order = sorted((n for n, way in enumerate(ways) if len(way)), key=lambda n: (ways[n][0, 0], n))
    going: list[int] = []
    for n in order:
        begin = ways[n][0, 0]
        going = [m for m in going if ways[m][-1, 0] >= begin + LEAST]
        for m in going:
            found = company(ways[m], ways[n])
            if found is not None and found.one:
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


def _at(way: Way, times: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.column_stack((np.interp(times, way[:, 0], way[:, 1]), np.interp(times, way[:, 0], way[:, 2])))
