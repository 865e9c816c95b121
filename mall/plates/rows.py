# ruff: noqa: INP001
"""Rows of goods along x from the origin, their front towards -y: for shelves and display windows."""

from __future__ import annotations

import numpy as np
from heap import Heap
from things import bag, books, carton, folded, often, pick, vase

GIFTS = ("#c46f3a", "#3e7f7a", "#d8c9a4", "#8a3b34", "#7d94a8", "#e9e2d4", "#5b3f63")
LEATHER = ("#8a4a32", "#2b2c2e", "#c9a26a", "#35565a", "#a63d3a", "#d8c9b4")


def _spread(rng: np.random.Generator, length: float, low: float, high: float) -> list[float]:
    places, x = [], rng.uniform(low, high) / 2
    while x < length - low / 2:
        places.append(x)
        x += rng.uniform(low, high)
    return places


def bag_row(heap: Heap, rng: np.random.Generator, length: float) -> None:
    """Handbags."""
    for x in _spread(rng, length, 0.36, 0.5):
        heap.put(
            bag(
                rng,
                pick(rng, LEATHER),
                rng.uniform(0.26, 0.36),
            ),
            (x, -0.08, 0),
        )


def gift_row(heap: Heap, rng: np.random.Generator, length: float) -> None:
    """Boxes, some with a ribbon."""
    for x in _spread(rng, length, 0.22, 0.34):
        heap.put(carton(rng, GIFTS, rng.uniform(0.12, 0.2), 0.12, rng.uniform(0.08, 0.32)), (x, -0.08, 0))


def vase_row(heap: Heap, rng: np.random.Generator, length: float) -> None:
    """Vases."""
    for x in _spread(rng, length, 0.24, 0.4):
        heap.put(vase(rng, rng.uniform(0.16, 0.3), pick(rng, GIFTS)), (x, -0.08, 0))


def book_row(heap: Heap, rng: np.random.Generator, length: float) -> None:
    """Books, spine beside spine."""
    heap.put(books(rng, length, 0.3, 0.13), (0, -0.15, 0))


def clothes_row(heap: Heap, rng: np.random.Generator, length: float) -> None:
    """Folded jumpers, now and then a bag."""
    for x in _spread(rng, length, 0.36, 0.44):
        if often(rng, 0.82):
            heap.put(folded(rng, int(rng.integers(3, 8))), (x, -0.2, 0))
        else:
            heap.put(bag(rng, pick(rng, LEATHER), 0.3), (x, -0.2, 0))
