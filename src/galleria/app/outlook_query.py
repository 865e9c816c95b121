"""What to expect of a site, and what was not as expected: the shapes of the answers. Facts only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from galleria.storage.weather import Weather

from .flow_query import change


class Against(StrEnum):
    """What a period is set beside."""

    LAST_WEEK = "last-week"
    LAST_YEAR = "last-year"
    USUAL = "usual"


@dataclass(frozen=True, slots=True)
class DayCount:
    """Comings in of a trading day that is over.

    Attributes:
        begin: seconds since 1970-01-01 UTC; `end`: likewise.
        value: None: too little of it was seen to be a day's number.
        coverage: of its open time.
        usual: median of the last eight same weekdays that were seen and were no holidays; None: fewer than three.
        spread: by how much such days differ from it, as a share, robustly.
        holiday: its name; empty: none.
    """

    day: date
    begin: float
    end: float
    value: float | None
    coverage: float
    usual: float | None
    spread: float
    holiday: str
    weather: Weather | None


@dataclass(frozen=True, slots=True)
class DayAhead:
    """A day to come: `SHARE` of such days lie between `low` and `high`."""

    day: date
    value: float
    low: float
    high: float
    holiday: str


@dataclass(frozen=True, slots=True)
class ForecastAnswer:
    """What is expected of a subject.

    Attributes:
        day: the first that is told; all days before it were looked at.
        days: of the next 14, those that anything can be told of.
        known: days that it is told from.
        coverage: of those days, in the mean, gaps among them.
        notes: what a reader must know, in sentences.
    """

    subject: str
    day: date
    days: Sequence[DayAhead]
    known: int
    coverage: float
    notes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class DayNote:
    """A day that was not as usual, or was not seen, in a sentence."""

    day: date
    text: str


@dataclass(frozen=True, slots=True)
class Campaign:
    """Something that was done to draw visitors, on the days from `begin` up to `last`."""

    name: str
    begin: date
    last: date


@dataclass(frozen=True, slots=True)
class CampaignEffect:
    """Comings in of a campaign's days, beside what was expected of them before it began.

    Attributes:
        days: those that were seen and that something was expected of.
        actual: of those days; None without any.
        expected: likewise.
        low: actual ÷ the most that was expected, less one; `high`: ÷ the least.
        text: in a sentence.
    """

    campaign: Campaign
    days: int
    actual: float | None
    expected: float | None
    low: float | None
    high: float | None
    text: str


@dataclass(frozen=True, slots=True)
class Beside:
    """A place's comings in over a period, beside those of another.

    Attributes:
        kind: `site`, `entrance` or `shop`.
        value: of the whole period, as far as it was seen.
        alike: of what both saw; `before`: of the other.
        coverage: of the period.
    """

    key: str
    kind: str
    name: str
    value: float | None
    alike: float | None
    before: float | None
    coverage: float

    @property
    def change(self) -> float | None:
        """0.1 is ten percent more than before."""
        return change(self.alike, self.before)
