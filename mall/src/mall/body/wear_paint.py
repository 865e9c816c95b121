"""What a garment looks like: its pattern, then the seams, buttons and pockets of its kind."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mall.domain.person import Garment

from . import cloth
from .wear_kinds import Kind


def paint(garment: Garment, kind: Kind, seed: int) -> NDArray[np.uint8]:
    """The garment's texture, (1024, 1024, 3) uint8 sRGB."""
    rng = np.random.default_rng([seed, 11])
    at = cloth.sheet(kind.limbs)
    light = cloth.PATTERNS[garment.pattern](at, garment.colour, garment.second, rng)
    return cloth.encoded(light)
