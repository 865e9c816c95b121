"""Visits by label: a function of the set of moments, and what is kept of them."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from galleria.analytics.visits import GAP, Visited, visited, visits_of
from galleria.domain.events import Origin
from galleria.domain.purpose import Purpose
from galleria.domain.sighting import Sighting, SightingKind

END = 24 * 3600.0
moments = st.lists(st.integers(0, int(END) - 1).map(float), max_size=30)


def sighting(label, time, camera="hall", track=1):
    origin = Origin("s", camera, "run")
    return Sighting(f"{label}{time}{camera}", origin, track, time, Purpose.UNIQUE, label, SightingKind.AGAIN)


@given(moments, st.randoms(use_true_random=False))
def test_any_order_and_any_repeats_give_the_same_visits(times, random):
    mixed = times + random.choices(times, k=5) if times else []
    random.shuffle(mixed)
    assert visits_of(mixed, END) == visits_of(times, END)


@given(moments, st.data())
def test_what_comes_in_two_halves_is_merged(times, data):
    half = data.draw(st.integers(0, len(times)))
    first, second = visits_of(times[:half], END), visits_of(times[half:], END)
    assert visits_of([*times[half:], *times[:half]], END) == visits_of(times, END)
    # Later ones only extend or join what was there: no moment of a half is ever outside of a visit.
    for visit in (*first, *second):
        assert any(one.begin <= visit.begin and visit.end <= one.end for one in visits_of(times, END))


@given(moments)
def test_visits_are_apart_by_more_than_the_gap_and_hold_every_moment(times):
    visits = visits_of(times, END)
    assert all(b.begin - a.end > GAP for a, b in pairwise(visits))
    assert all(sum(one.begin <= time <= one.end for one in visits) == 1 for time in times)


def test_coming_back_within_the_gap_is_the_same_visit_and_is_open_until_the_gap_is_over():
    assert [v.length for v in visits_of([0.0, GAP], END)] == [GAP]
    assert len(visits_of([0.0, GAP + 1], END)) == 2
    assert [v.closed for v in visits_of([0.0, 60.0], END, now=60 + GAP)] == [False]
    assert [v.closed for v in visits_of([0.0, 60.0], END, now=61 + GAP)] == [True]
    assert [v.closed for v in visits_of([0.0, GAP + 1], END, now=GAP + 2)] == [True, False]
    assert [v.closed for v in visits_of([END - 5], END, now=END)] == [True]  # at closing
    assert visits_of([END], END) == []  # of the next day


def test_a_late_sighting_joins_two_visits():
    assert len(visits_of([0.0, 2 * GAP - 10], END)) == 2
    assert [v.length for v in visits_of([0.0, 2 * GAP - 10, GAP], END)] == [2 * GAP - 10]


def test_what_is_kept_has_no_label_and_begins_when_the_visitor_came_in():
    seen = {
        "ann": [sighting("ann", 1000.0, track=4), sighting("ann", 1600.0, "till", track=9)],
        "bob": [sighting("bob", 2000.0, track=5)],
    }
    crossed = {(Origin("s", "hall", "run"), 4): [995.0], (Origin("s", "till", "run"), 9): [1700.0]}
    kept = visited(seen, crossed, END)
    assert (kept.visits, kept.passers, kept.stayed) == (2, 1, 1)
    assert abs(kept.mean - 705) < 8
    assert kept.moves == {"hall": {"till": 1}}
    assert "ann" not in repr(kept)
    assert kept + Visited() == kept
    assert (kept + kept).moves == {"hall": {"till": 2}}
