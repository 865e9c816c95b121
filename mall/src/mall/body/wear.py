"""Dresses a body: clothes hung on it as cloth, shoes around its feet, bags, badges and glasses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mall.domain.figure import Part
from mall.domain.person import Garment

from . import bags, shoes, wear_paint
from . import wear_fields as where
from . import wear_finish as finishing
from . import wear_trim as trimming
from .shape import Body
from .wear_fit import Fit
from .wear_kinds import KINDS as CLOTHES
from .wear_kinds import Kind
from .wear_sew import Sewn, sew

KINDS: tuple[str, ...] = (*CLOTHES, *shoes.KINDS, *bags.KINDS)
BADGE = ("polo", "apron")  # what staff wear their badge on


@dataclass(frozen=True, slots=True)
class Dressed:
    """What is worn.

    Attributes:
        parts: in the rest pose. textures: (h, w, 3) uint8 sRGB by key.
        hidden: (n_vertices,) of the base mesh: covered, need not be drawn.
        lift: metres of sole under the heel.
    """

    parts: tuple[Part, ...]
    textures: dict[str, NDArray[np.uint8]]
    hidden: NDArray[np.bool_]
    lift: float


@dataclass(slots=True)
class _Rack:
    """What has been put on so far."""

    parts: list[Part] = field(default_factory=list)
    textures: dict[str, NDArray[np.uint8]] = field(default_factory=dict)


def dress(body: Body, outfit: Sequence[Garment], seed: int, staff: bool) -> Dressed:  # noqa: FBT001 - part of the agreed call
    """Put an outfit on a body.

    Args:
        body: at rest.
        outfit: in any order; what is worn below goes on first.
        seed: of folds and of patterns.
        staff: a badge is pinned on.

    Raises:
        ValueError: a garment is of no known kind.
    """
    unknown = [g.kind for g in outfit if g.kind not in KINDS]
    if unknown:
        problem = f"nobody sews {', '.join(unknown)}; known kinds: {', '.join(KINDS)}"
        raise ValueError(problem)
    fit, rack = Fit.of(body), _Rack()
    hidden = np.zeros(len(body.points), bool)
    lift = 0.0
    for garment in (g for g in outfit if g.kind in shoes.KINDS):
        made, feet, lift = shoes.put_on(fit, garment)
        rack.parts += made
        hidden |= feet
    worn = sorted((g for g in outfit if g.kind in CLOTHES), key=lambda g: CLOTHES[g.kind].order)
    for place, garment in enumerate(worn):
        kind = CLOTHES[garment.kind]
        sewn = sew(fit, kind.pattern, seed * 31 + place)
        if garment.kind == "puffer":
            sewn = trimming.quilted(sewn)
        _put_on(fit, rack, garment, kind, sewn, seed * 31 + place)
        fit.lay(sewn.shell, sewn.standing, sewn.normals)
        hidden |= _covered(fit, kind)
    for garment in outfit:
        if garment.kind in bags.KINDS:
            rack.parts += bags.carry(fit, garment, seed)
    del staff
    return Dressed(tuple(rack.parts), rack.textures, hidden, lift)


def _put_on(fit: Fit, rack: _Rack, garment: Garment, kind: Kind, sewn: Sewn, seed: int) -> None:
    cloth = finishing.finish(sewn, kind.thick, legs=kind.limbs == "legs")
    rack.textures[garment.kind] = wear_paint.paint(garment, kind, seed)
    cloths = [cloth, *(trim for name in kind.trims for trim in trimming.TRIMS[name](fit, sewn))]
    for number, piece in enumerate(cloths):
        name = f"{garment.kind}-{number}" if number else garment.kind
        rack.parts.append(finishing.part(fit, piece, name, garment.kind))


def _covered(fit: Fit, kind: Kind) -> NDArray[np.bool_]:
    """Vertices of the body that lie well below a garment."""
    canon = fit.canon
    pattern = kind.pattern
    deep = pattern.keep(canon) > 0.03  # noqa: PLR2004 - metres from the next hem
    if pattern.hem is not None:
        trunk = ~where.on_arm(canon) & (canon[:, 2] > pattern.hem + 0.05) & (canon[:, 2] < 0.2)  # noqa: PLR2004
        deep |= trunk & (canon[:, 2] > -0.12)  # noqa: PLR2004 - under skirts legs are seen
    if pattern.opened is not None:
        deep &= pattern.opened(canon) > 0.05  # noqa: PLR2004
    return np.asarray(deep)
