"""Clothes in the tracker: whose a box is where people meet."""

from dataclasses import replace
from itertools import count

import numpy as np
import pytest
from seen import ASPECT, Lives, body, detections

from galleria.tracking.tracker import MotionTracker
from galleria.tracking.wear import CLEAR, HALF, Wear

RED, BLUE = 0, 1


def worn(colour, seen=1.0):
    """(4, 3): all of one colour, as far as it is seen."""
    made = np.zeros((4, 3), np.float32)
    made[:, colour] = seen
    return made


def dressed(*people):
    """Detections of (box, score, colour)."""
    seen = detections(*((box, score) for box, score, _ in people))
    return replace(seen, worn=np.array([worn(colour) for _, _, colour in people]))


def follow(frames):
    tracker, lives = MotionTracker(ASPECT, count(1)), Lives()
    for time, seen in frames:
        lives.take(time, tracker.update(time, seen))
    lives.finish(tracker.finish())
    return lives


def meeting_and_turning_back(rate=8):
    """Two walk towards each other, one hides the other for a moment, and both go back to where they came from."""
    frames = []
    for n in range(6 * rate + 1):
        away = abs(n / rate - 3.0) * 0.1
        red, blue = (body(0.5 - away, 0.7), 0.8, RED), (body(0.5 + away, 0.7), 0.8, BLUE)
        frames.append((n / rate, dressed(*((red, blue) if away > 0.03 else (red,)))))
    return frames


def sides(lives):
    """Whether each track begins and ends on the left."""
    return sorted((points[0].box.centre.x < 0.5, points[-1].box.centre.x < 0.5) for points in lives.points.values())


def test_who_meets_and_turns_back_is_known_by_clothes():
    assert sides(follow(meeting_and_turning_back())) == [(False, False), (True, True)]


def test_by_motion_alone_they_would_be_exchanged():
    naked = [(time, replace(seen, worn=None)) for time, seen in meeting_and_turning_back()]
    assert sides(follow(naked)) != [(False, False), (True, True)]


def test_somebody_else_in_the_place_of_one_who_was_lost_is_not_that_one():
    box = body(0.5, 0.7)
    frames = [(n / 8, dressed((box, 0.8, RED))) for n in range(16)]
    near = body(0.53, 0.7)
    frames += [(2.5 + n / 8, dressed((near, 0.8, BLUE))) for n in range(16)]
    assert len(follow(frames).states) == 2
    assert len(follow([(time, replace(seen, worn=None)) for time, seen in frames]).states) == 1


def test_clothes_speak_for_and_against():
    wear = Wear()
    both = np.array([worn(RED), worn(BLUE)])
    assert (wear.says(both) == 0).all(), "nothing is known yet"
    wear.take(0.0, worn(RED))
    same, other = wear.says(both)
    assert same > 0 > other


def test_the_less_is_seen_the_less_clothes_say():
    wear = Wear()
    wear.take(0.0, worn(RED))
    whole, half, nothing = wear.says(np.array([worn(RED), worn(RED, 0.5), worn(RED, 0.0)]))
    assert half == pytest.approx(whole / 2)
    assert nothing == 0


def test_clothes_of_a_body_that_the_border_cuts_are_not_remembered():
    """Its legs come later: the stripes would be others."""
    tracker = MotionTracker(ASPECT, count(1))
    for n in range(8):
        left, top, right, _ = body(0.5, 1.1)
        tracker.update(n / 8, dressed(((left, top, right, 1.0), 0.8, RED)))
    assert [track.wear.looks for track in tracker._tracks] == [0]
    for n in range(8, 16):
        tracker.update(n / 8, dressed((body(0.5, 0.95), 0.8, RED)))
    assert [track.wear.looks for track in tracker._tracks] == [8]


def test_what_was_hardly_seen_is_not_remembered():
    wear = Wear()
    wear.take(0.0, worn(RED, CLEAR - 0.01))
    assert wear.stripes is None


def test_what_was_seen_long_ago_counts_less():
    wear = Wear()
    for n in range(100):
        wear.take(n / 8, worn(RED))
    begin = 100 / 8
    for n in range(round(HALF * 8)):
        wear.take(begin + n / 8, worn(BLUE))
    assert wear.stripes is not None
    assert wear.stripes[0, [RED, BLUE]] == pytest.approx([0.5, 0.5], abs=0.02)


def test_clothes_of_another_number_of_bodies_are_refused():
    with pytest.raises(ValueError, match="what 1 bodies wear"):
        replace(detections(), worn=worn(RED)[None])
