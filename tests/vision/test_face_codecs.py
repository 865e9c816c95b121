"""Codecs of faces; `encode_yunet` is the inverse, written from the network's paper and not from our decoder."""

import math

import numpy as np
import pytest
from encoders import grid_cells
from hypothesis import given
from hypothesis import strategies as st

from galleria.domain.errors import ModelMismatchError
from galleria.vision.faces.codecs import age_shares, decode_yunet, poses, shares

STRIDES = (8, 16, 32)


def encode_yunet(faces, width, height):
    """Twelve arrays for one picture; each face (left, top, right, bottom, five (x, y), score) at a free cell."""
    cells = grid_cells(width, height, STRIDES)
    levels = {
        name: np.zeros((len(cells), n), np.float32) for name, n in (("cls", 1), ("obj", 1), ("box", 4), ("pts", 10))
    }
    taken = set()
    for left, top, right, bottom, points, score in faces:
        x, y = (left + right) / 2, (top + bottom) / 2
        free = [c for c in cells if c[3] not in taken]
        stride, column, row, index = min(free, key=lambda c: math.hypot(c[1] * c[0] - x, c[2] * c[0] - y))
        taken.add(index)
        levels["cls"][index], levels["obj"][index] = score, score
        sizes = math.log((right - left) / stride), math.log((bottom - top) / stride)
        levels["box"][index] = [x / stride - column, y / stride - row, *sizes]
        levels["pts"][index] = [v / stride - o for px, py in points for v, o in ((px, column), (py, row))]
    rows = [[i for s, _, _, i in cells if s == stride] for stride in STRIDES]
    return [levels[kind][level] for kind in ("cls", "obj", "box", "pts") for level in rows]


@st.composite
def some_faces(draw):
    made = []
    for _ in range(draw(st.integers(0, 5))):
        left, top = draw(st.integers(0, 200)), draw(st.integers(0, 100))
        wide, high = draw(st.integers(5, 90)), draw(st.integers(5, 90))
        points = [(draw(st.integers(0, 300)), draw(st.integers(0, 200))) for _ in range(5)]
        made.append((left, top, left + wide, top + high, points, draw(st.integers(60, 100)) / 100))
    return made


@given(some_faces())
def test_yunet_decodes_what_was_encoded(faces):
    boxes, points, scores = decode_yunet(encode_yunet(faces, 320, 192), 320, 192, {}, 0.5)
    assert len(boxes) == len(points) == len(scores) == len(faces)
    found = sorted(
        (*map(float, b.round(1)), *map(float, p.ravel().round(1))) for b, p in zip(boxes, points, strict=True)
    )
    wanted = sorted((*map(float, f[:4]), *(float(v) for at in f[4] for v in at)) for f in faces)
    np.testing.assert_allclose(np.array(found), np.array(wanted), atol=0.11)
    np.testing.assert_allclose(sorted(scores), sorted(f[5] for f in faces), atol=1e-5)


def test_rows_below_the_floor_are_not_decoded():
    faces = [(10, 10, 50, 60, [(1, 1)] * 5, 0.7), (100, 10, 150, 60, [(1, 1)] * 5, 0.9)]
    _, _, scores = decode_yunet(encode_yunet(faces, 320, 192), 320, 192, {}, 0.8)
    assert scores.tolist() == pytest.approx([0.9])


@pytest.mark.parametrize(
    "change",
    [
        lambda outputs: outputs[:-1],
        lambda outputs: [outputs[0][:-1], *outputs[1:]],
        lambda outputs: [*outputs[6:9], *outputs[3:6], *outputs[:3], *outputs[9:]],
        lambda outputs: [output[None] for output in outputs],
    ],
)
def test_outputs_that_do_not_fit_are_refused(change):
    with pytest.raises(ModelMismatchError, match="yunet"):
        decode_yunet(change(encode_yunet([], 320, 192)), 320, 192, {}, 0.5)


@given(st.lists(st.floats(0.01, 1), min_size=3, max_size=3), st.floats(-50, 50))
def test_shares_add_up_and_logits_give_back_what_they_were_made_of(weights, shift):
    expected = np.float32([weights]) / np.float32(sum(weights))
    np.testing.assert_allclose(shares(np.float32([weights]), {}), expected, rtol=1e-5)
    logits = np.log(np.float32([weights])) + np.float32(shift)
    np.testing.assert_allclose(shares(logits, {"activation": "softmax"}), expected, rtol=1e-3)


@given(st.lists(st.floats(-90, 90), min_size=3, max_size=3))
def test_poses_are_the_means_of_their_bins_and_yaw_counts_to_the_right(angles):
    outputs = []
    for angle in angles:
        place = (angle + 99) / 3
        low = int(place)
        logits = np.full((1, 66), -60, np.float32)
        logits[0, low], logits[0, low + 1] = math.log(max(1 - place + low, 1e-9)), math.log(max(place - low, 1e-9))
        outputs.append(logits)
    yaw, pitch, roll = poses(outputs, {"step": 3, "first": -99})[0]
    assert (-yaw, pitch, roll) == pytest.approx(angles, abs=0.05)


def test_ages_need_a_column_each():
    likely, ages = age_shares([np.float32([[1, 3]])], {"ages": [10, 20]})
    assert (likely @ ages).tolist() == pytest.approx([17.5])
    with pytest.raises(ModelMismatchError, match="3 ages"):
        age_shares([np.float32([[1, 3]])], {"ages": [10, 20, 30]})
    with pytest.raises(ModelMismatchError, match="three"):
        poses([np.zeros((1, 66), np.float32)] * 2, {})
