"""What a garment looks like: its pattern, then the seams, buttons and pockets of its kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mall.domain.person import Garment

from . import cloth
from . import wear_fields as where
from .cloth import Sheet, line
from .wear_finish import TOP, linear
from .wear_kinds import Kind

Array = NDArray[np.float64]
Detail = Callable[[Sheet, Array, Garment], Array]
STITCH = 0.0022  # metres, half a seam's width
BACK = 0.51  # metres around from the front to the seam behind


def paint(garment: Garment, kind: Kind, seed: int) -> NDArray[np.uint8]:
    """The garment's texture, (1024, 512, 3) uint8 sRGB.

    Raises:
        ValueError: there is no such pattern.
    """
    if garment.pattern not in cloth.PATTERNS:
        problem = f"there is no pattern {garment.pattern}; known: {', '.join(cloth.PATTERNS)}"
        raise ValueError(problem)
    rng = np.random.default_rng([seed, 11])
    at = cloth.sheet(kind.limbs)
    light = cloth.PATTERNS[garment.pattern](at, garment.colour, garment.second, rng)
    light = light * (1 + 0.05 * cloth.noise(rng, 22, 34) + 0.03 * cloth.noise(rng, 5, 9))[..., None]
    for name in (kind.limbs, kind.details):
        if name in DETAILS:
            light = DETAILS[name](at, light, garment)
    return cloth.encoded(light)


def _dark(light: Array, mask: NDArray[Any], by: float) -> Array:
    return np.asarray(light * (1 - 0.8 * by * np.clip(mask, 0, 1))[..., None])


def _tinted(light: Array, mask: Array, colour: Array) -> Array:
    share = np.clip(mask, 0, 1)[..., None]
    return np.asarray(light * (1 - share) + colour * share)


def _inside(value: Array, low: float, high: float, soft: float = 0.002) -> Array:
    """1 between `low` and `high`, soft at the ends."""
    return np.clip((value - low) / soft + 0.5, 0, 1) * np.clip((high - value) / soft + 0.5, 0, 1)


def arms(at: Sheet, light: Array, garment: Garment) -> Array:
    """What all tops have: shade at the armhole's seam, below the arms, and down the sides."""
    del garment
    sleeve = ~at.trunk
    light = _dark(light, sleeve * line(at.height, 0.06, 0.02), 0.28)
    light = _dark(light, sleeve * np.exp(-(((at.height - 0.0) / 0.25) ** 2)) * (np.abs(at.across) > 0.12), 0.15)  # noqa: PLR2004
    side = at.trunk & (at.height < where.ARMPIT)
    return _dark(light, side * line(np.abs(at.across), 0.255, 0.003), 0.30)


def legs(at: Sheet, light: Array, garment: Garment) -> Array:
    """What all trousers have: seams inside and outside, a fly, pockets, a waistband; darker between the legs."""
    del garment
    leg = ~at.trunk
    for place in (-0.125, 0.125):
        light = _dark(light, leg * line(at.across, place, 0.003), 0.38)
        light = light * (1 + 0.10 * leg * line(at.across, place + 0.006, 0.002))[..., None]
    light = _dark(light, leg * line(at.across, -0.125, 0.05) * where.step(at.height, -0.30, -0.05), 0.18)
    hips = at.trunk & (at.height < 0.18)  # noqa: PLR2004 - the waistband
    light = _dark(light, hips * _inside(at.height, 0.098, 0.102, 0.003), 0.45)
    light = _dark(light, hips * line(at.across, 0.0, STITCH) * (at.height < 0.1), 0.40)  # noqa: PLR2004
    light = _dark(light, hips * line(at.across, 0.022, STITCH) * _inside(at.height, 0.0, 0.10), 0.28)
    light = _dark(light, hips * line(np.abs(at.across), BACK, 0.003), 0.40)
    slant = np.abs(at.across) - 0.10 - (0.095 - at.height) * 0.55
    return _dark(light, hips * line(slant, 0.0, 0.0035) * _inside(at.height, -0.03, 0.098), 0.50)


def jeans(at: Sheet, light: Array, garment: Garment) -> Array:
    """Thread of another colour, patch pockets behind, belt loops, a button."""
    del garment
    thread = linear((0.70, 0.50, 0.26))
    back = np.abs(np.abs(at.across) - 0.40)
    box = np.maximum(back - 0.055, np.abs(at.height - 0.0) - 0.055)
    light = _tinted(light, 0.55 * at.trunk * line(box, 0.0, 0.002), thread)
    light = _dark(light, at.trunk * _inside(box, -0.2, 0.0), 0.06)
    light = _tinted(light, 0.5 * at.trunk * line(at.height, 0.105, 0.0016), thread)
    light = _tinted(light, 0.5 * ~at.trunk * line(at.height, -0.738, 0.0016), thread)
    loops = np.abs((np.abs(at.across) % 0.17) - 0.085)
    light = _dark(light, at.trunk * _inside(loops, -1, 0.006) * _inside(at.height, 0.10, 0.15), 0.3)
    return _buttons(at, light, (0.12,), linear((0.55, 0.42, 0.25)), 0.008)


def chinos(at: Sheet, light: Array, garment: Garment) -> Array:
    """A crease down each leg, welt pockets behind."""
    del garment
    light = light * (1 + 0.10 * ~at.trunk * line(at.across, 0.0, 0.006))[..., None]
    welt = _inside(np.abs(np.abs(at.across) - 0.39), -1, 0.06) * line(at.height, 0.03, 0.003)
    return _dark(light, at.trunk * welt, 0.5)


def _buttons(
    at: Sheet, light: Array, heights: tuple[float, ...], colour: Array, size: float = 0.006, x: float = 0.0
) -> Array:
    for height in heights:
        far = np.sqrt((at.across - x) ** 2 + (at.height - height) ** 2)
        light = _dark(light, at.trunk * np.exp(-((far / (size * 1.6)) ** 2)), 0.35)
        light = _tinted(light, at.trunk * _inside(far, -1, size), colour)
    return light


def _placket(at: Sheet, light: Array, low: float, high: float, wide: float = 0.016) -> Array:
    span = at.trunk * _inside(at.height, low, high)
    light = light * (1 + 0.05 * span * _inside(np.abs(at.across), -1, wide))[..., None]
    for edge in (-wide, wide):
        light = _dark(light, span * line(at.across, edge, STITCH), 0.32)
    return light


def shirt(at: Sheet, light: Array, garment: Garment) -> Array:
    """A placket with buttons, a yoke, a pocket, cuffs."""
    light = _placket(at, light, -0.2, 0.56)
    bright = linear(garment.colour) * 0.35 + linear((0.85, 0.84, 0.80)) * 0.5
    light = _buttons(at, light, (0.50, 0.42, 0.34, 0.26, 0.18, 0.10, 0.02), bright, 0.0055)
    box = np.maximum(np.abs(at.across - 0.10) - 0.048, np.abs(at.height - 0.36) - 0.055)
    light = _dark(light, at.trunk * line(box, 0.0, STITCH), 0.28)
    return _cuffs(at, light, 1.80)


def polo(at: Sheet, light: Array, garment: Garment) -> Array:
    """A short placket, ribs at the sleeves."""
    light = _placket(at, light, 0.36, 0.58, 0.014)
    bright = linear(garment.second)
    light = _buttons(at, light, (0.49, 0.43, 0.38), bright * 0.8, 0.005)
    return _dark(light, ~at.trunk * _inside(at.height, 0.50, 0.53, 0.02), 0.25)


def tee(at: Sheet, light: Array, garment: Garment) -> Array:
    """Stitches along the hems."""
    del garment
    light = _dark(light, ~at.trunk * line(at.height, 0.54, 0.012), 0.22)
    return _dark(light, at.trunk * line(at.height, -0.028, 0.0025), 0.22)


def sweater(at: Sheet, light: Array, garment: Garment) -> Array:
    """Ribs at hem and cuffs."""
    del garment
    ribs = np.abs(np.sin(at.across * np.pi / 0.009))
    hem = np.where(at.trunk, _inside(at.height, -0.2, 0.015, 0.004), _inside(at.height, 1.78, 3.0, 0.03))
    light = light * (1 - 0.30 * hem * (1 - ribs))[..., None]
    edge = np.where(at.trunk, line(at.height, 0.016, 0.003), line(at.height, 1.77, 0.02))
    return _dark(light, edge, 0.35)


def hoodie(at: Sheet, light: Array, garment: Garment) -> Array:
    """Ribs, and a pocket across the belly."""
    light = sweater(at, light, garment)
    wide = np.abs(at.across) - 0.17 + np.maximum(at.height - 0.09, 0) * 0.75
    box = np.maximum(wide, np.abs(at.height - 0.095) - 0.075)
    light = _dark(light, at.trunk * line(box, 0.0, 0.003), 0.45)
    opening = at.trunk * _inside(wide, -0.004, 0.012) * _inside(at.height, 0.05, 0.165)
    return _dark(light, opening, 0.35)


def cardigan(at: Sheet, light: Array, garment: Garment) -> Array:
    """Ribs, and a band along the front."""
    light = sweater(at, light, garment)
    light = _dark(light, at.trunk * line(np.abs(at.across), 0.062, 0.003), 0.3)
    return _pockets(at, light, 0.15, 0.03, 0.055, 0.06)


def blazer(at: Sheet, light: Array, garment: Garment) -> Array:
    """Flap pockets, one on the chest, darts, a button, buttons at the cuffs."""
    light = _pockets(at, light, 0.145, 0.015, 0.07, 0.024)
    chest = np.maximum(np.abs(at.across - 0.125) - 0.045, np.abs(at.height - 0.345) - 0.010)
    light = _dark(light, at.trunk * line(chest, 0.0, 0.0025), 0.4)
    light = _dark(light, at.trunk * line(np.abs(at.across), 0.10, 0.003) * _inside(at.height, 0.05, 0.27), 0.25)
    light = _dark(light, at.trunk * line(np.abs(at.across), BACK, 0.004), 0.35)
    light = _buttons(at, light, (0.13, 0.05), linear(garment.colour) * 0.35, 0.008, 0.028)
    return _cuff_buttons(at, light, garment)


def coat(at: Sheet, light: Array, garment: Garment) -> Array:
    """Slanted pockets, a row of large buttons, a seam behind."""
    slant = np.abs(at.across) - 0.17 - (0.05 - at.height) * 0.3
    light = _dark(light, at.trunk * line(slant, 0.0, 0.007) * _inside(at.height, -0.05, 0.08), 0.55)
    light = _dark(light, at.trunk * line(np.abs(at.across), BACK, 0.004), 0.35)
    light = _buttons(at, light, (0.22, 0.10, -0.02, -0.14), linear(garment.colour) * 0.30, 0.011, 0.036)
    return _cuffs(at, light, 1.68)


def puffer(at: Sheet, light: Array, garment: Garment) -> Array:
    """Seams between the pads, and a zip."""
    down = np.where(at.trunk, TOP - at.height, 0.30 + at.height * 0.25)
    from_seam = np.abs(((down / 0.075 + 0.5) % 1.0) - 0.5) * 0.075
    light = _dark(light, np.exp(-((from_seam / 0.009) ** 2)), 0.45)
    light = light * (1 + 0.12 * np.clip((from_seam - 0.012) / 0.02, 0, 1))[..., None]
    wrinkle = np.abs(np.sin(at.across * 2 * np.pi / 0.045 + 3 * np.sin(down * 90)))
    light = _dark(light, np.exp(-((from_seam / 0.016) ** 2)) * wrinkle, 0.22)
    light = _tinted(light, 0.9 * at.trunk * _inside(np.abs(at.across), -1, 0.006), linear(garment.colour) * 0.25)
    light = _tinted(light, 0.8 * at.trunk * _inside(np.abs(at.across), -1, 0.0018), linear((0.6, 0.6, 0.62)))
    return _cuffs(at, light, 1.86)


def dress(at: Sheet, light: Array, garment: Garment) -> Array:
    """A seam at the waist."""
    del garment
    light = _dark(light, at.trunk * line(at.height, 0.185, 0.006), 0.4)
    return _dark(light, at.trunk * line(at.height, -0.368, 0.002), 0.3)


def apron(at: Sheet, light: Array, garment: Garment) -> Array:
    """A large pocket, stitched edges."""
    del garment
    box = np.maximum(np.abs(at.across) - 0.12, np.abs(at.height + 0.02) - 0.07)
    light = _dark(light, at.trunk * line(box, 0.0, 0.003), 0.5)
    return _dark(light, at.trunk * line(at.height, 0.17, 0.004), 0.35)


def skirt(at: Sheet, light: Array, garment: Garment) -> Array:
    """A waistband, and a zip at the side."""
    del garment
    light = _dark(light, at.trunk * line(at.height, 0.165, 0.003), 0.5)
    return _dark(light, at.trunk * line(at.across, 0.255, 0.002) * _inside(at.height, 0.03, 0.2), 0.5)


def _pockets(at: Sheet, light: Array, x: float, z: float, wide: float, high: float) -> Array:
    box = np.maximum(np.abs(np.abs(at.across) - x) - wide, np.abs(at.height - z) - high)
    light = _dark(light, at.trunk * line(box, 0.0, 0.003), 0.42)
    below = at.trunk * (box > 0) * np.exp(-((box / 0.008) ** 2)) * (at.height < z)
    return _dark(light, below, 0.30)


def _cuffs(at: Sheet, light: Array, share: float) -> Array:
    return _dark(light, ~at.trunk * line(at.height, share, 0.016), 0.40)


def _cuff_buttons(at: Sheet, light: Array, garment: Garment) -> Array:
    spots = np.zeros(at.across.shape)
    for k in range(3):
        far = np.hypot(at.across - 0.10, (at.height - 1.93 + 0.05 * k) * cloth.ARM_METRES)
        spots = np.maximum(spots, _inside(far, -1, 0.006))
    return _tinted(light, spots * ~at.trunk, linear(garment.colour) * 0.35)


DETAILS: dict[str, Detail] = {
    "arms": arms, "legs": legs, "jeans": jeans, "chinos": chinos, "shirt": shirt, "polo": polo, "tee": tee,
    "sweater": sweater, "hoodie": hoodie, "cardigan": cardigan, "blazer": blazer, "coat": coat, "puffer": puffer,
    "dress": dress, "skirt": skirt, "apron": apron,
}  # fmt: skip
