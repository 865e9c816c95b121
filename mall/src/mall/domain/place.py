"""The mall's plan: one source for its walls, doors, furniture and lamps.

The plates are rendered from it, people are occluded by it, the engine walks around it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Floor(NamedTuple):
    """A point of the floor, metres."""

    x: float
    y: float


class Stuff(StrEnum):
    """What a solid is made of; what the plates give a surface, and glass lets through."""

    WALL = "wall"
    GLASS = "glass"
    METAL = "metal"
    WOOD = "wood"
    STONE = "stone"
    GOODS = "goods"
    PLANT = "plant"
    SCREEN = "screen"
    SIGN = "sign"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Solid:
    """An upright box: x0 < x1, y0 < y1, z0 < z1, metres. Glass hides nobody; the rest does."""

    name: str
    x0: float
    y0: float
    z0: float
    x1: float
    y1: float
    z1: float
    stuff: Stuff

    @property
    def blocks_way(self) -> bool:
        """Whether people walk around it."""
        return self.z0 < 1.8  # noqa: PLR2004 - what hangs higher hits no head


@dataclass(frozen=True, slots=True)
class Doorway:
    """An opening that people go through, from `a` to `b`; `inside` lies behind it, seen from the public side."""

    name: str
    a: Floor
    b: Floor
    inside: Floor


@dataclass(frozen=True, slots=True)
class Lamp:
    """A ceiling panel: centre, and size along x and y; metres."""

    x: float
    y: float
    z: float
    wide: float
    long: float


CEILING = 4.0
HALL = (-6.0, 0.0, 6.0, 10.0)  # x0, y0, x1, y1
CORRIDOR = (-3.5, 10.0, 3.5, 34.0)
SHOP_A = (-10.0, 11.0, -3.5, 20.0)
SHOP_B = (3.5, 17.0, 10.0, 26.0)
T = 0.2  # thickness of walls
FILM = 1.95  # how high the film on the front's panes reaches

ENTRANCE = Doorway("entrance", Floor(-1.6, 0.0), Floor(1.6, 0.0), Floor(0.0, 2.0))
PASSAGE = Doorway("passage", Floor(-3.0, 34.0), Floor(3.0, 34.0), Floor(0.0, 32.0))
DOOR_A = Doorway("shop-a", Floor(-3.5, 14.0), Floor(-3.5, 16.4), Floor(-5.5, 15.2))
DOOR_B = Doorway("shop-b", Floor(3.5, 20.0), Floor(3.5, 22.4), Floor(5.5, 21.2))
STAFF_DOOR = Doorway("staff", Floor(3.5, 12.0), Floor(3.5, 13.0), Floor(4.4, 12.5))
DOORWAYS = (ENTRANCE, PASSAGE, DOOR_A, DOOR_B, STAFF_DOOR)

TILL = Floor(2.75, 7.0)  # where the customer who is served stands
SERVER = Floor(4.5, 7.0)  # where staff stand behind the counter
# Places of the queue, the first right behind the one who is served.
QUEUE = (Floor(2.72, 6.1), Floor(2.68, 5.2), Floor(2.6, 4.3), Floor(2.2, 3.5), Floor(1.5, 3.0), Floor(0.7, 2.9))
SCREEN_CENTRE = (-5.9, 5.5, 1.6)
WATCHING = ((-3.2, 4.25), (-2.9, 4.8), (-3.3, 5.5), (-2.7, 6.2), (-3.3, 6.6))  # where watchers like to stand


def _wall(name: str, x0: float, y0: float, x1: float, y1: float, z0: float = 0.0, z1: float = CEILING) -> Solid:
    return Solid(name, x0, y0, z0, x1, y1, z1, Stuff.WALL)


SOLIDS: tuple[Solid, ...] = (
    # The glass front with its door; the leaves stand open in front of the side panes.
    Solid("front west", -6.0, -0.06, 0.0, -1.7, 0.0, 3.4, Stuff.GLASS),
    Solid("front east", 1.7, -0.06, 0.0, 6.0, 0.0, 3.4, Stuff.GLASS),
    # Printed film on the side panes, up to above the eyes: who is outside is seen in the doorway.
    Solid("film west", -6.0, -0.02, 0.0, -1.7, -0.01, FILM, Stuff.SIGN),
    Solid("film east", 1.7, -0.02, 0.0, 6.0, -0.01, FILM, Stuff.SIGN),
    Solid("leaf west", -3.3, 0.02, 0.0, -1.7, 0.06, 2.5, Stuff.GLASS),
    Solid("leaf east", 1.7, 0.02, 0.0, 3.3, 0.06, 2.5, Stuff.GLASS),
    Solid("post west", -1.7, -0.1, 0.0, -1.6, 0.08, 3.4, Stuff.METAL),
    Solid("post east", 1.6, -0.1, 0.0, 1.7, 0.08, 3.4, Stuff.METAL),
    Solid("door head", -1.6, -0.1, 2.5, 1.6, 0.08, 2.7, Stuff.METAL),
    Solid("front head", -6.0, -0.1, 3.4, 6.0, 0.1, CEILING, Stuff.WALL),
    # The hall.
    _wall("hall west", -6.0 - T, 0.0, -6.0, 10.0),
    _wall("hall east", 6.0, 0.0, 6.0 + T, 10.0),
    _wall("hall north west", -6.0, 10.0, -3.5, 10.0 + T),
    _wall("hall north east", 3.5, 10.0, 6.0, 10.0 + T),
    Solid("screen", -6.0, 4.0, 1.0, -5.9, 7.0, 2.2, Stuff.SCREEN),
    Solid("counter", 3.2, 5.4, 0.0, 3.9, 8.6, 1.05, Stuff.WOOD),
    Solid("till", 3.35, 6.8, 1.05, 3.75, 7.15, 1.4, Stuff.DARK),
    Solid("coffee machine", 3.3, 7.9, 1.05, 3.8, 8.5, 1.5, Stuff.METAL),
    Solid("back shelf", 5.5, 5.4, 0.0, 6.0, 8.6, 2.1, Stuff.GOODS),
    Solid("kiosk sign", 3.2, 5.4, 2.7, 3.35, 8.6, 3.2, Stuff.SIGN),
    Solid("pot west", -5.7, 0.5, 0.0, -5.1, 1.1, 0.6, Stuff.PLANT),
    Solid("pot east", 5.1, 0.5, 0.0, 5.7, 1.1, 0.6, Stuff.PLANT),
    Solid("pot north", -5.6, 9.0, 0.0, -5.0, 9.6, 0.6, Stuff.PLANT),
    # The corridor: walls with the openings of two shops and the staff door.
    _wall("corridor west 1", -3.5 - T, 10.0, -3.5, 14.0),
    _wall("corridor west head", -3.5 - T, 14.0, -3.5, 16.4, 2.6),
    _wall("corridor west 2", -3.5 - T, 16.4, -3.5, 34.0),
    Solid("sign a", -3.5, 13.6, 2.75, -3.4, 16.8, 3.3, Stuff.SIGN),
    Solid("window a", -3.5, 16.9, 0.4, -3.46, 19.6, 2.6, Stuff.GLASS),
    _wall("corridor east 1", 3.5, 10.0, 3.5 + T, 12.0),
    _wall("staff door head", 3.5, 12.0, 3.5 + T, 13.0, 2.2),
    _wall("corridor east 2", 3.5, 13.0, 3.5 + T, 20.0),
    _wall("corridor east head", 3.5, 20.0, 3.5 + T, 22.4, 2.6),
    _wall("corridor east 3", 3.5, 22.4, 3.5 + T, 34.0),
    Solid("sign b", 3.4, 19.6, 2.75, 3.5, 22.8, 3.3, Stuff.SIGN),
    Solid("bench", -3.2, 25.0, 0.0, -2.7, 27.0, 0.45, Stuff.WOOD),
    Solid("pot corridor", 2.7, 27.4, 0.0, 3.3, 28.0, 0.6, Stuff.PLANT),
    _wall("passage west", -3.5, 34.0, -3.0, 34.0 + T),
    _wall("passage east", 3.0, 34.0, 3.5, 34.0 + T),
    _wall("passage head", -3.0, 34.0, 3.0, 34.0 + T, 2.8),
    # Behind the staff door, a dark room.
    Solid("staff room", 5.2, 11.0, 0.0, 5.3, 14.0, CEILING, Stuff.DARK),
    # Shop A, clothes.
    _wall("shop a west", -10.0 - T, 11.0, -10.0, 20.0),
    _wall("shop a south", -10.0, 11.0 - T, -3.7, 11.0),
    _wall("shop a north", -10.0, 20.0, -3.7, 20.0 + T),
    Solid("rail a 1", -8.6, 12.4, 0.0, -6.4, 13.0, 1.4, Stuff.GOODS),
    Solid("rail a 2", -8.6, 17.2, 0.0, -6.4, 17.8, 1.4, Stuff.GOODS),
    Solid("shelf a", -10.0, 13.4, 0.0, -9.5, 17.0, 2.2, Stuff.GOODS),
    Solid("table a", -7.6, 14.7, 0.0, -6.6, 15.7, 0.8, Stuff.WOOD),
    # Shop B, books and gifts.
    _wall("shop b east", 10.0, 17.0, 10.0 + T, 26.0),
    _wall("shop b south", 3.7, 17.0 - T, 10.0, 17.0),
    _wall("shop b north", 3.7, 26.0, 10.0, 26.0 + T),
    Solid("shelf b 1", 6.4, 18.4, 0.0, 8.8, 18.9, 1.6, Stuff.GOODS),
    Solid("shelf b 2", 6.4, 24.0, 0.0, 8.8, 24.5, 1.6, Stuff.GOODS),
    Solid("shelf b 3", 9.5, 19.0, 0.0, 10.0, 24.0, 2.2, Stuff.GOODS),
    Solid("table b", 6.6, 20.7, 0.0, 7.6, 21.7, 0.8, Stuff.WOOD),
)

LAMPS: tuple[Lamp, ...] = (
    *(Lamp(x, y, CEILING - 0.02, 1.2, 1.2) for y in (2.0, 5.0, 8.0) for x in (-3.6, 0.0, 3.6)),
    *(Lamp(x, y, CEILING - 0.02, 0.5, 2.0) for y in (12.0, 16.0, 20.0, 24.0, 28.0, 32.0) for x in (-1.5, 1.5)),
    *(Lamp(-6.8, y, CEILING - 0.02, 3.0, 0.5) for y in (13.0, 15.5, 18.0)),
    *(Lamp(6.8, y, CEILING - 0.02, 3.0, 0.5) for y in (19.0, 21.5, 24.0)),
)
