"""Periods of keys: how long the templates of a purpose can be opened at all."""

from __future__ import annotations

from dataclasses import dataclass

from galleria.domain.purpose import Purpose
from galleria.domain.site import Site
from galleria.domain.time import trading_day
from galleria.policy.retention import Kept, Spans

_DAY = 86400.0
# Members are carried over to a new key every year; the old one opens for another year, if nothing ran meanwhile.
_YEAR = 365 * _DAY


@dataclass(frozen=True, slots=True)
class Period:
    """One key's time.

    Attributes:
        name: as the key's scope has it.
        begin: seconds since 1970-01-01 UTC; likewise `end`, when the next begins.
        ends: when the key opens nothing any more.
    """

    name: str
    begin: float
    end: float
    ends: float


def period_of(purpose: Purpose, site: Site, time: float, spans: Spans) -> Period:
    """The period that a moment lies in: the trading day, the epoch, the year."""
    if purpose is Purpose.UNIQUE:
        day = trading_day(site, time)
        return Period(day.label, day.begin, day.end, day.end)
    length = _YEAR if purpose is Purpose.MEMBERS else max(_DAY, spans.seconds(Kept.RETURNING))
    n = int(time // length)
    begin, end = n * length, (n + 1) * length
    return Period(f"{length / _DAY:.0f} days, {n}", begin, end, end + length if purpose is Purpose.MEMBERS else end)
