"""Tallies: what is counted where and when, and that amounts only grow, whenever they are taken."""

from collections import defaultdict
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from galleria.analytics.tallies import BANDS
from galleria.app.recognition.tallying import LONGEST, QUARTER, WATCHED, Tallying, band_of, moods_of
from galleria.domain.events import Origin
from galleria.domain.geometry import Point, Polygon
from galleria.domain.purpose import Purpose
from galleria.domain.site import Camera, Zone
from galleria.runtime.face_facts import UNSURE, Glance, Mood, Portrait

ORIGIN = Origin("shop", "door", "one")
BEGIN = 1_800_000_000.0  # of a quarter hour
LEFT = Polygon((Point(0, 0), Point(0.5, 0), Point(0.5, 1), Point(0, 1)))
MIDDLE = Polygon((Point(0.3, 0), Point(0.7, 0), Point(0.7, 1), Point(0.3, 1)))
CAMERA = Camera("door", zones=(Zone("left", LEFT), Zone("middle", MIDDLE)))
AT = {"left": Point(0.1, 0.5), "both": Point(0.4, 0.5), "middle": Point(0.6, 0.5), "none": Point(0.9, 0.5)}


def tallying(**facts):
    return Tallying(ORIGIN, CAMERA, **facts)


def portrait(track=1, at=AT["left"], age=40.0, gender="female"):
    return Portrait(track, BEGIN, at, age=age, gender=gender)


def told(tallies):
    return {(one.place, one.begin, one.cell): one.amount for one in tallies}


@pytest.mark.parametrize(
    ("where", "places"),
    [
        ("left", {"left"}),
        ("both", {"left"}),  # of zones that overlap the first one is told
        ("middle", set()),
        ("none", set()),
    ],
)
def test_what_is_seen_counts_where_it_is_told_and_nowhere_else(where, places):
    made = tallying()
    made.portrait(portrait(at=AT[where]), BEGIN)
    made.mood(Mood(1, BEGIN, AT[where], {"happy": 0.9}))
    found = made.take()
    for purpose, cells in (
        (Purpose.DEMOGRAPHICS, {"35-44 female"}),
        (Purpose.EXPERIENCE, {"faces", "smiling"}),
    ):
        some = [one for one in found if one.purpose is purpose]
        assert {(one.place, one.cell) for one in some} == {(place, cell) for place in places for cell in cells}
    assert {(one.origin, one.begin, one.amount) for one in found} == ({(ORIGIN, BEGIN, 1.0)} if places else set())


def test_whose_feet_the_picture_cuts_off_counts_in_the_zone_that_reaches_its_edge():
    made = tallying()
    made.mood(Mood(1, BEGIN, Point(0.1, 1.0), {}))
    assert set(told(made.take())) == {("left", BEGIN, "faces")}


def test_where_no_zone_is_drawn_the_whole_picture_counts():
    made = Tallying(ORIGIN, replace(CAMERA, zones=()))
    made.portrait(portrait(), BEGIN)
    assert told(made.take()) == {("", BEGIN, "35-44 female"): 1}


def test_a_screens_audience_counts_for_the_whole_picture():
    made = tallying()
    made.glance(Glance(1, BEGIN, AT["left"], 0.0, attentive=True))
    assert told(made.take()) == {("", BEGIN, "opportunities"): 1}


def test_a_quarter_hour_begins_with_its_first_moment_and_ends_before_the_next():
    made = tallying()
    for time in (BEGIN, BEGIN + QUARTER - 0.001, BEGIN + QUARTER):
        made.portrait(portrait(), time)
    assert told(made.take()) == {("left", BEGIN, "35-44 female"): 2, ("left", BEGIN + QUARTER, "35-44 female"): 1}


def test_what_did_not_change_is_not_told_again():
    made = tallying()
    made.portrait(portrait(), BEGIN)
    assert len(made.take()) == 1
    assert made.take() == []
    made.portrait(portrait(gender="male"), BEGIN + 1)
    assert told(made.take()) == {("left", BEGIN, "35-44 male"): 1}


def test_an_age_nobody_asked_for_is_counted_nowhere():
    made = tallying()
    made.portrait(Portrait(1, BEGIN, AT["left"]), BEGIN)
    assert made.take() == []


def test_who_is_of_no_sure_gender_presentation_is_counted_in_the_band():
    made = tallying()
    for gender in ("female", "male", UNSURE):
        made.portrait(portrait(gender=gender), BEGIN)
    found = told(made.take())
    assert found == {("left", BEGIN, f"35-44 {gender}"): 1 for gender in ("female", "male", "unsure")}


@pytest.mark.parametrize(
    ("years", "band"),
    [(17.99, ""), (18, "18-24"), (24.9, "18-24"), (25, "25-34"), (44.99, "35-44"), (64.9, "55-64"), (65, "65+"),
     (140, "65+"), (-3, "")],
)  # fmt: skip
def test_bands_begin_with_their_first_year(years, band):
    assert band_of(years) == band


@given(st.floats(-1e3, 1e3), st.floats(-5, 5), st.floats(-100, 100), st.sampled_from(("female", "male", UNSURE)))
def test_no_band_under_eighteen_is_ever_counted(age, slope, intercept, gender):
    made = tallying(years=(slope, intercept))
    made.portrait(portrait(age=age, gender=gender), BEGIN)
    cells = {one.cell for one in made.take()}
    if slope * age + intercept < 18:
        assert cells == set()
    else:
        ((cell,),) = (cells,)
        band, _, told_gender = cell.partition(" ")
        assert band in BANDS
        assert told_gender == gender


def test_an_age_is_calibrated_before_it_is_banded():
    made = tallying(years=(0.5, 10.0))
    made.portrait(portrait(age=40.0), BEGIN)
    made.portrait(portrait(age=15.0), BEGIN)
    assert told(made.take()) == {("left", BEGIN, "25-34 female"): 1}


@pytest.mark.parametrize(
    ("shares", "cells"),
    [
        ({"happy": 0.5, "neutral": 0.5}, {"smiling"}),
        ({"happy": 0.49, "neutral": 0.51}, set()),
        ({"angry": 0.3, "sad": 0.15, "disgusted": 0.1, "happy": 0.45}, {"frustrated"}),
        ({"angry": 0.5, "happy": 0.5}, {"smiling"}),
        ({}, set()),
    ],
)
def test_a_face_smiles_or_is_frustrated_or_neither(shares, cells):
    assert set(moods_of(shares)) == cells


def glances(made, track, *given, begin=BEGIN):
    """Glances half a second apart; each says whether the track looked this way."""
    for n, attentive in enumerate(given):
        made.glance(Glance(track, begin + n / 2, AT["left"], 0.5 if n else 0.0, attentive=attentive))


def test_who_looks_long_enough_is_a_watcher_once():
    made = tallying()
    glances(made, 1, *[True] * 20)
    glances(made, 1, False, False, True, True, True, True, begin=BEGIN + 10)
    cells = {cell: amount for (_, _, cell), amount in told(made.take()).items()}
    assert (cells["opportunities"], cells["watchers"]) == (1, 1)
    assert cells["attention"] == pytest.approx(19 * 0.5 + 3 * 0.5)


def test_who_looks_only_for_a_moment_is_no_watcher():
    made = tallying()
    glances(made, 1, *[True, False] * 10)
    glances(made, 2, True, True)  # half a second
    assert told(made.take()) == {("", BEGIN, "opportunities"): 2, ("", BEGIN, "attention"): 0.5}
    assert WATCHED > 0.5


def test_time_in_which_nobody_looked_after_a_track_is_not_counted_whole():
    made = tallying()
    made.glance(Glance(1, BEGIN, AT["left"], 0.0, attentive=True))
    made.glance(Glance(1, BEGIN + 60, AT["left"], 60.0, attentive=True))
    assert told(made.take())["", BEGIN, "attention"] == LONGEST


def test_a_track_that_ended_is_another_opportunity_when_its_number_comes_again():
    made = tallying()
    glances(made, 1, True)
    made.ended(1)
    glances(made, 1, True)
    assert told(made.take()) == {("", BEGIN, "opportunities"): 2}
    made.stopped()
    assert made._watchers == {}


def test_the_next_epoch_begins_at_nought_with_the_same_tracks():
    made = tallying()
    glances(made, 1, *[True] * 5)
    made.portrait(portrait(), BEGIN)
    first = told(made.take())
    anew = made.renewed(replace(ORIGIN, epoch="two"), CAMERA, (1.0, 0.0))
    glances(anew, 1, True, True)
    assert told(anew.take()) == {("", BEGIN, "attention"): 0.5}
    assert first["", BEGIN, "watchers"] == 1


# What comes of one camera: facts at times that may even go back, and now and then everything is taken.
FACTS = st.lists(
    st.tuples(
        st.sampled_from(("portrait", "mood", "glance", "take")),
        st.floats(0, 5 * QUARTER),
        st.integers(1, 4),
        st.sampled_from(sorted(AT)),
        st.floats(15, 80),
    ),
    max_size=40,
)


def give(made, facts, *, taking):
    """What was told, in order, by key."""
    taken = []
    for kind, time, track, where, number in facts:
        at, now = AT[where], BEGIN + time
        if kind == "portrait":
            made.portrait(portrait(track, at, number, "male" if track % 2 else UNSURE), now)
        elif kind == "mood":
            made.mood(Mood(track, now, at, {"happy": number / 80, "sad": 1 - number / 80}))
        elif kind == "glance":
            made.glance(Glance(track, now, at, number / 40, attentive=number > 30))
        elif taking:
            taken += made.take()
    taken += made.take()
    return [((one.purpose, one.place, one.begin, one.cell), one.amount) for one in taken]


@given(FACTS)
def test_taking_often_or_once_gives_the_same_amounts(facts):
    often, once = give(tallying(), facts, taking=True), give(tallying(), facts, taking=False)
    assert dict(often) == dict(once)
    assert len(once) == len(dict(once))


@given(FACTS)
def test_an_amount_never_becomes_smaller(facts):
    known = {}
    for key, amount in give(tallying(), facts, taking=True):
        assert amount > known.get(key, 0.0)
        known[key] = amount


@given(FACTS)
def test_nobody_watches_who_could_not_and_nobody_twice(facts):
    cells = {}
    for (purpose, place, _, cell), amount in dict(give(tallying(), facts, taking=False)).items():
        if purpose is Purpose.AUDIENCE:
            assert place == ""
            cells[cell] = cells.get(cell, 0) + amount
    tracks = {track for kind, _, track, _, _ in facts if kind == "glance"}
    assert cells.get("watchers", 0) <= cells.get("opportunities", 0) == len(tracks)


@given(FACTS)
def test_nothing_counts_in_two_places(facts):
    """Of two of them together the one that is told no longer would tell who was in it alone."""
    whole = dict(give(Tallying(ORIGIN, replace(CAMERA, zones=())), facts, taking=False))
    places = defaultdict(float)
    for (purpose, _, begin, cell), amount in give(tallying(), facts, taking=False):
        places[purpose, "", begin, cell] += amount
        assert begin % QUARTER == 0
    assert all(amount <= whole[key] + 1e-9 for key, amount in places.items())
