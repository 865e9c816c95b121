"""Rendered plates agree with the plan and the cameras: what stands where, to half a pixel."""

import numpy as np
import pytest

from mall import plates
from mall.domain.lens import CANVAS, VIEWS
from mall.domain.place import SOLIDS, Stuff
from mall.domain.scene import Light

EYES = [(name, False) for name in VIEWS] + [("corridor", True)]


@pytest.fixture(params=EYES, ids=lambda eye: eye[0] + ("-moved" if eye[1] else ""))
def eye(request: pytest.FixtureRequest):
    """(camera, light, depth, gloss, world): `world` (h, w, 3) is the point that each pixel shows, metres."""
    name, moved = request.param
    if not plates.is_fresh(name, Light.DAY, moved=moved):
        pytest.skip("this plate is not rendered yet, or not anew since the plan changed: `make mall` renders it")
    view = plates.seen(name, moved=moved)
    with np.load(plates.path_of(name, Light.DAY, moved=moved)) as file:
        light, depth, gloss = (file[key].astype(np.float64) for key in ("light", "depth", "gloss"))
    across, down = np.meshgrid(np.arange(CANVAS[0]) + 0.5, np.arange(CANVAS[1]) + 0.5)
    flat = (np.stack([across, down], -1) - np.array(CANVAS) / 2) / view.focal
    ways = np.concatenate([flat, np.ones_like(flat[..., :1])], -1) @ view.turn()
    return view, light, depth, gloss, np.array(view.at) + ways * depth[..., None]


def test_the_arrays_are_whole(eye) -> None:
    _, light, depth, gloss, _ = eye
    assert light.shape == (CANVAS[1], CANVAS[0], 3)
    assert depth.shape == gloss.shape == light.shape[:2]
    assert np.isfinite(light).all()
    assert light.min() >= 0
    assert depth.min() > 0.5
    assert 0 <= gloss.min() <= gloss.max() <= 0.5


def test_polished_floor_lies_on_the_ground(eye) -> None:
    _, _, _, gloss, world = eye
    polished = np.abs(gloss - 0.25) < 0.01
    assert polished.mean() > 0.1
    assert np.abs(world[polished][:, 2]).max() < 0.01


def test_the_floor_has_its_exposure(eye) -> None:
    _, light, _, gloss, _ = eye
    assert 0.25 < np.median(light[np.abs(gloss - 0.25) < 0.01]) < 0.5


def test_walls_stand_where_the_plan_says(eye) -> None:
    """Against the plan's own boxes; what hangs on walls is thin, and display windows are cut 17 cm into them."""
    view, _, depth, _, world = eye
    if view.name in {"entrance", "down"}:
        # They see little of a wall: the mat in the door, instead, where the camera's own projection puts its middle.
        right, down, ahead = view.turn() @ (np.array([0.0, 1.0, 0.003]) - view.at)
        column, row = np.array([right, down]) / ahead * view.focal + np.array(CANVAS) / 2
        assert np.abs(world[int(row), int(column)] - (0.0, 1.0, 0.003)).max() < 0.02
        return
    ways = (world - np.array(view.at)) / depth[..., None]
    nearest, is_wall = np.full(depth.shape, np.inf), np.zeros(depth.shape, bool)
    for solid in SOLIDS:
        if solid.stuff is Stuff.GLASS:
            continue
        with np.errstate(divide="ignore", invalid="ignore"):
            ends = np.array([[solid.x0, solid.y0, solid.z0], [solid.x1, solid.y1, solid.z1]]) - view.at
            hits = ends[:, None, None, :] / ways
        enters, leaves = hits.min(0).max(-1), hits.max(0).min(-1)
        first = (enters < leaves) & (enters > 0) & (enters < nearest)
        nearest = np.where(first, enters, nearest)
        is_wall = np.where(first, solid.stuff is Stuff.WALL, is_wall)
    is_wall &= world[..., 2] > 0.2
    miss = np.abs(depth - nearest)[is_wall]
    assert miss.size > 20_000
    assert np.median(miss) < 0.03
    assert (miss < 0.25).mean() > 0.85


def test_the_counters_edge_is_where_it_is_projected() -> None:
    """The edge of its top towards the customers, column by column, in the picture."""
    if not plates.is_fresh("till", Light.DAY):
        pytest.skip("the till's plate is not rendered yet: `make mall` renders it")
    view = VIEWS["till"]
    with np.load(plates.path_of("till", Light.DAY)) as file:
        depth = file["depth"].astype(np.float64)
    counter = next(solid for solid in SOLIDS if solid.name == "counter")
    misses = []
    for y in np.linspace(5.7, 8.3, 40):
        right, down, ahead = view.turn() @ (np.array([counter.x0, y, counter.z1]) - view.at)
        column, row = np.array([right, down]) / ahead * view.focal + np.array(CANVAS) / 2
        rows = np.arange(int(row) - 8, int(row) + 9)
        spots = np.stack([np.full(17, int(column) + 0.5), rows + 0.5], -1) - np.array(CANVAS) / 2
        ways = np.concatenate([spots / view.focal, np.ones((17, 1))], -1) @ view.turn()
        heights = view.at[2] + ways[:, 2] * depth[rows, int(column)]
        last = rows[np.abs(heights - counter.z1) < 0.006].max()
        misses.append(last + 1 - row)
    # Pixels are whole: where the edge lies, the last of the top ends between no and one pixel before it, and the
    # edge's own bevel of a centimetre takes one or two more.
    assert -2.5 < np.median(misses) < 0.5
    assert np.ptp(misses) < 2.5
