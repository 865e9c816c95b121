"""Forecasts of made-up days; how good they are on real ones is the last test's."""

from datetime import date, timedelta
from itertools import pairwise
from statistics import median

import numpy as np
import pytest
from bench.forecast import judged, sensors
from hypothesis import given, settings
from hypothesis import strategies as st

from galleria.analytics import forecast as told
from galleria.analytics.forecast import HORIZON, SHARE, Past, forecast, seasonal_naive

FIRST = date(2024, 1, 1)  # a Monday
WEEK = np.array([100.0, 110, 120, 130, 180, 260, 60])


def never(day):
    return False


def days(count, seed=0, noise=0.1):
    """Counts with weekdays and chance."""
    chance = np.random.default_rng(seed).normal(0, noise, count)
    return np.round(np.tile(WEEK, count // 7 + 1)[:count] * np.exp(chance)) + 1


def by_day(found):
    return {(one.day, name): getattr(one, name) for one in found for name in ("value", "low", "high")}


@pytest.mark.parametrize("count", [363, 365, 372, 379, 386, 420])
def test_there_is_a_forecast_about_the_end_of_the_first_year(count) -> None:
    """Then last year is known of some days, of none that are learnt from, or of few."""
    assert len(forecast(Past(FIRST, days(count), never))) == HORIZON


@given(st.integers(0, 2**32 - 1), st.integers(20, 200), st.integers(-3, 6))
@settings(max_examples=30, deadline=None)
def test_the_same_shop_counted_in_other_units_has_the_same_forecast(seed, count, power) -> None:
    counts, scale = days(count, seed), 2.0**power
    plain = by_day(forecast(Past(FIRST, counts, never)))
    scaled = by_day(forecast(Past(FIRST, counts * scale, never)))
    assert {key: one / scale for key, one in scaled.items()} == pytest.approx(plain)


def test_that_is_so_of_what_is_learnt_too() -> None:
    counts = days(500)
    plain = by_day(forecast(Past(FIRST, counts, never)))
    scaled = by_day(forecast(Past(FIRST, counts * 4, never)))
    assert {key: one / 4 for key, one in scaled.items()} == plain


@given(st.lists(st.one_of(st.none(), st.integers(0, 9999)), max_size=150))
@settings(max_examples=50, deadline=None)
def test_whatever_was_counted_the_middle_lies_within_its_interval(some) -> None:
    counts = np.array([np.nan if one is None else one for one in some], np.float64)
    found = forecast(Past(FIRST, counts, never))
    assert all(0 < one.low <= one.value <= one.high for one in found)
    assert all(a.day < b.day for a, b in pairwise(found))
    assert all(0 <= (one.day - FIRST).days - len(counts) < HORIZON for one in found)


@given(st.lists(st.one_of(st.none(), st.integers(0, 9999)), max_size=150))
@settings(max_examples=50, deadline=None)
def test_without_years_to_learn_from_a_day_is_the_median_of_the_last_four_alike(some) -> None:
    counts = np.array([np.nan if one is None else one for one in some], np.float64)
    told = {}
    for at in range(len(some), len(some) + HORIZON):
        back = [n for n in range(at - 7, -1, -7) if n < len(some)][:8]
        if len(known := [some[n] for n in back if some[n]]) >= 3:
            told[FIRST + timedelta(days=at)] = median(known[:4])
    assert {one.day: one.value for one in forecast(Past(FIRST, counts, never))} == told


def test_closed_weekdays_are_left_out() -> None:
    counts = days(200)
    counts[6::7] = np.nan  # Sundays
    found = forecast(Past(FIRST, counts, never))
    assert [one.day.weekday() for one in found].count(6) == 0
    assert len(found) == 12


def test_gaps_are_no_zeros() -> None:
    counts = days(280, noise=0.0)
    whole = forecast(Past(FIRST, counts, never))
    counts[[200, 201, 202, 230, 245, 250]] = np.nan
    for one, other in zip(forecast(Past(FIRST, counts, never)), whole, strict=True):
        assert one.value == pytest.approx(other.value, rel=0.02)


@pytest.mark.parametrize("count", [0, 1, 6, 13])
def test_too_little_is_known_to_say_anything(count) -> None:
    assert forecast(Past(FIRST, days(count), never)) == []


def test_three_weeks_tell_the_usual_day_with_a_wide_interval() -> None:
    found = forecast(Past(FIRST, days(21, noise=0.0), never))
    assert [one.value for one in found] == pytest.approx([*(WEEK + 1), *(WEEK + 1)])
    assert all(one.low < 0.7 * one.value and one.high > 1.5 * one.value for one in found)


def test_a_holiday_does_not_make_later_same_weekdays_low() -> None:
    counts = days(140, noise=0.0)
    shut = {FIRST + timedelta(days=n) for n in (119, 126, 133)}  # the last three Mondays
    counts[[119, 126, 133]] = 5
    seen, unseen = (forecast(Past(FIRST, counts, one)) for one in (shut.__contains__, never))
    assert seen[0].value == 101
    assert unseen[0].value < 60


def test_a_holiday_is_learnt_from_those_before() -> None:
    counts = days(1000, noise=0.05)
    holidays = {FIRST + timedelta(days=n) for n in range(40, 1020, 20)}
    for day in holidays:
        if (at := (day - FIRST).days) < 1000:
            counts[at] = round(counts[at] * 0.3)
    found = by_day(forecast(Past(FIRST, counts, holidays.__contains__)))
    usual = WEEK[(FIRST + timedelta(days=1000)).weekday()]
    assert found[FIRST + timedelta(days=1000), "value"] == pytest.approx(0.3 * usual, rel=0.25)
    assert found[FIRST + timedelta(days=1007), "value"] == pytest.approx(usual, rel=0.15)


def test_as_many_days_as_it_says_fall_into_the_interval() -> None:
    inside = []
    for seed in range(6):
        counts = days(560, seed, noise=0.15)
        ahead = forecast(Past(FIRST, counts[:546], never))
        inside += [one.low <= counts[(one.day - FIRST).days] <= one.high for one in ahead]
    assert np.mean(inside) == pytest.approx(SHARE, abs=0.12)


def test_what_is_judged_beside_is_the_newest_known_same_weekday() -> None:
    counts = days(28)
    counts[21] = np.nan
    found = seasonal_naive(Past(FIRST, counts, never))
    assert [one.value for one in found[:2]] == [counts[14], counts[22]]
    assert len(found) == HORIZON


def test_real_footfall_is_forecast_better_than_by_last_week(footage) -> None:
    if not (footage / "retail_footfall").is_dir():
        pytest.skip("REAL COUNTS ARE ABSENT: no folder retail_footfall; set GALLERIA_DATA")
    first, known = sensors(footage)
    for name in list(known)[:2]:
        found = judged(name, first, known[name], step=42)
        assert found.error < 0.8 * found.naive
        assert found.inside > 0.6


def test_few_learn_nothing(monkeypatch) -> None:
    monkeypatch.setattr(told, "_fitted", None)  # would fail if it were called
    assert len(forecast(Past(FIRST, days(200), never))) == HORIZON
