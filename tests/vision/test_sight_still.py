from itertools import pairwise

import numpy as np
import pytest
from views import clip, states, verdicts

from galleria.vision.sight import Sight
from galleria.vision.sight_still import QUIET_PATIENCE, Stillness

RNG = np.random.default_rng(7)
WALL = np.broadcast_to(np.linspace(60, 180, 192), (108, 192))


def noisy(spread=2.0):
    return (WALL + RNG.normal(0, spread, WALL.shape)).clip(0, 255).astype(np.uint8)


def followed(frames):
    """When the picture was first called frozen and since when; and when no longer."""
    stillness, changes, last = Stillness(), [], None
    for time, pixels in frames:
        stillness.look(time, pixels)
        if (stillness.frozen is None) != (last is None):
            changes.append((time, stillness.frozen))
        last = stillness.frozen
    return changes


@pytest.mark.parametrize("rate", [5, 8, 25])
def test_the_same_picture_is_told_after_two_seconds(rate):
    stuck = noisy()
    frames = [(n / rate, stuck if 10 <= n / rate < 20 else noisy()) for n in range(30 * rate)]
    (told, since), (again, _) = followed(frames)
    assert since == pytest.approx(10, abs=0.25)
    assert 12 <= told <= 12.6
    assert 20 <= again <= 20.6


def test_an_encoder_that_sends_it_finer_and_anew_does_not_hide_it():
    stuck = noisy()

    def sent(time):
        if not 10 <= time < 20:
            return noisy()
        finer = np.zeros(WALL.shape, np.uint8)
        share = 0.5 if time * 8 % 24 == 0 else 0.002  # a key frame every three seconds
        finer[RNG.random(WALL.shape) < share] = 2
        return stuck + finer

    (told, since), (again, _) = followed((n / 8, sent(n / 8)) for n in range(240))
    assert 9.8 <= since <= 10.5
    assert told <= 13
    assert again <= 21


def test_a_frozen_picture_of_real_people():
    frames = clip("morning/till", 30)
    stuck = next(light for time, light in frames if time >= 15)
    told = verdicts(Sight(), [(time, stuck if 15 <= time < 22 else light) for time, light in frames])
    assert states(told) == ["seeing", "frozen", "seeing"]
    assert told[1][1].since == pytest.approx(15, abs=0.3)
    assert told[1][0] <= 17.5


def test_an_encoder_that_saves_is_no_frozen_camera():
    """A quiet scene of which nothing new is sent between key frames, for seconds at a time."""

    def frames():
        sent = noisy()
        for number in range(8 * 120):
            sent = noisy() if number % 80 == 0 else sent  # a key frame every ten seconds
            yield number / 8, sent

    assert followed(frames()) == []


def test_of_a_quiet_camera_a_minute_of_sameness_is_told():
    stuck = noisy()
    ((told, since),) = followed((n / 8, stuck) for n in range(8 * 70))
    assert since == 0
    assert told == pytest.approx(QUIET_PATIENCE, abs=0.2)


def test_a_clock_in_the_picture_shows_that_it_lives():
    stuck = noisy()

    def sent(number):
        ticking = stuck.copy()
        ticking[2:8, 2 : 4 + number // 8 % 10] = 255
        return ticking

    assert followed((n / 8, sent(n)) for n in range(8 * 100)) == []


def test_lamps_that_go_out_say_nothing_about_noise():
    """In the dark a lively camera's noise may vanish: its habits are learnt anew."""
    dim = (WALL * 0.1).astype(np.uint8)
    assert followed((n / 8, noisy() if n < 160 else dim) for n in range(320)) == []


def test_what_a_gap_hides_is_not_compared():
    stillness, stuck = Stillness(), noisy()
    for number in range(80):
        stillness.look(number / 8, noisy())
    for number in range(15):
        stillness.look(10 + number / 8, stuck)
    stillness.restart()
    stillness.look(20, stuck)
    stillness.look(20.2, stuck)
    assert stillness.frozen is None


def test_no_clip_of_living_people_stands_still():
    frames = clip("morning/corridor", 20)
    assert all(b[0] > a[0] for a, b in pairwise(frames))
    assert followed(frames) == []
