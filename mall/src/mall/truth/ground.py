"""Lines and zones of the mall: drawn on its floor in metres, so that truth and tripwire are the same line."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from galleria.domain.site import Anchor
from mall.domain.lens import VIEWS, View
from mall.domain.place import Floor

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FloorLine:
    """A tripwire of one camera.

    Attributes:
        a, b: its ends.
        inside: a point on the side that is in.
        entrance: the entrance it counts for; empty: none.
        anchor: the point of a body's box that stands for where it is, in this camera's picture.
    """

    id: str
    camera: str
    name: str
    a: Floor
    b: Floor
    inside: Floor
    entrance: str = ""
    anchor: Anchor = Anchor.FEET

    def offset(self, places: Array) -> Array:
        """How far places (..., 2) lie on the inner side of the endless line, metres; negative outside."""
        dx, dy = self.b.x - self.a.x, self.b.y - self.a.y
        turn = 1.0 if dx * (self.inside.y - self.a.y) > dy * (self.inside.x - self.a.x) else -1.0
        apart = dx * (places[..., 1] - self.a.y) - dy * (places[..., 0] - self.a.x)
        return np.asarray(turn * apart / (dx * dx + dy * dy) ** 0.5)

    def along(self, place: Array) -> float:
        """Where the foot of the perpendicular from a place (2,) lies: 0 at `a`, 1 at `b`."""
        dx, dy = self.b.x - self.a.x, self.b.y - self.a.y
        return float((dx * (place[0] - self.a.x) + dy * (place[1] - self.a.y)) / (dx * dx + dy * dy))

    def drawn(self, view: View | None = None) -> tuple[tuple[float, float], tuple[float, float]]:
        """Its ends in the camera's picture, pixels to 0.1, directed so that in is on the right-hand side."""
        seen = projected((self.a, self.b, self.inside), view or VIEWS[self.camera])
        (ax, ay), (bx, by), (ix, iy) = seen
        right_hand = (bx - ax) * (iy - ay) - (by - ay) * (ix - ax) > 0
        return (seen[0], seen[1]) if right_hand else (seen[1], seen[0])


@dataclass(frozen=True, slots=True)
class FloorZone:
    """An area of one camera.

    Attributes:
        corners: on the floor.
        height: metres above the floor at which it is drawn in the picture: where the anchor of a body is.
    """

    id: str
    camera: str
    name: str
    corners: tuple[Floor, ...]
    anchor: Anchor = Anchor.FEET
    height: float = 0.0

    def contains(self, places: Array) -> NDArray[np.bool_]:
        """Whether places (n, 2) lie inside (even-odd rule)."""
        inside = np.zeros(len(places), np.bool_)
        x, y = places[:, 0], places[:, 1]
        for p, q in zip(self.corners, (*self.corners[1:], self.corners[0]), strict=True):
            if p.y != q.y:
                inside ^= ((p.y > y) != (q.y > y)) & (x < (q.x - p.x) * (y - p.y) / (q.y - p.y) + p.x)
        return inside

    def drawn(self, view: View | None = None) -> tuple[tuple[float, float], ...]:
        """Its corners in the camera's picture, pixels to 0.1."""
        return projected(self.corners, view or VIEWS[self.camera], self.height)


def projected(places: tuple[Floor, ...], view: View, height: float = 0.0) -> tuple[tuple[float, float], ...]:
    """Places at a height above the floor in a view's picture, pixels to 0.1."""
    pixels, _ = view.project(np.array([(p.x, p.y, height) for p in places]))
    return tuple((round(float(x), 1), round(float(y), 1)) for x, y in pixels)


def _area(x0: float, y0: float, x1: float, y1: float) -> tuple[Floor, ...]:
    return Floor(x0, y0), Floor(x1, y0), Floor(x1, y1), Floor(x0, y1)


HEAD = 1.65  # metres: where the upper border of a box is, for zones that are drawn at heads

LINES: tuple[FloorLine, ...] = (
    FloorLine("front", "entrance", "Front door", Floor(-2.1, 1.0), Floor(2.1, 1.0), Floor(0.0, 2.0), "front"),
    FloorLine(
        "front-above",
        "down",
        "Front door from above",
        Floor(-2.4, 1.0),
        Floor(2.4, 1.0),
        Floor(0.0, 2.0),
        anchor=Anchor.CENTRE,
    ),
    FloorLine("middle", "corridor", "Across the corridor", Floor(-3.3, 19.0), Floor(3.3, 19.0), Floor(0.0, 20.0)),
    FloorLine(
        "passage", "corridor", "From the passage", Floor(-3.3, 25.0), Floor(3.3, 25.0), Floor(0.0, 24.0), "passage"
    ),
    FloorLine("books", "corridor", "Door of fig & page", Floor(3.2, 19.8), Floor(3.2, 22.8), Floor(4.0, 21.2), "books"),
    FloorLine("clothes", "shop", "Door of Norte", Floor(-3.6, 14.0), Floor(-3.6, 16.4), Floor(-5.0, 15.2), "clothes"),
    FloorLine("kiosk", "till", "To the till", Floor(1.6, 5.2), Floor(1.6, 8.6), Floor(3.0, 6.0)),
    FloorLine("near-screen", "screen", "Towards the screen", Floor(-1.8, 3.4), Floor(-1.8, 7.6), Floor(-3.0, 5.5)),
)

ZONES: tuple[FloorZone, ...] = (
    FloorZone("doormat", "entrance", "Behind the front door", _area(-1.7, 0.2, 1.7, 2.0)),
    FloorZone("corridor-mid", "corridor", "Middle of the corridor", _area(-3.2, 17.0, 3.0, 24.0)),
    FloorZone("books-front", "corridor", "Before fig & page", _area(1.7, 19.6, 3.4, 23.0)),
    FloorZone("clothes-front", "shop", "Before Norte", _area(-3.4, 13.4, -1.6, 17.0)),
    FloorZone(
        "queue",
        "till",
        "Queue",
        (Floor(2.05, 6.55), Floor(2.05, 5.1), Floor(2.6, 4.0), Floor(3.15, 4.0), Floor(3.15, 6.55)),
    ),
    FloorZone("service", "till", "Being served", _area(2.05, 6.55, 3.15, 7.7)),
    FloorZone(
        "watching",
        "screen",
        "Before the screen",
        (Floor(-2.2, 3.65), Floor(-2.2, 7.35), Floor(-3.9, 6.5), Floor(-3.9, 4.4)),
        Anchor.HEAD,
        HEAD,
    ),
)

PASS_BY = {"corridor": "corridor-mid", "shop": "clothes-front"}
ENTRANCES = {"front": "Front entrance", "passage": "Passage", "clothes": "Norte", "books": "fig & page"}


def lines_of(camera: str) -> tuple[FloorLine, ...]:
    """The lines of one camera."""
    return tuple(line for line in LINES if line.camera == camera)


def zones_of(camera: str) -> tuple[FloorZone, ...]:
    """The zones of one camera."""
    return tuple(zone for zone in ZONES if zone.camera == camera)
