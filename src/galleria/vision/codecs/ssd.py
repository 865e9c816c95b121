"""SSD: boxes told as corrections of anchors.

Sources: https://arxiv.org/abs/1512.02325; the anchors' layout is that of MediaPipe's SsdAnchorsCalculator.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from galleria.domain.detection import Floats

from .options import LARGEST, Options, choice, flag, number, numbers, refuse

STRIDES = (16, 32, 64, 128, 256, 512)
RATIOS = (1.0, 2.0, 0.5, 3.0, 1 / 3)


def decode(outputs: Sequence[Floats], width: int, height: int, options: Options, floor: float) -> tuple[Floats, Floats]:
    """Decode the outputs for one picture.

    Args:
        outputs: boxes (n, 4) and class scores (n, classes).
        width: of the input, pixels.
        height: of the input, pixels.
        options: `boxes` (0; which of the two outputs holds the boxes), `class` (0, the person's index; behind a
            background class 1), `activation` of the scores still to be done (none, sigmoid or softmax), `order` of a
            box (yxhw or xywh), `variances` (0.1, 0.2; of centre and size), and the anchors: `anchors`, a list of
            (centre x, centre y, width, height) normalised to the input, or what `anchors` in this module takes.
        floor: rows that score less are not decoded.

    Returns:
        boxes (n, 4) in input pixels, not clipped, and scores (n,).

    Raises:
        ModelMismatchError: outputs that do not fit the anchors or the options.
    """
    person, first = int(number(options, "class", 0)), int(number(options, "boxes", 0))
    if len(outputs) != 2 or first not in {0, 1}:  # noqa: PLR2004
        refuse("ssd", f"{len(outputs)} outputs, boxes in number {first}; wanted are two, numbers 0 and 1")
    codes, classes = outputs[first], outputs[1 - first]
    if codes.shape[1:] != (4,) or len(classes) != len(codes) or classes.shape[1] <= person:
        refuse("ssd", f"boxes of shape {codes.shape} with scores of shape {classes.shape}")
    scores = _scores(classes, person, choice(options, "activation", ("none", "sigmoid", "softmax")))
    picked = np.flatnonzero(scores >= floor)
    known = _known(options, width, height, len(codes), picked)
    code = codes[picked]
    if choice(options, "order", ("yxhw", "xywh")) == "yxhw":
        code = code[:, [1, 0, 3, 2]]
    variances = numbers(options, "variances", (0.1, 0.2))
    if len(variances) != 2:  # noqa: PLR2004
        refuse("ssd", f"option variances has {len(variances)} numbers instead of two, of centre and of size")
    of_centre, of_size = variances
    centre = known[:, :2] + code[:, :2] * np.float32(of_centre) * known[:, 2:]
    half = known[:, 2:] * np.exp(np.minimum(code[:, 2:] * np.float32(of_size), LARGEST)) / 2
    scale = np.array([width, height] * 2, np.float32)
    return np.concatenate([centre - half, centre + half], axis=1) * scale, scores[picked]


def _scores(classes: Floats, person: int, activation: str) -> Floats:
    if activation == "sigmoid":
        return np.asarray((1 + np.tanh(classes[:, person] / 2)) / 2)  # never overflows
    if activation == "softmax":
        powers = np.exp(classes - classes.max(axis=1, keepdims=True))
        return np.asarray(powers[:, person] / powers.sum(axis=1))
    return classes[:, person]


def _known(options: Options, width: int, height: int, rows: int, picked: NDArray[np.intp]) -> Floats:
    """The anchors (n, 4) of the picked rows: from the card's list, or made from its settings."""
    listed = options.get("anchors")
    if listed is None:
        made = anchors(
            width,
            height,
            numbers(options, "strides", STRIDES),
            numbers(options, "ratios", RATIOS),
            (number(options, "min_scale", 0.2), number(options, "max_scale", 0.95)),
            between=number(options, "interpolated_ratio", 1.0),
            reduce_lowest=flag(options, "reduce_lowest"),
        )
        if len(made) != rows:
            refuse("ssd", f"{rows} rows, but {width}x{height} has {len(made)} anchors with these settings")
        return np.asarray(made[picked])
    if isinstance(listed, str) or not isinstance(listed, Sequence) or len(listed) != rows:
        refuse("ssd", f"option anchors is not a list of {rows}, one for each row")
    return np.array([listed[row] for row in picked], np.float32).reshape(-1, 4)


@lru_cache(maxsize=8)
def anchors(
    width: int,
    height: int,
    strides: tuple[float, ...],
    ratios: tuple[float, ...],
    scales: tuple[float, float],
    *,
    between: float,
    reduce_lowest: bool,
) -> Floats:
    """Lay out anchors as MediaPipe does.

    Args:
        width: of the input, pixels.
        height: of the input, pixels.
        strides: pixels between places, level by level; equal neighbours share their places.
        ratios: width / height of the boxes at each place.
        scales: of the first and the last level, as a share of the input.
        between: ratio of one more box at each place, of a scale between this level's and the next's; 0: none.
        reduce_lowest: the first level has only three boxes at each place.

    Returns:
        (n, 4): centre x, centre y, width, height, normalised to the input.
    """
    count, made = len(strides), []
    at = [scales[0] + (scales[1] - scales[0]) * (i / (count - 1) if count > 1 else 0.5) for i in range(count)]
    level = 0
    while level < count:
        shapes: list[tuple[float, float]] = []  # of all levels that share these places
        stride = strides[level]
        while level < count and strides[level] == stride:
            scale = at[level]
            following = at[level + 1] if level + 1 < count else 1.0
            if level == 0 and reduce_lowest:
                shapes += [(0.1, 1.0), (scale, 2.0), (scale, 0.5)]
            else:
                shapes += [(scale, ratio) for ratio in ratios]
                shapes += [(math.sqrt(scale * following), between)] if between else []
            level += 1
        columns, rows = math.ceil(width / stride), math.ceil(height / stride)
        made += [
            ((x + 0.5) / columns, (y + 0.5) / rows, scale * math.sqrt(ratio), scale / math.sqrt(ratio))
            for y in range(rows)
            for x in range(columns)
            for scale, ratio in shapes
        ]
    table = np.array(made, np.float32)
    table.setflags(write=False)  # shared by all who ask
    return table
