"""Codecs turn the outputs of face networks into numbers. They know nothing of pictures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from galleria.domain.detection import Floats
from galleria.domain.face import POINTS
from galleria.vision.codecs.grid import cells
from galleria.vision.codecs.options import LARGEST, Options, choice, number, numbers, refuse

STRIDES = (8, 16, 32)
_KINDS = (1, 1, 4, 2 * POINTS)  # columns of cls, obj, bbox and kps


def decode_yunet(
    outputs: Sequence[Floats], width: int, height: int, options: Options, floor: float
) -> tuple[Floats, Floats, Floats]:
    """Decode YuNet's outputs for one picture (https://doi.org/10.1007/s11633-023-1423-y).

    Args:
        outputs: for k strides k arrays each (n, 1) face or not, (n, 1) anything or nothing, (n, 4) boxes and (n, 10)
            points, in that order and by rising stride.
        width: of the input, pixels.
        height: likewise.
        options: `strides` (8, 16, 32).
        floor: rows that score less are not decoded.

    Returns:
        boxes (n, 4) left, top, right, bottom, points (n, 5, 2), both in input pixels, and scores (n,).

    Raises:
        ModelMismatchError: outputs that do not fit the input's size.
    """
    strides = numbers(options, "strides", STRIDES)
    place = cells(width, height, strides, 0.0)
    if len(outputs) != len(_KINDS) * len(strides):
        refuse("yunet", f"{len(outputs)} outputs instead of {len(_KINDS) * len(strides)}")
    rows = []
    for kind, columns in enumerate(_KINDS):
        levels = outputs[kind * len(strides) : (kind + 1) * len(strides)]
        if any(level.ndim != 2 or level.shape[1] != columns for level in levels):  # noqa: PLR2004
            refuse("yunet", f"outputs of shapes {[level.shape for level in levels]} instead of (n, {columns})")
        rows.append(np.concatenate(levels))
        if len(rows[-1]) != len(place):
            refuse("yunet", f"{len(rows[-1])} rows, but {width}x{height} has {len(place)} cells")
    face, anything, boxes, points = rows
    scores = np.sqrt(np.clip(face[:, 0], 0, 1) * np.clip(anything[:, 0], 0, 1))
    picked = np.flatnonzero(scores >= floor)
    at, stride = place[picked, :2], place[picked, 2:]
    centre = boxes[picked, :2] * stride + at
    half = np.exp(np.minimum(boxes[picked, 2:], LARGEST)) * stride / 2
    marks = points[picked].reshape(-1, POINTS, 2) * stride[:, None] + at[:, None]
    return np.concatenate([centre - half, centre + half], axis=1), marks, scores[picked]


def shares(output: Floats, options: Options) -> Floats:
    """Read class shares (n, classes) that add up to 1; option `activation` (none, softmax) is still to be done.

    Raises:
        ModelMismatchError: the output is no table.
    """
    if output.ndim != 2:  # noqa: PLR2004
        refuse("classes", f"an output of shape {output.shape} instead of (n, classes)")
    if choice(options, "activation", ("none", "softmax")) == "softmax":
        return softmax(output)
    return np.asarray(output / np.maximum(output.sum(axis=1, keepdims=True), 1e-6))


def softmax(logits: Floats) -> Floats:
    """Shares (n, k) of logits (n, k)."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def age_shares(outputs: Sequence[Floats], options: Options) -> tuple[Floats, Floats]:
    """Read how likely which age is (n, k), adding up to 1, and the k ages in years (option `ages`).

    Raises:
        ModelMismatchError: there is not one output with a column for each age.
    """
    ages = np.array(numbers(options, "ages", ()), np.float32)
    if len(outputs) != 1 or outputs[0].ndim != 2 or outputs[0].shape[1] != len(ages):  # noqa: PLR2004
        refuse("age-distribution", f"outputs of shapes {[o.shape for o in outputs]} for {len(ages)} ages")
    return shares(outputs[0], options), ages


def poses(outputs: Sequence[Floats], options: Options) -> Floats:
    """Read yaw, pitch and roll (n, 3), degrees, signs as in `Pose`.

    Args:
        outputs: three arrays (n, bins) of logits; yaw counts to the picture's left.
        options: `step` between bins (3) and middle of the `first` (-99), degrees.

    Raises:
        ModelMismatchError: there are not three of them.
    """
    if len(outputs) != 3 or any(output.ndim != 2 for output in outputs):  # noqa: PLR2004
        refuse("pose-bins", f"outputs of shapes {[output.shape for output in outputs]} instead of three (n, bins)")
    step, first = number(options, "step", 3), number(options, "first", -99)
    yaw, pitch, roll = (softmax(output) @ np.arange(output.shape[1]) * step + first for output in outputs)
    return np.stack([-yaw, pitch, roll], axis=1)
