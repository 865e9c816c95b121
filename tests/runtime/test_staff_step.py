"""Staff are marked once, by what they wear in several looks or by where they stay, and nobody else is."""

import subprocess
import sys

import numpy as np
import pytest

from galleria.domain.frame import ArrayPicture, Frame
from galleria.domain.geometry import Box, Point, Polygon
from galleria.domain.site import Anchor, Camera, Colour, StaffSetting, Uniform, Zone
from galleria.domain.track import TrackPoint, TrackState, TrackUpdate
from galleria.runtime.look import Look
from galleria.runtime.staff import FEWEST, LAST, StaffMark, StaffStep

TEAL = Colour((155.0, 187.0), (0.4, 1.0), (0.2, 1.0))
WORN = StaffSetting((Uniform("polo", TEAL),))
SHIRT, COAT, FLOOR = (110, 128, 18), (60, 40, 40), (190, 190, 185)
LEFT, RIGHT = Box(0.1, 0.2, 0.25, 0.8), Box(0.6, 0.2, 0.75, 0.8)
STEP = 1 / 6


class Counting(ArrayPicture):
    """Knows how often its pixels were asked for."""

    asked = 0

    def bgr(self, width, height):
        type(self).asked += 1
        return super().bgr(width, height)


@pytest.fixture(autouse=True)
def fresh():
    Counting.asked = 0


def look(time, *bodies, ended=(), lost=()):
    """Bodies are (track, box, colour), painted in this order."""
    pixels = np.full((120, 120, 3), FLOOR, np.uint8)
    for _, box, colour in bodies:
        rows = slice(round(box.top * 120), round(box.bottom * 120))
        pixels[rows, max(0, round(box.left * 120)) : round(box.right * 120)] = colour
    updates = [TrackUpdate(track, TrackState.CONFIRMED, (TrackPoint(time, box, 0.9),)) for track, box, _ in bodies]
    updates += [TrackUpdate(track, TrackState.LOST, ()) for track in lost]
    updates += [TrackUpdate(track, TrackState.ENDED, ()) for track in ended]
    return Look(Frame("c", round(time / STEP), time, Counting(pixels)), updates=updates)


def play(step, begin, end, *bodies):
    """Marks by track, with the seconds since the beginning."""
    marks = {}
    for n in range(round((end - begin) / STEP)):
        for mark in step.look(look(begin + n * STEP, *bodies)):
            assert isinstance(mark, StaffMark)
            assert mark.track not in marks
            marks[mark.track] = mark.time - begin
    return marks


def test_who_wears_a_uniform_is_marked_once_and_the_others_are_not():
    step = StaffStep(Camera("c"), WORN)
    marks = play(step, 100.0, 108.0, (1, LEFT, SHIRT), (2, RIGHT, COAT))
    assert list(marks) == [1]
    assert 0.3 * (FEWEST - 1) <= marks[1] < 2
    assert step.marked(1)
    assert not step.marked(2)
    assert not step.marked(3)


def test_a_mark_needs_several_looks_spread_in_time():
    step = StaffStep(Camera("c"), WORN)
    for n in range(60):  # sixty frames within 0.6 s
        assert step.look(look(n / 100, (1, LEFT, SHIRT))) == []
    assert Counting.asked <= 2


def test_some_looks_among_many_others_are_not_enough():
    step = StaffStep(Camera("c"), WORN)
    assert play(step, 0, 6, (1, LEFT, COAT)) == {}
    assert play(step, 6, 7.5, (1, LEFT, SHIRT)) == {}
    assert play(step, 7.5, 14, (1, LEFT, COAT)) == {}
    # What was seen long ago is no matter any more: a track may go on on somebody else.
    assert 1 in play(step, 14, 14 + LAST * 0.5, (1, LEFT, SHIRT))


def test_somebody_nearer_hides_a_uniform_and_does_not_lend_one():
    behind, nearer = Box(0.3, 0.1, 0.5, 0.7), Box(0.3, 0.2, 0.5, 0.95)
    step = StaffStep(Camera("c"), WORN)
    assert list(play(step, 0, 6, (1, behind, COAT), (2, nearer, SHIRT))) == [2]
    step = StaffStep(Camera("c"), WORN)
    assert play(step, 0, 6, (1, behind, SHIRT), (2, nearer, COAT)) == {}
    assert list(play(step, 6, 9, (1, behind, SHIRT), (2, RIGHT, COAT))) == [1]  # hidden looks were no looks


def test_what_is_known_of_a_track_ends_with_it():
    step = StaffStep(Camera("c"), WORN)
    assert 1 in play(step, 0, 3, (1, LEFT, SHIRT))
    step.look(look(3, ended=(1,)))
    assert not step.marked(1)
    step = StaffStep(Camera("c"), WORN)
    assert play(step, 0, 0.9, (1, LEFT, SHIRT)) == {}
    step.look(Look(None))  # the footage breaks: numbers begin anew
    assert play(step, 10, 10.9, (1, LEFT, SHIRT)) == {}
    assert 1 in play(step, 11, 12, (1, LEFT, SHIRT))


def test_who_is_lost_is_not_looked_at_and_stays_marked():
    step = StaffStep(Camera("c"), WORN)
    play(step, 0, 3, (1, LEFT, SHIRT))
    before = Counting.asked
    assert step.look(look(4, lost=(1,))) == []
    assert step.marked(1)
    assert play(step, 5, 8, (1, LEFT, SHIRT)) == {}
    assert Counting.asked == before  # who has the mark is not looked at any more


TILL = Zone("till", Polygon((Point(0, 0.5), Point(0.5, 0.5), Point(0.5, 1), Point(0, 1))))
SHOP = Camera("c", zones=(TILL,))
THERE = StaffSetting(zones=(("c", "till"), ("other", "door")), seconds=5.0)


def test_who_stays_in_a_zone_of_staff_is_marked_without_a_pixel():
    marks = play(StaffStep(SHOP, THERE), 50, 60, (1, LEFT, COAT), (2, RIGHT, COAT))
    assert list(marks) == [1]
    assert marks[1] == pytest.approx(5, abs=STEP)
    assert Counting.asked == 0


def test_time_in_a_zone_begins_anew_after_leaving_it_and_not_after_a_wobble():
    step = StaffStep(SHOP, THERE)
    assert play(step, 0, 4, (1, LEFT, COAT)) == {}
    assert play(step, 4, 5, (1, RIGHT, COAT)) == {}
    assert play(step, 5, 9.5, (1, LEFT, COAT)) == {}
    assert play(step, 9.5, 9.9, (1, RIGHT, COAT)) == {}
    assert 1 in play(step, 9.9, 12, (1, LEFT, COAT))


def test_zones_of_other_cameras_are_no_matter_and_anchors_hold():
    assert play(StaffStep(Camera("d", zones=(TILL,)), THERE), 0, 9, (1, LEFT, COAT)) == {}
    by_head = Camera("c", zones=(TILL,), anchor=Anchor.HEAD)
    assert play(StaffStep(by_head, THERE), 0, 9, (1, LEFT, COAT)) == {}


def test_it_loads_no_network_and_nothing_that_looks_at_faces():
    script = (
        "import sys, galleria.runtime.staff\n"
        "print([n for n in sys.modules if n.startswith(('galleria.vision.faces', 'galleria.identity', 'onnxruntime'))])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_mark_says_nothing_but_which_track_and_when():
    assert StaffMark.__slots__ == ("track", "time")
