"""Where people stop: places to stand, and what is looked at from there."""

from __future__ import annotations

from typing import NamedTuple

from mall.domain import place
from mall.domain.place import Floor


class Spot(NamedTuple):
    """A place to stand, and the point that is looked at from it, metres."""

    at: Floor
    look: tuple[float, float, float]


def _spots(*rows: tuple[float, float, float, float, float]) -> tuple[Spot, ...]:
    return tuple(Spot(Floor(x, y), (lx, ly, lz)) for x, y, lx, ly, lz in rows)


SPOTS: dict[str, tuple[Spot, ...]] = {
    "shop-a": _spots(
        (-8.0, 13.6, -8.0, 12.8, 1.1),
        (-6.9, 13.5, -6.9, 12.8, 1.1),
        (-8.1, 16.7, -8.1, 17.4, 1.1),
        (-6.8, 16.7, -6.8, 17.4, 1.1),
        (-8.9, 14.4, -9.7, 14.4, 1.4),
        (-8.9, 16.0, -9.7, 16.0, 1.4),
        (-7.1, 14.1, -7.1, 15.0, 0.85),
        (-6.0, 15.2, -6.9, 15.2, 0.85),
        (-7.1, 16.2, -7.1, 15.4, 0.85),
        (-7.4, 18.4, -7.4, 17.6, 1.1),
    ),
    "shop-b": _spots(
        (7.0, 19.5, 7.0, 18.7, 1.2),
        (8.2, 19.5, 8.2, 18.7, 1.2),
        (7.0, 23.4, 7.0, 24.2, 1.2),
        (8.3, 23.4, 8.3, 24.2, 1.2),
        (8.9, 20.5, 9.7, 20.5, 1.4),
        (8.9, 22.3, 9.7, 22.3, 1.4),
        (6.0, 21.2, 7.0, 21.2, 0.85),
        (7.1, 20.1, 7.1, 21.0, 0.85),
        (7.1, 22.3, 7.1, 21.4, 0.85),
    ),
    "window-a": _spots((-2.55, 17.4, -3.6, 17.4, 1.3), (-2.45, 18.4, -3.6, 18.4, 1.3), (-2.6, 19.2, -3.6, 19.3, 1.2)),
    "screen": tuple(Spot(Floor(x, y), place.SCREEN_CENTRE) for x, y in place.WATCHING),
    # On the counting line of the entrance, and where those who think better of it turn.
    "line": _spots((0.5, 1.0, 0.6, 3.4, 1.4), (-0.6, 1.0, -0.5, 3.4, 1.4), (0.1, 1.0, 0.2, 3.4, 1.4)),
    "turn": _spots((0.2, 1.45, 0.2, 4.0, 1.4), (-0.95, 1.35, -0.8, 4.0, 1.4), (1.05, 1.4, 1.0, 4.0, 1.4)),
    # Where those who come in stop and look up the corridor, as one does at a sign: the camera hangs on that way.
    "sign": _spots(
        (0.45, 7.15, 0.5, 11.0, 2.3),
        (-0.15, 7.3, 0.0, 11.0, 2.3),
        (0.95, 6.95, 0.8, 11.0, 2.3),
        (0.1, 6.7, 0.2, 11.0, 2.3),
    ),
    "hall": _spots((-1.4, 7.6, 0.4, 3.0, 1.4), (-2.2, 2.6, -0.2, 2.4, 1.4), (-3.9, 8.4, -1.5, 6.0, 1.4)),
    "meeting": _spots((-2.5, 1.9, -1.0, 2.3, 1.5), (1.0, 8.4, 0.4, 6.0, 1.5), (-3.2, 8.5, -1.5, 6.6, 1.5)),
    "counter": _spots((2.7, 8.2, 3.5, 8.2, 1.1)),  # to the side of the till: staff on their round ask something
    "server": (Spot(place.SERVER, (place.TILL.x, place.TILL.y, 1.4)),),
    "tidy-a": _spots(
        (-9.2, 12.6, -9.8, 13.6, 1.3),
        (-7.5, 11.85, -7.5, 12.6, 1.1),
        (-7.3, 18.35, -7.3, 17.6, 1.1),
        (-9.2, 17.8, -9.8, 16.9, 1.3),
    ),
    "staff": _spots((4.45, 11.8, 4.45, 13.5, 1.4)),
}
