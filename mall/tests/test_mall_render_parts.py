"""Pieces of the renderer: skinning, levels of detail, lens, tone, plates, portraits."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mall.domain.figure import Shade
from mall.domain.lens import CANVAS, SIZE, VIEWS
from mall.domain.scene import Light
from mall.render.detail import LEVELS, clustered, level_for, simplified, thinned
from mall.render.figures import Model
from mall.render.light import Lighting
from mall.render.plate import Plate, PlateError, load_plate, save_plate
from mall.render.sensor import black_frame, lens, undistorted
from mall.render.studio import Sitter
from mall.render.tone import toned
from mall_render_things import ball, flat, needs_graphics


def test_skinning_on_the_graphics_side_is_the_numpy_one() -> None:
    needs_graphics()
    rng = np.random.default_rng(3)
    part = ball(0.7, 0.5)
    n = len(part.points)
    weights = rng.random((n, 4)).astype(np.float32)
    weights /= weights.sum(1, keepdims=True)
    part = replace(part, bones=rng.integers(0, 9, (n, 4)).astype(np.uint8), weights=weights)
    turn = np.linalg.qr(rng.normal(size=(9, 3, 3)))[0]
    matrices = np.tile(np.eye(4), (9, 1, 1))
    matrices[:, :3, :3], matrices[:, :3, 3] = turn, rng.uniform(-20, 20, (9, 3))
    model = Model([part], {})
    model.pose(matrices)
    each = np.einsum("nkij,nj->nki", matrices[part.bones], np.column_stack([part.points, np.ones(n)]))[..., :3]
    expected = (each * weights[..., None]).sum(1)
    assert np.abs(model.mesh().placed()[:, :3] - expected).max() < 1e-3


def strands(count: int) -> object:
    """Ribbons of five segments hanging side by side."""
    part = ball(0.1, 0.1, Shade.HAIR)
    height = np.linspace(0.0, -0.2, 6)
    points = np.array([[0.0, 0.02 * i + side, z] for i in range(count) for z in height for side in (-0.002, 0.002)])
    n = len(points)
    row = np.array([[12 * i + 2 * k for k in range(5)] for i in range(count)]).reshape(-1, 1)
    triangles = np.concatenate([row + np.array([0, 1, 2]), row + np.array([1, 3, 2])]).astype(np.int32)
    return replace(
        part,
        points=points.astype(np.float32),
        normals=np.tile(np.array([0, 0, -1], np.float32), (n, 1)),
        uv=np.zeros((n, 2), np.float32),
        triangles=triangles,
        bones=np.zeros((n, 4), np.uint8),
        weights=np.tile(np.array([1, 0, 0, 0], np.float32), (n, 1)),
        colour=np.ones((n, 3), np.float32),
        light=np.ones(n, np.float32),
        both=True,
    )


def test_fewer_ribbons_are_wider_ribbons() -> None:
    hair = strands(400)
    thin = thinned(hair, 4)
    assert 0.15 < len(thin.triangles) / len(hair.triangles) < 0.35
    assert thin.triangles.max() < len(thin.points)
    assert np.abs(np.diff(thin.points[:2, 1])[0]) > 2 * 0.004


def test_clusters_keep_the_shape_with_fewer_triangles() -> None:
    part = ball(0.1, 0.5)
    small = clustered(part, 0.03)
    assert 0 < len(small.triangles) < len(part.triangles) / 2
    assert small.triangles.max() < len(small.points) == len(small.weights) == len(small.light)
    radius = np.linalg.norm(small.points[np.unique(small.triangles)], axis=1)
    assert radius == pytest.approx(0.1, abs=1e-4)
    hidden = replace(part, light=np.where(part.points[:, 2] > 0, 1.0, 0.0).astype(np.float32))
    assert clustered(hidden, 0.002).triangles.size < 0.7 * part.triangles.size


def test_levels_get_coarser() -> None:
    part, hair = ball(0.1, 0.5), strands(400)
    counts = [sum(len(p.triangles) for p in simplified([part, hair], level)) for level in LEVELS]
    assert counts == sorted(counts, reverse=True)
    assert [level_for(pixels) for pixels in (1000, 300, 150, 80, 20)] == [0, 1, 2, 3, 4]


def test_the_canvas_and_the_lens_undo_each_other() -> None:
    for view in VIEWS.values():
        at = undistorted(view)
        assert at.min() > 2
        assert (at < np.array(CANVAS) - 2).all()
        rays = (at - np.array(CANVAS) / 2) / view.focal
        points = np.asarray(view.at) + np.concatenate([rays, np.ones((*rays.shape[:2], 1))], -1) @ view.turn() * 4
        pixels, _ = view.project(points)
        columns, rows = np.meshgrid(np.arange(SIZE[0]) + 0.5, np.arange(SIZE[1]) + 0.5)
        assert np.abs(pixels - np.stack([columns, rows], -1)).max() < 1e-6


def test_the_lens_keeps_light_but_in_its_corners() -> None:
    total = np.asarray(lens(VIEWS["till"], 1.0).sum(1)).reshape(SIZE[1], SIZE[0])
    assert total[SIZE[1] // 2, SIZE[0] // 2] == pytest.approx(1.0, abs=1e-3)
    assert 0.7 < total[0, 0] < 0.9


def test_tone_rises_and_bends_highlights() -> None:
    light = np.linspace(0, 5, 2000, dtype=np.float32)
    value = toned(light)
    assert (np.diff(value) >= 0).all()
    assert value[0] == 0
    assert value[-1] <= 255
    assert toned(np.float32([1.0]))[0] < 245


def test_black_frames_are_black_and_differ() -> None:
    one, two = black_frame(1), black_frame(2)
    assert one.mean() < 6
    assert np.array_equal(one, black_frame(1))
    assert not np.array_equal(one, two)


def test_plates_come_back_as_they_were_written(tmp_path: Path) -> None:
    plate = flat(0.25, 7.0)
    save_plate(tmp_path / "one.npz", plate)
    back = load_plate(tmp_path / "one.npz")
    assert np.allclose(back.light, 0.25)
    assert np.allclose(back.depth, 7.0)
    np.savez(tmp_path / "two.npz", light=plate.light)
    with pytest.raises(PlateError, match="depth, gloss"):
        load_plate(tmp_path / "two.npz")
    with pytest.raises(PlateError, match="832x468"):
        Plate(plate.light[:100], plate.depth[:100], plate.gloss[:100])


def test_a_larger_plate_is_fitted() -> None:
    high, wide = CANVAS[1] * 2, CANVAS[0] * 2
    light = np.zeros((high, wide, 3), np.float32)
    light[::2] = 1.0
    plate = Plate(light, np.full((high, wide), 3.0, np.float32), np.zeros((high, wide), np.float32)).fitted()
    assert plate.depth.shape == (CANVAS[1], CANVAS[0])
    assert np.allclose(plate.light, 0.5)


@pytest.mark.parametrize("hour", list(Light))
def test_light_changes_without_jumps_along_a_walk(hour: Light) -> None:
    lighting = Lighting(hour)
    up, last = np.array([0.0, 0.0, 1.0]), 0.0
    for y in np.arange(-5.0, 30.0, 0.05):
        place = np.array([0.4, y, 1.1])
        lit = lighting.at(place)
        to = lit.at - place
        far2 = (to**2).sum(1)
        total = float(lit.cube[4].mean() + (lit.power.mean(1) * (to @ up) ** 2 / far2 / (far2 + lit.soft)).sum())
        if y > -4.99:
            assert abs(total - last) < 0.07 * last
        last = total


def test_a_portrait_shows_its_sitter() -> None:
    needs_graphics()
    picture = Sitter([ball(0.5, 0.6)], {}).picture(at=(4, 0, 0.2), to=(0, 0, 0), across_degrees=20, size=(120, 90))
    assert picture.shape == (90, 120, 3)
    bare = Sitter([ball(0.001, 0.6)], {}).picture(at=(4, 0, 0.2), to=(0, 0, 0), across_degrees=20, size=(120, 90))
    changed = np.abs(picture.astype(int) - bare).sum(-1) > 20
    assert changed[45, 60]
    assert not changed[5, 5]
