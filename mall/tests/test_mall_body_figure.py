"""Figures: put together, lit, and read off for truth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mall.body import figure, occlusion
from mall.body.limbs import girth_of
from mall.body.pose import poses_of
from mall.body.rig import pose_points
from mall.body.shape import make_body
from mall.domain.figure import Part, Shade
from mall.domain.motion import Doing, Track
from mall.domain.person import Build, Looks, Person

SKIN = {"skin": np.full((4, 4, 3), 180, np.uint8)}
LIFT = 0.02


@pytest.fixture(scope="module")
def bare():
    body = make_body(Build(0, 30, face=2))
    part = figure.skin_part(body, np.zeros(len(body.points), bool))
    return body, figure.assembled("moss", body, [part], SKIN, LIFT)


def square(high: float) -> Part:
    points = np.array([[-1, -1, high], [1, -1, high], [1, 1, high], [-1, 1, high]], np.float32)
    up = np.tile(np.array([0, 0, 1], np.float32), (4, 1))
    blank = np.zeros((4, 2), np.float32)
    bones, weights = np.zeros((4, 4), np.uint8), np.tile(np.array([1, 0, 0, 0], np.float32), (4, 1))
    triangles = np.array([[0, 1, 2], [0, 2, 3]], np.int32)
    return Part(
        "square", Shade.CLOTH, points, up, blank, triangles, bones, weights, np.ones((4, 3), np.float32), up[:, 2]
    )


def test_a_roof_takes_the_light_of_what_lies_below():
    small = np.array([[0.2, 0.2, 1]] * 4, np.float32)
    floor = square(0.0)
    floor = Part(**{**{f: getattr(floor, f) for f in floor.__dataclass_fields__}, "points": floor.points * small})
    alone = occlusion.lit([floor])[0].light
    roofed, roof = occlusion.lit([floor, square(0.15)])
    assert alone.min() > 0.95
    assert roofed.light.max() < 0.35
    assert roof.light.min() > 0.95


def test_soles_raise_the_figure(bare):
    body, made = bare
    assert np.isclose(made.height, body.height + LIFT, atol=1e-5)
    assert np.isclose(made.parts[0].points[:, 2].min(), LIFT, atol=1e-5)
    assert np.allclose(made.skeleton.heads[: len(body.skeleton.heads)], body.skeleton.heads + np.array([0, 0, LIFT]))


def test_hidden_skin_is_not_drawn(bare):
    body, made = bare
    hidden = body.points[:, 2] < 0.9
    part = figure.skin_part(body, hidden)
    assert 0.2 < len(part.triangles) / len(made.parts[0].triangles) < 0.8
    assert part.points[:, 2].min() > 0.85


def test_the_hull_boxes_the_figure_in_any_pose(bare):
    _, made = bare
    skin = made.parts[0]
    rng = np.random.default_rng(0)
    for _ in range(6):
        way = rng.normal(size=3)
        way /= np.linalg.norm(way)
        assert (skin.points @ way).max() - (made.hull @ way).max() < 0.012
    assert np.allclose(made.hull_weights.sum(1), 1)
    assert 300 < len(made.hull) < 600
    identity = np.tile(np.eye(4), (len(made.skeleton.names), 1, 1))
    assert np.allclose(pose_points(made.hull, made.hull_bones, made.hull_weights, identity), made.hull)


def test_the_face_is_where_faces_are(bare):
    _, made = bare
    face = made.face
    assert face.left_eye[1] > 0 > face.right_eye[1]
    assert face.nose[0] > face.left_eye[0]
    assert face.left_eye[2] > face.nose[2] > face.mouth[2] > face.outline[:, 2].min()
    wide, tall = np.ptp(face.outline[:, 1]), np.ptp(face.outline[:, 2])
    assert 0.1 < wide < 0.16
    assert 0.13 < tall < 0.21
    assert made.height - 0.14 < face.outline[:, 2].max() < made.height


def test_kept_figures_are_the_same(bare):
    _, made = bare
    again = figure._unpacked(figure._packed(made))
    assert again.skeleton.names == made.skeleton.names
    assert np.array_equal(again.hull, made.hull)
    assert again.parts[0].shade is Shade.SKIN
    for name in figure.ARRAYS:
        assert np.array_equal(getattr(again.parts[0], name), getattr(made.parts[0], name)), name
    assert np.array_equal(again.textures["skin"], SKIN["skin"])


def test_fingerprints_tell_people_apart():
    looks = Looks((0.8, 0.6, 0.5), (0.3, 0.2, 0.1), "bob", (0.2, 0.1, 0.1))
    one, other = (Person("moss", Build(0, years), looks, ()) for years in (30, 31))
    assert figure.fingerprint(one) == figure.fingerprint(one) != figure.fingerprint(other)


def test_hair_keeps_its_own_light_but_a_roof_shades_it():
    strands = square(0.0)
    hair = Part(**{f: getattr(strands, f) for f in strands.__dataclass_fields__} | {"shade": Shade.HAIR})
    dim = Part(**{f: getattr(hair, f) for f in hair.__dataclass_fields__} | {"light": hair.light * 0.5})
    roof = Part(
        **{f: getattr(strands, f) for f in strands.__dataclass_fields__}
        | {"points": strands.points * 1.5 + np.array([0, 0, 0.2], np.float32)}
    )
    assert np.array_equal(occlusion.lit([dim])[0].light, dim.light)  # strands do not shade each other
    assert occlusion.lit([dim, roof])[0].light.max() < 0.45


def test_phones_are_out_only_while_somebody_looks_into_one(bare):
    _, made = bare
    person = Person("moss", Build(0, 30, face=2), Looks((0.8, 0.6, 0.5), (0.3, 0.2, 0.1), "bob", (0.2, 0.1, 0.1)), ())
    place = np.zeros((96, 2))
    gaze = np.tile((0.4, 0.0, 1.2), (96, 1))
    for doing, out in ((Doing.PHONE, 1), (Doing.WAIT, 0)):
        posed = poses_of(person, made, Track(1, "moss", 0, place, np.zeros(96), gaze, np.full(96, doing, np.uint8)))
        matrices = posed.at(50)
        phones = [part for part in made.parts if part.name.startswith("phone")]
        long = [np.ptp(pose_points(p.points, p.bones, p.weights, matrices), axis=0).max() for p in phones]
        assert sum(size > 0.08 for size in long) == out, doing
        assert sum(size < 0.001 for size in long) == 2 - out, doing


def test_arms_clear_wide_clothes(bare):
    _, made = bare
    wide = replace(made, hull=made.hull * np.array([1, 1.4, 1]))
    assert girth_of(wide) > girth_of(made) + 0.04
    assert girth_of(replace(made, hull=made.hull * np.array([1, 5, 1]))) <= np.radians(19) + 1e-9
