import numpy as np
import pytest

from mall.body import head
from mall.body.canvas import SIZE, canvas
from mall.body.eyes import eye_texture, eyeballs
from mall.body.scalp import beard_region, scalp_cover
from mall.body.shape import make_body
from mall.body.skin import painted
from mall.domain.person import Build, Looks

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


def test_hair_darkens_the_scalp_and_stubble_the_jaw_alone(fair):
    rough = painted(Looks(FAIR.skin, FAIR.eyes, "bald", FAIR.hair_colour, beard=0.3), BUILD, 5)
    assert _mean(fair, 0.0, 8.4, 0.4, 0.1).mean() < 0.5 * _mean(rough, 0.0, 8.4, 0.4, 0.1).mean()
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


def test_the_last_digits_of_a_seed_change_no_paint(monkeypatch):
    seeds = []
    monkeypatch.setattr(head, "painted", lambda looks, build, seed: seeds.append(seed) or np.zeros((2, 2, 3), np.uint8))
    body = make_body(Build(0.0, 30.0, face=7 * head.FACES + 1))
    looks = Looks((0.8, 0.6, 0.5), (0.3, 0.4, 0.5), "none", (0.1, 0.07, 0.05))
    for last in (1, 2, head.FACES):
        made = head.headed(body, looks, body.build, 7 * head.FACES + last)
        assert set(made.textures) == {"skin", "eyes"}
    assert seeds == [7, 7, 8]


def test_eyes_look_ahead_and_sit_in_their_sockets():
    body = make_body(Build(0.0, 30.0, face=9001))
    eye = eye_texture((0.3, 0.4, 0.5), 9)
    middle = eye.shape[0] // 2
    assert eye[middle, middle].mean() < 40
    assert eye[middle, int(eye.shape[1] * 0.80)].mean() > 140
    skin = body.points[body.mesh.groups["body"]]
    for part in eyeballs(body):
        first = part.points[:, 0].argmax()
        assert part.normals[first][0] > 0.99
        near = skin[np.linalg.norm(skin[:, 1:] - part.points[first][1:], axis=1) < 0.02]
        assert near[:, 0].max() > part.points[first][0] - 0.006
