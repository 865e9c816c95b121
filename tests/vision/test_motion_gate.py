import numpy as np
import pytest

from galleria.domain.frame import ArrayPicture
from galleria.domain.geometry import Box
from galleria.vision.motion import WHOLE, MotionGate

WIDTH, HEIGHT = 192, 108  # two pixels for each cell


def room(*lit: tuple[int, int, int, int], by: int = 40) -> ArrayPicture:
    """A grey room, with lighter places: left, top, right, bottom in pixels."""
    pixels = np.full((HEIGHT, WIDTH, 3), 90, np.uint8)
    for left, top, right, bottom in lit:
        pixels[top:bottom, left:right] += by
    return ArrayPicture(pixels)


def pixels(box: Box) -> list[int]:
    return [round(each) for each in (box.left * WIDTH, box.top * HEIGHT, box.right * WIDTH, box.bottom * HEIGHT)]


@pytest.fixture
def gate() -> MotionGate:
    made = MotionGate()
    made.keep(room())
    return made


def test_at_first_everything_has_moved():
    assert MotionGate().moved(room()) == WHOLE


def test_nothing_moves(gate):
    assert gate.moved(room()) is None


def test_noise_does_not_move(gate):
    assert gate.moved(room((0, 0, WIDTH, HEIGHT), by=5)) is None


def test_what_moved_is_told(gate):
    box = gate.moved(room((20, 40, 30, 60), (100, 50, 104, 70)))
    assert pixels(box) == [20, 40, 104, 70]


def test_a_picture_of_another_size_is_another_view(gate):
    assert gate.moved(ArrayPicture(np.zeros((100, 100, 3), np.uint8))) == WHOLE


def test_what_was_kept_moves_no_more(gate):
    shown = room((20, 40, 30, 60))
    gate.keep(shown)
    assert gate.moved(shown) is None
    assert pixels(gate.moved(room())) == [20, 40, 30, 60]


def test_slow_movement_adds_up_where_nothing_was_kept(gate):
    shown = room((20, 40, 30, 60), (100, 50, 104, 70))
    gate.keep(shown, Box(0.0, 0.0, 0.25, 1.0))
    assert pixels(gate.moved(shown)) == [100, 50, 104, 70]


def test_cells_that_were_searched_only_in_part_are_not_kept(gate):
    shown = room((20, 40, 30, 60))
    gate.keep(shown, Box(0.0, 0.0, 25 / WIDTH, 1.0))
    assert pixels(gate.moved(shown)) == [24, 40, 30, 60]
