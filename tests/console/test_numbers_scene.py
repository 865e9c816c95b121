"""Cameras as drawings: the arrow shows the way that counts as in."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from galleria.console.site.scene import BOX, arrow, middle, outline, scene
from galleria.domain.geometry import Point, Polygon, Segment
from galleria.domain.site import Camera, Tripwire, Zone

ASPECT = 16 / 9
shares = st.floats(0.1, 0.9)


@given(shares, shares, shares, shares)
def test_an_arrow_points_to_the_in_side_at_a_right_angle(ax: float, ay: float, bx: float, by: float) -> None:
    segment = Segment(Point(ax, ay), Point(bx, by))
    assume(segment.length(ASPECT) > 0.05)
    numbers = [float(n) for n in re.findall(r"-?[\d.]+", arrow(segment, ASPECT))]
    start, tip = Point(numbers[0] / BOX, numbers[1] / BOX), Point(numbers[2] / BOX, numbers[3] / BOX)
    assert segment.offset(start, ASPECT) == pytest.approx(0, abs=2e-3)
    assert segment.offset(tip, ASPECT) == pytest.approx(0.13, abs=2e-3)  # on the right-hand side, which is in
    assert segment.along(tip, ASPECT) == pytest.approx(0.5, abs=0.05)


def test_a_line_without_length_has_no_arrow() -> None:
    assert arrow(Segment(Point(0.5, 0.5), Point(0.5, 0.5)), ASPECT) == ""


def test_the_middle_of_a_zone_is_its_centre_of_area() -> None:
    ell = Polygon((Point(0, 0), Point(1, 0), Point(1, 0.1), Point(0.1, 0.1), Point(0.1, 1), Point(0, 1)))
    assert middle(ell).x == pytest.approx(middle(ell).y)
    assert 0.2 < middle(ell).x < 0.4
    flat = Polygon((Point(0, 0), Point(0.5, 0), Point(1, 0)))
    assert middle(flat) == Point(0.5, 0)


def test_a_scene_has_all_that_is_drawn() -> None:
    square = Polygon((Point(0, 0), Point(0.5, 0), Point(0.5, 0.5)))
    camera = Camera(
        "door",
        tripwires=(Tripwire("in", Segment(Point(0, 0), Point(1, 1))),),
        zones=(Zone("till", square),),
        masks=(square,),
    )
    drawn = scene(camera)
    assert [wire.tripwire.id for wire in drawn.wires] == ["in"]
    assert [area.outline for area in drawn.areas] == ["0.0,0.0 500.0,0.0 500.0,500.0"] == [outline(square)]
    assert len(drawn.masks) == 1
