import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from galleria.analytics.groups import company, groups, pairs


def way(begin, seconds, x=0.0, y=0.0, vx=1.2, vy=0.0):
    t = np.arange(0, seconds + 1e-9, 0.5)
    return np.column_stack((begin + t, x + vx * t, y + vy * t))


def test_two_abreast_are_one_group_and_who_meets_them_is_none_of_it():
    ways = [way(0, 20), way(0.5, 20, y=0.8), way(0, 20, x=24, y=0.4, vx=-1.2), way(30, 20)]
    assert groups(ways) == [(0, 1), (2,), (3,)]


def test_two_abreast_are_one_group_though_their_feet_are_placed_badly():
    """To 12 cm, as on pixels of a few centimetres: from look to look half a metre a second."""
    rng = np.random.default_rng(3)
    ways = [way(0, 12), way(0, 12, y=0.8), way(0, 12, y=0.4, vx=0.7)]
    for one in ways:
        one[:, 1:] += rng.normal(0, 0.12, (len(one), 2))
    assert groups(ways) == [(0, 1), (2,)]


def test_who_follows_at_a_distance_walks_alone():
    assert groups([way(0, 20), way(4, 20)]) == [(0,), (1,)]


def test_who_overtakes_walks_alone():
    assert groups([way(0, 20), way(0, 20, x=-4, y=0.6, vx=1.7)]) == [(0,), (1,)]


def test_who_is_lost_for_a_while_came_with_the_other_all_the_same():
    assert groups([way(0, 20), way(0, 6, y=0.7), way(8, 7, x=9.6, y=0.7)]) == [(0, 1, 2)]
    assert groups([way(0, 20), way(0, 6, y=2.2)]) == [(0,), (1,)]


def test_the_nearer_two_are_the_less_alike_they_need_to_walk():
    """One of them is placed to and fro by a third of a metre a second."""
    wave = way(0, 20)
    wave[:, 1] += 0.5 * np.sin(wave[:, 0] * np.pi / 2)
    beside = {y: groups([way(0, 20, y=y), wave]) for y in (0.8, 2.2)}
    assert beside == {0.8: [(0, 1)], 2.2: [(0,), (1,)]}


def test_who_stands_for_minutes_belongs_to_nobody_who_stands_there_for_one():
    assert groups([way(0, 240, vx=0.0), way(100, 60, y=0.9, vx=0.0)]) == [(0,), (1,)]


def test_friends_of_friends_are_one_group():
    ways = [way(0, 20, y=1.5 * n) for n in range(4)]
    assert groups(ways) == [(0, 1, 2, 3)]


def test_ways_of_no_length_belong_to_nobody():
    empty, short = np.zeros((0, 3)), way(0, 0)
    assert groups([empty, short, way(0, 20)]) == [(0,), (1,), (2,)]
    assert company(short, way(0, 20)) is None


@st.composite
def crowds(draw):
    some = draw(st.lists(st.tuples(*[st.floats(-5, 5)] * 3, st.floats(0, 30), st.floats(2, 20)), max_size=6))
    return [way(begin, seconds, x, y, vx) for x, y, vx, begin, seconds in some]


@settings(max_examples=60, deadline=None)
@given(crowds(), st.randoms(use_true_random=False), st.floats(-1e6, 1e6), st.floats(-50, 50))
def test_everybody_is_in_one_group_whatever_the_order_and_wherever_it_was(ways, chance, later, further):
    found = groups(ways)
    assert sorted(itertools.chain(*found)) == list(range(len(ways)))
    order = list(range(len(ways)))
    chance.shuffle(order)
    # Whole seconds and metres, so that rounding changes no decision.
    moved = [ways[n] + np.array([round(later), round(further), 0.0]) for n in order]
    again = {frozenset(order[n] for n in members) for members in groups(moved)}
    assert again == {frozenset(members) for members in found}


def crowd(data):
    folder = data / "trajectories" / "zara01"
    ways: dict[int, list[tuple[float, float, float]]] = {}
    for frame, track, x, _, y, *_ in np.loadtxt(folder / "obsmat.txt"):
        ways.setdefault(int(track), []).append((frame / 25, x, y))
    lines = (folder / "groups.txt").read_text().splitlines()
    truth = {pair for line in lines for pair in itertools.combinations(sorted(map(int, line.split())), 2)}
    return {track: np.array(rows) for track, rows in ways.items()}, truth


@pytest.mark.parametrize("every", [1, 2], ids=["as recorded", "half as often"])
def test_a_street_before_a_shop(footage, every):
    ways, truth = crowd(footage)
    names = list(ways)
    thinned = [ways[name][::every] for name in names]
    paired = {tuple(sorted((names[a], names[b]))) for a, b in pairs(thinned)}
    grouped = {
        pair
        for members in groups(thinned)
        for pair in itertools.combinations(sorted(names[n] for n in members), 2)
    }  # fmt: skip
    for found in (paired, grouped):
        right = len(found & truth)
        assert 2 * right / (len(found) + len(truth)) >= 0.8


@settings(max_examples=60, deadline=None)
@given(crowds())
def test_nobody_is_left_out_for_speed(ways):
    every = {
        (a, b) for a, b in itertools.combinations(range(len(ways)), 2) if (c := company(ways[a], ways[b])) and c.one
    }
    assert set(pairs(ways)) == every
