"""Ways from anywhere to anywhere: through doorways at varied places, keeping to the right."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from . import ways
from .ways import Gate

Array = NDArray[np.float64]

SIDE = 0.55  # metres from the edge of a doorway at least


def trip(start: Array, goal: Array, rng: np.random.Generator, room: float = ways.EASY) -> Array:
    """A curved way, (k, 2) metres, that keeps clear of all solids.

    Args:
        start: (2,) metres.
        goal: (2,) metres.
        rng: of the places in doorways and lanes.
        room: metres to keep from solids where there is room.
    """
    here = ways.room_of(start)
    points = [start]
    gates = ways.gates_between(here, ways.room_of(goal))
    for gate, there in gates:
        point = _through(gate, there, rng, room)
        points += _before(gate, here, point, points[-1], rng)
        points.append(point)
        points += _after(gate, there, point, goal, rng)
        here = there
    points.append(goal)
    out = [start[None]]
    for a, b in pairwise(points):
        tight = "staff" in (ways.room_of(a), ways.room_of(b))
        out.append(ways.route(a, b, 0.42 if tight else room)[1:])
    return ways.rounded(np.concatenate(out), min(room, ways.TIGHT))


def _through(gate: Gate, there: str, rng: np.random.Generator, room: float) -> Array:
    """Where one goes through a gate: mostly on the right, sometimes anywhere."""
    a, b = np.array(gate.a), np.array(gate.b)
    middle, half = (a + b) / 2, (b - a) / 2
    width = float(np.hypot(*half))
    along = half / width
    x0, y0, x1, y1 = ways.ROOMS[there]
    onwards = np.array([(x0 + x1) / 2, (y0 + y1) / 2]) - middle
    right = np.array([along[1], -along[0]])  # a quarter turn right of `along`
    # Looking through the gate: is `along` to the right?
    if float(right @ onwards) > 0:
        along = -along
    share = rng.uniform(-0.1, 0.85) if rng.random() < 0.75 else rng.uniform(-0.85, 0.85)  # noqa: PLR2004
    most = max(0.0, min(width - max(SIDE, room + 0.05), 2.4)) if gate.name != "staff" else 0.05
    return np.asarray(middle + along * share * most)


def _before(gate: Gate, here: str, point: Array, last: Array, rng: np.random.Generator) -> list[Array]:
    """Points that make the way to a gate natural."""
    if gate.name == "entrance" and here == "outside":  # people turn off the pavement and walk up to the door
        return [np.array([point[0] + rng.normal(0.0, 0.25), -rng.uniform(2.4, 3.6)])]
    if here == "corridor" and abs(float(point[1] - last[1])) > 6.0:  # noqa: PLR2004 - keep a lane
        return [_lane(last, point, rng)]
    return []


def _after(gate: Gate, there: str, point: Array, goal: Array, rng: np.random.Generator) -> list[Array]:
    if gate.name == "entrance" and there == "hall" and float(goal[1]) > 7.5:  # noqa: PLR2004 - past the camera
        x = float(np.clip(point[0] + rng.normal(0.1, 0.35), -0.95, 1.25))
        return [np.array([x, rng.uniform(3.4, 4.2)]), np.array([x * 0.8 + rng.normal(0.1, 0.3), 6.4])]
    if there == "corridor" and ways.room_of(goal) == "corridor" and abs(float(goal[1] - point[1])) > 7.0:  # noqa: PLR2004
        return [_lane(point, goal, rng)]
    return []


def _lane(start: Array, end: Array, rng: np.random.Generator) -> Array:
    """A point halfway in the corridor, on the right hand side."""
    side = 1.0 if end[1] > start[1] else -1.0
    return np.array([side * rng.uniform(0.1, 1.9), (start[1] + end[1]) / 2 + rng.uniform(-1.0, 1.0)])
