# ruff: noqa: INP001
"""The corridor's walls: shop fronts, display windows, names, the staff door, the bench."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from hall import picture
from heap import EAST, SOUTH, WEST, Colour, Heap, Span
from rows import bag_row, book_row, gift_row, vase_row
from shell import RECESSES, Solids

Fill = Callable[[Heap, np.random.Generator, float], None]
OAK, CHARCOAL, GREEN = "#c09565", "#2b2c2e", "#27443a"


def build(heap: Heap, solids: Solids, rng: np.random.Generator) -> None:
    """Add what belongs to the corridor."""
    _front_a(heap)
    _front_b(heap)
    _names(heap)
    _windows(heap, rng)
    _bench(heap, solids["bench"])
    _staff_door(heap)


def _cladding(
    heap: Heap, x: Span, runs: Sequence[tuple[float, float, float, float]], look: str, colour: Colour
) -> None:
    for a, b, bottom, top in runs:
        heap.box((x[0], a, bottom), (x[1], b, top), look, colour)


def _front_a(heap: Heap) -> None:
    x = -3.5
    runs = [(13.4, 14.0, 0.0, 3.4), (16.4, 16.95, 0.0, 3.4), (19.55, 19.95, 0.0, 3.4)]
    runs += [(14.0, 16.4, 2.6, 3.4), (16.95, 19.55, 0.0, 0.42), (16.95, 19.55, 2.58, 3.4)]
    _cladding(heap, (x, x + 0.025), runs, "satin", CHARCOAL)
    for y in (14.0, 16.4):  # the jambs
        heap.box((x - 0.2, y - 0.015, 0), (x + 0.03, y + 0.015, 2.6), "metal", "#c8a878", 0.003)
    heap.box((x - 0.2, 14.0, 2.585), (x + 0.03, 16.4, 2.6), "metal", "#c8a878")
    heap.box((x, 13.6, 2.75), (x + 0.1, 16.8, 3.3), "satin", "#1d1e20", 0.01)
    heap.say("NORTE", (x + 0.115, 15.2, 3.02), EAST, 0.32, colour=(1.35, 1.32, 1.25), deep=0.03)


def _front_b(heap: Heap) -> None:
    x = 3.5
    runs = [(19.4, 20.0, 0.0, 3.4), (22.4, 23.2, 0.0, 3.4), (25.8, 26.2, 0.0, 3.4)]
    runs += [(20.0, 22.4, 2.6, 3.4), (23.2, 25.8, 0.0, 0.42), (23.2, 25.8, 2.58, 3.4)]
    _cladding(heap, (x - 0.025, x), runs, "wood", GREEN)
    for y in (20.0, 22.4):
        heap.box((x + 0.2, y - 0.015, 0), (x - 0.03, y + 0.015, 2.6), "wood", OAK, 0.003)
    heap.box((x, 19.6, 2.75), (x - 0.1, 22.8, 3.3), "satin", "#1f3a31", 0.01)
    heap.say("fig & page", (x - 0.115, 21.2, 3.04), WEST, 0.3, colour=(1.35, 1.15, 0.85), deep=0.03)


def _names(heap: Heap) -> None:
    """Lit names over the display windows, and signs that stand out from the wall, above every head."""
    over = (("HALMA", -1, 23.3), ("kiln & co", -1, 29.9), ("kiln & co", 1, 15.2), ("piuma", 1, 30.4))
    for text, wall, y in over:
        x = 3.5 * wall
        heap.box((x, y - 1.2, 2.72), (x - 0.06 * wall, y + 1.2, 3.16), "satin", "#24282b", 0.008)
        heap.say(
            text, (x - 0.07 * wall, y, 2.95), WEST if wall > 0 else EAST, 0.22, colour=(1.2, 1.12, 0.98), deep=0.02
        )
    for k, y in enumerate((10.95, 12.2)):
        heap.rim((-3.5, -3.46), (y, y + 0.95), (0.95, 2.25), 0.03, "dark metal", "#2c2d2f")
        picture(heap, (-3.475, y, 0.95), 1, (0.95, 1.3), 21 + k, 0.55)
    heap.say("aperto fino alle 20", (-3.468, 12.67, 1.1), EAST, 0.06, colour=(1.1, 1.1, 1.0), deep=0.002)
    flags = (("NORTE", -1, 20.1, "#1d1e20"), ("fig", 1, 19.2, "#1f3a31"), ("piuma", 1, 28.0, "#6d3f4d"))
    for text, wall, y, colour in flags:
        x = 3.5 * wall
        heap.box((x - 0.08 * wall, y - 0.03, 3.12), (x - 0.78 * wall, y + 0.03, 3.52), "satin", colour, 0.01)
        heap.box((x, y - 0.01, 3.2), (x - 0.1 * wall, y + 0.01, 3.22), "metal", "#555555")
        heap.say(text, (x - 0.43 * wall, y - 0.036, 3.32), SOUTH, 0.13, colour=(1.3, 1.25, 1.1), deep=0.006)


def _windows(heap: Heap, rng: np.random.Generator) -> None:
    """Fill the recesses of the corridor walls: glass, a light, a floor or shelves, goods."""
    fills: dict[tuple[str, int], tuple[Fill, tuple[float, ...], Colour]] = {
        ("corridor west 2", 0): (bag_row, (0.0, 0.75, 1.42), "#d6cabb"),
        ("corridor west 2", 1): (gift_row, (0.0, 0.5, 1.0, 1.5), "#40585c"),
        ("corridor west 2", 2): (vase_row, (0.0, 0.65, 1.3), "#b9a58a"),
        ("corridor east 2", 0): (vase_row, (0.0, 0.75), "#35474d"),
        ("corridor east 3", 0): (book_row, (0.0, 0.42, 0.84, 1.26, 1.68), "#5b4634"),
        ("corridor east 3", 1): (gift_row, (0.0, 0.65, 1.3), "#a8776b"),
    }
    for (wall, k), (fill, shelves, colour) in fills.items():
        a, b, bottom, top = RECESSES[wall][k]
        side = 1 if "west" in wall else -1  # towards the corridor
        x = -3.5 * side
        back = x - 0.17 * side
        heap.box((back, a, bottom), (back + 0.004 * side, b, top), "paint", colour)
        heap.box((x - 0.03 * side, a, top - 0.03), (x - 0.055 * side, b, top - 0.015), "lamp", (60.0, 53.0, 43.0))
        heap.pane(x + 0.01 * side, (a, b), (bottom, top), side, "pane", "#eef4f2")
        heap.rim((x, x + 0.04 * side), (a, b), (bottom, top), 0.05, "dark metal", "#3a3a3a")
        for z in shelves:
            if z:
                heap.box((back, a, bottom + z - 0.025), (x - 0.02 * side, b, bottom + z), "wood", OAK)
            row = Heap()
            fill(row, rng, b - a - 0.1)
            # Rows run along x with their front towards -y: turned to face the corridor.
            at = (back + 0.01 * side, b - 0.05 if side < 0 else a + 0.05, bottom + z)
            heap.put(row, at, math.pi / 2 * side)


def _bench(heap: Heap, s: dict[str, Any]) -> None:
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
