import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.ndimage import gaussian_filter, uniform_filter1d

from galleria.vision.faces.quality import FLOOR, judge

# Eyes, nose and mouth of a made-up face 240 pixels wide, and its box.
POINTS = np.float32([[90, 110], [150, 110], [120, 146], [93, 172], [147, 172]])
BOX = np.float32([60, 60, 180, 200])


def made_up(size=240):
    """A picture with detail of every size, as bright as a face; the same everywhere."""
    rng = np.random.default_rng(4)
    fine = sum(gaussian_filter(rng.normal(0, 1, (size, size)), s) * s for s in (3, 6, 12))
    return np.clip(130 + 60 * fine, 0, 255)


def told(luma, points=POINTS, box=BOX, score=0.93):
    pixels = np.repeat(np.clip(luma, 0, 255).astype(np.uint8)[..., None], 3, axis=2)
    return judge(pixels, box / 240, points / 240, score)


def test_a_good_shot_is_good():
    good = told(made_up())
    assert good.value > 0.9
    assert good.good_enough
    assert good.height == pytest.approx(140)
    assert good.pose.away() < 5


SPOILT = {
    "out of focus": lambda luma: gaussian_filter(luma, 6),
    "shaken across": lambda luma: uniform_filter1d(luma, 30, axis=1),
    "shaken down": lambda luma: uniform_filter1d(luma, 30, axis=0),
    "dark": lambda luma: luma * 0.04,
    "glare": lambda luma: luma * 4,
    "noise": lambda luma: 128 + np.random.default_rng(1).normal(0, 60, luma.shape),
    "grey": lambda luma: np.full_like(luma, 128),
}


@pytest.mark.parametrize("name", SPOILT)
def test_a_spoilt_shot_is_below_the_floor(name):
    assert told(SPOILT[name](made_up())).value < FLOOR


def test_a_turned_head_is_below_the_floor():
    turned = POINTS.copy()
    turned[2, 0] += 48
    assert abs(told(made_up(), turned).pose.yaw) > 38
    assert not told(made_up(), turned).good_enough


def test_a_small_face_and_an_unsure_one_are_below_the_floor():
    small = np.repeat(np.repeat(made_up(), 1, 0), 1, 1)[::6, ::6]
    pixels = np.repeat(small.astype(np.uint8)[..., None], 3, axis=2)
    assert judge(pixels, BOX / 240, POINTS / 240, 0.93).height == pytest.approx(140 / 6)
    assert not judge(pixels, BOX / 240, POINTS / 240, 0.93).good_enough
    assert not told(made_up(), score=0.55).good_enough


@pytest.mark.parametrize("ways", [[0.5, 1, 2, 4, 8], [0.6, 1.3, 2.5, 5]])
def test_more_blur_is_never_better(ways):
    values = [told(gaussian_filter(made_up(), sigma)).sharpness for sigma in ways]
    assert values == sorted(values, reverse=True)


def test_sharpness_hardly_depends_on_the_faces_size():
    luma = gaussian_filter(made_up(480), 4)
    large = np.repeat(luma.astype(np.uint8)[..., None], 3, axis=2)
    half = np.repeat(luma.reshape(240, 2, 240, 2).mean((1, 3)).astype(np.uint8)[..., None], 3, axis=2)
    first, second = (judge(pixels, BOX / 240, POINTS / 240, 0.9).sharpness for pixels in (large, half))
    assert first == pytest.approx(second, rel=0.15)


@given(
    st.lists(st.floats(-2, 3, width=32), min_size=10, max_size=10),
    st.lists(st.floats(-2, 3, width=32), min_size=4, max_size=4),
    st.floats(0, 1),
)
def test_whatever_the_points_the_value_is_a_share(points, box, score):
    pixels = np.random.default_rng(0).integers(0, 256, (40, 60, 3), np.uint8)
    judged = judge(pixels, np.float32(box), np.float32(points).reshape(5, 2), score)
    assert 0 <= judged.value <= 1
    assert 0 <= judged.clipped <= 1
    assert 0 <= judged.dark <= 1
