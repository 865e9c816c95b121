import numpy as np
import pytest

from mall.body.fit import Fit
from mall.body.hair import HATS, hair
from mall.body.hair_styles import STYLES
from mall.body.shape import make_body
from mall.domain.figure import Shade
from mall.domain.person import Build

BROWN = (0.2, 0.12, 0.08)


@pytest.fixture(scope="module")
def body():
    return make_body(Build(0.0, 30.0, face=4001))


@pytest.fixture(scope="module")
def fit(body):
    return Fit(body)


def _eyes(body):
    groups = body.mesh.groups
    return np.array([body.points[groups[f"joint-{side}-eye"]].mean(0) for side in ("l", "r")])


@pytest.mark.parametrize("name", ["crop", "bob", "long_side", "afro", "ponytail", "bald"])
def test_ribbons_are_sound(body, fit, name):
    parts = hair(body, fit, name, BROWN, 3)
    assert sum(len(part.triangles) for part in parts) <= 32_000
    for part in parts:
        assert part.shade is Shade.HAIR
        assert part.both
        assert all(np.isfinite(table).all() for table in (part.points, part.normals, part.colour, part.light))
        assert np.allclose(np.linalg.norm(part.normals, axis=1), 1, atol=1e-4)
        assert np.allclose(part.weights.sum(1), 1, atol=1e-5)
        assert part.triangles.min() >= 0
        assert part.triangles.max() < len(part.points)


def test_hair_covers_the_crown_and_the_back(body, fit):
    points = np.concatenate([part.points for part in hair(body, fit, "crop", BROWN, 3)])
    middle = _eyes(body).mean(0)
    top = points[points[:, 2] > middle[2] + 0.06]
    # Seen from above every cell of two centimetres over the crown holds hair.
    cells = {tuple(cell) for cell in np.floor((top[:, :2] - middle[:2]) / 0.02).astype(int)}
    assert {(x, y) for x in range(-7, -3) for y in range(-2, 3)} <= cells
    behind = points[(points[:, 0] < middle[0] - 0.14) & (np.abs(points[:, 2] - middle[2]) < 0.03)]
    assert len(behind) > 50


@pytest.mark.parametrize("name", ["long_side", "wavy", "bob", "ponytail", "crop"])
def test_hair_leaves_eyes_free(body, fit, name):
    points = np.concatenate([part.points for part in hair(body, fit, name, BROWN, 5)])
    for eye in _eyes(body):
        before = (points[:, 0] > eye[0]) & (np.abs(points[:, 1:] - eye[1:]) < 0.018).all(1)
        assert before.sum() <= 4


def test_a_fringe_hides_the_brow_and_other_styles_do_not(body, fit):
    def before_brow(name):
        points = np.concatenate([part.points for part in hair(body, fit, name, BROWN, 5)])
        eyes = _eyes(body).mean(0)
        high = points[:, 2] - eyes[2]
        return int(((points[:, 0] > eyes[0]) & (np.abs(points[:, 1]) < 0.03) & (high > 0.015) & (high < 0.045)).sum())

    assert before_brow("bob_fringe") > 100
    assert before_brow("bob") < 20


@pytest.mark.parametrize("hat", sorted(HATS))
def test_under_a_hat_nothing_stands_over_the_band(body, fit, hat):
    bare = np.concatenate([part.points for part in hair(body, fit, "mop", BROWN, 2)])
    covered = np.concatenate([part.points for part in hair(body, fit, "mop", BROWN, 2, hat)])
    assert len(covered) > 500
    assert covered[:, 2].max() < bare[:, 2].max() - 0.05


def test_same_seed_same_hair_other_seed_other_hair(body, fit):
    one, again, other = (hair(body, fit, "crop", BROWN, seed)[0].points for seed in (3, 3, 4))
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)


def test_hair_of_the_scalp_turns_with_the_head(body, fit):
    part = hair(body, fit, "long", BROWN, 3)[0]
    eyes = _eyes(body).mean(0)
    high = part.points[:, 2] > eyes[2]
    head = body.mesh.bone("head")
    share = np.where(part.bones == head, part.weights, 0).sum(1)
    assert (share[high] > 0.999).all()
    assert share[part.points[:, 2] < eyes[2] - 0.22].max() < 0.5


def test_unknown_style_is_an_error(body, fit):
    with pytest.raises(KeyError):
        hair(body, fit, "mohawk of tomorrow", BROWN, 1)


def test_styles_are_within_reason():
    for name, style in STYLES.items():
        assert style.count * max(2 * style.steps - 1, 1) <= 31_000, name
