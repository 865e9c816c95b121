"""Periods people choose by name, as local dates: today, this week, and so on. Weeks begin on Monday, as ISO's do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Period(StrEnum):
    """A stretch of days by name."""

    TODAY = "today"
    YESTERDAY = "yesterday"
    LAST_7_DAYS = "last-7-days"
    LAST_28_DAYS = "last-28-days"
    THIS_WEEK = "this-week"
    LAST_WEEK = "last-week"
    THIS_MONTH = "this-month"
    LAST_MONTH = "last-month"
    THIS_YEAR = "this-year"
    CUSTOM = "custom"


@dataclass(frozen=True, slots=True)
class Dates:
    """Local dates: `begin` belongs, `end` does not."""

    begin: date
    end: date

    @property
    def days(self) -> int:
        return (self.end - self.begin).days

    @property
    def last(self) -> date:
        """The last date that belongs."""
        return self.end - timedelta(days=1)


_FULL_DAYS = {Period.LAST_7_DAYS: 7, Period.LAST_28_DAYS: 28}
"""Twenty-eight have four of each weekday, which a month does not."""


def dates_of(period: Period, today: date, full: date | None = None) -> Dates | None:
    """The whole stretch, what is still to come of it as well; None for a custom one.

    Args:
        period: its name.
        today: the present day.
        full: the newest day that is over; None: the one before today.
    """
    tomorrow = today + timedelta(days=1)
    monday = today - timedelta(days=today.weekday())
    first = today.replace(day=1)
    over = full + timedelta(days=1) if full else today
    match period:
        case Period.TODAY:
            return Dates(today, tomorrow)
        case Period.YESTERDAY:
            return Dates(today - timedelta(days=1), today)
        case Period.LAST_7_DAYS | Period.LAST_28_DAYS:
            return Dates(over - timedelta(days=_FULL_DAYS[period]), over)
        case Period.THIS_WEEK:
            return Dates(monday, monday + timedelta(days=7))
        case Period.LAST_WEEK:
            return Dates(monday - timedelta(days=7), monday)
        case Period.THIS_MONTH:
            return Dates(first, next_month(first))
        case Period.LAST_MONTH:
            return Dates((first - timedelta(days=1)).replace(day=1), first)
        case Period.THIS_YEAR:
            return Dates(date(today.year, 1, 1), date(today.year + 1, 1, 1))
        case Period.CUSTOM:
            return None


def next_month(first: date) -> date:
    """The first day of the month after."""
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1)
