from fractions import Fraction

import av
import numpy as np
import pytest
from videos import make, number_in, numbered

from galleria.capture.picture import MOST_SIZES, Pictures, Scaler
from galleria.capture.sources import open_source


def first_frame(path):
    with av.open(str(path)) as container:
        return next(container.decode(video=0))


def test_colours_are_blue_green_red(tmp_path):
    picture = np.zeros((64, 64, 3), np.uint8)
    picture[:, :32] = (200, 30, 30)  # blue
    picture[:, 32:] = (30, 30, 200)  # red
    made = Pictures(None)(av.VideoFrame.from_ndarray(picture, "bgr24").reformat(format="yuv420p"))
    small = made.bgr(16, 16)
    assert small.shape == (16, 16, 3)
    assert small.dtype == np.uint8
    assert small.flags.c_contiguous
    assert np.abs(small[8, 2].astype(int) - (200, 30, 30)).max() < 12
    assert np.abs(small[8, 13].astype(int) - (30, 30, 200)).max() < 12


@pytest.mark.parametrize("pixels", ["yuv420p", "yuvj420p", "nv12", "bgr24", "rgb24", "gray", "yuv422p10le", "bgra"])
def test_luma_of_every_layout_is_the_mean_over_each_block(pixels):
    rng = np.random.default_rng(1)
    grey = rng.integers(30, 220, (54, 96), np.uint8).repeat(8, 0).repeat(8, 1)
    frame = av.VideoFrame.from_ndarray(np.repeat(grey[:, :, None], 3, 2), "bgr24").reformat(format=pixels)
    luma = Pictures(None)(frame).luma(96, 54)
    assert luma.shape == (54, 96)
    assert np.abs(luma.astype(int) - grey[::8, ::8]).max() <= 20
    assert np.abs(luma.astype(int) - grey[::8, ::8]).mean() <= 8


@pytest.mark.parametrize("size", [(127, 77), (1, 1), (33, 15), (5, 200)])
def test_any_size_can_be_asked_for(size):
    picture = Pictures(None)(av.VideoFrame.from_ndarray(numbered(5), "bgr24").reformat(format="yuv420p"))
    assert picture.bgr(*size).shape == (size[1], size[0], 3)
    assert picture.luma(*size).shape == (size[1], size[0])


@pytest.mark.parametrize(("rotate", "turns"), [(90, 1), (-90, -1), (180, 2)])
def test_a_turned_recording_appears_upright(tmp_path, rotate, turns):
    path = make(tmp_path / "phone.mp4", count=2, rotate=rotate)
    stored = Pictures(None)(first_frame(make(tmp_path / "flat.mp4", count=2))).bgr(160, 96)
    source = open_source(str(path))
    picture = next(iter(source)).picture
    expected = np.rot90(stored, turns)
    assert (source.facts.width, source.facts.height) == (expected.shape[1], expected.shape[0])
    assert (picture.width, picture.height) == (expected.shape[1], expected.shape[0])
    assert np.array_equal(picture.bgr(picture.width, picture.height), expected)
    assert picture.luma(20, 30).shape == (30, 20)
    source.close()


def test_a_photo_of_a_phone_is_upright(footage):
    source = open_source(str(footage / "spoof" / "image_F1.jpg"))
    assert (source.facts.width, source.facts.height) == (480, 640)
    source.close()


def test_pixels_that_are_not_square_are_made_so(tmp_path):
    source = open_source(str(make(tmp_path / "pal.mp4", count=2, size=(180, 144), aspect=Fraction(16, 11))))
    frame = next(iter(source))
    assert (source.facts.width, source.facts.height) == (262, 144)
    assert frame.aspect == 262 / 144
    source.close()


def test_8k(tmp_path):
    path = make(tmp_path / "8k.mp4", count=1, size=(7680, 4320), codec="mjpeg", pixels="yuvj420p")
    source = open_source(str(path))
    frames = list(source)
    assert (source.facts.width, source.facts.height, len(frames)) == (7680, 4320, 1)
    assert frames[0].picture.bgr(448, 252).shape == (252, 448, 3)
    assert number_in(frames[0].picture) == 0


def test_set_ups_are_bounded():
    scaler = Scaler()
    frame = av.VideoFrame.from_ndarray(numbered(1), "bgr24")
    for n in range(3 * MOST_SIZES):
        scaler(frame, 10 + n, 10, "gray")
    assert len(scaler._kept) <= MOST_SIZES
