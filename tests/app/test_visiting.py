"""Visitors of a running site: what may be shown, why not, and what becomes of it with time."""

import csv
import io
from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from dossiers import dossier
from flowing import at, shop
from hypothesis import given, settings
from hypothesis import strategies as st
from visited import LOOKING, Visited, declaration, fill, label

from galleria.analytics.visitors import DayFigures
from galleria.app.visiting_errors import errors_of, said
from galleria.app.visiting_query import MEANINGS, Absent, Shown, Where
from galleria.app.visiting_shown import K, split, spread, spread_over
from galleria.app.visiting_tallies import band_table
from galleria.domain.access import RIGHTS, Actor, Role
from galleria.domain.calendar import Grain
from galleria.domain.errors import InputError
from galleria.domain.geometry import Point, Polygon
from galleria.domain.purpose import Purpose
from galleria.domain.site import Zone
from galleria.policy.suppression import least

MONDAY, TUESDAY, NEXT = "2026-03-16", "2026-03-17", "2026-03-23"
DOCS = Path(__file__).parents[2] / "docs" / "measures.md"


@pytest.fixture
def shopped(tmp_path):
    with Visited.at(tmp_path, replace(shop(), purposes=tuple(map(declaration, LOOKING)))) as made:
        yield made


def dates(begin, days=1):
    first = date.fromisoformat(begin)
    return first, first + timedelta(days=days)


def ask(shopped, begin=MONDAY, days=1, grain=Grain.DAY, now=(NEXT, "12:00")):
    return shopped.visiting.visitors(dates(begin, days), grain, at(*now))


def seen_day(shopped, day):
    shopped.desk.open_day(day, 0)
    shopped.look(day)


def test_unique_visitors_of_a_day(shopped) -> None:
    seen_day(shopped, MONDAY)
    shopped.come(MONDAY, range(30), enter=True)
    shopped.come(MONDAY, range(5), clock="15:00")
    shopped.enter(MONDAY, 30)
    shopped.turn(TUESDAY)
    whole = ask(shopped).whole
    assert (whole.unique, whole.recognised) == (Shown(30), Shown(0.5))
    assert whole.coverage == pytest.approx(1, abs=0.01)
    assert whole.returning == Shown(None, Absent.WITHHELD)
    assert label(3).encode() not in (shopped.desk.folder / "visitors.db").read_bytes()


def test_a_day_tells_of_visitors_once_it_cannot_change_any_more(shopped) -> None:
    """Told sooner, it would tell of each visitor when they came, and that one was forgotten."""
    seen_day(shopped, MONDAY)
    for purpose in (Purpose.UNIQUE, Purpose.RETURNING):
        shopped.come(MONDAY, range(30), purpose)
    shopped.turn(MONDAY, "14:00")
    whole = ask(shopped, now=(MONDAY, "14:00")).whole
    assert whole.unique == whole.returning == whole.recognised == Shown(None, Absent.GOING_ON)
    for clock in ("10:05", "10:11"):  # over, and what its last tracks were is waited for
        shopped.turn(TUESDAY, clock)
        assert ask(shopped, now=(TUESDAY, clock)).whole.unique == Shown(None, Absent.GOING_ON)
    assert ask(shopped, now=(TUESDAY, "10:13")).whole.unique == Shown(30)


def test_a_week_has_the_mean_of_its_days_and_never_their_sum(shopped) -> None:
    for n, count in enumerate((20, 40, 3)):
        day = f"2026-03-{16 + n}"
        seen_day(shopped, day)
        shopped.come(day, range(count))
    shopped.turn(NEXT)
    answer = ask(shopped, days=7, grain=Grain.WEEK)
    (week,) = answer.points
    assert (week.label, week.unique, week.days, week.of) == ("2026-W12", Shown(30), 2, 6)
    assert "cannot be added up" in answer.notes[0]
    assert "fewer than 10" in answer.notes[1]


@pytest.mark.parametrize(("came", "why"), [(9, Absent.WITHHELD), (0, Absent.WITHHELD), (10, None)])
def test_small_numbers_are_withheld_and_so_is_zero(shopped, came, why) -> None:
    seen_day(shopped, MONDAY)
    shopped.come(MONDAY, range(came))
    shopped.turn(TUESDAY)
    whole = ask(shopped).whole
    assert whole.unique == Shown(came if why is None else None, why)


@pytest.mark.parametrize(("came", "others"), [(3, 20), (20, 3), (20, 0), (3, 3)])
def test_the_share_that_was_recognised_tells_no_small_count(shopped, came, others) -> None:
    seen_day(shopped, MONDAY)
    shopped.come(MONDAY, range(came), enter=True)
    shopped.enter(MONDAY, others)
    shopped.turn(TUESDAY)
    assert ask(shopped).whole.recognised == Shown(None, Absent.WITHHELD)


def test_a_day_without_figures_says_why(shopped) -> None:
    shopped.look(MONDAY)  # granted, and no camera saw anything
    shopped.turn(NEXT)
    assert ask(shopped).whole.unique.why is Absent.NO_COVERAGE
    assert ask(shopped, TUESDAY).whole.unique.why is Absent.STOPPED  # declared, never granted
    shopped.visiting.site = shop()
    assert ask(shopped, TUESDAY).whole.unique.why is Absent.UNDECLARED
    assert ask(shopped, "2026-03-26").whole.unique.why is Absent.UNDECLARED  # yet to come
    assert ask(shopped, "2026-03-26").points == []


def test_coverage_is_of_the_time_in_which_cameras_saw_and_the_purpose_looked(shopped) -> None:
    shopped.desk.open_day(MONDAY, 0)
    shopped.look(MONDAY, ("10:00", "15:00"))
    shopped.turn(NEXT)
    assert ask(shopped).whole.coverage == pytest.approx(0.5, abs=0.01)


def test_who_came_back_how_often_and_after_how_long(shopped) -> None:
    for n in range(4):
        day = f"2026-03-{16 + n}"
        seen_day(shopped, day)
        shopped.come(day, [*range(15), *range(100 * (n + 1), 100 * (n + 1) + 20)], Purpose.RETURNING)
    shopped.turn(NEXT)
    thursday = ask(shopped, "2026-03-19")
    assert thursday.whole.returning == Shown(15 / 35)
    assert (thursday.whole.new, thursday.whole.back) == (Shown(20), Shown(15))
    # Its histogram would tell that nobody came a second time: it is told by the week.
    assert {one.count.value for one in thursday.visits} == {None}
    week = ask(shopped, days=7)
    assert (week.histogram_days, week.visits[0].label, week.visits[-1].label) == (3, "1", "5+")
    # Nobody came five times, and another bar would tell that.
    assert [one.count.value for one in week.visits].count(None) == 2
    assert week.visits[0].count == Shown(60)
    assert week.median == Shown(1)
    assert ask(shopped, "2026-03-17", days=3).histogram_days == 0


def test_first_sights_are_told_of_one_day_and_agree_with_it(shopped) -> None:
    seen_day(shopped, MONDAY)
    shopped.come(MONDAY, range(40), Purpose.RETURNING, step=1.0)
    seen_day(shopped, TUESDAY)
    for clock, numbers in (("10:20", range(20)), ("11:00", range(20, 40)), ("12:00", range(100, 130))):
        shopped.come(TUESDAY, numbers, Purpose.RETURNING, clock, step=1.0)
    shopped.come(TUESDAY, range(200, 220), Purpose.RETURNING, "10:21", step=1.0)
    shopped.turn(NEXT)
    day = ask(shopped, TUESDAY)
    told = [(one.label, one.new.value, one.back.value) for one in day.first_seen]
    assert next(one for one in told if one[1]) == ("10:15", 20, 20)
    assert [told[0][0], told[-1][0], len(told)] == ["10:00", "19:45", 40]  # whether anybody came then or not
    assert ask(shopped, days=2).first_seen == ()


def test_staff_are_no_visitors(shopped) -> None:
    seen_day(shopped, MONDAY)
    some = shopped.come(MONDAY, range(20))
    marks = [replace(one, id=f"staff {n}", purpose=Purpose.STAFF, label="") for n, one in enumerate(some[:5])]
    shopped.store.put(marks, [])
    shopped.turn(TUESDAY)
    assert ask(shopped).whole.unique == Shown(15)


def test_turning_again_changes_nothing_and_labels_go_after_thirty_days(shopped) -> None:
    seen_day(shopped, MONDAY)
    for purpose in (Purpose.UNIQUE, Purpose.RETURNING):
        shopped.come(MONDAY, range(20), purpose)
    held = (shopped.desk.folder / "visitors.db").read_bytes
    shopped.turn(MONDAY, "23:00")
    shopped.turn(TUESDAY, "10:05")  # the day is over, and its last tracks are still waited for
    assert shopped.store.first(Purpose.UNIQUE) is not None
    for _ in range(2):
        shopped.turn(TUESDAY, "10:15")
    first = ask(shopped)
    assert label(3).encode() not in held()
    assert label(3, Purpose.RETURNING).encode() in held()
    shopped.turn("2026-04-17")
    assert label(3, Purpose.RETURNING).encode() not in held()
    assert ask(shopped).whole == first.whole


def test_what_is_too_old_goes_by_whole_weeks_so_that_no_two_answers_tell_what_a_quarter_hour_had(shopped) -> None:
    seen_day(shopped, MONDAY)
    shopped.come(MONDAY, range(20))
    for clock in ("12:00", "12:15"):
        shopped.bands(MONDAY, clock, **WEIGHTS)
    shopped.bands(MONDAY, "12:30", f25=1)
    shopped.visiting.keep(30)
    shopped.turn(TUESDAY, "12:00")
    first = bands(shopped).tables
    for day, clock in (
        ("2026-04-15", "12:05"),
        ("2026-04-15", "12:20"),
        ("2026-04-15", "12:35"),
        ("2026-04-21", "12:00"),
    ):
        shopped.turn(day, clock)
        assert bands(shopped).tables == first
    shopped.turn("2026-04-22", "12:00")
    assert bands(shopped).tables == []


def test_opening_hours_that_change_between_days_hold_nothing_up(shopped) -> None:
    seen_day(shopped, MONDAY)
    shopped.come(MONDAY, range(20))
    shopped.turn(TUESDAY, "10:15")
    first = ask(shopped).whole.unique
    shopped.come(TUESDAY, range(20, 40), clock="11:00")  # which is Monday's as soon as Tuesday begins later
    later = {day: replace(hours, opening=time(14)) for day, hours in shopped.visiting.site.hours.items()}
    shopped.visiting.site = replace(shopped.visiting.site, hours=later)
    shopped.turn("2026-03-18", "15:00")
    assert shopped.store.first(Purpose.UNIQUE) is None
    assert ask(shopped).whole.unique == first


WEIGHTS = {f"{g}{b}": 30 for g in "fm" for b in ("18", "25", "35", "45", "55", "65")}


def bands(shopped, begin=MONDAY, days=1, now=(NEXT, "12:00")):
    return shopped.visiting.demographics(dates(begin, days), at(*now))


def test_a_day_with_enough_of_everybody_is_told_by_itself(shopped) -> None:
    seen_day(shopped, MONDAY)
    shopped.bands(MONDAY, **WEIGHTS)
    (table,) = bands(shopped).tables
    assert (table.total, table.where.name, table.days) == (Shown(360), "shelf", 1)
    assert {cell for row in table.cells for cell in row} == {Shown(30)}
    (going_on,) = bands(shopped, now=(MONDAY, "18:00")).tables
    assert going_on.total == Shown(None, Absent.GOING_ON)


def test_small_days_are_told_by_the_week_and_no_difference_tells_one_of_them(shopped) -> None:
    for n in range(6):
        day = f"2026-03-{16 + n}"
        seen_day(shopped, day)
        shopped.bands(day, **WEIGHTS | {"m65": 5})
    shopped.turn(NEXT)
    assert bands(shopped).tables[0].total.why is Absent.GOING_ON
    (table,) = bands(shopped, days=7).tables
    assert (table.total, table.days) == (Shown(6 * 335), 6)
    assert table.cells[-1][-1] == Shown(30)
    # With part of a second week the same is told, and not a track more.
    seen_day(shopped, NEXT)
    shopped.bands(NEXT, **WEIGHTS | {"m65": 5})
    (more,) = bands(shopped, days=8, now=("2026-03-24", "12:00")).tables
    assert (more.total, more.days, more.of) == (Shown(6 * 335), 6, 7)


def test_withheld_bands_do_not_follow_from_sums(shopped) -> None:
    for n in range(6):
        shopped.bands(f"2026-03-{16 + n}", **WEIGHTS | {"m65": 1})
    (table,) = bands(shopped, days=7).tables
    assert table.cells[-1][-1] == Shown(None, Absent.WITHHELD)
    assert [cell.value for row in table.cells for cell in row].count(None) >= 3 or table.rows[-1].value is None


def test_whose_presentation_is_not_sure_is_told_by_the_same_rule_and_is_in_no_sum(shopped) -> None:
    for n, count in enumerate((25, 5, 16, 40)):
        day = f"2026-03-{16 + n}"
        seen_day(shopped, day)
        shopped.bands(day, **WEIGHTS, u25=count - 2, u65=2)
    (monday,) = bands(shopped).tables
    assert (monday.unsure, monday.unsure_days, monday.total) == (Shown(25), 1, Shown(360))
    (tuesday,) = bands(shopped, TUESDAY).tables
    assert (tuesday.unsure, tuesday.unsure_days) == (Shown(None, Absent.GOING_ON), 0)  # its week is not asked for
    (week,) = bands(shopped, days=7).tables
    assert (week.unsure, week.unsure_days, week.of) == (Shown(25 + 5 + 16 + 40), 4, 4)
    (early,) = bands(shopped, days=7, now=("2026-03-20", "12:00")).tables
    assert (early.unsure, early.unsure_days) == (Shown(25 + 40), 2)
    by = Actor("u1", "Ada", RIGHTS[Role.ADMINISTRATOR])
    made = shopped.visiting.export(by, "demographics", dates(MONDAY, 7), Grain.DAY, at(NEXT, "12:00"))
    told = [(row["group"], row["value"], row["days"]) for row in csv.DictReader(io.StringIO(made))][-1]
    assert told == ("unsure", "86", "4")


@pytest.mark.parametrize("count", [0, 1, 19])
def test_a_week_with_few_of_whom_it_is_not_sure_withholds_them_and_nothing_else(shopped, count) -> None:
    for n in range(6):
        day = f"2026-03-{16 + n}"
        seen_day(shopped, day)
        shopped.bands(day, **WEIGHTS, u25=count if n == 2 else 0)
    (table,) = bands(shopped, days=7).tables
    assert (table.unsure, table.unsure_days) == (Shown(None, Absent.WITHHELD), 0)
    assert table.total == Shown(6 * 360)


NOT_SURE = st.lists(st.integers(0, 45), min_size=14, max_size=14)


@settings(max_examples=40, deadline=None)
@given(NOT_SURE, st.integers(1, 14))
def test_no_difference_of_two_answers_tells_of_few_whose_presentation_is_not_sure(counts, over) -> None:
    """Whatever is asked, and however often: what a longer period or a later hour adds is never fewer than k."""
    k = least(Purpose.DEMOGRAPHICS)
    labels = [f"2026-03-{16 + n}" for n in range(14)]

    def told(begin, end, passed):
        some = {label: (n < passed, {"25-34 unsure": float(counts[n])}) for n, label in enumerate(labels)}
        asked = {label: some[label] for label in labels[begin:end]}
        weeks = [labels[a : a + 7] for a in (0, 7) if begin <= a and a + 7 <= end and a + 7 <= passed]
        table = band_table(Where("hall", "", "Hall"), asked, weeks)
        assert table.total.value is None
        return table.unsure.value or 0

    spans = [(a, b) for a in range(14) for b in range(a + 1, 15)]
    answers = {(span, passed): told(*span, passed) for span in spans for passed in (over, 14)}
    for (inner, early), less in answers.items():
        assert less == 0 or less >= k
        for (outer, late), more in answers.items():
            if outer[0] <= inner[0] and inner[1] <= outer[1] and early <= late:
                assert more == less or more - less >= k


def drawn(shopped, *zones):
    """The hall's picture has these zones: (name, left, right), from top to bottom."""
    made = [Zone(name, Polygon((Point(a, 0.0), Point(b, 0.0), Point(b, 1.0), Point(a, 1.0)))) for name, a, b in zones]
    hall, *others = shopped.visiting.site.cameras
    cameras = (replace(hall, zones=tuple(made)), *others)
    shopped.visiting.site = replace(shopped.visiting.site, cameras=cameras)


@pytest.mark.parametrize(
    ("zones", "told"),
    [
        ([], [""]),
        ([("aisle", 0, 0.5)], ["aisle"]),
        ([("outer", 0, 0.5), ("inner", 0.1, 0.4)], ["outer"]),
        ([("inner", 0.1, 0.4), ("outer", 0, 0.5)], ["inner"]),
        ([("left", 0, 0.5), ("middle", 0.4, 0.7), ("right", 0.6, 1)], ["left", "right"]),
        ([("left", 0, 0.5), ("right", 0.5, 1)], ["left", "right"]),
    ],
)
def test_no_difference_of_two_places_tells_who_was_seen_in_one_alone(shopped, zones, told) -> None:
    drawn(shopped, *zones)
    seen_day(shopped, MONDAY)
    # One woman was seen in the picture and in none of the zones; everybody else in all of them.
    for n, place in enumerate(["", *(name for name, *_ in zones), "gone"]):
        shopped.bands(MONDAY, place=place, **WEIGHTS | {"f25": 30 - (n > 0)})
        shopped.tally(Purpose.EXPERIENCE, MONDAY, "12:00", place, faces=60 - (n > 0), smiling=20)
    shopped.tally(Purpose.AUDIENCE, MONDAY, "12:00", opportunities=50, watchers=20)
    assert [(one.where.camera, one.where.place) for one in bands(shopped).tables] == [("hall", one) for one in told]
    moods = shopped.visiting.experience(dates(MONDAY), at(NEXT)).moods
    assert [row.where.place for row in moods if not row.label] == told
    assert shopped.visiting.audience(dates(MONDAY), at(NEXT)).audiences[0].watchers == Shown(20)
    by = Actor("u1", "Ada", RIGHTS[Role.ADMINISTRATOR])
    for what in ("demographics", "experience"):
        rows = csv.DictReader(io.StringIO(shopped.visiting.export(by, what, dates(MONDAY), Grain.DAY, at(NEXT))))
        assert {row["place"] for row in rows} == set(told)


def test_a_camera_of_whose_zones_nothing_is_known_says_so(shopped) -> None:
    seen_day(shopped, MONDAY)
    shopped.bands(MONDAY, place="", **WEIGHTS)
    shopped.turn(NEXT)
    shopped.look(MONDAY)
    (table,) = bands(shopped, days=7).tables
    assert (table.where.place, table.total) == ("shelf", Shown(None, Absent.WITHHELD))


def test_moods_by_hour_and_the_rest_of_a_day_together(shopped) -> None:
    seen_day(shopped, MONDAY)
    for clock, faces in (("12:00", 40), ("12:45", 20), ("14:00", 30), ("16:15", 25), ("17:00", 10)):
        shopped.tally(Purpose.EXPERIENCE, MONDAY, clock, "shelf", faces=faces, smiling=faces / 5)
    rows = shopped.visiting.experience(dates(MONDAY), at(NEXT)).moods
    assert [(row.label, row.faces.value, row.smiling.value) for row in rows] == [
        ("", 125, 0.2),
        *((f"{hour}:00", *((60, 0.2) if hour == 12 else (None, None))) for hour in range(10, 20)),
    ]
    assert (rows[0].where.place, rows[0].where.name) == ("shelf", "shelf")
    early = shopped.visiting.experience(dates(MONDAY), at(MONDAY, "13:11")).moods
    assert early[0].faces == Shown(None, Absent.GOING_ON)
    later = shopped.visiting.experience(dates(MONDAY), at(MONDAY, "13:12")).moods
    assert later[0].faces == Shown(60)


def test_a_screen_s_audience(shopped) -> None:
    seen_day(shopped, MONDAY)
    for clock, could, did in (("12:00", 50, 20), ("12:15", 40, 4), ("12:30", 30, 25), ("13:00", 12, 2)):
        shopped.tally(Purpose.AUDIENCE, MONDAY, clock, opportunities=could, watchers=did, attention=2.0 * did)
    rows = shopped.visiting.audience(dates(MONDAY), at(NEXT)).audiences
    told = {row.label: (row.opportunities.value, row.watchers.value, row.attention.value) for row in rows}
    assert {label: one for label, one in told.items() if one[0]} == {"": (132, 51, 102), "12:00": (50, 20, 40)}
    assert len(told) == 1 + 40  # quarter hours that are open, whether anybody was there or not
    assert rows[0].share.value == pytest.approx(51 / 132)


def test_a_purpose_that_is_not_declared_says_so(tmp_path) -> None:
    with Visited.at(tmp_path) as made:
        for answer in (made.visiting.demographics, made.visiting.experience, made.visiting.audience):
            assert answer(dates(MONDAY), at(NEXT)).why is Absent.UNDECLARED


def test_bad_periods_and_grains_are_refused(shopped) -> None:
    with pytest.raises(InputError, match="not told by hour"):
        ask(shopped, grain=Grain.HOUR)
    for days in (0, -1, 4000):
        with pytest.raises(InputError, match="empty or longer"):
            ask(shopped, days=days)


def test_errors_are_those_of_the_newest_dossier() -> None:
    made = dossier()
    kinds = ("false-match", "false-non-match", "age", "gender", "expression")
    found = errors_of([made], kinds)
    assert [one.kind for one in found][:2] == ["false-match", "false-non-match"]
    assert all(one.low <= one.value <= one.high and one.subjects > 0 for one in found)
    assert all(str(one.subjects) in said(one) for one in found)
    assert errors_of([], kinds) == ()


def test_docs_say_what_the_measures_are_in_the_same_words() -> None:
    docs = " ".join(DOCS.read_text("utf-8").split())
    assert [name for name, words in MEANINGS.items() if words not in docs] == []


def test_a_filled_site_shows_everything(shopped) -> None:
    fill(shopped, MONDAY, 28)
    shopped.turn("2026-04-13")
    answer = ask(shopped, days=28, now=("2026-04-13", "12:00"))
    assert answer.whole.days == 24
    assert 0.2 < answer.whole.returning.value < 0.9
    assert all(one.count.value for one in (*answer.visits, *answer.since))
    assert bands(shopped, days=28, now=("2026-04-13", "12:00")).tables[0].total.value > 1000


COUNTS = st.integers(0, 60)
FIGURES = st.builds(
    lambda new, visits, gaps: DayFigures(
        visitors=new + sum(visits),
        visits=(new, *visits),
        since={n: count for n, count in zip((1, 2, 5, 9, 20), _dealt(sum(visits), gaps), strict=True) if count},
    ),
    COUNTS,
    st.tuples(COUNTS, COUNTS, COUNTS, COUNTS),
    st.tuples(*[st.integers(0, 5)] * 5),
)


def _dealt(total, weights):
    """`total` dealt out over bins by weights."""
    whole = sum(weights) or 1
    parts = [total * w // whole for w in weights]
    parts[0] += total - sum(parts)
    return parts


@settings(max_examples=60, deadline=None)
@given(st.lists(FIGURES, min_size=1, max_size=5))
def test_nothing_small_is_ever_shown(days) -> None:
    for one in days:
        shown = split(one)
        counts = [shown.visitors, shown.new, shown.returning]
        if shown.known:
            told = spread(one)
            counts += [*told.visits, *told.since]
            assert told.median is not None
            for total, parts in ((one.returning, told.visits[1:]), (one.returning, told.since)):
                left = total - sum(count or 0 for count in parts)
                assert parts.count(None) != 1
                assert not parts.count(None) or left >= K
        assert all(count is None or count >= K for count in counts)
        assert [count is None for count in (shown.new, shown.returning)] in ([True, True], [False, False])
    named = {f"2026-03-{16 + n}": one for n, one in enumerate(days)}
    whole = spread_over(named, {"2026-W12": list(named)})
    assert whole is None or all(count is None or count >= K for count in (*whole.visits, *whole.since))
