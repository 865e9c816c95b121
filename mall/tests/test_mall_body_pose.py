"""Feet that do not slide, bones that stay rigid, heads that look: along random smooth tracks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.ndimage import gaussian_filter1d

from mall.body.mesh import load
from mall.body.pose import Poses, poses
from mall.body.rig import pose_points
from mall.body.shape import Body, make_body
from mall.domain.motion import TICKS, Doing, Track
from mall.domain.person import Build

BUILDS = (Build(1, 35), Build(0, 6, face=3), Build(0, 80, weight=0.8, face=5))
_bodies: dict[int, Body] = {}


def body(which: int) -> Body:
    if which not in _bodies:
        _bodies[which] = make_body(BUILDS[which])
    return _bodies[which]


def track_of(legs: list[tuple[float, float, float]], doing: Doing = Doing.WALK) -> Track:
    """A smooth track: legs of (seconds, metres a second, radians turned)."""
    speed = np.concatenate([np.full(round(s * TICKS), v) for s, v, _ in legs])
    turn = np.concatenate([np.full(round(s * TICKS), a / s / TICKS) for s, _, a in legs])
    speed, turn = gaussian_filter1d(speed, 6.0), gaussian_filter1d(turn, 6.0)
    speed[speed < 0.02] = 0.0
    heading = np.cumsum(turn)
    step = speed / TICKS
    place = np.cumsum(np.column_stack([step * np.cos(heading), step * np.sin(heading)]), axis=0)
    gaze = np.column_stack([place + 4 * np.column_stack([np.cos(heading), np.sin(heading)]), np.full(len(place), 1.5)])
    return Track(1, "moss", 100, place, heading, gaze, np.full(len(place), int(doing), np.uint8))


legs = st.lists(
    st.tuples(
        st.floats(0.6, 2.5),
        st.one_of(st.just(0.0), st.floats(0.1, 1.7), st.floats(2.2, 3.2)),
        st.one_of(st.just(0.0), st.floats(-2.5, 2.5)),
    ),
    min_size=1,
    max_size=4,
)
tries = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def carried(posed: Poses, name: str, points: np.ndarray) -> np.ndarray:
    """Points (k, 3) of the rest pose on one bone, by tick: (n, k, 3)."""
    bone = posed.skeleton.names.index(name)
    ticks = range(posed.track.first, posed.track.end)
    matrices = np.array([posed.at(tick)[bone] for tick in ticks])
    return np.einsum("nij,kj->nki", matrices[:, :3, :3], points) + matrices[:, None, :3, 3]


@tries
@given(legs, st.integers(0, 2), st.integers(0, 5))
def test_planted_feet_do_not_move(path, which, seed):
    posed = poses(body(which).skeleton, track_of(path), seed, BUILDS[which])
    for side, name in enumerate("LR"):
        foot, motion = posed.limbs.feet[side], posed.gait.feet[side]
        ends = np.stack([foot.heel, foot.ball])
        at = carried(posed, f"foot.{name}", ends)
        tip = carried(posed, f"toe1-1.{name}", np.stack([foot.ball, foot.toe]))
        for phases, points in (((1, 2), at[:, 0]), ((2, 3), at[:, 1]), ((2, 3), tip[:, 0]), ((2, 3), tip[:, 1])):
            touching = np.isin(motion.down, phases)
            both = touching[1:] & touching[:-1] & (motion.step[1:] == motion.step[:-1])
            slip = np.linalg.norm(np.diff(points, axis=0), axis=1)[both]
            assert slip.max(initial=0) < 0.001


@tries
@given(legs, st.integers(0, 2), st.integers(0, 5))
def test_soles_stay_on_the_floor_and_legs_reach_them(path, which, seed):
    posed = poses(body(which).skeleton, track_of(path), seed, BUILDS[which])
    for side, name in enumerate("LR"):
        foot = posed.limbs.feet[side]
        sole = carried(posed, f"foot.{name}", np.stack([foot.heel, foot.ball * (1, 1, 0)]))
        toes = carried(posed, f"toe1-1.{name}", np.stack([foot.ball * (1, 1, 0), foot.toe]))
        assert min(sole[..., 2].min(), toes[..., 2].min()) > -0.01
        # The shin ends where the foot begins, and the foot is where it was planned: legs are long enough.
        ankle = foot.ankle[None]
        gap = carried(posed, f"lowerleg02.{name}", ankle) - carried(posed, f"foot.{name}", ankle)
        assert np.linalg.norm(gap, axis=-1).max() < 1e-6
        assert np.abs(carried(posed, f"foot.{name}", ankle)[:, 0] - posed.gait.feet[side].ankle).max() < 1e-5


@tries
@given(legs, st.sampled_from(list(Doing)))
def test_bones_are_rigid_and_joined(path, doing):
    posed = poses(body(0).skeleton, track_of(path, doing), 2, BUILDS[0])
    ticks = range(posed.track.first, posed.track.end, 5)
    matrices = np.array([posed.at(tick) for tick in ticks])
    assert np.isfinite(matrices).all()
    turns = matrices[..., :3, :3]
    assert np.abs(turns @ np.swapaxes(turns, -1, -2) - np.eye(3)).max() < 1e-6
    assert np.linalg.det(turns).min() > 0.99
    bones = posed.skeleton
    for bone, parent in enumerate(bones.parents):
        if parent < 0:
            continue
        head = np.append(bones.heads[bone], 1.0)
        apart = (matrices[:, bone] - matrices[:, parent]) @ head
        # Half-way along a limb, where its twist is spread, skin slides by millimetres over the joint.
        spread = "upper" in bones.names[bone] or "lower" in bones.names[bone]
        assert np.linalg.norm(apart, axis=-1).max() < (0.015 if spread else 1e-6), bones.names[bone]


@tries
@given(legs)
def test_nothing_jumps(path):
    posed = poses(body(0).skeleton, track_of(path), 1, BUILDS[0])
    names = posed.skeleton.names
    heads = posed.skeleton.heads[[names.index(n) for n in ("head", "wrist.L", "wrist.R", "foot.L", "foot.R")]]
    for name, point in zip(("head", "wrist.L", "wrist.R", "foot.L", "foot.R"), heads, strict=True):
        way = carried(posed, name, point[None])[:, 0]
        # In a tick: a runner's foot at its fastest covers 0.45 m, a walker's hand far less.
        assert np.linalg.norm(np.diff(way, axis=0), axis=1).max(initial=0) < (0.45 if "foot" in name else 0.3)


def test_steps_alternate_and_keep_pace():
    posed = poses(body(0).skeleton, track_of([(10, 1.35, 0.0)]), 0, BUILDS[0])
    down = [motion.down > 0 for motion in posed.gait.feet]
    assert (down[0] | down[1]).all()  # a walker always has a foot on the floor
    share = np.mean([d.mean() for d in down])
    assert 0.55 < share < 0.68
    cadence = (posed.gait.phase[-1] - posed.gait.phase[0]) / (len(down[0]) / TICKS)
    assert 1.6 < cadence < 2.2


def test_runners_fly():
    posed = poses(body(0).skeleton, track_of([(4, 3.0, 0.0)], Doing.RUN), 0, BUILDS[0])
    middle = slice(24, 72)
    air = (posed.gait.feet[0].down[middle] == 0) & (posed.gait.feet[1].down[middle] == 0)
    assert 0.1 < air.mean() < 0.5


def test_who_stands_keeps_both_feet_where_they_are():
    posed = poses(body(0).skeleton, track_of([(8, 0.0, 0.0)], Doing.WAIT), 4, BUILDS[0])
    for motion in posed.gait.feet:
        assert (motion.down == 2).all()
        assert np.abs(motion.ankle - motion.ankle[0]).max() < 1e-9
    # but the body is alive
    head = carried(posed, "head", posed.skeleton.heads[None, posed.skeleton.names.index("head")])
    assert 0.002 < np.ptp(head[:, 0], axis=0).max() < 0.2


def test_who_turns_on_the_spot_steps():
    posed = poses(body(0).skeleton, track_of([(2, 0.0, 0.0), (2, 0.0, 2.6), (2, 0.0, 0.0)]), 4, BUILDS[0])
    for motion in posed.gait.feet:
        assert abs(motion.yaw[-1] - motion.yaw[0] - 2.6) < 0.3
        assert (motion.down == 0).any()


@pytest.mark.parametrize(
    ("where", "turned"), [((5.0, 0.0, 1.6), 0.0), ((2.0, 2.0, 1.6), 45.0), ((0.0, -3.0, 1.6), -90)]
)
def test_the_head_looks_at_the_gaze(where, turned):
    track = track_of([(4, 0.0, 0.0)], Doing.WATCH)
    track.gaze[:] = where
    posed = poses(body(0).skeleton, track, 1, BUILDS[0])
    spin = posed.at(track.end - 1)[posed.skeleton.names.index("head"), :3, :3]
    yaw = np.degrees(np.arctan2(spin[1, 0], spin[0, 0]))
    assert abs(yaw - turned) < 8


def test_the_head_stops_at_its_limit():
    track = track_of([(4, 0.0, 0.0)], Doing.WATCH)
    track.gaze[:] = (-5.0, 0.5, 1.6)
    posed = poses(body(0).skeleton, track, 1, BUILDS[0])
    for tick in range(track.first, track.end, 7):
        matrices = posed.at(tick)
        head, chest = (matrices[posed.skeleton.names.index(n), :3, :3] for n in ("head", "spine01"))
        local = chest.T @ head
        assert abs(np.degrees(np.arctan2(local[1, 0], local[0, 0]))) < 72


def test_hands_reach_the_handle():
    posed = poses(body(0).skeleton, track_of([(5, 1.0, 0.4)], Doing.PUSH), 3, BUILDS[0])
    tick = posed.track.first + 60
    c, s = np.cos(posed.track.heading[60]), np.sin(posed.track.heading[60])
    for name, sign in (("L", 1), ("R", -1)):
        bone = posed.skeleton.names.index(f"finger3-1.{name}")
        knuckle = (posed.at(tick)[bone] @ np.append(posed.skeleton.heads[bone], 1.0))[:3]
        grip = np.array([*(posed.track.place[60] + 0.45 * np.array([c, s]) + sign * 0.2 * np.array([-s, c])), 1.0])
        assert np.linalg.norm(knuckle - grip) < 0.08


def test_a_wheelchair_user_sits():
    posed = poses(body(0).skeleton, track_of([(4, 0.8, 0.3)], Doing.SIT), 3, BUILDS[0])
    matrices = posed.at(posed.track.first + 50)
    names, heads = posed.skeleton.names, posed.skeleton.heads
    hip, knee, ankle = (
        (matrices[names.index(n)] @ np.append(heads[names.index(n)], 1.0))[:3]
        for n in ("upperleg01.L", "lowerleg01.L", "foot.L")
    )
    assert abs(hip[2] - 0.52) < 0.03
    assert 0.4 < knee[2] < 0.75
    assert abs(ankle[2] - 0.12 - posed.limbs.feet[0].ankle[2]) < 0.01


def test_the_same_everywhere():
    track = track_of([(2, 1.2, 0.5), (1, 0.0, 0.0)])
    one, other = (poses(body(1).skeleton, track, 8, BUILDS[1]) for _ in range(2))
    ticks = list(range(track.first, track.end))
    forwards = [one.at(t) for t in ticks]
    backwards = [other.at(t) for t in reversed(ticks)][::-1]
    assert np.array_equal(forwards, backwards)
    with pytest.raises(IndexError, match="no tick"):
        one.at(track.end)


def test_a_posed_skin_is_whole():
    posed = poses(body(0).skeleton, track_of([(3, 1.3, 0.0)]), 1, BUILDS[0])
    mesh = load()
    skin = mesh.groups["body"]
    rest = body(0).points[skin]
    moved = pose_points(rest, mesh.bones[skin], mesh.weights[skin], posed.at(posed.track.first + 40))
    quads = mesh.faces["body"].vertices
    edge = np.linalg.norm(rest[quads[:, 0]] - rest[quads[:, 1]], axis=1)
    after = np.linalg.norm(moved[quads[:, 0]] - moved[quads[:, 1]], axis=1)
    assert np.mean(np.abs(after - edge) > 0.6 * edge + 0.002) < 0.01
    assert 1.5 < np.ptp(moved[:, 2]) < 2.0
