"""Shoes: one smooth volume around the foot, a sole with a rim, laces or straps, and socks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mall.domain.figure import Part, Shade
from mall.domain.person import Colour, Garment

from . import wear_finish as finishing
from . import wear_hull as hull
from . import wear_solids as solids
from .wear_fields import ANKLE
from .wear_fit import Fit
from .wear_solids import Solid

Array = NDArray[np.float64]
SPOKES = 44
ABOVE = 0.05  # metres: higher up the leg the mesh is coarse
RUBBER: Colour = (0.92, 0.91, 0.88)
DARK: Colour = (0.05, 0.045, 0.04)


@dataclass(frozen=True, slots=True)
class Last:
    """The form of a kind of shoe; metres on a foot of 26 cm.

    Attributes:
        sole: thickness under the foot. rim: how far it stands out.
        high: where the collar lies above the ground of the foot, behind; in front it lies lower by `dip`.
        toe: room over the toes. shade: of the upper.
        laces: how many. light_sole: rubber, else dark.
        pointed: how far the toe runs out beyond the foot.
    """

    sole: float
    rim: float
    high: float
    dip: float
    toe: float
    shade: Shade
    laces: int
    light_sole: bool
    pointed: float = 0.006


KINDS: dict[str, Last] = {
    "sneakers": Last(0.026, 0.006, 0.085, 0.012, 0.016, Shade.CLOTH, 5, light_sole=True),
    "leather_shoes": Last(0.020, 0.004, 0.074, 0.010, 0.008, Shade.LEATHER, 3, light_sole=False, pointed=0.018),
    "boots": Last(0.028, 0.005, 0.165, 0.0, 0.012, Shade.LEATHER, 0, light_sole=False, pointed=0.010),
    "flats": Last(0.010, 0.002, 0.052, 0.020, 0.002, Shade.LEATHER, 0, light_sole=False, pointed=0.010),
}


def put_on(fit: Fit, garment: Garment) -> tuple[list[Part], NDArray[np.bool_], float]:
    """Both shoes.

    Returns:
        Their parts, which vertices of the body they cover (n_vertices,), and the lift of the sole, metres.
    """
    last = KINDS[garment.kind]
    parts = []
    hidden = np.zeros(len(fit.canon), bool)
    for side, sign in (("l", 1.0), ("r", -1.0)):
        foot = (fit.canon[:, 1] * sign > 0) & (fit.canon[:, 2] < ANKLE + 0.25)
        part, covered = _shoe(fit, garment, last, side, np.flatnonzero(foot & _skin(fit)))
        parts.append(part)
        hidden |= covered
        fit.lay_part(part, (0.0, sign * 0.2, ANKLE))
    return parts, hidden, last.sole * _size(fit)


def _skin(fit: Fit) -> NDArray[np.bool_]:
    flags = np.zeros(len(fit.canon), bool)
    flags[fit.body.mesh.groups["body"]] = True
    return flags


def _size(fit: Fit) -> float:
    toes = fit.body.skeleton.tails[fit.body.skeleton.names.index("toe1-1.L")]
    heel = fit.body.skeleton.heads[fit.body.skeleton.names.index("foot.L")]
    return float(np.linalg.norm((toes - heel)[:2]) / 0.20)


def _shoe(fit: Fit, garment: Garment, last: Last, side: str, rows: NDArray[np.intp]) -> tuple[Part, NDArray[np.bool_]]:
    """One shoe, built at rest: rings of the foot's outline from the sole up to the collar."""
    size, points = _size(fit), fit.body.points[rows]
    names, heads = fit.body.skeleton.names, fit.body.skeleton.heads
    ankle = heads[names.index(f"foot.{side.upper()}")]
    ahead = fit.body.skeleton.tails[names.index(f"toe1-1.{side.upper()}")] - ankle
    turn = np.arctan2(ahead[1], ahead[0])
    frame = np.array([[np.cos(turn), np.sin(turn), 0], [-np.sin(turn), np.cos(turn), 0], [0, 0, 1]])
    local = (points - ankle * (1, 1, 0)) @ frame.T
    rings = [_ring(local, last, level, size) for level in _levels(last)]
    grid = np.array(rings)
    tone = np.array([np.broadcast_to(c, (SPOKES, 3)) for c in _tones(garment, last)])
    grid[-2:, :, 2] -= (last.dip * size * np.clip(grid[-2:, :, 0] / (0.06 * size), -0.5, 1)) * (last.high < 0.12)  # noqa: PLR2004
    shell = solids.sheet(grid, closed=True)
    bottom = solids.lid(grid[0], up=False)
    pieces, tones = [shell, bottom], [tone.reshape(-1, 3), np.broadcast_to(tone[0, 0], (SPOKES + 1, 3))]
    for lace in _laces(last, grid, size):
        pieces.append(lace)
        tones.append(np.broadcast_to(_lace_tone(garment, last), lace.points.shape))
    whole = solids.joined(*pieces)
    world = whole.points @ frame + ankle * (1, 1, 0)
    part = _part(fit, Solid(world, whole.triangles), np.concatenate(tones), side, last, garment.kind)
    top = last.high * size - 0.018
    covered = np.zeros(len(fit.canon), bool)
    covered[rows] = points[:, 2] < top
    return part, covered


@dataclass(frozen=True, slots=True)
class _Level:
    """One ring: its height, the foot above which height counts, how far outside of it, whether flat or following."""

    z: float
    above: float
    out: float


def _levels(last: Last) -> list[_Level]:
    """From the ground up, metres on a foot of 26 cm; the last two turn inside the collar."""
    upper = np.linspace(0.014, last.high, 9 if last.high > 0.12 else 7)  # noqa: PLR2004
    return [
        _Level(-last.sole, 0.0, last.rim - 0.003), _Level(-last.sole + 0.004, 0.0, last.rim + 0.001),
        _Level(0.004, 0.0, last.rim + 0.001), _Level(0.009, 0.0, last.rim - 0.001), _Level(0.010, 0.0, 0.003),
        *(_Level(float(z), max(0.0, float(z) - last.toe), 0.004 + 0.002 * (z > 0.05)) for z in upper),  # noqa: PLR2004
        _Level(last.high + 0.003, last.high, 0.004), _Level(last.high - 0.02, last.high - 0.02, 0.0015),
    ]  # fmt: skip


def _tones(garment: Garment, last: Last) -> list[Array]:
    upper = finishing.linear(garment.colour)
    sole = finishing.linear(RUBBER if last.light_sole else DARK)
    count = len(_levels(last))
    return [sole * 0.8, sole, sole, sole * 0.92, *[upper] * (count - 6), upper * 0.7, upper * 0.3]


def _ring(local: Array, last: Last, level: _Level, size: float) -> Array:
    """The outline (SPOKES, 3) of the foot above a height, widened; convex, so toes vanish."""
    low = level.above * size
    top = max(low + 0.05, last.high * size + 0.02)
    seen = local[(local[:, 2] >= low - 0.012 * (low > ABOVE)) & (local[:, 2] < top)]
    if low < 0.03 * size:
        long = local[:, 0] > 0.08 * size
        seen = np.concatenate([seen, local[long & (local[:, 2] >= low - 0.01)] + (last.pointed * size, 0, 0)])
    _, outline = hull.outline(seen[:, :2], level.out * size, SPOKES)
    return np.concatenate([outline, np.full((SPOKES, 1), level.z * size)], 1)


def _laces(last: Last, grid: Array, size: float) -> list[Solid]:
    """Short bars across the instep."""
    made = []
    upper = grid[5:-2]
    for k in range(last.laces):
        at = 1.0 + k * (len(upper) - 3.6) / max(last.laces - 1, 1)
        low, part = int(at), at - int(at)
        ring = upper[low] * (1 - part) + upper[min(low + 1, len(upper) - 1)] * part
        front = ring[[(SPOKES - 3) % SPOKES, SPOKES - 2, SPOKES - 1, 0, 1, 2, 3]]
        out = np.zeros_like(front)
        out[:] = (0.0025 * size, 0, 0.003 * size)
        wide = front[:, 1] - front[:, 1].mean()
        path = front + out
        path[:, 1] = front[:, 1].mean() + np.clip(wide, -0.024 * size, 0.024 * size)
        made.append(solids.tube(path, 0.0026 * size, 6))
    return made


def _lace_tone(garment: Garment, last: Last) -> Array:
    return finishing.linear(garment.second) if last.light_sole else finishing.linear(garment.colour) * 0.5


def _part(fit: Fit, solid: Solid, tones: Array, side: str, last: Last, name: str) -> Part:
    names, skeleton = fit.body.skeleton.names, fit.body.skeleton
    end = side.upper()
    foot, toe, shin = (names.index(f"{bone}.{end}") for bone in ("foot", "toe1-1", "lowerleg02"))
    ball, ankle = skeleton.heads[toe], skeleton.heads[foot]
    ahead = (ball - ankle) * (1, 1, 0)
    along = ((solid.points - ball) * ahead).sum(1) / np.sqrt((ahead * ahead).sum())
    bent = np.clip(along / 0.05 + 0.5, 0, 1)
    high = np.clip((solid.points[:, 2] - ankle[2] - 0.005) / 0.05, 0, 1)
    weights = np.zeros((len(solid.points), len(names)))
    weights[:, toe] = bent * (1 - high)
    weights[:, shin] = high
    weights[:, foot] = 1 - weights[:, toe] - weights[:, shin]
    return finishing.rigid(solid, weights, tones, f"{name}-{side}", last.shade)
