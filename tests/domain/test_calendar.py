from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from galleria.domain.calendar import Compare, Grain, day_of, days_of, emptied, label_of, newest_full_day, open_time
from galleria.domain.site import Hours, Site

BERLIN = ZoneInfo("Europe/Berlin")


def at(day, clock):
    return datetime.combine(date.fromisoformat(day), time.fromisoformat(clock), BERLIN).timestamp()


def shop(hours):
    return Site("shop", zone="Europe/Berlin", hours=hours)


WEEKDAYS = shop({day: Hours(time(10), time(20)) for day in range(6)})
NIGHTS = shop({day: Hours(time(18), time(3)) for day in (4, 5)})


def test_days_run_from_opening_to_opening():
    monday = day_of(WEEKDAYS, date(2026, 3, 16))
    assert (monday.begin, monday.end) == (at("2026-03-16", "10:00"), at("2026-03-17", "10:00"))
    assert open_time(WEEKDAYS, monday) == (at("2026-03-16", "10:00"), at("2026-03-16", "20:00"))
    assert emptied(WEEKDAYS, monday) == at("2026-03-16", "20:00")


def test_a_closed_day():
    sunday = day_of(WEEKDAYS, date(2026, 3, 22))
    assert (sunday.begin, sunday.end) == (at("2026-03-22", "00:00"), at("2026-03-23", "10:00"))
    assert open_time(WEEKDAYS, sunday) is None
    assert emptied(WEEKDAYS, sunday) is None


def test_closing_after_midnight():
    friday, saturday, sunday = (day_of(NIGHTS, date(2026, 3, day)) for day in (20, 21, 22))
    assert open_time(NIGHTS, friday) == (at("2026-03-20", "18:00"), at("2026-03-21", "03:00"))
    assert saturday.end == sunday.begin == at("2026-03-22", "03:00")
    assert emptied(NIGHTS, saturday) is None  # the next day begins then


def test_always_open():
    site = shop({})
    day = day_of(site, date(2026, 3, 29))
    assert day.seconds == 23 * 3600
    assert open_time(site, day) == (day.begin, day.end)
    assert emptied(site, day) is None


@pytest.mark.parametrize(
    ("site", "day", "clock", "full"),
    [
        (
            WEEKDAYS,
            "2026-03-17",
            "09:59",
            "2026-03-16",
        ),  # Monday's trading day goes on, with closed doors
        (WEEKDAYS, "2026-03-17", "10:00", "2026-03-16"),
        (WEEKDAYS, "2026-03-16", "20:00", "2026-03-15"),
        (WEEKDAYS, "2026-03-16", "09:00", "2026-03-15"),
        (NIGHTS, "2026-03-21", "02:59", "2026-03-19"),
        (NIGHTS, "2026-03-21", "03:00", "2026-03-20"),
        (shop({}), "2026-03-29", "23:59", "2026-03-28"),
        (shop({}), "2026-03-30", "00:00", "2026-03-29"),
    ],
)
def test_a_day_is_full_when_it_has_closed_and_another_date_has_begun(site, day, clock, full):
    assert newest_full_day(site, at(day, clock)) == date.fromisoformat(full)


@settings(deadline=None)
@given(
    st.dates(date(2026, 3, 1), date(2026, 4, 30)),
    st.sampled_from(["UTC", "Asia/Tokyo", "Pacific/Auckland", "America/Los_Angeles"]),
    st.sampled_from([WEEKDAYS, NIGHTS, shop({day: Hours(time(6), time(9)) for day in range(7)})]),
)
def test_a_day_that_was_cut_by_other_hours_in_another_zone_is_open_within_itself_or_not_at_all(day, zone, site):
    before = day_of(Site("shop", zone="UTC", hours=WEEKDAYS.hours), day)
    opened = open_time(Site("shop", zone=zone, hours=site.hours), before)
    assert opened is None or before.begin <= opened[0] < opened[1] <= before.end


def test_a_date_that_was_jumped_over():
    apia = Site("shop", zone="Pacific/Apia")
    assert day_of(apia, date(2011, 12, 30)) is None
    assert [day.label for day in days_of(apia, date(2011, 12, 29), date(2012, 1, 1))] == ["2011-12-29", "2011-12-31"]


@settings(deadline=None)
@given(st.dates(date(2024, 1, 1), date(2027, 12, 31)), st.sampled_from([WEEKDAYS, NIGHTS, shop({})]))
def test_days_lie_edge_to_edge(first, site):
    days = list(days_of(site, first, first + timedelta(days=9)))
    assert [day.label for day in days] == [(first + timedelta(days=n)).isoformat() for n in range(9)]
    assert all(one.end == other.begin for one, other in pairwise(days))
    for day in days:
        opened = open_time(site, day)
        assert opened is None or day.begin <= opened[0] < opened[1] <= day.end


@pytest.mark.parametrize(
    ("grain", "label"),
    [(Grain.DAY, "2026-01-01"), (Grain.WEEK, "2026-W01"), (Grain.MONTH, "2026-01")],
)
def test_labels(grain, label):
    assert label_of(grain, date(2026, 1, 1)) == label


def test_weeks_are_iso_weeks():
    assert label_of(Grain.WEEK, date(2027, 1, 3)) == "2026-W53"


@settings(deadline=None)
@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_compared_days_are_of_the_same_weekday(day):
    assert {(day - compare.back).weekday() for compare in Compare} == {day.weekday()}
