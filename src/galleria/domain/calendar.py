"""The calendar of a site: its trading days by date, when it is open, and the grains and comparisons of periods.

A period is given by dates in the site's zone, [begin, end), and means the trading days that open on them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from .site import Site
from .time import Bucket, instant, local, trading_day, zone_named

_LATE = time(23, 59)


class Grain(StrEnum):
    """How finely a period is divided. Weeks are ISO weeks, Monday to Sunday; all follow trading days."""

    QUARTER_HOUR = "15min"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"

    @property
    def within_days(self) -> bool:
        """Whether a trading day has several of them."""
        return self in (Grain.QUARTER_HOUR, Grain.HOUR)


class Compare(StrEnum):
    """What a period is compared with: the same weekdays earlier."""

    NONE = "none"
    LAST_WEEK = "last-week"
    LAST_YEAR = "last-year"

    @property
    def back(self) -> timedelta:
        """How far: a year is 52 weeks, so that a Saturday is compared with a Saturday."""
        return timedelta(days={Compare.NONE: 0, Compare.LAST_WEEK: 7, Compare.LAST_YEAR: 364}[self])


def day_of(site: Site, day: date) -> Bucket | None:
    """The trading day that opens on that date; None for a date that the zone's clocks jumped over."""
    hours = site.hours.get(day.weekday())
    # At opening it has begun; a closed day has begun once the day before has closed.
    at = instant(datetime.combine(day, hours.opening if hours else _LATE), zone_named(site.zone))
    found = trading_day(site, at)
    return found if found.label == day.isoformat() else None


def days_of(site: Site, begin: date, end: date) -> Iterator[Bucket]:
    """The trading days that open on the dates [begin, end)."""
    for n in range((end - begin).days):
        if found := day_of(site, begin + timedelta(days=n)):
            yield found


def open_time(site: Site, day: Bucket) -> tuple[float, float] | None:
    """When the site is open on a trading day, seconds since 1970-01-01 UTC; None on a closed day.

    A site without hours is open all day.
    """
    if not site.hours:
        return day.begin, day.end
    opened = date.fromisoformat(day.label)
    hours = site.hours.get(opened.weekday())
    if hours is None:
        return None
    after_midnight = hours.closing <= hours.opening
    closes = datetime.combine(opened + timedelta(days=after_midnight), hours.closing)
    # A shop that closes after its next opening has no time between two days: a day never reaches into the next.
    closing = min(instant(closes, zone_named(site.zone)), day.end)
    # By other hours or another zone a day that was cut before these may begin after it closes.
    return (day.begin, closing) if day.begin < closing else None


def newest_full_day(site: Site, now: float) -> date:
    """The date of the newest trading day that nobody is still to come on.

    A trading day goes on until the next opening: on Monday morning, before the doors open, Sunday is full.
    """
    day = trading_day(site, now)
    opened, on = open_time(site, day), date.fromisoformat(day.label)
    closed = opened is None or opened[1] <= now
    return on if closed and local(now, zone_named(site.zone)).date() > on else on - timedelta(days=1)


def emptied(site: Site, day: Bucket) -> float | None:
    """When occupancy is set to zero on a trading day, besides its begin: at closing; None if it does not close."""
    opened = open_time(site, day)
    return opened[1] if opened and opened[1] < day.end else None


def label_of(grain: Grain, day: date) -> str:
    """The day, ISO week (2026-W48) or month (2026-11) that a date lies in, as people read it."""
    if grain is Grain.WEEK:
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02d}"
    return f"{day:%Y-%m}" if grain is Grain.MONTH else day.isoformat()
