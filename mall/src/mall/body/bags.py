"""Bags: they hang from a shoulder, a back or a hand."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from mall.domain.figure import Part, Shade
from mall.domain.person import Garment

from . import wear_fields as where
from . import wear_finish as finishing
from . import wear_hull as hull
from . import wear_solids as solids
from .wear_fit import Fit
from .wear_shell import Shell
from .wear_solids import Solid

Array = NDArray[np.float64]


def hung(
    fit: Fit, solid: Solid, bones: dict[str, float], colour: Array, name: str, shade: Shade = Shade.LEATHER
) -> Part:
    """A solid of the standing body, carried by `bones` and their shares, as a part at rest."""
    names = fit.body.skeleton.names
    weights = np.zeros((len(solid.points), len(names)))
    for bone, share in bones.items():
        weights[:, names.index(bone)] = share
    return loose(fit, solid, weights, colour, name, shade)


def loose(fit: Fit, solid: Solid, weights: Array, colour: Array, name: str, shade: Shade = Shade.LEATHER) -> Part:
    """A solid of the standing body with dense weights (n, b), as a part at rest."""
    rest = fit.back(Shell(solid.points, solid.points, weights, solid.triangles), solid.points)
    return finishing.rigid(Solid(rest, solid.triangles), weights, colour, name, shade)


def over_shoulder(fit: Fit, side: float, drop: float) -> Array:
    """A strap's path (k, 3) from the hip in front, over the shoulder, to the hip behind; `side` 1 left, -1 right."""
    size = fit.scale
    shoulder = fit.joint("l-scapula")
    y = side * (abs(shoulder[1]) + 0.012 * size)
    arch = fit.over(y, shoulder[2] - 0.13 * size)
    low = arch[:, 2].max() - drop
    out = side * (_widest(fit, low) + 0.05 * size)
    front, back = arch[0], arch[-1]
    ends = [np.array([front[0] * 0.5 + 0.05 * size, out, low]), np.array([back[0] * 0.5 - 0.05 * size, out, low])]
    path = np.concatenate([np.linspace(ends[0], front, 10)[:-1], arch, np.linspace(back, ends[1], 10)[1:]])
    return _outside(fit, path, 0.006)


def _widest(fit: Fit, height: float) -> float:
    """Half the trunk's width, clothes and all, around a height; metres."""
    keep = fit.points[(np.abs(fit.points[:, 2] - height) < 0.12 * fit.scale) & ~where.on_arm(fit.canons)]
    return float(np.abs(keep[:, 1]).max())


def _outside(fit: Fit, path: Array, gap: float) -> Array:
    obstacle = fit.obstacle()
    for _ in range(3):
        path, _ = obstacle.push(path, np.full(len(path), gap))
        path[1:-1] = 0.25 * path[:-2] + 0.5 * path[1:-1] + 0.25 * path[2:]
    path, _ = obstacle.push(path, np.full(len(path), gap))
    return path


def tote(fit: Fit, garment: Garment, seed: int) -> list[Part]:
    """A cloth bag below the arm, on two straps."""
    side = 1.0 if seed % 2 else -1.0
    size = fit.scale
    path = over_shoulder(fit, side, 0.36 * size)
    hip = (path[0] + path[-1]) / 2
    bag = solids.box(hip - np.array([0.01, 0, 0.17 * size]), (0.34 * size, 0.09 * size, 0.38 * size), 5.0, 12)
    points = bag.points.copy()
    low = (points[:, 2] - points[:, 2].min()) / np.ptp(points[:, 2])
    points[:, 1] = hip[1] + (points[:, 1] - hip[1]) * (1.25 - 0.75 * low)
    points[:, 0] = hip[0] + (points[:, 0] - hip[0]) * (0.93 + 0.07 * low)
    across = np.zeros_like(path)
    across[:, 1] = 1.0
    strap = solids.ribbon(path, 0.012 * size, 0.0025, across, 4)
    end = "L" if side > 0 else "R"
    colour = finishing.linear(garment.colour)
    return [
        hung(fit, Solid(points, bag.triangles), {"spine04": 0.5, "spine03": 0.5}, colour, "tote", Shade.CLOTH),
        hung(
            fit,
            strap,
            {"spine01": 0.4, f"clavicle.{end}": 0.2, "spine03": 0.4},
            colour * 0.8,
            "tote-strap",
            Shade.CLOTH,
        ),
    ]


def handbag(fit: Fit, garment: Garment, seed: int) -> list[Part]:
    """A small leather bag below the arm."""
    side = 1.0 if seed % 2 else -1.0
    size = fit.scale
    path = over_shoulder(fit, side, 0.26 * size)
    hip = (path[0] + path[-1]) / 2
    bag = solids.box(hip - np.array([0.0, 0, 0.10 * size]), (0.27 * size, 0.09 * size, 0.19 * size), 5.0, 12)
    points = bag.points.copy()
    low = (points[:, 2] - points[:, 2].min()) / np.ptp(points[:, 2])
    points[:, 0] = hip[0] + (points[:, 0] - hip[0]) * (1.08 - 0.22 * low)
    flap = solids.box(
        hip + np.array([0, side * 0.012, -0.055]) * size, (0.25 * size, 0.092 * size, 0.11 * size), 6.0, 10
    )
    clasp = solids.box(hip + np.array([0, side * 0.062, -0.10]) * size, (0.03 * size, 0.01 * size, 0.02 * size), 4.0, 6)
    across = np.tile([0.0, 1.0, 0.0], (len(path), 1))
    strap = solids.ribbon(path, 0.008 * size, 0.003, across, 4)
    end = "L" if side > 0 else "R"
    colour = finishing.linear(garment.colour)
    low_bones = {"spine03": 0.5, "spine04": 0.5}
    return [
        hung(fit, Solid(points, bag.triangles), low_bones, colour, "handbag"),
        hung(fit, flap, low_bones, colour * 0.85, "handbag-flap"),
        hung(fit, clasp, low_bones, finishing.linear((0.75, 0.62, 0.35)), "handbag-clasp", Shade.METAL),
        hung(fit, strap, {"spine01": 0.4, f"clavicle.{end}": 0.2, "spine03": 0.4}, colour * 0.85, "handbag-strap"),
    ]


def crossbody(fit: Fit, garment: Garment, seed: int) -> list[Part]:
    """A bag at the hip, its strap across chest and back."""
    side = 1.0 if seed % 2 else -1.0  # the hip
    size = fit.scale
    shoulder, hip = fit.joint("l-scapula"), fit.joint("spine-4")
    top = np.array([0.0, -side * 0.55 * abs(shoulder[1]), shoulder[2] + 0.04 * size])
    keep = fit.points[~where.on_arm(fit.canons)]
    near = keep[np.abs(keep[:, 2] - hip[2]) < 0.03 * size]
    wide = float(np.abs(near[:, 1]).max())
    low = np.array([0.0, side * wide, hip[2] - 0.03 * size])
    way = (top - low) / np.linalg.norm(top - low)
    across = np.cross(way, (1.0, 0.0, 0.0))
    flat = keep - low
    strip = flat[np.abs(flat @ across) < 0.025 * size]
    strip = strip[strip @ way < np.linalg.norm(top - low) + 0.03 * size]
    _, outline = hull.outline(np.stack([strip[:, 0], strip @ way], 1), 0.007, 56)
    path = low + outline[:, :1] * np.array([1.0, 0, 0]) + outline[:, 1:] * way
    path = np.concatenate([path, path[:2]])
    strap = solids.ribbon(path, 0.014 * size, 0.0025, np.tile(across, (len(path), 1)), 4)
    bag = solids.box(
        low + np.array([0.05, side * 0.05, -0.02]) * size, (0.24 * size, 0.085 * size, 0.17 * size), 5.0, 12
    )
    flap = solids.box(
        low + np.array([0.05, side * 0.058, 0.02]) * size, (0.245 * size, 0.085 * size, 0.10 * size), 6.0, 10
    )
    colour = finishing.linear(garment.colour)
    high = np.clip((strap.points[:, 2] - low[2]) / (top[2] - low[2]), 0, 1)
    names = fit.body.skeleton.names
    weights = np.zeros((len(strap.points), len(names)))
    weights[:, names.index("spine01")] = high
    weights[:, names.index("spine04")] = 1 - high
    return [
        loose(fit, strap, weights, colour * 0.8, "crossbody-strap"),
        hung(fit, bag, {"spine04": 0.6, "spine03": 0.4}, colour, "crossbody"),
        hung(fit, flap, {"spine04": 0.6, "spine03": 0.4}, colour * 0.88, "crossbody-flap"),
    ]


def backpack(fit: Fit, garment: Garment, seed: int) -> list[Part]:
    """A pack on the back, its straps around both shoulders."""
    del seed
    size = fit.scale
    keep = ~where.on_arm(fit.canons) & (fit.canons[:, 2] > 0.2) & (fit.canons[:, 2] < 0.45)  # noqa: PLR2004
    keep &= np.abs(fit.canons[:, 1]) < 0.10  # noqa: PLR2004
    back = float(np.percentile(fit.points[keep, 0], 2))
    chest, waist = fit.joint("spine-1"), fit.joint("spine-3")
    middle = np.array([back - 0.072 * size, 0, chest[2] * 0.62 + waist[2] * 0.38])
    body = solids.box(middle, (0.16 * size, 0.29 * size, 0.44 * size), 3.4, 14)
    points = body.points.copy()
    up = (points[:, 2] - middle[2]) / (0.44 * size)
    points[:, 0] = np.where(
        points[:, 0] < middle[0], middle[0] + (points[:, 0] - middle[0]) * (1.0 - 0.45 * up), points[:, 0]
    )
    pocket = solids.box(middle + np.array([-0.075, 0, -0.09]) * size, (0.09 * size, 0.22 * size, 0.20 * size), 4.0, 12)
    colour = finishing.linear(garment.colour)
    bones = {"spine01": 0.45, "spine02": 0.55}
    parts = [
        hung(fit, Solid(points, body.triangles), bones, colour, "backpack", Shade.CLOTH),
        hung(fit, pocket, bones, colour * 0.82, "backpack-pocket", Shade.CLOTH),
    ]
    handle = solids.tube(
        np.array([[0, -0.03, 0.21], [0.01, -0.02, 0.24], [0.01, 0.02, 0.24], [0, 0.03, 0.21]]) * size + middle,
        0.007 * size,
    )
    parts.append(hung(fit, handle, bones, colour * 0.7, "backpack-handle", Shade.CLOTH))
    for side, end in ((1.0, "L"), (-1.0, "R")):
        path = _strap(fit, side, middle, size)
        across = np.tile([0.0, 1.0, 0.0], (len(path), 1))
        strap = solids.ribbon(path, 0.026 * size, 0.005, across, 6)
        bones_here = {"spine01": 0.6, "spine02": 0.2, f"clavicle.{end}": 0.2}
        parts.append(hung(fit, strap, bones_here, colour * 0.75, f"backpack-strap-{end}", Shade.CLOTH))
    return parts


def _strap(fit: Fit, side: float, middle: Array, size: float) -> Array:
    """Around one shoulder: from the pack's top over chest and shoulder, below the arm to the pack's foot."""
    shoulder = fit.joint("l-scapula")
    y = side * abs(shoulder[1]) * 0.84
    arch = fit.over(y, shoulder[2] - 0.17 * size)
    front, back = arch[0], arch[-1]
    low = front[2] - 0.10 * size
    beside = side * (_widest(fit, low) + 0.008)
    turn = [
        front + np.array([0.0, side * 0.012, -0.05 * size]),
        np.array([front[0] - 0.05 * size, beside * 0.93, low - 0.01]),
        np.array([middle[0] * 0.4, beside, low - 0.05 * size]),
        np.array([middle[0], side * 0.12 * size, low - 0.10 * size]),
    ]
    start = np.array([middle[0] + 0.04 * size, side * 0.07 * size, back[2] + 0.02])
    path = np.concatenate([turn[::-1], arch[::2], start[None]])
    at = np.linspace(0, len(path) - 1, 44)
    path = np.stack([np.interp(at, np.arange(len(path)), path[:, k]) for k in range(3)], 1)
    return _outside(fit, path, 0.006)


def shopping_bags(fit: Fit, garment: Garment, seed: int) -> list[Part]:
    """One or two paper bags in the left hand."""
    size = min(fit.scale, 1.05)
    knuckles = fit.joint("l-finger-3-1")
    palm = knuckles + np.array([0.01, -0.012, -0.035]) * fit.scale
    colours = (finishing.linear(garment.colour), finishing.linear(garment.second))
    parts = []
    for number in range(1 + seed % 2):
        high, long = (0.34 - 0.08 * number) * size, (0.27 - 0.06 * number) * size
        out = 0.03 + 0.10 * number
        centre = palm + np.array([0.02 - 0.04 * number, out * size, -0.11 * size - high / 2])
        bag = solids.box(centre, (long, 0.10 * size, high), 16.0, 8)
        points = bag.points.copy()
        points[:, 1] = centre[1] + (points[:, 1] - centre[1]) * (1 - 0.35 * (points[:, 2] > centre[2]))
        bones = {"wrist.L": 1.0}
        name = f"shopping_bags-{number}"
        parts.append(hung(fit, Solid(points, bag.triangles), bones, colours[number], name, Shade.CLOTH))
        label = solids.box(centre, (long * 0.6, 0.103 * size, high * 0.22), 16.0, 6)
        parts.append(hung(fit, label, bones, colours[1 - number], name + "-label", Shade.CLOTH))
        for x in (-0.25, 0.25):
            ends = np.array(
                [[centre[0] + x * long, centre[1], centre[2] + high / 2], palm + np.array([x * 0.05, 0, 0])]
            )
            parts.append(
                hung(fit, solids.tube(ends, 0.003 * size, 5), bones, colours[1 - number], f"{name}-cord-{x:+}")
            )
    return parts


KINDS: dict[str, Callable[[Fit, Garment, int], list[Part]]] = {
    "tote": tote, "handbag": handbag, "crossbody": crossbody, "backpack": backpack, "shopping_bags": shopping_bags,
}  # fmt: skip


def carry(fit: Fit, garment: Garment, seed: int) -> list[Part]:
    """The parts of a bag."""
    return KINDS[garment.kind](fit, garment, seed)
