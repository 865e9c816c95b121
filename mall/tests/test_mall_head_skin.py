import numpy as np
import pytest
from mall.body import source
from mall.body.canvas import SIZE, canvas
from mall.body.head import FACES, headed
from mall.body.scalp import beard_region, scalp_cover
from mall.body.shape import make_body
from mall.body.skin import painted
from mall.domain.person import Build, Looks

pytestmark = pytest.mark.skipif(not source.has_wheel(), reason="the mesh is not in the cache: `make mall` fetches it")
BUILD = Build(1.0, 35.0)
FAIR = Looks((0.82, 0.63, 0.54), (0.3, 0.4, 0.5), "crop", (0.12, 0.08, 0.06))


def _mean(picture, x, y, z, size=0.05):
    place = canvas()
    near = (np.abs(place.x - x) < size) & (np.abs(place.y - y) < size) & (np.abs(place.z - z) < 2 * size)
    assert near.sum() > 20
    return picture.reshape(-1, 3)[place.texels[near]].mean(0)


@pytest.fixture(scope="module")
def fair():
    return painted(FAIR, BUILD, 5)


def test_picture_has_the_skins_tone(fair):
    assert fair.shape == (SIZE, SIZE, 3)
    assert fair.dtype == np.uint8
    assert np.allclose(_mean(fair, 0.0, 3.0, 1.0, 0.4) / 255, FAIR.skin, atol=0.05)


def test_lips_are_redder_than_the_chin(fair):
    lips, chin = _mean(fair, 0.0, 6.60, 1.58, 0.03), _mean(fair, 0.0, 6.35, 1.5)
    assert lips[0] / lips[1] > 1.1 * chin[0] / chin[1]


def test_brows_are_darker_than_the_brow_above(fair):
    assert _mean(fair, 0.25, 7.47, 1.45, 0.03).mean() < 0.8 * _mean(fair, 0.25, 7.65, 1.45, 0.03).mean()


def test_scalp_under_hair_is_dark_and_a_bald_one_is_not(fair):
    bald = painted(Looks(FAIR.skin, FAIR.eyes, "bald", FAIR.hair_colour), BUILD, 5)
    assert _mean(fair, 0.0, 8.4, 0.4, 0.1).mean() < 0.5 * _mean(bald, 0.0, 8.4, 0.4, 0.1).mean()


def test_stubble_darkens_the_jaw_alone(fair):
    rough = painted(Looks(FAIR.skin, FAIR.eyes, "crop", FAIR.hair_colour, beard=0.3), BUILD, 5)
    assert _mean(rough, 0.0, 6.3, 1.48).mean() < 0.9 * _mean(fair, 0.0, 6.3, 1.48).mean()
    assert np.allclose(_mean(rough, 0.0, 7.7, 1.5), _mean(fair, 0.0, 7.7, 1.5), atol=1.0)


def test_regions_of_hair_and_beard():
    #                 crown           brow            nape            ear lobe        chin           eye
    places = np.array(
        [(0, 8.45, 0.4), (0, 7.7, 1.5), (0, 7.2, -0.3), (0.85, 7.0, 0.45), (0, 6.3, 1.5), (0.3, 7.3, 1.4)]
    )
    x, y, z = places.T
    assert np.allclose(scalp_cover(x, y, z, "crop"), [1, 0, 1, 0, 0, 0], atol=0.05)
    assert np.allclose(beard_region(x, y, z), [0, 0, 0, 0, 1, 0], atol=0.05)
    assert scalp_cover(x, y, z, "bald")[0] < 0.05


def test_the_last_digits_of_a_seed_change_no_paint():
    body = make_body(Build(0.0, 30.0, face=7 * FACES + 1))
    looks = Looks((0.8, 0.6, 0.5), (0.3, 0.4, 0.5), "buzz", (0.1, 0.07, 0.05))
    one, other, third = (headed(body, looks, body.build, 7 * FACES + k) for k in (1, 2, FACES))
    assert np.array_equal(one.textures["skin"], other.textures["skin"])
    assert not np.array_equal(one.textures["skin"], third.textures["skin"])


def test_eyes_look_ahead_and_sit_in_their_sockets():
    body = make_body(Build(0.0, 30.0, face=9001))
    made = headed(body, FAIR, body.build, 9001)
    eye = made.textures["eyes"]
    middle = eye.shape[0] // 2
    pupil, white = eye[middle, middle].mean(), eye[middle, int(eye.shape[1] * 0.80)].mean()
    assert pupil < 40 < 140 < white
    for part in made.parts:
        if part.name.startswith("eye "):
            ahead = part.points[part.points[:, 0].argmax()]
            assert part.normals[part.points[:, 0].argmax()][0] > 0.99
            skin = body.points[body.mesh.groups["body"]]
            near = skin[np.linalg.norm(skin[:, 1:] - ahead[1:], axis=1) < 0.02]
            assert near[:, 0].max() > ahead[0] - 0.006
