"""Visits by label as far as they may be shown: how many, how long, how many were passers, between which cameras.

How many visitors a day had is shown elsewhere, so the number of visits is told only where those who came twice are
enough as well: the difference is a count, too. Only days that are over are told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import mean

from galleria.analytics.visitors import DayFigures
from galleria.analytics.visits import Visited
from galleria.policy.suppression import suppress_table

from .visiting_days import VisitorDay
from .visiting_looked import covered, foremost
from .visiting_query import Absent, Shown
from .visiting_shown import K


@dataclass(frozen=True, slots=True)
class Moves:
    """Visitors who were seen by one camera and next by another one; None is withheld.

    Attributes:
        cameras: of rows (from) and columns (to) alike.
    """

    cameras: tuple[str, ...] = ()
    counts: tuple[tuple[int | None, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class LabelledVisits:
    """Visits over a period, of the days that may be told.

    Attributes:
        days: how many are told.
        a_day: visits on a day, in the mean; `passers`: the share shorter than 60 seconds; `mean`, `median`: seconds of
            the others, the mean that of the days' means.
        moves: of all days together.
        coverage: share of the open time in which the cameras were seeing and looked, at most.
    """

    days: int
    a_day: Shown
    passers: Shown
    mean: Shown
    median: Shown
    coverage: float
    moves: Moves = field(default_factory=Moves)


def labelled_visits(days: Sequence[VisitorDay]) -> LabelledVisits:
    """What may be told of some days."""
    why = foremost(one.why for one in days) if days else Absent.NO_COVERAGE
    final = [one.figures for one in days if one.figures is not None]
    known = [visited for one in final if (visited := one.visited) is not None and one.visitors >= K]
    counted = [one.visited for one in final if one.visited is not None and _countable(one)]
    # As exact shares would give the number of visits away, of days alone on which that may be told.
    split = [one for one in counted if min(one.passers, one.stayed) >= K]
    long = [one for one in known if one.stayed >= K]
    whole = sum(long, Visited())
    # Every day weighs the same: weighed by its visits, three means would tell how many one of the days had.
    means = [one.mean for one in long if one.mean is not None]
    passing = sum(split, Visited())
    return LabelledVisits(
        len(known),
        Shown.of(sum(one.visits for one in counted) / len(counted) if counted else None, why),
        Shown.of(passing.passers / passing.visits if split else None, why),
        Shown.of(mean(means) if means else None, why),
        Shown.of(whole.length(0.5), why),
        covered([one.looked for one in days]),
        _moves(known),
    )


def _countable(one: DayFigures) -> bool:
    return one.visited is not None and one.visitors >= K and one.visited.visits - one.visitors >= K


def _moves(days: Sequence[Visited]) -> Moves:
    """Of the days on which a cell may be told: were the sum held against k, two periods would tell a day apart."""
    cameras = tuple(sorted({name for day in days for a, row in day.moves.items() for name in (a, *row)}))
    if not cameras:
        return Moves()
    total: list[list[int | None]] = [[None] * len(cameras) for _ in cameras]
    for day in days:
        told = suppress_table([[day.moves.get(a, {}).get(b, 0) for b in cameras] for a in cameras], K).cells
        for n, row in enumerate(told):
            for m, count in enumerate(row):
                if count is not None:
                    total[n][m] = (total[n][m] or 0) + count
    # A camera of which nothing is told is not there: that it is would tell that somebody went.
    told_of = [n for n, row in enumerate(total) if any(count is not None for count in (*row, *(r[n] for r in total)))]
    return Moves(
        tuple(cameras[n] for n in told_of), tuple(tuple(total[n][m] for m in told_of) for n in told_of)
    )  # fmt: skip
