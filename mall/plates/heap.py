# ruff: noqa: INP001
"""A heap of plain geometry: boxes, tubes, sheets, each with a look and a colour. Knows nothing of the renderer."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Point = Sequence[float]
Span = tuple[float, float]  # from, to
Colour = str | tuple[float, float, float]  # "#rrggbb" in sRGB, or linear numbers
EAST, NORTH, WEST, SOUTH = 0.0, math.pi / 2, math.pi, -math.pi / 2
_LINEAR_BELOW = 0.04045


def linear(colour: Colour) -> tuple[float, float, float]:
    """Turn "#rrggbb" into linear light; numbers are linear already."""
    if not isinstance(colour, str):
        return colour
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= _LINEAR_BELOW else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return r, g, b


@dataclass
class Pile:
    """What shares one look.

    Attributes:
        points: blocks of (n, 3), metres.
        tints: blocks of (n, 3), linear light.
        faces: corners of each face, indices into all points.
        smooth: for each face.
    """

    points: list[Array] = field(default_factory=list)
    tints: list[Array] = field(default_factory=list)
    faces: list[tuple[int, ...]] = field(default_factory=list)
    smooth: list[bool] = field(default_factory=list)
    count: int = 0

    def add(self, points: Array, tint: Array, faces: Iterable[Sequence[int]], *, smooth: bool) -> None:
        """Add a block of points, their tint (one, or one each), and faces over them."""
        base = self.count
        fresh = [tuple(base + i for i in face) for face in faces]
        self.points.append(points)
        self.tints.append(np.broadcast_to(tint, (len(points), 3)).copy())
        self.faces += fresh
        self.smooth += [smooth] * len(fresh)
        self.count += len(points)


@dataclass(frozen=True, slots=True)
class Word:
    """A line of text on an upright wall or on the floor.

    Attributes:
        at: its middle, metres.
        facing: the direction it is read against, radians: 0 is seen from the east.
        size: height of a capital, metres, roughly.
        deep: thickness, metres.
        flat: lies on the floor, its top towards `facing` + 180 degrees.
    """

    text: str
    at: tuple[float, float, float]
    facing: float
    size: float
    look: str
    colour: Colour
    deep: float
    flat: bool


@dataclass
class Heap:
    """Geometry by look; colours are multiplied with the look's own pattern, or are radiance where it glows."""

    piles: dict[str, Pile] = field(default_factory=dict)
    words: list[Word] = field(default_factory=list)

    def add(
        self,
        points: ArrayLike,
        faces: Iterable[Sequence[int]],
        look: str,
        colour: Colour | Array,
        *,
        smooth: bool = False,
    ) -> None:
        """Add a mesh: points (n, 3) metres, faces anticlockwise from outside; one colour, or (n, 3) linear ones."""
        tint = np.asarray(linear(colour) if isinstance(colour, str) else colour, float)
        self.piles.setdefault(look, Pile()).add(np.asarray(points, float), tint, faces, smooth=smooth)

    def put(self, other: Heap, at: Point = (0, 0, 0), yaw: float = 0.0) -> None:
        """Add a copy of another heap, turned about the upright axis by `yaw` radians and then moved to `at`."""
        c, s = math.cos(yaw), math.sin(yaw)
        turn = np.array([[c, s, 0], [-s, c, 0], [0, 0, 1]])
        for look, pile in other.piles.items():
            mine = self.piles.setdefault(look, Pile())
            base = mine.count
            mine.points += [block @ turn + np.asarray(at, float) for block in pile.points]
            mine.tints += pile.tints
            mine.faces += [tuple(base + i for i in face) for face in pile.faces]
            mine.smooth += pile.smooth
            mine.count += pile.count

    def say(  # noqa: PLR0913
        self,
        text: str,
        at: tuple[float, float, float],
        facing: float,
        size: float,
        look: str = "glow",
        colour: Colour = (1.5, 1.5, 1.45),
        *,
        deep: float = 0.012,
        flat: bool = False,
    ) -> None:
        """Note a line of text; see `Word`."""
        self.words.append(Word(text, at, facing, size, look, colour, deep, flat))

    def box(self, a: Point, b: Point, look: str, colour: Colour = "#ffffff", bevel: float = 0.0) -> None:
        """An upright box between two corners, with chamfered edges where `bevel` (metres) says so."""
        low, high = np.minimum(a, b), np.maximum(a, b)
        cut = min(bevel, float((high - low).min()) * 0.45)
        if cut <= 0:
            points = [[(low, high)[k >> axis & 1][axis] for axis in range(3)] for k in range(8)]
            faces = ((0, 4, 6, 2), (1, 3, 7, 5), (0, 1, 5, 4), (2, 6, 7, 3), (0, 2, 3, 1), (4, 5, 7, 6))
            self.add(points, faces, look, colour)
            return
        chamfered, sides = _chamfered(low, high, cut)
        self.add(chamfered, sides, look, colour)

    def sheet(self, corners: ArrayLike, look: str, colour: Colour = "#ffffff") -> None:
        """A flat face with corners (n, 3), anticlockwise from its front."""
        points = np.asarray(corners, float)
        self.add(points, [range(len(points))], look, colour)

    def rim(self, x: Span, y: Span, z: Span, wide: float, look: str, colour: Colour, *, bevel: float = 0.004) -> None:
        """A frame of four bars around the opening y by z in a wall across x; `x`: from and to, its thickness."""
        self.box((x[0], y[0] - wide, z[0] - wide), (x[1], y[0], z[1] + wide), look, colour, bevel)
        self.box((x[0], y[1], z[0] - wide), (x[1], y[1] + wide, z[1] + wide), look, colour, bevel)
        self.box((x[0], y[0], z[0] - wide), (x[1], y[1], z[0]), look, colour, bevel)
        self.box((x[0], y[0], z[1]), (x[1], y[1], z[1] + wide), look, colour, bevel)

    def pane(self, x: float, y: Span, z: Span, side: int, look: str, colour: Colour) -> None:
        """An upright rectangle across x; seen from larger x where `side` is 1, from smaller where it is -1."""
        corners = [(x, y[0], z[0]), (x, y[1], z[0]), (x, y[1], z[1]), (x, y[0], z[1])]
        self.sheet(corners[::side], look, colour)

    def floor(
        self, x0: float, y0: float, x1: float, y1: float, z: float, look: str, colour: Colour = "#ffffff"
    ) -> None:
        """A level rectangle that looks up."""
        self.sheet([(x0, y0, z), (x1, y0, z), (x1, y1, z), (x0, y1, z)], look, colour)

    def roof(self, x0: float, y0: float, x1: float, y1: float, z: float, look: str, colour: Colour = "#ffffff") -> None:
        """A level rectangle that looks down."""
        self.sheet([(x0, y0, z), (x0, y1, z), (x1, y1, z), (x1, y0, z)], look, colour)

    def lathe(
        self, at: Point, profile: Sequence[tuple[float, float]], look: str, colour: Colour, sides: int = 16
    ) -> None:
        """A turned shape about the upright axis through `at`: (radius, height) from bottom to top; ends are capped."""
        angles = np.arange(sides) * 2 * math.pi / sides
        ring = np.column_stack([np.cos(angles), np.sin(angles)])
        points = np.concatenate([np.column_stack([ring * r, np.full(sides, z)]) for r, z in profile])
        around = [(k, (k + 1) % sides) for k in range(sides)]
        walls = [
            (j * sides + k, j * sides + n, (j + 1) * sides + n, (j + 1) * sides + k)
            for j in range(len(profile) - 1)
            for k, n in around
        ]
        self.add(points + np.asarray(at, float), walls, look, colour, smooth=True)
        top = (len(profile) - 1) * sides
        for cap, turn in ((range(top, top + sides), 1), (range(sides), -1)):
            self.add(points[list(cap)][::turn] + np.asarray(at, float), [range(sides)], look, colour)

    def tube(self, a: Point, b: Point, radius: float, look: str, colour: Colour, sides: int = 8) -> None:
        """A round bar from `a` to `b`."""
        start, end = np.asarray(a, float), np.asarray(b, float)
        way = (end - start) / np.linalg.norm(end - start)
        aside = np.cross(way, (0, 0, 1) if abs(way[2]) < 0.9 else (1, 0, 0))  # noqa: PLR2004 - any direction across
        aside /= np.linalg.norm(aside)
        other = np.cross(way, aside)
        angles = np.arange(sides)[:, None] * 2 * math.pi / sides
        ring = radius * (np.cos(angles) * aside + np.sin(angles) * other)
        points = np.concatenate([start + ring, end + ring])
        walls = [(k, (k + 1) % sides, (k + 1) % sides + sides, k + sides) for k in range(sides)]
        self.add(points, walls, look, colour, smooth=True)
        self.add(start + ring[::-1], [range(sides)], look, colour)
        self.add(end + ring, [range(sides)], look, colour)

    def grid(self, points: Array, look: str, colour: Colour | Array) -> None:
        """A bent sheet through points (rows, columns, 3), drawn smooth; its front follows columns x rows.

        The colour is one for all, or (rows * columns, 3) linear.
        """
        rows, columns = points.shape[:2]
        faces = [
            (j * columns + k, j * columns + k + 1, (j + 1) * columns + k + 1, (j + 1) * columns + k)
            for j in range(rows - 1)
            for k in range(columns - 1)
        ]
        self.add(points.reshape(-1, 3), faces, look, colour, smooth=True)


def _chamfered(low: Array, high: Array, cut: float) -> tuple[Array, Sequence[tuple[int, ...]]]:
    """A box whose edges are cut: three points at each corner, drawn in from two sides each."""
    upper, inwards, faces = _chamfer()
    return np.where(upper, high, low) + inwards * cut, faces


@cache
def _chamfer() -> tuple[NDArray[np.bool_], Array, Sequence[tuple[int, ...]]]:
    """For each of 24 points (corner * 3 + the axis of its side): which end, which way in; and the faces."""
    corner, side = np.divmod(np.arange(24), 3)
    upper = (corner[:, None] >> np.arange(3) & 1).astype(bool)
    inwards = np.where(upper, -1.0, 1.0) * (side[:, None] != np.arange(3))
    points = upper + inwards * 0.1
    faces: list[tuple[int, ...]] = []
    for face in _loops():
        a, b, c = (points[i] for i in face[:3])
        outward = points[list(face)].mean(0) - 0.5
        faces.append(face if np.dot(np.cross(b - a, c - a), outward) > 0 else face[::-1])
    return upper, inwards, faces


def _loops() -> list[tuple[int, ...]]:
    """The faces of a chamfered box: six sides, twelve edges, eight corners (indices: corner * 3 + axis)."""
    faces: list[tuple[int, ...]] = [tuple(k * 3 + axis for axis in range(3)) for k in range(8)]
    for axis in range(3):
        u, v = (1 << (axis + 1) % 3), (1 << (axis + 2) % 3)
        faces += [tuple((side + step) * 3 + axis for step in (0, u, u + v, v)) for side in (0, 1 << axis)]
        for across in range(4):
            k = (u if across & 1 else 0) + (v if across & 2 else 0)
            n = k + (1 << axis)
            p, q = (axis + 1) % 3, (axis + 2) % 3
            faces.append((k * 3 + p, n * 3 + p, n * 3 + q, k * 3 + q))
    return faces
