"""Paints cloth: what it is woven from, its pattern, and its seams, in the texture that garments share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from mall.domain.person import Colour

from .wear_finish import ARM_FIRST, ARM_LONG, LEG_HIGH, LIMB_TOP, TOP, TRUNK_HIGH, linear

Array = NDArray[np.float64]
HIGH, WIDE = 1024, 512  # of a texture, pixels: about 2 mm each on the trunk
TRUNK_AROUND, ARM_AROUND, LEG_AROUND = 1.02, 0.36, 0.50  # metres around that a turn of the texture stands for
ARM_METRES = 0.27  # that one unit of arm share is long


@dataclass(frozen=True, slots=True)
class Sheet:
    """The texture's own map, each (HIGH, WIDE).

    Attributes:
        down: metres downwards along the trunk or limb. across: metres around, 0 in front.
        height: canonical z on trunk and legs; on arms, the share down the arm.
        trunk: where the trunk is.
    """

    down: Array
    across: Array
    height: Array
    trunk: NDArray[np.bool_]


def sheet(limbs: str) -> Sheet:
    """The map of a texture whose lower half holds `limbs`: arms or legs."""
    v, u = np.meshgrid((np.arange(HIGH) + 0.5) / HIGH, (np.arange(WIDE) + 0.5) / WIDE, indexing="ij")
    trunk = v < 0.5  # noqa: PLR2004 - the upper half
    around = ARM_AROUND if limbs == "arms" else LEG_AROUND
    across = np.where(trunk, (u - 0.5) * TRUNK_AROUND, ((u % 0.5) - 0.25) * 2 * around)
    z = TOP - v * 2 * TRUNK_HIGH
    share = ARM_FIRST + (v - 0.5) * 2 * ARM_LONG
    leg = LIMB_TOP - (v - 0.5) * 2 * LEG_HIGH
    height = np.where(trunk, z, share if limbs == "arms" else leg)
    down = np.where(trunk, TOP - z, share * ARM_METRES + 0.12 if limbs == "arms" else TOP - leg)
    return Sheet(down, across, height, trunk)


Painter = Callable[[Sheet, Colour, Colour, np.random.Generator], Array]


def noise(rng: np.random.Generator, wide: float, high: float) -> Array:
    """Smooth noise (HIGH, WIDE) that joins at its sides; about -1 to 1; blots of so many pixels."""
    coarse = max(1, int(min(wide, high) / 3))
    raw = rng.normal(size=(HIGH // coarse, WIDE // coarse))
    smooth = ndimage.gaussian_filter(raw, (high / coarse, wide / coarse), mode="wrap")
    smooth = smooth / (smooth.std() * 2.0 + 1e-12)
    if coarse > 1:
        smooth = ndimage.zoom(smooth, (HIGH / len(smooth), WIDE / smooth.shape[1]), order=1, mode="grid-wrap")
    return np.asarray(smooth)


def plain(at: Sheet, colour: Colour, second: Colour, rng: np.random.Generator) -> Array:
    """One colour with a quiet weave."""
    del at, second
    weave = 0.020 * noise(rng, 0.6, 0.6) + 0.02 * noise(rng, 30, 50)
    return np.asarray(linear(colour) * (1 + weave)[..., None])


def stripes(at: Sheet, colour: Colour, second: Colour, rng: np.random.Generator) -> Array:
    """Even stripes around."""
    wide = float(rng.choice([0.022, 0.034, 0.05]))
    share = float(rng.choice([0.3, 0.5]))
    phase = (at.down / wide) % 1.0
    mask = _soft(np.minimum(phase, share - phase) if share else phase, 0.08)
    return _mixed(plain(at, colour, colour, rng), linear(second), mask)


def check(at: Sheet, colour: Colour, second: Colour, rng: np.random.Generator) -> Array:
    """Bands both ways, darker where they cross."""
    wide = float(rng.choice([0.03, 0.05, 0.07]))
    base = plain(at, colour, colour, rng)
    for values, strength in ((at.down, 0.5), (at.across, 0.5)):
        phase = (values / wide) % 1.0
        base = _mixed(base, linear(second), strength * _soft(np.minimum(phase, 0.45 - phase), 0.05))
        base = _mixed(base, linear(second) * 0.4, 0.5 * _soft(0.06 - np.abs(phase - 0.72), 0.04))
    return base


def denim(at: Sheet, colour: Colour, second: Colour, rng: np.random.Generator) -> Array:
    """Twill, faded on thighs, seat and knees, darker at the seams."""
    base = linear(colour)
    light = base * 1.9 + 0.05
    twill = 0.5 + 0.5 * np.sin((at.down * 0.7 + at.across) * 2 * np.pi / 0.006)
    fade = 0.30 * np.exp(-((at.height + 0.17) ** 2) / 0.018) + 0.24 * np.exp(-((at.height + 0.37) ** 2) / 0.006)
    fade = fade * np.exp(-((at.across - 0.0) ** 2) / 0.010) * ~at.trunk
    fade = fade + 0.10 * noise(rng, 14, 30) + 0.05 * noise(rng, 1.2, 3) + 0.08 * twill
    whiskers = np.maximum(0, noise(rng, 26, 3)) * np.exp(-((at.height + 0.10) ** 2) / 0.004) * 0.10
    return _mixed(np.broadcast_to(base, (*at.down.shape, 3)), light, np.clip(fade + whiskers, 0, 0.8)) + 0 * linear(
        second
    )


def knit(at: Sheet, colour: Colour, second: Colour, rng: np.random.Generator) -> Array:
    """Columns of loops; a band of the second colour now and then."""
    rib = np.abs(np.sin(at.across * np.pi / 0.011)) * (0.8 + 0.2 * np.sin(at.down * 2 * np.pi / 0.012))
    base = plain(at, colour, colour, rng) * (0.80 + 0.28 * rib)[..., None]
    if rng.random() < 0.35:  # noqa: PLR2004 - some have a band across the chest
        base = _mixed(base, linear(second), 0.9 * _soft(0.035 - np.abs(at.down - 0.30), 0.003) * at.trunk)
    return base


def printed(at: Sheet, colour: Colour, second: Colour, rng: np.random.Generator) -> Array:
    """Small scattered blots."""
    base = plain(at, colour, colour, rng)
    size = float(rng.choice([5.0, 8.0]))
    for tone, level in ((linear(second), 0.75), (linear(second) * 0.5, 1.0)):
        blots = noise(rng, size, size * 0.7)
        base = _mixed(base, tone, _soft(blots - level, 0.12))
    return base


PATTERNS: dict[str, Painter] = {
    "plain": plain, "stripes": stripes, "check": check, "denim": denim, "knit": knit, "print": printed,
}  # fmt: skip


def line(at: Array, place: float, wide: float) -> Array:
    """A soft line (…) where `at` is near `place`, both in metres."""
    return np.exp(-(((at - place) / wide) ** 2))


def encoded(light: Array) -> NDArray[np.uint8]:
    """Linear light (h, w, 3) as sRGB bytes."""
    x = np.clip(light, 0, 1)
    curve = np.where(x <= 0.0031308, x * 12.92, 1.055 * x ** (1 / 2.4) - 0.055)  # noqa: PLR2004 - the standard's own
    return np.asarray(np.round(curve * 255), np.uint8)


def _soft(value: Array, wide: float) -> Array:
    return np.clip(value / wide + 0.5, 0, 1)


def _mixed(base: Array, colour: Array, share: Array) -> Array:
    return np.asarray(base * (1 - share)[..., None] + colour * share[..., None])
