"""How people move: they touch nobody and nothing, and bodies can be posed on their tracks."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mall.domain.motion import TICKS, Doing, Track
from mall.domain.scene import Played
from mall.scenario import play, steer
from mall.scenario.ways import clearance
from mall_scenario_people import JAM, cast, jam, played, scene

STILL = (Doing.WAIT, Doing.BROWSE, Doing.WATCH, Doing.PAY, Doing.SERVE, Doing.CHAT)
SMOOTHED = 6  # ticks at both ends of a stay over which motion fades


def nearest(played: Played) -> list[tuple[float, bool]]:
    """The least distance of every two who are there together, and whether they came together."""
    out = []
    for a, b in combinations(played.tracks, 2):
        begin, end = max(a.first, b.first), min(a.end, b.end)
        if end > begin:
            gap = a.place[begin - a.first : end - a.first] - b.place[begin - b.first : end - b.first]
            out.append((float(np.hypot(*gap.T).min()), a.group == b.group and a.group > 0))
    return out


def check_everybody(played: Played) -> None:
    assert len(played.tracks) > 8
    for gap, together in nearest(played):
        assert gap >= (0.4 if together else 0.45)
    for track in played.tracks:
        check_motion(track)


def check_motion(track: Track) -> None:
    assert clearance(track.place).min() >= 0.34
    if len(track.place) < 3:
        return
    speed = np.diff(track.place, axis=0) * TICKS
    assert np.hypot(*speed.T).max() < 3.4
    # Whoever sits in a pushed wheelchair swings around the one who pushes.
    most = 1.5 if not track.pushes and not track.pushed_by else 2.6
    assert np.hypot(*(np.diff(speed, axis=0) * TICKS).T).max() <= most
    turns = np.abs(np.diff(track.heading)) * TICKS
    assert np.degrees(turns.max()) <= 120.0
    for begin, end in stays(track):
        inner = track.place[begin + SMOOTHED : end - SMOOTHED]
        assert (inner == inner[:1]).all()


def stays(track: Track) -> list[tuple[int, int]]:
    still = np.isin(track.doing, STILL)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], still.astype(int), [0]])))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


@settings(max_examples=4, deadline=None)
@given(st.integers(0, 10_000))
def test_a_jam_at_the_door_touches_nobody_and_nothing(seed: int) -> None:
    check_everybody(play(scene(8.0, seed), cast(), JAM))


@pytest.mark.parametrize("name", ["morning", "nextday"])
def test_scenes_touch_nobody_and_nothing(name: str) -> None:
    check_everybody(played(name))


def test_the_same_scene_is_the_same_byte_for_byte() -> None:
    first, second = jam(3), play(scene(14.0, 3), cast(), JAM)
    assert len(first.tracks) == len(second.tracks)
    for a, b in zip(first.tracks, second.tracks, strict=True):
        for name in ("place", "heading", "gaze", "doing"):
            assert getattr(a, name).tobytes() == getattr(b, name).tobytes()
    assert (first.waits, first.watched, first.routes) == (second.waits, second.watched, second.routes)


def test_another_seed_is_another_scene() -> None:
    places = [{t.place.tobytes() for t in jam(seed).tracks if (t.place[0] != t.place[-1]).any()} for seed in (3, 4)]
    assert not places[0] & places[1]


def test_a_shorter_scene_is_the_beginning_of_a_longer_one() -> None:
    short, long = play(scene(6.0, 3), cast(), JAM), jam(3)
    for a, b in zip(short.tracks, long.tracks, strict=False):
        kept = min(len(a.place), 6 * TICKS - a.first) - SMOOTHED  # the last ticks are smoothed with what follows
        np.testing.assert_array_equal(a.place[:kept], b.place[:kept])


def test_tracks_lie_within_the_scene_and_look_somewhere() -> None:
    for track in jam(3).tracks:
        n = len(track.place)
        assert 0 <= track.first < track.end <= 14 * TICKS
        assert track.heading.shape == track.doing.shape == (n,)
        assert track.gaze.shape == (n, 3)
        assert np.isfinite(track.gaze).all()
        assert np.hypot(*(track.gaze[:, :2] - track.place).T).min() > 0.2


def test_feet_go_where_the_body_looks() -> None:
    for track in played("morning").tracks:
        speed = np.diff(track.place, axis=0) * TICKS
        walks = np.hypot(*speed.T) > 0.5
        ahead = np.stack([np.cos(track.heading), np.sin(track.heading)], -1)[:-1]
        along = (speed * ahead).sum(1)[walks] / np.hypot(*speed.T)[walks]
        assert (along > 0.5).mean() > 0.9 if walks.any() else True


def test_who_is_pushed_sits_before_the_one_who_pushes() -> None:
    tracks = {t.id: t for t in jam(3).tracks}
    pushed = [t for t in tracks.values() if t.pushed_by]
    assert pushed
    for track in pushed:
        pusher = tracks[track.pushed_by]
        assert (pusher.pushes, set(track.doing)) == ("wheelchair", {int(Doing.SIT)})
        way = track.place - pusher.place
        np.testing.assert_allclose(np.hypot(*way.T), 0.87, atol=1e-6)
        np.testing.assert_allclose(np.cos(np.arctan2(way[:, 1], way[:, 0]) - pusher.heading), 1.0, atol=1e-9)


def test_a_prams_other_end_keeps_its_distance_too() -> None:
    tracks = [t for t in jam(3).tracks if t.pushes == "pram"]
    assert tracks
    for track in tracks:
        end = track.place + 0.9 * np.stack([np.cos(track.heading), np.sin(track.heading)], -1)
        assert clearance(end).min() > 0.3


def test_stopping_takes_the_braking_distance() -> None:
    way = steer.stopping(np.zeros(2), np.array([1.4, 0.0]))
    assert way[0].tolist() == [0.0, 0.0]
    assert way[-1, 0] == pytest.approx(1.4**2 / (2 * steer.BRAKE), abs=0.02)
    assert (np.diff(way[:, 0]) >= 0).all()


def test_a_step_towards_somebody_near_is_not_safe() -> None:
    p, v, other = np.array([0.0, 20.0]), np.array([0.0, 1.2]), np.array([0.0, 21.5])
    ends = steer.stopping(other[None], np.zeros((1, 2)))
    options = steer.choices(v, np.array([0.0, 1.2]))
    ok = steer.safe(p, v, options, 0.37, ends, np.array([0.48]))
    assert ok[-1]  # braking
    near = steer.safe(np.array([0.0, 20.45]), v, options, 0.37, ends, np.array([0.48]))
    assert not near[0]
