"""What bodies wear, as colours from head to foot: what tells people apart while they are followed.

Colours only, in memory, for as long as somebody is followed: never stored, and forgotten with the track.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from galleria.domain.detection import Floats
from galleria.domain.frame import Picture, Pixels

# Pixels: pictures are looked at no higher. A body of a fifth of the picture has then 43 rows.
ROWS = 216
STRIPES = 4  # head, chest, hips, legs
# A body is looked at in so many places down and across; what is at its sides is mostly background.
_DOWN, _ACROSS, _SIDES = 32, 12, 0.15
# Where brightness is cut, and how much bluer or redder than that a place is.
_BRIGHT, _TINT = (40, 75, 115, 165), (-40, -20, -8, 8, 20, 40)
_TINTS = len(_TINT) + 1
BINS = (len(_BRIGHT) + 1) * _TINTS * _TINTS


_OF_BRIGHT = np.searchsorted(_BRIGHT, range(256), side="right")
_OF_TINT = np.searchsorted(_TINT, range(-255, 256), side="right")


def worn_in(picture: Picture, boxes: Floats) -> Floats:
    """What the bodies in a picture wear.

    Args:
        picture: of any size.
        boxes: (n, 4) left, top, right, bottom, normalised; what a body nearer to the camera covers, one whose box
            ends lower, is not looked at.

    Returns:
        (n, STRIPES, BINS) square roots of shares of colours; a stripe's length is the share of it that was seen.
    """
    high = min(ROWS, picture.height)
    wide = max(1, round(picture.width * high / picture.height))
    boxes = np.clip(np.nan_to_num(boxes), 0, 1)  # a plug-in's network may give anything
    down, across = _places(boxes)
    rows, columns = (np.minimum((at * n).astype(np.intp), n - 1) for at, n in ((down, high), (across, wide)))
    bins = _bins(picture.bgr(wide, high)[rows[:, :, None], columns[:, None, :]])
    stripes = np.arange(len(boxes) * STRIPES).reshape(-1, STRIPES).repeat(_DOWN // STRIPES, axis=1)
    seen = ~_hidden(boxes, down, across)
    counts = np.bincount(
        (stripes[:, :, None] * BINS + bins).ravel(), seen.ravel(), minlength=len(boxes) * STRIPES * BINS
    ).reshape(len(boxes), STRIPES, BINS)
    total = counts.sum(axis=2, keepdims=True)
    share = total / (_DOWN // STRIPES * _ACROSS)
    return np.asarray(np.sqrt(counts / np.maximum(total, 1)) * share, np.float32)


def _places(boxes: Floats) -> tuple[Floats, Floats]:
    """Where bodies are looked at: down (n, _DOWN) and across (n, _ACROSS), normalised."""
    left, top, right, bottom = boxes.T[..., None]
    down = top + (bottom - top) * ((np.arange(_DOWN) + 0.5) / _DOWN)
    across = left + (right - left) * (_SIDES + (1 - 2 * _SIDES) * (np.arange(_ACROSS) + 0.5) / _ACROSS)
    return down, across


def _bins(pixels: Pixels) -> NDArray[np.intp]:
    """The colour of each pixel (..., 3), blue-green-red, as one of `BINS`."""
    blue, green, red = np.moveaxis(pixels.astype(np.intp), -1, 0)
    bright = (2 * red + 5 * green + blue) >> 3
    return np.asarray(
        (_OF_BRIGHT[bright] * _TINTS + _OF_TINT[blue - bright + 255]) * _TINTS + _OF_TINT[red - bright + 255]
    )


def _hidden(boxes: Floats, down: Floats, across: Floats) -> NDArray[np.bool_]:
    """Which places of each body, (n, down, across), are in the box of a nearer one."""
    left, top, right, bottom = boxes.T[:, None, :, None]
    nearer = boxes[None, :, 3] > boxes[:, None, 3]
    in_rows = (down[:, None] > top) & (down[:, None] < bottom) & nearer[..., None]
    in_columns = (across[:, None] > left) & (across[:, None] < right)
    return np.asarray(np.einsum("njd,nja->nda", in_rows.astype(np.float32), in_columns.astype(np.float32)) > 0)
