"""Sews one garment: cut from the tights, widened to its pattern, lengthened below the trunk, and hung."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from . import wear_drape as drape
from . import wear_fields as where
from . import wear_folds as creases
from . import wear_shell as cut
from . import wear_stance as pose
from .wear_fit import Fit
from .wear_shell import Shell
from .wear_tube import Tube

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
Map = Callable[[Array], Array]  # canonical places (n, 3) to one number each
ROW = 0.024  # metres between rows of points in a skirt


def same(value: float) -> Map:
    """The same number everywhere."""
    return lambda canon: np.full(len(canon), value)


EASE, AROUND, ALONG, NONE = same(0.008), same(1.08), same(1.03), same(0.0)


@dataclass(frozen=True, slots=True)
class Pattern:
    """How a garment is cut and how it hangs.

    Attributes:
        keep: positive where there is cloth.
        gap: metres between what lies below and the cloth.
        ease: how much wider than the tightest tube, metres (a radius).
        around: how much more cloth than surface there is around. along: the same downwards.
        loose: 0 where it is cut to the body, 1 where it falls as a tube.
        slopes: how fast the tubes of trunk, arms and legs may narrow downwards; the smaller, the straighter they fall.
        firm: 0 to 1, where it is sewn to its place: waistbands, collars, shoulders.
        hold: the same everywhere.
        bend: 0 to 1, how stiff the cloth is.
        hem: canonical height to which it is lengthened below the trunk as a skirt; None: as cut.
        flare: how much wider the skirt is at its hem than at its top, metres of radius for each metre of length.
        opened: positive where the lengthened garment stays; None: closed.
    split: legs must stay apart.
        crumple: metres of random unevenness from which small folds grow.
        fold: metres that the folds one expects stand out.
        cuff: metres by which legs are lengthened straight down, over the shoes.
    """

    keep: Map
    gap: float = 0.006
    ease: Map = EASE
    around: Map = AROUND
    along: Map = ALONG
    loose: Map = NONE
    slopes: tuple[float, float, float] = (0.3, 0.15, 0.12)
    firm: Map = NONE
    hold: float = 0.02
    bend: float = 0.10
    hem: float | None = None
    flare: float = 0.10
    opened: Map | None = None
    split: bool = False
    crumple: float = 0.001
    fold: float = 0.010
    cuff: float = 0.0
    ticks: int = 26


@dataclass(frozen=True, slots=True)
class Sewn:
    """A garment on the standing body: its cut, and where its points (n, 3) came to lie."""

    shell: Shell
    standing: Array

    @property
    def normals(self) -> Array:
        """(n, 3), unit, outwards."""
        return cut.smooth_normals(self.standing, self.shell.triangles)

    def without(self, gone: NDArray[np.bool_]) -> Sewn:
        """Without some triangles (m,); points stay."""
        shell = self.shell
        return Sewn(Shell(shell.canon, shell.rest, shell.weights, shell.triangles[~gone]), self.standing)


def sew(fit: Fit, pattern: Pattern, seed: int) -> Sewn:
    """Cut, widen and hang one garment over what the body wears so far."""
    tights = cut.tights(fit.body)
    shell = cut.clip(tights, pattern.keep(tights.canon))
    standing = fit.stand(shell)
    sleeve = where.on_arm(shell.canon)
    trunk, arms = fit.obstacle(), fit.obstacle(arms=True)
    gap = np.full(len(standing), pattern.gap)
    standing = drape.membrane(standing, shell.triangles, _Both(trunk, arms, sleeve), gap, 24)
    standing = _widened(fit, shell, standing, pattern)
    if pattern.hem is not None:
        shell, standing = _lengthened(fit, shell, standing, pattern)
    if pattern.cuff:
        shell, standing = _cuffed(fit, shell, standing, pattern.cuff)
    if pattern.opened is not None:
        flat = Shell(shell.canon, standing, shell.weights, shell.triangles)
        shell = cut.clip(flat, pattern.opened(shell.canon))
        standing = shell.rest
    sleeve = where.on_arm(shell.canon)
    gap = np.full(len(standing), pattern.gap)
    standing = drape.relaxed(standing, shell.triangles, 0.5, 3)
    obstacle = _Both(trunk, arms, sleeve)
    stretch = np.stack([pattern.around(shell.canon)] * 2 + [pattern.along(shell.canon)], 1)
    threads = drape.weave(standing, shell.triangles, stretch, pattern.bend)
    hold = np.maximum(pattern.hold, pattern.firm(shell.canon))
    side = None
    if pattern.split:
        low = shell.canon[:, 2] < where.CROTCH - 0.01
        side = np.where(low, np.sign(shell.canon[:, 1]), 0.0)
    start = standing + np.random.default_rng([seed, 7]).normal(0, pattern.crumple, standing.shape) * (1 - hold)[:, None]
    standing = drape.hang(start, threads, obstacle, gap, hold, pattern.ticks, side)
    standing = drape.relaxed(standing, shell.triangles, 0.6, 2)
    standing = standing + cut.smooth_normals(standing, shell.triangles) * _creases(fit, shell, pattern, seed)[:, None]
    standing, _ = obstacle.push(standing, gap * 0.9)
    rest = fit.back(shell, standing)
    return Sewn(Shell(shell.canon, rest, shell.weights, shell.triangles), standing)


@dataclass(frozen=True, slots=True)
class _Both:
    """Sleeves lie on arms and trunk, the rest on the trunk alone: else arms would push their own shirt away."""

    trunk: drape.Obstacle
    arms: drape.Obstacle
    sleeve: NDArray[np.bool_]

    def push(self, cloth: Array, gap: Array) -> tuple[Array, NDArray[np.bool_]]:
        out, touched = cloth.copy(), np.zeros(len(cloth), bool)
        for chosen, obstacle in ((~self.sleeve, self.trunk), (self.sleeve, self.arms)):
            if chosen.any():
                out[chosen], touched[chosen] = obstacle.push(cloth[chosen], gap[chosen])
        return out, touched


def _creases(fit: Fit, shell: Shell, pattern: Pattern, seed: int) -> Array:
    """Metres (n,) by which folds stand out; none where the garment is sewn to its place."""
    pleated = pattern.hem is not None and pattern.flare > 0.08  # noqa: PLR2004 - metres a metre: it falls wide
    ridges = creases.folds(shell.canon, seed, legs=pattern.split, skirt=pleated)
    room = np.clip(1 - pattern.firm(shell.canon) * 1.6, 0, 1)
    return ridges * room * pattern.fold * fit.scale


def _widened(fit: Fit, shell: Shell, standing: Array, pattern: Pattern) -> Array:
    """Points moved outwards to the tubes of their trunk or limb, where the garment is loose."""
    loose, ease = pattern.loose(shell.canon), pattern.ease(shell.canon) * fit.scale
    canon = shell.canon
    arm, leg = where.on_arm(canon), where.on_leg(canon)
    normals = cut.smooth_normals(standing, shell.triangles)
    moved = standing + normals * (ease * (1 - loose))[:, None]
    groups = [(~arm & ~leg, fit.trunk(pattern.slopes[0], where.CROTCH - 0.02))]
    for side, sign in (("l", 1.0), ("r", -1.0)):
        own = canon[:, 1] * sign > 0
        if (arm & own).any():
            groups.append((arm & own, fit.arm(side, pattern.slopes[1])))
        if (leg & own).any():
            groups.append((leg & own, fit.leg(side, pattern.slopes[2])))
    for rows, tube in groups:
        wide, far, out = tube.wide(standing[rows])
        more = np.maximum(wide + ease[rows] + pattern.gap - far, 0.0) * loose[rows]
        moved[rows] += out * more[:, None]
    return moved


def _lengthened(fit: Fit, shell: Shell, standing: Array, pattern: Pattern) -> tuple[Shell, Array]:
    """A skirt added below the lowest border."""
    assert pattern.hem is not None
    loop = min(cut.borders(shell.triangles), key=lambda rows: float(shell.canon[rows, 2].mean()))
    top = standing[loop]
    even = ndimage.gaussian_filter1d(top, 3.0, axis=0, mode="wrap")  # columns that stand in a cleft would cross
    start = shell.canon[loop, 2]
    length = float(start.mean() - pattern.hem)
    rows = max(2, round(length / ROW))
    tube = fit.trunk(pattern.slopes[0] * 0.5, pattern.hem - 0.05)
    canons, stands, weights = [], [], []
    ratio = fit.scale
    for k in range(1, rows + 1):
        share = k / rows
        canon = shell.canon[loop].copy()
        canon[:, 2] = start * (1 - share) + pattern.hem * share
        place = top + (even - top) * min(1.0, k / 2)
        place[:, 2] = top[:, 2] - (start - canon[:, 2]) * ratio
        wide, _, out = tube.wide(place)
        ease = pattern.ease(canon) * fit.scale
        radius = np.maximum(wide + ease + pattern.gap, _radius(tube, top)) + pattern.flare * length * share * fit.scale
        here = place - out * _radius(tube, place)[:, None] + out * radius[:, None]
        canons.append(canon)
        stands.append(here)
        weights.append(_skirt_weights(fit, shell.weights[loop], here, canon[:, 2], start))
    count = len(loop)
    ids = np.concatenate([loop, len(standing) + np.arange(rows * count)]).reshape(rows + 1, count)
    a, b, c, d = ids[:-1], np.roll(ids[:-1], -1, 1), np.roll(ids[1:], -1, 1), ids[1:]
    # The loop runs with its cloth to the left: above. Going on downwards the faces turn the other way.
    faces = np.concatenate([np.stack([b, a, d], -1).reshape(-1, 3), np.stack([b, d, c], -1).reshape(-1, 3)])
    stand = np.concatenate([standing, *stands])
    long = Shell(
        np.concatenate([shell.canon, *canons]), stand, np.concatenate([shell.weights, *weights]),
        np.concatenate([shell.triangles, faces]),
    )  # fmt: skip
    return Shell(long.canon, fit.back(long, stand), long.weights, long.triangles), stand


def _cuffed(fit: Fit, shell: Shell, standing: Array, length: float) -> tuple[Shell, Array]:
    """Trouser legs that end lower, wherever the foot is."""
    rows = max(1, round(length / 0.02))
    canons, stands, weights, faces = [shell.canon], [standing], [shell.weights], [shell.triangles]
    count = len(standing)
    for loop in cut.borders(shell.triangles):
        if shell.canon[loop, 2].mean() > where.KNEE:
            continue
        above = loop
        for k in range(1, rows + 1):
            drop = np.array([0.0, 0.0, length * k / rows])
            canons.append(shell.canon[loop] - drop)
            stands.append(standing[loop] - drop * fit.scale)
            weights.append(shell.weights[loop])
            below = count + np.arange(len(loop))
            count += len(loop)
            b, c = np.roll(above, -1), np.roll(below, -1)
            faces += [np.stack([b, above, below], 1), np.stack([b, below, c], 1)]
            above = below
    stand = np.concatenate(stands)
    whole = Shell(np.concatenate(canons), stand, np.concatenate(weights), np.concatenate(faces))
    return Shell(whole.canon, fit.back(whole, stand), whole.weights, whole.triangles), stand


def _radius(tube: Tube, points: Array) -> Array:
    return tube.wide(points)[1]


def _skirt_weights(fit: Fit, above: Array, here: Array, height: Array, start: Array) -> Array:
    """Skirts follow both legs, each side its own, and the shins a little."""
    names = fit.body.skeleton.names
    left = where.step(here[:, 1] / fit.scale, -0.15, 0.15)
    shin = 0.3 * where.step(height, where.KNEE + 0.06, where.KNEE - 0.20)
    legs = np.zeros_like(above)
    for side, share in (("L", left), ("R", 1 - left)):
        legs[:, names.index(f"upperleg02.{side}")] = share * (1 - shin)
        legs[:, names.index(f"lowerleg01.{side}")] = share * shin
    follow = (0.85 * where.step(start - height, 0.0, 0.2))[:, None]
    return pose.rounded(above * (1 - follow) + legs * follow)
