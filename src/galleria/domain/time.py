"""Time: instants, local wall time, and the buckets and trading days that measures are given by.

Instants are POSIX seconds (UTC). Local time exists only at the edges and in where a bucket begins.
Buckets are half-open, [begin, end), and follow the wall clock: where the clocks change, a local day has 23, 24
or 25 hours, and in zones that change by half an hour one bucket is cut short rather than drawn across the change.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from time import time as system_time
from typing import Protocol
from zoneinfo import ZoneInfo

from .errors import InputError
from .site import Site


class Clock(Protocol):
    """Says what time it is."""

    def now(self) -> float:
        """Seconds since 1970-01-01 UTC."""
        ...


class WallClock:
    """The machine's clock. Made only where the house meets the world: `runtime`, `capture`, the command line."""

    def now(self) -> float:
        return system_time()


@dataclass(slots=True)
class SetClock:
    """A clock that stands still until it is set; for tests and replays."""

    time: float = 0.0

    def now(self) -> float:
        return self.time

    def advance(self, seconds: float) -> None:
        self.time += seconds


@dataclass(frozen=True, slots=True)
class Bucket:
    """A stretch of time, half-open.

    Attributes:
        begin: seconds since 1970-01-01 UTC; belongs to the bucket.
        end: likewise; does not belong to it.
        label: the beginning as people read it: local time with its UTC offset, a trading day's date, or a clip time.
    """

    begin: float
    end: float
    label: str

    @property
    def seconds(self) -> float:
        return self.end - self.begin


class By(StrEnum):
    """How finely measures are given."""

    MINUTE = "minute"
    QUARTER_HOUR = "15min"
    HOUR = "hour"
    DAY = "day"
    TOTAL = "total"


HOUR = 3600.0  # seconds
TOTAL = "total"  # label of the one bucket that is everything
_STEPS = {By.MINUTE: 60, By.QUARTER_HOUR: 900, By.HOUR: 3600}


def zone_named(name: str) -> ZoneInfo:
    """The IANA time zone of that name.

    Raises:
        InputError: there is none.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        problem = f"there is no time zone named {name!r}"
        raise InputError(problem, "Use a name of the IANA list, such as Europe/Berlin or UTC.") from error


def local(t: float, zone: ZoneInfo) -> datetime:
    """The wall time at `t`, with its UTC offset."""
    return datetime.fromtimestamp(t, zone)


def instant(wall: datetime, zone: ZoneInfo) -> float:
    """Seconds since 1970-01-01 UTC of a wall time; one that carries an offset keeps it.

    A wall time that the clocks show twice means the first of the two; one that they skip is read with the offset
    that held before the change.
    """
    return (wall if wall.tzinfo else wall.replace(tzinfo=zone)).timestamp()


def parse_instant(text: str, zone: ZoneInfo) -> float:
    """Read `2026-03-29`, `2026-03-29T14:00` or the same with an offset or Z; local time of the zone without one.

    Raises:
        InputError: it is none of these.
    """
    try:
        return instant(datetime.fromisoformat(text), zone)
    except (ValueError, OverflowError) as error:
        problem = f"{text!r} is not a date or time"
        raise InputError(problem, "Write it as 2026-03-29 or 2026-03-29T14:00 (local time of the site).") from error


def utc_text(t: float) -> str:
    """ISO 8601 in UTC, to the microsecond where there is a fraction, ending in Z."""
    return datetime.fromtimestamp(t, UTC).isoformat().replace("+00:00", "Z")


def local_text(t: float, zone: ZoneInfo) -> str:
    """Wall time to the second (the minute, where there are no seconds) with its UTC offset."""
    wall = local(t, zone)
    return wall.isoformat(sep=" ", timespec="seconds" if wall.second else "minutes")


def hour_label(day: Bucket, n: int, zone: ZoneInfo) -> str:
    """The hour of the day, HH:MM, at which the hour numbered `n` since a trading day began begins by local time."""
    return f"{local(day.begin + n * HOUR, zone):%H:%M}"


def hour_labels(day: Bucket, many: int, zone: ZoneInfo) -> tuple[str, ...]:
    """Of so many hours since a trading day began, as `hour_label`."""
    first, last = (local(day.begin + n * HOUR, zone) for n in (0, many))
    if first.utcoffset() == last.utcoffset():
        # Days on which the clocks do not change are many, and alike.
        return _hour_labels(first.hour, first.minute, many)
    return tuple(hour_label(day, n, zone) for n in range(many))


@lru_cache(maxsize=64)
def _hour_labels(hour: int, minute: int, many: int) -> tuple[str, ...]:
    return tuple(f"{(hour + n) % 24:02d}:{minute:02d}" for n in range(many))


def clip_text(t: float) -> str:
    """Time within a clip, m:ss, or h:mm:ss from an hour on; fractions of a second are dropped."""
    minutes, seconds = divmod(math.floor(t), 60)
    hours, rest = divmod(minutes, 60)
    return f"{hours}:{rest:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


def minutes(zone: ZoneInfo, begin: float, end: float) -> Iterator[Bucket]:
    """The local minutes that overlap [begin, end), whole."""
    return _steps(zone, _STEPS[By.MINUTE], begin, end)


def quarter_hours(zone: ZoneInfo, begin: float, end: float) -> Iterator[Bucket]:
    """The local quarter hours that overlap [begin, end), whole."""
    return _steps(zone, _STEPS[By.QUARTER_HOUR], begin, end)


def hours(zone: ZoneInfo, begin: float, end: float) -> Iterator[Bucket]:
    """The local hours that overlap [begin, end), whole."""
    return _steps(zone, _STEPS[By.HOUR], begin, end)


def trading_day(site: Site, t: float) -> Bucket:
    """The trading day that `t` lies in; its label is the local date it opened on.

    A day runs from opening to opening, so what happens after midnight, before the shop opens again, belongs to the
    day before. A closed day is a day of its own: it runs from midnight, or from when the day before it closes if
    that is after midnight. A site without hours is always open, and its days run from midnight to midnight.
    """
    zone = zone_named(site.zone)
    tomorrow = local(t, zone).date() + timedelta(days=1)
    # Where a zone jumped over a date (Apia had no 2011-12-30) that day has no length, hence four candidates.
    dates = [tomorrow - timedelta(days=back) for back in range(4)]
    opened = next(day for day in dates if _opening(site, zone, day) <= t)
    end = min(_opening(site, zone, opened + timedelta(days=ahead)) for ahead in (1, 2))
    return Bucket(_opening(site, zone, opened), end, opened.isoformat())


def trading_days(site: Site, begin: float, end: float) -> Iterator[Bucket]:
    """The trading days that overlap [begin, end), whole."""
    t = begin
    while t < end:
        day = trading_day(site, t)
        yield day
        t = day.end


def how_many(by: By, begin: float, end: float) -> float:
    """About how many buckets overlap [begin, end)."""
    return (end - begin) / _STEPS.get(by, 86400)


def buckets(by: By, site: Site, begin: float, end: float) -> list[Bucket]:
    """What overlaps [begin, end) in the site's zone: whole buckets, or exactly [begin, end) for the total."""
    if by is By.TOTAL:
        return [Bucket(begin, end, TOTAL)]
    if by is By.DAY:
        return list(trading_days(site, begin, end))
    return list(_steps(zone_named(site.zone), _STEPS[by], begin, end))


def clip_buckets(by: By, begin: float, end: float) -> list[Bucket]:
    """Buckets of clip time, for footage whose capture time is unknown: counted from the clip's start at 0.

    A clip has no days: `day` gives the total. There is no time beyond a clip's end, so its last bucket ends there.
    """
    if by in (By.TOTAL, By.DAY):
        return [Bucket(begin, end, TOTAL)]
    step = _STEPS[by]
    first, last = math.floor(begin / step), math.ceil(end / step)
    return [Bucket(n * step, min((n + 1) * step, end), clip_text(n * step)) for n in range(first, last)]


def _opening(site: Site, zone: ZoneInfo, day: date) -> float:
    today = site.hours.get(day.weekday())
    if today:
        return instant(datetime.combine(day, today.opening), zone)
    before = site.hours.get((day.weekday() - 1) % 7)
    late = before is not None and before.closing <= before.opening
    return instant(datetime.combine(day, before.closing if before and late else time.min), zone)


def _steps(zone: ZoneInfo, step: int, begin: float, end: float) -> Iterator[Bucket]:
    t = begin
    while t < end:
        bucket = _step_at(zone, step, t)
        yield bucket
        t = bucket.end


def _step_at(zone: ZoneInfo, step: int, t: float) -> Bucket:
    """The longest stretch around `t` in which the UTC offset stays and the wall clock stays within one step."""
    at = math.floor(t)
    offset = _offset(zone, at)
    begin = (at + offset) // step * step - offset
    end = begin + step
    if _offset(zone, begin) != offset:
        begin = _change(zone, begin, at)
    if _offset(zone, end - 1) != offset:
        end = _change(zone, at, end - 1)
    return Bucket(begin, end, local_text(begin, zone))


def _offset(zone: ZoneInfo, t: int) -> int:
    ahead = local(t, zone).utcoffset()
    assert ahead is not None
    return round(ahead.total_seconds())


def _change(zone: ZoneInfo, before: int, after: int) -> int:
    """The first second of the new offset, between two instants whose offsets differ."""
    old = _offset(zone, before)
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(zone, middle) == old:
            before = middle
        else:
            after = middle
    return after
