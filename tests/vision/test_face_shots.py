import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_face_quality import made_up

from galleria.domain.face import Faces
from galleria.domain.model import InputSpec, ModelCard
from galleria.vision.faces.chips import Cutter
from galleria.vision.faces.pose import Pose
from galleria.vision.faces.quality import FLOOR, Quality
from galleria.vision.faces.shots import KEPT, PATIENCE, TRACKS, BestShots, Shot, shoot


def shot(time, value, yaw=0.0):
    quality = Quality(100, 0.2, 80, 0, 0, Pose(yaw, 0, 0), 0.9, value)
    return Shot(time, quality, {"net": np.zeros((2, 2, 3), np.uint8)})


offers = st.lists(
    st.tuples(st.integers(0, 4), st.floats(0, 20), st.floats(0, 1), st.floats(-30, 30)), min_size=1, max_size=60
)


@given(offers)
def test_shots_are_few_good_enough_and_the_best_is_among_them(given_offers):
    shots = BestShots()
    for track, time, value, yaw in sorted(given_offers, key=lambda one: one[1]):
        shots.offer(track, shot(time, value, yaw))
    for track in range(5):
        good = [value for t, _, value, _ in given_offers if t == track and value >= FLOOR]
        kept = [one.quality.value for one in shots.end(track)]
        assert len(kept) <= KEPT
        assert kept == sorted(kept, reverse=True)
        assert kept[:1] == ([max(good)] if good else [])
    assert len(shots) == 0


@given(offers)
def test_no_two_that_are_kept_show_the_same_unless_there_were_no_others(given_offers):
    """Of shots that all lie far apart in time none has a rival: then the best ones are kept."""
    shots = BestShots()
    for number, (_, _, value, yaw) in enumerate(given_offers):
        shots.offer(1, shot(float(number), value, yaw))
    best = sorted((value for _, _, value, _ in given_offers if value >= FLOOR), reverse=True)[:KEPT]
    assert [one.quality.value for one in shots.take(1)] == best


def test_of_shots_that_show_the_same_one_is_kept():
    shots = BestShots()
    assert [shots.offer(1, shot(n / 10, value)) for n, value in enumerate([0.5, 0.4, 0.7, 0.6])] == [1, 0, 1, 0]
    assert [one.quality.value for one in shots.take(1)] == [0.7]


def test_another_pose_and_another_time_show_something_else():
    shots = BestShots()
    assert shots.offer(1, shot(0, 0.9))
    assert shots.offer(1, shot(0.1, 0.5, yaw=15))
    assert shots.offer(1, shot(2, 0.5))
    assert not shots.offer(1, shot(4, 0.4))
    assert len(shots) == 3


def test_a_track_is_due_when_it_has_enough_or_has_waited_enough():
    shots = BestShots()
    for number in range(KEPT):
        assert shots.due(number) == []
        shots.offer(1, shot(number, 0.8))
        shots.offer(2, shot(number + 0.5, 0.4))
    assert shots.due(KEPT) == [1]
    assert shots.due(0.5 + PATIENCE) == [1, 2]
    assert shots.due(100) == [1, 2]


def test_what_was_taken_is_gone_and_no_more_is_wanted_until_the_track_ends():
    shots = BestShots()
    shots.offer(1, shot(0, 0.8))
    assert shots.wants(1)
    assert len(shots.take(1)) == 1
    assert len(shots) == 0
    assert not shots.wants(1)
    assert not shots.offer(1, shot(1, 0.9))
    assert shots.due(100) == shots.end(1) == []
    assert shots.wants(1)


def test_poor_shots_leave_nothing_behind():
    shots = BestShots()
    assert not shots.offer(1, shot(0, FLOOR - 0.01))
    assert shots.take(1) == shots.end(2) == []


def test_too_many_tracks_push_out_the_one_seen_least_lately():
    shots = BestShots()
    for track in range(TRACKS):
        shots.offer(track, shot(track, 0.8))
    shots.offer(0, shot(1000, 0.8))
    shots.offer(TRACKS, shot(1001, 0.8))
    assert len(shots) == TRACKS + 1
    assert len(shots.end(0)) == 2
    assert shots.end(1) == []


def face(score=0.95, side=240):
    points = np.float32([[90, 110], [150, 110], [120, 146], [93, 172], [147, 172]]) / side
    return Faces(np.float32([[60, 60, 180, 200]]) / side, points[None], np.float32([score]))


@pytest.mark.parametrize(("score", "made"), [(0.95, True), (0.5, False)])
def test_a_shot_is_cut_for_every_network_and_a_poor_one_for_none(score, made):
    pixels = made_up().astype(np.uint8)[..., None].repeat(3, axis=2)

    class Counting(Cutter):
        cuts = 0

        def cut(self, *given):
            Counting.cuts += 1
            return super().cut(*given)

    options = {"crop": {"shape": "square", "scale": 1.0}}
    cutters = [Counting(ModelCard(name, "face-age", "classes", "MIT", InputSpec(8, 8), options)) for name in ("a", "b")]
    taken = shoot(pixels, face(score), 0, 7.0, cutters)
    assert Counting.cuts == 2 * made
    assert (taken is not None) == made
    if taken is not None:
        assert taken.time == 7.0
        assert {name: chip.shape for name, chip in taken.chips.items()} == {"a": (8, 8, 3), "b": (8, 8, 3)}
        assert "array" not in repr(taken)
