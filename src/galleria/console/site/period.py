"""Periods people choose by name, as the command line has them too, and the one that a page opens at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from galleria.app.flows import Flows
from galleria.domain.calendar import newest_full_day
from galleria.domain.period import Dates, Period, dates_of, next_month
from galleria.domain.site import Site
from galleria.domain.time import trading_day

__all__ = ["Dates", "Period", "Present", "dates_of", "next_month", "present"]


@dataclass(frozen=True, slots=True)
class Present:
    """What periods by name are reckoned from.

    Attributes:
        today: the present trading day's date.
        full: the newest day that is over.
        opens: the period that a page opens at, when its address names none.
    """

    today: date
    full: date
    opens: Period = Period.LAST_7_DAYS


def present(site: Site, flows: Flows, now: float, opens: Period = Period.LAST_7_DAYS) -> Present:
    """Now. On a site's first day pages open at today: nothing was counted before it.

    Weeks and months of the calendar would be nearly empty on Mondays and firsts, so pages open at full days.
    """
    today = date.fromisoformat(trading_day(site, now).label)
    full = newest_full_day(site, now)
    usual = dates_of(opens, today, full)
    counted = usual is not None and flows.counted(usual.begin, usual.end)
    return Present(today, full, opens if counted else Period.TODAY)
