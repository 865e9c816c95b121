"""The light that a person stands in: an ambient cube and the nearest lamps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mall.domain.place import CORRIDOR, HALL, LAMPS, SHOP_A, SHOP_B
from mall.domain.scene import Light

Array = NDArray[np.float64]
NEAREST = 4


@dataclass(frozen=True, slots=True)
class Lit:
    """Light at one place.

    Attributes:
        cube: (6, 3) irradiance over pi from +x, -x, +y, -y, +z, -z, without the nearest lamps.
        at: (4, 3) the nearest lamps' centres, metres. soft: (4,) square metres added to the squared distance.
        power: (4, 3) radiance times area over pi.
    """

    cube: Array
    at: Array
    soft: Array
    power: Array

    def main_way(self, place: Array) -> Array:
        """The unit direction (3,) from which most of the lamps' light comes."""
        to = self.at - place
        far2 = (to**2).sum(1)
        weight = self.power.mean(1) * np.maximum(to[:, 2], 0.0) / far2**1.5
        way = (to / np.sqrt(far2)[:, None] * weight[:, None]).sum(0) + np.array([0.0, 0.0, 1e-6])
        return np.asarray(way / np.linalg.norm(way))

    def block(self) -> bytes:
        """The lamps' share of the uniform block Actor."""
        cube = np.zeros((6, 4), dtype=np.float32)
        cube[:, :3] = self.cube
        at = np.column_stack([self.at, self.soft]).astype(np.float32)
        power = np.column_stack([self.power, np.zeros(NEAREST)]).astype(np.float32)
        return cube.tobytes() + at.tobytes() + power.tobytes()


def studio(name: str = "mall") -> Lit:
    """Light for portraits: `mall` like the hall, `soft` without direction.

    Raises:
        KeyError: there is no light of that name.
    """
    warm, cool = np.array([1.0, 0.96, 0.90]), np.array([0.92, 0.97, 1.0])
    cubes = {
        "mall": np.stack([0.40 * cool, 0.26 * warm, 0.34 * warm, 0.34 * warm, 0.30 * warm, 0.24 * warm]),
        "soft": np.stack([0.62 * cool] * 5 + [0.4 * warm]),
    }
    strength = {"mall": 2.3, "soft": 0.8}[name]
    at = np.array([[0.9, 0.5, 3.98], [1.6, -2.4, 3.98], [-1.9, 2.3, 3.98], [-2.2, -1.6, 3.98]])
    return Lit(cubes[name], at, np.full(NEAREST, 0.3), np.outer(np.array([2.3, 1.4, 1.2, 1.0]) * strength / 1.6, warm))


@dataclass(frozen=True, slots=True)
class Room:
    """A part of the mall with light of its own.

    Attributes:
        name: of the room. box: x0, y0, x1, y1, metres.
        floor, wall, ceiling: linear light that comes from there, (3,) each.
    """

    name: str
    box: tuple[float, float, float, float]
    floor: Array
    wall: Array
    ceiling: Array


_WARM, _COOL = np.array([1.0, 0.965, 0.91]), np.array([0.90, 0.96, 1.0])
LAMP_LIGHT = 2.4  # radiance over pi of a panel
# Three lamps under the roof over the door: places, and the square metres of a hall's panel that shine as they do.
CANOPY = ((-1.6, -0.9, 3.44), (0.0, -0.9, 3.44), (1.6, -0.9, 3.44))
CANOPY_AREA = 0.23
DOORWAY = 0.15  # the share of the hall's lamps that reaches the pavement
THRESHOLD = 1.2  # metres before the door within which the hall's light takes over from that outside
CLEAR = 0.64  # of the sky's light that comes in: glass takes some, the film on it half of what falls on it
WINDOW = (12.0, 3.4)  # width and height of the glass front
SKY = {Light.DAY: 1.5 * _COOL, Light.DUSK: np.array([0.12, 0.15, 0.23])}
PAVEMENT = {Light.DAY: np.array([0.60, 0.60, 0.58]), Light.DUSK: np.array([0.17, 0.17, 0.18])}


def rooms() -> tuple[Room, ...]:
    """The mall's rooms; who stands in none of them is outside."""
    floor, wall, ceiling = 0.36 * _WARM, 0.52 * _WARM, 0.42 * _WARM
    dark = np.full(3, 0.12)
    return (
        Room("hall", HALL, floor, wall, ceiling),
        Room("corridor", CORRIDOR, floor, wall * 0.95, ceiling),
        Room("shop-a", SHOP_A, floor, wall, ceiling),
        Room("shop-b", SHOP_B, floor, wall, ceiling),
        Room("staff", (3.5, 11.0, 5.2, 14.0), dark, dark, dark),
    )


def room_of(x: float, y: float) -> Room | None:
    """The room of a place on the floor; None: outside."""
    for room in rooms():
        x0, y0, x1, y1 = room.box
        if x0 <= x <= x1 and y0 <= y <= y1:
            return room
    return None


OUTSIDE = "outside"
_SEEN = {  # how much of one room's lamps another sees through the openings between them
    ("hall", OUTSIDE): DOORWAY,
    ("hall", "corridor"): 0.75,
    ("corridor", "hall"): 0.75,
    ("shop-a", "corridor"): 0.25,
    ("shop-b", "corridor"): 0.25,
    ("corridor", "shop-a"): 0.25,
    ("corridor", "shop-b"): 0.25,
}


class Lighting:
    """The light everywhere in the mall at one hour.

    Args:
        hour: day or dusk.
        pavement: linear light of the ground outside as the plate shows it, (3,); None: a guess.
    """

    def __init__(self, hour: Light, pavement: Array | None = None) -> None:
        self._hour = hour
        self._pavement = PAVEMENT[hour] if pavement is None else np.asarray(pavement, dtype=np.float64)
        self._at = np.array([*((lamp.x, lamp.y, lamp.z) for lamp in LAMPS), *CANOPY])
        self._area = np.array([*(lamp.wide * lamp.long for lamp in LAMPS), *(CANOPY_AREA,) * len(CANOPY)])
        self._soft = self._area / 4  # keeps a panel from becoming a point when it is near
        self._room = [getattr(room_of(x, y), "name", OUTSIDE) for x, y, _ in self._at.tolist()]
        self._hall = room_of(0.0, 5.0)
        wide, high = WINDOW
        x, z = np.meshgrid((np.arange(6) + 0.5) / 6 * wide - wide / 2, (np.arange(2) + 0.5) / 2 * high)
        self._panes = np.stack([x, np.zeros_like(x), z], -1).reshape(-1, 3)

    def at(self, place: Array) -> Lit:
        """The light at a place, (3,) metres: the middle of a body."""
        room = room_of(float(place[0]), float(place[1]))
        name = OUTSIDE if room is None else room.name
        inner = max(0.0, 1 + float(place[1]) / THRESHOLD) if room is None and place[1] < 0 else 0.0
        seen = self._seen(name) if inner == 0 else (1 - inner) * self._seen(OUTSIDE) + inner * self._seen("hall")
        to = self._at - place
        far2 = (to**2).sum(1)
        reach = self._area * np.maximum(to[:, 2], 0.0) / np.sqrt(far2) / (far2 + self._soft) * seen
        order = np.argsort(-reach, kind="stable")
        near, next_one = order[:NEAREST], reach[order[NEAREST]]
        # A lamp's place among the nearest comes and goes without a jump as a person walks.
        share = np.zeros(len(reach))
        share[near] = np.clip((reach[near] - next_one) / np.maximum(0.35 * reach[near], 1e-9), 0.0, 1.0)
        around = self._surroundings(room)
        if inner > 0:
            around += inner * (self._surroundings(self._hall) - around)
        cube = around + self._falls(to, far2, reach * (1 - share) * LAMP_LIGHT, _WARM)
        if room is not None and name in ("hall", "corridor"):
            cube += self._window(place)
        power = (self._area * seen * share)[near, None] * LAMP_LIGHT * _WARM
        return Lit(cube, self._at[near], self._soft[near], power)

    def _seen(self, name: str) -> Array:
        """How much of each lamp reaches a room, (lamps,)."""
        return np.array([1.0 if lamp == name else _SEEN.get((lamp, name), 0.0) for lamp in self._room])

    @staticmethod
    def _falls(to: Array, far2: Array, strength: Array, colour: Array) -> Array:
        """What small sources with `strength` (square-on irradiance over pi) add to the cube's six faces, (6, 3)."""
        way = to / np.sqrt(far2)[:, None]
        faces = np.stack([np.maximum(s * way[:, k], 0.0) for k in range(3) for s in (1.0, -1.0)], axis=0)
        return np.asarray((faces @ strength)[:, None] * colour)

    def _window(self, place: Array) -> Array:
        to = self._panes - place
        far2 = np.maximum((to**2).sum(1), 0.6)
        area = WINDOW[0] * WINDOW[1] / len(self._panes)
        strength = area * np.maximum(-to[:, 1], 0.0) / np.sqrt(far2) / (far2 + area / 4) / np.pi
        return self._falls(to, far2, strength, SKY[self._hour] * CLEAR)

    def _surroundings(self, room: Room | None) -> Array:
        """Light from floor, walls and ceiling around, (6, 3)."""
        if room is None:
            sky, ground = self._pavement / 0.40, self._pavement
            side = 0.5 * sky * 0.75 + 0.5 * ground * 0.8
            return np.stack([side, side, side * 0.8, side, sky, ground])
        side = 0.45 * room.wall + 0.25 * room.floor + 0.30 * room.ceiling
        return np.stack([side, side, side, side, 0.8 * room.ceiling, 0.85 * room.floor])
