"""Probes, rounded to be compared with the templates of a grid."""

from __future__ import annotations

import math

import numpy as np

from galleria.domain.detection import Floats

from .blocks import LARGEST, Bytes, Grid, Worst, rounded, slack
from .products import product, products

_ROUNDED_OFF = 2  # units that are left for what floats round off


def asked(probe: Floats, grid: Grid, worst: Worst) -> tuple[Bytes, int]:
    """(1, d) of (d,) a probe, and by how many units two scores of rounded ones can be off together.

    What `asked_together` tells of several, in few calls: in a gallery of some thousand templates, calls are what costs.
    """
    sizes = np.abs(probe)
    steps = float(LARGEST) / sizes.item(sizes.argmax())
    whole, rest = rounded(probe, np.float32(steps))
    off = slack(worst, product(grid.centre, probe) / grid.length, math.sqrt(product(rest, rest)) / steps)
    return whole.reshape(1, -1), int(2 * off * steps * float(grid.steps)) + _ROUNDED_OFF


def asked_together(probes: Floats, grid: Grid, worst: Worst) -> tuple[Bytes, list[int]]:
    """(n, d) of as many probes, and for each by how many units two scores can be off together."""
    steps = LARGEST / np.abs(probes).max(axis=1, keepdims=True)
    whole, rest = rounded(probes, steps)
    units = steps[:, 0].astype(np.float64)
    off = slack(worst, products(grid.centre, probes) / grid.length, products(rest, rest) ** 0.5 / units)
    return whole, ((2 * float(grid.steps)) * off * units + _ROUNDED_OFF).astype(np.int64).tolist()
