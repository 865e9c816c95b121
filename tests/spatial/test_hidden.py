"""Who shows no feet, before a camera 3 m up whose horizon is the picture's upper border."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from walks import updates

from galleria.domain.events import Origin
from galleria.domain.floor import Floor
from galleria.domain.geometry import Box, Point
from galleria.domain.site import Anchor, Calibration
from galleria.domain.track import TrackPoint
from galleria.spatial.hidden import Heads
from galleria.spatial.way import PathRecorder

ASPECT = 16 / 9
# Depth is 3 ÷ y: the floor's lines meet at y = 0.
PICTURE = tuple(Point(x, y) for y in (0.25, 1.0) for x in (0.0, 1.0))
FLOOR = tuple(((p.x - 0.5) * 3 / p.y, 3 / p.y) for p in PICTURE)
GROUND = Floor.of(Calibration(PICTURE, FLOOR))


def standing(feet, height=0.55, shown=1.0, x=0.5):
    """A body whose lower part is hidden, `height` camera heights tall."""
    tall = height * feet
    half = 0.17 * tall / ASPECT
    return Box(x - half, feet - tall, x + half, feet - (1 - shown) * tall)


def placed(heads, boxes):
    return heads.placed([(float(n), box.feet.x, box.feet.y) for n, box in enumerate(boxes)], boxes)


def used(tracks=5):
    """Has seen people from head to foot, of usual heights."""
    heads = Heads(GROUND, ASPECT)
    for n in range(tracks):
        boxes = [standing(0.4 + 0.05 * step, 0.53 + 0.01 * n) for step in range(8)]
        assert placed(heads, boxes) == [(float(t), box.feet.x, box.feet.y) for t, box in enumerate(boxes)]
    return heads


@given(st.floats(0.3, 0.95), st.floats(0.35, 0.5))
def test_who_stands_behind_a_counter_stands_where_the_feet_are(feet, shown):
    for _, _, y in placed(used(), [standing(feet, shown=shown)] * 6):
        assert y == pytest.approx(feet, abs=0.02)


@given(st.floats(0.3, 0.95), st.floats(0.25, 0.55))
def test_children_are_where_their_feet_are(feet, height):
    boxes = [standing(feet, height)] * 6
    assert [y for _, _, y in placed(used(), boxes)] == [box.bottom for box in boxes]


def test_nobody_is_moved_before_it_is_known_how_tall_people_are():
    boxes = [standing(0.6, shown=0.5)] * 6
    assert [y for _, _, y in placed(used(4), boxes)] == [box.bottom for box in boxes]


def test_who_leaves_through_the_border_is_not_moved():
    """A box that ends at the picture's border tells nothing of heights."""
    boxes = [Box(0.3, 0.5, 0.7, 1.0)] * 6
    assert [y for _, _, y in placed(used(), boxes)] == [1.0] * 6


def test_the_path_of_who_is_half_hidden_ends_where_the_feet_are():
    boxes = [standing(0.6, shown=0.5)] * 9
    points = [TrackPoint(0.25 * n, box, 0.8) for n, box in enumerate(boxes)]
    paths = PathRecorder(Origin("site", "camera", "epoch"), Anchor.FEET, heads=used())
    (path,) = [path for update in updates(points) for path in paths.update(update)]
    assert [t for t, _, _ in path.points] == [0.0, 0.5, 1.0, 1.5, 2.0]
    assert [y for _, _, y in path.points] == pytest.approx([0.6] * 5, abs=0.02)


def test_the_horizon_of_a_camera_that_looks_straight_down_is_far_away():
    square = tuple(Point(x, y) for y in (0.0, 1.0) for x in (0.0, 1.0))
    floor = Floor.of(Calibration(square, tuple((p.x * 4, p.y * 2) for p in square)))
    assert floor.horizon(0.5) < -1e6
    assert GROUND.horizon(0.3) == pytest.approx(0.0, abs=1e-9)
