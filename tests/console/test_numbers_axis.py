"""Where the ticks of charts stand."""

from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from galleria.console.site.axis import Mark, scale, time_ticks
from galleria.domain.time import local, quarter_hours

BERLIN = ZoneInfo("Europe/Berlin")


def at(*wall: int) -> float:
    return datetime(*wall, tzinfo=BERLIN).timestamp()


def slots(begin: float, end: float, step: float) -> list[float]:
    return [begin + n * step for n in range(round((end - begin) / step))]


@pytest.mark.parametrize(
    ("highest", "unit", "ticks"),
    [
        (0, "tracks", (0, 1)),
        (3, "tracks", (0, 1, 2, 3)),
        (7, "tracks", (0, 2, 4, 6, 8)),
        (100, "tracks", (0, 25, 50, 75, 100)),
        (937, "tracks", (0, 250, 500, 750, 1000)),
        (200, "seconds", (0, 60, 120, 180, 240)),
        (0.14, "ratio", (0, 0.05, 0.1, 0.15)),
        (0, "ratio", (0, 0.25)),
    ],
)
def test_value_ticks_are_round(highest: float, unit: str, ticks: tuple[float, ...]) -> None:
    assert scale(highest, unit).ticks == ticks


@given(st.floats(0, 1e9), st.sampled_from(["tracks", "seconds", "ratio"]))
def test_an_axis_reaches_its_highest_value_with_few_ticks_and_little_air(highest: float, unit: str) -> None:
    axis = scale(highest, unit)
    assert axis.top >= highest * (1 - 1e-6)
    assert axis.top == pytest.approx(axis.ticks[-1])
    assert 2 <= len(axis.ticks) <= 6
    assert len(axis.ticks) == 2 or axis.ticks[-2] < highest
    assert 0 <= axis.share(highest) <= 1


@given(st.floats(0.5, 1e7))
def test_tracks_are_never_cut_into_parts(highest: float) -> None:
    assert all(tick == int(tick) for tick in scale(highest, "tracks").ticks)


def test_a_shop_day_gets_hours() -> None:
    begins = slots(at(2026, 11, 20, 9), at(2026, 11, 20, 22), 900)
    ticks = time_ticks(begins, at(2026, 11, 20, 22), BERLIN)
    assert [local(t.time, BERLIN).hour for t in ticks] == [9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21]
    assert {t.mark for t in ticks} == {Mark.CLOCK}
    assert ticks[1].at == pytest.approx(4 / 52)
    assert [t.rank for t in ticks[:5]] == [0, 2, 1, 2, 0]


@pytest.mark.parametrize(
    ("day", "hours", "steps"),
    [
        ((2026, 3, 29), 23, {8, 12}),  # there is no two o'clock
        ((2026, 10, 25), 25, {4, 8}),  # two o'clock comes twice
    ],
)
def test_ticks_follow_the_wall_clock_where_it_changes(day: tuple[int, int, int], hours: int, steps: set[int]) -> None:
    begin = at(*day)
    buckets = list(quarter_hours(BERLIN, begin, begin + hours * 3600))
    assert len(buckets) == hours * 4
    ticks = time_ticks([b.begin for b in buckets], buckets[-1].end, BERLIN)
    assert all(local(t.time, BERLIN).minute == 0 and local(t.time, BERLIN).hour % 2 == 0 for t in ticks)
    places = [t.at * len(buckets) for t in ticks]
    assert {round(b - a) for a, b in pairwise(places)} == steps


def test_days_of_a_week_are_called_by_weekday_and_stand_under_their_bars() -> None:
    begins = slots(at(2026, 11, 16), at(2026, 11, 23), 86400)
    ticks = time_ticks(begins, at(2026, 11, 23), BERLIN)
    assert [t.mark for t in ticks] == [Mark.WEEKDAY] * 7
    assert [t.at for t in ticks] == pytest.approx([(n + 0.5) / 7 for n in range(7)])


def test_two_months_of_days_are_marked_on_mondays() -> None:
    begins = slots(at(2026, 9, 3), at(2026, 10, 25), 86400)
    ticks = time_ticks(begins, at(2026, 10, 25), BERLIN)
    assert {local(t.time, BERLIN).weekday() for t in ticks} == {0}
    assert {t.mark for t in ticks} == {Mark.DAY}


def test_a_year_is_marked_by_months_and_says_which_year() -> None:
    begins = slots(at(2026, 1, 1, 12), at(2027, 1, 1, 12), 86400)
    ticks = time_ticks(begins, at(2027, 1, 1, 12), BERLIN)
    assert [local(t.time, BERLIN).month for t in ticks] == [*range(1, 13)]
    assert [t.mark for t in ticks] == [Mark.YEAR, *[Mark.MONTH] * 11]


def test_a_quarter_of_an_hour_still_says_where_it_begins() -> None:
    begin = at(2026, 11, 20, 9, 15)
    assert [t.time for t in time_ticks([begin], begin + 900, BERLIN)] == [begin]


@given(st.integers(1, 400), st.sampled_from([900, 3600, 86400, 7 * 86400]), st.integers(0, 400 * 96))
def test_there_are_never_more_ticks_than_there_is_room_for(count: int, step: int, shift: int) -> None:
    begins = [at(2026, 1, 1) + shift * 900 + n * step for n in range(count)]
    ticks = time_ticks(begins, begins[-1] + step, BERLIN)
    assert 1 <= len(ticks) <= 15
    assert all(0 <= a.at < b.at <= 1 for a, b in pairwise(ticks))


def test_nothing_has_no_ticks() -> None:
    assert time_ticks([], 0, BERLIN) == []
