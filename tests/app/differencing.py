"""An attacker who takes every figure as an equation over what is withheld, and solves them exactly.

What a figure is the sum of is left to chance nowhere: of several readings the true one is taken, as the attacker may
know the program. So it is also tested that every figure is right by one of them.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction

import numpy as np
from scipy.optimize import linprog

ONE = "1"
SHARES = 10**6  # a share is of fewer than so many


class Attacker:
    """Knows what was told.

    Args:
        truth: every cell's count; used to choose readings, and never to solve anything.
    """

    def __init__(self, truth: Mapping[object, float]):
        self.truth = truth
        self.rows = []

    def tell(self, forms: Iterable[Mapping[object, object]], what: str) -> None:
        """One of these forms is 0: coefficients by cell, that of `ONE` without a cell."""
        for form in forms:
            row = {key: Fraction(number) for key, number in form.items() if number}
            value = sum(number * Fraction(self.truth[key] if key != ONE else 1) for key, number in row.items())
            if abs(value) < Fraction(1, 10**4):
                if row:
                    self.rows.append(row)
                return
        raise AssertionError(f"{what} is no figure of what there is")

    def solved(self) -> dict[object, Fraction]:
        """Cells that follow, and what they come to."""
        pivots = {}
        for told in self.rows:
            row = _reduced(dict(told), pivots)
            lead = next((key for key in row if key != ONE), None)
            if lead is None:
                continue
            row = {key: number / row[lead] for key, number in row.items()}
            for other in pivots.values():
                if lead in other:
                    _take(other, row, other[lead])
            pivots[lead] = row
        return {lead: -row.get(ONE, Fraction(0)) for lead, row in pivots.items() if row.keys() <= {lead, ONE}}

    def found(self, small: Mapping[object, int]) -> dict[object, Fraction]:
        """Of these cells, each with its k, those that follow and are smaller."""
        known = self.solved()
        return {key: known[key] for key, k in small.items() if key in known and known[key] < k}

    def bounded(self, small: Mapping[object, int]) -> set[object]:
        """Of these cells those for which one small number is left, counts being no less than zero."""
        keys = list(dict.fromkeys(key for row in self.rows for key in row if key != ONE))
        place = {key: n for n, key in enumerate(keys)}
        unique = {tuple(sorted(((place.get(key, -1), number) for key, number in row.items()))) for row in self.rows}
        matrix, right = np.zeros((len(unique), len(keys))), np.zeros(len(unique))
        for n, row in enumerate(unique):
            for at, number in row:
                if at < 0:
                    right[n] = -float(number)
                else:
                    matrix[n, at] = float(number)
        found = set()
        for key, k in small.items():
            if key in place and self.truth[key] < k:
                unit = np.zeros(len(keys))
                unit[place[key]] = 1.0
                low, high = (linprog(way * unit, A_eq=matrix, b_eq=right, bounds=(0, 1e5)) for way in (1, -1))
                assert low.status == high.status == 0
                if -high.fun - low.fun < 0.5:
                    found.add(key)
        return found


def _reduced(row, pivots):
    for key in [key for key in row if key in pivots]:
        if key in row:
            _take(row, pivots[key], row[key])
    return row


def _take(row, other, times):
    for key, number in other.items():
        left = row.get(key, 0) - times * number
        if left:
            row[key] = left
        else:
            row.pop(key, None)


def share(value: float) -> Fraction:
    """The fraction that a told share is of."""
    return Fraction(value).limit_denominator(SHARES)
