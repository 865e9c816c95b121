"""Ways around what stands in the way."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mall.domain import place
from mall.scenario import ways
from mall.scenario.spots import SPOTS
from mall.scenario.trips import trip

STANDS = [(name, spot) for name, spots in SPOTS.items() for spot in spots]


def test_clearance_is_the_distance_to_the_nearest_solid() -> None:
    points = np.array([[0.0, 5.0], [2.75, 7.0], [3.5, 7.0], [0.0, 22.0]])
    # In the middle of the hall the counter's corner and the glass front are far; the till is 0.45 m from the counter.
    expected = [np.hypot(3.2, 0.4), 0.45, 0.0, 3.5]
    np.testing.assert_allclose(ways.clearance(points), expected, atol=1e-9)


@pytest.mark.parametrize(
    ("a", "b", "free"),
    [
        ((0.0, -1.0), (0.0, 1.0), True),  # through the entrance
        ((4.0, -1.0), (4.0, 1.0), False),  # through its glass
        ((2.5, 7.0), (4.5, 7.0), False),  # through the counter
        ((0.0, 12.0), (0.0, 30.0), True),
        ((0.0, 15.0), (-6.0, 15.0), True),  # into shop A
        ((0.0, 18.0), (-6.0, 18.0), False),  # through its window
    ],
)
def test_a_line_is_clear_or_not(a: tuple[float, float], b: tuple[float, float], free: bool) -> None:
    assert ways.clear(np.array([a]), np.array([b]), 0.3)[0] == free


@pytest.mark.parametrize(
    ("start", "goal", "gates"),
    [
        ("outside", "hall", ["entrance"]),
        ("outside", "shop-b", ["entrance", "mouth", "shop-b"]),
        ("shop-a", "beyond", ["shop-a", "passage"]),
        ("staff", "hall", ["staff", "mouth"]),
        ("hall", "hall", []),
    ],
)
def test_rooms_are_joined_by_their_gates(start: str, goal: str, gates: list[str]) -> None:
    assert [gate.name for gate, _ in ways.gates_between(start, goal)] == gates


@pytest.mark.parametrize(("name", "spot"), STANDS)
def test_places_to_stand_are_free_and_looked_at_from_near(name: str, spot: object) -> None:
    at, look = spot  # type: ignore[misc]
    assert ways.clearance(np.array(at)) >= 0.4
    assert 0.3 < np.hypot(look[0] - at[0], look[1] - at[1]) < 6.0


def test_queue_places_are_free() -> None:
    points = np.array([place.TILL, *place.QUEUE])
    assert ways.clearance(points).min() >= 0.4
    assert np.hypot(*np.diff(points, axis=0).T).min() > 0.7


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(STANDS), st.sampled_from(STANDS), st.integers(0, 99))
def test_a_trip_keeps_clear_of_solids_and_has_no_sharp_corner(a: tuple, b: tuple, seed: int) -> None:
    start, goal = np.array(a[1].at), np.array(b[1].at)
    if np.array_equal(start, goal):
        return
    path = trip(start, goal, np.random.default_rng(seed))
    np.testing.assert_array_equal(path[[0, -1]], [start, goal])
    fine = np.concatenate([p + np.linspace(0, 1, 30)[:, None] * (q - p) for p, q in pairwise(path)])
    assert ways.clearance(fine).min() > 0.3
