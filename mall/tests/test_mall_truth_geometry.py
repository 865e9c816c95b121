"""Boxes, faces and visible shares against what can be worked out by hand."""

import math

import numpy as np
import pytest

from mall.domain.figure import Face, Figure, Skeleton
from mall.domain.lens import NEAR, SIZE, VIEWS, View
from mall.domain.motion import Doing, Track
from mall.domain.place import Solid, Stuff
from mall.stage import Standing
from mall.truth.bodies import NO_PROP, FaceShape, Shape, column, prop_points
from mall.truth.rows import box_of, face_angles, face_row, rows_of
from mall.truth.sight import CELL, GRID, cell_rays, look, patch, seen_points, solid_depth
from mall.truth.staged import shape_of

STRAIGHT = View("straight", (0.0, 0.0, 1.0), (5.0, 0.0, 1.0), 60.0, barrel=0.0)


def board(x, y0, y1, z0=0.0, z1=2.0, step=0.05):
    """Points on an upright board that faces the camera of `STRAIGHT`."""
    y, z = np.meshgrid(np.arange(y0, y1 + 1e-9, step), np.arange(z0, z1 + 1e-9, step))
    return np.stack([np.full(y.size, x), y.ravel(), z.ravel()], -1)


def wall(x, y0, y1, stuff=Stuff.WALL, z0=-1.0, z1=5.0):
    return Solid("wall", x, y0, z0, x + 0.1, y1, z1, stuff)


def standing(x, y, heading=0.0, look_at=None, number=1):
    gaze = look_at if look_at is not None else (x + 10 * math.cos(heading), y + 10 * math.sin(heading), 1.6)
    doing = np.full(1, Doing.WAIT, np.uint8)
    return Track(number, "nobody", 0, np.array([[x, y]]), np.array([heading]), np.array([gaze]), doing)


def test_a_board_straight_ahead_has_the_box_of_the_pinhole():
    left, top, right, bottom = box_of(STRAIGHT, board(5.0, -0.5, 0.5))
    focal = 384 / math.tan(math.radians(30))
    assert (left, right) == pytest.approx((384 - focal * 0.1, 384 + focal * 0.1), abs=0.06)
    assert (top, bottom) == pytest.approx((216 - focal * 0.2, 216 + focal * 0.2), abs=0.06)


def test_what_is_alone_is_seen_whole():
    assert look(STRAIGHT, [board(5.0, -0.5, 0.5)], solids=()).shares == pytest.approx([1.0])


def test_a_wall_between_hides_all_and_glass_nothing():
    hidden = look(STRAIGHT, [board(5.0, -0.5, 0.5)], solids=(wall(3.0, -1.0, 1.0),))
    assert hidden.shares.tolist() == [0.0]
    assert hidden.walled.tolist() == [True]
    through = look(STRAIGHT, [board(5.0, -0.5, 0.5)], solids=(wall(3.0, -1.0, 1.0, Stuff.GLASS),))
    assert through.shares == pytest.approx([1.0])


def test_a_wall_behind_hides_nothing():
    assert look(STRAIGHT, [board(5.0, -0.5, 0.5)], solids=(wall(6.0, -1.0, 1.0),)).shares == pytest.approx([1.0])


@pytest.mark.parametrize("edge", [-0.3, -0.15, 0.0, 0.15, 0.3])
def test_a_wall_before_a_part_hides_that_share(edge):
    # The wall stands halfway, so that it hides twice as much to each side as it is wide.
    seen = look(STRAIGHT, [board(5.0, -0.5, 0.5)], solids=(wall(2.5, -1.0, edge / 2),))
    assert seen.shares[0] == pytest.approx(0.5 - edge, abs=0.06)


def test_the_nearer_of_two_hides_the_farther():
    seen = look(STRAIGHT, [board(6.0, -0.5, 0.5), board(4.0, -0.4, 0.0)], solids=())
    # The near board covers from y = -0.6 to 0 at the distance of the far one.
    assert seen.shares == pytest.approx([0.5, 1.0], abs=0.05)
    assert not seen.walled.any()


def test_a_prop_hides_and_is_nobody():
    prop = board(4.0, -0.4, 0.0, 0.0, 2.0)
    seen = look(STRAIGHT, [board(6.0, -0.5, 0.5)], [prop], solids=())
    assert seen.shares == pytest.approx([0.5], abs=0.05)
    assert (seen.who == -2).any()


def test_a_pram_stands_ahead_of_who_pushes_it():
    place = np.eye(4)
    place[:3, 3] = 2.0, 1.0, 0.0
    points = prop_points("pram", place)
    assert points[:, 0].min() > 2.0
    assert points[:, 2].max() == pytest.approx(1.0)
    assert len(prop_points("", place)) == 0


def test_the_border_of_the_picture_cuts():
    edge = 5 * math.tan(math.radians(30))
    seen = look(STRAIGHT, [board(5.0, edge - 0.5, edge + 0.5)], solids=())
    assert seen.shares[0] == pytest.approx(0.5, abs=0.05)


def test_what_is_behind_the_camera_is_not_there():
    seen = look(STRAIGHT, [board(-5.0, -0.5, 0.5)], solids=())
    assert seen.shares.tolist() == [0.0]
    assert patch(STRAIGHT, board(-5.0, -0.5, 0.5), 0.05) is None


@pytest.mark.parametrize("name", VIEWS)
def test_rays_of_cells_go_where_the_lens_throws_points(name):
    view = VIEWS[name]
    pixels, depth = view.project(np.asarray(view.at) + 4.0 * cell_rays(view))
    columns, rows = (np.arange(count) * CELL + CELL / 2 for count in GRID)
    assert depth == pytest.approx(np.full(depth.shape, 4.0))
    assert np.abs(pixels - np.stack(np.meshgrid(columns, rows), -1)).max() < 0.01


def test_the_corridor_sees_its_own_walls_where_they_stand():
    view = VIEWS["corridor"]
    pixels, depth = view.project(np.array([[-3.5, 22.0, 1.5], [3.5, 16.0, 1.5]]))
    for (x, y), metres in zip(pixels, depth, strict=True):
        assert solid_depth(view)[int(y) // CELL, int(x) // CELL] == pytest.approx(metres, rel=0.03)


def test_points_of_a_body_are_seen_where_nobody_is_before_them():
    far, near = board(6.0, -0.5, 0.5), board(4.0, -0.4, 0.0)
    seen = look(STRAIGHT, [far, near], solids=())
    spots = np.array([[6.0, -0.3, 1.0], [6.0, 0.3, 1.0]])
    assert seen_points(STRAIGHT, seen, spots, 0).tolist() == [False, True]


def face(turn_degrees=0.0, nod_degrees=0.0, at=(5.0, 0.0, 1.0)):
    """A face that looks at the camera of `STRAIGHT`, turned to its own left and nodding down."""
    a, n = math.radians(180 + turn_degrees), math.radians(nod_degrees)
    ahead = np.array([math.cos(a) * math.cos(n), math.sin(a) * math.cos(n), -math.sin(n)])
    left = np.array([-math.sin(a), math.cos(a), 0.0])
    turn = np.stack([ahead, left, np.cross(ahead, left)], -1)
    outline = np.array(at) + np.array([[0.0, y, z] for y in (-0.08, 0.08) for z in (-0.1, 0.1)]) @ turn.T
    return FaceShape(outline, np.array(at), turn)


def test_a_face_that_looks_into_the_camera_has_no_yaw_and_no_pitch():
    assert face_angles(STRAIGHT, face()) == pytest.approx((0.0, 0.0, 0.0), abs=1e-9)


def test_yaw_is_positive_towards_the_right_of_the_picture():
    # Who looks into the camera has their left at the picture's right.
    yaw, pitch, away = face_angles(STRAIGHT, face(30.0))
    assert (yaw, pitch, away) == pytest.approx((30.0, 0.0, 30.0))
    nose = STRAIGHT.project(np.array([5.0, 0.0, 1.0]) + 0.3 * face(30.0).turn[:, 0])[0]
    assert nose[0] > 384


def test_pitch_is_negative_for_who_looks_below_the_camera():
    assert face_angles(STRAIGHT, face(0.0, 20.0))[1] == pytest.approx(-20.0)


def test_the_face_of_who_looks_away_is_left_out():
    seen = look(STRAIGHT, [board(5.0, -0.5, 0.5)], solids=())
    assert face_row(STRAIGHT, seen, face(89.0), 0) is not None
    assert face_row(STRAIGHT, seen, face(91.0), 0) is None


def test_a_hidden_face_is_not_visible():
    body = board(5.0, -0.5, 0.5)
    free = face_row(STRAIGHT, look(STRAIGHT, [body], solids=()), face(), 0)
    behind = face_row(STRAIGHT, look(STRAIGHT, [body], solids=(wall(3.0, -1.0, 1.0),)), face(), 0)
    assert free is not None
    assert behind is not None
    assert (free.visible, behind.visible) == (1.0, 0.0)
    focal = 384 / math.tan(math.radians(30))
    assert free.box == pytest.approx(
        (384 - focal * 0.016, 216 - focal * 0.02, 384 + focal * 0.016, 216 + focal * 0.02), abs=0.06
    )


def test_a_column_before_the_entrance_camera_has_a_row_with_its_floor_place():
    view = VIEWS["entrance"]
    camera = (view.at[0], view.at[1], 1.6)
    shape = column(standing(0.25, 1.5, math.pi / 2, camera), 0)
    (row,) = rows_of(view, [shape], {}, 7, 1.0, 0)
    assert (row.frame, row.x, row.y, row.heading) == (7, 0.25, 1.5, 90.0)
    assert row.visible == pytest.approx(1.0, abs=0.02)
    assert row.face is not None
    assert abs(row.face.yaw) <= 1.0
    feet, _ = view.project(np.array([0.25, 1.5, 0.0]))
    assert row.box[0] < feet[0] < row.box[2]
    assert row.box[3] == pytest.approx(feet[1], abs=8)


def test_who_is_in_a_shop_is_no_row_of_the_corridor():
    view = VIEWS["corridor"]
    shapes = [column(standing(5.0, 19.0), 0), column(standing(0.0, 18.5, number=2), 0)]
    assert [row.track for row in rows_of(view, shapes, {}, 0, 0.0, 0)] == [2]


def test_who_is_hidden_by_people_only_keeps_a_row():
    near, far = board(2.0, -1.0, 1.0), board(5.0, -0.3, 0.3)
    shapes = [
        Shape(standing(x, 0.0, number=number), points, face(at=(x, 0.0, 1.0)), NO_PROP)
        for number, (x, points) in enumerate(((2.0, near), (5.0, far)), 1)
    ]
    rows = rows_of(View("free", (0.0, -40.0, 1.0), (5.0, -40.0, 1.0), 60.0, barrel=0.0), [], {}, 0, 0.0, 0)
    assert rows == []
    moved = [
        Shape(s.track, s.points - np.array([0, 40.0, 0]), FaceShape(s.face.outline, s.face.centre, s.face.turn), s.prop)
        for s in shapes
    ]
    view = View("free", (0.0, -40.0, 1.0), (5.0, -40.0, 1.0), 60.0, barrel=0.0)
    found = {row.track: row.visible for row in rows_of(view, moved, {}, 0, 0.0, 0)}
    assert found == {1: pytest.approx(1.0, abs=0.5), 2: 0.0}


def test_a_body_over_the_camera_is_boxed_without_what_is_behind():
    points = np.concatenate([board(0.5, -0.2, 0.2), board(-0.5, -5.0, 5.0)])
    left, _, right, _ = box_of(STRAIGHT, points)
    _, depth = STRAIGHT.project(points)
    assert (depth <= NEAR).any()
    assert 0 < left < right < SIZE[0]


def small_figure():
    """Two bones, three points of hull, a face one and a half metres up."""
    skeleton = Skeleton(("root", "head"), np.array([-1, 0]), np.zeros((2, 3)), np.ones((2, 3)))
    outline = np.array([[0.1, -0.08, 1.4], [0.1, 0.08, 1.4], [0.1, 0.0, 1.6]])
    spot = np.array([0.1, 0.0, 1.5])
    shape = Face(spot + np.array([0, 0.03, 0]), spot - np.array([0, 0.03, 0]), spot, spot, outline)
    hull = np.array([[0.0, 0.2, 0.0], [0.0, -0.2, 0.0], [0.0, 0.0, 1.7]])
    bones = np.array([[0, 1, 0, 0], [0, 1, 0, 0], [1, 0, 0, 0]], np.uint8)
    weights = np.array([[1.0, 0, 0, 0]] * 3)
    return Figure("nobody", skeleton, (), {}, shape, hull, bones, weights, 1.7)


def test_hull_and_face_follow_the_bones():
    turned = np.eye(4)
    turned[:3, :3] = [[0, -1, 0], [1, 0, 0], [0, 0, 1]]  # to the left
    turned[:3, 3] = 2.0, 3.0, 0.0
    matrices = np.stack([turned, turned])
    shape = shape_of(Standing(standing(2.0, 3.0), small_figure(), matrices, "", np.eye(4)))
    assert shape.points == pytest.approx(np.array([[1.8, 3.0, 0.0], [2.2, 3.0, 0.0], [2.0, 3.0, 1.7]]))
    assert shape.face.turn[:, 0] == pytest.approx([0.0, 1.0, 0.0])
    assert shape.face.centre == pytest.approx([2.0, 3.1, 1.5])
    assert len(shape.prop) == 0
