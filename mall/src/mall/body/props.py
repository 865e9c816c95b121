"""Things that are pushed: a pram, a wheelchair, a trolley. Rigid; looking east, their handle over the origin."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from mall.domain.figure import Part, Shade
from mall.domain.person import Colour

from . import wear_solids as solids
from .mesh import smooth_normals
from .wear_finish import linear
from .wear_solids import Solid

Array = NDArray[np.float64]
KINDS = ("pram", "wheelchair", "trolley")
STEEL: Colour = (0.62, 0.63, 0.65)
BLACK: Colour = (0.06, 0.06, 0.07)
GRIP: Colour = (0.10, 0.09, 0.09)


@cache
def prop(kind: str) -> tuple[Part, ...]:
    """The meshes of a prop: metres, looking east, on the floor, its handle over the origin at z 1.0; bones all 0.

    Args:
        kind: pram, wheelchair or trolley. A wheelchair's seat is at x 0.42, z 0.5, its foot rests at x 0.87, z 0.12.

    Raises:
        ValueError: there is no such prop.
    """
    makers = {"pram": _pram, "wheelchair": _wheelchair, "trolley": _trolley}
    if kind not in makers:
        problem = f"there is no {kind}; known: {', '.join(KINDS)}"
        raise ValueError(problem)
    return makers[kind]()


def _part(name: str, shade: Shade, colour: Colour, *pieces: Solid) -> Part:
    solid = solids.joined(*pieces)
    count = len(solid.points)
    weights = np.zeros((count, 4), np.float32)
    weights[:, 0] = 1
    # Undersides and what is near the floor get less light.
    normals = smooth_normals(solid.points, solid.triangles)
    light = np.clip(0.72 + 0.28 * normals[:, 2], 0, 1) * np.clip(0.6 + solid.points[:, 2], 0.6, 1)
    return Part(
        name, shade, solid.points.astype(np.float32), normals.astype(np.float32), np.zeros((count, 2), np.float32),
        solid.triangles.astype(np.int32), np.zeros((count, 4), np.uint8), weights,
        np.tile(linear(colour), (count, 1)).astype(np.float32), light.astype(np.float32), "", both=True,
    )  # fmt: skip


def _path(*points: tuple[float, float, float], smooth: int = 5) -> Array:
    """A path through points with rounded corners."""
    knots = np.array(points)
    fine = np.concatenate([np.linspace(a, b, smooth, endpoint=False) for a, b in pairwise(knots)])
    fine = np.concatenate([fine, knots[-1:]])
    rounded = fine.copy()
    for _ in range(2):
        rounded[1:-1] = 0.25 * rounded[:-2] + 0.5 * rounded[1:-1] + 0.25 * rounded[2:]
    return rounded


def _wheel(x: float, y: float, radius: float, wide: float) -> tuple[Solid, Solid]:
    """A tyre, and a hub with spokes."""
    turn = np.linspace(0, 2 * np.pi, 25)
    rim = np.stack([x + radius * np.cos(turn), np.full(25, y), radius + radius * np.sin(turn)], 1)
    rim = rim * (1, 1, 1) - (0, 0, 0)
    rim[:, 2] = (rim[:, 2] - radius) * (1 - wide / radius) + radius
    rim[:, 0] = (rim[:, 0] - x) * (1 - wide / radius) + x
    tyre = solids.tube(rim, wide, 8)
    hub = [solids.tube(np.array([[x, y - wide * 1.3, radius], [x, y + wide * 1.3, radius]]), radius * 0.16, 10)]
    for k in range(6):
        angle = k * np.pi / 3
        end = np.array([x + np.cos(angle) * radius * 0.9, y, radius + np.sin(angle) * radius * 0.9])
        hub.append(solids.tube(np.array([[x, y, radius], end]), 0.006, 5))
    return tyre, solids.joined(*hub)


def _both(*pieces: Solid) -> list[Solid]:
    """Pieces of the left side, and their mirror images."""
    return [*pieces, *(Solid(p.points * (1, -1, 1), p.triangles[:, ::-1]) for p in pieces)]


def _pram() -> tuple[Part, ...]:
    side = solids.tube(_path((-0.02, 0.22, 0.99), (0.30, 0.24, 0.62), (0.80, 0.25, 0.20)), 0.013)
    rear = solids.tube(_path((0.46, 0.245, 0.47), (0.30, 0.25, 0.18)), 0.012)
    grip = solids.tube(
        _path((-0.02, 0.22, 0.99), (-0.005, 0.18, 1.0), (0.0, 0.0, 1.0), (-0.005, -0.18, 1.0), (-0.02, -0.22, 0.99)),
        0.016,
    )
    axle = solids.tube(np.array([[0.30, -0.26, 0.16], [0.30, 0.26, 0.16]]), 0.010)
    back, backhub = _wheel(0.30, 0.28, 0.16, 0.022)
    front, fronthub = _wheel(0.82, 0.25, 0.11, 0.020)
    tub = _carrycot()
    hood = _hood()
    basket = solids.box(np.array([0.50, 0.0, 0.27]), (0.42, 0.40, 0.13), 6)
    blanket = solids.box(np.array([0.66, 0.0, 0.735]), (0.50, 0.34, 0.10), 3, 12)
    baby = solids.box(np.array([0.32, 0.0, 0.76]), (0.15, 0.14, 0.15), 2, 12)
    return (
        _part("pram-frame", Shade.METAL, STEEL, *_both(side, rear, backhub, fronthub), axle),
        _part("pram-grip", Shade.LEATHER, GRIP, grip, *_both(back, front), basket),
        _part("pram-tub", Shade.CLOTH, (0.16, 0.20, 0.27), tub, hood),
        _part("pram-blanket", Shade.CLOTH, (0.80, 0.74, 0.62), blanket),
        _part("pram-child", Shade.SKIN, (0.80, 0.60, 0.50), baby),
    )


def _carrycot() -> Solid:
    """A tub open at the top."""
    rows = []
    turn = np.linspace(0, 2 * np.pi, 32, endpoint=False)
    for z, grow in ((0.50, 0.70), (0.51, 0.80), (0.58, 0.94), (0.70, 1.0), (0.76, 1.02), (0.76, 0.97), (0.62, 0.9)):
        x = 0.52 + 0.40 * grow * np.sign(np.cos(turn)) * np.abs(np.cos(turn)) ** 0.6
        y = 0.20 * grow * np.sign(np.sin(turn)) * np.abs(np.sin(turn)) ** 0.6
        rows.append(np.stack([x, y, np.full(32, z)], 1))
    grid = np.array(rows)
    return solids.joined(solids.sheet(grid, closed=True), solids.lid(grid[0], up=False))


def _hood() -> Solid:
    """Half a dome over the head's end, with ribs, and its inner side."""
    rows = []
    for k, open_ in enumerate(np.linspace(0.0, 1.9, 9)):
        arc = np.linspace(0, np.pi, 15)
        swell = 1.0 + (0.03 if k % 2 else -0.01)
        reach = 0.32 * swell
        y = 0.205 * swell * np.cos(arc)
        high = np.sin(arc)
        x = 0.40 - reach * np.cos(open_) * high
        z = 0.75 + reach * np.sin(open_) * high * 1.05
        rows.append(np.stack([x, y, z], 1))
    outer = np.array(rows)
    inner = (outer - (0.42, 0, 0.75)) * 0.96 + (0.42, 0, 0.75)
    a, b = solids.sheet(outer, closed=False), solids.sheet(inner, closed=False)
    return solids.joined(Solid(a.points, a.triangles[:, ::-1]), b)


def _wheelchair() -> tuple[Part, ...]:
    tyre, hub = _wheel(0.40, 0.30, 0.30, 0.018)
    caster, casterhub = _wheel(0.80, 0.24, 0.09, 0.022)
    turn = np.linspace(0, 2 * np.pi, 25)
    ring = solids.tube(
        np.stack([0.40 + 0.25 * np.cos(turn), np.full(25, 0.335), 0.30 + 0.25 * np.sin(turn)], 1), 0.008, 6
    )
    frame = [
        solids.tube(_path((0.02, 0.20, 1.0), (0.15, 0.21, 0.99), (0.20, 0.22, 0.90), (0.22, 0.23, 0.30)), 0.013),
        solids.tube(_path((0.21, 0.23, 0.46), (0.70, 0.23, 0.46), (0.78, 0.22, 0.40), (0.84, 0.14, 0.12)), 0.012),
        solids.tube(_path((0.21, 0.24, 0.70), (0.56, 0.24, 0.70), (0.60, 0.24, 0.64), (0.60, 0.24, 0.46)), 0.011),
        solids.tube(_path((0.22, 0.23, 0.28), (0.78, 0.23, 0.24)), 0.011),
        solids.tube(_path((0.80, 0.24, 0.24), (0.80, 0.24, 0.10)), 0.012),
    ]  # fmt: skip
    grip = solids.tube(_path((-0.06, 0.20, 1.0), (0.06, 0.20, 1.0)), 0.018)
    axle = solids.tube(np.array([[0.40, -0.30, 0.30], [0.40, 0.30, 0.30]]), 0.012)
    seat = solids.box(np.array([0.45, 0.0, 0.46]), (0.48, 0.44, 0.06), 5)
    back = solids.box(np.array([0.21, 0.0, 0.70]), (0.04, 0.43, 0.44), 6)
    arm = solids.box(np.array([0.40, 0.24, 0.715]), (0.30, 0.06, 0.035), 5)
    rest = solids.box(np.array([0.88, 0.11, 0.11]), (0.17, 0.14, 0.02), 5)
    return (
        _part("wheelchair-frame", Shade.METAL, (0.45, 0.47, 0.50), *_both(*frame, ring, hub, casterhub), axle),
        _part("wheelchair-black", Shade.LEATHER, BLACK, *_both(grip, tyre, caster, arm, rest)),
        _part("wheelchair-seat", Shade.CLOTH, (0.10, 0.12, 0.20), seat, back),
    )


def _trolley() -> tuple[Part, ...]:
    wire: list[Solid] = []
    x0, x1, low, high = 0.12, 0.92, 0.52, 0.98

    def corner(x: float, z: float) -> float:
        return 0.19 + 0.08 * (z - low) / (high - low) + 0.03 * (x1 - x)

    for z in np.linspace(low, high - 0.04, 6):
        loop = [
            (x0, corner(x0, z), z),
            (x1, corner(x1, z), z),
            (x1, -corner(x1, z), z),
            (x0, -corner(x0, z), z),
            (x0, corner(x0, z), z),
        ]
        wire.append(solids.tube(np.array(loop), 0.005 if z < high - 0.05 else 0.009, 5))
    for x in np.linspace(x0, x1, 12):
        up = [
            (x, corner(x, high), high - 0.04),
            (x, corner(x, low), low),
            (x, -corner(x, low), low),
            (x, -corner(x, high), high - 0.04),
        ]
        wire.append(solids.tube(np.array(up), 0.0035, 4))
    ends = [np.array([(x1, y * 1.3, high - 0.04), (x1, y, low), (x0, y, low)]) for y in np.linspace(-0.18, 0.18, 6)]
    wire += [solids.tube(end, 0.0035, 4) for end in ends]
    frame = [
        solids.tube(_path((0.0, 0.25, 1.0), (0.10, 0.25, 0.95), (0.16, 0.25, 0.50), (0.20, 0.25, 0.16)), 0.013),
        solids.tube(_path((0.20, 0.25, 0.18), (0.95, 0.20, 0.16)), 0.012),
    ]
    bar = solids.tube(np.array([[0.0, -0.27, 1.0], [0.0, 0.27, 1.0]]), 0.018, 10)
    wheels = [_wheel(0.22, 0.24, 0.07, 0.018), _wheel(0.90, 0.20, 0.07, 0.018)]
    goods = [
        solids.box(np.array([0.45, 0.06, 0.62]), (0.26, 0.18, 0.20), 6),
        solids.box(np.array([0.72, -0.06, 0.60]), (0.20, 0.20, 0.16), 5),
    ]  # fmt: skip
    return (
        _part("trolley-wire", Shade.METAL, STEEL, *wire, *_both(*frame)),
        _part("trolley-grip", Shade.LEATHER, (0.05, 0.32, 0.34), bar),
        _part("trolley-wheels", Shade.LEATHER, BLACK, *_both(*(w[0] for w in wheels), *(w[1] for w in wheels))),
        _part("trolley-goods", Shade.CLOTH, (0.66, 0.45, 0.28), *goods),
    )
