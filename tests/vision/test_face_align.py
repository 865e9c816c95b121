import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from galleria.vision.faces.align import similarity, warp
from galleria.vision.faces.pose import FACE, Pose, pose_of

FACE_POINTS = np.array([[47.3, 45.4], [101.1, 45.4], [75, 77.5], [50.6, 99], [98.5, 99]], np.float32)
numbers = st.floats(-300, 300)


@given(st.floats(0.05, 20), st.floats(-math.pi, math.pi), numbers, numbers)
def test_a_similarity_is_recovered(scale, turn, x, y):
    rotation = scale * np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    moved = (FACE_POINTS @ rotation.T + [x, y]).astype(np.float32)
    found = similarity(FACE_POINTS, moved)
    np.testing.assert_allclose(found, np.hstack([rotation, [[x], [y]]]), atol=2e-4 * scale * 150 + 2e-3)


@given(st.lists(st.tuples(numbers, numbers), min_size=5, max_size=5), st.floats(-0.2, 0.2), st.floats(-0.2, 0.2))
def test_no_other_similarity_lies_nearer(points, by_scale, by_turn):
    source = np.array(points, np.float32)
    best = similarity(source, FACE_POINTS).astype(np.float64)

    def miss(matrix):
        return float(((source @ matrix[:, :2].T + matrix[:, 2] - FACE_POINTS) ** 2).sum())

    a, b = best[0, 0] + by_scale, best[1, 0] + by_turn
    turn = np.array([[a, -b], [b, a]])
    other = np.hstack([turn, (FACE_POINTS.mean(axis=0) - turn @ source.mean(axis=0))[:, None]])
    assert miss(best) <= miss(other) * (1 + 1e-3) + 1


def test_points_that_are_one_make_no_chip_and_no_error():
    matrix = similarity(np.ones((5, 2), np.float32), FACE_POINTS)
    assert not warp(np.full((20, 20, 3), 9, np.uint8), matrix, 15, 15).any()


def stripes(width, height, period):
    x = np.arange(width)
    row = (127 + 120 * np.sin(2 * math.pi * (x + 0.5) / period)).astype(np.uint8)
    return np.repeat(np.repeat(row[None], height, axis=0)[..., None], 3, axis=2)


def test_the_same_place_at_the_same_size_stays():
    pixels = np.random.default_rng(0).integers(0, 256, (40, 60, 3), np.uint8)
    np.testing.assert_array_equal(warp(pixels, np.float32([[1, 0, -20], [0, 1, -10]]), 30, 20), pixels[10:30, 20:50])


@pytest.mark.parametrize("factor", [1.0, 0.5, 0.25, 0.1])
def test_a_ramp_lies_where_the_matrix_says(factor):
    x, y = np.meshgrid(np.arange(400) + 0.5, np.arange(400) + 0.5)
    pixels = np.stack([x / 2, y / 2, (x + y) / 4], axis=2).round().astype(np.uint8)
    matrix = np.float32([[factor, 0, -40 * factor], [0, factor, -60 * factor]])
    size = int(200 * factor)
    chip = warp(pixels, matrix, size, size).astype(float)
    at = (np.arange(size) + 0.5) / factor
    np.testing.assert_allclose(chip[..., 0], np.broadcast_to((at + 40) / 2, (size, size)), atol=1.3)
    np.testing.assert_allclose(chip[..., 1], np.broadcast_to((at + 60)[:, None] / 2, (size, size)), atol=1.3)


def test_what_is_too_fine_for_a_chip_becomes_grey_and_no_other_pattern():
    chip = warp(stripes(800, 800, 3), np.float32([[0.125, 0, 0], [0, 0.125, 0]]), 100, 100)
    assert chip[2:-2, 2:-2].std() < 20  # 85 where nothing is averaged


def test_beyond_the_picture_is_black():
    chip = warp(np.full((50, 50, 3), 200, np.uint8), np.float32([[1, 0, 25], [0, 1, 25]]), 50, 50)
    assert not chip[:24, :].any()
    assert not chip[:, :24].any()
    assert (chip[27:, 27:] == 200).all()
    assert not warp(np.full((50, 50, 3), 200, np.uint8), np.float32([[1, 0, 500], [0, 1, 0]]), 50, 50).any()


def turned(yaw, pitch, roll):
    """The mean face seen from afar after its head has turned: to the picture's right, upwards, clockwise."""
    a, b, c = map(math.radians, (yaw, pitch, roll))
    sideways = np.array([[math.cos(a), 0, math.sin(a)], [0, 1, 0], [-math.sin(a), 0, math.cos(a)]])
    upwards = np.array([[1, 0, 0], [0, math.cos(b), -math.sin(b)], [0, math.sin(b), math.cos(b)]])
    tilted = np.array([[math.cos(c), -math.sin(c), 0], [math.sin(c), math.cos(c), 0], [0, 0, 1]])
    return (FACE @ (tilted @ upwards @ sideways).T)[:, :2].astype(np.float32)


@given(st.floats(-40, 40), st.floats(-30, 30), st.floats(-35, 35), st.floats(5, 300))
def test_the_pose_of_a_turned_mean_face_is_told(yaw, pitch, roll, scale):
    pose = pose_of(turned(yaw, pitch, roll) * scale + 100)
    assert (pose.yaw, pose.pitch, pose.roll) == pytest.approx((yaw, pitch, roll), abs=0.3)
    away = math.degrees(math.acos(math.cos(math.radians(yaw)) * math.cos(math.radians(pitch))))
    assert pose.away() == pytest.approx(away, abs=0.3)


def test_points_that_are_one_tell_no_pose():
    assert pose_of(np.ones((5, 2), np.float32)) == Pose(0, 0, 0)
