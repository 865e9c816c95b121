"""Dwell times as a histogram that can be added up: medians of any period, to one percent.

Bins grow by two percent, and each stands for the middle of its span, so a quantile of what was put in is off by at
most one percent of itself (and 0.05 s). The bins are those of Masson, Rim and Lee's DDSketch (2019).
"""

from __future__ import annotations

import math

import numpy as np

from .facts import Numbers, Places

ERROR = 0.01
_GROWTH = (1 + ERROR) / (1 - ERROR)
_LOG = math.log(_GROWTH)
_LEAST = 0.1  # seconds; anything shorter is bin 0


def bins(dwells: Numbers) -> Places:
    """(n,) the bin of each dwell, in seconds."""
    ratio = np.maximum(dwells, _LEAST) / _LEAST
    return np.ceil(np.log(ratio) / _LOG).astype(np.int64)


def middle(bin_: int) -> float:
    """The seconds that a bin stands for."""
    return _LEAST / 2 if bin_ <= 0 else _LEAST * 2 * _GROWTH**bin_ / (_GROWTH + 1)


def quantile(numbers: Places, counts: Places, share: float) -> float | None:
    """The value below which that share lies, linear between neighbours, as `analytics.quantile` defines it.

    Args:
        numbers: (n,) bins in any order, each as often as it likes.
        counts: (n,) how many dwells in each.
        share: in [0,1].
    """
    total = int(counts.sum())
    if total == 0:
        return None
    order = np.argsort(numbers, kind="stable")
    reached = np.cumsum(counts[order])
    position = share * (total - 1)
    below = math.floor(position)
    above = min(below + 1, total - 1)
    low, high = (middle(int(numbers[order[np.searchsorted(reached, n, "right")]])) for n in (below, above))
    return low + (high - low) * (position - below)
