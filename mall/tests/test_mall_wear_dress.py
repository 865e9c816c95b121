"""Clothes on bodies: outside of them, whole, wound outwards, and always the same."""

from functools import cache

import numpy as np
import pytest

from mall.body import wear
from mall.body.shape import make_body
from mall.body.wear_fields import on_arm
from mall.body.wear_fit import Fit
from mall.body.wear_kinds import KINDS
from mall.body.wear_sew import sew
from mall.domain.person import Build, Garment

BODIES = {
    "thin woman": Build(0.0, 28, 0.4, 0.15, 0.6), "heavy man": Build(1.0, 58, 0.5, 0.95, 0.5),
    "child": Build(0.5, 7), "old woman": Build(0.0, 80, 0.3, 0.6, 0.4), "man": Build(1.0, 30, 0.6, 0.5, 0.6),
}  # fmt: skip


@cache
def body(name):
    return make_body(BODIES[name])


@cache
def fit(name):
    return Fit.of(body(name))


def garments(*kinds):
    return tuple(Garment(kind, (0.4, 0.3, 0.3)) for kind in kinds)


@cache
def dressed(name, *kinds, staff=False):
    return wear.dress(body(name), garments(*kinds), 3, staff)


CLOTHES = [("thin woman", "tee"), ("heavy man", "jeans"), ("child", "sweater"), ("old woman", "dress"),
           ("man", "shirt"), ("heavy man", "coat"), ("child", "leggings")]  # fmt: skip


@pytest.mark.parametrize(("name", "kind"), CLOTHES)
def test_cloth_lies_outside_the_body(name, kind):
    standing = fit(name)
    sewn = sew(standing, KINDS[kind].pattern, 1)
    assert np.isfinite(sewn.standing).all()
    sleeve = on_arm(sewn.shell.canon)
    for rows, obstacle in ((~sleeve, standing.obstacle()), (sleeve, standing.obstacle(arms=True))):
        if not rows.any():
            continue
        points = sewn.standing[rows]
        far, near = obstacle.tree.query(points)
        above = ((points - obstacle.points[near]) * obstacle.normals[near]).sum(1)
        close = far < 0.05
        assert (close & (above < min(0.002, 0.8 * KINDS[kind].pattern.gap))).mean() <= 0.005
        # Wound outwards: seen from the body, the outside is away. (The trunk lies inside of no sleeve.)
        away = (sewn.normals[rows] * (points - obstacle.points[near])).sum(1)
        assert (away[close] > 0).mean() > (0.8 if rows is sleeve else 0.95)


@pytest.mark.parametrize(("name", "kinds"), [
    ("thin woman", ("tee", "skirt", "flats", "tote")),
    ("heavy man", ("tee", "puffer", "chinos", "boots", "crossbody")),
    ("child", ("hoodie", "shorts", "sneakers", "cap", "backpack")),
])  # fmt: skip
def test_parts_are_whole(name, kinds):
    worn = dressed(name, *kinds)
    for part in worn.parts:
        count = len(part.points)
        assert part.normals.shape == (count, 3)
        assert part.uv.shape == (count, 2)
        assert part.triangles.min() >= 0
        assert part.triangles.max() < count
        for values in (part.points, part.normals, part.uv, part.weights, part.colour, part.light):
            assert np.isfinite(values).all(), part.name
        assert np.allclose(part.weights.sum(1), 1, atol=1e-4)
        assert np.allclose(np.linalg.norm(part.normals, axis=1), 1, atol=1e-3)
        assert not part.texture or part.texture in worn.textures
        assert part.bones.max() < len(body(name).skeleton.names)
    assert sum(len(part.triangles) for part in worn.parts) <= 30_000
    assert worn.lift > 0
    assert worn.hidden.shape == (len(body(name).points),)
    shown = ~worn.hidden[body(name).mesh.groups["body"]]
    assert 0.2 < shown.mean() < 0.9  # head and hands are seen, chest and feet are not


def test_garments_stay_near_their_body():
    worn = dressed("thin woman", "tee", "skirt", "flats", "tote")
    high = max(part.points[:, 2].max() for part in worn.parts)
    low = min(part.points[:, 2].min() for part in worn.parts)
    assert high < 0.9 * body("thin woman").height
    assert low == pytest.approx(-worn.lift, abs=0.005)


def test_the_same_seed_dresses_alike_and_another_folds_otherwise():
    first = dressed("child", "hoodie", "shorts", "sneakers", "cap", "backpack")
    again = wear.dress(body("child"), garments("hoodie", "shorts", "sneakers", "cap", "backpack"), 3, staff=False)
    for one, two in zip(first.parts, again.parts, strict=True):
        assert (one.points == two.points).all()
    for key, texture in first.textures.items():
        assert (texture == again.textures[key]).all()
    standing = fit("child")
    one, two = (sew(standing, KINDS["tee"].pattern, seed).standing for seed in (1, 2))
    assert 0.0003 < np.abs(one - two).mean() < 0.01


def test_staff_wear_a_badge_on_the_left_of_the_chest():
    worn = dressed("man", "polo", "chinos", staff=True)
    badge = next(part for part in worn.parts if part.name == "badge")
    middle = badge.points.mean(0)
    chest = body("man").skeleton.heads[body("man").skeleton.names.index("spine01")]
    assert middle[1] > 0.04
    assert middle[0] > chest[0]
    assert abs(middle[2] - chest[2]) < 0.2
    assert badge.colour.min() > 0.7


def test_what_is_worn_below_a_closed_coat_is_left_out():
    alone = dressed("heavy man", "tee")
    below = dressed("heavy man", "tee", "puffer", "chinos", "boots", "crossbody")
    count = [next(len(p.triangles) for p in worn.parts if p.name == "tee") for worn in (alone, below)]
    assert count[1] < 0.4 * count[0]


@pytest.mark.parametrize("style", ["round", "square", "thin"])
def test_glasses_sit_before_both_eyes(style):
    someone = body("old woman")
    part = wear.glasses(someone, style, (0.1, 0.1, 0.1))
    eyes = [someone.points[someone.mesh.groups[f"helper-{side}-eye"]] for side in "lr"]
    front = part.points[part.points[:, 0] > max(eye[:, 0].max() for eye in eyes)]
    for eye in eyes:
        centre = eye.mean(0)
        ring = front[np.sign(front[:, 1]) == np.sign(centre[1])]
        assert ring[:, 1].min() < centre[1] < ring[:, 1].max()
        assert ring[:, 2].min() < centre[2] < ring[:, 2].max()
    head = someone.skeleton.names.index("head")
    assert (part.bones[:, 0] == head).all()


def test_strangers_to_the_tailor_are_refused():
    with pytest.raises(ValueError, match="toga"):
        wear.dress(body("man"), garments("toga"), 1, staff=False)
    with pytest.raises(ValueError, match="pince"):
        wear.glasses(body("man"), "pince", (0, 0, 0))


def test_every_kind_can_be_worn():
    for kinds in (
        ("cardigan", "leggings", "scarf", "handbag"),
        ("blazer", "apron", "badge", "beanie", "shopping_bags"),
    ):
        worn = dressed("old woman", *kinds)
        for kind in kinds:
            assert any(part.name.startswith(kind) for part in worn.parts), kind
    assert set(KINDS) < set(wear.KINDS)
