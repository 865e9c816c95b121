"""Periods of keys: how long the templates of a purpose can be opened at all."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from galleria.domain.purpose import Purpose
from galleria.domain.site import Site
from galleria.domain.time import trading_day
from galleria.policy.retention import Kept, Spans

_DAY = 86400.0
# Members are carried over to a new key every year; the old one opens for another year, if nothing ran meanwhile.
_YEAR = 365 * _DAY
# Before the mark of the template space in a period's name; those of before such marks have none.
_MARK = " #"


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

    def of(self, space: str) -> Period:
        """The same of a template space: what another network made lies in another store, with a key of its own."""
        return replace(self, name=f"{self.name}{_mark(space)}")


def is_of(name: str, space: str) -> bool:
    """Whether templates of a space may lie in a store of that name: it has its mark, or none."""
    return name.endswith(_mark(space)) or _MARK not in name


def _mark(space: str) -> str:
    return _MARK + hashlib.sha256(b"galleria space 1\n" + space.encode()).hexdigest()[:8]


def period_of(purpose: Purpose, site: Site, time: float, spans: Spans) -> Period:
    """The period that a moment lies in: the trading day, the epoch, the year."""
    if purpose is Purpose.UNIQUE:
        day = trading_day(site, time)
        return Period(day.label, day.begin, day.end, day.end)
    length = _YEAR if purpose is Purpose.MEMBERS else max(_DAY, spans.seconds(Kept.RETURNING))
    n = int(time // length)
    begin, end = n * length, (n + 1) * length
    return Period(f"{length / _DAY:.0f} days, {n}", begin, end, end + length if purpose is Purpose.MEMBERS else end)
