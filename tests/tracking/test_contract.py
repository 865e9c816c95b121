"""What holds for every tracker. A new one is added to TRACKERS."""

import pickle
from itertools import count

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from seen import ASPECT, Lives, Numbers, body, detections

from galleria.domain.detection import Detections
from galleria.domain.track import TrackState
from galleria.tracking.tracker import MotionTracker

TRACKERS = {"motion": MotionTracker}
RATES = [2, 5, 8, 12, 25, 60]
CONFIRMED, LOST, ENDED = TrackState.CONFIRMED, TrackState.LOST, TrackState.ENDED


@pytest.fixture(params=TRACKERS)
def begin(request):
    """Makes a tracker from a source of numbers."""
    return lambda numbers=None: TRACKERS[request.param](ASPECT, numbers or count(1))


every_tracker = pytest.mark.parametrize("made", TRACKERS.values(), ids=TRACKERS.keys())


def walk(rate, seconds, speed=0.15, start=0.2, feet=0.7, score=0.8, begin=0.0):
    """(time, box and score) of somebody who walks to the right; `speed` in picture widths a second."""
    return [(begin + n / rate, (body(start + speed * n / rate, feet), score)) for n in range(round(seconds * rate) + 1)]


def play(tracker, frames, lives=None):
    """Feed (time, detections) pairs and finish; return what was reported about each track."""
    lives = lives or Lives()
    for time, seen in frames:
        lives.take(time, tracker.update(time, seen))
    lives.finish(tracker.finish())
    return lives


def one_at_a_time(steps):
    return [(time, detections(step)) for time, step in steps]


@pytest.mark.parametrize("rate", RATES)
def test_a_walk_is_one_track_from_its_first_to_its_last_observation(begin, rate):
    steps = walk(rate, 4.0)
    (points,) = play(begin(), one_at_a_time(steps)).points.values()
    assert [point.time for point in points] == [time for time, _ in steps]
    for point, (_, (box, score)) in zip(points, steps, strict=True):
        assert point.score == pytest.approx(score)
        assert tuple(point.box) == pytest.approx(box, abs=0.06)  # a tracker may smooth


def test_an_empty_picture_gives_nothing(begin):
    tracker = begin()
    assert [tracker.update(n / 8, Detections.none()) for n in range(40)] == [[]] * 40
    assert tracker.finish() == []


def test_a_tracker_that_saw_no_frame_has_nothing_to_end(begin):
    assert begin().finish() == []


@pytest.mark.parametrize("next_time", [5.0, 4.9, -1.0, float("nan")])
def test_times_must_increase(begin, next_time):
    tracker = begin()
    tracker.update(5.0, Detections.none())
    with pytest.raises(ValueError, match="times must increase"):
        tracker.update(next_time, Detections.none())


def test_a_single_flicker_is_never_reported(begin):
    numbers = Numbers()
    frames = [(n / 8, detections((body(0.5, 0.6), 0.9)) if n == 3 else Detections.none()) for n in range(40)]
    assert play(begin(numbers), frames).states == {}
    assert numbers.given == []


def test_a_flicker_at_the_very_end_is_not_reported_by_the_end_either(begin):
    tracker = begin()
    assert tracker.update(0.0, detections((body(0.5, 0.6), 0.9))) == []
    assert tracker.finish() == []


def test_the_first_report_carries_the_past(begin):
    tracker = begin()
    steps = walk(8, 2.0)
    reports = [tracker.update(time, detections(step)) for time, step in steps]
    silent = next(n for n, report in enumerate(reports) if report)
    assert silent > 0, "not confirmed at first sight"
    ((first,), *others) = reports[silent:]
    assert [point.time for point in first.points] == [time for time, _ in steps[: silent + 1]]
    assert all([len(u.points) for u in report] == [1] for report in others)


@pytest.mark.parametrize("rate", [5, 8, 12, 25])
def test_a_body_hidden_for_a_second_keeps_its_number(begin, rate):
    frames = [(t, Detections.none() if 1.5 < t < 2.5 else detections(step)) for t, step in walk(rate, 4.0)]
    tracker, lives = begin(), Lives()
    states = [(t, u.state) for t, seen in frames for u in lives.take(t, tracker.update(t, seen))]
    assert len(lives.states) == 1
    assert [state for _, state in states].count(LOST) == 1
    assert states[-1] == (frames[-1][0], CONFIRMED)


def test_a_body_that_is_gone_ends_once_and_nothing_follows(begin):
    steps = walk(8, 2.0, start=0.4, speed=0.05)
    empty = [(steps[-1][0] + n / 8, Detections.none()) for n in range(1, 80)]
    tracker, lives = begin(), Lives()
    states = [u.state for t, seen in one_at_a_time(steps) + empty for u in lives.take(t, tracker.update(t, seen))]
    assert states == [CONFIRMED] * (len(states) - 2) + [LOST, ENDED]
    assert tracker.finish() == []


def test_the_end_ends_every_track_seen_or_lost(begin):
    here, gone = walk(8, 2.0, feet=0.5), walk(8, 1.0, feet=0.95)
    frames = [(t, detections(step, *(s for other, s in gone if other == t))) for t, step in here]
    tracker, lives = begin(), Lives()
    for time, seen in frames:
        lives.take(time, tracker.update(time, seen))
    assert sorted(lives.states.values()) == [CONFIRMED, LOST]
    assert [u.state for u in lives.finish(tracker.finish())] == [ENDED, ENDED]


def test_numbers_come_from_the_source_and_only_for_tracks_that_are_reported(begin):
    numbers = Numbers(first=7, step=3)
    rows = [walk(8, 2.0, feet=feet) for feet in (0.35, 0.65, 0.95)]
    frames = [(step[0][0], detections(*(s for _, s in step))) for step in zip(*rows, strict=True)]
    assert sorted(play(begin(numbers), frames).states) == numbers.given == [7, 10, 13]


def test_two_trackers_may_share_a_source(begin):
    numbers = Numbers()
    one, other = (play(begin(numbers), one_at_a_time(walk(8, 2.0))) for _ in range(2))
    assert set(one.states) == {1}
    assert set(other.states) == {2}


def test_the_same_input_gives_the_same_tracks(begin):
    frames = noise(seed=3, frames=300)
    assert play(begin(), frames).points == play(begin(), frames).points


def test_the_order_of_detections_does_not_matter(begin):
    rows = [walk(8, 3.0, feet=feet, speed=speed) for feet, speed in ((0.4, 0.1), (0.6, 0.15), (0.9, 0.05))]
    steps = list(zip(*rows, strict=True))
    one = play(begin(), [(step[0][0], detections(*(s for _, s in step))) for step in steps])
    other = play(begin(), [(step[0][0], detections(*(s for _, s in reversed(step)))) for step in steps])
    assert len(one.points) == 3
    assert sorted(one.points.values(), key=str) == sorted(other.points.values(), key=str)


def test_a_shift_of_time_changes_nothing_else(begin):
    near, far = (play(begin(), one_at_a_time(walk(8, 3.0, begin=start))) for start in (0.0, 1.75e9))
    for a, b in zip(near.points[1], far.points[1], strict=True):
        assert b.time - 1.75e9 == pytest.approx(a.time, abs=1e-5)
        assert tuple(b.box) == pytest.approx(tuple(a.box), abs=1e-4)


@pytest.mark.parametrize("gap", [10.0, 600.0, 86400.0])
def test_nobody_is_followed_over_a_break_in_the_footage(begin, gap):
    """A camera that was away, or the next file of a recording: whoever is there afterwards is somebody new."""
    before, after = walk(8, 2.0, speed=0.02), walk(8, 2.0, speed=0.02, begin=2.0 + gap)
    tracker, lives = begin(), Lives()
    for time, seen in one_at_a_time(before):
        lives.take(time, tracker.update(time, seen))
    ((only, _),) = lives.states.items()
    (ended,) = lives.take(after[0][0], tracker.update(after[0][0], detections(after[0][1])))
    assert (ended.track, ended.state) == (only, ENDED)
    for time, seen in one_at_a_time(after[1:]):
        lives.take(time, tracker.update(time, seen))
    assert len(lives.live) == 1
    assert only not in lives.live


def noise(seed, frames, rate=8, most=4):
    """Boxes anywhere, of any size and score: no body, no sense."""
    rng = np.random.default_rng(seed)
    made = []
    for n in range(frames):
        corners = rng.random((rng.integers(0, most + 1), 2, 2))
        boxes = np.concatenate([corners.min(axis=1), corners.max(axis=1)], axis=1)
        made.append((n / rate, Detections(boxes.astype(np.float32), rng.random(len(boxes)).astype(np.float32))))
    return made


def test_ten_thousand_frames_of_noise_leave_no_more_than_one_thousand(begin):
    """State is bounded: what a tracker holds does not grow with time."""
    tracker, lives, sizes, live = begin(Numbers()), Lives(), [], []
    for time, seen in noise(seed=1, frames=10_000):
        lives.take(time, tracker.update(time, seen))
        live.append(len(lives.live))
        if int(time * 8) % 20 == 0:
            tracker.numbers.given.clear()
            sizes.append(len(pickle.dumps(tracker)))
    assert len(lives.states) > 100, "some noise does look like bodies, else this shows nothing"
    assert max(sizes[50:]) < 2 * max(sizes[:50])
    assert max(live[1000:]) < 2 * max(live[:1000])
    lives.finish(tracker.finish())


NUMBERS = st.floats(width=32) | st.sampled_from([0.0, 0.5, 0.500001, 1.0])


@st.composite
def anything(draw):
    """Frames of numbers that only a broken network gives."""
    count = draw(st.integers(0, 4))
    boxes = [[draw(NUMBERS) for _ in range(4)] for _ in range(count)]
    scores = [draw(NUMBERS) for _ in range(count)]
    return Detections(np.array(boxes, np.float32).reshape(-1, 4), np.array(scores, np.float32))


@every_tracker
@given(frames=st.lists(anything(), min_size=1, max_size=8), repeat=st.integers(1, 6))
def test_no_input_breaks_a_tracker_and_only_boxes_come_out(made, frames, repeat):
    # Each several times, so that some become tracks.
    lives = play(
        made(ASPECT, count(1)), [(n / 8, seen) for n, seen in enumerate(f for f in frames for _ in range(repeat))]
    )
    for points in lives.points.values():
        for point in points:
            assert np.isfinite(point.box).all()
            assert point.box.width > 0
            assert point.box.height > 0


def test_boxes_that_are_none_do_not_disturb_the_others(begin):
    steps, nothing = walk(8, 4.0), float("nan")
    empty, inside_out = (0.5, 0.5, 0.5, 0.9), [(0.6, 0.5, 0.4, 0.9), (0.4, 0.9, 0.6, 0.5)]
    broken = [empty, *inside_out, (nothing,) * 4, (0.0, 0.0, float("inf"), 1.0)]
    frames = [(t, detections(*((box, 0.9) for box in broken), step, (body(0.5, 0.5), nothing))) for t, step in steps]
    assert play(begin(), frames).points == play(begin(), one_at_a_time(steps)).points
