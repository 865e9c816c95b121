# ruff: noqa: INP001
"""The shops: furniture, goods, what hangs on the walls."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
from heap import EAST, WEST, Heap
from rows import GIFTS, book_row, clothes_row, gift_row
from shell import Solids
from things import CLOTHES, books, folded, garment, often, pick, plant

Solid = dict[str, Any]
Fill = Callable[[Heap, np.random.Generator, float], None]  # fills a shelf 1 m high at most of the given length, along x
OAK, WALNUT = "#c09565", "#5a3d29"


def build(heap: Heap, solids: Solids, rng: np.random.Generator) -> None:
    """Add what stands in both shops."""
    for name in ("rail a 1", "rail a 2"):
        _rail(heap, solids[name], rng)
    _shelf(heap, solids["shelf a"], rng, clothes_row, (0.12, 0.62, 1.08, 1.5, 1.88))
    for name in ("table a", "table b"):
        _table(heap, solids[name], rng)
    for name in ("shelf b 1", "shelf b 2"):
        _island(heap, solids[name], rng)
    _shelf(heap, solids["shelf b 3"], rng, book_row, (0.1, 0.48, 0.86, 1.22, 1.56, 1.88))
    _inside(heap)


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
            heap.box(
                (front - 0.05 * side, s["y0"] + 0.03, z - 0.04),
                (front - 0.07 * side, s["y1"] - 0.03, z - 0.031),
                "lamp",
                (14.0, 12.2, 9.8),
            )
        for a, b in pairwise(bays):
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
    gift_row(row, rng, x1 - x0 - 0.2)
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
        if often(rng, 0.3):
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
                if often(rng, 0.12):
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
            heap.box(
                (x + 0.08, y + 0.025 * facing, 1.28),
                (x + 1.02, y + 0.034 * facing, 2.22),
                "paper",
                GIFTS[int(x) % len(GIFTS)],
            )
    heap.put(plant(np.random.default_rng(5), 0.32, 0.3, 40), (7.6, 18.65, 1.6))
