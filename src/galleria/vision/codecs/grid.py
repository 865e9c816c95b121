"""The cells that an anchor-free network answers for: one for each stride and place, row by row."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from galleria.domain.detection import Floats


@lru_cache(maxsize=32)
def cells(width: int, height: int, strides: Sequence[float], offset: float) -> Floats:
    """Lay out all cells of an input.

    Args:
        width: of the input, pixels.
        height: of the input, pixels.
        strides: pixels between cells, level by level (a tuple).
        offset: where a cell's point lies in it: 0 top-left, 0.5 centre.

    Returns:
        (n, 3): x and y of each cell's point in pixels, and its stride.
    """
    levels = []
    for stride in strides:
        columns, rows = np.arange(-(-width // stride)), np.arange(-(-height // stride))
        y, x = np.meshgrid((rows + offset) * stride, (columns + offset) * stride, indexing="ij")
        levels.append(np.stack([x.ravel(), y.ravel(), np.full(x.size, stride)], axis=1))
    made = np.concatenate(levels).astype(np.float32)
    made.setflags(write=False)  # shared by all who ask
    return made
