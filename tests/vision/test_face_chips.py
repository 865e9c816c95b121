import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from galleria.domain.errors import ModelMismatchError
from galleria.domain.frame import ArrayPicture
from galleria.domain.model import InputSpec, ModelCard
from galleria.vision.faces.chips import Cutter, clipped, cut_off, shrunk, tensor, whole

POINTS = [[30, 30], [70, 30], [50, 52], [34, 74], [66, 74]]


def cutter(side=100, **options):
    return Cutter(ModelCard("net", "face-age", "classes", "MIT", InputSpec(side, side), options))


def dotted(points, size=(200, 240)):
    """A grey picture with a white dot at each point."""
    pixels = np.full((*size, 3), 60, np.uint8)
    for x, y in points:
        pixels[round(y) - 4 : round(y) + 4, round(x) - 4 : round(x) + 4] = 255
    return pixels


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_a_face_is_brought_upright_to_the_cards_points(turns):
    points = np.float32(POINTS) * 1.2 + [60, 40]
    for _ in range(turns):  # about the picture's middle
        points = np.stack([220 - points[:, 1], points[:, 0] - 20], axis=1)
    pixels = dotted(points)
    chip = cutter(points=POINTS).cut(pixels, np.zeros(4, np.float32), points / np.float32([240, 200]))
    assert chip.shape == (100, 100, 3)
    for x, y in POINTS:
        assert (chip[y - 1 : y + 1, x - 1 : x + 1] > 200).all()
    assert (chip[52, 15] == 60).all()


def test_a_square_is_as_long_as_the_faces_longer_side_and_black_beyond_the_picture():
    pixels = np.full((100, 200, 3), 90, np.uint8)
    box = np.float32([0.4, 0.5, 0.6, 1.1])  # 40 wide, 60 high, centre at (100, 80)
    chip = cutter(60, crop={"shape": "square", "scale": 1.0}).cut(pixels, box, np.zeros((5, 2), np.float32))
    assert (chip[:49] == 90).all()
    assert not chip[51:].any()


boxes = st.tuples(st.floats(-20, 90), st.floats(-20, 90), st.floats(1, 80), st.floats(1, 80))


@given(boxes, st.floats(0.5, 4))
def test_a_clipped_window_lies_in_the_picture_and_keeps_its_shape(box, scale):
    left, top, wide, high = box
    window = clipped((left, top, left + wide, top + high), scale, (100, 80))
    assert -1e-6 <= window[0] < window[2] <= 100 + 1e-6
    assert -1e-6 <= window[1] < window[3] <= 80 + 1e-6
    assert (window[2] - window[0]) / (window[3] - window[1]) == pytest.approx(wide / high, rel=1e-6)
    assert window[2] - window[0] == pytest.approx(min(scale * wide, 100, 80 * wide / high), rel=1e-6)


@given(boxes, st.floats(1, 4))
def test_a_cut_window_is_the_grown_boxs_part_in_the_picture(box, scale):
    left, top, wide, high = box
    window = cut_off((left, top, left + wide, top + high), scale, (100, 80))
    x, y = left + wide / 2, top + high / 2
    grown = (x - scale * wide / 2, y - scale * high / 2, x + scale * wide / 2, y + scale * high / 2)
    assert window == pytest.approx(
        [min(max(v, 0), size) for v, size in zip(grown, (100, 80) * 2, strict=True)], abs=1e-4
    )


@given(boxes, st.integers(1, 90), st.integers(1, 90))
def test_any_window_can_be_shown_at_any_size(box, width, height):
    window = cut_off((box[0], box[1], box[0] + box[2], box[1] + box[3]), 1.0, (100, 80))
    chip = shrunk(np.full((80, 100, 3), 77, np.uint8), window, width, height)
    assert chip.shape == (height, width, 3)
    assert (chip == 77).all()


def test_a_chip_shares_no_memory_with_the_picture():
    pixels = np.full((100, 100, 3), 50, np.uint8)
    box, points = np.float32([0.2, 0.2, 0.8, 0.8]), np.float32(POINTS) / 100
    for made in (
        cutter(points=POINTS),
        *(cutter(60, crop={"shape": s, "scale": 1}) for s in ("square", "clipped", "cut")),
    ):
        assert not np.shares_memory(made.cut(pixels, box, points), pixels)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"points": [[1, 2]]},
        {"points": "eyes"},
        {"points": [[1, 2], [3]]},
        {"crop": {"shape": "round", "scale": 1}},
        {"crop": {"shape": "square"}},
        {"crop": {"shape": "square", "scale": 0}},
        {"crop": "square"},
    ],
)
def test_a_card_that_describes_no_chip_is_refused(options):
    with pytest.raises(ModelMismatchError):
        cutter(**options)


@pytest.mark.parametrize("layout", ["NCHW", "NHWC"])
@pytest.mark.parametrize("colour", ["BGR", "RGB"])
def test_chips_are_normalised_as_the_card_says(layout, colour):
    spec = InputSpec(4, 3, layout=layout, colour=colour, mean=(10, 20, 30), std=(1, 2, 4))
    chip = np.broadcast_to(np.uint8([110, 120, 130]), (3, 4, 3))
    made = tensor([chip, chip], spec)
    channels = made[1].transpose(1, 2, 0) if layout == "NCHW" else made[1]
    assert made.dtype == np.float32
    assert made.flags.c_contiguous
    assert channels.shape == (3, 4, 3)
    expected = [100, 50, 25] if colour == "BGR" else [120, 50, 20]
    assert (channels == expected).all()


def test_a_picture_comes_whole():
    pixels = np.random.default_rng(2).integers(0, 256, (30, 40, 3), np.uint8)
    np.testing.assert_array_equal(whole(ArrayPicture(pixels)), pixels)
