"""What of a day's figures may be shown. What was shown once stays as it was: sums are only of parts that are shown.

A day's visitors, its new and its returning ones are decided together. What divides these further (how often, how long
ago, when first seen) is shown where all of it can be; days where it cannot are put together by week. So no sum of
days, and no difference of two such sums, tells what was withheld.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from galleria.analytics.visitors import DayFigures, First, median, together
from galleria.domain.purpose import Purpose
from galleria.policy.suppression import Sum, least, suppress, suppress_table

SINCE = ((1, 1), (2, 3), (4, 7), (8, 14), (15, 29))  # days since the last visit: bins, both ends belong
K = least(Purpose.UNIQUE)


@dataclass(frozen=True, slots=True)
class Split:
    """A day's visitors; None is withheld."""

    visitors: int | None
    new: int | None
    returning: int | None

    @property
    def known(self) -> bool:
        return self.new is not None and self.returning is not None


@dataclass(frozen=True, slots=True)
class Spread:
    """How often visitors came and how long ago they last did; None is withheld.

    Attributes:
        days: how many days it is of.
        complete: nothing is withheld.
    """

    days: int
    visits: tuple[int | None, ...]
    since: tuple[int | None, ...]
    median: float | None

    @property
    def complete(self) -> bool:
        return None not in (*self.visits, *self.since)


def split(figures: DayFigures) -> Split:
    """What may be shown of a day's new and returning visitors: both of them or neither, for their sum is shown."""
    total = figures.visitors if figures.visitors >= K else None
    if min(figures.new, figures.returning) < K:
        return Split(total, None, None)
    return Split(total, figures.new, figures.returning)


def spread(figures: DayFigures, days: int = 1) -> Spread:
    """What may be shown of how often visitors came; of days whose `split` is known."""
    often, ago = _parts(figures.visits[1:]), _parts(since_bins(figures.since))
    return Spread(days, (figures.visits[0], *often), ago, median(figures.since))


def first_seen(figures: DayFigures) -> list[tuple[First, int | None, int | None]]:
    """By quarter hour, new and returning visitors that may be shown; of a day whose `split` is known."""
    if not figures.firsts or not split(figures).known:
        return [(one, None, None) for one in figures.firsts]
    crossed = suppress_table([(one.new, one.returning) for one in figures.firsts], K)
    if None in (*crossed.columns, crossed.total):  # the day's sums are shown elsewhere
        return [(one, None, None) for one in figures.firsts]
    return [(one, *line) for one, line in zip(figures.firsts, crossed.cells, strict=True)]  # type: ignore[misc]


def spread_over(days: Mapping[str, DayFigures], weeks: Mapping[str, Sequence[str]]) -> Spread | None:
    """How often visitors came over several days; None where nothing can be told.

    Args:
        days: figures by date.
        weeks: dates of each whole week of the period that is over.
    """
    fit = {label: one for label, one in days.items() if split(one).known}
    single = {label: spread(one) for label, one in fit.items()}
    parts = [(fit[label], one) for label, one in single.items() if one.complete]
    for labels in weeks.values():
        pooled = [fit[label] for label in labels if label in fit and not single[label].complete]
        if pooled:
            parts.append((whole := together(pooled), spread(whole, len(pooled))))
    if any(one.complete for _, one in parts):
        parts = [(figures, one) for figures, one in parts if one.complete]
    if not parts:
        return None
    shown = [one for _, one in parts]
    figures = together(figures for figures, _ in parts)
    return Spread(
        sum(one.days for one in shown),
        tuple(map(_summed, zip(*(one.visits for one in shown), strict=True))),
        tuple(map(_summed, zip(*(one.since for one in shown), strict=True))),
        median(figures.since),
    )


def since_bins(since: Mapping[int, int]) -> list[int]:
    """How many in each of the bins `SINCE`."""
    return [sum(count for days, count in since.items() if low <= days <= high) for low, high in SINCE]


def _parts(counts: Sequence[int]) -> tuple[int | None, ...]:
    """The parts of a sum that is shown."""
    cells = dict(enumerate(counts))
    shown = suppress({-1: sum(counts), **cells}, [Sum(-1, tuple(cells))], K)
    if shown[-1] is None:  # it would help, but is shown all the same
        return (None,) * len(counts)
    return tuple(shown[n] for n in cells)


def _summed(cells: Iterable[int | None]) -> int | None:
    some = list(cells)
    return None if None in some else sum(count for count in some if count is not None)
