"""Quantiles, one definition for the whole house."""

from __future__ import annotations

import math
from collections.abc import Sequence


def quantile(values: Sequence[float], share: float) -> float | None:
    """The value below which that share of the values lies.

    Linear between the two neighbouring values in order: Hyndman and Fan's definition 7, as `numpy.quantile` does
    by default. The median of an even number of values is the mean of the middle two.

    Args:
        values: in any order.
        share: in [0,1].

    Returns:
        None if there are no values.
    """
    if not values:
        return None
    ordered = sorted(values)
    position = share * (len(ordered) - 1)
    below = math.floor(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)
