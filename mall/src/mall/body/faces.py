"""One face's difference from another: a seed chooses how far each of the mesh's small targets goes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np

from mall.domain.person import Build

from . import source

FOLDERS = ("head", "forehead", "eyebrows", "eyes", "nose", "mouth", "cheek", "chin", "ears", "neck")
# Opposite ends of one axis, as target names have them.
ENDS = (
    ("-decr", "-incr"), ("-down", "-up"), ("-in", "-out"), ("-backward", "-forward"), ("-concave", "-convex"),
    ("-compress", "-uncompress"),
)  # fmt: skip
# How far an axis may go, where its full length (1) would look wrong or tear eyes and lids.
LIMITS = {
    "head-age": 0.0, "head-angle": 0.3, "head-trans": 0.0, "head-scale-depth": 0.4, "head-scale-horiz": 0.45,
    "head-scale-vert": 0.35, "head-back-scale-depth": 0.5, "head-fat": 0.6, "forehead-nubian": 0.15,
    "forehead-scale-vert": 0.3,
    "forehead-trans": 0.5, "eye-trans": 0.55, "eye-scale": 0.5, "eye-push": 0.4, "eye-height": 0.45,
    "eye-epicanthus": 0.5, "eye-bag": 0.5, "eye-corner": 0.6, "eyebrows-trans": 0.7, "eyebrows-angle": 0.7,
    "mouth-trans-in": 0.15, "mouth-trans": 0.5, "mouth-dimples": 0.3, "mouth-laugh": 0.4, "mouth-scale-depth": 0.4,
    "mouth-scale-horiz": 0.7, "mouth-scale-vert": 0.6, "mouth-philtrum": 0.6, "mouth-angles": 0.4, "nose-trans-in": 0.1,
    "nose-trans": 0.5, "nose-scale-depth": 0.55, "nose-scale-vert": 0.6, "nose-scale-horiz": 0.7, "chin-jaw-drop": 0.5,
    "chin-prognathism": 0.5, "chin-height": 0.7, "neck-trans": 0.1, "neck-double": 0.3, "neck-scale": 0.35,
    "measure-neck": 0.3, "neck-back": 0.3, "ear-wing": 0.4, "ear-shape": 0.5, "ear-trans": 0.3, "ear-flap": 0.3,
    "ear-rot": 0.4, "ear-scale": 0.5,
}  # fmt: skip
FORMS = ("oval", "round", "square", "rectangular", "triangular", "invertedtriangular", "diamond")
BOLD = 0.28  # the share of axes that make a face one's own; the others hardly move
CHILD = 0.6  # children's features are smaller


def targets(build: Build) -> Iterator[tuple[str, float]]:
    """Yield the face's targets and their shares; the same for the same seed, strength and years."""
    rng = np.random.default_rng([build.face, 101])
    strength = build.strength * (CHILD if build.years < 13 else 1.0)  # noqa: PLR2004 - the trade's border of a child
    form = FORMS[rng.integers(len(FORMS))]
    yield f"head/head-{form}", strength * float(rng.uniform(0.1, 0.5))
    for low, high, limit in _axes():
        bold = rng.random() < BOLD
        sign = 1.0 if rng.random() < 0.5 else -1.0  # noqa: PLR2004 - either way
        far = rng.uniform(0.45, 1.0) if bold else abs(rng.normal(0.0, 0.16))
        share = float(min(far, 1.0) * limit * strength)
        for name in _sides(high if sign > 0 else low):
            yield name, share * float(1 + 0.1 * rng.normal() if "/l-" in name else 1.0)
    for name in _asymmetric():
        yield name, float(abs(rng.normal(0.0, 0.12)) * strength)
    smile = float(rng.uniform(0.0, 0.35))
    yield "expression/units/caucasian/mouth-corner-puller", smile


def _sides(name: str) -> tuple[str, ...]:
    return (name, name.replace("/l-", "/r-")) if "/l-" in name else (name,)


@cache
def _axes() -> tuple[tuple[str, str, float], ...]:
    """Both ends of each axis, and how far it goes; what has no opposite end is left out."""
    known = frozenset(source.target_names())
    found = []
    for name in source.target_names():
        folder, plain = name.split("/")[0], name.split("/")[-1]
        if folder not in FOLDERS or plain.startswith("r-"):
            continue
        for low, high in ENDS:
            if name.endswith(low) and name[: -len(low)] + high in known:
                limit = _limit(plain.removeprefix("l-"))
                found.append((name, name[: -len(low)] + high, limit))
    return tuple(axis for axis in found if axis[2] > 0)


def _limit(plain: str) -> float:
    fitting = [start for start in LIMITS if plain.startswith(start)]
    return LIMITS[max(fitting, key=len)] if fitting else 0.8


@cache
def _asymmetric() -> tuple[str, ...]:
    return tuple(name for name in source.target_names() if name.startswith("asym/"))
