"""What bodies wear, on painted figures."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from galleria.domain.frame import ArrayPicture
from galleria.vision.worn import BINS, STRIPES, worn_in

RED, BLUE, GREEN, FLOOR = (30, 20, 190), (180, 60, 20), (40, 150, 40), (150, 150, 150)  # blue, green, red


def painted(*figures, size=(216, 384)):
    """A floor with (box, colour above, colour below), the later ones in front."""
    pixels = np.full((*size, 3), FLOOR, np.uint8)
    high, wide = size
    for (left, top, right, bottom), above, below in figures:
        columns = slice(round(left * wide), round(right * wide))
        middle = (top + bottom) / 2
        pixels[round(top * high) : round(middle * high), columns] = above
        pixels[round(middle * high) : round(bottom * high), columns] = below
    return ArrayPicture(pixels)


def boxes(*corners):
    return np.array(corners, np.float32).reshape(-1, 4)


def lengths(worn):
    return np.linalg.norm(worn, axis=-1)


def alike(one, other):
    return float((one * other).sum()) / STRIPES


LEFT, RIGHT = (0.2, 0.3, 0.3, 0.8), (0.6, 0.3, 0.7, 0.8)


def test_the_same_clothes_are_alike_wherever_they_are():
    worn = worn_in(painted((LEFT, RED, BLUE), (RIGHT, RED, BLUE)), boxes(LEFT, RIGHT))
    assert worn.shape == (2, STRIPES, BINS)
    assert lengths(worn) == pytest.approx(1.0, abs=1e-5)
    assert alike(*worn) == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize(("above", "below", "common"), [(GREEN, BLUE, 0.5), (BLUE, RED, 0.0), (GREEN, RED, 0.0)])
def test_other_clothes_are_not_nor_the_same_ones_upside_down(above, below, common):
    worn = worn_in(painted((LEFT, RED, BLUE), (RIGHT, above, below)), boxes(LEFT, RIGHT))
    assert alike(*worn) == pytest.approx(common, abs=0.01)


def test_what_a_nearer_body_covers_is_not_looked_at():
    """Half of the width of the one behind is hidden from the hips down: that counts less, and in no other colour."""
    front = (0.25, 0.55, 0.35, 0.9)
    alone = worn_in(painted((LEFT, RED, BLUE)), boxes(LEFT))[0]
    behind, before = worn_in(painted((LEFT, RED, BLUE), (front, GREEN, GREEN)), boxes(LEFT, front))
    assert lengths(behind)[:2] == pytest.approx(1.0, abs=1e-5)
    assert lengths(behind)[2:] == pytest.approx(0.5, abs=0.1)
    assert alike(behind, alone) == pytest.approx(lengths(behind).mean(), abs=0.01)
    assert lengths(before) == pytest.approx(1.0, abs=1e-5)


def test_of_a_body_that_is_hidden_nothing_is_seen():
    worn = worn_in(painted((LEFT, RED, BLUE)), boxes(LEFT, (0.1, 0.2, 0.4, 0.9)))
    assert not worn[0].any()


def test_clothes_are_the_same_at_any_size_of_picture():
    small, large = (
        worn_in(painted((LEFT, RED, BLUE), size=size), boxes(LEFT))[0] for size in ((108, 192), (864, 1536))
    )
    assert alike(small, large) > 0.95


@given(corners=st.lists(st.tuples(*[st.floats(width=32)] * 4), max_size=4))
def test_no_box_breaks_it(corners):
    worn = worn_in(painted(size=(54, 96)), boxes(*corners))
    assert worn.shape == (len(corners), STRIPES, BINS)
    assert np.isfinite(worn).all()
