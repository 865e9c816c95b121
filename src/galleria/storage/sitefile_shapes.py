"""Turns coordinates as written into normalised shapes, and says which shapes cannot be used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from galleria.domain.geometry import Point, Polygon, Segment

from .sitefile_problems import Loc, Problems

# A line whose `in` is nearly along it has no side that is clearly in; 0.1 is 6 degrees.
LEAST_ACROSS = 0.1
LEAST_AREA = 1e-5  # share of the picture: 9 pixels of a 1280x720 picture
_PROBES = 40
_MOST_SHARE = 2.0  # beyond it a number without a frame is taken for pixels, below for a slip
_NEEDED = 4

_ALONG = {"right": (1, 0), "left": (-1, 0), "down": (0, 1), "up": (0, -1)}


@dataclass(slots=True)
class Scale:
    """How a camera's coordinates are read: pixels of `frame`, or shares of the picture if that is None."""

    frame: tuple[int, int] | None
    problems: Problems
    trusted: bool = True  # False: the frame is wrong itself, so nothing can be said of pixels
    asked: bool = False  # whether the frame has been asked for

    @property
    def aspect(self) -> float:
        return self.frame[0] / self.frame[1] if self.frame else 1.0

    def points(self, pairs: Sequence[Sequence[float]], locs: Sequence[Loc]) -> list[Point] | None:
        """Normalise the points of one shape; None after noting what is wrong."""
        if not self.trusted:
            return None
        if self.frame and all(-1 <= value <= 1 for pair in pairs for value in pair):
            what = "these are shares of the picture, but the camera has a `frame`, so pixels are expected"
            self.problems.add(locs[0], what, "write pixels, or remove `frame`")
            return None
        inside = [self._inside(pair, loc) for pair, loc in zip(pairs, locs, strict=True)]
        if not all(inside):
            return None
        width, height = self.frame or (1, 1)
        return [Point(x / width, y / height) for x, y in pairs]

    def _inside(self, pair: Sequence[float], loc: Loc) -> bool:
        limits = self.frame or (1, 1)
        sound = True
        for n, (value, limit) in enumerate(zip(pair, limits, strict=True)):
            if 0 <= value <= limit:
                continue
            sound = False
            if self.frame is None and value > _MOST_SHARE:
                if not self.asked:  # once: one line more in the file puts all of the camera's coordinates right
                    self.asked = True
                    what = f"{value:g} is a pixel, but the size of the picture is not known"
                    remedy = "add `frame: [width, height]` to the camera, or write shares from 0 to 1"
                    self.problems.add((*loc, n), what, remedy)
                continue
            axis = ("x", "y")[n]
            end = f"{limit} (the frame's {('width', 'height')[n]})" if self.frame else "1"
            self.problems.add((*loc, n), f"{value:g} lies outside the picture", f"{axis} goes from 0 to {end}")
        return sound


def aim(segment: Segment, towards: str | None, aspect: float) -> Segment | None:
    """Direct a line so that `in` is from its left-hand to its right-hand side.

    Args:
        segment: as drawn, not of zero length.
        towards: the image direction that is in; None: as drawn.
        aspect: width / height of the picture.

    Returns:
        the segment, turned round where needed; None if `towards` is along the line.
    """
    if towards is None:
        return segment
    dx, dy = _ALONG[towards]
    # The right-hand normal of a line (x, y) with y down is (-y, x).
    across = -(segment.b.y - segment.a.y) * dx + (segment.b.x - segment.a.x) * aspect * dy
    if abs(across) < LEAST_ACROSS * segment.length(aspect):
        return None
    return segment if across > 0 else segment.reversed()


def polygon_fault(corners: Sequence[Point]) -> tuple[str, str] | None:
    """Say why corners make no polygon, and what to do; None if they do."""
    ring = list(corners)
    n = len(ring)
    for i in range(n):
        if ring[i] == ring[(i + 1) % n]:
            last = i == n - 1
            what = "the last corner is the first again" if last else f"corners {i + 1} and {i + 2} are the same"
            return what, "remove one: the last corner is joined to the first by itself"
    for i, j in combinations(range(n), 2):
        neighbours = j == i + 1 or (i == 0 and j == n - 1)
        if not neighbours and _meet(ring[i], ring[i + 1], ring[j], ring[(j + 1) % n]):
            what = f"the side from corner {i + 1} to {i + 2} meets the side from corner {j + 1} to {(j + 1) % n + 1}"
            return what, "name the corners in order, one way round"
    if Polygon(tuple(ring)).area < LEAST_AREA or any(_doubles_back(ring, i) for i in range(n)):
        return "the corners lie on one line, or a side goes back over another", "draw an area"
    return None


def covers_everything(masks: Sequence[Polygon]) -> bool:
    """Say whether masks leave nothing of the picture, tried at the middles of 40 x 40 fields."""
    tries = [(n + 0.5) / _PROBES for n in range(_PROBES)]
    return bool(masks) and all(any(m.contains(Point(x, y)) for m in masks) for x in tries for y in tries)


def pins_floor(picture: Sequence[tuple[float, float]], floor: Sequence[tuple[float, float]]) -> bool:
    """Say whether points tell the plane of the floor: four of them, no three on one line, here and there."""
    return any(
        all(_spread([pts[i] for i in triple]) for pts in (picture, floor) for triple in combinations(four, 3))
        for four in combinations(range(len(picture)), _NEEDED)
    )


def _spread(three: Sequence[tuple[float, float]]) -> bool:
    """Three points that are not on one line: twice their area against their longest side squared."""
    (ax, ay), (bx, by), (cx, cy) = three
    longest = max((bx - ax) ** 2 + (by - ay) ** 2, (cx - bx) ** 2 + (cy - by) ** 2, (ax - cx) ** 2 + (ay - cy) ** 2)
    return abs((bx - ax) * (cy - ay) - (by - ay) * (cx - ax)) > 1e-3 * longest


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)


def _on(a: Point, b: Point, p: Point) -> bool:
    """`p`, known to be on the line through a and b, is between them."""
    return min(a.x, b.x) <= p.x <= max(a.x, b.x) and min(a.y, b.y) <= p.y <= max(a.y, b.y)


def _meet(a: Point, b: Point, c: Point, d: Point) -> bool:
    turns = (_turn(a, b, c), _turn(a, b, d), _turn(c, d, a), _turn(c, d, b))
    if turns[0] * turns[1] < 0 and turns[2] * turns[3] < 0:
        return True
    ends = ((a, b, c), (a, b, d), (c, d, a), (c, d, b))
    return any(turn == 0 and _on(*end) for turn, end in zip(turns, ends, strict=True))


def _doubles_back(ring: Sequence[Point], i: int) -> bool:
    """The sides at corner `i` lie on each other."""
    a, b, c = ring[i - 1], ring[i], ring[(i + 1) % len(ring)]
    return _turn(a, b, c) == 0 and (b.x - a.x) * (c.x - b.x) + (b.y - a.y) * (c.y - b.y) < 0
