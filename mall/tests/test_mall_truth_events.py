"""Crossings, stays, visits and occupancy against ways that were made by hand."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from galleria.domain.events import Origin
from galleria.domain.geometry import Box, Point, Segment
from galleria.domain.site import Anchor, Tripwire
from galleria.domain.track import TrackPoint, TrackState, TrackUpdate
from galleria.spatial.crossing import TripwireCounter
from mall.domain.motion import TICKS, Doing, Track
from mall.domain.place import Floor
from mall.domain.scene import Fault, Played, Scene, Wrong
from mall.truth.crossings import BODY, crossings, spans, stays
from mall.truth.ground import LINES, FloorLine, FloorZone
from mall.truth.story import story_of, visits_of, within

LINE = FloorLine("door", "entrance", "Door", Floor(-1.0, 1.0), Floor(1.0, 1.0), Floor(0.0, 2.0))
ZONE = FloorZone("mat", "entrance", "Mat", (Floor(-1, 0), Floor(1, 0), Floor(1, 2), Floor(-1, 2)))


def walk(ys, x=0.0, number=1, first=0, person="amber", xs=None):
    ys = np.asarray(ys, float)
    place = np.stack([np.full(len(ys), x) if xs is None else np.asarray(xs, float), ys], -1)
    n = len(ys)
    return Track(number, person, first, place, np.zeros(n), np.zeros((n, 3)), np.full(n, Doing.WALK, np.uint8))


def scene(seconds=20.0, **more):
    start = datetime(2026, 1, 5, 10, tzinfo=UTC)
    return Scene("made", "Made by hand", 1, start, seconds, ("entrance", "corridor"), "none", **more)


def test_a_straight_walk_crosses_once_at_the_time_that_can_be_worked_out():
    speed, begin = 1.3, -0.517
    track = walk(begin + speed * np.arange(96) / TICKS, first=24)
    (crossed,) = crossings(track, LINE)
    assert crossed.time == pytest.approx(1.0 + (1.0 - begin) / speed, abs=1e-9)
    assert (crossed.way, crossed.line, crossed.track) == ("in", "door", 1)


def test_the_way_back_is_out():
    there = np.linspace(0, 2, 48)
    found = crossings(walk([*there, *there[::-1]]), LINE)
    assert [crossed.way for crossed in found] == ["in", "out"]


def test_who_steps_on_the_line_and_goes_back_has_not_crossed():
    there = np.linspace(0, 1.04, 30)
    assert crossings(walk([*there, *[1.04] * 48, *there[::-1]]), LINE) == []


def test_who_stands_on_the_line_and_goes_on_crosses_once():
    ys = [*np.linspace(0, 1.0, 24), *[1.0] * 100, *np.linspace(1.0, 2.0, 24)]
    (crossed,) = crossings(walk(ys), LINE)
    assert crossed.way == "in"
    assert crossed.time == pytest.approx(123 / TICKS, abs=2 / TICKS)


def test_the_way_round_the_end_of_the_line_is_no_crossing():
    assert crossings(walk(np.linspace(0, 2, 48), x=1.2), LINE) == []


def test_out_is_away_from_inside_whichever_way_the_line_is_drawn():
    other = replace(LINE, a=LINE.b, b=LINE.a)
    track = walk(np.linspace(0, 2, 48))
    assert crossings(track, LINE) == crossings(track, other)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_truth_counts_as_the_product_counts(seed):
    # The product's counter, fed with the floor seen from straight above, as far as its decisions go.
    rng = np.random.default_rng(seed)
    steps = np.cumsum(rng.normal(0, 0.03, (240, 2)), axis=0) + rng.normal((0.0, 1.0), 0.3)
    track = walk(steps[:, 1], xs=steps[:, 0])
    wire = Tripwire("door", Segment(Point(0.9, 0.5), Point(0.1, 0.5)).reversed())
    counter = TripwireCounter(Origin("s", "c", "e"), wire, 1.0, Anchor.FEET)
    # One metre is 0.4 of the picture; a body is BODY metres tall.
    points = [
        TrackPoint(
            row / TICKS,
            Box(0.4 + 0.4 * x, 0.1 + 0.4 * y - 0.4 * BODY, 0.6 + 0.4 * x, 0.1 + 0.4 * y),
            1.0,
        )
        for row, (x, y) in enumerate(steps)
    ]
    counted = counter.update(TrackUpdate(1, TrackState.CONFIRMED, tuple(points)))
    assert [(c.direction, pytest.approx(c.time)) for c in counted] == [(c.way, c.time) for c in crossings(track, LINE)]


def test_a_stay_is_as_long_as_somebody_is_inside():
    ys = [*np.linspace(-2, -0.01, 48), *np.linspace(0.01, 1.99, 120), *np.linspace(2.01, 4, 48)]
    (stay,) = stays(walk(ys), ZONE, 60.0)
    assert (stay.enter, stay.leave, stay.open) == (pytest.approx(47.5 / 24), pytest.approx(167.5 / 24), False)


def test_a_stay_that_the_scene_cuts_is_open():
    (stay,) = stays(walk([1.0] * 240), ZONE, 5.0)
    assert (stay.enter, stay.leave, stay.open) == (0.0, 5.0, True)


def test_a_step_outside_does_not_end_a_stay_and_a_step_inside_is_none():
    there = np.array([False] * 5 + [True] * 30 + [False] * 5 + [True] * 30 + [False] * 30 + [True] * 5 + [False] * 9)
    assert spans(there, 12) == [(5, 70)]


def test_zones_hold_what_lies_in_them():
    spots = np.array([(0.0, 1.0), (1.5, 1.0), (0.0, -0.1), (-0.9, 1.9)])
    assert ZONE.contains(spots).tolist() == [True, False, False, True]


def test_a_visit_begins_and_ends_at_the_doors():
    ys = np.linspace(-2.0, 36.0, 38 * 24 + 1)
    (visit,) = visits_of(walk(ys, first=12), 60.0)
    assert visit.enter == pytest.approx(0.5 + 2.0)
    assert visit.leave == pytest.approx(0.5 + 36.0)
    assert (visit.by, visit.leaves_by) == ("entrance", "passage")


def test_who_is_there_all_the_time_neither_comes_nor_goes():
    (visit,) = visits_of(walk([5.0] * 240), 10.0)
    assert (visit.enter, visit.leave, visit.by, visit.leaves_by) == (None, None, "", "")


def test_staff_who_come_through_their_door_come_by_it():
    ys = np.full(48, 12.5)
    (visit,) = visits_of(walk(ys, xs=np.linspace(4.4, 2.0, 48), first=24), 3.0)
    assert (visit.by, visit.enter, visit.leave) == ("staff", 1.0, None)


def test_occupancy_is_what_was_there_and_came_less_what_went():
    rng = np.random.default_rng(5)
    tracks = []
    for number in range(1, 40):
        begin, speed, turn = rng.uniform(0, 30), rng.uniform(1, 3), rng.choice([-1, 1])
        ys = 17 + turn * (np.arange(30 * TICKS) / TICKS * speed - 25)
        tracks.append(walk(ys, number=number, first=round(begin * TICKS) if number > 5 else 0))
    played = Played(scene(60.0), tuple(tracks))
    story = story_of(played, ())
    there = sum(visit.enter is None for visit in story.visits)
    assert len(story.visits) > 10
    for second, present in enumerate(story.present["mall"]):
        came = sum(v.enter is not None and v.enter <= second for v in story.visits)
        went = sum(v.leave is not None and v.leave <= second for v in story.visits)
        inside = sum(bool(0 < t.place[second * TICKS - t.first, 1] < 34) for t in story.tracks
                     if t.first <= second * TICKS < t.end)  # fmt: skip
        assert present == there + came - went == inside
        assert story.present["hall"][second] + story.present["corridor"][second] == present


def test_who_comes_back_is_a_return():
    first, second = walk(np.linspace(5, -5, 120)), walk(np.linspace(-5, 5, 120), number=2, first=200)
    story = story_of(Played(scene(), (first, second)), ())
    ((person, before, after),) = story.returns()
    assert (person, before.track, after.track) == ("amber", 1, 2)
    assert before.leave < after.enter


def test_only_the_time_of_the_scene_counts():
    track = walk(np.linspace(0, 2, 96), first=-24)
    cut = within(track, 1.0)
    assert cut is not None
    assert (cut.first, len(cut.place)) == (0, 24)
    assert within(track, 10.0).end == track.end
    assert within(walk([0.0] * 10, first=480), 10.0) is None


def test_every_line_is_crossed_in_by_who_goes_inside():
    for line in LINES:
        middle = np.array([(line.a.x + line.b.x) / 2, (line.a.y + line.b.y) / 2])
        way = np.array(line.inside) - middle
        steps = middle + np.linspace(-1, 1, 97)[:, None] * way / np.linalg.norm(way)
        (crossed,) = crossings(walk(steps[:, 1], xs=steps[:, 0]), line)
        assert crossed.way == "in"


def test_faults_are_known_by_time():
    troubled = scene(faults=(Fault("entrance", Wrong.BLACK, 2.0, 3.0),))
    assert [troubled.fault("entrance", t) for t in (1.99, 2.0, 3.0)] == [None, Wrong.BLACK, None]
