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
        point = _through(gate, there, points[-1], goal, rng, room)
        points += [*_before(gate, here, point, points[-1], rng), point]
        points += _after(gate, there, point, goal, rng)
        here = there
    points.append(goal)
    out = [start[None]]
    for a, b in pairwise(points):
        tight = "staff" in (ways.room_of(a), ways.room_of(b))
        out.append(ways.route(a, b, 0.42 if tight else room)[1:])
    return ways.rounded(np.concatenate(out), min(room, ways.TIGHT))


def _through(gate: Gate, there: str, last: Array, goal: Array, rng: np.random.Generator, room: float) -> Array:
    """Where one goes through a gate: on the right, and not far from the straight way; sometimes anywhere."""
    a, b = np.array(gate.a), np.array(gate.b)
    middle, half = (a + b) / 2, (b - a) / 2
    width = float(np.hypot(*half))
    along = half / width
    across = np.array([along[1], -along[0]])  # a quarter turn right of `along`
    x0, y0, x1, y1 = ways.ROOMS[there]
    if float(across @ (np.array([(x0 + x1) / 2, (y0 + y1) / 2]) - middle)) > 0:
        along = -along  # now `along` points to the right of who goes through
    most = max(0.0, min(width - max(SIDE, room + 0.05), 2.4)) if gate.name != "staff" else 0.05
    right = rng.uniform(-0.1, 0.85) if rng.random() < 0.75 else rng.uniform(-0.85, 0.85)  # noqa: PLR2004
    if gate.name == "entrance":
        return np.asarray(middle + along * right * most)
    before, after = float((last - middle) @ across), float((goal - middle) @ across)
    share = before / (before - after) if abs(before - after) > 1e-6 else 0.5  # noqa: PLR2004
    pull = 0.2 if gate.name == "passage" else 0.55
    straight = float((last + (goal - last) * min(1.0, max(0.0, share)) - middle) @ along)
    return np.asarray(middle + along * max(-most, min(most, pull * straight + (1.0 - pull) * right * most)))


def _before(gate: Gate, here: str, point: Array, last: Array, rng: np.random.Generator) -> list[Array]:
    """Points that make the way to a gate natural."""
    if gate.name == "entrance" and here == "outside":  # people turn off the pavement and walk up to the door
        if abs(float(last[0])) < 3.0:  # noqa: PLR2004 - they are before it already
            return []
        return [np.array([point[0] + rng.normal(0.0, 0.25), -rng.uniform(2.4, 3.6)])]
    if here == "corridor" and abs(float(point[1] - last[1])) > 6.0:  # noqa: PLR2004 - keep a lane
        return [_lane(last, point, rng)]
    return []


def _after(gate: Gate, there: str, point: Array, goal: Array, rng: np.random.Generator) -> list[Array]:
    if gate.name == "entrance" and there == "hall" and float(goal[1]) > 3.6:  # noqa: PLR2004 - up to the camera
        x = float(np.clip(rng.normal(0.3, 0.4), -0.45, 1.05))
        if float(goal[1]) < 9.0:  # noqa: PLR2004 - and then aside
            return [np.array([x, min(rng.uniform(5.4, 6.2), float(goal[1]))])]
        return [np.array([x, rng.uniform(4.4, 5.2)]), np.array([x + rng.normal(0.0, 0.2), 8.4])]
    if gate.name == "entrance" and there == "outside":
        return [np.array([point[0] * 1.2, -rng.uniform(1.6, 2.4)])]
    if there == "corridor" and ways.room_of(goal) == "corridor" and abs(float(goal[1] - point[1])) > 7.0:  # noqa: PLR2004
        return [_lane(point, goal, rng)]
    return []


def _lane(start: Array, end: Array, rng: np.random.Generator) -> Array:
    """A point halfway in the corridor, on the right hand side."""
    side = 1.0 if end[1] > start[1] else -1.0
    return np.array([side * rng.uniform(0.1, 1.9), (start[1] + end[1]) / 2 + rng.uniform(-1.0, 1.0)])
