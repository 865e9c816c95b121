"""Stretches of time as (begin, end) pairs, half-open: unions, and how they fall into buckets. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from galleria.domain.time import Bucket

Interval: TypeAlias = tuple[float, float]


def union(intervals: Iterable[Interval]) -> list[Interval]:
    """The same time without overlaps, in order; what touches is joined."""
    joined: list[Interval] = []
    for begin, end in sorted(intervals):
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((begin, end))
    return joined


@dataclass(frozen=True, slots=True)
class Presence:
    """How many intervals hold at once within a bucket.

    Attributes:
        peak: the most at any moment; an interval without length counts at its moment.
        seconds: the sum of their lengths within the bucket.
    """

    peak: int = 0
    seconds: float = 0.0


class Shelf:
    """Buckets in order of time, to sort things into.

    Args:
        buckets: in order, without overlaps.
    """

    def __init__(self, buckets: Sequence[Bucket]) -> None:
        self.buckets = buckets
        self._begins = [bucket.begin for bucket in buckets]

    def index(self, t: float) -> int | None:
        """Position of the bucket that `t` lies in; None if it lies in none."""
        n = bisect_right(self._begins, t) - 1
        return n if n >= 0 and t < self.buckets[n].end else None

    def pieces(self, interval: Interval) -> Iterator[tuple[int, Interval]]:
        """The part of the interval in each bucket that it overlaps; an interval without length is one piece."""
        begin, end = interval
        n = max(bisect_right(self._begins, begin) - 1, 0)
        while n < len(self.buckets) and (self.buckets[n].begin < end or self.buckets[n].begin == begin):
            bucket = self.buckets[n]
            if begin < bucket.end:
                yield n, (max(begin, bucket.begin), min(end, bucket.end))
            n += 1

    def covered(self, intervals: Iterable[Interval]) -> list[float]:
        """Seconds of each bucket that lie in the union of the intervals."""
        seconds = [0.0] * len(self.buckets)
        for interval in union(intervals):
            for n, (begin, end) in self.pieces(interval):
                seconds[n] += end - begin
        return seconds

    def presence(self, intervals: Iterable[Interval]) -> list[Presence]:
        """How many of the intervals hold at once, for each bucket."""
        steps: list[list[tuple[float, int, int]]] = [[] for _ in self.buckets]
        seconds = [0.0] * len(self.buckets)
        for interval in intervals:
            for n, (begin, end) in self.pieces(interval):
                seconds[n] += end - begin
                # At one moment what ends goes first, then what begins; a mere moment ends after it has begun.
                steps[n] += [(begin, 1, 1), (end, 2 if begin == end else 0, -1)]
        return [Presence(_peak(some), total) for some, total in zip(steps, seconds, strict=True)]


def _peak(steps: list[tuple[float, int, int]]) -> int:
    at_once = most = 0
    for _, _, change in sorted(steps):
        at_once += change
        most = max(most, at_once)
    return most
