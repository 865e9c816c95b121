import math
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from galleria.domain.geometry import OPPOSITE, Box, Point, Polygon, Segment

COORDINATE = st.floats(0, 1).map(lambda v: round(v, 6))
POINTS = st.builds(Point, COORDINATE, COORDINATE)
ASPECTS = st.sampled_from([9 / 16, 1.0, 4 / 3, 16 / 9])
STEPS = {"up": (0, -1), "down": (0, 1), "left": (-1, 0), "right": (1, 0)}
MIRRORED = {"left": "right", "right": "left", "up": "up", "down": "down"}


@st.composite
def segments(draw):
    a, b = draw(POINTS), draw(POINTS)
    assume(math.dist(a, b) > 0.01)
    return Segment(a, b)


@st.composite
def stars(draw):
    """A simple polygon seen whole from its middle: (middle, angles, radii)."""
    n = draw(st.integers(3, 9))
    angles = [2 * math.pi * (i + draw(st.floats(0, 0.45))) / n for i in range(n)]
    radii = [draw(st.floats(0.05, 0.45)) for _ in range(n)]
    return Point(0.5, 0.5), angles, radii


def polygon(star):
    middle, angles, radii = star
    return Polygon(
        tuple(Point(middle.x + r * math.cos(a), middle.y + r * math.sin(a)) for a, r in zip(angles, radii, strict=True))
    )


def turns(p, corners):
    """How often the polygon winds round a point: the sum of the angles under which its sides are seen."""
    total = 0.0
    for a, b in zip(corners, (*corners[1:], corners[0]), strict=True):
        ax, ay, bx, by = a.x - p.x, a.y - p.y, b.x - p.x, b.y - p.y
        total += math.atan2(ax * by - ay * bx, ax * bx + ay * by)
    return round(total / (2 * math.pi))


def distance_to_side(p, a, b):
    length = math.dist(a, b)
    share = max(0.0, min(1.0, ((p.x - a.x) * (b.x - a.x) + (p.y - a.y) * (b.y - a.y)) / length**2))
    return math.dist(p, (a.x + share * (b.x - a.x), a.y + share * (b.y - a.y)))


def test_the_points_of_a_box():
    box = Box(0.2, 0.1, 0.4, 0.7)
    assert (box.width, box.height) == pytest.approx((0.2, 0.6))
    assert box.head == pytest.approx((0.3, 0.1))
    assert box.centre == pytest.approx((0.3, 0.4))
    assert box.feet == pytest.approx((0.3, 0.7))


def test_right_of_somebody_who_walks_right_on_the_picture_is_below():
    walk = Segment(Point(0.1, 0.5), Point(0.9, 0.5))
    assert walk.offset(Point(0.5, 0.7), 2.0) == pytest.approx(0.2)
    assert walk.offset(Point(0.5, 0.3), 2.0) == pytest.approx(-0.2)


def test_lengths_are_in_picture_heights():
    assert Segment(Point(0.0, 0.0), Point(0.3, 0.0)).length(2.0) == pytest.approx(0.6)
    assert Segment(Point(0.0, 0.0), Point(0.0, 0.3)).length(2.0) == pytest.approx(0.3)
    assert Segment(Point(0.5, 0.0), Point(0.5, 1.0)).offset(Point(0.2, 0.5), 2.0) == pytest.approx(0.6)


@given(segments(), POINTS, ASPECTS)
def test_a_line_turned_round_has_its_sides_swapped(segment, p, aspect):
    back = segment.reversed()
    assert back.offset(p, aspect) == pytest.approx(-segment.offset(p, aspect), abs=1e-9)
    assert back.along(p, aspect) == pytest.approx(1 - segment.along(p, aspect), abs=1e-6)
    assert back.length(aspect) == segment.length(aspect)
    assert back.reversed() == segment


@given(segments(), POINTS, ASPECTS)
def test_offset_and_along_lead_back_to_the_point(segment, p, aspect):
    along, offset, length = segment.along(p, aspect), segment.offset(p, aspect), segment.length(aspect)
    dx, dy = (segment.b.x - segment.a.x) * aspect / length, (segment.b.y - segment.a.y) / length
    x = segment.a.x * aspect + along * length * dx - offset * dy
    y = segment.a.y + along * length * dy + offset * dx
    assert (x, y) == pytest.approx((p.x * aspect, p.y), abs=1e-9)


@given(segments(), ASPECTS)
def test_along_is_0_at_one_end_and_1_at_the_other(segment, aspect):
    assert segment.along(segment.a, aspect) == 0
    assert segment.along(segment.b, aspect) == pytest.approx(1)
    for end in (segment.a, segment.b):
        assert segment.offset(end, aspect) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(
    ("a", "b", "towards"),
    [
        (Point(0, 0.5), Point(1, 0.5), "down"),
        (Point(1, 0.5), Point(0, 0.5), "up"),
        (Point(0.5, 1), Point(0.5, 0), "right"),
        (Point(0.5, 0), Point(0.5, 1), "left"),
    ],
)
def test_the_direction_of_in(a, b, towards):
    assert Segment(a, b).towards == towards


@given(segments(), POINTS, ASPECTS)
def test_a_step_in_the_direction_of_in_is_a_step_to_the_right_hand_side(segment, p, aspect):
    x, y = STEPS[segment.towards]
    assert segment.offset(Point(p.x + 0.1 * x, p.y + 0.1 * y), aspect) > segment.offset(p, aspect)


@given(segments())
def test_a_line_turned_round_leads_the_other_way(segment):
    across, along = abs(segment.b.y - segment.a.y), abs(segment.b.x - segment.a.x)
    assume(across != along)
    assert segment.reversed().towards == OPPOSITE[segment.towards]


@given(segments(), POINTS, ASPECTS)
def test_in_a_mirrored_picture_left_and_right_change_places(segment, p, aspect):
    def mirror(q):
        return Point(1 - q.x, q.y)

    mirrored = Segment(mirror(segment.a), mirror(segment.b))
    assert mirrored.offset(mirror(p), aspect) == pytest.approx(-segment.offset(p, aspect), abs=1e-9)
    assume(abs(abs(segment.b.y - segment.a.y) - abs(segment.b.x - segment.a.x)) > 1e-9)
    assert mirrored.reversed().towards == MIRRORED[segment.towards]


def test_every_word_has_one_opposite():
    assert all(OPPOSITE[OPPOSITE[word]] == word != OPPOSITE[word] for word in OPPOSITE)


@given(stars(), POINTS)
def test_inside_is_where_the_polygon_winds_round(star, p):
    shape = polygon(star)
    sides = zip(shape.corners, (*shape.corners[1:], shape.corners[0]), strict=True)
    assume(min(distance_to_side(p, a, b) for a, b in sides) > 1e-9)
    assert shape.contains(p) == (turns(p, shape.corners) != 0)


@given(stars(), POINTS, st.integers(0, 8))
def test_it_does_not_matter_where_a_polygon_begins_and_which_way_round_it_goes(star, p, first):
    corners = polygon(star).corners
    sides = zip(corners, (*corners[1:], corners[0]), strict=True)
    assume(min(distance_to_side(p, a, b) for a, b in sides) > 1e-9)
    first %= len(corners)
    turned = Polygon((*corners[first:], *corners[:first]))
    assert turned.contains(p) == Polygon(corners[::-1]).contains(p) == Polygon(corners).contains(p)
    assert turned.area == pytest.approx(Polygon(corners[::-1]).area) == pytest.approx(Polygon(corners).area)


@given(st.lists(COORDINATE, max_size=4, unique=True), st.lists(COORDINATE, max_size=4, unique=True), st.data())
def test_a_point_is_in_exactly_one_of_the_tiles_that_cover_the_picture(columns, rows, data):
    xs, ys = sorted({0.0, 1.0, *columns}), sorted({0.0, 1.0, *rows})
    tiles = [
        Polygon((Point(left, top), Point(right, top), Point(right, bottom), Point(left, bottom)))
        for left, right in pairwise(xs)
        for top, bottom in pairwise(ys)
    ]
    # On the seams too: those are the points that a sloppy border counts twice or never.
    x = data.draw(st.sampled_from(xs[:-1]) | st.floats(0, 1, exclude_max=True))
    y = data.draw(st.sampled_from(ys[:-1]) | st.floats(0, 1, exclude_max=True))
    assert sum(tile.contains(Point(x, y)) for tile in tiles) == 1
    assert sum(tile.area for tile in tiles) == pytest.approx(1)


@given(stars())
def test_the_area_is_that_of_the_triangles_round_the_middle(star):
    _, angles, radii = star
    following = zip(angles, radii, [*angles[1:], angles[0] + 2 * math.pi], [*radii[1:], radii[0]], strict=True)
    expected = sum(r * s * math.sin(b - a) / 2 for a, r, b, s in following)
    assert polygon(star).area == pytest.approx(expected)


def block(left, top, right, bottom):
    return Polygon((Point(left, top), Point(right, top), Point(right, bottom), Point(left, bottom)))


WHOLE, BIG = block(0, 0, 1, 1), block(0.1, 0.1, 0.7, 0.7)
HOOK = Polygon(tuple(Point(*at) for at in ((0, 0), (1, 0), (1, 1), (0.8, 1), (0.8, 0.2), (0, 0.2))))


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        (BIG, BIG, True),
        (WHOLE, BIG, True),
        (BIG, block(0.2, 0.2, 0.3, 0.3), True),
        (BIG, block(0.6, 0.6, 0.9, 0.9), True),
        (block(0.4, 0, 0.6, 1), block(0, 0.4, 1, 0.6), True),  # no corner of one is in the other
        (BIG, block(0.7, 0.1, 0.9, 0.7), False),
        (BIG, block(0.7, 0.7, 0.9, 0.9), False),
        (BIG, block(0.8, 0.1, 0.9, 0.7), False),
        (HOOK, block(0, 0.2, 0.8, 1), False),
        (HOOK, block(0, 0.19, 0.8, 1), True),
        (Polygon((Point(0, 0), Point(1, 0), Point(0, 1))), Polygon((Point(1, 1), Point(1, 0), Point(0, 1))), False),
    ],
)
def test_polygons_overlap_where_they_have_an_area_together(one, other, overlap) -> None:
    assert (one.overlaps(other), other.overlaps(one)) == (overlap, overlap)


@given(stars(), stars(), POINTS, POINTS)
def test_polygons_that_hold_a_point_together_overlap(one, other, away, p) -> None:
    first, second = polygon(one), polygon(other)
    second = Polygon(tuple(Point(c.x + away.x - 0.5, c.y + away.y - 0.5) for c in second.corners))
    sides = [side for each in (first, second) for side in zip(each.corners, each.corners[1:], strict=False)]
    sides += [(each.corners[-1], each.corners[0]) for each in (first, second)]
    assume(min(distance_to_side(p, *side) for side in sides) > 1e-6)
    assert first.overlaps(second) == second.overlaps(first)
    if first.contains(p) and second.contains(p):
        assert first.overlaps(second)
