"""How wide a loose tube of cloth must be around a trunk or a limb: it spans hollows and falls from bulges."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Array = NDArray[np.float64]
STEP = 0.02  # metres between sections
SPOKES = 48


@dataclass(frozen=True, slots=True)
class Axis:
    """A broken line through the middle of a trunk or limb.

    Attributes:
        knots: (k, 3). ends: arc lengths at the knots, (k,).
        ahead: (3,) the direction of angle 0.
    """

    knots: Array
    ends: Array
    ahead: Array

    @classmethod
    def through(cls, *knots: Array) -> Axis:
        points = np.array(knots)
        parts = np.sqrt((np.diff(points, axis=0) ** 2).sum(1))
        return cls(points, np.concatenate([[0.0], np.cumsum(parts)]), np.array([1.0, 0.0, 0.0]))

    def around(self, points: Array) -> tuple[Array, Array, Array, Array]:
        """Arc length (n,), angle (n,), distance (n,) and the direction (n, 3) away from the line, of points (n, 3)."""
        best = np.full(len(points), np.inf)
        arc = np.zeros(len(points))
        out = np.zeros_like(points)
        angle = np.zeros(len(points))
        last = len(self.knots) - 2
        for k, (a, b) in enumerate(zip(self.knots[:-1], self.knots[1:], strict=True)):
            way = b - a
            full = np.sqrt((way * way).sum())
            t = ((points - a) * way).sum(1) / full**2
            held = np.clip(t, -np.inf if k == 0 else 0.0, np.inf if k == last else 1.0)
            off = points - a - held[:, None] * way
            far = np.sqrt((off * off).sum(1))
            nearer = far < best
            best = np.where(nearer, far, best)
            arc = np.where(nearer, self.ends[k] + held * full, arc)
            out = np.where(nearer[:, None], off / np.maximum(far, 1e-6)[:, None], out)
            side = np.cross(way / full, self.ahead)
            side = side / np.sqrt((side * side).sum())
            front = np.cross(side, way / full)
            here = np.arctan2((off * side).sum(1), (off * front).sum(1))
            angle = np.where(nearer, here, angle)
        return arc, np.round(angle, 6), best, out


@dataclass(frozen=True, slots=True)
class Tube:
    """Radii by section and spoke. `first` is the arc length of the first section."""

    axis: Axis
    first: float
    radii: Array

    @classmethod
    def around(cls, axis: Axis, points: Array, slope: float) -> Tube:
        """The narrowest tube over points (n, 3) whose radius shrinks by at most `slope` a metre down the axis."""
        arc, angle, far, _ = axis.around(points)
        first = float(np.floor(arc.min() / STEP) * STEP)
        count = int((arc.max() - first) / STEP) + 2
        row = ((arc - first) / STEP).astype(np.int64)
        spoke = np.round((angle / (2 * np.pi)) * SPOKES).astype(np.int64) % SPOKES
        radii = np.zeros((count, SPOKES))
        np.maximum.at(radii, (row, spoke), far)
        radii = _spanned(_filled(radii))
        for k in range(1, count):
            radii[k] = np.maximum(radii[k], radii[k - 1] - slope * STEP)
        radii = ndimage.gaussian_filter1d(radii, 1.5, axis=0, mode="nearest")
        radii = ndimage.gaussian_filter1d(radii, 1.0, axis=1, mode="wrap")
        return cls(axis, first, radii)

    def wide(self, points: Array) -> tuple[Array, Array, Array]:
        """The tube's radius at points (n, 3); their own distance from the axis; their direction from it (n, 3)."""
        arc, angle, far, out = self.axis.around(points)
        row = np.clip((arc - self.first) / STEP, 0, len(self.radii) - 1)
        spoke = (angle / (2 * np.pi) * SPOKES) % SPOKES
        where = np.stack([row, spoke])
        padded = np.concatenate([self.radii, self.radii[:, :1]], 1)
        return ndimage.map_coordinates(padded, where, order=1, mode="nearest"), far, out


def _filled(radii: Array) -> Array:
    """Empty spokes from their neighbours, empty sections from those above."""
    full = radii.copy()
    spokes = np.arange(SPOKES)
    for k, row in enumerate(radii):
        seen = row > 0
        if seen.sum() >= SPOKES // 6:
            at = np.flatnonzero(seen)
            around = np.concatenate([at - SPOKES, at, at + SPOKES])
            full[k] = np.interp(spokes, around, np.tile(row[at], 3))
        elif k:
            full[k] = full[k - 1]
    good = np.flatnonzero(full.any(1))
    full[: good[0]] = full[good[0]]
    return full


def _spanned(radii: Array) -> Array:
    """Each section's convex hull, as cloth lies over hollows."""
    turn = 2 * np.pi * np.arange(SPOKES) / SPOKES
    cosine = np.cos(turn[:, None] - turn[None, :])
    support = np.maximum(radii[:, None, :] * np.where(cosine > 0, cosine, 0.0)[None], 0).max(2)
    apart = np.where(cosine > 0.2, cosine, np.nan)  # noqa: PLR2004 - farther spokes do not bind
    return np.asarray(np.nanmin(support[:, None, :] / apart[None], axis=2))
