# ruff: noqa: INP001
"""The hall: glass front and doors, the screen, pots, what hangs on the walls."""

from __future__ import annotations

import math
from typing import Any

import kiosk
import numpy as np
from heap import SOUTH, WEST, Heap, linear
from shell import Solids
from things import pot

ANTHRACITE = "#3a3d40"
PRINTS = ("#5f8f86", "#7fa59a", "#a9bfae", "#c9a873", "#3f7a76")
PALETTES = (
    ("#f0c56b", "#d8693f", "#2c6a70", "#f3e6cf"),
    ("#27406b", "#6fa3b5", "#f2d3a0", "#c2543d"),
    ("#e9b7a1", "#8a3b4a", "#f4ead8", "#4d7a66"),
)


def build(heap: Heap, solids: Solids, rng: np.random.Generator) -> None:
    """Add what belongs to the hall."""
    _front(heap, solids)
    for name in ("film west", "film east"):
        _film(heap, solids[name])
    kiosk.build(heap, rng)
    _screen(heap)
    _walls(heap)
    for name in ("pot west", "pot east", "pot north", "pot corridor"):
        colour = "#8a5a43" if "corridor" in name else "#6f6a63"
        solid = solids[name]
        middle = ((solid["x0"] + solid["x1"]) / 2, (solid["y0"] + solid["y1"]) / 2, 0.0)
        heap.put(pot(rng, (solid["x1"] - solid["x0"]) / 2, solid["z1"], colour), middle)


def _front(heap: Heap, solids: Solids) -> None:
    for name in ("front west", "front east", "leaf west", "leaf east"):
        s = solids[name]
        y = (s["y0"] + s["y1"]) / 2
        ends = ((s["x0"], 0.0), (s["x1"], 0.0), (s["x1"], s["z1"]), (s["x0"], s["z1"]))
        heap.sheet([(x, y, z) for x, z in ends], "glass", "#e9f2ee")
        leaf = name.startswith("leaf")
        inset = 0.05 if leaf else 0.06
        rails = (
            ((0.0, 0.09), (s["z1"] - 0.07, s["z1"])) if leaf else ((0.0, 0.1), (2.5, 2.57), (s["z1"] - 0.06, s["z1"]))
        )
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
                    heap.box((x, y + 0.002, z), (x + 0.03, y + 0.005, z + 0.03), "paper", "#dfe5e4")
    for name in ("post west", "post east", "door head"):
        s = solids[name]
        heap.box((s["x0"], s["y0"], s["z0"]), (s["x1"], s["y1"], s["z1"]), "dark metal", ANTHRACITE, 0.008)
    heap.box((-0.12, 0.08, 2.55), (0.12, 0.13, 2.65), "satin", "#17181a", 0.01)
    heap.floor(-6.0, -0.12, 6.0, 0.09, 0.002, "metal", "#77787a")
    for x in (-0.02, 0.02):
        heap.box((-3.3, 0.03 + x, 0), (3.3, 0.035 + x, 0.004), "metal", "#6d6e70")
    heap.say("GALLERIA", (0.0, -0.125, 3.7), SOUTH, 0.34, colour=(2.2, 2.15, 2.0), deep=0.05)


def _film(heap: Heap, s: dict[str, Any]) -> None:
    """Milky film on a pane, with leaves printed on it; above it stripes that thin out."""
    a, b, y, top = s["x0"], s["x1"], s["y1"], s["z1"]
    heap.sheet([(b, y, 0.0), (a, y, 0.0), (a, y, top), (b, y, top)], "film", "#f1f4f0")
    for row in range(6):
        low = top + 0.03 + 0.085 * row
        high = low + 0.06 * (1 - row / 6)
        heap.sheet([(b, y, low), (a, y, low), (a, y, high), (b, y, high)], "film", "#f1f4f0")
    rng = np.random.default_rng(7)
    for x in np.arange(a + 0.25, b - 0.1, 0.36):
        colour = PRINTS[int(rng.integers(len(PRINTS)))]
        _stem(heap, float(x + rng.uniform(-0.06, 0.06)), y + 0.002, float(rng.uniform(0.75, 1.5)), colour, rng)


def _stem(heap: Heap, x: float, y: float, tall: float, colour: str, rng: np.random.Generator) -> None:
    """A printed plant: a stem that sways, with pairs of leaves."""
    lean = float(rng.uniform(-0.12, 0.12))
    middle = [(x + lean * t * t, 0.1 + tall * t) for t in np.linspace(0, 1, 9)]
    edge = [(u - 0.006, z) for u, z in middle] + [(u + 0.006, z) for u, z in middle[::-1]]
    heap.sheet([(u, y, z) for u, z in edge], "film", colour)
    for u, z in middle[2:]:
        for side in (-1, 1):
            far, up = side * float(rng.uniform(0.09, 0.14)), float(rng.uniform(0.07, 0.12))
            leaf = [(0.0, 0.0), (0.55 * far, 0.2 * up), (far, up), (0.3 * far, 0.75 * up)]
            heap.sheet([(u + i, y, z + j) for i, j in leaf[::-side]], "film", colour)


def picture(
    heap: Heap, corner: tuple[float, float, float], side: int, size: tuple[float, float], seed: int, bright: float
) -> None:
    """A shining abstract picture on a wall across x, waves of colour; `side`: where it is seen from along x."""
    rng = np.random.default_rng(seed)
    shades = rng.permutation(np.array([linear(colour) for colour in PALETTES[seed % len(PALETTES)]]))
    columns, rows = 80, 48
    u, v = np.meshgrid(np.linspace(0, 1, columns), np.linspace(0, 1, rows))
    wave = np.sin(u * 5 + 1.7 * np.sin(v * 4 + seed)) + np.sin(v * 6 - u * 2.5 + seed)
    band = np.clip((wave + 2) / 4 * 3, 0, 2.999)
    low = band.astype(int)
    colour = shades[low] + (shades[low + 1] - shades[low]) * (band - low)[..., None] ** 3
    points = np.stack([np.full_like(u, corner[0]), corner[1] + u * size[0], corner[2] + v * size[1]], -1)
    heap.grid(points[:, ::side], "glow", bright * colour[:, ::side].reshape(-1, 3))


def _screen(heap: Heap) -> None:
    heap.box((-6.0, 4.0, 1.0), (-5.902, 7.0, 2.2), "satin", "#121314", 0.012)
    picture(heap, (-5.899, 4.05, 1.05), 1, (2.9, 1.1), 3, 2.2)


def _walls(heap: Heap) -> None:
    # A light box and the directory.
    heap.box((5.95, 1.5, 0.75), (6.0, 4.3, 2.75), "dark metal", ANTHRACITE, 0.01)
    picture(heap, (5.945, 1.55, 0.8), -1, (2.7, 1.9), 12, 0.8)
    heap.say("la bella stagione", (5.938, 2.9, 1.0), WEST, 0.14, colour=(1.3, 1.3, 1.2), deep=0.004)
    heap.box((4.0, 9.95, 0.8), (5.3, 10.0, 2.3), "satin", "#26323a", 0.01)
    heap.say("galleria", (4.65, 9.94, 2.1), SOUTH, 0.12, colour=(1.0, 1.0, 0.95), deep=0.004)
    rooms = [(4.12, 0.95, 0.5, 0.9, "#c46f3a"), (4.66, 0.95, 0.22, 0.55, "#d8c9a4"), (4.92, 0.95, 0.28, 0.4, "#3e7f7a")]
    rooms += [(4.66, 1.54, 0.54, 0.31, "#7d94a8"), (4.92, 1.39, 0.28, 0.11, "#a8776b")]
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
