"""The queue: first come, first served; who waits too long gives up."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mall.domain.motion import TICKS, Doing
from mall.domain.place import QUEUE, TILL
from mall.scenario.steer import DT
from mall.scenario.till import PLACES, Till
from mall.scenario.walker import Walker
from mall_scenario_people import cast, played


def customer(number: int) -> Walker:
    """Somebody who is always where they should be."""
    return Walker(number, cast()[number], PLACES[0].copy(), np.zeros(2), 0.0, 1.2, 0)


def served(till: Till, seconds: float, *, attended: bool = True) -> None:
    for k in range(round(seconds / DT)):
        till.step(k * DT, attended=attended)


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 7), st.integers(0, 999))
def test_first_come_first_served(people: int, seed: int) -> None:
    till = Till(np.random.default_rng(seed), 6.0)
    for k in range(people):
        till.join(customer(k), 0.0, (900, 900))
    served(till, 200.0)
    assert [w.track for w in till.waits] == list(range(people))
    times = [w.served for w in till.waits]
    assert all(t is not None for t in times)
    for before, after in zip(till.waits[:-1], till.waits[1:], strict=True):
        assert after.served is not None
        assert after.served >= before.left


def test_who_waits_too_long_leaves_and_the_others_move_up() -> None:
    till = Till(np.random.default_rng(1), 30.0)
    for k, patience in enumerate((900, 5, 900)):
        till.join(customer(k), 0.0, (patience, patience))
    served(till, 10.0)
    assert [(w.track, w.served) for w in till.waits] == [(1, None)]
    assert till.waits[0].left == pytest.approx(5.0, abs=2 * DT)
    assert [(c.walker.number, c.slot) for c in till.line] == [(0, 0), (2, 1)]


def test_nobody_is_served_without_staff() -> None:
    till = Till(np.random.default_rng(1), 5.0)
    till.join(customer(0), 0.0, (900, 900))
    served(till, 30.0, attended=False)
    assert till.line[0].served is None


def test_a_full_queue_has_no_tail() -> None:
    till = Till(np.random.default_rng(1), 5.0)
    for k in range(len(PLACES)):
        assert till.tail() is PLACES[k]
        till.join(customer(k), 0.0, (900, 900))
    assert till.tail() is None


def test_services_last_about_as_long_as_the_recipe_says() -> None:
    lasted = []
    for seed in range(60):
        till = Till(np.random.default_rng(seed), 8.0)
        till.join(customer(0), 0.0, (900, 900))
        served(till, 60.0)
        lasted.append(till.waits[0].left - (till.waits[0].served or 0.0))
    assert np.median(lasted) == pytest.approx(8.0, abs=0.8)
    assert min(lasted) > 2.0


def test_the_mornings_queue_is_in_order_and_some_give_up() -> None:
    waits = played("morning").waits
    assert len(waits) >= 3
    assert [w.joined for w in waits] == sorted(w.joined for w in waits)
    times = [w.served for w in waits if w.served is not None]
    assert times == sorted(times)
    assert any(w.served is None for w in waits)
    assert any(w.served is not None for w in waits)
    for wait in waits:
        assert wait.joined < wait.left <= 75.0
        assert wait.served is None or wait.joined <= wait.served <= wait.left


def test_who_pays_stands_at_the_till_and_staff_serve_meanwhile() -> None:
    morning = played("morning")
    server = next(t for t in morning.tracks if Doing.SERVE in t.doing)
    tracks = {t.id: t for t in morning.tracks}
    for wait in morning.waits:
        track = tracks[wait.track]
        if wait.served is None or wait.served < 0:
            continue
        begin, end = round(wait.served * TICKS), round(wait.left * TICKS)
        rows = slice(begin - track.first + 6, end - track.first - 6)
        assert (track.doing[rows] == Doing.PAY).all()
        assert np.hypot(*(track.place[rows] - np.array(TILL)).T).max() < 0.1
        assert (server.doing[begin + 6 : end - 6] == Doing.SERVE).all()


def test_those_who_wait_stand_on_the_places_of_the_queue() -> None:
    morning = played("morning")
    tracks = {t.id: t for t in morning.tracks}
    wait = next(w for w in morning.waits if w.served is None)
    track = tracks[wait.track]
    rows = track.place[round(wait.joined * TICKS) - track.first + 48 : round(wait.left * TICKS) - track.first]
    gaps = np.hypot(*(rows[:, None] - np.array([TILL, *QUEUE])[None]).transpose(2, 0, 1)).min(1)
    assert np.median(gaps) < 0.1
