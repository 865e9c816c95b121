# ruff: noqa: INP001
"""The shops: their fronts on the corridor, display windows, furniture and goods."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from heap import EAST, WEST, Colour, Heap
from shell import RECESSES, Solids
from things import CLOTHES, bag, books, carton, folded, garment, pick, plant, vase

Solid = dict[str, Any]
Fill = Callable[[Heap, np.random.Generator, float], None]  # fills a shelf 1 m high at most of the given length, along x
OAK, WALNUT, CHARCOAL, GREEN = "#c09565", "#5a3d29", "#2b2c2e", "#27443a"
GIFTS = ("#c46f3a", "#3e7f7a", "#d8c9a4", "#8a3b34", "#7d94a8", "#e9e2d4", "#5b3f63")


def build(heap: Heap, solids: Solids, rng: np.random.Generator) -> None:
    """Add both shops, the windows along the corridor and the staff door."""
    _front_a(heap)
    _front_b(heap)
    _windows(heap, rng)
    for name in ("rail a 1", "rail a 2"):
        _rail(heap, solids[name], rng)
    _shelf(heap, solids["shelf a"], rng, _clothes_row, (0.12, 0.62, 1.08, 1.5, 1.88))
    for name in ("table a", "table b"):
        _table(heap, solids[name], rng)
    for name in ("shelf b 1", "shelf b 2"):
        _island(heap, solids[name], rng)
    _shelf(heap, solids["shelf b 3"], rng, _book_row, (0.1, 0.48, 0.86, 1.22, 1.56, 1.88))
    _inside(heap)
    _bench(heap, solids["bench"])
    _staff_door(heap)


def _front_a(heap: Heap) -> None:
    x = -3.5
    for a, b, bottom, top in ((13.4, 14.0, 0, 3.4), (16.4, 16.95, 0, 3.4), (19.55, 19.95, 0, 3.4), (14.0, 16.4, 2.6, 3.4), (16.95, 19.55, 0, 0.42), (16.95, 19.55, 2.58, 3.4)):
        heap.box((x, a, bottom), (x + 0.025, b, top), "satin", CHARCOAL)
    for y in (14.0, 16.4):  # the jambs
        heap.box((x - 0.2, y - 0.015, 0), (x + 0.03, y + 0.015, 2.6), "metal", "#c8a878", 0.003)
    heap.box((x - 0.2, 14.0, 2.585), (x + 0.03, 16.4, 2.6), "metal", "#c8a878")
    heap.box((x, 13.6, 2.75), (x + 0.1, 16.8, 3.3), "satin", "#1d1e20", 0.01)
    heap.say("NORTE", (x + 0.115, 15.2, 3.02), EAST, 0.32, colour=(2.0, 1.95, 1.8), deep=0.03)


def _front_b(heap: Heap) -> None:
    x = 3.5
    for a, b, bottom, top in ((19.4, 20.0, 0, 3.4), (22.4, 23.2, 0, 3.4), (25.8, 26.2, 0, 3.4), (20.0, 22.4, 2.6, 3.4), (23.2, 25.8, 0, 0.42), (23.2, 25.8, 2.58, 3.4)):
        heap.box((x, a, bottom), (x - 0.025, b, top), "wood", GREEN)
    for y in (20.0, 22.4):
        heap.box((x + 0.2, y - 0.015, 0), (x - 0.03, y + 0.015, 2.6), "wood", OAK, 0.003)
    heap.box((x, 19.6, 2.75), (x - 0.1, 22.8, 3.3), "satin", "#1f3a31", 0.01)
    heap.say("fig & page", (x - 0.115, 21.2, 3.04), WEST, 0.3, colour=(1.9, 1.6, 1.15), deep=0.03)


def _windows(heap: Heap, rng: np.random.Generator) -> None:
    """Fill the recesses of the corridor walls: glass, a light, a floor or shelves, goods."""
    fills: dict[tuple[str, int], tuple[Fill, tuple[float, ...], Colour]] = {
        ("corridor west 2", 0): (_bag_row, (0.0, 0.75, 1.42), "#d6cabb"),
        ("corridor west 2", 1): (_gift_row, (0.0, 0.5, 1.0, 1.5), "#40585c"),
        ("corridor west 2", 2): (_vase_row, (0.0, 0.65, 1.3), "#b9a58a"),
        ("corridor east 2", 0): (_vase_row, (0.0, 0.75), "#35474d"),
        ("corridor east 3", 0): (_book_row, (0.0, 0.42, 0.84, 1.26, 1.68), "#5b4634"),
        ("corridor east 3", 1): (_gift_row, (0.0, 0.65, 1.3), "#a8776b"),
    }
    for (wall, k), (fill, shelves, colour) in fills.items():
        a, b, bottom, top = RECESSES[wall][k]
        side = 1 if "west" in wall else -1  # towards the corridor
        x = -3.5 * side
        back = x - 0.17 * side
        heap.box((back, a, bottom), (back + 0.004 * side, b, top), "paint", colour)
        heap.box((x - 0.03 * side, a, top - 0.03), (x - 0.055 * side, b, top - 0.015), "lamp", (60.0, 53.0, 43.0))
        pane = x + 0.01 * side
        heap.sheet([(pane, a, bottom), (pane, b, bottom), (pane, b, top), (pane, a, top)][::side], "pane", "#eef4f2")
        for ya, yb, za, zb in ((a - 0.05, b + 0.05, top, top + 0.05), (a - 0.05, b + 0.05, bottom - 0.05, bottom), (a - 0.05, a, bottom, top), (b, b + 0.05, bottom, top)):
            heap.box((x, ya, za), (x + 0.04 * side, yb, zb), "dark metal", "#3a3a3a", 0.004)
        for z in shelves:
            if z:
                heap.box((back, a, bottom + z - 0.025), (x - 0.02 * side, b, bottom + z), "wood", OAK)
            row = Heap()
            fill(row, rng, b - a - 0.1)
            # Rows run along x with their front towards -y: turned to face the corridor.
            at = (back + 0.01 * side, b - 0.05 if side < 0 else a + 0.05, bottom + z)
            heap.put(row, at, math.pi / 2 * side)


def _spread(rng: np.random.Generator, length: float, low: float, high: float) -> list[float]:
    places, x = [], rng.uniform(low, high) / 2
    while x < length - low / 2:
        places.append(x)
        x += rng.uniform(low, high)
    return places


def _bag_row(heap: Heap, rng: np.random.Generator, length: float) -> None:
    for x in _spread(rng, length, 0.36, 0.5):
        heap.put(bag(rng, pick(rng, ("#8a4a32", "#2b2c2e", "#c9a26a", "#35565a", "#a63d3a", "#d8c9b4")), rng.uniform(0.26, 0.36)), (x, -0.08, 0))


def _gift_row(heap: Heap, rng: np.random.Generator, length: float) -> None:
    for x in _spread(rng, length, 0.22, 0.34):
        heap.put(carton(rng, GIFTS, rng.uniform(0.12, 0.2), 0.12, rng.uniform(0.08, 0.32)), (x, -0.08, 0))


def _vase_row(heap: Heap, rng: np.random.Generator, length: float) -> None:
    for x in _spread(rng, length, 0.24, 0.4):
        heap.put(vase(rng, rng.uniform(0.16, 0.3), pick(rng, GIFTS)), (x, -0.08, 0))


def _book_row(heap: Heap, rng: np.random.Generator, length: float) -> None:
    heap.put(books(rng, length, 0.3, 0.13), (0, -0.15, 0))


def _clothes_row(heap: Heap, rng: np.random.Generator, length: float) -> None:
    for x in _spread(rng, length, 0.36, 0.44):
        if rng.random() < 0.82:
            heap.put(folded(rng, int(rng.integers(3, 8))), (x, -0.2, 0))
        else:
            heap.put(bag(rng, pick(rng, ("#8a4a32", "#2b2c2e", "#c9a26a")), 0.3), (x, -0.2, 0))


def _shelf(heap: Heap, s: Solid, rng: np.random.Generator, fill: Fill, levels: tuple[float, ...]) -> None:
    """A tall shelf against a wall across x; it is open towards the room's middle."""
    side = 1 if s["x0"] < 0 else -1  # the front looks along +x or -x
    back, front = (s["x0"], s["x1"]) if side > 0 else (s["x1"], s["x0"])
    colour = OAK if side > 0 else WALNUT
    heap.box((back, s["y0"], 0), (back + 0.03 * side, s["y1"], s["z1"]), "wood", colour)
    heap.box((back, s["y0"], s["z1"] - 0.04), (front, s["y1"], s["z1"]), "wood", colour, 0.004)
    bays = np.linspace(s["y0"], s["y1"] - 0.03, 4 if side > 0 else 6)
    for y in bays:
        heap.box((back, y, 0), (front, y + 0.03, s["z1"]), "wood", colour, 0.004)
    for z in levels:
        heap.box((back, s["y0"], z - 0.03), (front - 0.01 * side, s["y1"], z), "wood", colour, 0.003)
        if z > levels[0]:
            heap.box((front - 0.05 * side, s["y0"] + 0.03, z - 0.04), (front - 0.07 * side, s["y1"] - 0.03, z - 0.031), "lamp", (14.0, 12.2, 9.8))
        for a, b in zip(bays[:-1], bays[1:], strict=True):
            row = Heap()
            fill(row, rng, float(b - a) - 0.06)
            start = float(a) + 0.04 if side > 0 else float(b) - 0.01
            heap.put(row, (front - (0.42 if side > 0 else 0.18) * side, start, z), math.pi / 2 * side)


def _island(heap: Heap, s: Solid, rng: np.random.Generator) -> None:
    """A book shelf that stands free along x, open on both sides."""
    x0, x1, y0, y1, top = s["x0"], s["x1"], s["y0"], s["y1"], s["z1"]
    middle = (y0 + y1) / 2
    heap.box((x0, middle - 0.01, 0), (x1, middle + 0.01, top), "wood", WALNUT)
    heap.box((x0, y0, top - 0.03), (x1, y1, top), "wood", WALNUT, 0.004)
    for x in (x0, (x0 + x1) / 2 - 0.015, x1 - 0.03):
        heap.box((x, y0, 0), (x + 0.03, y1, top), "wood", WALNUT, 0.004)
    for z in (0.1, 0.48, 0.84, 1.2):
        heap.box((x0, y0, z - 0.03), (x1, y1, z), "wood", WALNUT, 0.003)
        for a in (x0 + 0.04, (x0 + x1) / 2 + 0.02):
            length = (x1 - x0) / 2 - 0.07
            heap.put(books(rng, length, 0.31, 0.2), (a, y0 + 0.02, z))
            heap.put(books(rng, length, 0.31, 0.2), (a + length, y1 - 0.02, z), math.pi)
    row = Heap()
    _gift_row(row, rng, x1 - x0 - 0.2)
    heap.put(row, (x0 + 0.1, middle, top))


def _rail(heap: Heap, s: Solid, rng: np.random.Generator) -> None:
    """Clothes on a rail along x between two wooden ends; boxes below."""
    x0, x1, y0, y1, top = s["x0"], s["x1"], s["y0"], s["y1"], s["z1"]
    middle = (y0 + y1) / 2
    for x in (x0, x1 - 0.03):
        heap.box((x, y0, 0.0), (x + 0.03, y1, top), "wood", OAK, 0.006)
    heap.tube((x0, middle, top - 0.04), (x1, middle, top - 0.04), 0.014, "metal", "#2c2c2d", 8)
    heap.box((x0, y0 + 0.03, 0.16), (x1, y1 - 0.03, 0.19), "wood", OAK, 0.004)
    x, colour, length = x0 + 0.08, pick(rng, CLOTHES), 0.8
    while x < x1 - 0.08:
        if rng.random() < 0.3:
            colour, length = pick(rng, CLOTHES), rng.uniform(0.62, 0.88)
        heap.put(garment(rng, colour, length), (x, middle, top - 0.05), rng.normal(0, 0.06))
        x += rng.uniform(0.045, 0.085)
    for x in np.arange(x0 + 0.25, x1 - 0.2, 0.4):
        heap.put(folded(rng, int(rng.integers(2, 4))), (float(x), middle, 0.19))
    heap.box((x1 + 0.001, middle - 0.1, 1.0), (x1 + 0.004, middle + 0.1, 1.28), "paper", "#efe9dc")
    heap.say("-30", (x1 + 0.006, middle, 1.14), EAST, 0.07, "paper", "#a63d3a", deep=0.001)


def _table(heap: Heap, s: Solid, rng: np.random.Generator) -> None:
    x0, x1, y0, y1, top = s["x0"], s["x1"], s["y0"], s["y1"], s["z1"]
    clothes = x0 < 0
    wood = OAK if clothes else WALNUT
    heap.box((x0, y0, top - 0.05), (x1, y1, top), "wood", wood, 0.008)
    heap.box((x0 + 0.06, y0 + 0.06, 0.25), (x1 - 0.06, y1 - 0.06, 0.28), "wood", wood, 0.006)
    for x in (x0 + 0.03, x1 - 0.09):
        for y in (y0 + 0.03, y1 - 0.09):
            heap.box((x, y, 0), (x + 0.06, y + 0.06, top - 0.05), "wood", wood, 0.004)
    for z, high in ((top, 1.0), (0.28, 0.7)):
        for x in (x0 + 0.2, x0 + 0.52, x0 + 0.82):
            for y in (y0 + 0.2, y0 + 0.5, y0 + 0.8):
                if rng.random() < 0.12:
                    continue
                if clothes:
                    heap.put(folded(rng, int(rng.integers(1, 2 + round(4 * high))), 0.26, 0.24), (x, y, z))
                    continue
                up = z
                for _ in range(int(rng.integers(1, 2 + round(6 * high)))):
                    book = Heap()
                    thick = rng.uniform(0.02, 0.045)
                    book.box((-0.075, -0.11, 0), (0.075, 0.11, thick), "paper", pick(rng, GIFTS + CLOTHES), 0.003)
                    heap.put(book, (x, y, up), rng.normal(0, 0.15))
                    up += thick


def _inside(heap: Heap) -> None:
    """What hangs on the shops' walls, flat."""
    for y, colour in ((13.2, "#8a3b34"), (17.15, "#35565a")):
        heap.box((-10.0, y - 1.1 if y < 15 else y, 0.9), (-9.97, y + 0.0 if y < 15 else y + 1.3, 2.5), "paper", colour)  # noqa: PLR2004
    heap.say("nuova\nstagione", (-9.96, 12.65, 1.8), EAST, 0.14, "paper", "#f0e8da", deep=0.004)
    heap.say("saldi", (-9.96, 17.8, 1.7), EAST, 0.26, "paper", "#f0e8da", deep=0.004)
    heap.say("N", (-9.97, 15.2, 2.9), EAST, 0.5, "metal", "#c8a878", deep=0.03)
    for x in np.arange(-9.4, -4.0, 0.9):
        for y, facing in ((11.0, 1), (20.0, -1)):
            heap.box((x, y, 0.02), (x + 0.86, y + 0.02 * facing, 1.1), "wood", OAK, 0.004)
    heap.say("leggere \u00e8 viaggiare", (9.98, 21.5, 2.75), WEST, 0.22, "paper", "#e8dcc0", deep=0.004)
    for y, facing in ((17.0, 1), (26.0, -1)):
        for x in (5.0, 6.6, 8.2):
            heap.box((x, y, 1.2), (x + 1.1, y + 0.03 * facing, 2.3), "wood", WALNUT, 0.006)
            heap.box((x + 0.08, y + 0.025 * facing, 1.28), (x + 1.02, y + 0.034 * facing, 2.22), "paper", GIFTS[int(x) % len(GIFTS)])
    heap.put(plant(np.random.default_rng(5), 0.32, 0.3, 40), (7.6, 18.65, 1.6))


def _bench(heap: Heap, s: Solid) -> None:
    for k in range(6):
        x = s["x0"] + 0.01 + k * 0.083
        heap.box((x, s["y0"], 0.4), (x + 0.068, s["y1"], 0.45), "wood", OAK, 0.008)
    for y in (s["y0"] + 0.25, s["y1"] - 0.33):
        heap.box((s["x0"] + 0.03, y, 0), (s["x1"] - 0.03, y + 0.08, 0.4), "dark metal", "#3a3a3c", 0.006)


def _staff_door(heap: Heap) -> None:
    """A grey door that stands open into a plain room."""
    for y in (11.95, 13.0):
        heap.box((3.48, y, 0), (3.72, y + 0.05, 2.25), "satin", "#6d7174", 0.004)
    heap.box((3.48, 11.95, 2.2), (3.72, 13.05, 2.25), "satin", "#6d7174", 0.004)
    heap.box((3.72, 13.05, 0.01), (4.7, 13.1, 2.18), "satin", "#84898c", 0.006)
    heap.tube((4.55, 13.02, 1.02), (4.43, 13.02, 1.02), 0.012, "metal", "#c0c0c0", 8)
    heap.box((3.49, 13.2, 1.5), (3.5, 13.5, 1.62), "satin", "#33383b", 0.003)
    heap.say("staff only", (3.488, 13.35, 1.56), WEST, 0.04, "paper", "#f2f2ee", deep=0.001)
    for k in range(6):  # lockers
        y = 11.05 + k * 0.42
        heap.box((5.12, y, 0.1), (5.2, y + 0.4, 1.9), "satin", "#8d9a9e" if k % 2 else "#7f8c90", 0.008)
    heap.roof(4.0, 12.0, 4.8, 13.0, 3.97, "lamp", (8.0, 7.8, 7.2))
