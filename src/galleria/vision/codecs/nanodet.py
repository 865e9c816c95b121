"""NanoDet: class scores, and distances to the four sides as distributions (generalised focal loss).

Source: https://github.com/RangiLyu/nanodet (method described in https://arxiv.org/abs/2006.04388).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from galleria.domain.detection import Floats

from .grid import cells
from .options import Options, number, numbers, refuse

STRIDES = (8, 16, 32)


def decode(outputs: Sequence[Floats], width: int, height: int, options: Options, floor: float) -> tuple[Floats, Floats]:
    """Decode the outputs for one picture.

    Args:
        outputs: for k strides first k arrays (n, classes) of scores after the sigmoid, then k arrays
            (n, 4 * bins) of logits, both by rising stride; or one array (n, classes + 4 * bins).
        width: of the input, pixels.
        height: of the input, pixels.
        options: `strides` (8, 16, 32), `classes` (80; used for the single array), `class` (0, the person's
            index), `offset` (0.5; NanoDet-Plus: 0).
        floor: rows that score less are not decoded.

    Returns:
        boxes (n, 4) in input pixels, not clipped, and scores (n,).

    Raises:
        ModelMismatchError: outputs that do not fit the input's size or the options.
    """
    strides = numbers(options, "strides", STRIDES)
    person = int(number(options, "class", 0))
    place = cells(width, height, strides, number(options, "offset", 0.5))
    classes, sides = _split(outputs, len(strides), int(number(options, "classes", 80)))
    rows = sum(len(level) for level in classes)
    if rows != len(place) or rows != sum(len(level) for level in sides):
        problem = f"{rows} rows, but {width}x{height} with strides {list(strides)} has {len(place)} cells"
        refuse("nanodet", problem)
    if any(level.shape[1] % 4 or not level.shape[1] for level in sides):
        refuse("nanodet", f"{[level.shape[1] for level in sides]} logits a row, which is no multiple of four sides")
    if any(level.shape[1] <= person for level in classes):
        refuse("nanodet", f"{[level.shape[1] for level in classes]} classes, none with the index {person}")
    scores = np.concatenate([level[:, person] for level in classes])
    picked = np.flatnonzero(scores >= floor)
    first = np.cumsum([0, *(len(level) for level in sides)])
    logits = np.concatenate(
        [level[picked[(picked >= a) & (picked < a + len(level))] - a] for level, a in zip(sides, first, strict=False)]
    )
    distances = _expected(logits.reshape(len(picked), 4, logits.shape[1] // 4)) * place[picked, 2:]
    x, y = place[picked, 0], place[picked, 1]
    boxes = np.stack([x - distances[:, 0], y - distances[:, 1], x + distances[:, 2], y + distances[:, 3]], axis=1)
    return boxes, scores[picked]


def _split(outputs: Sequence[Floats], levels: int, classes: int) -> tuple[Sequence[Floats], Sequence[Floats]]:
    if len(outputs) == 1:
        return [outputs[0][:, :classes]], [outputs[0][:, classes:]]
    if len(outputs) != 2 * levels:
        refuse("nanodet", f"{len(outputs)} outputs instead of {2 * levels}, or of one")
    return outputs[:levels], outputs[levels:]


def _expected(logits: Floats) -> Floats:
    """The mean (n, 4) of the distributions whose logits are (n, 4, bins), in bins."""
    weights = np.exp(logits - logits.max(axis=2, keepdims=True, initial=-np.inf))
    bins = np.arange(logits.shape[2], dtype=np.float32)
    return np.asarray(weights @ bins / weights.sum(axis=2))
