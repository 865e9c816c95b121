"""Hours of queues in columns: what a year's answers are added up from. Pure.

Hours one by one, as `queues` has them, take half a second to add up for a year of a mall; as arrays, milliseconds.
What is told here of a row is what `Waiting` tells of the same hours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np

from . import sketch
from .facts import Numbers, Places
from .queues import Waiting


@dataclass(frozen=True, slots=True)
class QueueTable:
    """Rows by hour of the day: queues over several days, or days of one queue.

    Attributes:
        names: of the rows.
        clocks: hours of the day by local time, in order.
        counts: (rows, clocks, 6) arrived, served, left, presence, serving and covered, as `Waiting` has them.
        bins: (n, 3) row; bin of `sketch`; how many waited so long: in order.
        by_clock: (n, 3) clock; bin; how many: in order, all rows together.
    """

    names: tuple[str, ...]
    clocks: tuple[str, ...]
    counts: Places
    bins: Places
    by_clock: Places

    @staticmethod
    def of(names: Sequence[str], hours: Iterable[tuple[int, str, Waiting]]) -> QueueTable:
        """From hours: the row of each, its local time, and what is known of it."""
        rows, times, told, sizes = [], [], [], []
        bins: list[int] = []
        many: list[int] = []
        for row, clock, one in hours:
            rows.append(row)
            times.append(clock)
            told.append((one.arrived, one.served, one.left, one.presence, one.serving, one.covered))
            bins.extend(one.waits)
            many.extend(one.waits.values())
            sizes.append(len(one.waits))
        clocks = sorted({*times})
        numbers = {clock: n for n, clock in enumerate(clocks)}
        at, by = np.array(rows, np.int64), np.array([numbers[clock] for clock in times], np.int64)
        counts = np.zeros((len(names), len(clocks), 6), np.int64)
        np.add.at(counts, (at, by), np.array(told, np.int64).reshape(-1, 6))
        waits = np.column_stack([np.array(bins, np.int64), np.array(many, np.int64)])
        return QueueTable(
            tuple(names),
            tuple(clocks),
            counts,
            _summed(np.repeat(at, sizes), waits),
            _summed(np.repeat(by, sizes), waits),
        )

    @staticmethod
    def together(some: Sequence[QueueTable], names: Sequence[str], name: Callable[[str], str] = str) -> QueueTable:
        """Several tables as one: rows that are called alike are added up.

        Args:
            some: in any order.
            names: of the rows that are made.
            name: what each row is called there.
        """
        clocks = sorted({clock for one in some for clock in one.clocks})
        rows, numbers = ({each: n for n, each in enumerate(list_)} for list_ in (names, clocks))
        counts = np.zeros((len(names), len(clocks), 6), np.int64)
        none = np.zeros(0, np.int64)
        of_rows, of_clocks = [none], [none]
        for one in some:
            at = np.array([rows[name(each)] for each in one.names], np.int64)
            by = np.array([numbers[clock] for clock in one.clocks], np.int64)
            np.add.at(counts, (at[:, None], by), one.counts)
            of_rows.append(at[one.bins[:, 0]])
            of_clocks.append(by[one.by_clock[:, 0]])
        no_waits = np.zeros((0, 2), np.int64)
        return QueueTable(
            tuple(names),
            tuple(clocks),
            counts,
            _summed(np.concatenate(of_rows), np.concatenate([no_waits, *(one.bins[:, 1:] for one in some)])),
            _summed(np.concatenate(of_clocks), np.concatenate([no_waits, *(one.by_clock[:, 1:] for one in some)])),
        )


def quantiles(bins: Places, rows: int, share: float) -> list[float | None]:
    """Seconds that this share of each row's waits does not exceed, as `Waiting.wait`; None: nobody waited.

    Args:
        bins: as `QueueTable.bins`.
        rows: how many there are.
        share: in [0,1].
    """
    reached = np.cumsum(bins[:, 2])
    ends = np.append(0, reached)[np.searchsorted(bins[:, 0], np.arange(rows + 1))]
    begins, totals = ends[:-1], np.diff(ends)
    position = share * (totals - 1)
    below = np.floor(np.maximum(position, 0)).astype(np.int64)
    above = np.minimum(below + 1, totals - 1)
    waited = totals > 0
    middles = _middles(bins)
    low, high = (middles[np.searchsorted(reached, (begins + n)[waited], "right")] for n in (below, above))
    values = iter((low + (high - low) * (position - below)[waited]).tolist())
    return [next(values) if some else None for some in waited.tolist()]


def means(bins: Places, rows: int) -> list[float | None]:
    """Mean wait of each row, seconds, as `Waiting.mean`; None: nobody waited."""
    each, counts = (_middles(bins) * bins[:, 2]).tolist(), bins[:, 2].tolist()
    ends = np.searchsorted(bins[:, 0], np.arange(rows + 1)).tolist()
    # Added up in the order in which one row alone would be: another order may end in another last digit.
    return [sum(each[begin:end]) / sum(counts[begin:end]) if end > begin else None for begin, end in pairwise(ends)]


def _middles(bins: Places) -> Numbers:
    """(n,) the seconds that each bin stands for."""
    most = int(bins[:, 1].max(initial=0))
    return _middles_below(1 << most.bit_length())[bins[:, 1]]


@cache
def _middles_below(end: int) -> Numbers:
    """(end,) the seconds that each of these bins stands for."""
    return np.array([sketch.middle(n) for n in range(end)], np.float64)


def _summed(of: Places, waits: Places) -> Places:
    """(n, 3): each pair of what the waits are of and their bin once, in order, with how many there are together."""
    if not len(waits):
        return np.zeros((0, 3), np.int64)
    width = int(waits[:, 0].max()) + 1
    sums = np.bincount(of * width + waits[:, 0], waits[:, 1])  # in float64, which whole numbers of people fit in
    at = np.flatnonzero(sums)
    return np.column_stack([*np.divmod(at, width), sums[at].astype(np.int64)])
