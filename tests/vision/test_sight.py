import zlib

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter, rotate, shift, zoom
from views import Luma, changed, clip, states, verdicts

from galleria.domain.health import CameraState
from galleria.vision.sight import Sight

BEGIN, END = 12.0, 34.0
CLIPS = ["morning/corridor", "morning/till", "nextday/screen"]
ACROSS, DOWN = np.meshgrid(np.arange(192), np.arange(108))


def grain(like, spread=0.5):
    return np.random.default_rng(int(like.sum())).normal(0, spread, like.shape)


def nearer(light, times):
    grown = zoom(light, times, order=1)
    top, left = (grown.shape[0] - 108) // 2, (grown.shape[1] - 192) // 2
    return grown[top : top + 108, left : left + 192]


MOVED = {
    "a little to the side": lambda light: shift(light, (0, 5), order=1, mode="reflect"),
    "to the side and down": lambda light: shift(light, (6, 16), order=1, mode="reflect"),
    "far": lambda light: shift(light, (0, 56), order=1, mode="reflect"),
    "tilted": lambda light: rotate(light, 8, reshape=False, mode="reflect", order=1),
    "upside down": lambda light: light[::-1, ::-1],
    "zoomed in": lambda light: nearer(light, 1.3),
}
SHIFTED = ("a little to the side", "to the side and down", "far")  # told soon; what does not match at all, later
COVERED = {
    "cloth": lambda light: 60 + grain(light),
    "out of focus": lambda light: gaussian_filter(light, 6),
    "grey veil": lambda light: 120 + 0.12 * (light - 120) + grain(light),
    "white glare": lambda light: 250 + 0.02 * light,
}
HARMLESS = {
    "half the light": lambda light: light * 0.5,
    "a fifth of the light, and noise": lambda light: light * 0.2 + grain(light, 5),
    "twice the light": lambda light: light * 2,
    "sun from the side": lambda light: light * (0.4 + 1.2 * ACROSS / 192),
    "one lamp": lambda light: light * (0.15 + 0.85 * np.exp(-((ACROSS - 60) ** 2 + (DOWN - 50) ** 2) / 1500)),
    "infrared": lambda light: 255 - light,
    "somebody close": lambda light: np.where(abs(ACROSS - 70) < 45, 50 + 30 * np.sin(DOWN / 9 + ACROSS / 5), light),
}


@pytest.mark.parametrize("name", CLIPS)
@pytest.mark.parametrize("way", MOVED)
def test_a_moved_camera_is_told(name, way):
    told = verdicts(Sight(), changed(clip(name), BEGIN, END, MOVED[way]))
    assert states(told) == ["seeing", "moved", "seeing"]
    (_, _), (noticed, moved), (again, _) = told
    assert BEGIN - 0.6 <= moved.since <= BEGIN + 0.2
    assert noticed <= BEGIN + (3 if way in SHIFTED else 9)
    assert END <= again <= END + 2


def test_where_a_shifted_view_has_gone_is_said():
    told = verdicts(Sight(), changed(clip("morning/till"), BEGIN, END, MOVED["to the side and down"]))
    assert told[1][1].reason == "what the camera shows has shifted by 8% to the right and 6% down"


@pytest.mark.parametrize("name", CLIPS)
@pytest.mark.parametrize("way", COVERED)
def test_a_covered_lens_is_told(name, way):
    told = verdicts(Sight(), changed(clip(name), BEGIN, END, COVERED[way]))
    assert states(told) == ["seeing", "covered", "seeing"]
    (_, _), (noticed, covered), (again, _) = told
    assert BEGIN - 0.6 <= covered.since <= BEGIN + 0.2
    assert noticed <= BEGIN + 3
    assert END <= again <= END + 2


def test_a_lens_half_covered_is_told_when_it_stays_so():
    def half(light):
        return np.where(ACROSS < 125, 40 + grain(light), light)

    short = verdicts(Sight(), changed(clip("morning/till", 56), BEGIN, BEGIN + 20, half))
    assert states(short) == ["seeing"]
    told = verdicts(Sight(), changed(clip("morning/till", 56), BEGIN, BEGIN + 40, half))
    assert states(told) == ["seeing", "covered", "seeing"]
    assert told[1][1].since == pytest.approx(BEGIN, abs=0.6)


@pytest.mark.parametrize("name", CLIPS)
@pytest.mark.parametrize("way", HARMLESS)
def test_light_noise_and_people_are_no_fault(name, way):
    assert states(verdicts(Sight(), changed(clip(name), BEGIN, END, HARMLESS[way]))) == ["seeing"]


@pytest.mark.parametrize("name", CLIPS)
def test_black_is_told(name):
    told = verdicts(Sight(), changed(clip(name), BEGIN, END, lambda light: 3 + grain(light)))
    assert states(told) == ["seeing", "dark", "seeing"]
    (_, _), (noticed, dark), (again, _) = told
    assert dark.since == pytest.approx(BEGIN, abs=0.01)
    assert noticed <= BEGIN + 1.5
    assert again <= END + 1


def test_a_camera_turned_in_the_dark_is_told_when_there_is_light():
    def frames():
        for time, light in clip("morning/corridor"):
            if time < 12:
                yield time, light
            elif time < 16:
                yield time, np.full_like(light, 2)
            else:
                yield time, np.roll(light, 30, axis=1)

    told = verdicts(Sight(), frames())
    assert states(told) == ["seeing", "dark", "seeing", "moved"]
    assert told[-1][0] <= 16 + 3.5


def test_a_camera_that_was_turned_while_nobody_watched():
    before = Sight()
    verdicts(before, clip("morning/corridor", 15))
    stored = before.stored()
    assert len(stored) < 20_000
    turned = [(time, np.roll(light, -24, axis=1)) for time, light in clip("morning/corridor", 10)]
    assert states(verdicts(Sight(stored), clip("morning/corridor", 10))) == ["seeing"]
    told = verdicts(Sight(stored), turned)
    assert states(told) == ["seeing", "moved"]
    assert told[1][0] <= 3


def test_what_is_stored_holds_no_picture():
    """Two views that differ in every brightness, and in no edge, are stored almost alike."""
    sights = [Sight(), Sight()]
    for time, light in clip("morning/till", 8):
        sights[0].look(time, Luma(light))
        sights[1].look(time, Luma(255 - light))
    assert sights[0]._known.structure.likeness(sights[1]._known.structure.edges) > 0.999


def test_a_view_is_known_after_some_seconds():
    sight = Sight()
    assert sight.stored() is None
    verdicts(sight, clip("morning/corridor", 4))
    assert sight.stored() is not None


def test_the_new_view_is_accepted():
    sight = Sight()
    frames = [(t, x if t < 12 else np.roll(x, 30, axis=1)) for t, x in clip("morning/corridor", 30)]
    assert states(verdicts(sight, [f for f in frames if f[0] < 18])) == ["seeing", "moved"]
    sight.accept()
    rest = [f for f in frames if f[0] >= 18]
    assert states(verdicts(sight, rest)) == ["seeing"]
    back = [(time + 30, light) for time, light in clip("morning/corridor", 6)]
    assert states(verdicts(sight, back)) == ["seeing", "moved"]


@pytest.mark.parametrize("stored", [b"", b"view1", b"view1" + zlib.compress(b"short"), b"view2 and something"])
def test_bytes_that_are_no_view_are_refused(stored):
    with pytest.raises(ValueError, match="no stored view"):
        Sight(stored)


def test_times_that_jump_back_begin_anew():
    sight = Sight()
    frames = clip("morning/till", 12)
    assert states(verdicts(sight, frames)) == ["seeing"]
    assert states(verdicts(sight, frames)) == ["seeing"]
    assert sight.look(12.5, Luma(frames[-1][1])).sure <= 12.5


def test_somebody_large_before_a_bare_wall_is_not_the_view():
    """What was learnt while somebody walked there was theirs: its going is no cover and no move."""
    noise = np.random.default_rng(1)

    def frames():
        for number in range(200):
            light = 90 + noise.normal(0, 1, (108, 192))
            left = 10 + 4 * number
            if left < 160:
                light[20:, left : left + 30] += 40 * np.sin(ACROSS[20:, :30])
            yield number / 8, light.clip(0, 255).astype(np.uint8)

    assert states(verdicts(Sight(), frames())) == [CameraState.SEEING.value]
