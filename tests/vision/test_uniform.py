"""A uniform is told by its colour, in more and in less light, and by nothing else."""

import colorsys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from galleria.domain.geometry import Box
from galleria.domain.site import Colour, Uniform
from galleria.vision.uniform import LEAST, share, tones, upper_body, wears

TEAL = Colour((155.0, 187.0), (0.4, 1.0), (0.2, 1.0))
RED = Colour((345.0, 15.0), (0.4, 1.0), (0.2, 1.0))
YELLOW = Colour((45.0, 65.0), (0.4, 1.0), (0.2, 1.0))
POLO = Uniform("polo", TEAL, 0.4)
BODY = Box(0.3, 0.1, 0.5, 0.9)
POLO_BGR, JEANS, SKIN, WALL = (110, 128, 18), (120, 70, 40), (150, 180, 220), (190, 190, 185)


def picture(shirt=POLO_BGR, hat=SKIN, high=200, wide=200):
    """Somebody in BODY: a head, a shirt, legs, before a grey wall."""
    pixels = np.full((high, wide, 3), WALL, np.uint8)
    top, bottom = round(BODY.top * high), round(BODY.bottom * high)
    left, right = round(BODY.left * wide), round(BODY.right * wide)
    parts = np.linspace(top, bottom, 101).round().astype(int)
    pixels[top : parts[15], left:right] = hat
    pixels[parts[15] : parts[55], left:right] = shirt
    pixels[parts[55] : bottom, left:right] = JEANS
    return pixels


def lit(pixels, stops):
    """As it is with more or less light: a camera's bytes are about the 2.2th root of light."""
    return np.clip(pixels * 2 ** (stops / 2.2), 0, 255).round().astype(np.uint8)


def test_who_wears_it_and_who_does_not():
    assert wears(picture(), BODY, POLO) is True
    for other in (JEANS, SKIN, WALL, (20, 20, 20), (245, 245, 245), (30, 30, 190), (60, 140, 60)):
        assert wears(picture(other), BODY, POLO) is False


@given(st.floats(-1.2, 0.9))
def test_light_changes_nothing(stops):
    assert wears(lit(picture(), stops), BODY, POLO) is True


@given(st.tuples(*[st.integers(0, 255)] * 3), st.floats(-1, 1))
def test_no_other_colour_is_taken_for_it_in_any_light(rgb, stops):
    hue, saturation, _ = colorsys.rgb_to_hsv(*(value / 255 for value in rgb))
    # Bytes are coarse where it is dark, and at their upper end they are cut off.
    assume(max(rgb) >= 40 and max(rgb) * 2 ** (stops / 2.2) <= 255)
    assume(not (150 <= hue * 360 <= 192) or saturation < 0.35)
    assert wears(lit(picture(rgb[::-1]), stops), BODY, POLO) is False


@given(st.integers(0, 12))
def test_noise_of_a_sensor_changes_nothing(noise):
    rng = np.random.default_rng(noise)
    noisy = np.clip(picture() + rng.normal(0, noise, (200, 200, 3)), 0, 255).astype(np.uint8)
    assert wears(noisy, BODY, POLO) is True


def test_only_the_upper_body_is_looked_at():
    pixels = picture(shirt=WALL)
    pixels[:40] = pixels[120:] = POLO_BGR  # legs, floor, and what is above
    pixels[:, :55] = pixels[:, 105:] = POLO_BGR  # and beside
    assert wears(pixels, BODY, POLO) is False


def test_of_a_body_whose_legs_are_hidden_most_of_the_box_is_upper_body():
    standing, cut = upper_body(Box(0.4, 0.2, 0.6, 0.8), 1.0), upper_body(Box(0.4, 0.2, 0.6, 0.42), 1.0)
    assert (standing.top, standing.bottom) == pytest.approx((0.308, 0.512))
    assert (cut.top, cut.bottom) == pytest.approx((0.272, 0.408))
    assert upper_body(Box(0.4, 0.2, 0.6, 0.3), 1.0).bottom == pytest.approx(0.3)  # never below its box


def test_a_marker_has_to_be_there_too():
    both = replace(POLO, second=YELLOW)
    assert wears(picture(), BODY, both) is False
    assert wears(picture(hat=(30, 210, 230)), BODY, both) is True
    assert wears(picture(shirt=WALL, hat=(30, 210, 230)), BODY, both) is False
    badge = picture()
    badge[75:85, 82:90] = (30, 210, 230)  # on the chest
    assert wears(badge, BODY, both) is True
    speck = picture()
    speck[75:79, 82:85] = (30, 210, 230)
    assert wears(speck, BODY, both) is False


def test_the_share_is_that_of_the_pixels():
    half = np.full((40, 40, 3), POLO_BGR, np.uint8)
    half[:, :20] = SKIN
    assert share(half, TEAL) == 0.5
    assert wears(picture(), BODY, replace(POLO, share=1.0)) is True
    assert share(half[:0], TEAL) == 0


def test_hues_may_go_over_red():
    for hue in (346, 0, 14):
        red, green, blue = colorsys.hsv_to_rgb(hue / 360, 0.8, 0.8)
        assert share(np.full((4, 4, 3), np.array([blue, green, red]) * 255, np.uint8), RED) == 1
    assert share(np.full((4, 4, 3), POLO_BGR, np.uint8), RED) == 0


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_tones_are_those_of_the_colour_wheel(bgr):
    told = [float(part[0, 0]) for part in tones(np.array([[bgr]], np.uint8))]
    hue, saturation, value = colorsys.rgb_to_hsv(*(part / 255 for part in reversed(bgr)))
    assert told[1:] == pytest.approx([saturation, value], abs=1e-5)
    assert abs((told[0] - hue * 360 + 180) % 360 - 180) < 0.01
    assert 0 <= told[0] <= 360


def test_too_little_of_a_body_tells_nothing():
    small = Box(0.3, 0.1, 0.3 + LEAST / 2 / 200, 0.9)
    assert wears(picture(), small, POLO) is None
    assert wears(picture(), Box(-0.4, 0.1, -0.05, 0.9), POLO) is None
    assert wears(picture(), Box(0.3, 1.01, 0.5, 1.8), POLO) is None
    assert wears(picture(), Box(-0.02, 0.1, 0.5, 0.9), POLO) is not None
