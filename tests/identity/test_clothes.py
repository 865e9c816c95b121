"""Clothes bridge a gap in one visit, only where nobody else comes close."""

import numpy as np
import pytest

from galleria.identity.clothes import Look, Lost, Rule, bridge, likeness, look_of


def body(top, legs, seed=0, light=1.0):
    """96 x 40 pixels: a grey head, a top, legs; noisy."""
    rng = np.random.default_rng(seed)
    picture = np.zeros((96, 40, 3), np.float32)
    picture[:24], picture[24:60], picture[60:] = (120, 110, 100), top, legs
    return np.clip(picture * light + rng.normal(0, 6, picture.shape), 0, 255).astype(np.uint8)


RED, BLUE, GREEN, BLACK, WHITE = (190, 30, 40), (40, 60, 180), (40, 150, 60), (25, 25, 28), (225, 225, 220)


def lost(track, time, *colours):
    return Lost(track, time, look_of(body(*colours, seed=track)))


def test_the_same_clothes_are_alike_and_others_are_not():
    same = likeness(look_of(body(RED, BLACK, 1)), look_of(body(RED, BLACK, 2, light=0.9)))
    other = likeness(look_of(body(RED, BLACK, 1)), look_of(body(BLUE, WHITE, 2)))
    assert same > 0.8
    assert other < 0.5
    assert likeness(look_of(body(RED, BLACK)), look_of(body(RED, BLACK))) == pytest.approx(1)


def test_order_from_head_to_legs_matters():
    assert likeness(look_of(body(RED, BLUE)), look_of(body(BLUE, RED))) < 0.6


def test_bridges_to_the_one_it_is():
    others = [lost(1, 10, RED, BLACK), lost(2, 11, BLUE, WHITE), lost(3, 12, GREEN, BLACK)]
    assert bridge(look_of(body(BLUE, WHITE, 9)), 15, others, Rule()) == 2


def test_two_alike_are_ambiguous():
    others = [lost(1, 10, RED, BLACK), lost(2, 11, RED, BLACK)]
    assert bridge(look_of(body(RED, BLACK, 9)), 15, others, Rule()) is None


@pytest.mark.parametrize("begun", [9.0, 31.0])
def test_only_in_time(begun):
    only = [lost(1, 10, RED, BLACK)]
    assert bridge(look_of(body(RED, BLACK, 9)), begun, only, Rule()) is None
    assert bridge(look_of(body(RED, BLACK, 9)), 20, only, Rule()) == 1


def test_nobody_alike_bridges_nothing():
    assert bridge(look_of(body(RED, BLACK)), 15, [lost(1, 10, BLUE, WHITE)], Rule()) is None
    assert bridge(look_of(body(RED, BLACK)), 15, [], Rule()) is None


def test_hues_are_right():
    stripes = look_of(np.full((8, 4, 3), (255, 0, 0), np.uint8)).stripes
    green = look_of(np.full((8, 4, 3), (0, 255, 0), np.uint8)).stripes
    blue = look_of(np.full((8, 4, 3), (0, 0, 255), np.uint8)).stripes
    assert [int(s[0].argmax()) // 3 for s in (stripes, green, blue)] == [0, 4, 8]  # sixths of a circle, by two


def test_a_look_is_not_shown_and_a_speck_is_refused():
    assert "stripes" not in repr(Look(np.zeros((4, 42), np.float32)))
    with pytest.raises(ValueError, match="body"):
        look_of(np.zeros((3, 4, 3), np.uint8))
