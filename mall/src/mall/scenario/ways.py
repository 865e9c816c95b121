"""Where people can walk: distances to what stands in the way, and routes around it."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import shortest_path

from mall.domain import place
from mall.domain.place import Floor

Array = NDArray[np.float64]

TIGHT = 0.38  # metres from a body's middle to a wall when it must be
EASY = 0.55  # and when there is room

Box = tuple[float, float, float, float]
ROOMS: dict[str, Box] = {
    "hall": place.HALL,
    "corridor": place.CORRIDOR,
    "shop-a": place.SHOP_A,
    "shop-b": place.SHOP_B,
    "staff": (3.5, 11.0, 5.2, 14.0),
    "outside": (-16.0, -14.0, 16.0, 0.0),
    "beyond": (-12.0, 34.0, 12.0, 44.0),
}


class Gate(NamedTuple):
    """An opening between two rooms, from `a` to `b`."""

    name: str
    rooms: tuple[str, str]
    a: Floor
    b: Floor


GATES = (
    Gate("entrance", ("outside", "hall"), place.ENTRANCE.a, place.ENTRANCE.b),
    Gate("mouth", ("hall", "corridor"), Floor(-3.5, 10.1), Floor(3.5, 10.1)),
    Gate("passage", ("corridor", "beyond"), place.PASSAGE.a, place.PASSAGE.b),
    Gate("shop-a", ("corridor", "shop-a"), place.DOOR_A.a, place.DOOR_A.b),
    Gate("shop-b", ("corridor", "shop-b"), place.DOOR_B.a, place.DOOR_B.b),
    Gate("staff", ("corridor", "staff"), place.STAFF_DOOR.a, place.STAFF_DOOR.b),
)


@lru_cache(1)
def boxes() -> Array:
    """What people walk around, (n, 4): x0, y0, x1, y1, metres."""
    return np.array([(s.x0, s.y0, s.x1, s.y1) for s in place.SOLIDS if s.blocks_way])


def clearance(points: Array) -> Array:
    """Distance to the nearest solid, metres; 0 inside one.

    Args:
        points: (..., 2).

    Returns:
        (...).
    """
    low, high = boxes()[:, :2], boxes()[:, 2:]
    spot = points[..., None, :]
    gap = np.maximum(np.maximum(low - spot, spot - high), 0.0)
    return np.asarray(np.sqrt((gap**2).sum(-1).min(-1)))


def clear(a: Array, b: Array, room: float, also: Array | None = None) -> NDArray[np.bool_]:
    """Whether straight lines keep clear of all solids grown by `room` on every side.

    Args:
        a: (n, 2) beginnings.
        b: (n, 2) ends.
        room: metres.
        also: (k, 4) more boxes.
    """
    solid = boxes() if also is None or not len(also) else np.concatenate([boxes(), also])
    low, high = solid[:, :2] - room, solid[:, 2:] + room
    way = (b - a)[:, None, :]
    way = np.where(np.abs(way) < 1e-9, 1e-9, way)  # noqa: PLR2004 - a line along an axis
    first, second = (low - a[:, None, :]) / way, (high - a[:, None, :]) / way
    enter = np.minimum(first, second).max(-1)
    leave = np.maximum(first, second).min(-1)
    hit = (enter < leave) & (enter < 1.0) & (leave > 0.0)
    return np.asarray(~hit.any(1))


def room_of(point: Array) -> str:
    """The room that a point lies in; the nearest one for a point in a doorway."""
    x, y = float(point[0]), float(point[1])
    gaps = {
        name: max(x0 - x, x - x1, 0.0) + max(y0 - y, y - y1, 0.0) + (0.0 if x0 < x < x1 and y0 < y < y1 else 1e-6)
        for name, (x0, y0, x1, y1) in ROOMS.items()
    }
    return min(gaps, key=lambda name: gaps[name])


def gates_between(start: str, goal: str) -> list[tuple[Gate, str]]:
    """The gates from one room to another with the room behind each; rooms hang together as a tree."""
    ways: dict[str, list[tuple[Gate, str]]] = {start: []}
    queue = [start]
    while queue:
        here = queue.pop(0)
        for gate in GATES:
            if here in gate.rooms:
                there = gate.rooms[1 - gate.rooms.index(here)]
                if there not in ways:
                    ways[there] = [*ways[here], (gate, there)]
                    queue.append(there)
    return ways[goal]


class _Net(NamedTuple):
    nodes: Array
    cost: Array
    before: NDArray[np.int64]


@lru_cache(8)
def _net(room: float) -> _Net:
    grown = boxes() + np.array([-room, -room, room, room]) * 1.04
    corners = np.concatenate([grown[:, [0, 1]], grown[:, [0, 3]], grown[:, [2, 1]], grown[:, [2, 3]]])
    walk = np.array(list(ROOMS.values())) + np.array([-0.3, -0.3, 0.3, 0.3])
    spot = corners[:, None, :]
    inside = ((spot > walk[:, :2]) & (spot < walk[:, 2:])).all(-1).any(1)
    nodes = corners[inside & clear(corners, corners + 1e-6, room)]
    n = len(nodes)
    first, second = np.repeat(nodes, n, 0), np.tile(nodes, (n, 1))
    cost = np.where(clear(first, second, room), np.hypot(*(second - first).T), np.inf).reshape(n, n)
    lengths, before = shortest_path(np.where(np.isinf(cost), 0.0, cost), return_predecessors=True)
    return _Net(nodes, lengths, before)


def route(start: Array, goal: Array, room: float = EASY, also: Array | None = None) -> Array:
    """The shortest way around solids, (k, 2), both ends with it.

    Args:
        start: (2,) metres.
        goal: (2,) metres.
        room: metres to keep from solids where possible; near both ends TIGHT is enough.
        also: (k, 4) boxes to walk around as well, such as people who stand.
    """
    ends = np.array([start, goal])
    near = min(room, TIGHT) if room <= EASY else room - 0.1
    if clear(ends[:1], ends[1:], near, also)[0]:
        return ends
    net = _net(room)
    n = len(net.nodes)
    reach = [np.where(clear(np.tile(end, (n, 1)), net.nodes, near, also), 0.0, np.inf) for end in ends]
    from_start = reach[0] + np.hypot(*(net.nodes - start).T)
    to_goal = reach[1] + np.hypot(*(net.nodes - goal).T)
    total = from_start[:, None] + net.cost + to_goal[None, :]
    i, j = divmod(int(total.argmin()), n)
    if not np.isfinite(total[i, j]):
        return ends
    back = [j]
    while back[-1] != i:
        back.append(int(net.before[i, back[-1]]))
    return np.concatenate([ends[:1], net.nodes[back[::-1]], ends[1:]])


def rounded(path: Array, room: float = TIGHT) -> Array:
    """A way with its corners cut into curves, as far as solids allow; (k, 2)."""
    far = np.linalg.norm(np.diff(path, axis=0), axis=1) > 0.05  # noqa: PLR2004 - no legs of no length
    path = path[np.concatenate([[True], far])]
    out = [path[:1]]
    t = np.linspace(0.0, 1.0, 7)[:, None]
    for before, here, after in zip(path[:-2], path[1:-1], path[2:], strict=True):
        legs = np.linalg.norm(before - here), np.linalg.norm(after - here)
        for cut in (2.0, 1.2, 0.6, 0.3):
            a = here + (before - here) * min(0.5, cut / float(legs[0]))
            b = here + (after - here) * min(0.5, cut / float(legs[1]))
            bend = (1 - t) ** 2 * a + 2 * t * (1 - t) * here + t**2 * b
            if clearance(bend).min() > room + 0.04:
                break
        out.append(bend)
    return np.concatenate([*out, path[-1:]])
