"""Where points of a face come to lie: the similarity that takes five points to a template's, and the chip it makes."""

from __future__ import annotations

from math import ceil, floor

import numpy as np
from PIL import Image

from galleria.domain.detection import Floats
from galleria.domain.frame import Pixels

_ONE = 1e-6  # points within a thousandth of a pixel, in squares, are one
_SHRINK = 1.6  # from which scale on the picture is averaged before it is sampled, so that nothing aliases


def similarity(source: Floats, target: Floats) -> Floats:
    """Find the scale, turn and shift (no mirroring) that takes points nearest to others (Umeyama 1991).

    Args:
        source: (n, 2), x and y.
        target: (n, 2).

    Returns:
        (2, 3): `matrix @ (x, y, 1)` of a source point lies nearest, in squares, to its target; all zero but the shift
        when the source points are all one.
    """
    from_mean, to_mean = source.mean(axis=0), target.mean(axis=0)
    a, b = (source - from_mean).astype(np.float64), (target - to_mean).astype(np.float64)
    # Points as complex numbers: the best factor is a projection.
    p, q = a[:, 0] + 1j * a[:, 1], b[:, 0] + 1j * b[:, 1]
    spread = np.vdot(p, p).real
    factor = np.vdot(p, q) / spread if spread > _ONE else 0j
    turn = np.array([[factor.real, -factor.imag], [factor.imag, factor.real]])
    return np.hstack([turn, (to_mean - turn @ from_mean)[:, None]]).astype(np.float32)


def warp(pixels: Pixels, matrix: Floats, width: int, height: int) -> Pixels:
    """Make a chip: the part of a picture that a similarity takes into it, black where the picture ends.

    Args:
        pixels: (h, w, 3) uint8.
        matrix: (2, 3), picture pixels -> chip pixels; both count from the corner, so that the first pixel's centre
            is at 0.5.
        width: of the chip, pixels.
        height: likewise.

    Returns:
        (height, width, 3) uint8, sampled bilinearly; where it shrinks the picture is averaged first.
    """
    scale = float(np.hypot(matrix[0, 0], matrix[1, 0]))
    if not np.isfinite(matrix).all() or scale <= 0:
        return np.zeros((height, width, 3), np.uint8)
    back = np.linalg.inv(matrix[:, :2].astype(np.float64))
    shift = -back @ matrix[:, 2]
    corners = np.array([[0, 0], [width, 0], [0, height], [width, height]]) @ back.T + shift
    factor = max(1, int(1 / scale / _SHRINK + 0.5))
    left, top = (max(0, floor(low) - 2 * factor) for low in corners.min(axis=0))
    right, bottom = (
        min(size, ceil(high) + 2 * factor) for high, size in zip(corners.max(axis=0), pixels.shape[1::-1], strict=True)
    )
    if right <= left or bottom <= top:
        return np.zeros((height, width, 3), np.uint8)
    part = Image.fromarray(np.ascontiguousarray(pixels[top:bottom, left:right]))
    if factor > 1:
        part = part.reduce(factor)
    back, shift = back / factor, (shift - (left, top)) / factor
    rows = (*back[0], shift[0], *back[1], shift[1])
    return np.asarray(part.transform((width, height), Image.Transform.AFFINE, rows, Image.Resampling.BILINEAR))
