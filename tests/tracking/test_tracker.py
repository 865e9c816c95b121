from itertools import count

import pytest
from seen import ASPECT, Lives, body, detections

from galleria.domain.detection import Detections
from galleria.domain.track import TrackState
from galleria.tracking.tracker import MotionTracker, Patience

PATIENCE = Patience()
CONFIRMED, LOST, ENDED = TrackState.CONFIRMED, TrackState.LOST, TrackState.ENDED


def tracker(patience=PATIENCE):
    return MotionTracker(ASPECT, count(1), patience)


def play(frames, patience=PATIENCE):
    made, lives = tracker(patience), Lives()
    for time, seen in frames:
        lives.take(time, made.update(time, seen))
    lives.finish(made.finish())
    assert made.idle
    return lives


def standing(scores, rate=8, box=None):
    """Frames in which a body stands still and is seen with these scores; None: not at all."""
    made = box or body(0.5, 0.7)
    return [(n / rate, Detections.none() if s is None else detections((made, s))) for n, s in enumerate(scores)]


def ends(frames, patience=PATIENCE):
    """When each track ended while frames still came."""
    made = tracker(patience)
    return [time for time, seen in frames for u in made.update(time, seen) if u.state is ENDED]


def test_unsure_detections_alone_are_nobody():
    assert play(standing([PATIENCE.sure - 0.01] * 40)).states == {}


def test_an_unsure_detection_continues_a_track():
    (points,) = play(standing([0.8] * 8 + [PATIENCE.unsure + 0.01] * 30)).points.values()
    assert len(points) == 38


def test_a_detection_below_unsure_does_not():
    made = play(standing([0.8] * 8 + [PATIENCE.unsure - 0.01] * 30))
    assert [len(points) for points in made.points.values()] == [8]


@pytest.mark.parametrize("rate", [5, 8, 12, 25, 60])
def test_a_track_is_confirmed_after_a_time_and_a_number_of_observations(rate):
    made = tracker()
    reports = (time for time, seen in standing([0.8] * 60, rate) if made.update(time, seen))
    time = next(reports)
    n = round(time * rate) + 1
    assert n >= PATIENCE.confirm_points
    assert time >= PATIENCE.confirm_seconds
    assert n == PATIENCE.confirm_points or time - 1 / rate < PATIENCE.confirm_seconds


def test_one_look_a_second_is_enough_to_confirm():
    made = tracker()
    assert [len(made.update(t, seen)) for t, seen in standing([0.8] * 5, rate=1)] == [0, 0, 1, 1, 1]


def test_a_tentative_track_is_forgotten():
    flickers = ([0.8] + [None] * 6) * 10
    assert play(standing(flickers)).states == {}
    made = tracker()
    for time, seen in standing([0.8, None, None]):
        made.update(time, seen)
    assert not made.idle
    made.update(1.0, Detections.none())
    assert made.idle


@pytest.mark.parametrize("rate", [5, 8, 12, 25])
def test_a_lost_track_is_awaited_for_some_seconds(rate):
    (ended,) = ends(standing([0.8] * (2 * rate) + [None] * (4 * rate), rate))
    last_seen = (2 * rate - 1) / rate
    assert PATIENCE.lost_seconds < ended - last_seen <= PATIENCE.lost_seconds + 1 / rate + 1e-9


def test_a_track_that_walked_out_of_the_picture_is_awaited_less():
    box_at = [body(0.7 + n * 0.3 / 16, 0.7) for n in range(16)]
    walk = [(n / 8, detections((box, 0.8))) for n, box in enumerate(box_at)]
    empty = [(2 + n / 8, Detections.none()) for n in range(40)]
    (ended,) = ends(walk + empty)
    assert PATIENCE.left_seconds < ended - 15 / 8 < PATIENCE.lost_seconds


def test_patience_is_a_setting():
    patient = Patience(lost_seconds=10.0)
    frames = standing([0.8] * 16 + [None] * 60 + [0.8] * 16)
    assert len(play(frames, patient).states) == 1
    assert len(play(frames).states) == 2


def test_idle_says_whether_anybody_is_followed():
    made = tracker()
    assert made.idle
    made.update(0.0, detections((body(0.5, 0.7), 0.8)))
    assert not made.idle
    made.finish()
    assert made.idle


def test_a_part_of_a_known_body_is_nobody_else():
    whole, torso = body(0.5, 0.9, height=0.6), (0.46, 0.35, 0.54, 0.6)
    frames = standing([0.8] * 8, box=whole)
    frames += [(1 + n / 8, detections((whole, 0.8), (torso, 0.7))) for n in range(16)]
    assert len(play(frames).states) == 1


def test_a_body_half_beside_a_known_one_is_somebody_else():
    one, other = body(0.5, 0.9, height=0.6), body(0.5 + 0.08, 0.9, height=0.6)
    frames = standing([0.8] * 8, box=one)
    frames += [(1 + n / 8, detections((one, 0.8), (other, 0.7))) for n in range(16)]
    assert len(play(frames).states) == 2


@pytest.mark.parametrize(("first", "then"), [(0.25, 0.5), (0.5, 0.25)])
def test_somebody_much_bigger_or_smaller_at_the_same_place_is_somebody_else(first, then):
    """Their heads in one place; seen after the other has gone, so that nothing is taken for a part of it."""
    one, other = body(0.5, 0.3 + first, first), body(0.5, 0.3 + then, then)
    after = [(2.5 + n / 8, detections((other, 0.8))) for n in range(16)]
    assert len(play([*standing([0.8] * 16, box=one), *after]).states) == 2


def test_two_that_stand_side_by_side_stay_two():
    frames = [(n / 8, detections((body(0.5, 0.7), 0.8), (body(0.58, 0.7), 0.8))) for n in range(80)]
    made = play(frames)
    assert [len(points) for points in made.points.values()] == [80, 80]
    for points in made.points.values():
        assert max(p.box.centre.x for p in points) - min(p.box.centre.x for p in points) < 0.01


@pytest.mark.parametrize("rate", [5, 8, 12, 25])
def test_two_that_meet_keep_their_numbers(rate):
    """Seen as one while they pass: each goes on its own way."""
    frames = []
    for n in range(5 * rate + 1):
        right, left = body(0.2 + 0.12 * n / rate, 0.7), body(0.8 - 0.12 * n / rate, 0.7)
        seen = [(right, 0.8)] if abs(right[0] - left[0]) < 0.03 else [(right, 0.8), (left, 0.8)]
        frames.append((n / rate, detections(*seen)))
    made = play(frames)
    assert len(made.states) == 2
    begins_and_ends = sorted((p[0].box.centre.x < 0.5, p[-1].box.centre.x < 0.5) for p in made.points.values())
    assert begins_and_ends == [(False, True), (True, False)]


def test_feet_cut_off_by_the_picture_stay_where_they_are():
    """Somebody walks out at the bottom: the reported box goes on below the picture."""
    frames = []
    for n in range(16):
        left, top, right, bottom = body(0.5, 0.8 + 0.02 * n)
        frames.append((n / 8, detections(((left, top, right, min(bottom, 1.0)), 0.8))))
    (points,) = play(frames).points.values()
    assert points[-1].box.bottom == pytest.approx(1.1, abs=0.02)
