"""A face's points asked again, of networks that tell tilted heads as badly as the real one does."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from galleria.vision.faces.align import similarity
from galleria.vision.faces.pose import FACE, pose_of
from galleria.vision.faces.upright import SIDE, upright

PIXELS = np.zeros((400, 600, 3), np.uint8)
BEFORE = FACE[:, :2].astype(np.float32)


def turned(points, angle):
    """Clockwise around their middle."""
    a = np.radians(angle)
    middle = points.mean(axis=0)
    return ((points - middle) @ np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]]).T + middle).astype(
        np.float32
    )


def face(roll, eyes=50.0, at=(300.0, 200.0)):
    return turned((BEFORE - BEFORE.mean(axis=0)) * np.float32(eyes) + np.float32(at), roll)


class Upright:
    """Knows where the face is, and says of its roll on the sheet only a share."""

    def __init__(self, truth, told=0.4, scores=()):
        self.truth, self.told, self.scores, self.sheets = truth, told, list(scores), 0
        self.points = truth

    def warped(self, pixels, matrix, width, height):
        """Instead of the picture's chip: remembers where the face comes to lie on the sheet."""
        assert (width, height) == (SIDE, SIDE)
        self.points = self.truth @ matrix[:, :2].T + matrix[:, 2]
        return np.zeros((height, width, 3), np.uint8)

    def look(self, sheets):
        self.sheets += len(sheets)
        score = self.scores.pop(0) if self.scores else 0.9
        flipped = self.points[[1, 0, 2, 4, 3]] * np.float32([-1, 1]) + np.float32([SIDE, 0])
        return [self._found(points, score) for points in (self.points, flipped)]

    def _found(self, points, score):
        if score <= 0:
            return np.zeros((0, 4), np.float32), np.zeros((0, 5, 2), np.float32), np.zeros(0, np.float32)
        told = turned(points, -pose_of(points).roll * (1 - self.told))
        box = np.concatenate([told.min(axis=0) - 10, told.max(axis=0) + 10])
        return box[None], told[None], np.float32([score])


@pytest.fixture
def asked(monkeypatch):
    def ask(network, points):
        monkeypatch.setattr("galleria.vision.faces.upright.warp", network.warped)
        return upright(PIXELS, points, network.look)

    return ask


@pytest.mark.parametrize("roll", [-40, -25, -10, 0, 15, 30, 45])
def test_a_tilted_head_that_is_told_as_hardly_tilted_is_told_as_it_is(asked, roll):
    truth = face(roll)
    first = turned(truth, -roll * 0.6)
    found = asked(Upright(truth), first)
    assert abs(pose_of(found).roll - pose_of(truth).roll) < 6
    assert np.abs(found - truth).max() < 6


def test_an_upright_face_takes_one_look(asked):
    network = Upright(face(0))
    np.testing.assert_allclose(asked(network, face(0)), face(0), atol=0.1)
    assert network.sheets == 2


@pytest.mark.parametrize(("scores", "sheets"), [([0], 2), ([0.9, 0.8, 0.9], 4), ([0.9, 0], 4)])
def test_a_look_that_finds_nothing_better_ends_it_with_what_was_there(asked, scores, sheets):
    network, truth = Upright(face(40), scores=scores), face(40)
    first = turned(truth, -24)
    found = asked(network, first)
    assert network.sheets == sheets
    if scores[0] == 0:
        np.testing.assert_array_equal(found, first)
    else:
        assert abs(pose_of(found).roll) > abs(pose_of(first).roll)


def test_a_face_beside_the_one_that_was_meant_is_not_taken_for_it(asked):
    other = face(0, at=(390.0, 200.0))
    network = Upright(other)
    np.testing.assert_array_equal(asked(network, face(0)), face(0))


@given(st.lists(st.floats(-50, 700, width=32), min_size=10, max_size=10))
def test_whatever_the_points_they_stay_numbers(values):
    points = np.float32(values).reshape(5, 2)

    def nothing(sheets):
        return [(np.zeros((0, 4), np.float32), np.zeros((0, 5, 2), np.float32), np.zeros(0, np.float32))] * len(sheets)

    np.testing.assert_array_equal(upright(PIXELS, points, nothing), points)
    assert similarity(points, points).shape == (2, 3)
