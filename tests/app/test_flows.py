from dataclasses import replace
from datetime import date, time

import pytest
from flowing import Desk, at, dates, shop

from galleria.app.flow_query import FlowQuery
from galleria.app.flows import Compare, Grain
from galleria.app.keep import Keeper
from galleria.domain.errors import InputError
from galleria.domain.site import Hours, Shop

MONDAY = "2026-03-16"  # no clocks change that week
NEXT = "2026-03-23"


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path)
    yield desk
    desk.close()


def ask(desk, measure="in", subject="site", grain=Grain.DAY, begin=MONDAY, days=1, compare=Compare.NONE):
    return desk.flows.query(FlowQuery(measure, subject, grain, *dates(begin, days), compare))


def values(answer):
    return {point.label: point.value for point in answer.points}


def test_days_weeks_and_months_are_exact_sums(desk):
    for n, day in enumerate(range(16, 21)):
        desk.open_day(f"2026-03-{day}", n + 1)
    desk.open_day("2026-03-30", 7)
    desk.open_day("2026-04-01", 9)
    desk.keeper.turn(at("2026-04-02", "12:00"))
    days = ask(desk, days=7)
    assert values(days) == {f"2026-03-{day}": None if day > 20 else float(day - 15) for day in range(16, 23)}
    assert days.total == 15
    weeks = ask(desk, grain=Grain.WEEK, days=17)
    assert values(weeks) == {"2026-W12": 15, "2026-W13": None, "2026-W14": 16}
    months = ask(desk, grain=Grain.MONTH, days=17)
    assert values(months) == {"2026-03": 22, "2026-04": 9}
    assert ask(desk, grain=Grain.HOUR).total == 1
    assert sum(v or 0 for v in values(ask(desk, grain=Grain.QUARTER_HOUR, days=5)).values()) == 15


def test_a_gap_is_none_and_a_quiet_hour_is_zero(desk):
    desk.see(at(MONDAY, "10:00"), at(MONDAY, "13:30"))
    desk.come(at(MONDAY, "11:10"))
    desk.keeper.turn(at(NEXT, "12:00"))
    by_hour = {p.label[11:16]: (p.value, p.coverage) for p in ask(desk, grain=Grain.HOUR).points}
    assert by_hour["10:00"] == (0, 1)
    assert by_hour["11:00"] == (1, 1)
    assert by_hour["13:00"] == (0, 0.5)
    assert by_hour["14:00"] == (None, 0)
    assert by_hour["03:00"] == (None, 0)
    day = ask(desk)
    assert day.coverage == pytest.approx(0.35)
    assert "35 %" in " ".join(day.notes)


def test_coverage_is_of_the_open_time(desk):
    desk.open_day(MONDAY, 1)
    desk.keeper.turn(at(NEXT, "12:00"))
    (point,) = ask(desk).points
    assert point.coverage == 1  # of ten hours, not of twenty-four


def test_a_day_that_goes_on_is_covered_so_far(desk):
    desk.see(at(MONDAY, "10:00"), at(MONDAY, "14:00"))
    desk.come(at(MONDAY, "12:00"))
    desk.keeper.turn(at(MONDAY, "14:00"))
    answer = ask(desk)
    assert (answer.points[0].value, answer.points[0].coverage) == (1, 1)
    assert "2026-03-16 14:00+01:00" in answer.notes[0]
    hours = {p.label[11:16]: p for p in ask(desk, grain=Grain.HOUR).points}
    assert hours["13:00"].value == 0
    assert hours["15:00"].value is None
    assert hours["15:00"].coverage == 0


def test_other_measures(desk):
    desk.see(at(MONDAY, "10:00"), at(MONDAY, "20:00"))
    for n in range(3):
        desk.come(at(MONDAY, "12:00") + n)
        desk.walk(at(MONDAY, "12:00") + n, 60)
    desk.go(at(MONDAY, "13:00"))
    for seconds in (10, 20, 60):
        desk.stay(at(MONDAY, "12:30"), seconds)
    desk.walk(at(MONDAY, "12:00"), 1)
    desk.keeper.turn(at(NEXT, "12:00"))
    assert ask(desk, "out").total == 1
    assert ask(desk, "occupancy").total == 3
    assert ask(desk, "stays").total == 3
    assert ask(desk, "dwell_mean", "zone:shelf").total == 30
    median = ask(desk, "dwell_median", "zone:shelf", grain=Grain.HOUR)
    assert median.total == pytest.approx(20, rel=0.01)
    assert median.unit == "seconds"
    assert ask(desk, "pass_by", "camera:hall").total == 4
    assert ask(desk, "capture_rate", "entrance:front").total == 0.75
    assert ask(desk, "at_once_peak", "camera:hall").total == 3  # the one that walked a second was gone
    assert ask(desk, "capture_rate", "entrance:back").total is None  # nobody passed: there is no rate
    assert ask(desk, "in", "tripwire:gate").total == 0


def test_compared_with_last_week_like_for_like(desk):
    desk.open_day(MONDAY, 30)  # 12:00 to 12:30
    desk.come(at(MONDAY, "18:00"))
    desk.see(at(NEXT, "10:00"), at(NEXT, "14:00"))
    for n in range(36):
        desk.come(at(NEXT, "12:00") + 30 * n)
    desk.keeper.turn(at(NEXT, "14:05"))
    answer = ask(desk, begin=NEXT, compare=Compare.LAST_WEEK)
    assert answer.total == 36
    assert answer.total_before == 30  # who came at 18:00 is not compared: that has not passed
    assert answer.change == pytest.approx(0.2)
    assert answer.points[0].before == 30
    hours = {p.label[11:16]: p for p in ask(desk, begin=NEXT, grain=Grain.HOUR, compare=Compare.LAST_WEEK).points}
    assert hours["18:00"].before == 1
    assert hours["18:00"].value is None


def test_what_one_of_them_did_not_see_is_left_out(desk):
    desk.open_day(MONDAY, 60)  # 12:00 to 13:00
    desk.see(at(NEXT, "10:00"), at(NEXT, "12:30"))
    desk.see(at(NEXT, "13:00"), at(NEXT, "20:00"))
    for n in range(15):
        desk.come(at(NEXT, "12:00") + 60 * n)
    desk.keeper.turn(at("2026-03-25", "12:00"))
    answer = ask(desk, begin=NEXT, compare=Compare.LAST_WEEK)
    assert answer.total == answer.alike == 15
    assert answer.total_before == 30
    assert answer.change == -0.5
    assert answer.points[0].before == 60  # a point shows what was counted; totals compare
    assert any("30:00 min" in note for note in answer.notes)


def test_last_year_is_the_same_weekday(desk):
    assert date(2026, 3, 23).weekday() == date(2025, 3, 24).weekday()
    desk.open_day("2025-03-24", 8)
    desk.open_day(NEXT, 4)
    desk.keeper.turn(at("2026-03-25", "12:00"))
    answer = ask(desk, begin=NEXT, compare=Compare.LAST_YEAR)
    assert (answer.alike, answer.total_before, answer.change) == (4, 8, -0.5)
    month = ask(desk, begin="2026-03-01", days=31, grain=Grain.MONTH, compare=Compare.LAST_YEAR)
    assert [(p.value, p.before) for p in month.points] == [(4, 8)]


def test_nothing_to_compare_with_is_said(desk):
    desk.open_day(NEXT, 4)
    desk.keeper.turn(at("2026-03-25", "12:00"))
    answer = ask(desk, begin=NEXT, compare=Compare.LAST_WEEK)
    assert (answer.total, answer.total_before, answer.change) == (4, None, None)
    assert any("Nothing can be compared" in note for note in answer.notes)
    assert answer.points[0].before is None


@pytest.mark.parametrize("hours", [{}, {day: Hours(time(9), time(2)) for day in range(7)}])
def test_days_on_which_the_clocks_change(tmp_path, hours):
    desk = Desk(tmp_path, shop(hours=hours))
    for day in ("2026-03-28", "2026-03-29", "2026-04-04", "2026-04-05"):
        bucket = at(day, "12:00")
        desk.see(bucket - 14 * 3600, bucket + 14 * 3600)
        for clock in ("01:30", "03:30", "12:00", "23:30"):
            desk.come(at(day, clock))
    desk.keeper.turn(at("2026-04-08", "12:00"))
    whole = ask(desk, begin="2026-03-28", days=2)
    assert whole.total == sum(values(whole).values())
    fine = ask(desk, begin="2026-03-29", days=1, grain=Grain.QUARTER_HOUR)
    changed = 0 if hours else 4  # the night from Saturday to Sunday is of Saturday's trading day
    assert len(fine.points) == 96 - changed
    assert all(p.end - p.begin == 900 for p in fine.points)
    later = ask(desk, begin="2026-04-05", days=1, grain=Grain.HOUR, compare=Compare.LAST_WEEK)
    labels = {p.label[11:16]: p for p in later.points}
    assert labels["12:00"].value == labels["12:00"].before == 1
    if not hours:
        assert labels["02:00"].before is None  # that hour was skipped
        assert labels["03:00"].before == 1
    desk.close()


def test_autumn_has_an_hour_twice(tmp_path):
    desk = Desk(tmp_path, shop(hours={}))
    begin = at("2025-10-26")
    desk.see(begin, begin + 25 * 3600)
    desk.come(at("2025-10-26", "02:30", fold=0))
    desk.come(at("2025-10-26", "02:30", fold=1))
    desk.come(at("2025-10-26", "02:40", fold=1))
    desk.keeper.turn(at("2025-10-28"))
    answer = ask(desk, begin="2025-10-26", grain=Grain.HOUR)
    assert len(answer.points) == 25
    assert values(answer)["2025-10-26 02:00+02:00"] == 1
    assert values(answer)["2025-10-26 02:00+01:00"] == 2
    assert answer.coverage == 1
    desk.close()


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ({"measure": "people"}, "no measure 'people'"),
        ({"measure": "stays", "subject": "tripwire:door"}, "tripwire:door has no measure"),
        ({"subject": "door"}, "no subject 'door'"),
        ({"days": 0}, "ends on"),
        ({"days": 400, "grain": Grain.QUARTER_HOUR}, "too many"),
        ({"days": 9999}, "too many"),
    ],
)
def test_impossible_questions(desk, query, problem):
    with pytest.raises(InputError, match=problem) as caught:
        ask(desk, **query)
    assert caught.value.remedy


def test_subjects(desk):
    found = {subject.key: subject for subject in desk.flows.subjects()}
    assert list(found) == [
        "site",
        "entrance:front",
        "entrance:back",
        "tripwire:door",
        "tripwire:gate",
        "zone:shelf",
        "camera:hall",
        "camera:yard",
    ]
    assert found["entrance:front"].name == "Front door"
    assert found["entrance:back"].name == "back"
    for subject in found.values():
        for measure in subject.measures:
            assert ask(desk, measure, subject.key).total is None  # nothing was seen yet


def test_a_line_that_was_taken_out_can_still_be_asked_about(desk):
    desk.open_day(MONDAY, 2)
    desk.keeper.turn(at("2026-03-17", "12:00"))
    hall, yard = desk.site.cameras
    desk.flows.site = replace(desk.site, cameras=(replace(hall, tripwires=()), yard))
    assert ask(desk, subject="tripwire:door").total == 2


def test_a_shop_is_asked_about_from_when_it_was_declared(desk):
    desk.open_day(MONDAY, 2)
    desk.keeper.turn(at("2026-03-17", "12:00"))
    mall = replace(
        desk.site, shops=(Shop("books", "Book shop", ("door",), ("shelf",)), Shop("kiosk", zones=("shelf",)))
    )
    desk.flows.site = mall
    before = ask(desk, subject="shop:books")
    assert (before.total, before.coverage) == (None, 0)
    assert before.notes == ["1 day was counted without this place, and left out."]
    Keeper(mall, desk.folder, desk.rollups).turn(at("2026-03-17", "12:00"))
    desk.open_day("2026-03-17", 3)
    Keeper(mall, desk.folder, desk.rollups).turn(at("2026-03-18", "12:00"))
    answer = ask(desk, subject="shop:books", days=2)
    assert list(values(answer).values()) == [None, 3]
    assert answer.notes[-1] == "1 day was counted without this place, and left out."
    found = {subject.key: subject for subject in desk.flows.subjects()}
    assert found["shop:books"].name == "Book shop"
    assert found["shop:kiosk"].measures == ("stays", "dwell_median", "dwell_mean")
    desk.flows.site = desk.site
    assert ask(desk, subject="shop:books", begin="2026-03-17").total == 3  # taken out since


def test_unknown_periods_are_gaps(desk):
    desk.open_day(MONDAY, 2)
    desk.keeper.turn(at("2026-03-17", "12:00"))
    future = ask(desk, begin="2027-01-01", days=3)
    assert [(p.value, p.coverage) for p in future.points] == [(None, 0)] * 3
    past = ask(desk, begin="2020-01-01", days=3, grain=Grain.HOUR)
    assert {p.value for p in past.points} == {None}
    assert past.total is None
