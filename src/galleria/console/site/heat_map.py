"""A grid of numbers to a drawing in seven steps, and the steps' limits. Pure: knows no request, no locale, no camera.

The steps follow squares, so that what is rare is seen beside what is common; their limits are round numbers.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

import numpy as np
from numpy.typing import NDArray

Grid = NDArray[np.float64]
LEVELS = 7
_LEAST = 0.1  # a step below this says nothing


@dataclass(frozen=True, slots=True)
class HeatMap:
    """What is drawn, in a box as many units wide and high as there are columns and rows.

    Attributes:
        layers: (step from 1, SVG path of its cells).
        steps: (least, most) of each step, from the lowest; fewer than `LEVELS` where there is little to tell apart.
    """

    rows: int
    columns: int
    layers: tuple[tuple[int, str], ...]
    steps: tuple[tuple[float, float], ...]

    @property
    def empty(self) -> bool:
        return not self.layers


def heat_map(grid: Grid) -> HeatMap:
    """Draw (rows, columns) of numbers; zeros and what is not a number stay empty."""
    rows, columns = grid.shape
    some = np.nan_to_num(grid)
    top = float(some.max()) if some.size else 0.0
    if top <= 0:
        return HeatMap(rows, columns, (), ())
    limits = _limits(top)
    steps = np.where(some > 0, np.searchsorted(limits[1:-1], some, side="left") + 1, 0)
    layers = tuple((step, path) for step in range(1, len(limits)) if (path := _path(steps == step)))
    return HeatMap(rows, columns, layers, tuple(pairwise(limits)))


def warmest(grid: Grid, most: int) -> list[tuple[int, int, float]]:
    """Rows, columns and numbers of the highest cells, from the highest on."""
    some = np.nan_to_num(grid)
    order = np.argsort(-some, axis=None, kind="stable")[:most]
    return [
        (int(row), int(column), float(some[row, column]))
        for row, column in zip(*np.unravel_index(order, some.shape), strict=True)
        if some[row, column] > 0
    ]


def ruler(begin: float, end: float, most: int = 8) -> list[tuple[float, float]]:
    """Round numbers between two ends: where each stands, in shares of the way, and the number."""
    span = end - begin
    step = next(s for s in _rounds(span / most) if span / s <= most)
    first = math.ceil(begin / step - 1e-9)
    last = math.floor(end / step + 1e-9)
    return [((n * step - begin) / span, n * step) for n in range(first, last + 1)]


def _rounds(least: float) -> Iterator[float]:
    power = 10.0 ** math.floor(math.log10(least))
    while True:
        yield from (power, 2 * power, 5 * power)
        power *= 10


def _limits(top: float) -> list[float]:
    limits = [0.0]
    for step in range(1, LEVELS + 1):
        limit = _round(top * (step / LEVELS) ** 2, up=step == LEVELS)
        if limit >= limits[-1] + _LEAST:
            limits.append(limit)
    return limits if len(limits) > 1 else [0.0, max(top, _LEAST)]


def _round(value: float, *, up: bool) -> float:
    """To two digits; the last limit holds the highest value."""
    unit = 10.0 ** (math.floor(math.log10(value)) - 1)
    unit = max(unit, _LEAST)
    return float(f"{(math.ceil(value / unit - 1e-9) if up else round(value / unit)) * unit:.10g}")


def _path(chosen: NDArray[np.bool_]) -> str:
    """One path for all chosen cells: neighbours in a row are one piece."""
    pieces: list[str] = []
    for row, cells in enumerate(chosen):
        column = 0
        for here, run in groupby(cells.tolist()):
            wide = len(list(run))
            if here:
                pieces.append(f"M{column} {row}h{wide}v1h-{wide}z")
            column += wide
    return "".join(pieces)


def padded(grid: Grid, corner: tuple[float, float], cell: float) -> tuple[Grid, tuple[float, float]]:
    """A plan at least as wide as it is high, with its corner: a narrow one would fill the whole screen downwards."""
    rows, columns = grid.shape
    more = max(0, rows - columns)
    left = more // 2
    return np.pad(grid, ((0, 0), (left, more - left))), (corner[0] - left * cell, corner[1])


def places(numbers: Sequence[tuple[int, int, float]], shape: tuple[int, int]) -> list[tuple[float, float, float]]:
    """Centres of cells as shares of the picture, x and y, with their numbers."""
    return [((column + 0.5) / shape[1], (row + 0.5) / shape[0], value) for row, column, value in numbers]
