"""The renderer: people stand where the camera sees them, are hidden by what is before them, and shade the floor."""

import numpy as np
import pytest

from mall.domain.figure import Shade
from mall.domain.lens import CANVAS, SIZE, VIEWS, View
from mall.domain.place import SOLIDS
from mall.domain.scene import Light
from mall.render.plate import Plate
from mall.render.rays import cast, directions
from mall.render.renderer import Renderer
from mall.render.stock import Thing
from mall_render_things import ball, flat, needs_graphics, thing


@pytest.fixture(autouse=True)
def _graphics() -> None:
    needs_graphics()


def floored(view: View, gloss: float = 0.0) -> Plate:
    """A grey floor without end."""
    x = (np.arange(CANVAS[0]) + 0.5 - CANVAS[0] / 2) / view.focal
    y = (np.arange(CANVAS[1]) + 0.5 - CANVAS[1] / 2) / view.focal
    turn = view.turn()
    fall = x[None, :] * turn[0, 2] + y[:, None] * turn[1, 2] + turn[2, 2]
    depth = np.where(fall < -1e-3, view.at[2] / np.maximum(-fall, 1e-3), 1e4).astype(np.float32)
    shape = depth.shape
    return Plate(np.full((*shape, 3), 0.36, np.float32), depth, np.full(shape, gloss, np.float32))


def test_the_street_lights_who_is_outside() -> None:
    view = VIEWS["entrance"]
    film = [solid for solid in SOLIDS if solid.name.startswith("film")]
    plate = floored(view)
    depth = np.minimum(plate.depth, cast(np.asarray(view.at), directions(view), film))
    south = view.at[1] + directions(view)[..., 1] * depth < -0.4
    street = []
    for grey in (0.05, 0.6):
        light = np.where(south[..., None], np.float32(grey), np.float32(0.2)) * np.ones(3, np.float32)
        renderer = Renderer(view, Plate(light, depth, plate.gloss), Light.DAY)
        spot, _ = view.project(np.array([0.0, -3.0, 1.5]))
        drawn = renderer.frame([thing(ball(0.4, 0.5), (0.0, -3.0, 1.5))])
        street.append(float(drawn[int(spot[1]), int(spot[0])].mean()))
    assert street[1] > 2 * street[0]


@pytest.mark.parametrize("name", sorted(VIEWS))
def test_what_is_drawn_lies_where_the_lens_says(name: str) -> None:
    view = VIEWS[name]
    renderer = Renderer(view, flat(), Light.DAY)
    turn, empty = view.turn(), renderer.frame([])
    far = float(np.linalg.norm(np.subtract(view.to, view.at)))
    found = 0
    for across, down in ((0.0, 0.0), (-0.62, -0.3), (0.6, 0.28), (0.45, -0.33), (-0.55, 0.34)):
        depth = far * 0.75
        wide = SIZE[0] / 2 / view.focal * depth
        place = np.asarray(view.at) + depth * turn[2] + across * wide * turn[0] + down * wide * turn[1]
        if not 0.5 < place[2] < 3.0:
            place[2] = np.clip(place[2], 0.5, 3.0)
        spot, _ = view.project(place)
        if not (20 < spot[0] < SIZE[0] - 20 and 20 < spot[1] < SIZE[1] - 20):
            continue
        bright = thing(ball(0.012 * depth, 6.0), tuple(place))
        more = renderer.frame([bright]).astype(float).sum(-1) - empty.astype(float).sum(-1)
        weight = np.where(more > 0.4 * more.max(), more, 0.0)
        rows, columns = np.mgrid[: SIZE[1], : SIZE[0]] + 0.5
        centre = np.array([(weight * columns).sum(), (weight * rows).sum()]) / weight.sum()
        assert np.abs(centre - spot).max() < 0.6
        found += 1
    assert found >= 3


def test_the_mall_hides_what_is_behind_it() -> None:
    view = VIEWS["entrance"]
    depth = np.full((CANVAS[1], CANVAS[0]), 60.0, np.float32)
    depth[:, : CANVAS[0] // 2] = 1.5
    plate = Plate(flat().light, depth, flat().gloss)
    renderer = Renderer(view, plate, Light.DAY)
    changed = renderer.frame([thing(ball(0.4, 1.0), (0.2, 3.0, 1.4))]).astype(int) - renderer.frame([]).astype(int)
    seen = np.abs(changed).sum(-1) > 30
    assert seen[:, SIZE[0] // 2 + 3 :].sum() > 500
    assert seen[:, : SIZE[0] // 2 - 3].sum() == 0


def test_shadows_lie_near_the_feet_and_nowhere_else() -> None:
    view = VIEWS["corridor"]
    renderer = Renderer(view, floored(view), Light.DAY)
    body = thing(ball(0.22, 0.3), (0.3, 15.0, 0.85), tall=3.9)
    light, rect = renderer.canvas([body])
    assert rect is not None
    picture = np.full((CANVAS[1], CANVAS[0], 3), 0.36, np.float32)
    picture[rect[1] : rect[3], rect[0] : rect[2]] = light

    def near(x: float, y: float) -> float:
        local = view.turn() @ (np.array([x, y, 0.0]) - view.at)
        column, row = local[:2] / local[2] * view.focal + np.array(CANVAS) / 2
        return float(picture[round(row) - 1 : round(row) + 2, round(column) - 1 : round(column) + 2].mean())

    assert near(0.3, 14.72) < 0.36 * 0.9  # before the feet
    assert near(0.3, 14.72) < near(0.75, 14.9) < 0.36 * 1.001
    assert near(2.6, 16.0) == pytest.approx(0.36, abs=0.002)
    assert near(-2.0, 19.0) == pytest.approx(0.36, abs=0.002)


def test_a_polished_floor_mirrors_who_stands_on_it() -> None:
    view = VIEWS["corridor"]
    red = thing(ball(0.25, (0.8, 0.02, 0.02)), (0.0, 16.0, 0.9), tall=3.0)
    reds = []
    for gloss in (0.0, 0.5):
        renderer = Renderer(view, floored(view, gloss), Light.DAY)
        light, rect = renderer.canvas([red])
        assert rect is not None
        local = view.turn() @ (np.array([0.0, 15.2, 0.0]) - view.at)
        column, row = np.rint(local[:2] / local[2] * view.focal + np.array(CANVAS) / 2).astype(int)
        pixel = light[row - rect[1], column - rect[0]]
        reds.append(float(pixel[0] / pixel[1]))
    assert reds[1] > reds[0] * 1.03


def test_the_same_scene_gives_the_same_frame() -> None:
    view = VIEWS["entrance"]
    body = [thing(ball(0.3, 0.5), (0.0, 3.0, 1.0)), thing(ball(0.2, 0.2, Shade.SKIN), (0.7, 2.0, 1.5))]
    one = Renderer(view, flat(0.3), Light.DAY, seed=5)
    first = one.frame(body, 3)
    one.frame(body[:1], 4)
    assert np.array_equal(first, one.frame(body, 3))
    assert np.array_equal(first, Renderer(view, flat(0.3), Light.DAY, seed=5).frame(body, 3))
    other = one.frame(body, 4).astype(int)
    assert 0.2 < np.abs(other - first).mean() < 4.0  # only the noise


def test_two_of_a_kind_stand_at_two_places() -> None:
    part = (ball(0.2, 1.0),)
    places = [np.eye(4), np.eye(4)]
    places[0][:3, 3], places[1][:3, 3] = (-0.8, 2.5, 1.2), (0.9, 2.5, 1.2)
    renderer = Renderer(VIEWS["entrance"], flat(), Light.DAY)
    more = renderer.frame([Thing(part, place[None]) for place in places]).astype(int) - renderer.frame([]).astype(int)
    for place in places:
        x, y = np.rint(VIEWS["entrance"].project(place[:3, 3])[0]).astype(int)
        assert more[y, x].sum() > 100


def test_a_grey_card_in_the_hall_is_as_bright_as_the_plates_say() -> None:
    """A white wall of 0.8 is about 0.65 on a plate: people must be exposed alike, not a stop off."""
    view = VIEWS["till"]
    renderer = Renderer(view, flat(), Light.DAY)
    for reflects in (0.18, 0.8):
        light, rect = renderer.canvas([thing(ball(0.3, reflects), (1.2, 5.6, 1.3))])
        assert rect is not None
        body = light[np.abs(light[..., 1] - 0.1) > 0.02] if reflects != 0.18 else light[light[..., 1] > 0.102]
        assert 0.65 * reflects / 0.8 * 0.65 < np.median(body) < 0.65 * reflects / 0.8 * 1.45


def test_an_empty_frame_is_the_developed_plate() -> None:
    frame = Renderer(VIEWS["till"], flat(0.36), Light.DAY).frame([])
    assert frame.shape == (SIZE[1], SIZE[0], 3)
    middle = frame[180:250, 340:430].astype(float)
    assert 150 < middle.mean() < 175
    assert 0.5 < middle.std() < 3.0
    assert frame[:12, :12].mean() < middle.mean() - 5  # the lens' corners
