"""Points, segments and polygons in normalised image coordinates, [0,1] x [0,1], origin top-left, y down.

Lengths need the picture's aspect ratio (width / height): they are measured in picture heights, so that
a distance means the same along x and y.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import NamedTuple

# Overlaps narrower or lower than this, as a share of the picture, are rounding: such polygons only touch.
_TOUCHING = 1e-9


class Point(NamedTuple):
    """A point; x right, y down, both as a share of the picture's width and height."""

    x: float
    y: float


class Box(NamedTuple):
    """An axis-aligned box: left, top, right, bottom."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def centre(self) -> Point:
        return Point((self.left + self.right) / 2, (self.top + self.bottom) / 2)

    @property
    def feet(self) -> Point:
        return Point((self.left + self.right) / 2, self.bottom)

    @property
    def head(self) -> Point:
        return Point((self.left + self.right) / 2, self.top)

    def around(self, other: Box) -> Box:
        """The smallest box that holds both."""
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )


@dataclass(frozen=True, slots=True)
class Segment:
    """A directed segment from `a` to `b`."""

    a: Point
    b: Point

    def length(self, aspect: float) -> float:
        """Length in picture heights."""
        return math.hypot((self.b.x - self.a.x) * aspect, self.b.y - self.a.y)

    def offset(self, p: Point, aspect: float) -> float:
        """Signed distance of `p` from the infinite line, in picture heights.

        Positive on the right-hand side of somebody who walks from `a` to `b` on the picture.
        """
        dx, dy = (self.b.x - self.a.x) * aspect, self.b.y - self.a.y
        px, py = (p.x - self.a.x) * aspect, p.y - self.a.y
        return (dx * py - dy * px) / math.hypot(dx, dy)

    def along(self, p: Point, aspect: float) -> float:
        """Where the foot of the perpendicular from `p` lies: 0 at `a`, 1 at `b`."""
        dx, dy = (self.b.x - self.a.x) * aspect, self.b.y - self.a.y
        px, py = (p.x - self.a.x) * aspect, p.y - self.a.y
        return (dx * px + dy * py) / (dx * dx + dy * dy)

    @property
    def towards(self) -> str:
        """The image direction of somebody who crosses from the left-hand to the right-hand side."""
        # The right-hand normal of (dx, dy) with y down is (-dy, dx).
        nx, ny = -(self.b.y - self.a.y), self.b.x - self.a.x
        if abs(nx) >= abs(ny):
            return "right" if nx > 0 else "left"
        return "down" if ny > 0 else "up"

    def reversed(self) -> Segment:
        return Segment(self.b, self.a)


OPPOSITE = {"up": "down", "down": "up", "left": "right", "right": "left", "in": "out", "out": "in"}


@dataclass(frozen=True, slots=True)
class Polygon:
    """A simple polygon of at least three corners; the last joins the first."""

    corners: tuple[Point, ...]

    def contains(self, p: Point) -> bool:
        """True inside; the border belongs to the polygon on its left and top sides only (even-odd rule)."""
        inside = False
        for a, b in pairwise((*self.corners, self.corners[0])):
            if (a.y > p.y) != (b.y > p.y) and p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x:
                inside = not inside
        return inside

    @property
    def area(self) -> float:
        """Area as a share of the picture."""
        ring = (*self.corners, self.corners[0])
        return abs(sum(a.x * b.y - b.x * a.y for a, b in pairwise(ring))) / 2

    def overlaps(self, other: Polygon) -> bool:
        """Whether some area is inside both; a common side or corner is none."""
        own, others = self._sides(), other._sides()
        sides = own + others
        heights = {p.y for side in sides for p in side}
        heights.update(y for one, two in combinations(sides, 2) for y in _meeting(one, two))
        # Between two neighbours of these heights no sides meet: what overlaps there does so half-way, too.
        return any(
            min(right, other_right) - max(left, other_left) > _TOUCHING
            for low, high in pairwise(sorted(heights))
            if high - low > _TOUCHING
            for left, right in _within(own, (low + high) / 2)
            for other_left, other_right in _within(others, (low + high) / 2)
        )

    def _sides(self) -> list[tuple[Point, Point]]:
        return list(pairwise((*self.corners, self.corners[0])))


def _meeting(one: tuple[Point, Point], two: tuple[Point, Point]) -> list[float]:
    """The height at which two sides meet; none where they do not or are parallel."""
    (a, b), (c, d) = one, two
    turn = (b.x - a.x) * (d.y - c.y) - (b.y - a.y) * (d.x - c.x)
    if not turn:
        return []
    along = ((c.x - a.x) * (d.y - c.y) - (c.y - a.y) * (d.x - c.x)) / turn
    other = ((c.x - a.x) * (b.y - a.y) - (c.y - a.y) * (b.x - a.x)) / turn
    return [a.y + along * (b.y - a.y)] if 0 <= along <= 1 and 0 <= other <= 1 else []


def _within(sides: list[tuple[Point, Point]], y: float) -> list[tuple[float, float]]:
    """Where a polygon is at a height that none of its corners has: from left to right, pairs of (left, right)."""
    xs = sorted((b.x - a.x) * (y - a.y) / (b.y - a.y) + a.x for a, b in sides if (a.y > y) != (b.y > y))
    return list(zip(xs[::2], xs[1::2], strict=True))
