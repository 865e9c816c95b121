# ruff: noqa: INP001
"""The hall: glass front and doors, the kiosk, the screen, pots, what hangs on the walls."""

from __future__ import annotations

import math

import numpy as np
from heap import SOUTH, WEST, Heap
from shell import Solids
from things import bottle, carton, cup, pastry, pick, plant, pot

STEEL, ANTHRACITE, OAK, WALNUT = "#a9abac", "#3a3d40", "#b98a58", "#4a3526"


def build(heap: Heap, solids: Solids, rng: np.random.Generator) -> None:
    """Add what belongs to the hall."""
    _front(heap, solids)
    _counter(heap, rng)
    _machines(heap)
    _back_shelf(heap, rng)
    _kiosk_walls(heap)
    _screen(heap)
    _walls(heap)
    for name, colour in (("pot west", "#6f6a63"), ("pot east", "#6f6a63"), ("pot north", "#6f6a63"), ("pot corridor", "#8a5a43")):
        solid = solids[name]
        middle = ((solid["x0"] + solid["x1"]) / 2, (solid["y0"] + solid["y1"]) / 2, 0.0)
        heap.put(pot(rng, (solid["x1"] - solid["x0"]) / 2, solid["z1"], colour), middle)


def _front(heap: Heap, solids: Solids) -> None:
    for name in ("front west", "front east", "leaf west", "leaf east"):
        s = solids[name]
        y = (s["y0"] + s["y1"]) / 2
        heap.sheet([(s["x0"], y, 0.0), (s["x1"], y, 0.0), (s["x1"], y, s["z1"]), (s["x0"], y, s["z1"])], "glass", "#e9f2ee")
        leaf = name.startswith("leaf")
        inset = 0.05 if leaf else 0.06
        rails = ((0.0, 0.09), (s["z1"] - 0.07, s["z1"])) if leaf else ((0.0, 0.1), (2.5, 2.57), (s["z1"] - 0.06, s["z1"]))
        for a, b in rails:
            heap.box((s["x0"], s["y0"], a), (s["x1"], s["y1"], b), "dark metal", ANTHRACITE, 0.006)
        posts = [s["x0"], s["x1"] - inset]
        if not leaf:
            posts += [s["x0"] + (s["x1"] - s["x0"]) * k / 3 for k in (1, 2)]
        for x in posts:
            heap.box((x, s["y0"], 0.0), (x + inset, s["y1"], s["z1"]), "dark metal", ANTHRACITE, 0.006)
        if leaf:
            for z in (1.0, 1.06, 1.5):
                for x in np.arange(s["x0"] + 0.12, s["x1"] - 0.12, 0.09):
                    heap.sheet([(x, y + 0.004, z), (x, y + 0.004, z + 0.03), (x + 0.03, y + 0.004, z + 0.03), (x + 0.03, y + 0.004, z)], "paper", "#dfe5e4")
    for name in ("post west", "post east", "door head"):
        s = solids[name]
        heap.box((s["x0"], s["y0"], s["z0"]), (s["x1"], s["y1"], s["z1"]), "dark metal", ANTHRACITE, 0.008)
    heap.box((-0.12, 0.08, 2.55), (0.12, 0.13, 2.65), "satin", "#17181a", 0.01)
    heap.floor(-6.0, -0.12, 6.0, 0.09, 0.002, "metal", "#77787a")
    for x in (-0.02, 0.02):
        heap.box((-3.3, 0.03 + x, 0), (3.3, 0.035 + x, 0.004), "metal", "#6d6e70")
    heap.say("GALLERIA", (0.0, -0.125, 3.7), SOUTH, 0.34, colour=(2.2, 2.15, 2.0), deep=0.05)


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
    heap.sheet([(x0 + 0.012, b, bottom), (x0 + 0.012, a, bottom), (x0 + 0.012, a, 1.0), (x0 + 0.012, b, 1.0)], "pane", "#eef4f2")
    for z in (bottom, 0.55, 0.77):
        heap.box((x0 + 0.03, a, z - 0.012), (x1 - 0.15, b, z), "paint", "#f2ede2")
        for y in np.arange(a + 0.1, b - 0.05, 0.135):
            for x in (x0 + 0.12, x0 + 0.27):
                if rng.random() < 0.9:
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
                    heap.box((x0 - 0.004, y, z), (x0 + 0.001, y + 0.05, z + 0.16), "paper", pick(rng, ("#c94f3d", "#e3c24c", "#3e7f5a", "#e9e6dd", "#7a4a2a")))
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
        y = 5.47
        while y < 8.5:
            if abs(y - 7.0) < 0.1:
                y = 7.1
            kind, x = int(rng.integers(4)), 5.83
            if kind == 0:
                for _ in range(3):
                    heap.put(bottle(rng, rng.uniform(0.25, 0.3), pick(rng, ("#7a3d1d", "#b5482f", "#d9a441", "#4d6b3c", "#2b1a12"))), (x, y, z))
                    y += 0.095
            elif kind == 1:
                for _ in range(3):
                    heap.put(carton(rng, ("#2a2723", "#c9a26a", "#35565a", "#8a3b34", "#e4dccb"), 0.11, 0.08, 0.21), (x, y, z), -math.pi / 2)
                    y += 0.13
            elif kind == 2:  # noqa: PLR2004 - the third of four
                for n in range(4):
                    heap.put(cup(), (x, y, z + n * 0.045))
                y += 0.12
            else:
                heap.lathe((x, y + 0.03, z), [(0.055, 0), (0.055, 0.17), (0.04, 0.18)], "ceramic", pick(rng, ("#6b4a2c", "#c7b48a", "#3d2a1c")), 14)
                heap.lathe((x, y + 0.03, z), [(0.05, 0.18), (0.05, 0.205)], "wood", OAK, 14)
                y += 0.15
    heap.put(plant(rng, 0.2, 0.22, 30), (5.8, 5.55, 2.1))
    heap.put(carton(rng, ("#8a6540",), 0.3, 0.3, 0.2), (5.82, 8.3, 2.1))


def _kiosk_walls(heap: Heap) -> None:
    heap.box((5.985, 4.9, 0.92), (6.0, 9.1, 3.3), "tiles", "#2f6a68")
    heap.box((5.98, 4.9, 0), (6.0, 9.1, 0.92), "wood", WALNUT)
    menus = ("espresso\ncortado\nflat white\ncappuccino\nlatte", "t\u00e9 verde\ncacao\nchai\nlimonata\nacqua", "cornetto\nfocaccia\nbrioche\ntorta\nbiscotti")
    prices = ("1.80\n2.10\n3.20\n2.90\n3.10", "2.60\n3.00\n3.40\n2.80\n1.50", "1.90\n4.20\n2.10\n3.80\n1.60")
    for k, (menu, price) in enumerate(zip(menus, prices, strict=True)):
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


def _picture(heap: Heap, corner: tuple[float, float, float], side: int, size: tuple[float, float], seed: int, bright: float) -> None:
    """A shining abstract picture on a wall across x, waves of colour; `side`: where it is seen from along x."""
    rng = np.random.default_rng(seed)
    shades = rng.uniform(0.1, 1.0, (4, 3)) * np.array([1.0, 0.85, 0.75])
    columns, rows = 40, 24
    u, v = np.meshgrid((np.arange(columns) + 0.5) / columns, (np.arange(rows) + 0.5) / rows)
    wave = np.sin(u * 5 + 1.7 * np.sin(v * 4 + seed)) + np.sin(v * 6 - u * 2.5 + seed)
    band = np.clip((wave + 2) / 4 * 3, 0, 2.999)
    low = band.astype(int)
    colour = shades[low] + (shades[low + 1] - shades[low]) * (band - low)[..., None] ** 3
    dy, dz = size[0] / columns, size[1] / rows
    for j in range(rows):
        for k in range(columns):
            y, z = corner[1] + k * dy, corner[2] + j * dz
            quad = [(corner[0], y, z), (corner[0], y + dy, z), (corner[0], y + dy, z + dz), (corner[0], y, z + dz)]
            r, g, b = (float(c) * bright for c in colour[j, k])
            heap.sheet(quad[::side], "glow", (r, g, b))


def _screen(heap: Heap) -> None:
    heap.box((-6.0, 4.0, 1.0), (-5.902, 7.0, 2.2), "satin", "#121314", 0.012)
    _picture(heap, (-5.899, 4.05, 1.05), 1, (2.9, 1.1), 3, 2.2)


def _walls(heap: Heap) -> None:
    # A light box and the directory.
    heap.box((5.95, 1.5, 0.75), (6.0, 4.3, 2.75), "dark metal", ANTHRACITE, 0.01)
    _picture(heap, (5.945, 1.55, 0.8), -1, (2.7, 1.9), 12, 0.8)
    heap.say("la bella stagione", (5.938, 2.9, 1.0), WEST, 0.14, colour=(1.3, 1.3, 1.2), deep=0.004)
    heap.box((4.0, 9.95, 0.8), (5.3, 10.0, 2.3), "satin", "#26323a", 0.01)
    heap.say("galleria", (4.65, 9.94, 2.1), SOUTH, 0.12, colour=(1.0, 1.0, 0.95), deep=0.004)
    rooms = ((4.12, 0.95, 0.5, 0.9, "#c46f3a"), (4.66, 0.95, 0.22, 0.55, "#d8c9a4"), (4.92, 0.95, 0.28, 0.4, "#3e7f7a"))
    rooms += ((4.66, 1.54, 0.54, 0.31, "#7d94a8"), (4.92, 1.39, 0.28, 0.11, "#a8776b"))
    for x, z, w, h, colour in rooms:
        heap.box((x, 9.943, z), (x + w, 9.95, z + h), "paper", colour)
    # Red boxes of the fire brigade, and their sign.
    heap.box((5.88, 4.5, 0.85), (6.0, 4.75, 1.5), "satin", "#a61f1c", 0.012)
    heap.box((5.875, 4.53, 0.95), (5.88, 4.72, 1.4), "satin", "#e9e5df")
    heap.box((5.97, 4.5, 1.9), (5.99, 4.75, 2.15), "paper", "#c1241f")
    heap.box((5.965, 4.59, 1.95), (5.97, 4.66, 2.1), "paper", "#f4f2ee")
    _decals(heap)


def _decals(heap: Heap) -> None:
    """What is stuck on the floor."""
    for y in (6.45, 5.55, 4.65):
        heap.floor(2.35, y, 3.0, y + 0.05, 0.003, "paper", "#35565a")
    heap.say("attendere qui", (2.68, 6.33, 0.004), SOUTH, 0.07, "paper", "#35565a", deep=0.0005, flat=True)
    ring = [(0.42 * math.cos(a), 0.42 * math.sin(a)) for a in np.linspace(0, 2 * math.pi, 40, endpoint=False)]
    heap.sheet([(x - 0.2, y + 3.6, 0.003) for x, y in ring], "paper", "#2f6a68")
    heap.say("caff\u00e8 \u2192", (-0.2, 3.6, 0.004), SOUTH, 0.11, "paper", "#f2eee4", deep=0.0005, flat=True)
