"""When services of queues were, over some days, in columns: what tills' clocks are compared with. Pure.

A day's services one by one, as `till_clock` has them, take a third of a second to put together for all queues of a
mall; as arrays, milliseconds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .facts import Numbers, Places
from .till_clock import BIN, Services


@dataclass(frozen=True, slots=True)
class ServiceTable:
    """Services of queues on days.

    Attributes:
        counts: (2, queues, days) how many began, and how many ended.
        begins: (n,) in how many `BIN` since the day began: by queue, day and time.
        ends: (m,) likewise.
    """

    counts: Places
    begins: Places
    ends: Places

    @staticmethod
    def of(known: Sequence[Mapping[str, Services]], days: Sequence[str]) -> ServiceTable:
        """From what is known of each queue, by day."""
        some = [[queue.get(day, Services()) for day in days] for queue in known]
        begins = [[_each(one.begins) for one in queue] for queue in some]
        ends = [[_each(one.ends) for one in queue] for queue in some]
        counts = [[[len(one) for one in queue] for queue in kind] for kind in (begins, ends)]
        return ServiceTable(
            np.array(counts, np.int64).reshape(2, len(known), len(days)), *(_joined(kind) for kind in (begins, ends))
        )


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of a queue.

    Attributes:
        days: (d,) when each began, seconds since 1970-01-01 UTC, in order.
        begins: (n,) when services began, likewise, by day.
        ends: (m,) when they ended.
        bounds: (2, d + 1) which of these are of each day.
    """

    days: Numbers
    begins: Numbers
    ends: Numbers
    bounds: Places

    def between(self, low: float, high: float) -> tuple[Numbers, Numbers]:
        """When services began and ended, in order, of the days that began after the one and before the other moment."""
        first, end = int(np.searchsorted(self.days, low, "right")), int(np.searchsorted(self.days, high))
        begins, ends = (
            np.sort(times[bounds[first] : bounds[max(first, end)]])
            for times, bounds in zip((self.begins, self.ends), self.bounds, strict=True)
        )
        return begins, ends


def seen(tables: Sequence[tuple[Numbers, ServiceTable]], queues: int) -> list[Seen]:
    """Of each queue, of which there is one at least, from tables and when the days of each began; all in order."""
    days = np.concatenate([np.zeros(0), *(begins for begins, _ in tables)])
    counts = np.concatenate([np.zeros((2, queues, 0), np.int64), *(table.counts for _, table in tables)], axis=2)
    bounds = np.concatenate([np.zeros((2, queues, 1), np.int64), np.cumsum(counts, axis=2)], axis=2)
    begins, ends = (_by_queue(tables, queues, kind) for kind in range(2))
    return [Seen(days, begins[n], ends[n], bounds[:, n]) for n in range(queues)]


def _by_queue(tables: Sequence[tuple[Numbers, ServiceTable]], queues: int, kind: int) -> list[Numbers]:
    """(n,) times of each queue; `kind`: 0 begins, 1 ends."""
    parts: list[list[Numbers]] = [[np.zeros(0)] for _ in range(queues)]
    for days, table in tables:
        counts = table.counts[kind]
        times = np.repeat(np.tile(days, queues), counts.ravel()) + ((table.begins, table.ends)[kind] + 0.5) * BIN
        for mine, some in zip(parts, np.split(times, np.cumsum(counts.sum(axis=1))[:-1]), strict=True):
            mine.append(some)
    return [np.concatenate(some) for some in parts]


def _each(bins: Mapping[int, int]) -> Places:
    return np.repeat(np.array([*bins], np.int64), np.array([*bins.values()], np.int64))


def _joined(some: Sequence[Sequence[Places]]) -> Places:
    return np.concatenate([np.zeros(0, np.int64), *(one for queue in some for one in queue)])
