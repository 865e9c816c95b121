"""Known boxes, put into outputs by an independent inverse, come back."""

import math

import numpy as np
import pytest
from encoders import nanodet, ssd, yolox
from hypothesis import given, settings
from hypothesis import strategies as st

from galleria.domain.errors import ModelMismatchError
from galleria.vision.codecs import CODECS, codec_named, one_by_one
from galleria.vision.codecs.ssd import RATIOS, STRIDES, anchors

WIDTH, HEIGHT = 320, 192


@st.composite
def bodies(draw):
    """Some boxes in the input, and their scores."""
    found = []
    for _ in range(draw(st.integers(0, 4))):
        w, h = draw(st.floats(20, 60)), draw(st.floats(30, 70))
        x, y = draw(st.floats(0, WIDTH - w)), draw(st.floats(0, HEIGHT - h))
        found.append(((x, y, x + w, y + h), draw(st.floats(0.3, 0.95))))
    return [box for box, _ in found], [score for _, score in found]


def check(decoded, boxes, scores):
    """The decoded boxes are the given ones, in any order."""
    found, likely = decoded
    assert found.shape == (len(boxes), 4)
    assert likely.shape == (len(boxes),)
    assert found.dtype == likely.dtype == np.float32
    rest = list(zip(boxes, scores, strict=True))
    for box, score in zip(found, likely, strict=True):
        hit = min(rest, key=lambda known: np.abs(np.array(known[0]) - box).max())
        np.testing.assert_allclose(box, hit[0], atol=0.02)
        assert score == pytest.approx(hit[1], abs=1e-4)
        rest.remove(hit)


@settings(max_examples=60, deadline=None)
@given(bodies())
def test_nanodet(given_bodies):
    boxes, scores = given_bodies
    outputs = nanodet(boxes, scores, WIDTH, HEIGHT)
    check(codec_named("nanodet")(outputs, WIDTH, HEIGHT, {}, 0.25), boxes, scores)


def test_nanodet_with_other_strides_bins_offset_and_class_in_one_array():
    boxes, scores = [(20.0, 30.0, 60.0, 100.0), (100.0, 10.0, 130.0, 90.0)], [0.5, 0.9]
    strides = (8, 16, 32, 64)
    outputs = nanodet(boxes, scores, WIDTH, HEIGHT, strides=strides, bins=8, offset=0.0, person=3, classes=10)
    whole = np.concatenate([np.concatenate(outputs[:4]), np.concatenate(outputs[4:])], axis=1)
    options = {"strides": list(strides), "offset": 0.0, "class": 3, "classes": 10}
    check(CODECS["nanodet"]([whole], WIDTH, HEIGHT, options, 0.25), boxes, scores)


@settings(max_examples=60, deadline=None)
@given(bodies(), st.booleans())
def test_yolox(given_bodies, decoded):
    boxes, scores = given_bodies
    centres = {(int((b[0] + b[2]) / 2 // 8), int((b[1] + b[3]) / 2 // 8)) for b in boxes}
    if len(centres) < len(boxes):
        boxes, scores = boxes[:1], scores[:1]
    outputs = yolox(boxes, scores, WIDTH, HEIGHT, decoded=decoded)
    check(CODECS["yolox"](outputs, WIDTH, HEIGHT, {"decoded": decoded}, 0.25), boxes, scores)


@settings(max_examples=40, deadline=None)
@given(bodies(), st.sampled_from(["yxhw", "xywh"]), st.sampled_from(["none", "sigmoid", "softmax"]))
def test_ssd_with_anchors_in_the_card(given_bodies, order, activation):
    boxes, scores = given_bodies
    known = [((c + 0.5) / 10, (r + 0.5) / 6, 0.2, 0.3) for r in range(6) for c in range(10)]
    outputs = ssd(boxes, scores, WIDTH, HEIGHT, known, order=order, activation=activation, person=1)
    options = {"anchors": [list(a) for a in known], "order": order, "activation": activation, "class": 1}
    check(CODECS["ssd"](outputs, WIDTH, HEIGHT, options, 0.25), boxes, scores)
    check(CODECS["ssd"](outputs[::-1], WIDTH, HEIGHT, options | {"boxes": 1}, 0.25), boxes, scores)


def test_ssd_with_anchors_made_from_settings():
    made = anchors(320, 320, STRIDES, RATIOS, (0.2, 0.95), between=1.0, reduce_lowest=True)
    boxes, scores = [(20.0, 30.0, 60.0, 140.0), (200.0, 100.0, 250.0, 310.0)], [0.4, 0.8]
    outputs = ssd(boxes, scores, 320, 320, made.tolist())
    check(CODECS["ssd"](outputs, 320, 320, {"reduce_lowest": True}, 0.25), boxes, scores)


@pytest.mark.parametrize(("size", "count"), [(300, 1917), (320, 2034)])
def test_ssd_has_as_many_anchors_as_published_networks(size, count):
    # 1917: SSD-MobileNet at 300x300; 2034: MediaPipe's SSD-MobileNetV2 at 320x320.
    made = anchors(size, size, STRIDES, RATIOS, (0.2, 0.95), between=1.0, reduce_lowest=True)
    assert made.shape == (count, 4)
    # First place of the first level: scales 0.1, 0.2, 0.2 with ratios 1, 2, 1/2.
    side = math.ceil(size / 16)
    expected = [(0.5 / side, 0.5 / side, 0.1, 0.1), (0.5 / side, 0.5 / side, 0.2 * 2**0.5, 0.2 / 2**0.5)]
    np.testing.assert_allclose(made[:2], expected, rtol=1e-6)
    np.testing.assert_allclose(made[-1], (0.5, 0.5, 0.95**0.5, 0.95**0.5), rtol=1e-6)


def test_levels_with_equal_strides_share_their_places():
    made = anchors(64, 64, (32, 32), (1.0,), (0.2, 0.6), between=0.0, reduce_lowest=False)
    np.testing.assert_allclose(made[:3, 2], [0.2, 0.6, 0.2], rtol=1e-6)
    np.testing.assert_allclose(made[:3, 0], [0.25, 0.25, 0.75], rtol=1e-6)


@pytest.mark.parametrize("codec", CODECS)
def test_garbage_neither_warns_nor_crashes(codec):
    rng = np.random.default_rng(1)
    known = [(0.5, 0.5, 0.1, 0.1)] * 1260
    empty = {"nanodet": nanodet([], [], WIDTH, HEIGHT), "yolox": yolox([], [], WIDTH, HEIGHT)}
    outputs = empty.get(codec) or ssd([], [], WIDTH, HEIGHT, known)
    wild = [rng.normal(0, 60, output.shape).astype(np.float32) for output in outputs]
    options = {"anchors": known, "activation": "sigmoid"} if codec == "ssd" else {}
    boxes, scores = CODECS[codec](wild, WIDTH, HEIGHT, options, 0.5)
    assert len(boxes) == len(scores) > 0


def test_a_batch_is_taken_apart_picture_by_picture():
    first, second = [(20.0, 30.0, 60.0, 100.0)], [(100.0, 10.0, 130.0, 90.0), (200.0, 50.0, 240.0, 120.0)]
    singles = [
        nanodet(first, [0.5], WIDTH, HEIGHT),
        nanodet([], [], WIDTH, HEIGHT),
        nanodet(second, [0.7, 0.6], WIDTH, HEIGHT),
    ]
    parts = one_by_one([np.stack(outputs) for outputs in zip(*singles, strict=True)], 3)
    for part, boxes, scores in zip(parts, (first, [], second), ([0.5], [], [0.7, 0.6]), strict=True):
        check(CODECS["nanodet"](part, WIDTH, HEIGHT, {}, 0.25), boxes, scores)


@pytest.mark.parametrize("shape", [(2, 5, 6), (5, 6), (1, 3, 4, 5)])
def test_outputs_of_another_shape_are_refused(shape):
    with pytest.raises(ModelMismatchError, match="output 0 has the shape"):
        one_by_one([np.zeros(shape, np.float32)], 1)


def arrays(*shapes):
    return [np.full(shape, 0.5, np.float32) for shape in shapes]


@pytest.mark.parametrize(
    ("codec", "outputs", "options", "words"),
    [
        ("nanodet", arrays((960, 80), (240, 80), (60, 80)), {}, "3 outputs instead of 6"),
        ("nanodet", arrays((960, 124)), {}, "960 rows, but 320x192"),
        ("nanodet", arrays((1260, 122)), {}, "no multiple of four"),
        ("nanodet", arrays((1260, 124)), {"class": 80}, "none with the index 80"),
        ("nanodet", arrays((1260, 124)), {"strides": 8}, "option strides is 8"),
        ("nanodet", arrays((1260, 124)), {"strides": [8, "x"]}, "option strides"),
        ("nanodet", arrays((1260, 124)), {"class": "person"}, "option class is 'person'"),
        ("yolox", arrays((1259, 85)), {}, "1259 rows"),
        ("yolox", arrays((1260, 5)), {}, "instead of one"),
        ("yolox", arrays((1260, 85)), {"decoded": 1}, "option decoded is 1"),
        ("ssd", arrays((60, 4)), {}, "1 outputs"),
        ("ssd", arrays((60, 4), (60, 1)), {"class": 1}, "scores of shape"),
        ("ssd", arrays((60, 4), (60, 1)), {}, "60 rows, but 320x192 has"),
        ("ssd", arrays((60, 4), (60, 1)), {"anchors": [[0, 0, 1, 1]]}, "list of 60"),
        ("ssd", arrays((60, 4), (60, 1)), {"anchors": [[0, 0, 1, 1]] * 60, "variances": [1]}, "instead of two"),
        ("ssd", arrays((60, 4), (60, 1)), {"anchors": [[0, 0, 1, 1]] * 60, "order": "xyxy"}, "option order is 'xyxy'"),
    ],
)
def test_outputs_that_do_not_fit_the_card_are_refused_with_a_remedy(codec, outputs, options, words):
    with pytest.raises(ModelMismatchError, match=words) as caught:
        CODECS[codec](outputs, WIDTH, HEIGHT, options, 0.3)
    assert "model card" in caught.value.remedy


def test_an_unknown_codec_is_refused_with_those_there_are():
    with pytest.raises(ModelMismatchError, match="no codec 'detr'") as caught:
        codec_named("detr")
    assert "nanodet, ssd, yolox" in caught.value.remedy
