# ruff: noqa: INP001
"""The coffee kiosk: counter, machines, shelf, menus, sign."""

from __future__ import annotations

import math

import numpy as np
from heap import WEST, Heap
from things import bottle, carton, cup, often, pastry, pick, plant

ANTHRACITE, OAK, WALNUT = "#3a3d40", "#b98a58", "#4a3526"
CANS = ("#c94f3d", "#e3c24c", "#3e7f5a", "#e9e6dd", "#7a4a2a")
SYRUPS = ("#7a3d1d", "#b5482f", "#d9a441", "#4d6b3c", "#2b1a12")
BEANS = ("#2a2723", "#c9a26a", "#35565a", "#8a3b34", "#e4dccb")
JARS = ("#6b4a2c", "#c7b48a", "#3d2a1c")
MENUS = (
    ("espresso\ncortado\nflat white\ncappuccino\nlatte", "1.80\n2.10\n3.20\n2.90\n3.10"),
    ("t\u00e9 verde\ncacao\nchai\nlimonata\nacqua", "2.60\n3.00\n3.40\n2.80\n1.50"),
    ("cornetto\nfocaccia\nbrioche\ntorta\nbiscotti", "1.90\n4.20\n2.10\n3.80\n1.60"),
)


def build(heap: Heap, rng: np.random.Generator) -> None:
    """Add the kiosk."""
    _counter(heap, rng)
    _machines(heap)
    _back_shelf(heap, rng)
    _kiosk_walls(heap)


def _counter(heap: Heap, rng: np.random.Generator) -> None:
    x0, x1, y0, y1 = 3.2, 3.9, 5.4, 8.6
    a, b, bottom, top = 5.55, 6.65, 0.34, 0.98  # the show case in its front
    heap.box((x0 + 0.07, y0 + 0.04, 0), (x1, y1 - 0.04, 0.1), "satin", "#1b1b1c")
    for ya, yb in ((y0, a), (b, y1)):
        heap.box((x0 + 0.03, ya, 0.1), (x1 - 0.02, yb, 1.0), "wood", WALNUT)
    heap.box((x0 + 0.03, a, 0.1), (x1 - 0.02, b, bottom), "wood", WALNUT)
    heap.box((x1 - 0.15, a, bottom), (x1 - 0.02, b, top), "paint", "#efe6d6")
    for y in np.arange(y0 + 0.01, y1 - 0.03, 0.06):
        high = bottom if a - 0.03 < y < b else 1.0
        heap.box((x0, y, 0.1), (x0 + 0.035, y + 0.036, high), "wood", OAK, 0.004)
    heap.box((x0 - 0.0, y0 - 0.0, 1.0), (x1, y1, 1.05), "ceramic", "#d9d5cc", 0.012)
    heap.box((x0 + 0.05, a, top - 0.02), (x0 + 0.09, b, top), "lamp", (30.0, 24.5, 18.0))
    heap.pane(x0 + 0.012, (a, b), (bottom, 1.0), -1, "pane", "#eef4f2")
    for z in (bottom, 0.55, 0.77):
        heap.box((x0 + 0.03, a, z - 0.012), (x1 - 0.15, b, z), "paint", "#f2ede2")
        for y in np.arange(a + 0.1, b - 0.05, 0.135):
            for x in (x0 + 0.12, x0 + 0.27):
                if often(rng, 0.9):
                    heap.put(pastry(rng), (x, y + rng.uniform(-0.015, 0.015), z), rng.uniform(0, 6.28))
        for y in np.arange(a + 0.16, b - 0.1, 0.27):
            heap.box((x0 + 0.035, y, z), (x0 + 0.04, y + 0.09, z + 0.04), "paper", "#f6f3ea")
    heap.say("caff\u00e8", (x0 - 0.001, 7.75, 0.62), WEST, 0.2, "satin", "#f0e6d2", deep=0.01)


def _machines(heap: Heap) -> None:
    # The till: a screen on a foot that looks at who serves, and a small one for who pays.
    heap.box((3.42, 6.86, 1.05), (3.68, 7.09, 1.09), "satin", "#1c1d1f", 0.01)
    heap.box((3.53, 6.95, 1.09), (3.57, 7.0, 1.25), "satin", "#1c1d1f")
    heap.box((3.53, 6.8, 1.17), (3.57, 7.15, 1.4), "satin", "#1c1d1f", 0.008)
    heap.box((3.571, 6.82, 1.19), (3.573, 7.13, 1.38), "glow", (0.35, 0.42, 0.5))
    heap.box((3.525, 6.9, 1.2), (3.529, 7.05, 1.28), "glow", (0.2, 0.45, 0.4))
    heap.box((3.36, 6.72, 1.05), (3.44, 6.8, 1.09), "satin", "#26282b", 0.008)  # card reader
    heap.box((3.375, 6.735, 1.09), (3.425, 6.765, 1.092), "glow", (0.3, 0.5, 0.4))
    # The coffee machine; cups warm on its top.
    heap.box((3.34, 7.9, 1.1), (3.74, 8.5, 1.46), "metal", "#c9cacb", 0.03)
    for y in (7.9, 8.47):
        heap.box((3.32, y, 1.08), (3.78, y + 0.03, 1.5), "satin", "#7e2f2a", 0.02)
    heap.box((3.325, 7.98, 1.18), (3.34, 8.42, 1.4), "satin", "#7e2f2a", 0.005)
    heap.say("onda", (3.323, 8.2, 1.29), WEST, 0.09, "metal", "#e6dcc5", deep=0.004)
    for y in (8.05, 8.2, 8.35):
        heap.lathe((3.76, y, 1.28), [(0.035, 0.0), (0.035, 0.06)], "metal", "#8f9091", 10)
        heap.tube((3.76, y, 1.27), (3.86, y, 1.26), 0.012, "satin", "#1a1a1a", 6)
    heap.box((3.4, 7.95, 1.46), (3.72, 8.45, 1.475), "metal", "#9a9b9c")
    for y in np.arange(7.99, 8.44, 0.085):
        for x in (3.45, 3.54, 3.63):
            heap.put(cup(), (x, y, 1.476))
    for y, high in ((8.55, 0.1),):
        heap.lathe((3.42, y, 1.05), [(0.03, 0), (0.045, high)], "paper", "#d9cdb6", 12)
    heap.lathe((3.3, 7.4, 1.05), [(0.05, 0), (0.05, 0.1), (0.045, 0.12)], "ceramic", "#35565a", 14)
    heap.box((3.26, 7.55, 1.05), (3.27, 7.7, 1.2), "paper", "#23262a", 0.003)
    heap.say("2.20", (3.257, 7.625, 1.13), WEST, 0.035, "paper", "#f0ead8", deep=0.001)
    heap.lathe((3.4, 6.35, 1.05), [(0.02, 0), (0.1, 0.006), (0.13, 0.012)], "ceramic", "#efeae0", 18)
    for k in range(4):
        heap.put(cup("#f1efe9"), (3.45 + 0.085 * (k % 2), 5.6 + 0.085 * (k // 2), 1.05))


def _back_shelf(heap: Heap, rng: np.random.Generator) -> None:
    x0, x1, y0, y1 = 5.5, 6.0, 5.4, 8.6
    heap.box((x0 + 0.05, y0, 0), (x1, y1, 0.1), "satin", "#1b1b1c")
    heap.box((x0 + 0.02, y0, 0.1), (x1, y1, 0.88), "wood", WALNUT)
    for k in range(5):
        ya = y0 + k * 0.64
        if k == 1:
            heap.box((x0 + 0.005, ya + 0.01, 0.12), (x0 + 0.02, ya + 0.63, 0.86), "dark metal", ANTHRACITE)
            heap.box((x0, ya + 0.05, 0.17), (x0 + 0.006, ya + 0.59, 0.82), "glow", (0.34, 0.42, 0.46))
            for z in (0.2, 0.42, 0.62):
                for y in np.arange(ya + 0.1, ya + 0.56, 0.085):
                    heap.box((x0 - 0.004, y, z), (x0 + 0.001, y + 0.05, z + 0.16), "paper", pick(rng, CANS))
            continue
        heap.box((x0, ya + 0.008, 0.12), (x0 + 0.02, ya + 0.632, 0.86), "wood", OAK, 0.004)
        heap.box((x0 - 0.0, ya + 0.2, 0.76), (x0 - 0.012, ya + 0.44, 0.775), "metal", "#2a2a2a")
    heap.box((x0, y0, 0.88), (x1, y1, 0.92), "ceramic", "#d9d5cc", 0.008)
    for y in (y0, y1 - 0.03, (y0 + y1) / 2):
        heap.box((x0 + 0.2, y, 0.92), (x1, y + 0.03, 2.1), "wood", OAK, 0.003)
    for z in (1.35, 1.72, 2.07):
        heap.box((x0 + 0.2, y0, z), (x1, y1, z + 0.03), "wood", OAK, 0.003)
        heap.box((x0 + 0.24, y0 + 0.05, z - 0.008), (x0 + 0.26, y1 - 0.05, z), "lamp", (12.0, 9.6, 7.0))
    _shelf_goods(heap, rng)
    for y, colour in ((5.75, "#1f1f21"), (6.1, "#7e2f2a")):  # grinders
        heap.box((x0 + 0.12, y - 0.08, 0.92), (x0 + 0.34, y + 0.08, 1.14), "satin", colour, 0.02)
        heap.lathe((x0 + 0.23, y, 1.14), [(0.045, 0.0), (0.085, 0.12), (0.085, 0.14)], "ceramic", "#6b5540", 14)
    for k in range(9):
        y = 6.5 + k * 0.13
        for n in range(int(rng.integers(2, 5))):
            heap.put(cup("#f1efe9" if k % 3 else "#35565a"), (x0 + 0.14, y, 0.92 + n * 0.045))
    heap.box((x0 + 0.1, 7.9, 0.92), (x0 + 0.4, 8.35, 1.2), "metal", "#b9babb", 0.02)
    heap.box((x0 + 0.094, 7.95, 0.97), (x0 + 0.1, 8.2, 1.15), "satin", "#161616")


def _shelf_goods(heap: Heap, rng: np.random.Generator) -> None:
    for z in (1.38, 1.75):
        y, middle, end, gap = 5.47, 7.0, 8.5, 0.1
        while y < end:
            if abs(y - middle) < gap:
                y = middle + gap
            kind, x = int(rng.integers(4)), 5.83
            if kind == 0:
                for _ in range(3):
                    heap.put(bottle(rng, rng.uniform(0.25, 0.3), pick(rng, SYRUPS)), (x, y, z))
                    y += 0.095
            elif kind == 1:
                for _ in range(3):
                    heap.put(carton(rng, BEANS, 0.11, 0.08, 0.21), (x, y, z), -math.pi / 2)
                    y += 0.13
            elif kind == 2:  # noqa: PLR2004 - the third of four
                for n in range(4):
                    heap.put(cup(), (x, y, z + n * 0.045))
                y += 0.12
            else:
                heap.lathe((x, y + 0.03, z), [(0.055, 0), (0.055, 0.17), (0.04, 0.18)], "ceramic", pick(rng, JARS), 14)
                heap.lathe((x, y + 0.03, z), [(0.05, 0.18), (0.05, 0.205)], "wood", OAK, 14)
                y += 0.15
    heap.put(plant(rng, 0.2, 0.22, 30), (5.8, 5.55, 2.1))
    heap.put(carton(rng, ("#8a6540",), 0.3, 0.3, 0.2), (5.82, 8.3, 2.1))


def _kiosk_walls(heap: Heap) -> None:
    heap.box((5.985, 4.9, 0.92), (6.0, 9.1, 3.3), "tiles", "#2f6a68")
    heap.box((5.98, 4.9, 0), (6.0, 9.1, 0.92), "wood", WALNUT)
    for k, (menu, price) in enumerate(MENUS):
        y = 5.95 + k * 1.05
        heap.box((5.95, y - 0.48, 2.2), (5.985, y + 0.48, 2.95), "satin", "#191b1c", 0.006)
        heap.say(menu, (5.945, y + 0.14, 2.56), WEST, 0.062, "paper", "#efe8d6", deep=0.002)
        heap.say(price, (5.945, y - 0.34, 2.56), WEST, 0.062, "paper", "#e0b65a", deep=0.002)
    # The sign hangs over the counter; lamps hang below it, above every head.
    heap.box((3.2, 5.4, 2.7), (3.35, 8.6, 3.2), "satin", "#1f4442", 0.012)
    heap.say("caff\u00e8 onda", (3.19, 7.0, 2.95), WEST, 0.27, colour=(1.7, 1.4, 1.0), deep=0.03)
    for y in (5.7, 8.3):
        heap.tube((3.28, y, 3.2), (3.28, y, 4.0), 0.01, "metal", "#777777", 6)
    for y in (5.9, 6.65, 7.4, 8.15):
        heap.lathe((3.55, y, 2.3), [(0.13, 0.0), (0.12, 0.05), (0.05, 0.15), (0.02, 0.17)], "satin", "#20211f", 18)
        heap.lathe((3.55, y, 2.31), [(0.06, 0.0), (0.05, 0.03)], "lamp", (26.0, 18.0, 10.0), 12)
        heap.tube((3.55, y, 2.46), (3.55, y, 4.0), 0.004, "satin", "#111111", 5)
