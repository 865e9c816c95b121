"""Axes of charts: where the ticks stand and what they mark. Pure geometry; words are put to them in the templates.

A chart's time axis has one slot of equal width for each bucket, whatever its length: where the clocks change, a local
day simply has 92 or 100 quarter hours, and no bar is drawn twice or wider than its neighbours.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

from galleria.domain.time import local

_NOTHING = 1e-6  # as good as zero, in any unit
_MOST_TICKS = 13
_SLIVER = 4  # slots that are too few to carry a label of their own
_HOUR_STEPS = (1, 2, 3, 4, 6, 12)
_DAY_STEPS = (1, 2, 7, 14)
_SECONDS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 43200, 86400)


class Mark(StrEnum):
    """What a tick of a time axis says."""

    CLOCK = "clock"  # 14:00
    WEEKDAY = "weekday"  # Mon 3
    DAY = "day"  # 3 Mar
    MONTH = "month"  # Mar
    YEAR = "year"  # 2026


@dataclass(frozen=True, slots=True)
class Tick:
    """A tick of a time axis.

    Attributes:
        at: share of the axis' length, in [0,1].
        time: seconds since 1970-01-01 UTC.
        mark: what to say of it.
        rank: 0 always stays; 2 is left out first where there is little room, then 1.
    """

    at: float
    time: float
    mark: Mark
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Scale:
    """A value axis from 0 to `top`, with ticks at round numbers; `top` is the last of them and above 0."""

    top: float
    ticks: tuple[float, ...]

    def share(self, value: float) -> float:
        """How high a value lies, in [0,1]."""
        return min(max(value / self.top, 0.0), 1.0)


def scale(highest: float, unit: str, steps: int = 4) -> Scale:
    """The axis for values up to `highest`: about `steps` round steps, whole for tracks, clock-like for seconds."""
    highest = highest if highest > _NOTHING else 0.0
    rough = highest / steps
    if unit == "seconds":
        step: float = next((s for s in _SECONDS if s >= rough), 86400 * max(math.ceil(rough / 86400), 1))
    else:
        step = _round_up(rough) if rough > 0 else (0.25 if unit == "ratio" else 1.0)
        step = step if unit == "ratio" else max(step, 1.0)
    count = max(math.ceil(highest / step - 1e-9), 1)
    return Scale(count * step, tuple(round(n * step, 9) for n in range(count + 1)))


def _round_up(rough: float) -> float:
    """The next of 1, 2, 2.5, 5 times a power of ten; 2.5 only where it stays whole or below one."""
    power = 10.0 ** math.floor(math.log10(rough))
    factors = (1.0, 2.0, 5.0, 10.0) if power == 1.0 else (1.0, 2.0, 2.5, 5.0, 10.0)
    return next(factor * power for factor in factors if factor * power >= rough - 1e-12)


def time_ticks(begins: Sequence[float], end: float, zone: ZoneInfo) -> list[Tick]:
    """Ticks for slots that begin at `begins` (in order) and end at `end`, at most about a dozen.

    Up to two days get hours, up to two months days, more gets months and years.
    """
    if not begins:
        return []
    span = end - begins[0]
    longest = max(b - a for a, b in zip(begins, [*begins[1:], end], strict=True))
    if longest < 86400 / 2 and span <= 2.1 * 86400:
        return _hours(begins, zone)
    if span <= 64 * 86400:
        return _days(begins, zone, centred=longest > 86400 / 2)
    return _months(begins, zone)


def _hours(begins: Sequence[float], zone: ZoneInfo) -> list[Tick]:
    walls = [local(t, zone) for t in begins]
    whole = [(n, wall.hour) for n, wall in enumerate(walls) if wall.minute == 0]
    step = next((s for s in _HOUR_STEPS if sum(hour % s == 0 for _, hour in whole) <= _MOST_TICKS), 24)
    chosen = [n for n, hour in whole if hour % step == 0]
    # A stretch without a full hour in it still says where it begins.
    return _ticks(chosen or [0], begins, Mark.CLOCK)


def _days(begins: Sequence[float], zone: ZoneInfo, *, centred: bool) -> list[Tick]:
    dates = [local(t, zone).date() for t in begins]
    firsts = [n for n, day in enumerate(dates) if n == 0 or day != dates[n - 1]]
    if not centred and len(firsts) > 1 and firsts[1] < _SLIVER:
        firsts = firsts[1:]  # a sliver of a day before the first whole one
    step = next(s for s in (*_DAY_STEPS, len(firsts)) if len(firsts) / s <= _MOST_TICKS)
    if step % 7 == 0:  # whole weeks: on Mondays, wherever the period begins
        offset = next((i for i, n in enumerate(firsts) if dates[n].weekday() == 0), 0)
        chosen = firsts[offset::step]
    else:
        chosen = firsts[::step]
    mark = Mark.WEEKDAY if step == 1 else Mark.DAY
    return _ticks(chosen, begins, mark, centred=centred)


def _months(begins: Sequence[float], zone: ZoneInfo) -> list[Tick]:
    dates = [local(t, zone).date() for t in begins]
    firsts = [
        n for n, day in enumerate(dates) if n and (day.month, day.year) != (dates[n - 1].month, dates[n - 1].year)
    ]
    if not firsts or firsts[0] > len(begins) / 24 or dates[0].day == 1:
        firsts = [0, *firsts]
    step = next((s for s in (1, 2, 3, 6, 12) if len(firsts) / s <= _MOST_TICKS), 24)
    ticks = []
    for i, n in enumerate(firsts[::step]):
        year = i == 0 or dates[n].year != dates[firsts[(i - 1) * step]].year
        ticks.append(Tick(n / len(begins), begins[n], Mark.YEAR if year else Mark.MONTH, _rank(i, len(firsts) // step)))
    return ticks


def _ticks(chosen: Sequence[int], begins: Sequence[float], mark: Mark, *, centred: bool = False) -> list[Tick]:
    half = 0.5 if centred else 0.0
    return [Tick((n + half) / len(begins), begins[n], mark, _rank(i, len(chosen))) for i, n in enumerate(chosen)]


def _rank(n: int, count: int) -> int:
    """Every second label goes first, then every second of those left; few can stay longer."""
    rank = 2 if n % 2 else 1 if n % 4 else 0
    return max(rank - 1, 0) if count <= _MOST_TICKS / 2 else rank
