# ruff: noqa: INP001
"""Goods and plants, built once about the origin and put where they are wanted. Nothing here has a person's shape."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from heap import Colour, Heap

CLOTHES = ("#2f4a66", "#c9b79c", "#8a3b34", "#55624a", "#d8d5cd", "#3a3a3f", "#b98547", "#7d94a8", "#a8776b", "#e3ded2")
SPINES = ("#8f2d2a", "#24506b", "#d3b256", "#3d5d45", "#e5dfd0", "#5b3f63", "#c46f3a", "#2b2b2e", "#7aa0a8", "#b9b3a6")
ICING = ("#d9a5b0", "#4a2a1c", "#ead9b0", "#c2444f")
BREAD = ("#b8753a", "#a5622d", "#c98d4c", "#6f3f22")


def pick(rng: np.random.Generator, colours: Sequence[str]) -> str:
    """One of the colours, or words."""
    return colours[int(rng.integers(len(colours)))]


def often(rng: np.random.Generator, share: float) -> bool:
    """True in this share of all cases."""
    return bool(rng.random() < share)


def plant(rng: np.random.Generator, high: float, spread: float, leaves: int = 90) -> Heap:
    """Arching blades from one root at the origin."""
    heap = Heap()
    for _ in range(leaves):
        yaw, lean = rng.uniform(0, 2 * math.pi), rng.uniform(0.15, 1.0)
        length, wide = rng.uniform(0.7, 1.05), rng.uniform(0.035, 0.07)
        t = np.linspace(0, 1, 6)
        out = lean * spread * length * (0.25 * t + 0.75 * t**2)
        up = high * length * (t * (1.5 - 0.35 * lean) - (0.15 + 0.75 * lean) * t**2.2 * 0.85)
        half = wide * np.sin(np.pi * np.clip(t * 0.93 + 0.07, 0, 1)) ** 0.7
        c, s = math.cos(yaw), math.sin(yaw)
        points = np.empty((6, 3, 3))
        for k, side in enumerate((-1.0, 0.0, 1.0)):
            points[:, k, 0] = out * c - side * half * s
            points[:, k, 1] = out * s + side * half * c
            points[:, k, 2] = up + abs(side) * half * 0.35
        heap.grid(points, "leaf", pick(rng, ("#3c6b35", "#4f7d3f", "#2f5a35", "#6b8f4a")))
    return heap


def pot(rng: np.random.Generator, half: float, high: float, colour: Colour) -> Heap:
    """A square tapered pot with its plant, centred, at most 0.55 m above its rim."""
    heap = Heap()
    low = half * 0.78
    corners = [(-1, -1), (1, -1), (1, 1), (-1, 1)]
    points = [(x * low, y * low, 0.02) for x, y in corners] + [(x * half, y * half, high) for x, y in corners]
    inner = half - 0.04
    points += [(x * inner, y * inner, high) for x, y in corners] + [
        (x * inner, y * inner, high - 0.08) for x, y in corners
    ]
    faces = [(a + k, a + (k + 1) % 4, a + 4 + (k + 1) % 4, a + 4 + k) for a in (0, 4, 8) for k in range(4)]
    heap.add(points, faces, "satin", colour)
    heap.floor(-inner, -inner, inner, inner, high - 0.07, "soil", "#3a2c22")
    heap.put(plant(rng, 0.62, half * 1.25), (0, 0, high - 0.08))
    return heap


def garment(rng: np.random.Generator, colour: Colour, length: float) -> Heap:
    """A piece of clothing on its hanger: thin along x, the hook at the origin, cloth below."""
    heap = Heap()
    rows, around = 9, 14
    t = np.linspace(0, 1, rows)
    half = np.interp(t, (0, 0.06, 0.14, 1), (0.05, 0.15, 0.21, rng.uniform(0.19, 0.25)))
    thick = np.interp(t, (0, 0.1, 1), (0.012, 0.022, rng.uniform(0.02, 0.034)))
    fold = rng.uniform(0, 2 * math.pi)
    points = np.empty((rows, around + 1, 3))
    for j in range(rows):
        a = np.linspace(0, 2 * math.pi, around + 1)
        wave = 0.012 * t[j] * np.sin(a * 5 + fold)
        points[j, :, 0] = (thick[j] + wave) * np.cos(a)
        points[j, :, 1] = half[j] * np.sin(a)
        points[j, :, 2] = -0.1 - t[j] * length
    heap.grid(points[::-1], "cloth", colour)
    for side in (-1, 1):
        heap.tube((0, 0, -0.06), (0, side * 0.2, -0.13), 0.006, "wood", "#8a6540", 5)
    heap.tube((0, 0, -0.06), (0, 0, 0.02), 0.003, "metal", "#bbbbbb", 5)
    return heap


def folded(rng: np.random.Generator, pieces: int, wide: float = 0.3, deep: float = 0.26) -> Heap:
    """A stack of folded jumpers, its middle on the origin."""
    heap, z = Heap(), 0.0
    for _ in range(pieces):
        high = rng.uniform(0.03, 0.05)
        x, y = wide / 2 + rng.uniform(-0.01, 0.01), deep / 2 + rng.uniform(-0.01, 0.01)
        heap.box((-x, -y, z), (x, y, z + high), "knit", pick(rng, CLOTHES), 0.016)
        z += high
    return heap


def books(rng: np.random.Generator, length: float, high: float, deep: float) -> Heap:
    """A row of books along x from the origin, spines towards -y; now and then some lie flat."""
    heap, x = Heap(), 0.0
    while x < length - 0.05:
        if often(rng, 0.1) and x < length - 0.26:
            z = 0.0
            for _ in range(int(rng.integers(2, 6))):
                thick = rng.uniform(0.02, 0.04)
                heap.box(
                    (x, 0, z), (x + rng.uniform(0.2, 0.24), deep * 0.9, z + thick), "paper", pick(rng, SPINES), 0.003
                )
                z += thick
            x += 0.26
            continue
        colour, tall, back = pick(rng, SPINES), rng.uniform(0.62, 0.97) * high, rng.uniform(0.0, 0.03)
        for _ in range(int(rng.integers(1, 5))):
            thick = rng.uniform(0.018, 0.05)
            if x + thick > length:
                return heap
            heap.box((x, back, 0), (x + thick * 0.95, deep, tall), "paper", colour, 0.003)
            heap.box((x + 0.003, back - 0.001, tall * 0.7), (x + thick * 0.9, back, tall * 0.76), "paper", "#e8dfc4")
            x += thick
        x += 0.01 if often(rng, 0.2) else 0.0
    return heap


def bottle(rng: np.random.Generator, high: float, colour: Colour) -> Heap:
    """A bottle with a label and a cap."""
    heap = Heap()
    r = rng.uniform(0.034, 0.042)
    heap.lathe(
        (0, 0, 0), [(r, 0), (r, high * 0.6), (r * 0.4, high * 0.78), (r * 0.36, high * 0.94)], "ceramic", colour, 12
    )
    heap.lathe((0, 0, 0), [(r * 1.02, high * 0.15), (r * 1.02, high * 0.45)], "paper", "#e9e2d0", 12)
    heap.lathe((0, 0, 0), [(r * 0.4, high * 0.93), (r * 0.4, high)], "satin", "#222222", 8)
    return heap


def cup(colour: Colour = "#eeece6") -> Heap:
    """A cup without its saucer."""
    heap = Heap()
    heap.lathe(
        (0, 0, 0), [(0.022, 0), (0.032, 0.02), (0.038, 0.065), (0.034, 0.065), (0.028, 0.02)], "ceramic", colour, 12
    )
    return heap


def vase(rng: np.random.Generator, high: float, colour: Colour) -> Heap:
    """A turned vase: wide where chance says so."""
    heap = Heap()
    belly, neck = rng.uniform(0.24, 0.42) * high, rng.uniform(0.08, 0.16) * high
    heap.lathe(
        (0, 0, 0),
        [(belly * 0.6, 0), (belly, high * 0.35), (belly * 0.8, high * 0.62), (neck, high * 0.82), (neck * 1.3, high)],
        "ceramic",
        colour,
        18,
    )
    return heap


def bag(rng: np.random.Generator, colour: Colour, size: float = 0.3) -> Heap:
    """A handbag or carrier: a tapered body with a handle, front towards -y."""
    heap = Heap()
    w, d, h = size / 2, size * 0.17, size * rng.uniform(0.75, 1.0)
    corners = [(-1, -1), (1, -1), (1, 1), (-1, 1)]
    points = [(x * w, y * d, 0) for x, y in corners] + [(x * w * 0.86, y * d * 0.5, h) for x, y in corners]
    faces = [(k, (k + 1) % 4, 4 + (k + 1) % 4, 4 + k) for k in range(4)] + [(4, 5, 6, 7), (3, 2, 1, 0)]
    heap.add(points, faces, "satin", colour)
    arc = np.linspace(0, math.pi, 7)
    path = np.column_stack([np.cos(arc) * w * 0.5, np.full(7, -d * 0.4), h + np.sin(arc) * size * 0.35])
    for a, b in pairwise(path):
        heap.tube(tuple(a), tuple(b), size * 0.02, "satin", colour, 6)
    heap.box((-w * 0.12, -d * 0.98, h * 0.62), (w * 0.12, -d * 0.6, h * 0.72), "metal", "#c8a45a", 0.003)
    return heap


def carton(rng: np.random.Generator, colours: Sequence[str], wide: float, deep: float, high: float) -> Heap:
    """A box with a label and, sometimes, a ribbon; front towards -y."""
    heap = Heap()
    heap.box((-wide / 2, -deep / 2, 0), (wide / 2, deep / 2, high), "paper", pick(rng, colours), 0.005)
    mark = pick(rng, ("#efe9da", "#222222", "#c8a45a"))
    if often(rng, 0.5):
        heap.box((-wide * 0.06, -deep / 2 - 0.002, 0), (wide * 0.06, deep / 2 + 0.002, high + 0.002), "satin", mark)
    else:
        heap.box((-wide * 0.3, -deep / 2 - 0.002, high * 0.35), (wide * 0.3, 0, high * 0.7), "paper", mark)
    return heap


def pastry(rng: np.random.Generator) -> Heap:
    """A croissant, a ring, a muffin or a slice of cake."""
    heap, kind = Heap(), int(rng.integers(4))
    if kind == 0:
        arc = np.linspace(-0.4, math.pi + 0.4, 9)
        for k in range(8):
            fat = 0.026 * math.sin((k + 0.5) / 8 * math.pi) + 0.006
            a, b = arc[k], arc[k + 1]
            start, end = ((0.06 * math.cos(t), 0.05 * math.sin(t), 0.03) for t in (a, b))
            heap.tube(start, end, fat, "bread", pick(rng, BREAD[:3]))
    elif kind == 1:
        ring = [(0.02, 0.02), (0.035, 0), (0.055, 0.01), (0.06, 0.025), (0.045, 0.045), (0.02, 0.03)]
        heap.lathe((0, 0, 0), ring, "bread", "#a5622d", 14)
        heap.lathe((0, 0, 0.002), [(0.056, 0.028), (0.045, 0.046), (0.022, 0.032)], "satin", pick(rng, ICING), 14)
    elif kind == 2:  # noqa: PLR2004 - the third of four
        heap.lathe((0, 0, 0), [(0.03, 0), (0.04, 0.05)], "paper", "#6b4a32", 12)
        crown = [(0.042, 0.05), (0.048, 0.06), (0.035, 0.085), (0.01, 0.095)]
        heap.lathe((0, 0, 0), crown, "bread", pick(rng, BREAD), 12)
    else:
        layers = ((0.0, "#7a4a2a"), (0.025, "#efe3cb"), (0.04, "#7a4a2a"), (0.065, pick(rng, ICING)))
        for z, colour in layers:
            heap.box((-0.035, -0.055, z), (0.035, 0.055, z + 0.025), "bread", colour, 0.004)
    return heap
