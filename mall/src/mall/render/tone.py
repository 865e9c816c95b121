"""From linear light to the numbers of a picture."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

KNEE = 0.55  # below it a picture is linear, above it the highlights are rolled off
_STEPS = 4096
_BRIGHTEST = 4.0


def rolled(light: NDArray[np.float32]) -> NDArray[np.float32]:
    """Linear light with its highlights bent below 1, any shape."""
    over = np.maximum(light - KNEE, 0.0)
    bent = np.minimum(light, KNEE) + (1 - KNEE) * (1 - np.exp(-over / (1 - KNEE)))
    return np.asarray(bent, dtype=np.float32)


def encoded(light: NDArray[np.float32]) -> NDArray[np.float32]:
    """The curve of sRGB: linear 0 to 1 becomes 0 to 1, any shape."""
    light = np.clip(light, 0.0, 1.0)
    low = light * 12.92
    high = 1.055 * np.power(np.maximum(light, 1e-6), 1 / 2.4) - 0.055
    return np.asarray(np.where(light <= 0.0031308, low, high), dtype=np.float32)  # noqa: PLR2004 - the standard's


def curve(contrast: float = 0.12) -> NDArray[np.float32]:
    """The camera's whole curve as a table: 0 to 255 for light at squares of even steps from 0 to `_BRIGHTEST`.

    Squares, because the curve is steep in the dark: `toned` looks up the square root.
    """
    light = np.linspace(0.0, np.sqrt(_BRIGHTEST), _STEPS, dtype=np.float32) ** 2
    value = encoded(rolled(light))
    bent = value + contrast * value * (1 - value) * (2 * value - 1)
    return np.asarray(255 * bent, dtype=np.float32)


_CURVE = curve()


def toned(light: NDArray[np.float32]) -> NDArray[np.float32]:
    """Linear light as picture values 0 to 255, not yet rounded; any shape."""
    step = np.sqrt(np.clip(light, 0.0, _BRIGHTEST)) * ((_STEPS - 1) / np.sqrt(_BRIGHTEST))
    return np.asarray(_CURVE[step.astype(np.int32)], dtype=np.float32)
