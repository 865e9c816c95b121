"""Sums solved for cells that nobody was shown: what is known of them all the same."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping
from math import gcd
from typing import TypeVar

import numpy as np
from scipy.optimize import linprog

K = TypeVar("K", bound=Hashable)


def solved_for(rows: Iterable[dict[K, int]], pivots: set[K]) -> tuple[dict[K, dict[K, int]], list[dict[K, int]]]:
    """Rows, each coming to a known number, such that every pivot is in one of them only; and those without a pivot."""
    solved: dict[K, dict[K, int]] = {}
    rest = []
    for row in rows:
        for known in [key for key in row if key in solved]:
            eliminate(row, known, solved[known])
        pivot = next((key for key in row if key in pivots), None)
        if pivot is None:
            rest.append(row)
            continue
        for other in solved.values():
            if pivot in other:
                eliminate(other, pivot, row)
        solved[pivot] = row
    return solved, rest


def stuck(rows: Collection[Mapping[K, int]]) -> set[K]:
    """Which cells are zero in every solution of rows that come to zero, no cell being negative."""
    column = {key: n for n, key in enumerate(dict.fromkeys(key for row in rows for key in row))}
    if not column:
        return set()
    once = np.zeros((len(rows), len(column)))
    for line, row in zip(once, rows, strict=True):
        for key, count in row.items():
            line[column[key]] = count
    # Solutions can be added and scaled, so one has at least 1 in every cell that can be more than zero. Each cell is
    # split in what it has up to 1, of which there is to be as much as possible, and the rest.
    bounds = [(0, 1)] * len(column) + [(0, None)] * len(column)
    wanted = [-1] * len(column) + [0] * len(column)
    most = linprog(wanted, A_eq=np.hstack((once, once)), b_eq=np.zeros(len(rows)), bounds=bounds)
    return {key for key, n in column.items() if most.x[n] < 0.5}  # noqa: PLR2004 - it is 0 or 1


def eliminate(row: dict[K, int], pivot: K, by: Mapping[K, int]) -> None:
    """Take as much of another row from this one that the pivot's cell is gone."""
    times, of = row[pivot], by[pivot]
    for key in [*row, *(key for key in by if key not in row)]:
        count = row.get(key, 0) * of - by.get(key, 0) * times
        if count:
            row[key] = count
        else:
            row.pop(key, None)
    shared = gcd(*row.values())
    if shared > 1:
        for key in row:
            row[key] //= shared
