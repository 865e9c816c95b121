"""Figures of visitors from sightings and tallies: orders, repetitions, withdrawals, staff, and sums that agree."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from galleria.analytics import tallies as tables
from galleria.analytics.visitors import WINDOW, DayFigures, DaySeen, day_figures, holding, median, share, together
from galleria.domain.events import Origin
from galleria.domain.purpose import Purpose
from galleria.domain.sighting import Sighting, SightingKind
from galleria.domain.tally import Tally
from galleria.runtime.face_facts import UNSURE

TODAY = date(2026, 3, 29)
QUARTERS = [900.0 * n for n in range(96)]
HALL, YARD = Origin("shop", "hall", "a"), Origin("shop", "yard", "b")


def sighting(track, label, time=0.0, kind=SightingKind.NEW, origin=HALL):
    name = origin.event_id(track, "sighting returning", int(kind is SightingKind.WITHDRAWN))
    return Sighting(name, origin, track, time, Purpose.RETURNING, label, kind)


def figures(seen, entered=()):
    return day_figures(seen, TODAY, QUARTERS, entered)


def ago(*days):
    return [TODAY - timedelta(days=n) for n in days]


def test_a_label_is_one_visitor_over_all_cameras() -> None:
    made = figures(DaySeen([sighting(1, "a"), sighting(7, "a", 50, origin=YARD), sighting(2, "b", 1000)]))
    assert (made.visitors, made.tracks, made.new, made.returning) == (2, 3, 2, 0)
    assert [(one.begin, one.new) for one in made.firsts] == [(0.0, 1), (900.0, 1)]


def test_earlier_days_make_returning_visitors() -> None:
    earlier = {"a": ago(1, 3, 5, 8, 13), "b": ago(29), "c": ago(WINDOW, 60), "z": ago(1)}
    made = figures(DaySeen([sighting(n, name) for n, name in enumerate("abcd")], earlier=earlier))
    assert (made.visitors, made.new, made.returning) == (4, 2, 2)
    assert made.visits == (2, 1, 0, 0, 1)
    assert made.since == {1: 1, 29: 1}
    assert median(made.since) == 15


def test_staff_and_those_left_out_are_no_visitors_and_their_tracks_did_not_enter() -> None:
    some = [sighting(1, "a"), sighting(2, "a", 5), sighting(3, "b"), sighting(4, "c")]
    made = figures(DaySeen(some, staff={(HALL, 1)}, left_out={"b"}), {(HALL, n) for n in range(1, 9)})
    assert (made.visitors, made.tracks, made.entered, made.recognised) == (1, 1, 7, 1)


def test_a_withdrawn_track_of_staff_does_not_make_its_label_staff() -> None:
    wrong = sighting(1, "a")
    some = [wrong, sighting(1, "a", 9, SightingKind.WITHDRAWN), sighting(2, "a", 20)]
    assert figures(DaySeen(some, staff={(HALL, 1)})).visitors == 1


LABELS = st.sampled_from("abcdefgh")
SEEN = st.lists(st.tuples(st.integers(0, 20), LABELS, st.floats(0, 86399), st.booleans()), max_size=40)


def made_of(rows):
    tracks = {track: (label, time, gone) for track, label, time, gone in rows}
    some = [sighting(track, label, time) for track, (label, time, _) in tracks.items()]
    gone = [
        sighting(track, label, time, SightingKind.WITHDRAWN) for track, (label, time, gone) in tracks.items() if gone
    ]
    return some + gone


@given(
    SEEN, st.randoms(), st.sets(st.integers(0, 20), max_size=4), st.dictionaries(LABELS, st.sets(st.integers(1, 40)))
)
def test_sums_agree_and_neither_order_nor_repetition_matters(rows, chance, staff, earlier) -> None:
    some = made_of(rows)
    known = {label: ago(*days) for label, days in earlier.items()}
    marks = {(HALL, n) for n in staff}
    entered = {(HALL, n) for n in range(0, 20, 2)}
    made = figures(DaySeen(some, marks, earlier=known), entered)
    again = some + chance.sample(some, len(some) // 2)
    chance.shuffle(again)
    assert figures(DaySeen(again, marks, earlier=known), entered) == made
    assert made.visitors == made.new + made.returning == sum(made.visits)
    assert made.visits[0] == made.new
    assert sum(made.visits[1:]) == made.returning == sum(made.since.values())
    assert sum(one.new for one in made.firsts) == made.new
    assert sum(one.returning for one in made.firsts) == made.returning
    assert made.recognised <= min(made.tracks, made.entered)
    assert made.visitors <= made.tracks


@given(SEEN, st.integers(0, 20))
def test_marking_a_track_as_staff_takes_away_its_label_and_nobody_else(rows, track) -> None:
    some = made_of(rows)
    labels = {one.label for one in holding(some) if one.track == track}
    before, after = figures(DaySeen(some)), figures(DaySeen(some, {(HALL, track)}))
    assert before.visitors - after.visitors == len(labels)


@given(SEEN)
def test_withdrawing_all_leaves_nobody(rows) -> None:
    some = made_of([(track, label, time, True) for track, label, time, _ in rows])
    assert figures(DaySeen(some)) == DayFigures()


@given(st.lists(SEEN, max_size=4))
def test_days_together_are_their_sums(days) -> None:
    made = [figures(DaySeen(made_of(rows))) for rows in days]
    whole = together(made)
    assert whole.visitors == sum(one.visitors for one in made) == sum(whole.visits)
    assert whole.returning == sum(one.returning for one in made)


@given(st.lists(st.integers(1, 29), min_size=1))
def test_the_median_is_that_of_the_numbers(numbers) -> None:
    order = sorted(numbers)
    middle = order[(len(order) - 1) // 2] + order[len(order) // 2]
    assert median(Counter(numbers)) == middle / 2


def test_of_nothing_there_is_no_share_and_no_median() -> None:
    assert (share(0, 0), median({})) == (None, None)
    assert share(3, 4) == 0.75


def tally(cell, amount):
    return Tally(HALL, Purpose.DEMOGRAPHICS, "", 0.0, cell, amount)


@given(st.lists(st.tuples(st.sampled_from(tables.BANDS), st.sampled_from(tables.GENDERS), st.integers(0, 99))))
def test_bands_hold_what_was_tallied(rows) -> None:
    cells = tables.amounts(tally(f"{band} {gender}", amount) for band, gender, amount in rows)
    table = tables.bands(cells)
    assert table.total == sum(amount for *_, amount in rows)
    assert tables.added([table, table]).total == 2 * table.total
    assert (len(table.counts), {len(line) for line in table.counts}) == (6, {2})


def test_no_band_under_eighteen_is_ever_told() -> None:
    assert tables.bands({"0-17 male": 90.0, "65+ male": 2.0, "25-34 unknown": 4.0}).total == 2


def test_what_is_not_sure_is_in_no_table_and_is_called_as_the_cameras_call_it() -> None:
    cells = {f"25-34 {UNSURE}": 4.0, f"65+ {UNSURE}": 3.0, f"0-17 {UNSURE}": 9.0, "25-34 male": 5.0, "25-34 ": 7.0}
    assert tables.unsure(cells) == 7
    assert tables.bands(cells).total == 5
    assert tables.UNSURE == UNSURE


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"faces": 60.0, "smiling": 12.0, "frustrated": 3.0}, (60, 12, 3)),
        ({"faces": 2.0, "smiling": 5.0}, (2, 2, 0)),
        ({}, (0, 0, 0)),
    ],
)
def test_moods_are_shares_of_faces(cells, expected) -> None:
    made = tables.mood(cells)
    assert (made.faces, made.smiling, made.frustrated) == expected
    assert tables.moods([made, made]).faces == 2 * expected[0]


def test_who_watched_could_have() -> None:
    made = tables.audience({"opportunities": 4.0, "watchers": 6.0, "attention": 12.5})
    assert (made.opportunities, made.watchers, made.attention) == (6, 6, 12.5)
    assert tables.audiences([made, made]).attention == 25
