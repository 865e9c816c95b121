"""Re-identification by clothes, within one visit only: bridges a track that was lost to one that begins soon after.

Colours of clothes tell the few people in a place at a moment apart, and nobody for longer: a look is never stored,
never enrolled, and bridges only where nobody else comes close.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from galleria.domain.detection import Floats
from galleria.domain.frame import Pixels

STRIPES = 4  # head, chest, hips, legs
_HUES, _TONES, _GREYS = 12, 3, 6  # bins: of hue and saturation where there is colour, of brightness where there is none
_COLOURED = 0.15  # of saturation and of brightness: below, a hue is noise
_SIDES = 0.15  # of the width at either side is mostly background


@dataclass(frozen=True, slots=True)
class Look:
    """What clothes look like at one moment.

    Attributes:
        stripes: (4, bins) float32, each stripe's square roots of shares of pixels.
    """

    stripes: Floats = field(repr=False)


@dataclass(frozen=True, slots=True)
class Lost:
    """A track that ended, or is not seen now."""

    track: int
    time: float
    look: Look


@dataclass(frozen=True, slots=True)
class Rule:
    """When a look bridges.

    Attributes:
        seconds: between the two tracks, at most.
        floor: likeness, at least, in [0,1].
        ratio: the unlikeness of the second best is at least so many times that of the best one.
    """

    seconds: float = 20.0
    floor: float = 0.7
    ratio: float = 1.4


def look_of(crop: Pixels) -> Look:
    """Of a body.

    Args:
        crop: (h, w, 3) RGB, at least 4 rows and 1 column.

    Raises:
        ValueError: it is too small.
    """
    if crop.ndim != 3 or crop.shape[0] < STRIPES or crop.shape[1] < 1:  # noqa: PLR2004  height, width, colours
        problem = f"a body of shape {crop.shape}"
        raise ValueError(problem)
    side = int(crop.shape[1] * _SIDES)
    bins = _bins(crop[:, side : crop.shape[1] - side])
    most = _HUES * _TONES + _GREYS
    counts = [np.bincount(part.ravel(), minlength=most) for part in np.array_split(bins, STRIPES)]
    shares = np.array([count / max(1, count.sum()) for count in counts])
    return Look(np.sqrt(shares).astype(np.float32))


def likeness(one: Look, other: Look) -> float:
    """Of two looks, in [0,1]: the mean over stripes of the histograms' overlap (Bhattacharyya's coefficient)."""
    return float((one.stripes * other.stripes).sum() / STRIPES)


def bridge(look: Look, time: float, lost: Sequence[Lost], rule: Rule) -> int | None:
    """The lost track that a beginning one goes on from; None unless it is one alone.

    Args:
        look: of the beginning track.
        time: when it began, capture time in seconds.
        lost: those that can be meant: earlier ones of the same visit, not bridged yet.
        rule: when it bridges.
    """
    # Somebody lost a moment too long ago cannot be it; who was lost after it began is still elsewhere.
    in_time = [one for one in lost if 0 <= time - one.time <= rule.seconds]
    if not in_time:
        return None
    likes = sorted(((likeness(look, one.look), -one.track) for one in in_time), reverse=True)
    best, track = likes[0]
    second = likes[1][0] if len(likes) > 1 else 0.0
    unambiguous = 1 - second >= rule.ratio * max(1 - best, 1e-3)
    return -track if best >= rule.floor and unambiguous else None


def _bins(crop: Pixels) -> NDArray[np.intp]:
    rgb = crop.astype(np.float32) / 255
    value, least = rgb.max(axis=2), rgb.min(axis=2)
    spread = value - least
    safe = np.where(spread > 0, spread, 1)
    red, green, blue = ((value - rgb[:, :, channel]) / safe for channel in range(3))
    # The colour wheel in sixths, from the strongest colour and which of the other two is the stronger.
    hue = np.where(
        value == rgb[:, :, 0], blue - green, np.where(value == rgb[:, :, 1], 2 + red - blue, 4 + green - red)
    )
    saturation = spread / np.where(value > 0, value, 1)
    hues = (np.floor(hue % 6 / 6 * _HUES)).astype(np.intp) % _HUES
    tones = np.minimum((saturation * _TONES).astype(np.intp), _TONES - 1)
    greys = np.minimum((value * _GREYS).astype(np.intp), _GREYS - 1)
    coloured = (saturation >= _COLOURED) & (value >= _COLOURED)
    bins: NDArray[np.intp] = np.where(coloured, hues * _TONES + tones, _HUES * _TONES + greys)
    return bins
