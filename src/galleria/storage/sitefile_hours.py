"""Turns opening hours as people write them into hours by weekday, and dates into days."""

from __future__ import annotations

import re
from datetime import date, time

from galleria.domain.site import Hours

from .sitefile_problems import Loc, Problems, nearest, quoted

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_BY_NAME = {name: n for n, day in enumerate(DAYS) for name in (day, day[:3])}

_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})")
_HOURS_REMEDY = "write for example `09:00-20:00`, or `closed`"
_FIRST, _LAST = date(2000, 1, 1), date(2199, 12, 31)


def read_day(written: str, loc: Loc, problems: Problems) -> date | None:
    """Read a day, e.g. `2026-10-01`; None: it is none, and that is noted."""
    try:
        day = date.fromisoformat(written)
    except ValueError:
        day = None
    if day is None or day.isoformat() != written or not _FIRST <= day <= _LAST:
        problems.add(loc, f"{quoted(written)} is no day", "write year, month and day, e.g. `2026-10-01`")
        return None
    return day


def read_hours(written: dict[str, str], loc: Loc, problems: Problems) -> dict[int, Hours]:
    """Read opening hours.

    Args:
        written: e.g. `{"mon-sat": "09:00-20:00", "sun": "closed"}`.
        loc: where they stand in the file.
        problems: takes what is wrong.

    Returns:
        hours by weekday, Monday = 0; empty means always open.
    """
    by_day: dict[int, Hours] = {}
    named: dict[int, str] = {}
    sound = True
    for key, value in written.items():
        here = (*loc, key)
        days = _read_days(key, here, problems)
        hours = _read_span(value, here, problems)
        sound = sound and bool(days) and hours is not None
        for day in days:
            if day in named:
                what = f"{DAYS[day].capitalize()} stands here a second time, after {quoted(named[day])}"
                problems.add(here, what, "name each day once", at_key=True)
            elif isinstance(hours, Hours):
                by_day[day] = hours
            named.setdefault(day, key)
    if written and sound and not by_day:
        problems.add(loc, "the site is closed on every day", "leave `hours` out if it is always open", at_key=True)
    _check_nights(by_day, named, loc, problems)
    return by_day


def _read_days(key: str, here: Loc, problems: Problems) -> list[int]:
    if key.strip().lower() == "daily":
        return list(range(7))
    days: list[int] = []
    for part in re.split(r"\s*,\s*", key.strip().lower()):
        begin, dash, end = (name.strip() for name in part.replace("–", "-").partition("-"))
        first, last = _BY_NAME.get(begin), _BY_NAME.get(end if dash else begin)
        if first is None or last is None:
            close = nearest(part, _BY_NAME)
            remedy = f"did you mean `{close[:3]}`?" if close else "write for example `mon-sat` or `sat, sun`"
            problems.add(here, f"{quoted(key)} is no day of the week", remedy, at_key=True)
            return []
        days += [(first + n) % 7 for n in range((last - first) % 7 + 1)]
    return days


def _read_span(value: str, here: Loc, problems: Problems) -> Hours | str | None:
    """Return hours, `closed`, or None after noting what is wrong."""
    if value.strip().lower() == "closed":
        return "closed"
    span = _SPAN.fullmatch(value.strip())
    if span is None:
        what = f"{quoted(value)} are no opening hours"
        remedy = "write the first opening and the last closing" if "," in value else _HOURS_REMEDY
        problems.add(here, what, remedy)
        return None
    opening, closing = (int(span[1]), int(span[2])), (int(span[3]), int(span[4]))
    if closing == (24, 0):
        closing = (0, 0)
    try:
        return Hours(time(*opening), time(*closing))
    except ValueError:
        problems.add(here, f"{quoted(value)} holds a time that no clock shows", _HOURS_REMEDY)
        return None


def _check_nights(by_day: dict[int, Hours], named: dict[int, str], loc: Loc, problems: Problems) -> None:
    """Refuse a night that lasts into the next day's hours: a trading day goes from opening to opening."""
    for day, hours in by_day.items():
        after = by_day.get((day + 1) % 7)
        if after is not None and hours.closing <= hours.opening and hours.closing > after.opening:
            following = DAYS[(day + 1) % 7].capitalize()
            what = f"{DAYS[day].capitalize()} closes after {following} opens"
            problems.add((*loc, named[day]), what, f"close before {after.opening:%H:%M}, or open {following} later")
