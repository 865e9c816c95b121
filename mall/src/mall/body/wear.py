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
from . import wear_solids as solids
from . import wear_trim as trimming
from .shape import Body
from .wear_fit import Fit
from .wear_head import HEADWEAR, glasses, under_hat
from .wear_kinds import KINDS as CLOTHES
from .wear_kinds import Kind
from .wear_sew import Sewn, sew

__all__ = ["KINDS", "Dressed", "dress", "glasses"]

KINDS: tuple[str, ...] = (*CLOTHES, *shoes.KINDS, *HEADWEAR, *bags.KINDS, "badge")
Array = NDArray[np.float64]
OVER = 4  # garments of this order and above go over collars
PINNED = (0.085, 0.36)  # where the badge is: canonical y and z


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
    """What has been put on so far, and what it hides."""

    hidden: NDArray[np.bool_]
    parts: list[Part] = field(default_factory=list)
    textures: dict[str, NDArray[np.uint8]] = field(default_factory=dict)


def dress(body: Body, outfit: Sequence[Garment], seed: int, staff: bool) -> Dressed:  # noqa: FBT001 - as agreed
    """Put an outfit on a body.

    Args:
        body: at rest.
        outfit: in any order; what is worn below goes on first.
        seed: of folds and of patterns.
        staff: a badge is pinned on.

    Raises:
        ValueError: a garment is of no known kind or pattern.
    """
    unknown = [g.kind for g in outfit if g.kind not in KINDS]
    if unknown:
        problem = f"nobody sews {', '.join(unknown)}; known kinds: {', '.join(KINDS)}"
        raise ValueError(problem)
    fit, rack = Fit.of(body), _Rack(np.zeros(len(body.points), bool))
    lift = 0.0
    for garment in (g for g in outfit if g.kind in shoes.KINDS):
        made, feet, lift = shoes.put_on(fit, garment)
        rack.parts += made
        rack.hidden |= feet
    _clothe(rack, fit, sorted((g for g in outfit if g.kind in CLOTHES), key=lambda g: CLOTHES[g.kind].order), seed)
    for garment in outfit:
        if garment.kind in bags.KINDS:
            rack.parts += bags.carry(fit, garment, seed)
        elif garment.kind in HEADWEAR:
            rack.parts += HEADWEAR[garment.kind](fit, garment)
            rack.hidden |= under_hat(fit, garment.kind)
    if staff or any(g.kind == "badge" for g in outfit):
        rack.parts += _badge(fit)
    return Dressed(tuple(rack.parts), rack.textures, rack.hidden, lift)


def _clothe(rack: _Rack, fit: Fit, worn: list[Garment], seed: int) -> None:
    """Clothes, from the innermost outwards."""
    trims: list[tuple[str, str, Sewn]] = []
    for place, garment in enumerate(worn):
        kind, own = CLOTHES[garment.kind], seed * 31 + place
        sewn = sew(fit, kind.pattern, own)
        if garment.kind == "puffer":
            sewn = trimming.quilted(sewn)
        above = [CLOTHES[other.kind] for other in worn[place + 1 :]]
        trims.append((_put_on(rack, fit, garment, above, sewn, own), garment.kind, sewn))
        fit.lay(sewn.shell, sewn.standing, sewn.normals)
        rack.hidden |= _covered(fit.canon, kind)
        if not above or above[0].order >= OVER:
            _trim(rack, fit, trims)
            trims.clear()


def _put_on(rack: _Rack, fit: Fit, garment: Garment, above: list[Kind], sewn: Sewn, seed: int) -> str:
    """Hang up a garment without what those above it cover; return its texture's key."""
    kind = CLOTHES[garment.kind]
    bare = sewn
    for outer in above:
        covered = _covered(bare.shell.canon, outer)
        bare = bare.without(np.asarray(covered[bare.shell.triangles].all(1), bool))
    cloth = finishing.finish(sewn, kind.thick, legs=kind.limbs == "legs", seen=bare.shell.triangles)
    key = garment.kind if garment.kind not in rack.textures else f"{garment.kind}-{len(rack.textures)}"
    rack.textures[key] = wear_paint.paint(garment, kind, seed)
    rack.parts.append(finishing.part(fit, cloth, key, key))
    return key


def _trim(rack: _Rack, fit: Fit, garments: list[tuple[str, str, Sewn]]) -> None:
    """Collars and the like, once all that lies below them is worn: a shirt's collar lies on the sweater."""
    for key, kind, sewn in garments:
        pieces = [piece for name in CLOTHES[kind].trims for piece in trimming.TRIMS[name](fit, sewn)]
        rack.parts += [finishing.part(fit, piece, f"{key}-{n}", key) for n, piece in enumerate(pieces, 1)]


def _badge(fit: Fit) -> list[Part]:
    """A white badge with a line of print, pinned to the left of the chest."""
    away = np.hypot(fit.canons[:, 1] - PINNED[0], fit.canons[:, 2] - PINNED[1])
    near = np.flatnonzero((away < 0.015) & (fit.canons[:, 0] > 0))  # noqa: PLR2004 - metres
    chosen = near[np.argmax(fit.points[near, 0])]
    at, ahead = fit.points[chosen], fit.normals[near].mean(0)
    ahead = ahead / np.sqrt(ahead @ ahead)
    side = np.cross((0.0, 0.0, 1.0), ahead)
    side = side / np.sqrt(side @ side)
    frame = np.array([ahead, side, np.cross(ahead, side)])
    made = []
    for name, colour, size, shift in (
        ("badge", (0.93, 0.93, 0.91), (0.006, 0.078, 0.046), (0.010, 0.0, 0.0)),
        ("badge-print", (0.10, 0.12, 0.14), (0.006, 0.054, 0.008), (0.011, 0.0, 0.006)),
        ("badge-stripe", (0.05, 0.45, 0.45), (0.006, 0.078, 0.010), (0.011, 0.0, -0.017)),
    ):
        solid = solids.box(np.array(shift), size, 8.0, 8)
        turned = solids.Solid(solid.points @ frame + at, solid.triangles)
        bones = {"spine01": 0.6, "spine02": 0.4}
        made.append(bags.hung(fit, turned, bones, finishing.linear(colour), name))
    return made


def _covered(canon: Array, kind: Kind) -> NDArray[np.bool_]:
    """Which canonical places (n, 3) lie well below a garment."""
    pattern = kind.pattern
    deep = pattern.keep(canon) > 0.03  # noqa: PLR2004 - metres from the next hem
    if pattern.hem is not None and pattern.opened is None:
        # Below the waist it goes on to its hem; yet under skirts and coats legs are seen.
        low = max(pattern.hem + 0.05, -0.10)
        deep |= ~where.on_arm(canon) & (canon[:, 2] > low) & (canon[:, 2] < 0.12)  # noqa: PLR2004
    if pattern.opened is not None:
        deep &= pattern.opened(canon) > 0.06  # noqa: PLR2004
    return np.asarray(deep)
