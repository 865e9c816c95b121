"""Heads are really gone: not recognisable, and not restorable."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from galleria.domain.geometry import Box
from galleria.vision.heads import blur_heads, head_region

WIDTH, HEIGHT = 320, 240

places = st.floats(-0.4, 1.4)


def noise(seed=0):
    """The hardest picture to hide: every pixel differs from its neighbours."""
    return np.random.default_rng(seed).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)


@st.composite
def bodies(draw):
    """Boxes that may lie partly or wholly outside of the picture."""
    left, top = draw(places), draw(places)
    return Box(left, top, left + draw(st.floats(0.01, 0.8)), top + draw(st.floats(0.01, 0.9)))


@given(bodies())
def test_the_region_holds_the_upper_part_and_more_than_the_width(body):
    left, top, right, bottom = head_region(body, WIDTH, HEIGHT)
    assert 0 <= left <= WIDTH
    assert 0 <= top <= HEIGHT
    wide, high = body.width * WIDTH, body.height * HEIGHT
    wanted = (
        max(0, body.left * WIDTH - 0.075 * wide),
        max(0, body.top * HEIGHT),
        min(WIDTH, body.right * WIDTH + 0.075 * wide),
        min(HEIGHT, body.top * HEIGHT + 0.3 * high),
    )
    if wanted[0] < wanted[2] and wanted[1] < wanted[3]:  # some of it is in the picture
        assert left <= wanted[0] + 1e-6
        assert top <= wanted[1] + 1e-6
        assert right >= wanted[2] - 1e-6
        assert bottom >= wanted[3] - 1e-6


def test_a_body_cut_off_below_is_covered_further_down():
    # Somebody right below the camera: only head and shoulders are in the picture.
    _, _, _, bottom = head_region(Box(0.3, 0.7, 0.6, 1.0), WIDTH, HEIGHT)
    assert bottom >= (0.7 + 0.3 * 0.7) * HEIGHT


def rough(pixels):
    """Energy of the differences between neighbours: what edges, eyes and mouths are made of."""
    values = pixels.astype(np.float64)
    return sum(float((np.diff(values, axis=axis) ** 2).mean()) for axis in (0, 1))


@pytest.mark.parametrize(
    "body",
    [
        Box(0.4, 0.2, 0.6, 0.9),
        Box(0.45, 0.4, 0.5, 0.6),
        Box(-0.1, -0.1, 0.2, 0.5),
        Box(0.85, 0.6, 1.2, 1.5),
        Box(0.0, 0.0, 1.0, 1.0),
        Box(0.3, 0.95, 0.6, 1.6),
        Box(0.49, 0.5, 0.51, 0.53),
    ],
)
def test_nothing_of_the_texture_is_left(body):
    pixels = noise()
    left, top, right, bottom = head_region(body, WIDTH, HEIGHT)
    before, after = pixels[top:bottom, left:right], blur_heads(pixels, [body])[top:bottom, left:right]
    assert rough(after) < 0.01 * rough(before)
    # By chance a smooth grey equals noise in one value of about a hundred; all three channels never do so often.
    assert (before == after).all(axis=2).mean() < 0.01


def test_what_is_left_are_a_few_averages():
    # Two heads that differ everywhere but have the same cells cannot be told apart afterwards: nobody can undo it.
    body = Box(0.25, 0.25, 0.5, 0.9)
    first = np.full((HEIGHT, WIDTH, 3), 128, np.uint8)
    second = first.copy()
    second[::2, ::2], second[1::2, 1::2] = 255, 255
    second[1::2, ::2], second[::2, 1::2] = 1, 1
    left, top, right, bottom = head_region(body, WIDTH, HEIGHT)
    area = np.s_[top:bottom, left:right]
    assert np.abs(first[area].astype(int) - second[area]).min() > 100
    difference = np.abs(blur_heads(first, [body])[area].astype(int) - blur_heads(second, [body])[area])
    # Cells with an odd number of rows or columns hold one line more of one of the two values.
    assert difference.max() <= 8


@pytest.mark.parametrize("size", [12, 30, 100, 200])
def test_a_head_has_at_most_a_few_cells(size):
    # A pattern finer than a quarter of the head's width is flattened, however large the head.
    pixels = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    stripe = max(1, size // 12)
    pixels[:, (np.arange(WIDTH) // stripe) % 2 == 0] = 255
    body = Box(60 / WIDTH, 20 / HEIGHT, (60 + size) / WIDTH, 1.0)
    left, top, right, bottom = head_region(body, WIDTH, HEIGHT)
    after = blur_heads(pixels, [body])[top:bottom, left:right]
    assert np.ptp(after) < 110


@settings(max_examples=50, deadline=None)
@given(st.lists(bodies(), max_size=4))
def test_only_heads_and_a_soft_rim_are_touched_and_the_input_stays(given_bodies):
    pixels = noise(3)
    before = pixels.copy()
    after = blur_heads(pixels, given_bodies)
    np.testing.assert_array_equal(pixels, before)
    allowed = np.zeros((HEIGHT, WIDTH), bool)
    for body in given_bodies:
        left, top, right, bottom = head_region(body, WIDTH, HEIGHT)
        if left < right and top < bottom:
            rim = 2 + round(0.1 * min(right - left, bottom - top))
            allowed[max(0, top - rim) : bottom + rim, max(0, left - rim) : right + rim] = True
    np.testing.assert_array_equal(after[~allowed], before[~allowed])


def test_a_real_picture_loses_its_detail_in_the_region(footage):
    with Image.open(footage / "face_clips" / "single_face.jpg") as picture:
        pixels = np.asarray(picture.convert("RGB"))[..., ::-1]
    body = Box(0.2, 0.1, 0.8, 1.0)
    left, top, right, bottom = head_region(body, pixels.shape[1], pixels.shape[0])
    after = blur_heads(np.ascontiguousarray(pixels), [body])
    assert rough(after[top:bottom, left:right]) < 0.1 * rough(pixels[top:bottom, left:right])
