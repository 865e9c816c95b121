"""YOLOX: one row for each cell with a box, how likely it holds anything, and class scores.

Source: https://github.com/Megvii-BaseDetection/YOLOX (https://arxiv.org/abs/2107.08430).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from galleria.domain.detection import Floats

from .grid import cells
from .options import LARGEST, Options, flag, number, numbers, refuse

STRIDES = (8, 16, 32)
_BOX, _OBJECT, _CLASSES = 4, 4, 5


def decode(outputs: Sequence[Floats], width: int, height: int, options: Options, floor: float) -> tuple[Floats, Floats]:
    """Decode the output for one picture.

    Args:
        outputs: one array (n, 5 + classes): centre x, y, width, height, objectness, class scores.
        width: of the input, pixels.
        height: of the input, pixels.
        options: `strides` (8, 16, 32), `class` (0, the person's index), `decoded` (false; true when the network
            itself gives pixels).
        floor: rows whose objectness x class score is less are not decoded.

    Returns:
        boxes (n, 4) in input pixels, not clipped, and scores (n,).

    Raises:
        ModelMismatchError: outputs that do not fit the input's size or the options.
    """
    person = _CLASSES + int(number(options, "class", 0))
    if len(outputs) != 1 or outputs[0].shape[1] <= person:
        refuse("yolox", f"outputs {[o.shape for o in outputs]} instead of one of (n, 5 + classes)")
    rows = outputs[0]
    scores = rows[:, _OBJECT] * rows[:, person]
    picked = np.flatnonzero(scores >= floor)
    centre, size = rows[picked, :2], rows[picked, 2:_BOX]
    if not flag(options, "decoded"):
        strides = numbers(options, "strides", STRIDES)
        place = cells(width, height, strides, 0.0)
        if len(rows) != len(place):
            problem = f"{len(rows)} rows, but {width}x{height} with strides {list(strides)} has {len(place)} cells"
            refuse("yolox", problem)
        stride = place[picked, 2:]
        centre, size = centre * stride + place[picked, :2], np.exp(np.minimum(size, LARGEST)) * stride
    return np.concatenate([centre - size / 2, centre + size / 2], axis=1), scores[picked]
