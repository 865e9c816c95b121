import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from galleria.domain.errors import InputError
from galleria.domain.floor import Floor
from galleria.domain.geometry import Point
from galleria.domain.site import Calibration

FLOOR = ((0.0, 0.0), (4.0, 0.0), (4.0, 6.0), (0.0, 6.0), (2.0, 3.0), (1.0, 5.0))


def seen(height, tilt, floor=FLOOR):
    """The floor before a camera at a height (metres), looking down by an angle, as points of its picture."""
    points = []
    for x, y in floor:
        ahead, down = y + 3.0, height
        depth = ahead * np.cos(tilt) + down * np.sin(tilt)
        drop = down * np.cos(tilt) - ahead * np.sin(tilt)
        points.append(Point(0.5 + 0.6 * (x - 2) / depth, 0.5 + 0.8 * drop / depth))
    return tuple(points)


@settings(deadline=None)
@given(st.floats(2.0, 6.0), st.floats(0.1, 1.4), st.integers(4, 6))
def test_points_of_the_floor_are_found_again(height, tilt, count):
    picture = seen(height, tilt)
    floor = Floor.of(Calibration(picture[:count], FLOOR[:count]))
    np.testing.assert_allclose(floor.metres(picture), FLOOR, atol=1e-6)
    assert floor.error < 1e-6


def test_a_careless_point_shows_in_the_error():
    picture = [*seen(3.0, 0.6)]
    picture[4] = Point(picture[4].x + 0.05, picture[4].y)
    assert 0.02 < Floor.of(Calibration(tuple(picture), FLOOR)).error < 1.0


def test_what_lies_beyond_the_horizon_is_nowhere():
    floor = Floor.of(Calibration(seen(3.0, 0.3), FLOOR))
    assert np.isnan(floor.metres([[0.5, 0.0]])).all()
    assert np.isfinite(floor.metres([[0.5, 0.9]])).all()


@pytest.mark.parametrize(
    ("picture", "metres"),
    [
        (seen(3.0, 0.6)[:3], FLOOR[:3]),
        ((Point(0.1, 0.1), Point(0.2, 0.2), Point(0.3, 0.3), Point(0.4, 0.4)), ((0, 0), (1, 1), (2, 2), (3, 3))),
        ((Point(0.1, 0.1),) * 4, ((0, 0),) * 4),
    ],
)
def test_points_that_span_no_floor_are_refused(picture, metres):
    with pytest.raises(InputError, match=r"four pairs|on a line"):
        Floor.of(Calibration(tuple(picture), tuple(metres)))
