"""Footfall of the next days from that of the past ones. Pure.

A day is told as its usual number (the median of the last four same weekdays that were no holidays) times a factor,
which is learnt by gradient boosting from how earlier days came out: by weekday, season, holidays near by, how the same
week of last year came out, and where the last weeks are heading. Intervals are as wide as they had to be in the last
weeks, held back, for days to fall into them (split conformal prediction; Lei and others 2018).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

HORIZON = 14
SHARE = 0.8
# With fewer examples before the weeks held back, the usual day is told; its interval: how such days came out.
LEARN_FROM = 400
# Same weekdays that make the usual day, and as many that are looked back at.
_USUAL, _BACK = 4, 8
_LEAST = 3  # of them that must be known
_HELD_BACK = 56  # days that intervals come from
_FIRST = 56  # day that is learnt from first
_LOOKED_AT = 1100  # days
_EVERY = 7  # days between two origins that are learnt from
_WILD = 2.0  # a factor beyond e to this is a fault of counting
_FORGET = 550.0  # days after which a day counts e times less
_NEAR = 4  # days from a holiday that feel it


@dataclass(frozen=True, slots=True)
class Ahead:
    """A day to come.

    Attributes:
        value: the middle; `low` and `high`: `SHARE` of days lie between.
    """

    day: date
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Past:
    """Days that lie edge to edge.

    Attributes:
        first: the first one.
        counts: (n,) not a number where a day was closed or not seen well.
        holiday: whether a date is one.
    """

    first: date
    counts: Numbers
    holiday: Callable[[date], bool]


def forecast(past: Past, horizon: int = HORIZON) -> list[Ahead]:
    """The next days, as far as anything can be told of them.

    A weekday on which nothing was counted lately, such as a closed one, is left out.
    """
    count = len(past.counts)
    days = _Days.of(past, horizon)
    told = days.beside([count] * horizon, range(count, count + horizon))
    told = told.where(told.count >= _LEAST)
    if not len(told.at):
        return []
    factors = _factors(days, count, told)
    return [
        Ahead(past.first + timedelta(days=at), usual * middle, usual * low, usual * high)
        for at, usual, (low, middle, high) in zip(told.at.tolist(), told.usual.tolist(), factors, strict=True)
    ]


def seasonal_naive(past: Past, horizon: int = HORIZON) -> list[Ahead]:
    """What forecasts are judged beside: the newest known day of the same weekday."""
    count, told = len(past.counts), []
    for at in range(count, count + horizon):
        known = [
            past.counts[back] for back in range(at - 7, -1, -7) if back < count and not np.isnan(past.counts[back])
        ]
        if known:
            told.append(Ahead(past.first + timedelta(days=at), float(known[0]), math.nan, math.nan))
    return told


@dataclass(slots=True)
class _Days:
    """Counts and what is known of each date beforehand."""

    counts: Numbers
    plain: Numbers  # counts without holidays
    dates: Sequence[date]
    holiday: NDArray[np.bool_]
    near: Numbers  # days to the nearest holiday

    @classmethod
    def of(cls, past: Past, horizon: int) -> _Days:
        count = len(past.counts)
        dates = [past.first + timedelta(days=n) for n in range(count + horizon + _NEAR)]
        before = [past.first - timedelta(days=n) for n in range(_NEAR, 0, -1)]
        flags = np.array([past.holiday(day) for day in (*before, *dates)])
        holiday = flags[_NEAR:]
        near = np.full(count + horizon, 9.0)
        for off in range(_NEAR, -1, -1):
            for sign in (-1, 1):
                at = np.arange(count + horizon) + _NEAR + sign * off
                near[flags[at]] = sign * off
        counts = np.where(past.counts > 0, past.counts, np.nan)
        plain = np.where(holiday[:count], np.nan, counts)
        return cls(counts, plain, dates[: count + horizon], holiday[: count + horizon], near)

    def beside(self, origins: Sequence[int], wanted: Sequence[int]) -> _Beside:
        """What was known of days before origins: of each pair of the two."""
        origin, at = np.array(origins, np.int64), np.array(wanted, np.int64)
        begin = at - 7 * np.maximum(1, -(-(at - origin + 1) // 7))
        back = begin[:, None] - 7 * np.arange(_BACK)
        same = np.append(np.nan, self.plain)[np.maximum(back + 1, 0)]
        # Known ones first, newest first.
        same = np.take_along_axis(same, np.argsort(np.isnan(same), axis=1, kind="stable"), axis=1)
        return _Beside(origin, at, same, (~np.isnan(same)).sum(axis=1))

    def features(self, some: _Beside) -> Numbers:
        """(n, features) What is known before its origin of how a day will differ from its usual number."""
        at, rows = some.at.tolist(), np.zeros((len(some.at), 12))
        heading = {origin: self._heading(origin) for origin in {*some.origin.tolist()}}
        last_year = {day: self._last_year(day) for day in {*at}}
        season = [2 * math.pi * self.dates[day].timetuple().tm_yday / 365.25 for day in at]
        rows[:, 0] = some.at - some.origin
        rows[:, 1] = [self.dates[day].weekday() for day in at]
        rows[:, 2], rows[:, 3] = self.holiday[some.at], self.near[some.at]
        rows[:, 4], rows[:, 5] = [math.sin(one) for one in season], [math.cos(one) for one in season]
        rows[:, 6] = [last_year[day] for day in at]
        rows[:, 7] = [heading[origin] for origin in some.origin.tolist()]
        usual = some.usual
        for count in {*some.count.tolist()}:
            alike = some.count == count
            logs = np.log(some.same[alike, :count] / usual[alike, None])
            rows[alike, 8], rows[alike, 9], rows[alike, 10] = logs[:, 0], logs.mean(axis=1), logs.std(axis=1)
        rows[:, 11] = [self.dates[day].day for day in at]
        return rows

    def _heading(self, origin: int) -> float:
        """Where the weeks before a day were heading."""
        week, month = self.counts[max(0, origin - 7) : origin], self.counts[max(0, origin - 28) : origin]
        return _log_ratio(_mean(week), _mean(month))

    def _last_year(self, at: int) -> float:
        """How the same weekday 52 weeks earlier came out against the four before it."""
        then = at - 364
        if then - 28 < 0:
            return math.nan
        return _log_ratio(float(self.counts[then]), _mean(self.counts[then - 28 : then : 7]))


@dataclass(frozen=True, slots=True)
class _Beside:
    """Days, and same weekdays that were known when they were told.

    Attributes:
        origin: (n,) before which something was known.
        at: (n,) the day.
        same: (n, _BACK) counts of the same weekdays, newest first; after them not a number.
        count: (n,) how many they are.
    """

    origin: NDArray[np.int64]
    at: NDArray[np.int64]
    same: Numbers
    count: NDArray[np.int64]

    @property
    def usual(self) -> Numbers:
        """(n,) The usual number of each day; not a number: too little is known."""
        found = np.full(len(self.at), np.nan)
        for count in range(_LEAST, _BACK + 1):
            alike = self.count == count
            found[alike] = np.median(self.same[alike, : min(count, _USUAL)], axis=1)
        return found

    def where(self, keep: NDArray[np.bool_]) -> _Beside:
        return _Beside(self.origin[keep], self.at[keep], self.same[keep], self.count[keep])


def _factors(days: _Days, count: int, wanted: _Beside) -> list[tuple[float, float, float]]:
    """Low, middle and high factor of each wanted day."""
    rows, factors, at = _learnt(days, range(max(_FIRST, count - _LOOKED_AT), count - HORIZON, _EVERY), count)
    held = at >= count - _HELD_BACK
    if (~held).sum() < LEARN_FROM or held.sum() < HORIZON:
        ends = np.quantile(factors, [(1 - SHARE) / 2, (1 + SHARE) / 2]) if len(factors) else np.array([-0.5, 0.5])
        return [(math.exp(min(0.0, float(ends[0]))), 1.0, math.exp(max(0.0, float(ends[1]))))] * len(wanted.at)
    off = np.abs(factors[held] - _fitted(rows[~held], factors[~held], at[~held], rows[held]))
    wide = float(np.quantile(off, min(1.0, SHARE * (1 + 1 / len(off)))))
    middle = _fitted(rows, factors, at, days.features(wanted))
    return [(math.exp(one - wide), math.exp(one), math.exp(one + wide)) for one in middle.tolist()]


def _learnt(days: _Days, origins: Sequence[int], count: int) -> tuple[Numbers, Numbers, NDArray[np.int64]]:
    """Features, logarithms of factors, and which days they are of."""
    pairs = [(origin, day) for origin in origins for day in range(origin, min(origin + HORIZON, count))]
    some = days.beside([origin for origin, _ in pairs], [day for _, day in pairs])
    some = some.where((some.count >= _LEAST) & ~np.isnan(days.counts[some.at]))
    ratios = (days.counts[some.at] / some.usual).tolist()
    factors = np.array([math.log(ratio) for ratio in ratios], np.float64)
    tame = np.abs(factors) < _WILD
    some = some.where(tame)
    return days.features(some), factors[tame], some.at


def _fitted(rows: Numbers, factors: Numbers, at: NDArray[np.int64], ahead: Numbers) -> Numbers:
    """The logarithm of the factor that each row of `ahead` is expected to have."""
    # Loaded when it is needed: it takes half a second, and most processes never forecast.
    from sklearn.ensemble import HistGradientBoostingRegressor as Boosting  # noqa: PLC0415
    from threadpoolctl import threadpool_limits  # noqa: PLC0415

    model = Boosting(
        max_iter=150, learning_rate=0.06, max_leaf_nodes=15, min_samples_leaf=40, l2_regularization=1.0,
        early_stopping=False, random_state=0,
    )  # fmt: skip
    weights = np.exp((at - at.max()) / _FORGET)
    # Of last year nothing is known in the first one; a column without any number cannot be fitted.
    some = ~np.isnan(rows).all(axis=0)
    with threadpool_limits(1):  # beside running cameras, threads that wait for each other take ten times as long
        return np.asarray(model.fit(rows[:, some], factors, sample_weight=weights).predict(ahead[:, some]), np.float64)


def _mean(values: Numbers) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else math.nan


def _log_ratio(a: float, b: float) -> float:
    return math.log(a / b) if a > 0 and b > 0 else math.nan
