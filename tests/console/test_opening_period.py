"""At which period pages open when their address names none: full days, on Mondays and firsts as well."""

import re
from datetime import date, timedelta

import pytest
from flowing import Desk, at, shop
from hypothesis import given
from hypothesis import strategies as st
from numbers_site import console

from galleria.console.site.period import Dates, Period, dates_of, present

ALWAYS = shop(hours={})


@pytest.fixture
def counted(tmp_path):
    """A site that counted on the dates given."""
    desks = []

    def counted(*days, site=None):
        desks.append(Desk(tmp_path, site or shop()))
        for day in days:
            desks[-1].open_day(day, 5)
        desks[-1].clock.time = at(days[-1], "23:00") if days else 0.0
        desks[-1].keeper.turn(desks[-1].clock.now())
        return desks[-1]

    yield counted
    for desk in desks:
        desk.close()


def opened(desk, now, period=Period.LAST_7_DAYS):
    known = present(desk.site, desk.flows, now, period)
    return known.opens, dates_of(known.opens, known.today, known.full)


@pytest.mark.parametrize(
    ("now", "begin", "last"),
    [
        (("2026-11-16", "09:00"), "2026-11-09", "2026-11-15"),  # a Monday before the doors open
        (("2026-11-16", "10:30"), "2026-11-09", "2026-11-15"),  # and after
        (("2026-11-17", "09:00"), "2026-11-10", "2026-11-16"),
        (("2026-11-17", "21:00"), "2026-11-10", "2026-11-16"),  # it has closed, and today is not yesterday
        (("2026-11-15", "12:00"), "2026-11-08", "2026-11-14"),  # a closed Sunday
        (("2026-12-01", "09:00"), "2026-11-24", "2026-11-30"),  # a first of the month
        (("2027-01-01", "09:00"), "2026-12-25", "2026-12-31"),
        (("2026-03-30", "09:00"), "2026-03-23", "2026-03-29"),  # the night before had 23 hours
        (("2026-10-26", "09:00"), "2026-10-19", "2026-10-25"),  # 25 hours
    ],
)
def test_pages_open_at_the_last_seven_full_days(counted, now, begin, last) -> None:
    first = date.fromisoformat(begin)
    desk = counted(next(f"{day}" for n in range(7) if (day := first + timedelta(days=n)).weekday() < 6))
    period, dates = opened(desk, at(*now))
    assert period is Period.LAST_7_DAYS
    assert (dates.begin.isoformat(), dates.last.isoformat()) == (begin, last)


def test_a_site_that_never_closes_has_a_full_day_at_midnight(counted) -> None:
    desk = counted("2026-11-15", site=ALWAYS)
    assert opened(desk, at("2026-11-15", "23:59")) == (
        Period.TODAY, Dates(date(2026, 11, 15), date(2026, 11, 16))
    )  # fmt: skip
    assert opened(desk, at("2026-11-16"))[1].last == date(2026, 11, 15)


def test_four_weeks_have_each_weekday_four_times(counted) -> None:
    desk = counted("2026-11-05")
    _, dates = opened(desk, at("2026-12-01", "09:00"), Period.LAST_28_DAYS)
    assert (dates.begin, dates.last) == (date(2026, 11, 3), date(2026, 11, 30))


def test_on_a_sites_first_day_pages_open_at_it(counted) -> None:
    desk = counted("2026-11-16")
    assert opened(desk, at("2026-11-16", "15:00")) == (
        Period.TODAY, Dates(date(2026, 11, 16), date(2026, 11, 17))
    )  # fmt: skip
    assert opened(desk, at("2026-11-17", "09:00"))[0] is Period.LAST_7_DAYS


def test_where_nothing_was_counted_pages_open_at_today(counted) -> None:
    assert opened(counted(), at("2026-11-16", "09:00"))[0] is Period.TODAY


@given(st.dates(date(2000, 1, 1), date(2199, 1, 1)), st.sampled_from([Period.LAST_7_DAYS, Period.LAST_28_DAYS]))
def test_full_days_end_before_today_and_have_every_weekday_equally_often(today: date, period: Period) -> None:
    dates = dates_of(period, today)
    assert dates is not None
    assert dates.end == today
    weekdays = [(dates.begin + timedelta(days=n)).weekday() for n in range(dates.days)]
    assert {weekdays.count(day) for day in range(7)} == {dates.days // 7}


@pytest.fixture(scope="module")
def monday(tmp_path_factory):
    """A shop on a Monday at nine, before it opens."""
    with console(tmp_path_factory.mktemp("monday")) as served:
        served.site.clock.time = at("2026-09-21", "09:00")
        yield served


def chosen_of(text):
    """The period that the picker says, and its last day."""
    said = re.findall(r'<option value="([^"]+)" selected>Last (?:7|28) full days<', text)
    return list(zip(said, re.findall(r'id="ask-to"[^>]* value="([^"]+)"', text), strict=True))


@pytest.mark.parametrize("address", ["/flows", "/visitors", "/routes", "/heat", "/compare"])
def test_on_a_monday_morning_the_pages_say_so_and_show_it(monday, address) -> None:
    with monday.browser() as browser:
        text = browser.get(address).text
        opens = Period.LAST_28_DAYS if address == "/visitors" else Period.LAST_7_DAYS
        kept = browser.get(f"{address}?period={opens}").text
    assert chosen_of(text) == chosen_of(kept) == [(opens, "2026-09-20")]


def test_flows_of_a_monday_morning_are_not_empty(monday) -> None:
    with monday.browser() as browser:
        text = browser.get("/flows").text
    assert "Nothing was seen in this period." not in text
    assert re.search(r"<strong[^>]*>\s*20\s*<|>\s*20\s*</", text)
