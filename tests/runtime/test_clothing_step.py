"""What tracks wear: looked at only where a body is seen well, and told once, when the track ends."""

import numpy as np
import pytest

from galleria.domain.frame import ArrayPicture, Frame
from galleria.domain.geometry import Box
from galleria.domain.track import TrackPoint, TrackState, TrackUpdate
from galleria.identity.clothes import likeness
from galleria.runtime.clothing import ENOUGH, ClothingStep
from galleria.runtime.look import Look

RED, BLUE = (30, 30, 200), (200, 30, 30)
LEFT, RIGHT = Box(0.1, 0.2, 0.3, 0.9), Box(0.6, 0.2, 0.8, 0.9)


def painted(*dressed):
    pixels = np.full((240, 320, 3), 128, np.uint8)
    for box, colour in dressed:
        rows = slice(round(box.top * 240), round(box.bottom * 240))
        pixels[rows, round(box.left * 320) : round(box.right * 320)] = colour
    return ArrayPicture(pixels)


def look(time, picture, boxes, ended=()):
    updates = [TrackUpdate(track, TrackState.CONFIRMED, (TrackPoint(time, box, 0.9),)) for track, box in boxes.items()]
    updates += [TrackUpdate(track, TrackState.ENDED, ()) for track in ended]
    return Look(Frame("c", round(time * 10), time, picture), updates=updates)


def test_clothes_are_told_once_when_a_track_ends():
    step, picture = ClothingStep(), painted((LEFT, RED), (RIGHT, BLUE))
    for n in range(10):
        assert step.look(look(n, picture, {1: LEFT, 2: RIGHT})) == []
    (one,) = step.look(look(10, picture, {2: RIGHT}, ended=[1]))
    (two,) = step.end()
    assert (one.track, one.begin, one.end, two.track, two.end) == (1, 0, 9, 2, 10)
    assert likeness(one.clothes, two.clothes) < 0.4
    assert step.end() == []


def test_a_break_of_the_footage_ends_everybody():
    step, picture = ClothingStep(), painted((LEFT, RED))
    step.look(look(0, picture, {1: LEFT}))
    assert [worn.track for worn in step.look(Look(None))] == [1]


@pytest.mark.parametrize("boxes", [{1: Box(0.1, 0.2, 0.2, 0.5)}, {1: LEFT, 2: Box(0.15, 0.3, 0.35, 0.95)}])
def test_small_and_hidden_bodies_tell_nothing(boxes):
    step = ClothingStep()
    step.look(look(0, painted((LEFT, RED)), boxes))
    assert {worn.clothes for worn in step.end()} == {None}


def test_state_is_bounded_however_long_a_track_lasts():
    step, picture = ClothingStep(), painted((LEFT, RED))
    for n in range(100):
        step.look(look(n, picture, {1: LEFT}))
    assert len(step._tracks[1].looks) <= ENOUGH
