"""The report of a trading week by e-mail: when it is due, and how it is sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from galleria.domain.calendar import day_of
from galleria.domain.errors import GalleriaError
from galleria.domain.period import Dates, Period, dates_of
from galleria.domain.site import Site
from galleria.domain.time import local, zone_named
from galleria.notify.chart import chart
from galleria.notify.digest import Hour
from galleria.notify.mail import Mailer, Written
from galleria.notify.ports import Delivery, Outcome

from .reporting.facts import PeriodReport
from .reporting.page import html, text

AFTER = 900.0  # seconds after opening: by then Sunday's measures are written
LATEST = 2 * 86400.0  # a report that is later than this is not begun any more
_WEEK = timedelta(days=7)

WeekOf = Callable[[Dates], PeriodReport]
"""Makes the report of a period; raises StoreError."""


def last_week(site: Site, now: float) -> Dates:
    """The newest trading week, Monday to Sunday, that is over by the calendar."""
    found = dates_of(Period.LAST_WEEK, local(now, zone_named(site.zone)).date())
    assert found is not None
    return found


def due(site: Site, now: float) -> date | None:
    """The Monday of the week whose report is to be out by now, and is not stale yet; None when there is none.

    Args:
        site: its hours say when a Monday begins.
        now: seconds since 1970-01-01 UTC.
    """
    week = last_week(site, now)
    monday = day_of(site, week.end)
    if monday is None or not monday.begin + AFTER <= now < monday.begin + LATEST:
        return None
    return week.begin


class WeekSender:
    """Makes the report when it is sent, so that one that was delayed has the newest figures.

    Args:
        report: makes it.
        mailer: sends it.
    """

    batch = 1

    def __init__(self, report: WeekOf, mailer: Mailer) -> None:
        self._report, self._mailer = report, mailer

    def send(self, deliveries: Sequence[Delivery]) -> Outcome:
        """Send one report; its letter's body is the Monday."""
        monday = date.fromisoformat(deliveries[0].letter.body)
        try:
            made = self._report(Dates(monday, monday + _WEEK))
        except GalleriaError as error:
            return Outcome(str(error))
        return self._mailer.post(written(made))

    def close(self) -> None:
        """Nothing is kept open between messages."""


def written(report: PeriodReport) -> Written:
    """The report as a mail: its sections with their pictures inside, and the same as plain text."""
    pictures = (
        (picture.name, chart([Hour(b.label, b.value, b.before, b.coverage) for b in picture.bars], picture.key))
        for picture in report.pictures
    )
    return Written(report.title, text(report), html(report, mail=True), tuple(pictures))
