import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from galleria.analytics.occupancy import OccupancyCount, error, levels, reconcile

walks = st.lists(st.tuples(st.integers(0, 500), st.booleans()), max_size=80).map(
    lambda some: [(f"{n:03}", float(t), came) for n, (t, came) in enumerate(some)]
)


def after(crossings, since=0.0):
    count = OccupancyCount(since)
    for name, time, came in crossings:
        count.take(name, time, came=came)
    return count.occupancy()


@settings(deadline=None)
@given(walks)
def test_never_negative_and_nothing_is_lost(crossings):
    found = after(crossings)
    assert found.value >= 0
    assert found.value == found.came - found.went + found.withheld
    assert found.came + found.went == len(crossings)


@settings(deadline=None)
@given(walks, st.randoms())
def test_the_order_in_which_crossings_become_certain_does_not_matter(crossings, random):
    # Nobody is later than a few minutes.
    late = sorted(crossings, key=lambda crossing: crossing[1] + random.uniform(0, 290))
    assert after(late) == after(sorted(crossings, key=lambda crossing: crossing[1]))


@settings(deadline=None)
@given(walks, st.integers(0, 80))
def test_told_again_after_a_restart_it_is_the_same(crossings, cut):
    count = OccupancyCount(0.0)
    for name, time, came in [*crossings[:cut], *crossings]:
        count.take(name, time, came=came)
    assert count.occupancy() == after(crossings)


@settings(deadline=None)
@given(walks, st.integers(0, 500))
def test_a_reset_forgets_what_came_before_it(crossings, moment):
    count = OccupancyCount(0.0)
    for name, time, came in crossings:
        count.take(name, time, came=came)
    count.reset(float(moment))
    assert count.occupancy() == after([c for c in crossings if c[1] >= moment], since=float(moment))


@settings(deadline=None)
@given(walks)
def test_a_whole_day_at_once_is_the_same(crossings):
    times = np.array([t for _, t, _ in crossings])
    found, _ = levels(times, np.array([came for *_, came in crossings], np.bool_), ())
    assert (found >= 0).all()
    assert (found[-1] if len(found) else 0) == after(crossings).value


def test_levels_between_resets():
    times, came = np.array([1.0, 2.0, 3.0, 4.0, 5.0]), np.array([True, True, False, False, True])
    found, order = levels(times, came, [2.5], inside=4.0)
    assert found.tolist() == [5, 6, 0, 0, 1]
    assert order.tolist() == [0, 1, 2, 3, 4]


def test_a_going_too_many_is_withheld():
    found = after([("a", 1.0, False), ("b", 2.0, True), ("c", 3.0, False), ("d", 4.0, False)])
    assert (found.value, found.came, found.went, found.withheld) == (0, 1, 3, 2)


def test_long_days_settle_and_stay_right():
    count = OccupancyCount(0.0)
    for n in range(3000):
        count.take(str(n), n * 10.0, came=n % 3 != 2)
    assert count.occupancy().value == 1000
    assert len(count._pending) < 100


def test_the_error_grows_like_a_random_walk():
    assert error(0) == 0
    assert error(400) == pytest.approx(1.96 * math.sqrt(400 * 0.02 * 0.98))
    assert error(1600) == pytest.approx(2 * error(400))
    # Simulated: each crossing is missed with 2 %; nineteen of twenty days end within the error.
    random = np.random.default_rng(7)
    missed = random.random((2000, 500)) < 0.02
    came = random.random((2000, 500)) < 0.5
    off = np.where(missed, np.where(came, -1, 1), 0).sum(axis=1)
    assert 0.93 <= (np.abs(off) <= error(500)).mean() <= 0.98


def test_what_is_left_at_closing_is_shared_out_by_traffic():
    drift = reconcile({"front": (300, 280), "back": (100, 90), "shut": (0, 0)})
    assert drift.remainder == 30
    assert sum(drift.shares.values()) == pytest.approx(30)
    assert drift.shares["front"] == pytest.approx(30 * 580 / 770)
    assert drift.shares["shut"] == 0
    assert reconcile({}).remainder == 0
