"""The mesh, shapes and bones that everything stands on."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mall.body.ik import frame, twist_of, two_bone
from mall.body.mesh import load, smooth_normals, to_world, triangles_of, unwrapped
from mall.body.rig import between, pose_points, skin_matrices, turn, turn_y, turn_z
from mall.body.shape import make_body, shaped
from mall.domain.person import Build

angles = st.floats(-3.0, 3.0)
axes = st.tuples(*[st.floats(-1, 1)] * 3).filter(lambda v: np.linalg.norm(v) > 0.1)


def test_the_mesh_is_whole():
    mesh = load()
    assert mesh.points.shape == (19158, 3)
    assert np.allclose(mesh.weights.sum(1), 1, atol=1e-6)
    assert mesh.bones.max() < len(mesh.names)
    assert all(parent < bone for bone, parent in enumerate(mesh.parents))
    body = triangles_of(mesh.faces["body"].vertices)
    corners = to_world(mesh.points)[body]
    # Wound outwards: the enclosed volume is a person's, not its negative.
    volume = np.einsum("ij,ij->i", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])).sum() / 6
    assert 0.04 < volume < 0.09
    assert 0 <= mesh.uv.min() < mesh.uv.max() <= 1


def test_seams_are_split_and_nothing_else():
    mesh = load()
    faces = mesh.faces["body"]
    split = unwrapped(faces)
    assert len(set(zip(split.points.tolist(), split.uv.tolist(), strict=True))) == len(split.points)
    assert np.array_equal(split.points[split.triangles], triangles_of(faces.vertices))
    assert np.array_equal(split.uv[split.triangles], triangles_of(faces.uv))


@pytest.mark.parametrize(("years", "male", "low", "high"), [(4, 0, 0.95, 1.1), (10, 1, 1.3, 1.5), (30, 0, 1.55, 1.75),
                                                            (30, 1, 1.68, 1.88), (80, 0, 1.5, 1.68)])  # fmt: skip
def test_statures_are_of_these_years(years, male, low, high):
    body = make_body(Build(male, years, face=4))
    assert low < body.height < high
    skin = body.points[body.mesh.groups["body"]]
    assert abs(skin[:, 2].min()) < 1e-9
    eyes = body.points[body.mesh.groups["joint-l-eye"]].mean(0)
    assert eyes[1] > 0.02  # the left eye is north of one who looks east
    assert eyes[0] > body.points[body.mesh.groups["joint-head"]].mean(0)[0]


def test_a_child_has_a_larger_head_for_its_size():
    def heads(build: Build) -> float:
        body = make_body(build)
        chin = body.points[body.mesh.groups["joint-jaw"]].mean(0)[2]
        return body.height / (body.height - chin)

    assert 5.0 < heads(Build(0, 5)) < 7.0 < heads(Build(0, 30)) < 9.0


def test_faces_differ_by_seed_and_not_by_chance():
    mesh = load()
    one, same, other = (shaped(mesh, Build(0.5, 35, face=seed)) for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    head = mesh.points[:, 1] > 6.0
    assert np.abs(one - other)[head].max() > 0.05  # half a centimetre
    plain = shaped(mesh, Build(0.5, 35, face=1, strength=0.0))
    assert np.abs(one - plain)[head].max() > np.abs(one - plain)[mesh.points[:, 1] < 3].max()


def test_rest_is_rest_and_a_bent_elbow_moves_only_what_lies_below():
    body = make_body(Build(1, 30))
    bones = body.skeleton
    still = np.broadcast_to(np.eye(3), (len(bones.names), 3, 3)).copy()
    rest = skin_matrices(bones, still, np.eye(4))
    assert np.allclose(rest, np.eye(4), atol=1e-12)
    still[bones.names.index("lowerarm01.L")] = turn_y(-1.0)
    moved = pose_points(body.points, body.bones, body.weights, skin_matrices(bones, still, np.eye(4)))
    far = np.linalg.norm(moved - body.points, axis=1)
    hand = body.mesh.groups["joint-l-finger-3-4"]
    assert far[hand].min() > 0.2
    assert far[body.points[:, 1] < 0].max() < 1e-6


def test_a_turned_root_turns_everything():
    body = make_body(Build(0, 30))
    root = np.eye(4)
    root[:3, :3], root[:3, 3] = turn_z(0.7), (3.0, -2.0, 0.0)
    still = np.broadcast_to(np.eye(3), (len(body.skeleton.names), 3, 3))
    moved = pose_points(body.points, body.bones, body.weights, skin_matrices(body.skeleton, still, root))
    assert np.allclose(moved, body.points @ root[:3, :3].T + root[:3, 3], atol=1e-6)


def test_normals_of_a_box_corner():
    points = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [5, 5, 5]], np.float64)
    normals = smooth_normals(points, np.array([[0, 1, 2]]))
    assert np.allclose(normals, (0, 0, 1))


@given(axes, angles)
def test_twist_is_found(axis, angle):
    unit = np.array(axis) / np.linalg.norm(axis)
    assert np.isclose(np.cos(twist_of(turn(unit, angle), unit)), np.cos(angle), atol=1e-6)


@given(axes, axes)
def test_between_turns_one_into_the_other(a, b):
    start, end = np.array(a) / np.linalg.norm(a), np.array(b) / np.linalg.norm(b)
    if start @ end < -0.999:
        return
    assert np.allclose(between(start, end) @ start, end, atol=1e-6)


@settings(max_examples=50)
@given(axes, axes, st.floats(0.2, 0.6), st.floats(0.2, 0.6))
def test_two_bones_keep_their_lengths_and_reach(end, pole, first, second):
    start, end, pole = np.zeros(3), np.array(end), np.array(pole)
    middle, reached = two_bone(start, end, first, second, pole)
    far = np.linalg.norm(end)
    if np.linalg.norm(np.cross(end, pole)) < 0.05 * far * np.linalg.norm(pole):
        return  # the pole says nothing
    assert np.isclose(np.linalg.norm(middle), first, atol=1e-6)
    assert np.isclose(np.linalg.norm(reached - middle), second, atol=1e-6)
    if abs(first - second) * 1.01 < far < (first + second) * 0.999:
        assert np.allclose(reached, end, atol=1e-9)


@given(axes, axes)
def test_frames_are_turns(along, pole):
    if np.linalg.norm(np.cross(along, pole)) < 0.05:
        return
    turned = frame(np.array(along), np.array(pole))
    assert np.allclose(turned @ turned.T, np.eye(3), atol=1e-6)
    assert np.isclose(np.linalg.det(turned), 1, atol=1e-6)
