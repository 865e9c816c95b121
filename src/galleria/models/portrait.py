"""The golden input of face networks: drawn faces, the same numbers on every machine, nobody's picture.

Integer arithmetic only. Noise would leave scores near zero, where a dead network looks like a good one; on this
drawing a working detector of faces scores above 0.5.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Integers: TypeAlias = NDArray[Any]

FACES = 3
# A face in thousandths of its height, as ellipses: middle (across, down) and half axes, a BGR colour, and whether it
# has a twin at the other side. What comes later lies on top.
PARTS = (
    ((0, 650), (560, 300), (110, 70, 50), False),  # shoulders
    ((0, 460), (190, 230), (105, 135, 185), False),  # neck
    ((0, -60), (410, 500), (30, 40, 55), False),  # hair
    ((345, 10), (50, 95), (115, 145, 195), True),  # ears
    ((0, 30), (345, 450), (130, 160, 215), False),  # face
    ((150, -135), (85, 18), (45, 60, 80), True),  # brows
    ((150, -60), (78, 40), (110, 135, 185), True),  # sockets
    ((150, -55), (62, 27), (235, 238, 240), True),  # eyes
    ((150, -55), (26, 27), (60, 80, 100), True),  # irises
    ((150, -55), (12, 13), (20, 20, 20), True),  # pupils
    ((0, 45), (36, 110), (120, 150, 203), False),  # bridge of the nose
    ((0, 125), (72, 40), (112, 142, 196), False),  # tip of the nose
    ((36, 148), (16, 10), (60, 75, 110), True),  # nostrils
    ((0, 262), (128, 40), (95, 95, 175), False),  # lips
    ((0, 260), (108, 8), (60, 55, 95), False),  # between them
)


def faces(width: int, height: int) -> Integers:
    """Return faces of three sizes before a wall; (height, width, 3), 0..255, BGR."""
    pixels = _wall(width, height)
    for number in range(FACES):
        size = min(width, height) * (42 - 12 * number) // 100
        pixels = _with_face(pixels, width * (24, 64, 88)[number] // 100, height * (9 + number) // 20, size)
    return pixels


def face(width: int, height: int) -> Integers:
    """Return one face as large as the picture; otherwise as `faces`."""
    return _with_face(_wall(width, height), width // 2, height // 2, height)


def _wall(width: int, height: int) -> Integers:
    y, x = np.mgrid[0:height, 0:width]
    shade: Integers = 180 - y * 50 // height - x * 20 // width
    tinted: Integers = shade[:, :, None] + np.array([0, 8, 16])
    return tinted


def _with_face(pixels: Integers, middle: int, centre: int, size: int) -> Integers:
    height, width = pixels.shape[:2]
    for (right, below), (wide, high), colour, twin in PARTS:
        for side in (1, -1) if twin else (1,):
            # Only the pixels around the ellipse are worked on.
            left, top = middle + (side * right - wide) * size // 1000, centre + (below - high) * size // 1000
            rows = slice(max(top, 0), max(top, 0) + high * size // 500 + 2)
            columns = slice(max(left, 0), max(left, 0) + wide * size // 500 + 2)
            rows, columns = slice(*rows.indices(height)), slice(*columns.indices(width))
            y, x = np.mgrid[rows, columns]
            across, down = (x - middle) * 1000 // size, (y - centre) * 1000 // size
            inside = ((across - side * right) * high) ** 2 + ((down - below) * wide) ** 2 < (wide * high) ** 2
            # Light comes from the left, so that the drawing is no mirror of itself.
            shade = np.clip(np.array(colour) - (across[:, :, None] + 400) * 30 // 1000, 0, 255)
            pixels[rows, columns] = np.where(inside[:, :, None], shade, pixels[rows, columns])
    return pixels
