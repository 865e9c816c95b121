"""The patterns of garments: where each is cut, how loose it is, and how it falls."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from . import wear_fields as where
from .wear_fields import step
from .wear_sew import Map, Pattern, same

Array = NDArray[np.float64]
TRUNK_CUT = 0.035  # tops are cut from the tights down to here, and lengthened below


def top(neck: tuple[float, float], sleeve: float, vee: float = 0.0) -> Map:
    """Where a top is cut: neckline (front, back), how far the sleeves go (0 shoulder, 1 elbow, 2 wrist)."""

    def keep(canon: Array) -> Array:
        arm, share = where.on_arm(canon), where.arm_share(canon)
        open_neck = where.neckline(canon, neck[0], neck[1], vee)
        return np.minimum(np.minimum(open_neck, canon[:, 2] - TRUNK_CUT), np.where(arm, sleeve - share, 1.0) * 0.22)

    return keep


def legs(high: float, low: float) -> Map:
    """Where legwear is cut: canonical heights of waistband and hem."""

    def keep(canon: Array) -> Array:
        dip = 0.10 * np.clip(canon[:, 0], -0.1, 0.1)  # waistbands are lower in front
        return np.minimum(high - dip - canon[:, 2], canon[:, 2] - low)

    return keep


def open_front(wide: float, high: float, spread: float) -> Map:
    """Positive outside an opening in front: `wide` below the height `high`, wider by `spread` a metre above it."""

    def keep(canon: Array) -> Array:
        half = wide + spread * np.maximum(canon[:, 2] - high, 0.0) + 0.06 * np.maximum(high - 0.1 - canon[:, 2], 0.0)
        return np.where(canon[:, 0] > 0.02, np.abs(canon[:, 1]) - half, 0.2)  # noqa: PLR2004 - in front

    return keep


def shoulders(canon: Array) -> Array:
    """Tops hang from the shoulders."""
    return np.where(where.on_arm(canon), 0.0, 0.5 * step(canon[:, 2], 0.49, 0.55))


def yoke(canon: Array) -> Array:
    """0 on shoulders and chest, 1 where a top falls."""
    share = where.arm_share(canon)
    return np.where(where.on_arm(canon), 0.9 * step(share, 0.05, 0.5), step(canon[:, 2], 0.46, 0.34))


def eased(trunk: float, arm: float, cuff: float = 0.0, rib: float = 0.0) -> Map:
    """Looseness of a top: on the trunk, the sleeves, less at cuffs, less at a ribbed hem below the hips."""

    def ease(canon: Array) -> Array:
        on_arm, share = where.on_arm(canon), where.arm_share(canon)
        sleeve = arm * (0.3 + 0.7 * step(share, 0.1, 0.6))
        sleeve = sleeve - (arm - cuff) * step(share, 1.55, 1.95) if cuff else sleeve
        body = 0.004 + (trunk - 0.004) * step(canon[:, 2], 0.46, 0.30) - rib * step(canon[:, 2], 0.02, -0.03)
        return np.where(on_arm, sleeve, body)

    return ease


def fuller(trunk: float, arm: float, elbow: float = 0.0) -> Map:
    """How much more cloth than surface: on the trunk, on sleeves, and heaped around elbow and wrist."""

    def more(canon: Array) -> Array:
        on_arm, share = where.on_arm(canon), where.arm_share(canon)
        heap = elbow * (np.exp(-(((share - 1.0) / 0.25) ** 2)) + step(share, 1.45, 1.75))
        return np.where(on_arm, arm + heap, 1.02 + (trunk - 1.02) * step(canon[:, 2], 0.47, 0.25))

    return more


def _bib(canon: Array) -> Array:
    """An apron: a bib on the chest, and a front that reaches around the hips."""
    x, y, z = canon.T
    half = 0.105 + 0.30 * np.clip(0.30 - z, 0, 0.5)
    return np.asarray(np.where(z > 0.17, np.minimum(half - np.abs(y), (x - 0.03) * 2), x - 0.005))  # noqa: PLR2004


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of garment.

    Attributes:
        pattern: its cut. limbs: what the texture's lower half shows.
        thick: of the cloth, metres. order: the smaller, the nearer to the skin.
        trims: names of what is added: collar, lapels, hood, ribs, cuffs, zip.
        details: what is painted on: shirt, tee, jeans, ...
    """

    pattern: Pattern
    limbs: str = "arms"
    thick: float = 0.003
    order: int = 2
    trims: tuple[str, ...] = ()
    details: str = ""


_TEE = Pattern(
    top((0.075, 0.012), 0.62), ease=eased(0.012, 0.014), around=fuller(1.09, 1.10), along=fuller(1.04, 1.04),
    loose=yoke, slopes=(0.30, 0.10, 0.1), firm=shoulders, hem=-0.055, flare=0.03,
)  # fmt: skip
_LONG = replace(
    _TEE, keep=top((0.06, 0.008), 1.97), ease=eased(0.014, 0.013, 0.004), around=fuller(1.10, 1.10),
    along=fuller(1.04, 1.05, 0.10), slopes=(0.28, 0.16, 0.1),
)  # fmt: skip
_SWEATER = replace(
    _LONG, gap=0.008, keep=top((0.055, 0.004), 2.0), ease=eased(0.020, 0.018, 0.003, 0.014), around=fuller(1.12, 1.13),
    along=fuller(1.06, 1.06, 0.12), hem=-0.045, flare=0.0, bend=0.22, crumple=0.0015,
)  # fmt: skip
_JACKET = replace(
    _LONG, gap=0.008, keep=top((0.05, -0.004), 1.99), ease=eased(0.012, 0.012), around=fuller(1.05, 1.05),
    along=fuller(1.02, 1.03, 0.05), hem=-0.115, flare=0.06, bend=0.45, slopes=(0.40, 0.12, 0.1), hold=0.05, fold=0.006,
)  # fmt: skip
_JEANS = Pattern(
    legs(0.145, -0.70), gap=0.004, cuff=0.055, ease=lambda c: 0.003 + 0.010 * step(c[:, 2], -0.08, -0.45),
    around=lambda c: 1.03 + 0.06 * step(c[:, 2], -0.05, -0.3),
    along=lambda c: 1.02 + 0.03 * step(c[:, 2], -0.25, -0.35) + 0.03 * step(c[:, 2], -0.52, -0.66),
    loose=lambda c: step(c[:, 2], -0.06, -0.22), slopes=(0.3, 0.15, 0.07),
    firm=lambda c: 0.6 * step(c[:, 2], 0.02, 0.10), split=True,
)  # fmt: skip
_SKIRT = Pattern(
    lambda c: np.minimum(0.20 - c[:, 2], c[:, 2] - TRUNK_CUT), gap=0.004, ease=same(0.004),
    around=lambda c: 1.03 + 0.14 * step(c[:, 2], 0.05, -0.3), firm=lambda c: 0.7 * step(c[:, 2], 0.08, 0.16),
    hem=-0.34, flare=0.14, loose=same(1.0), hold=0.01,
)  # fmt: skip

KINDS: dict[str, Kind] = {
    "tee": Kind(_TEE, trims=("band",), details="tee"),
    "shirt": Kind(
        replace(_LONG, keep=top((0.07, 0.012), 1.99), hem=-0.085, flare=0.06), trims=("collar",), details="shirt"
    ),
    "polo": Kind(replace(_TEE, keep=top((0.07, 0.012), 0.6)), trims=("collar",), details="polo"),
    "sweater": Kind(_SWEATER, thick=0.005, order=3, trims=("band",), details="sweater"),
    "hoodie": Kind(
        replace(_SWEATER, gap=0.009, ease=eased(0.026, 0.022, 0.005, 0.016)), thick=0.006, order=3,
        trims=("hood",), details="hoodie",
    ),
    "cardigan": Kind(
        replace(_SWEATER, hem=-0.10, ease=eased(0.018, 0.016, 0.004), opened=open_front(0.035, 0.2, 0.12)),
        thick=0.005, order=4, details="cardigan",
    ),
    "blazer": Kind(
        replace(_JACKET, opened=open_front(0.010, 0.10, 0.15)), thick=0.005, order=4, trims=("lapels",),
        details="blazer",
    ),
    "coat": Kind(
        replace(_JACKET, gap=0.010, hem=-0.36, ease=eased(0.020, 0.018), flare=0.07, slopes=(0.30, 0.12, 0.1),
                opened=open_front(0.010, 0.24, 0.22)),
        thick=0.007, order=5, trims=("lapels",), details="coat",
    ),
    "puffer": Kind(
        replace(_SWEATER, gap=0.014, keep=top((0.03, -0.012), 2.0), ease=eased(0.034, 0.028, 0.012, 0.012), bend=0.5,
                around=fuller(1.02, 1.02), along=fuller(1.0, 1.0), hem=-0.05, crumple=0.0, fold=0.0),
        thick=0.012, order=5, trims=("stand",), details="puffer",
    ),
    "dress": Kind(
        replace(_TEE, keep=top((0.085, 0.02), 0.45), hem=-0.38, flare=0.16, slopes=(0.45, 0.12, 0.1),
                ease=eased(0.005, 0.010), hold=0.012,
                around=lambda c: 1.04 + 0.12 * step(c[:, 2], 0.08, -0.3)),
        details="dress",
    ),
    "apron": Kind(
        replace(_LONG, keep=lambda c: np.minimum(0.40 - c[:, 2], np.where(where.on_arm(c), -1, c[:, 2] - TRUNK_CUT)),
                ease=same(0.006), around=same(1.02), along=same(1.01), loose=same(1.0), hem=-0.26, flare=0.03,
                firm=lambda c: 0.5 * step(c[:, 2], 0.14, 0.18), opened=_bib, fold=0.003),
        order=4, trims=("ties",), details="apron",
    ),
    "skirt": Kind(_SKIRT, order=3, details="skirt"),
    "jeans": Kind(_JEANS, "legs", order=1, details="jeans"),
    "chinos": Kind(
        replace(_JEANS, ease=lambda c: 0.005 + 0.014 * step(c[:, 2], -0.06, -0.3), slopes=(0.3, 0.15, 0.06)), "legs",
        order=1, details="chinos",
    ),
    "leggings": Kind(
        replace(_JEANS, keep=legs(0.16, -0.725), gap=0.002, cuff=0.0, fold=0.001, ease=same(0.0), loose=same(0.0),
                around=same(1.0), along=same(1.0), hold=0.3, crumple=0.0),
        "legs", thick=0.0015, order=1, details="leggings",
    ),
    "shorts": Kind(
        replace(_JEANS, keep=legs(0.145, -0.33), cuff=0.0, ease=lambda c: 0.004 + 0.022 * step(c[:, 2], -0.05, -0.3),
                slopes=(0.3, 0.15, 0.0)),
        "legs", order=1, details="chinos",
    ),
}  # fmt: skip
