"""Visits of many days and places in columns: what a year's answers are added up from. Pure.

Days as `visit_days` tells them take a second to read and add up for a year of a mall; as arrays, milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from .facts import Flags, Places
from .visit_days import Lengths, VisitDay, VisitHour

_COUNTS = 6
_LENGTHS = 4
_SHIFT = 32  # bits of a bin's number


@dataclass(frozen=True, slots=True)
class VisitTable:
    """Some days of some places. Whole numbers, so that it does not matter in which order tables are put together.

    Attributes:
        days: labels, in order.
        known: (places, days) whether a day tells of a place.
        counts: (places, days, 6) came, seen, of, soon, chance and noise, as `VisitDay` has them.
        clocks: hours of the day by local time, in order.
        by_clock: (places, clocks, 3) came, seen and of, all days together.
        lengths: (places, 4) days, came, seconds and error, as `Lengths` has them, likewise.
        bins: (n, 3) twice the place, one more if in a mixed order; bin; how many: in order, likewise.
    """

    days: tuple[str, ...]
    known: Flags
    counts: Places
    clocks: tuple[str, ...]
    by_clock: Places
    lengths: Places
    bins: Places

    @staticmethod
    def of(label: str, days: Sequence[VisitDay | None], clock: Callable[[int], str]) -> VisitTable:
        """One day.

        Args:
            label: of the day.
            days: of each place; None: the day tells nothing of it.
            clock: the local time of an hour, by its number.
        """
        told = [one or VisitDay() for one in days]
        clocks = sorted({clock(n) for one in told for n in one.hours})
        at = {each: n for n, each in enumerate(clocks)}
        by_clock = np.zeros((len(days), len(clocks), 3), np.int64)
        bins: list[tuple[int, int, int]] = []
        for place, one in enumerate(told):
            for n, hour in one.hours.items():
                by_clock[place, at[clock(n)]] += hour.came, hour.seen, hour.of
            for kind, some in enumerate((one.lengths.first, one.lengths.mixed)):
                bins += ((2 * place + kind, n, count) for n, count in some.items())
        sums = by_clock.sum(axis=1)
        rest = np.array([(one.soon, one.chance, one.noise) for one in told], np.int64).reshape(-1, 3)
        lengths = [(one.lengths.days, one.lengths.came, one.lengths.seconds, one.lengths.error) for one in told]
        return VisitTable(
            (label,),
            np.array([[one is not None] for one in days], np.bool_).reshape(-1, 1),
            np.concatenate([sums, rest], axis=1)[:, None],
            tuple(clocks),
            by_clock,
            np.array(lengths, np.int64).reshape(-1, _LENGTHS),
            _summed(np.array(bins, np.int64).reshape(-1, 3)),
        )

    @staticmethod
    def together(places: int, some: Sequence[VisitTable]) -> VisitTable:
        """Several tables of so many places as one; days in order, each in one table at most."""
        clocks = sorted({clock for one in some for clock in one.clocks})
        at = {each: n for n, each in enumerate(clocks)}
        by_clock = np.zeros((places, len(clocks), 3), np.int64)
        for one in some:
            by_clock[:, [at[clock] for clock in one.clocks]] += one.by_clock
        return VisitTable(
            tuple(day for one in some for day in one.days),
            np.concatenate([np.zeros((places, 0), np.bool_), *(one.known for one in some)], axis=1),
            np.concatenate([np.zeros((places, 0, _COUNTS), np.int64), *(one.counts for one in some)], axis=1),
            tuple(clocks),
            by_clock,
            np.sum([one.lengths for one in some], axis=0) if some else np.zeros((places, _LENGTHS), np.int64),
            _summed(np.concatenate([np.zeros((0, 3), np.int64), *(one.bins for one in some)])),
        )

    def wholes(self, place: int, stretches: Sequence[slice]) -> list[VisitDay]:
        """Stretches of its days, each as one: as a single hour, and without lengths."""
        until = np.concatenate([np.zeros((1, _COUNTS), np.int64), np.cumsum(self.counts[place], axis=0)])
        bounds = np.array([some.indices(len(self.days))[:2] for some in stretches], np.intp).reshape(-1, 2)
        return [
            VisitDay({0: VisitHour(came, 0, seen, of)}, soon, chance, noise)
            for came, seen, of, soon, chance, noise in (until[bounds[:, 1]] - until[bounds[:, 0]]).tolist()
        ]

    def clock_hours(self, place: int) -> Mapping[str, VisitHour]:
        """By local time, those that were seen, all days together; who went is not told."""
        rows = zip(self.clocks, self.by_clock[place].tolist(), strict=True)
        return {clock: VisitHour(came, 0, seen, of) for clock, (came, seen, of) in rows if seen}

    def lasted(self, place: int) -> Lengths:
        """How long its visits were, all days together."""
        ends = np.searchsorted(self.bins[:, 0], [2 * place, 2 * place + 1, 2 * place + 2]).tolist()
        first, mixed = (dict(self.bins[begin:end, 1:].tolist()) for begin, end in pairwise(ends))
        days, came, seconds, error = self.lengths[place].tolist()
        return Lengths(days, came, seconds, error, first, mixed)


def _summed(bins: Places) -> Places:
    """(n, 3): each pair of the first two columns once, in order, with the sum of the third."""
    if not len(bins):
        return bins
    keys = bins[:, 0] << _SHIFT | bins[:, 1]
    order = np.argsort(keys, kind="stable")  # quick where what is put together is in order
    starts = np.flatnonzero(np.diff(keys[order], prepend=-1))
    return np.column_stack([bins[order[starts], :2], np.add.reduceat(bins[order, 2], starts)])
