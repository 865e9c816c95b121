"""Closed hours in which nobody came are left out, the same ones for all places."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from galleria.app.flow_query import FlowPoint
from galleria.console.site.opening import worth_showing
from galleria.console.site.period import Dates
from galleria.domain.site import Hours, Site

BERLIN = ZoneInfo("Europe/Berlin")
SHOP = Site("shop", zone="Europe/Berlin", hours={day: Hours(time(10), time(20)) for day in range(6)})
NIGHTS = Site("bar", zone="Europe/Berlin", hours={day: Hours(time(20), time(3)) for day in range(7)})


def day_of(site, first, values=None, days=1):
    begin = datetime.combine(first, site.hours[first.weekday()].opening, BERLIN).timestamp()
    counted = values or {}
    return [FlowPoint(begin + n * 3600, begin + (n + 1) * 3600, "", counted.get(n, 0.0), 1.0) for n in range(24 * days)]


def test_a_night_in_which_nobody_came_is_left_out() -> None:
    monday = date(2026, 11, 16)
    assert worth_showing(SHOP, Dates(monday, date(2026, 11, 17)), [day_of(SHOP, monday)]) == list(range(10))


def test_somebody_at_night_is_shown_at_all_places() -> None:
    monday = date(2026, 11, 16)
    quiet, busy = day_of(SHOP, monday), day_of(SHOP, monday, {15: 2.0})
    kept = worth_showing(SHOP, Dates(monday, date(2026, 11, 17)), [quiet, busy])
    assert kept == [*range(10), 15]


def test_hours_after_midnight_belong_to_the_evening() -> None:
    monday = date(2026, 11, 16)
    assert worth_showing(NIGHTS, Dates(monday, date(2026, 11, 17)), [day_of(NIGHTS, monday)]) == list(range(7))


def test_every_open_hour_of_several_days_is_kept() -> None:
    monday = date(2026, 11, 16)
    kept = worth_showing(SHOP, Dates(monday, date(2026, 11, 18)), [day_of(SHOP, monday, days=2)])
    assert kept == [*range(10), *range(24, 34)]


def test_a_closed_day_is_shown_rather_than_nothing() -> None:
    sunday = date(2026, 11, 22)
    points = day_of(SHOP, date(2026, 11, 21))[14:]
    assert worth_showing(SHOP, Dates(sunday, date(2026, 11, 23)), [points]) == list(range(10))


def test_a_site_without_hours_is_always_open() -> None:
    site = Site("street", zone="Europe/Berlin")
    begin = datetime(2026, 11, 16, tzinfo=BERLIN).timestamp()
    points = [FlowPoint(begin + n * 3600, begin + (n + 1) * 3600, "", 0.0, 1.0) for n in range(24)]
    assert worth_showing(site, Dates(date(2026, 11, 16), date(2026, 11, 17)), [points]) == list(range(24))
