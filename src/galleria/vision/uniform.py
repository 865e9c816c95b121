"""Whether a body wears a uniform: the share of its upper body that has a colour. No face is looked at.

Colours are told by hue and saturation, which stay when there is more or less light; brightness only has wide bounds.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from galleria.domain.detection import Floats
from galleria.domain.frame import Pixels
from galleria.domain.geometry import Box
from galleria.domain.site import Colour, Uniform

# The upper body, from the shoulders to the waist, as shares of the height of the whole body.
SHOULDERS, WAIST = 0.18, 0.52
# A body that stands is at least so many times as high as wide: of a lower box the legs are cut off or hidden.
STANDING = 2.0
# Of the box's width at either side: background, mostly.
SIDES = 0.2
# Pixels that an upper body has on either side, at least, to be looked at.
LEAST = 6
# Pixels that are looked at on either side, about: more tell no more.
ENOUGH = 48
# A marker covers so much of head and upper body, at least.
MARKER = 0.02


def upper_body(box: Box, aspect: float) -> Box:
    """Where a body's shirt is.

    Args:
        box: of the body, normalised.
        aspect: width / height of the picture.
    """
    whole = max(box.height, STANDING * box.width * aspect)
    side = SIDES * box.width
    return Box(
        box.left + side, box.top + SHOULDERS * whole, box.right - side, min(box.top + WAIST * whole, box.bottom)
    )  # fmt: skip


def wears(pixels: Pixels, box: Box, uniform: Uniform) -> bool | None:
    """Say whether a body wears a uniform; None: too little of it is in the picture.

    Args:
        pixels: of the picture, (height, width, 3) uint8, blue-green-red.
        box: of the body, normalised.
        uniform: its colours and how much there has to be of them.
    """
    high, wide = pixels.shape[:2]
    torso = upper_body(box, wide / high)
    shirt = _cut(pixels, torso)
    if min(shirt.shape[:2]) < LEAST:
        return None
    if share(shirt, uniform.colour) < uniform.share:
        return False
    if uniform.second is None:
        return True
    return share(_cut(pixels, torso._replace(top=box.top)), uniform.second) >= MARKER


def share(pixels: Pixels, colour: Colour) -> float:
    """The share of pixels that have a colour, in [0,1]; 0 of none.

    Args:
        pixels: (height, width, 3) uint8, blue-green-red.
        colour: its shades.
    """
    hue, saturation, value = tones(pixels[:: _stride(pixels.shape[0]), :: _stride(pixels.shape[1])])
    low, high = colour.hues
    around: NDArray[np.bool_] = (hue >= low) & (hue <= high) if low <= high else (hue >= low) | (hue <= high)
    lively = (saturation >= colour.saturations[0]) & (saturation <= colour.saturations[1])
    lit = (value >= colour.values[0]) & (value <= colour.values[1])
    return float((around & lively & lit).mean()) if hue.size else 0.0


def tones(pixels: Pixels) -> tuple[Floats, Floats, Floats]:
    """Hue in degrees [0,360) (0 where there is none), saturation and value in [0,1] of (h, w, 3) BGR; (h, w) each."""
    bgr = pixels.astype(np.float32) / 255
    value, spread = bgr.max(axis=2), np.ptp(bgr, axis=2)
    safe = np.where(spread > 0, spread, 1)
    blue, green, red = bgr[..., 0], bgr[..., 1], bgr[..., 2]
    # The colour wheel in sixths, from the strongest colour and which of the other two is the stronger.
    sixths = np.where(
        value == red,
        (green - blue) / safe % 6,
        np.where(value == green, 2 + (blue - red) / safe, 4 + (red - green) / safe),
    )
    saturation = spread / np.where(value > 0, value, 1)
    return sixths * np.float32(60), saturation, value


def _stride(pixels: int) -> int:
    return max(1, pixels // ENOUGH)


def _cut(pixels: Pixels, box: Box) -> Pixels:
    high, wide = pixels.shape[:2]
    rows = slice(max(0, math.floor(box.top * high)), max(0, math.ceil(box.bottom * high)))
    return pixels[rows, max(0, math.floor(box.left * wide)) : max(0, math.ceil(box.right * wide))]
