# ruff: noqa: INP001
"""Floors, walls, ceilings and lamps."""

from __future__ import annotations

from typing import Any

import numpy as np
from heap import EAST, WEST, Colour, Heap

Solids = dict[str, dict[str, Any]]
Rect = tuple[float, float, float, float]  # x0, y0, x1, y1

CREAM, GREIGE, SLATE = "#868179", "#67635e", "#3f3d3b"
WHITE = "#e6e4df"
HALL: Rect = (-6.0, 0.0, 6.0, 10.0)
CORRIDOR: Rect = (-3.5, 10.0, 3.5, 34.0)
BEYOND: Rect = (-3.5, 34.2, 3.5, 46.0)  # scenery behind the passage
SHOP_A: Rect = (-10.0, 11.0, -3.5, 20.0)
SHOP_B: Rect = (3.5, 17.0, 10.0, 26.0)
STAFF: Rect = (3.5, 11.0, 5.3, 14.0)
TOP = 4.0

# Looks of walls that are not plain; the first that a name starts with counts.
COATS: tuple[tuple[str, str, Colour], ...] = (
    ("shop a west", "paint", "#d9cfc0"),
    ("shop a", "paint", "#e2ddd3"),
    ("shop b east", "paint", "#3f5a50"),
    ("shop b", "paint", "#dcd6c8"),
    ("hall", "panel", WHITE),
    ("corridor", "panel", WHITE),
    ("passage", "panel", "#cfc9be"),
    ("front head", "paint", "#e0ddd6"),
)
# Recesses for display windows: wall, from, to (along y), bottom, top. The side that is open looks into the corridor.
RECESSES: dict[str, tuple[tuple[float, float, float, float], ...]] = {
    "corridor west 2": ((16.95, 19.55, 0.42, 2.58), (22.0, 24.6, 0.5, 2.5), (28.2, 31.6, 0.5, 2.5)),
    "corridor east 2": ((14.2, 16.2, 0.9, 2.5),),
    "corridor east 3": ((23.2, 25.8, 0.42, 2.58), (28.6, 32.2, 0.5, 2.5)),
}
BACK = 0.03  # what is left of a wall behind a recess


def build(heap: Heap, solids: Solids, rng: np.random.Generator) -> None:
    """Add the rooms."""
    _floors(heap)
    for solid in solids.values():
        if solid["stuff"] == "wall":
            _wall(heap, solid)
    for x0, y0, x1, y1 in ((5.2, 11.0, 5.3, 14.0), (3.7, 10.9, 5.3, 11.0), (3.7, 14.0, 5.3, 14.1)):
        heap.box((x0, y0, 0), (x1, y1, TOP), "paint", "#c9c9c6")
    _ceilings(heap)
    _skirting(heap)
    _beyond(heap)
    _overhead(heap, rng)


def _floors(heap: Heap) -> None:
    x0, y0, x1, y1 = HALL
    border, dark = 0.5, 0.12
    _framed(heap, (x0, y0, x1, y1), border, dark)
    # The corridor runs on into the hall as a band of another stone.
    heap.floor(-3.5, y1, 3.5, BEYOND[3], 0.0, "stone", GREIGE)
    heap.floor(-2.3, y1 + 0.4, 2.3, BEYOND[3], 0.0005, "stone", CREAM)
    for y in np.arange(12.8, 44.0, 4.8):
        heap.floor(-2.3, y, 2.3, y + 0.4, 0.001, "stone", SLATE)
    heap.floor(*SHOP_A, 0.0005, "planks", "#b08a62")
    heap.floor(*SHOP_B, 0.0005, "planks", "#7a5638")
    heap.floor(*STAFF, 0.0005, "matt", "#6b6b6b")
    for x in (SHOP_A[2], SHOP_B[0]):  # thresholds
        heap.floor(x - 0.12, 14.0 if x < 0 else 20.0, x + 0.12, 16.4 if x < 0 else 22.4, 0.002, "metal", "#8c8a86")
    heap.floor(-1.55, 0.12, 1.55, 1.75, 0.003, "ribs", "#4a4b4e")
    for a, b in ((0.09, 0.12), (1.75, 1.78)):
        heap.floor(-1.58, a, 1.58, b, 0.004, "metal", "#b0b0b0")


def _framed(heap: Heap, room: Rect, border: float, dark: float) -> None:
    x0, y0, x1, y1 = room
    heap.floor(x0, y0, x1, y1, -0.0005, "stone", GREIGE)
    heap.floor(x0 + border, y0, x1 - border, y1 - border, 0.0, "stone", SLATE)
    heap.floor(x0 + border + dark, y0, x1 - border - dark, y1 - border - dark, 0.0005, "stone", CREAM)
    for x in (-4.0, -1.6, 1.6, 4.0):  # inlays, on the joints of the tiles
        heap.floor(x - 0.07, y0, x + 0.07, y1 - border - dark, 0.001, "stone", GREIGE)
    for y in (2.4, 4.8, 7.2):
        heap.floor(x0 + border + dark, y - 0.07, x1 - border - dark, y + 0.07, 0.0013, "stone", GREIGE)
    heap.floor(-3.5, y1 - border - dark, 3.5, y1, 0.0015, "stone", GREIGE)
    heap.floor(-2.3, y1 - border - dark, 2.3, y1 + 0.4, 0.002, "stone", CREAM)


def _coat(name: str) -> tuple[str, Colour]:
    return next(((look, colour) for start, look, colour in COATS if name.startswith(start)), ("paint", WHITE))


def _wall(heap: Heap, solid: dict[str, Any]) -> None:
    look, colour = _coat(solid["name"])
    x0, y0, z0, x1, y1, z1 = (float(solid[key]) for key in ("x0", "y0", "z0", "x1", "y1", "z1"))
    if solid["name"].startswith("corridor") and y0 == HALL[3]:
        y0 += 0.2  # the hall's wall already stands there: faces that coincide come out black
    along = y0
    for a, b, bottom, top in RECESSES.get(solid["name"], ()):
        heap.box((x0, along, z0), (x1, a, z1), look, colour)
        heap.box((x0, a, z0), (x1, b, bottom), look, colour)
        heap.box((x0, a, top), (x1, b, z1), look, colour)
        back = (x0, x0 + BACK) if x1 <= 0 else (x1 - BACK, x1)
        heap.box((back[0], a, bottom), (back[1], b, top), "paint", "#cdbfa9")
        along = b
    heap.box((x0, along, z0), (x1, y1, z1), look, colour)


def _ceilings(heap: Heap) -> None:
    for x0, y0, x1, y1 in (HALL, CORRIDOR, BEYOND, SHOP_A, SHOP_B, STAFF):
        heap.roof(x0 - 0.1, y0 - 0.1, x1 + 0.1, y1 + 0.2, TOP, "paint", "#dcdad5")
    for x0, y0, x1, y1 in (HALL, CORRIDOR):
        for x in np.arange(x0, x1, 1.2):
            heap.box((x - 0.012, y0, TOP - 0.012), (x + 0.012, y1, TOP + 0.01), "paint", "#b4b3af")
        for y in np.arange(y0, y1, 1.2):
            heap.box((x0, y - 0.012, TOP - 0.012), (x1, y + 0.012, TOP + 0.01), "paint", "#b4b3af")
    heap.box((-6, 9.6, 3.65), (6, 9.9, TOP), "paint", "#d6d3cc")  # beams
    heap.box((-6, 3.4, 3.8), (6, 3.6, TOP), "paint", "#d6d3cc")
    for y in (18.0, 26.0):
        heap.box((-3.5, y - 0.1, 3.82), (3.5, y + 0.1, TOP), "paint", "#d6d3cc")


def _skirting(heap: Heap) -> None:
    colour, high, deep = "#77736c", 0.11, 0.018
    runs = [(-6.0, 0.1, 10.0, 1), (6.0, 0.1, 10.0, -1), (-3.5, 10.2, 13.3, 1), (-3.5, 20.0, 34.0, 1)]
    runs += [(3.5, 10.2, 11.9, -1), (3.5, 13.1, 19.3, -1), (3.5, 26.2, 34.0, -1)]
    for x, a, b, side in runs:
        heap.box((x, a, 0), (x + side * deep, b, high), "metal", colour, 0.003)
    for a, b in ((-6.0, -3.5), (3.5, 6.0)):
        heap.box((a, 10.0, 0), (b, 10.0 - deep, high), "metal", colour, 0.003)
    for x in (-3.5, 3.5):  # metal corners where the corridor begins
        out = 0.012 if x < 0 else -0.012
        heap.box((x - out, 9.988, 0.0), (x + out, 10.06, 2.6), "metal", "#8f8d88", 0.002)


def _beyond(heap: Heap) -> None:
    """Scenery behind the passage: a cross way with one more shop, far away."""
    x0, y0, x1, y1 = BEYOND
    for x in (x0 - 0.2, x1):
        heap.box((x, y0 - 0.2, 0), (x + 0.2, y1, TOP), "panel", WHITE)
    heap.box((x0, y1, 0), (x1, y1 + 0.2, TOP), "paint", "#2f4858")
    for k, (a, b) in enumerate(((-2.9, -1.1), (-0.9, 0.9), (1.1, 2.9))):
        glow = ((0.62, 0.5, 0.36), (0.75, 0.62, 0.45), (0.6, 0.52, 0.4))[k]
        heap.box((a, y1 - 0.04, 0.25), (b, y1, 2.7), "glow", glow)
        for z in (0.9, 1.5, 2.1):
            heap.box((a, y1 - 0.12, z), (b, y1, z + 0.05), "wood", "#6d4b30")
    heap.box((-3.0, y1 - 0.06, 2.78), (3.0, y1, 3.5), "satin", "#22333d")
    heap.say("ALMA & ROS", (0.0, y1 - 0.08, 3.14), -np.pi / 2, 0.3)
    for y in (36.5, 40.0, 43.5):
        heap.box((-1.5, y - 0.3, TOP - 0.03), (1.5, y + 0.3, TOP - 0.02), "lamp", (9.0, 8.8, 8.2))


def lamps(heap: Heap, panels: list[dict[str, float]], strength: float) -> None:
    """Add the ceiling panels that light the rooms, each in a thin frame."""
    for lamp in panels:
        w, h, z = lamp["wide"] / 2, lamp["long"] / 2, lamp["z"]
        x, y = lamp["x"], lamp["y"]
        heap.roof(x - w, y - h, x + w, y + h, z, "lamp", (strength, strength * 0.995, strength * 0.99))
        for side in (-1, 1):
            heap.box(
                (x - w - 0.03, y + side * h, z - 0.01), (x + w + 0.03, y + side * (h + 0.03), TOP), "paint", "#c9c8c5"
            )
            heap.box((x + side * w, y - h, z - 0.01), (x + side * (w + 0.03), y + h, TOP), "paint", "#c9c8c5")


def _overhead(heap: Heap, rng: np.random.Generator) -> None:
    """Sprinklers, smoke detectors, air vents, the signs that hang."""
    for y in np.arange(1.2, 34.0, 3.0):
        x = float(rng.choice([-2.4, 2.4]))
        heap.lathe((x, y, TOP - 0.06), [(0.03, 0.0), (0.015, 0.02), (0.01, 0.06)], "metal", "#b9b9b9", 8)
        heap.lathe((-x, y + 0.6, TOP - 0.05), [(0.04, 0.0), (0.06, 0.02), (0.06, 0.05)], "paint", "#f2f2f0", 12)
    for y in (3.5, 6.5, 14.0, 22.0, 30.0):
        heap.box((-0.3, y - 0.3, TOP - 0.015), (0.3, y + 0.3, TOP), "paint", "#e9e9e7", 0.004)
        for k in range(6):
            heap.box((-0.27, y - 0.25 + k * 0.09, TOP - 0.02), (0.27, y - 0.22 + k * 0.09, TOP), "matt", "#77777a")
    # Over the passage, too high to hide anybody.
    heap.box((-1.9, 33.2, 3.05), (1.9, 33.26, 3.45), "satin", "#26323a", 0.01)
    heap.say("\u2190  cinema      market  \u2192", (0.0, 33.19, 3.25), -np.pi / 2, 0.16, colour=(0.9, 0.9, 0.86))
    for x in (-1.5, 1.5):
        heap.tube((x, 33.23, 3.45), (x, 33.23, TOP), 0.008, "metal", "#999999", 6)
    for at, facing in (((-3.46, 33.0, 2.9), EAST), ((5.97, 9.4, 2.75), WEST)):
        side = 1 if facing == EAST else -1
        low, high = (at[0] - 0.03 * side, at[1] - 0.24, at[2] - 0.1), (at[0], at[1] + 0.24, at[2] + 0.1)
        heap.box(low, high, "glow", (0.03, 0.42, 0.16))
        heap.say("EXIT \u2192", (at[0] + 0.004 * side, at[1], at[2]), facing, 0.1, colour=(1.1, 1.2, 1.1))
