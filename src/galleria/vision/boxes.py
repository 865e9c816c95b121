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


# When a box is a pair: a sure enough part covers it this far, is about as tall, and about half as wide.
_PART_SCORE = 0.25
_PART_INSIDE = 0.85
_PART_HEIGHT = 0.8
_PART_WIDTH = (0.35, 0.65)


def part_pairs(boxes: Floats, scores: Floats) -> Floats:
    """Cut boxes drawn around two bodies side by side down to the body that has no box of its own.

    Two people who walk shoulder to shoulder often get one box for both and one for one of them. Overlap alone does
    not tell (suppression keeps both), and a tracker that gives the wide box to the known body loses the other one.

    Args:
        boxes: (n, 4) left, top, right, bottom, after suppression.
        scores: (n,).

    Returns:
        (n, 4) boxes: those of pairs now end where their part begins, the others are as they were.
    """
    parted = boxes.copy()
    if len(boxes) < 2:  # noqa: PLR2004
        return parted
    size = np.maximum(areas(boxes), 1e-12)
    inside = intersections(boxes, boxes) / size[:, None]  # [part, whole]
    width, height = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    narrower = width[:, None] / np.maximum(width[None, :], 1e-12)
    taller = height[:, None] / np.maximum(height[None, :], 1e-12)
    is_part = (inside >= _PART_INSIDE) & (taller >= _PART_HEIGHT) & (scores[:, None] >= _PART_SCORE)
    is_part &= (narrower > _PART_WIDTH[0]) & (narrower < _PART_WIDTH[1])
    for whole in np.flatnonzero(is_part.any(axis=0)):
        part = int(np.argmax(np.where(is_part[:, whole], scores, -1)))
        left_over, right_over = boxes[part, 0] - boxes[whole, 0], boxes[whole, 2] - boxes[part, 2]
        if left_over > right_over:
            parted[whole, 2] = boxes[part, 0]
        else:
            parted[whole, 0] = boxes[part, 2]
    return parted
