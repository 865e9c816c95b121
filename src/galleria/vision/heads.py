"""Makes heads unrecognisable. Every pixel that leaves the house has been through here.

What is behind is averaged into a few large cells before anything is put back, so no filter can undo it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from PIL import Image, ImageDraw

from galleria.domain.frame import Pixels
from galleria.domain.geometry import Box

_ABOVE = 0.12  # of the box's height: detectors like to cut hair and hats off
_UPPER = 0.34  # of the box's height: the head of an upright body, generously
_SQUARE = 0.6  # of the box's width: the head of a body that is cut off below, bent or sitting
_BUST = 0.7  # of the box's height: all of a head and shoulders, and less than all of a wide box around a group
_WIDER = 0.15  # of the box's width, both sides together
_LEAST = 4  # pixels on each side, for the smallest boxes
_CELLS = 4  # across a head; fewer when cells would be smaller than the next
_CELL = 6  # pixels
_SOFT = 0.1  # of the region's smaller side: this far outside of it the blur fades into the picture


def head_region(box: Box, width: int, height: int) -> tuple[int, int, int, int]:
    """Where the head belonging to a body's box can be.

    Args:
        box: of the body, normalised; may lie partly outside.
        width: of the picture, pixels.
        height: of the picture, pixels.

    Returns:
        left, top, right, bottom in whole pixels, within the picture; empty when the box is outside.
    """
    left, top, right, bottom = box.left * width, box.top * height, box.right * width, box.bottom * height
    wide, high = right - left, bottom - top
    side = max(_LEAST, wide * _WIDER / 2)
    low = top + min(high, max(high * _UPPER, min(wide * _SQUARE, high * _BUST))) + _LEAST
    high_up = top - max(_LEAST, high * _ABOVE)
    return (
        min(width, max(0, math.floor(left - side))),
        min(height, max(0, math.floor(high_up))),
        max(0, min(width, math.ceil(right + side))),
        max(0, min(height, math.ceil(low))),
    )


def blur_heads(pixels: Pixels, bodies: Iterable[Box]) -> Pixels:
    """Return a copy in which the head of every body is a few blurred cells of colour.

    Args:
        pixels: (height, width, 3), uint8.
        bodies: their boxes, normalised. Give every box that may be a body, also doubtful ones.

    Returns:
        (height, width, 3), uint8.
    """
    height, width = pixels.shape[:2]
    sheet = Image.fromarray(np.ascontiguousarray(pixels))
    for body in bodies:
        left, top, right, bottom = region = head_region(body, width, height)
        if right > left and bottom > top:
            _blur(sheet, region)
    return np.array(sheet)


def _step(soft: int) -> int:
    """Eight rings look as smooth as fifty."""
    return max(1, soft // 8)


def _blur(sheet: Image.Image, region: tuple[int, int, int, int]) -> None:
    left, top, right, bottom = region
    soft = max(2, round(min(right - left, bottom - top) * _SOFT))
    x0, y0 = max(0, left - soft), max(0, top - soft)
    x1, y1 = min(sheet.width, right + soft), min(sheet.height, bottom + soft)
    wide, high = x1 - x0, y1 - y0
    columns = max(1, min(_CELLS, wide // _CELL))
    rows = max(1, round(high * columns / wide))
    cells = sheet.resize((columns, rows), Image.Resampling.BOX, (x0, y0, x1, y1))
    # Fully opaque over the region; outside of it rings that grow fainter with the distance.
    cover = Image.new("L", (wide, high))
    pen = ImageDraw.Draw(cover)
    for away in range(soft - soft % _step(soft), -1, -_step(soft)):
        ring = (left - away - x0, top - away - y0, right - 1 + away - x0, bottom - 1 + away - y0)
        pen.rounded_rectangle(ring, away, fill=round(255 * (1 - away / (soft + 1))))
    sheet.paste(cells.resize((wide, high), Image.Resampling.BICUBIC), (x0, y0), cover)
