"""Where hair and beard grow, by place on the unshaped head (decimetres, x left, y up, z ahead)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float32]


def smooth(
    low: float | NDArray[np.floating], high: float | NDArray[np.floating], value: NDArray[np.floating]
) -> Values:
    """0 below `low`, 1 above `high`, a soft step between."""
    t = np.clip((value - low) / (high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)


def scalp_cover(x: NDArray[np.floating], y: NDArray[np.floating], z: NDArray[np.floating], hair: str) -> Values:
    """How thick hair of a style grows at places (n,): 0 none, 1 full."""
    line = 0.0
    if hair.startswith("bald"):
        line = 1.0
    elif hair.startswith("receding"):
        line = 0.5
    full = _region(x, y, z, line)
    if hair.startswith("buzz"):
        return full * np.float32(0.8)
    return full


def _region(x: NDArray[np.floating], y: NDArray[np.floating], z: NDArray[np.floating], line: float) -> Values:
    """The scalp; `line` 0 is a full head of hair, 1 a fringe around a bald top."""
    ax = np.abs(x)
    wobble = 0.007 * np.sin(23 * x + 2.0) + 0.006 * np.sin(57 * x + 9 * z)
    front = 7.98 - 0.035 * smooth(0.12, 0.0, ax) + 0.035 * smooth(0.25, 0.5, ax) - 0.03 * smooth(0.5, 0.68, ax)
    side = np.interp(z, (-0.4, 0.05, 0.25, 0.45, 0.56, 0.78, 0.88, 1.02), (6.72, 6.84, 7.05, 7.42, 7.2, 7.2, 7.62, 8.1))
    edge = np.minimum(front, side + 0.03 * np.cos(9 * x)) + wobble
    inside = smooth(-0.03, 0.06, y - edge)
    ear = smooth(0.765, 0.80, ax) * smooth(7.66, 7.58, y) * smooth(0.20, 0.30, z) * smooth(0.66, 0.60, z)
    inside = inside * (1 - ear)
    if line > 0:
        recede = smooth(0.18, 0.5, ax) * smooth(1.0, 0.4, np.abs(z - 1.25)) * 1.0
        if line < 0.75:  # noqa: PLR2004 - corners go first
            gone = recede * smooth(0.55, 0.95, z) + smooth(1.22, 1.36, z)
            inside = inside * (1 - np.clip(gone, 0, 1) * smooth(7.5, 7.8, y))
        else:
            top = smooth(7.86, 8.0, y + 0.10 * np.clip(-z, 0, 1) - 0.05 * np.clip(z, 0, 2))
            inside = inside * (1 - top) * (1 - smooth(0.78, 0.90, z) * smooth(7.35, 7.5, y))
    return np.asarray(inside, np.float32)


def beard_cover(x: NDArray[np.floating], y: NDArray[np.floating], z: NDArray[np.floating], beard: float) -> Values:
    """How dark a beard lies on the skin at places (n,): 0 none, about 0.9 a full one."""
    if beard <= 0:
        return np.zeros(len(x), np.float32)
    dark = (0.18 + 0.75 * beard) * min(1.0, beard / 0.2)
    return np.asarray(np.clip(beard_region(x, y, z) * dark, 0, 0.9), np.float32)


def beard_region(x: NDArray[np.floating], y: NDArray[np.floating], z: NDArray[np.floating]) -> Values:
    """Where a beard grows, 0 to 1: jaw, chin, cheeks up to a soft line, over the lip; not on the lips."""
    ax = np.abs(x)
    cheek = 6.50 + 0.52 * smooth(0.30, 0.72, ax) + 0.16 * smooth(0.30, 0.20, ax) + 0.02 * np.sin(19 * x)
    jaw = smooth(0.06, -0.10, y - cheek) * smooth(6.0, 6.2, y + 0.3 * np.clip(1.0 - z, 0, 1))
    jaw = jaw * smooth(0.50, 0.66, z)
    lip = smooth(6.70, 6.73, y) * smooth(6.83, 6.78, y) * smooth(0.27, 0.19, ax) * smooth(1.3, 1.4, z)
    side = smooth(6.48, 6.54, y) * smooth(6.77, 6.71, y) * smooth(0.20, 0.24, ax) * smooth(0.34, 0.28, ax)
    inside = np.maximum(np.maximum(jaw, lip), side * smooth(1.2, 1.35, z))
    mouth = smooth(1.25, 0.8, (ax / 0.24) ** 2 + ((y - 6.645) / 0.080) ** 2) * smooth(1.3, 1.4, z)
    return np.asarray(inside * (1 - mouth), np.float32)
