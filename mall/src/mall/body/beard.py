"""Beards: short ribbons along the jaw; the paint under them is part of the skin."""

from __future__ import annotations

import numpy as np

from mall.domain.figure import Part
from mall.domain.person import Colour

from .fit import Fit
from .hair import ribbons
from .hair_grow import Roots, scatter
from .hair_styles import Comb, Style
from .mesh import Array
from .shape import Body

FROM = 0.4  # beards shorter than this are paint alone
RIBBONS = 2000


def beard(body: Body, fit: Fit, length: float, colour: Colour, seed: int) -> tuple[Part, ...]:
    """Grow a beard; `length` as in `Looks.beard`. Empty when it is so short that paint does."""
    if length < FROM:
        return ()
    rng = np.random.default_rng([seed, 229])
    roots = scatter("beard", RIBBONS, rng)
    style = Style(Comb.CROWN, RIBBONS, 2, 0.1, 0.1, 0.1, width=0.030, depth=0.05)
    return (ribbons(body, fit, _grown(roots, length, rng), style, colour, rng, "beard"),)


def _grown(roots: Roots, length: float, rng: np.random.Generator) -> Array:
    long = (0.05 + 0.14 * (length - 0.3)) * rng.uniform(0.6, 1.1, len(roots.points))
    chin = np.exp(-((roots.points[:, 1] - 6.25) ** 2) / 0.05)
    long = long * (1 + 0.9 * chin * length)
    down = np.array((0.0, -1.0, 0.0)) + 0.15 * rng.normal(0, 1, roots.points.shape)
    strands = np.empty((len(long), 3, 3))
    strands[:, 0] = roots.points - 0.01 * roots.normals
    way = 0.45 * roots.normals + 0.6 * down
    for number in (1, 2):
        way = way / np.linalg.norm(way, axis=1, keepdims=True)
        strands[:, number] = strands[:, number - 1] + way * (long / 2)[:, None]
        way = way + 0.7 * down
    return strands
