"""The sections of a report, in their order, and which period it is of."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from galleria.domain.calendar import newest_full_day
from galleria.domain.errors import InputError
from galleria.domain.period import Dates, Period, dates_of
from galleria.domain.site import Site
from galleria.domain.time import trading_day

from .asking import Asked, Desk
from .facts import PeriodReport, Section
from .sections import dwell, entrances, footfall, inside
from .sections_sold import sales
from .sections_studied import groups, queues
from .sections_visits import conversion, visits

SECTIONS: tuple[Callable[[Asked], Section | None], ...] = (
    footfall, entrances, inside, visits, dwell, queues, groups, sales, conversion,
)  # fmt: skip
_LONGEST = 366
_RANGE = re.compile(r"(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)")


def period_report(desk: Desk, dates: Dates, now: float) -> PeriodReport:
    """Make it; a section that the site has nothing for is left out.

    Args:
        desk: of the site.
        dates: trading days that open on them; those that have not begun are left out.
        now: seconds since 1970-01-01 UTC.

    Raises:
        InputError: the period has not begun, or is longer than a year.
        StoreError: something cannot be read.
    """
    today = date.fromisoformat(trading_day(desk.site, now).label)
    if dates.begin > today:
        problem = f"the period begins on {dates.begin}, and today is {today}"
        raise InputError(problem, "Choose one that has begun.")
    if dates.days > _LONGEST:
        problem = f"{dates.days} days are more than a report has"
        raise InputError(problem, f"Choose at most {_LONGEST}.")
    asked = Asked(desk, Dates(dates.begin, min(dates.end, today + timedelta(days=1))), now)
    made = (section(asked) for section in SECTIONS)
    return PeriodReport(desk.site, asked.dates, now, tuple(section for section in made if section))


def period_of(text: str, site: Site, now: float) -> Dates:
    """The period that somebody wrote: `last-week` and the like, or `FROM..TO`, both dates belonging to it.

    Raises:
        InputError: it is none.
    """
    today = date.fromisoformat(trading_day(site, now).label)
    names = [period.value for period in Period if period is not Period.CUSTOM]
    if text in names and (named := dates_of(Period(text), today, newest_full_day(site, now))):
        return named
    remedy = f"Write {', '.join(names)}, or two dates, e.g. 2026-11-02..2026-11-08."
    found = _RANGE.fullmatch(text)
    if found is None:
        problem = f"{text[:60]!r} is no period"
        raise InputError(problem, remedy)
    try:
        first, last = (date.fromisoformat(each) for each in found.groups())
    except ValueError as error:
        problem = f"{text!r} holds a date that the calendar does not have"
        raise InputError(problem, remedy) from error
    if last < first:
        problem = f"the period {text} ends before it begins"
        raise InputError(problem, "Write the earlier date first.")
    if last == date.max:
        problem = f"the period {text} has no end"
        raise InputError(problem, remedy)
    return Dates(first, last + timedelta(days=1))
