# ruff: noqa: INP001
"""Outside the glass front: pavement, street, facades, trees, and the light of the hour."""

from __future__ import annotations

import numpy as np
import shoot
from heap import NORTH, Heap
from things import often, pick

FRONTS = ("#8a5a43", "#b9a58a", "#77706a", "#9a6b52", "#c2b8a3", "#6d7478")
GOODS = ("#a3402f", "#d8c9a4", "#35565a", "#5b3f63", "#c9953f", "#2b2c2e", "#7d94a8", "#55624a")
TRADES = ("panetteria", "fiori", "ottica", "libri", "farmacia", "cicli", "tessuti")
# A parked car in sections along x: half width, sill, belt; and its cabin: half width, height.
CAR = (
    (-2.05, 0.62, 0.45, 0.72), (-1.95, 0.78, 0.3, 0.92), (-1.2, 0.86, 0.24, 0.95), (0.5, 0.86, 0.24, 0.93),
    (1.5, 0.82, 0.26, 0.82), (1.95, 0.7, 0.32, 0.68), (2.08, 0.5, 0.42, 0.58),
)  # fmt: skip
CABIN = ((-1.75, 0.72, 0.9), (-1.25, 0.62, 1.4), (0.1, 0.6, 1.44), (0.95, 0.72, 0.9))
KERB, ROAD, FAR_KERB, HOUSES = -4.2, -4.35, -11.5, -14.5


def build(heap: Heap, rng: np.random.Generator, *, dusk: bool) -> None:
    """Add the street."""
    heap.floor(-40, KERB, 40, -0.1, -0.002, "slabs", "#8c8881")
    heap.box((-40, ROAD, -0.15), (40, KERB, -0.002), "matt", "#a19d95", 0.01)
    heap.floor(-40, FAR_KERB, 40, ROAD, -0.13, "asphalt", "#3b3b3d")
    heap.floor(-40, -60, 40, FAR_KERB, -0.01, "slabs", "#857f77")
    heap.box((-40, FAR_KERB, -0.15), (40, FAR_KERB - 0.15, -0.005), "matt", "#a19d95")
    for x in np.arange(-38, 38, 6.0):
        heap.floor(x, -7.95, x + 3.0, -7.8, -0.127, "paper", "#aeada8")
    for x in np.arange(-2.7, 2.8, 0.9):  # a crossing
        heap.floor(x, FAR_KERB + 0.5, x + 0.45, ROAD - 0.4, -0.126, "paper", "#a3a29d")
    heap.floor(-2.9, KERB + 0.02, 2.9, KERB + 0.42, -0.0005, "paper", "#b7a46a")
    for x in (-30, -23, -16, -9.5, -2, 5, 11, 18, 25):
        _house(heap, rng, x, float(rng.uniform(5.6, 7.0)), dusk=dusk)
    # The mall's own face, above and beside the glass.
    heap.box((-20, 0.0, 4.0), (20, 0.3, 11.0), "panel", "#b9b4aa")
    for side in (-1, 1):
        heap.box((side * 6.0, 0.0, 0.0), (side * 20, 0.2, 4.0), "panel", "#a9a49a")
    heap.box((-3.2, -1.6, 3.45), (3.2, 0.0, 3.6), "satin", "#3a3d40", 0.02)  # a roof over the door
    for x in (-1.6, 0.0, 1.6):
        heap.roof(x - 0.2, -1.05, x + 0.2, -0.75, 3.44, "lamp", (42.0, 36.0, 28.0))
    for x in (-11.0, -5.6, 4.4, 9.8):
        _tree(heap, rng, x, -12.6)
    for x in (-7.4, 1.9, 8.2):
        _street_lamp(heap, x, -11.9, dusk=dusk)
    for x, colour in ((-6.6, "#7d2b26"), (4.4, "#2f4a5c"), (10.2, "#b9bcbd")):
        heap.put(_car(colour), (x, -10.4, -0.13))


def _house(heap: Heap, rng: np.random.Generator, x: float, wide: float, *, dusk: bool) -> None:
    """A facade: a shop below, windows above."""
    y, high, colour = HOUSES - float(rng.uniform(0, 0.25)), float(rng.uniform(9, 13)), pick(rng, FRONTS)
    heap.box((x, y - 6, 0), (x + wide, y, high), "bricks", colour)
    heap.box((x, y, 0), (x + wide, y + 0.06, 0.35), "matt", "#6f6b66")
    shade = pick(rng, ("#2f4a45", "#5a2f2b", "#22313d", "#3d3a36", "#7a6a3f"))
    heap.box((x + 0.3, y, 2.75), (x + wide - 0.3, y + 0.15, 3.35), "satin", shade, 0.01)
    heap.say(pick(rng, TRADES), (x + wide / 2, y + 0.17, 3.05), NORTH, 0.3, "paper", "#e9e2cf")
    inner = (0.4, 0.27, 0.13) if dusk else (0.14, 0.135, 0.125)
    for k in range(3):
        a = x + 0.45 + k * (wide - 0.9) / 3
        b = a + (wide - 0.9) / 3 - 0.12
        door = k == 1
        heap.box((a, y, 0.1 if door else 0.55), (b, y + 0.05, 2.65), "satin", shade, 0.006)
        mild = 0.6 + 0.4 * float(rng.random())
        r, g, bl = (float(c) * mild for c in inner)
        heap.box((a + 0.08, y + 0.045, 0.25 if door else 0.65), (b - 0.08, y + 0.055, 2.55), "glow", (r, g, bl))
        for z in (0.75, 1.4):
            heap.box((a + 0.1, y + 0.05, z - 0.04), (b - 0.1, y + 0.068, z), "wood", "#6d4b30")
            for u in np.arange(a + 0.2, b - 0.3, 0.22):
                if often(rng, 0.75):
                    tall = float(rng.uniform(0.1, 0.4))
                    heap.box((u, y + 0.052, z), (u + 0.15, y + 0.066, z + tall), "paper", pick(rng, GOODS))
        corners = ((b - 0.08, 0.3), (a + 0.08, 0.3), (a + 0.08, 2.55), (b - 0.08, 2.55))
        heap.sheet([(u, y + 0.07, z) for u, z in corners], "pane", "#dfe8ea")
    for z in np.arange(4.2, high - 1.6, 2.6):
        for a in np.arange(x + 0.7, x + wide - 1.2, 1.7):
            heap.box((a - 0.08, y, z - 0.08), (a + 1.0, y + 0.06, z + 1.6), "paint", "#d2ccc0")
            lit = dusk and often(rng, 0.5)
            glow = (0.8, 0.55, 0.28) if lit else ((0.01, 0.012, 0.02) if dusk else (0.16, 0.19, 0.22))
            heap.box((a, y + 0.055, z), (a + 0.92, y + 0.065, z + 1.5), "glow", glow)


def _tree(heap: Heap, rng: np.random.Generator, x: float, y: float) -> None:
    heap.lathe((x, y, 0), [(0.16, 0), (0.11, 0.5), (0.09, 2.4)], "matt", "#4c4035", 10)
    heap.lathe((x, y, -0.008), [(0.6, 0), (0.6, 0.02)], "dark metal", "#3d3a36", 24)
    for _ in range(1400):
        way = rng.normal(size=3)
        at = way / np.linalg.norm(way) * rng.uniform(0.5, 1.0) ** 0.6 * np.array([1.5, 1.5, 1.3]) + (x, y, 3.5)
        a, b = rng.normal(size=3) * 0.11, rng.normal(size=3) * 0.11
        heap.sheet([at - a, at + b, at + a, at - b], "leaf", pick(rng, ("#5d8a3f", "#7ea34d", "#47733a", "#8fae57")))


def _street_lamp(heap: Heap, x: float, y: float, *, dusk: bool) -> None:
    heap.lathe((x, y, 0), [(0.1, 0), (0.06, 0.6), (0.04, 5.0)], "dark metal", "#2f3336", 10)
    heap.box((x - 0.05, y - 0.05, 5.0), (x + 0.05, y + 0.9, 5.06), "dark metal", "#2f3336")
    look, colour = ("lamp", (520.0, 350.0, 170.0)) if dusk else ("paper", (0.7, 0.7, 0.7))
    heap.roof(x - 0.15, y + 0.4, x + 0.15, y + 0.9, 4.99, look, colour)


def _car(colour: str) -> Heap:
    """A parked car, nose to +x: a body drawn in sections."""
    heap = Heap()
    rows = []
    for x, w, low, belt in CAR:
        half = [(w * 0.94, belt), (w, (low + belt) / 2), (w * 0.9, low)]
        rows.append([(x, -y, z) for y, z in half[::-1]] + [(x, y, z) for y, z in half])
    heap.grid(np.array(rows)[:, ::-1], "ceramic", colour)
    glass = [[(x, y, z) for y, z in ((-w, z1), (w, z1))] for x, w, z1 in CABIN]
    heap.grid(np.array(glass)[:, ::-1], "ceramic", "#1a1f24")
    for side in (-1, 1):
        flank = [(x, side * w, z) for x, w, z in CABIN]
        heap.sheet(flank if side < 0 else flank[::-1], "ceramic", "#14181c")
    heap.sheet([(-1.22, -0.6, 1.41), (0.08, -0.58, 1.455), (0.08, 0.58, 1.455), (-1.22, 0.6, 1.41)], "ceramic", colour)
    for x in (-1.3, 1.25):
        for side in (-1, 1):
            heap.tube((x, side * 0.68, 0.31), (x, side * 0.88, 0.31), 0.31, "matt", "#161617", 20)
            heap.tube((x, side * 0.87, 0.31), (x, side * 0.885, 0.31), 0.19, "metal", "#a9abad", 14)
    for side in (-1, 1):
        heap.box((1.98, side * 0.62 - 0.08, 0.56), (2.03, side * 0.62 + 0.08, 0.66), "satin", "#e8e8e4")
        heap.box((-2.03, side * 0.66 - 0.07, 0.66), (-1.98, side * 0.66 + 0.07, 0.8), "satin", "#8f1f1c")
    return heap


def light(*, dusk: bool) -> None:
    """The sky, and by day a hazy sun from behind the mall: it lights the houses across the street."""
    if dusk:
        shoot.sky((0.55, 0.62, 0.85), (0.18, 0.27, 0.6))
        return
    shoot.sky((3.9, 4.1, 4.3), (2.9, 3.5, 4.4))
    shoot.sun((0.55, -1.0, -0.8), 11.0, (1.0, 0.93, 0.82))
