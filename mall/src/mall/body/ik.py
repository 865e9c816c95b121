"""Two bones to a target: where the middle joint lies, and the frames that twist both bones with it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
STRETCH = 0.9995  # of the straight length: a limb never quite straightens


def two_bone(start: Array, end: Array, first: float, second: float, pole: Array) -> tuple[Array, Array]:
    """Bend a chain of two bones from `start` to `end`.

    Args:
        start: (..., 3), hip or shoulder.
        end: (..., 3), ankle or wrist.
        first: length of the upper bone, metres.
        second: of the lower one.
        pole: (..., 3), the way the middle joint points to.

    Returns:
        the middle joint (..., 3) and the end that was reached (..., 3): `end` itself wherever it is within reach.
    """
    way = end - start
    far = np.linalg.norm(way, axis=-1, keepdims=True)
    reach = np.clip(far, abs(first - second) * 1.001 + 1e-9, (first + second) * STRETCH)
    along = way / np.maximum(far, 1e-9)
    side = pole - (pole * along).sum(-1, keepdims=True) * along
    side = side / np.maximum(np.linalg.norm(side, axis=-1, keepdims=True), 1e-9)
    cosine = (first**2 + reach**2 - second**2) / (2 * first * reach)
    sine = np.sqrt(np.maximum(1 - cosine**2, 0.0))
    return start + first * (cosine * along + sine * side), start + reach * along


def frame(along: Array, pole: Array) -> Array:
    """Rotations (..., 3, 3) whose columns are the bone's direction, the pole made square to it, and their product."""
    first = along / np.linalg.norm(along, axis=-1, keepdims=True)
    second = pole - (pole * first).sum(-1, keepdims=True) * first
    second = second / np.maximum(np.linalg.norm(second, axis=-1, keepdims=True), 1e-9)
    return np.stack([first, second, np.cross(first, second)], -1)


def twist_of(rotation: Array, axis: Array) -> Array:
    """The angles (...) by which rotations (..., 3, 3) turn about a unit axis (3,): swing-twist split."""
    vector = np.stack([rotation[..., 2, 1] - rotation[..., 1, 2], rotation[..., 0, 2] - rotation[..., 2, 0],
                       rotation[..., 1, 0] - rotation[..., 0, 1]], -1)  # fmt: skip
    # The quaternion up to a factor: its scalar part is 1 + trace, its vector part as above.
    scalar = 1 + np.trace(rotation, axis1=-2, axis2=-1)
    return np.asarray(2 * np.arctan2(vector @ axis, scalar))
