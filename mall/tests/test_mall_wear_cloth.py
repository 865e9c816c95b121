"""Cloth without a body: cutting, hanging, painting, solids and props."""

import numpy as np
import pytest

from mall.body import cloth, props, wear_drape, wear_fields, wear_hull, wear_paint, wear_shell, wear_solids, wear_tube
from mall.body.mesh import smooth_normals
from mall.body.wear_kinds import KINDS
from mall.body.wear_shell import Shell
from mall.domain.person import Garment


def square(count=12, size=1.0):
    """A flat cloth in x and y, seen from above."""
    axis = np.linspace(0, size, count)
    x, y = np.meshgrid(axis, axis, indexing="ij")
    points = np.stack([x.ravel(), y.ravel(), np.zeros(count * count)], 1)
    ids = np.arange(count * count).reshape(count, count)
    a, b, c, d = ids[:-1, :-1].ravel(), ids[1:, :-1].ravel(), ids[1:, 1:].ravel(), ids[:-1, 1:].ravel()
    triangles = np.concatenate([np.stack([a, b, c], 1), np.stack([a, c, d], 1)])
    return Shell(points, points, np.ones((len(points), 1)), triangles)


def area(shell):
    corners = shell.rest[shell.triangles]
    return 0.5 * np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1).sum()


@pytest.mark.parametrize("level", [0.13, 0.5, 0.777])
def test_a_cut_is_straight_and_keeps_the_right_part(level):
    shell = square()
    half = wear_shell.clip(shell, level - shell.canon[:, 0])
    assert area(half) == pytest.approx(level, rel=1e-6)
    assert half.canon[:, 0].max() == pytest.approx(level)
    normals = smooth_normals(half.rest, half.triangles)
    assert (normals[:, 2] > 0.99).all()  # none turned over


def test_a_cut_moves_what_belongs_to_a_point_along_with_it():
    shell = square()
    shell = Shell(shell.canon, shell.rest * 3 + 1, shell.weights, shell.triangles)
    half = wear_shell.clip(shell, 0.4 - shell.canon[:, 1])
    assert np.allclose(half.rest, half.canon * 3 + 1)


def test_one_border_runs_around_a_cloth_and_one_around_its_hole():
    shell = square()
    assert [len(loop) for loop in wear_shell.borders(shell.triangles)] == [44]
    far = np.hypot(shell.canon[:, 0] - 0.5, shell.canon[:, 1] - 0.5)
    assert len(wear_shell.borders(wear_shell.clip(shell, far - 0.2).triangles)) == 2


def test_every_edge_is_counted_once():
    shell = square(5)
    edges = wear_shell.edges_of(shell.triangles)
    assert len(edges) == 5 * 4 * 2 + 16
    assert (edges[:, 0] < edges[:, 1]).all()


def ball(radius=0.2):
    turn, tall = np.meshgrid(np.linspace(0, 2 * np.pi, 60), np.linspace(0, np.pi, 40))
    normals = np.stack([np.sin(tall) * np.cos(turn), np.sin(tall) * np.sin(turn), np.cos(tall)], -1).reshape(-1, 3)
    return wear_drape.Obstacle.of(normals * radius, normals)


def test_cloth_falls_over_a_ball_and_does_not_enter_it():
    shell = square(14, 0.6)
    start = shell.rest + np.array([-0.3, -0.3, 0.22])
    threads = wear_drape.weave(start, shell.triangles, np.ones_like(start), 0.1)
    none = np.zeros(len(start))
    rest = wear_drape.hang(start, threads, ball(), none + 0.005, none, 30)
    far = np.linalg.norm(rest, axis=1)
    assert far.min() > 0.2
    corners = np.flatnonzero(np.abs(shell.canon[:, :2] - 0.3).min(1) > 0.29)
    assert (rest[corners, 2] < 0.15).all()  # hangs down around it
    lengths = np.linalg.norm(rest[threads.pairs[:, 0]] - rest[threads.pairs[:, 1]], axis=1)
    assert np.median(lengths / threads.lengths) == pytest.approx(1.0, abs=0.1)


def test_cloth_that_is_sewn_stays():
    shell = square(8, 0.3)
    threads = wear_drape.weave(shell.rest, shell.triangles, np.ones_like(shell.rest), 0.1)
    far_away = wear_drape.Obstacle.of(np.array([[9.0, 9, 9]]), np.array([[0.0, 0, 1]]))
    rest = wear_drape.hang(shell.rest, threads, far_away, np.zeros(64), np.ones(64), 20)
    assert np.abs(rest - shell.rest).max() < 1e-3


def test_a_tube_spans_hollows_and_falls_from_bulges():
    turn = np.linspace(0, 2 * np.pi, 400)
    pieces = []
    for z in np.arange(0, 1, 0.01):
        radius = 0.2 if z > 0.7 else 0.1
        pieces.append(np.stack([radius * np.cos(turn), radius * np.sin(turn), np.full(400, z)], 1))
    axis = wear_tube.Axis.through(np.array([0.0, 0, 1]), np.array([0.0, 0, 0]))
    tube = wear_tube.Tube.around(axis, np.concatenate(pieces), slope=0.1)
    wide, far, out = tube.wide(np.array([[0.1, 0, 0.5], [0.0, 0.1, 0.9], [0.1, 0, 0.02]]))
    assert wide[0] == pytest.approx(0.18, abs=0.01)  # 0.2 m below the bulge, 0.1 m narrower a metre
    assert wide[1] == pytest.approx(0.2, abs=0.01)
    assert wide[2] < 0.15
    assert np.allclose(far, 0.1)
    assert np.allclose(out[0], (1, 0, 0))


def test_an_outline_is_convex_and_stands_off():
    rng = np.random.default_rng(5)
    points = rng.uniform(-1, 1, (300, 2))
    turn, ring = wear_hull.outline(points, 0.1, 64)
    ways = np.stack([np.cos(turn), np.sin(turn)], 1)
    assert ((ring @ ways.T).max(0) >= (points @ ways.T).max(0) + 0.03).all()


@pytest.mark.parametrize(
    ("canon", "arm", "share"),
    [
        ((0.0, 0.0, 0.3), False, None),
        ((0.013, 0.313, 0.349), True, 1.0),
        ((0.17, -0.43, 0.245), True, 2.0),
        ((0.0, 0.2, -0.5), False, None),
    ],
)
def test_places_are_told_apart(canon, arm, share):
    place = np.array([canon])
    assert wear_fields.on_arm(place)[0] == arm
    if share is not None:
        assert wear_fields.arm_share(place)[0] == pytest.approx(share, abs=0.06)


def test_a_neckline_is_lower_in_front():
    at = np.array([[0.10, 0.0, 0.54], [-0.05, 0.0, 0.54]])
    front, back = wear_fields.neckline(at, 0.075, 0.012)
    assert front < 0 < back


@pytest.mark.parametrize("pattern", sorted(cloth.PATTERNS))
def test_every_pattern_paints_in_range_and_alike_for_the_same_seed(pattern):
    garment = Garment("tee", (0.5, 0.3, 0.2), (0.9, 0.9, 0.8), pattern)
    one, two = (wear_paint.paint(garment, KINDS["tee"], 3) for _ in range(2))
    assert one.shape == (cloth.HIGH, cloth.WIDE, 3)
    assert one.dtype == np.uint8
    assert (one == two).all()
    assert 1 < one.std(axis=(0, 1)).max() < 110


def test_stripes_are_level_and_of_both_colours():
    garment = Garment("tee", (0.8, 0.1, 0.1), (0.9, 0.9, 0.9), "stripes")
    chest = wear_paint.paint(garment, KINDS["tee"], 3)[150:330, 200:230].astype(float)
    assert chest[..., 1].mean(1).std() > 5 * chest[..., 1].std(1).mean()


def test_an_unknown_pattern_is_refused():
    with pytest.raises(ValueError, match="paisley"):
        wear_paint.paint(Garment("tee", (0, 0, 0), pattern="paisley"), KINDS["tee"], 1)


def volume(solid):
    a, b, c = (solid.points[solid.triangles[:, k]] for k in range(3))
    return (a * np.cross(b, c)).sum() / 6


@pytest.mark.parametrize(("solid", "expected"), [
    (wear_solids.box(np.zeros(3), (0.2, 0.4, 0.6), 40.0, 40), 0.048),
    (wear_solids.tube(np.array([[0, 0, 0], [0, 0, 0.5], [0, 0, 1.0]]), 0.1, 40), np.pi * 0.01),
])  # fmt: skip
def test_solids_are_closed_and_wound_outwards(solid, expected):
    assert volume(solid) == pytest.approx(expected, rel=0.1)


@pytest.mark.parametrize("kind", props.KINDS)
def test_props_stand_on_the_floor_with_their_handle_over_the_origin(kind):
    parts = props.prop(kind)
    points = np.concatenate([part.points for part in parts])
    assert abs(points[:, 2].min()) < 0.01
    grip = points[np.abs(points[:, 2] - 1.0) < 0.03]
    assert len(grip)
    assert abs(grip[:, 0]).min() < 0.02
    assert points[:, 0].max() < 1.2
    assert sum(len(part.triangles) for part in parts) < 10_000
    for part in parts:
        assert (part.bones == 0).all()
        assert np.allclose(part.weights.sum(1), 1)
        assert np.isfinite(part.points).all()
        assert np.allclose(np.linalg.norm(part.normals, axis=1), 1, atol=1e-4)


def test_an_unknown_prop_is_refused():
    with pytest.raises(ValueError, match="sledge"):
        props.prop("sledge")
