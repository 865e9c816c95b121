"""Turns many overlapping boxes into one box for each body. Numpy only: there are few boxes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from galleria.domain.detection import Floats


def areas(boxes: Floats) -> Floats:
    """Areas (n,) of boxes (n, 4); inside-out boxes have none."""
    return np.asarray(np.clip(boxes[:, 2] - boxes[:, 0], 0, None) * np.clip(boxes[:, 3] - boxes[:, 1], 0, None))


def intersections(a: Floats, b: Floats) -> Floats:
    """Common areas (n, m) of boxes (n, 4) and (m, 4)."""
    width = np.minimum(a[:, None, 2], b[None, :, 2]) - np.maximum(a[:, None, 0], b[None, :, 0])
    height = np.minimum(a[:, None, 3], b[None, :, 3]) - np.maximum(a[:, None, 1], b[None, :, 1])
    return np.asarray(np.clip(width, 0, None) * np.clip(height, 0, None))


def iou(a: Floats, b: Floats) -> Floats:
    """Intersection over union (n, m) of boxes (n, 4) and (m, 4); 0 where both boxes are empty."""
    common = intersections(a, b)
    union = areas(a)[:, None] + areas(b)[None, :] - common
    return np.asarray(np.divide(common, union, out=np.zeros_like(common), where=union > 0))


def nms(boxes: Floats, scores: Floats, overlap: float) -> NDArray[np.intp]:
    """Pick, best first, the boxes that no better picked box overlaps (greedy non-maximum suppression).

    Args:
        boxes: (n, 4) left, top, right, bottom, in any unit.
        scores: (n,); of equal scores the earlier box is the better.
        overlap: IoU above which the lower of two boxes is dropped.

    Returns:
        indices of the boxes to keep, by falling score.
    """
    order = np.argsort(-scores, kind="stable")
    ranked = boxes[order]
    clash = iou(ranked, ranked) > overlap
    alive = np.ones(len(order), np.bool_)
    for rank in range(len(order)):
        if alive[rank]:
            alive[rank + 1 :] &= ~clash[rank, rank + 1 :]
    return order[alive]
