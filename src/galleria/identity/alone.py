"""What one probe alone needs, in few calls: in a gallery of some thousand templates, calls are what costs."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from galleria.domain.detection import Floats

from .best import Rows
from .blocks import LARGEST, Bytes, Grid, Worst, rounded, slack
from .products import product

_STRIPES = 16
_MANY = 64 * _STRIPES  # scores for each that is wanted: so two of the best are seldom in one stripe


def asked(probe: Floats, grid: Grid, worst: Worst) -> tuple[Bytes, int]:
    """(d,) a probe for templates of this grid, and by how many units two scores of rounded ones can be off together."""
    sizes = np.abs(probe)
    steps = float(LARGEST) / sizes.item(sizes.argmax())
    whole, rest = rounded(probe, np.float32(steps))
    off = slack(worst, product(grid.centre, probe) / grid.length, math.sqrt(product(rest, rest)) / steps)
    # A unit is left, for what floats round off.
    return whole.reshape(1, -1), int(2 * off * steps * float(grid.steps)) + 2


def _peaks(scores: NDArray[Any]) -> NDArray[Any]:
    """The best of every stripe: those of different rows."""
    peaks: NDArray[Any] = np.maximum.reduce(scores[: len(scores) // _STRIPES * _STRIPES].reshape(_STRIPES, -1))
    return peaks


def reach(scores: NDArray[Any], most: int, margin: float) -> Rows:
    """Rows whose (n,) scores are among the best `most`, or no more than `margin` below them; ascending.

    Of many scores it may be some more.
    """
    if len(scores) <= most:
        return np.arange(len(scores))
    if most == 1:
        floor = scores.item(scores.argmax())
    else:
        peaks = _peaks(scores) if len(scores) > _MANY * most else scores.copy()
        peaks.partition(len(peaks) - most)
        floor = peaks.item(-most)
    near: Rows = (scores >= floor - margin).nonzero()[0]
    return near
