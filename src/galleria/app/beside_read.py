"""Days beside their usual or an earlier one, as numbers that add up to those of any period."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from enum import IntEnum

import numpy as np

from galleria.analytics.cells import PARTS, Part
from galleria.analytics.facts import Numbers
from galleria.domain.calendar import Compare, Grain

from .beside_days import Read
from .flow_plan import plan
from .flow_run import Asked, day_run
from .flow_sums import ENOUGH, Sums, coverage
from .flows import Flows
from .outlook_query import DayCount


class Usual(IntEnum):
    """Of a day beside its usual one: comings in, 0 where a number is not known, and how many are."""

    VALUE = 0
    KNOWN = 1
    ALIKE = 2  # of the value, if there is a usual one
    USUAL = 3  # if there is a value
    BOTH = 4
    COVERAGE = 5
    LOOKED = 6  # 1 if anything was seen or counted


class Earlier(IntEnum):
    """Of a day beside an earlier one, after its parts: of quarter hours that both have seen."""

    ALIKE = PARTS
    BEFORE = PARTS + 1
    PAIRS = PARTS + 2  # how many they are


def usual(days_of: Callable[[Sequence[str], date, date], Sequence[Sequence[DayCount]]]) -> Read:
    """Read days beside their usual ones: (days, subjects, `Usual`)."""

    def read(keys: Sequence[str], begin: date, end: date) -> tuple[Sequence[date], Numbers]:
        found = days_of(keys, begin, end)
        numbers = np.array([[_usual(day) for day in days] for days in found], np.float64)
        return [day.day for day in found[0]], numbers.reshape(len(found), len(found[0]), len(Usual)).swapaxes(0, 1)

    return read


def _usual(day: DayCount) -> tuple[float, ...]:
    value, other = day.value or 0.0, day.usual or 0.0
    known, both = day.value is not None, day.value is not None and day.usual is not None
    looked = bool(day.coverage) or known
    return (value, known, value * both, other * both, both, day.coverage * looked, looked)


def earlier(flows: Flows, how: Compare) -> Read:
    """Read days beside earlier ones: (days, subjects, PARTS and `Earlier`)."""

    def read(keys: Sequence[str], begin: date, end: date) -> tuple[Sequence[date], Numbers]:
        asked = Asked(Grain.DAY, begin, end, how)
        run = day_run(flows.site, flows.rollups, asked)
        own = run.days[run.own]
        numbers = np.zeros((len(own), len(keys), PARTS + len(Earlier)))
        if not own:
            return [], numbers
        made = plan(asked, run)
        assert made.before is not None
        mine, others = made.before.mine, made.before.others
        onto, other_of = made.shown.onto[mine - own[0].at], np.zeros(run.days[-1].end, np.intp)
        other_of[others] = onto
        labels = [day.bucket.label for day in run.days if day.rolled]
        for n, (_, days) in enumerate(flows.rollups.cells(keys, labels, dwells=False)):
            cells = run.cells(days)
            enough = coverage(cells.parts) >= ENOUGH
            fit = enough[mine] & enough[others]
            came, at = cells.parts[:, Part.CAME], onto[fit]
            # Where a day has an hour more than the other one, two quarter hours may have the same like.
            like = np.zeros(len(came), np.bool_)
            like[others[fit]] = True
            numbers[:, n, :PARTS] = Sums.of(cells, made.shown).parts
            numbers[:, n, Earlier.ALIKE] = np.bincount(at, came[mine[fit]], len(own))
            numbers[:, n, Earlier.BEFORE] = np.bincount(other_of[like], came[like], len(own))
            numbers[:, n, Earlier.PAIRS] = np.bincount(at, minlength=len(own))
        return [date.fromisoformat(day.bucket.label) for day in own], numbers

    return read
