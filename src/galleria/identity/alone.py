"""What one probe alone needs, in few calls: in a gallery of some thousand templates, calls are what costs."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from galleria.domain.detection import Floats

from .best import Rows
from .blocks import LARGEST, Bytes, Grid, Worst, rounded, slack

_STRIPES = 16
_MANY = 64 * _STRIPES  # scores for each that is wanted: so two of the best are seldom in one stripe


def asked(probe: Floats, grid: Grid, worst: Worst) -> tuple[Bytes, int]:
    """(d,) a probe for templates of this grid, and by how many units two scores of rounded ones can be off together."""
    steps = LARGEST / abs(probe[np.abs(probe).argmax()])
    whole, away = rounded(probe, steps)
    off = slack(worst, grid.wide.dot(probe) / grid.length, away)
    # A unit is left, for what floats round off.
    return whole.reshape(1, -1), int(2 * off * float(steps) * float(grid.steps)) + 2


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
        floor = scores[scores.argmax()]
    else:
        peaks = _peaks(scores) if len(scores) > _MANY * most else scores.copy()
        peaks.partition(len(peaks) - most)
        floor = peaks[-most]
    near: Rows = (scores >= floor.item() - margin).nonzero()[0]
    return near
