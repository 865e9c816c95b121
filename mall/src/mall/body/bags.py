"""Bags: they hang from a shoulder, a back or a hand."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from mall.domain.figure import Part, Shade
from mall.domain.person import Garment

from . import wear_finish as finishing
from . import wear_solids as solids
from .wear_fit import Fit
from .wear_shell import Shell
from .wear_solids import Solid

Array = NDArray[np.float64]


def hung(fit: Fit, solid: Solid, bones: dict[str, float], colour: Array, name: str, shade: Shade = Shade.LEATHER) -> Part:
    """A solid of the standing body, carried by `bones` and their shares, as a part at rest."""
    names = fit.body.skeleton.names
    weights = np.zeros((len(solid.points), len(names)))
    for bone, share in bones.items():
        weights[:, names.index(bone)] = share
    shell = Shell(solid.points, solid.points, weights, solid.triangles)
    rest = fit.back(shell, solid.points)
    return finishing.rigid(Solid(rest, solid.triangles), weights, colour, name, shade)


def over_shoulder(fit: Fit, side: float, drop: float) -> Array:
    """A strap's path (k, 3) from the hip in front, over the shoulder, to the hip behind; `side` 1 left, -1 right."""
    size = fit.scale
    shoulder = fit.joint("l-scapula") * (1, side, 1)
    middle = fit.joint("spine-1")[0]
    high = shoulder[2] + 0.045 * size
    low = high - drop
    y = abs(shoulder[1])
    turn = np.linspace(0, np.pi, 17)
    reach = 0.105 * size
    arch = np.stack([middle + 0.02 + np.cos(turn) * reach, np.full(17, y), high - 0.06 * size + np.sin(turn) * 0.06 * size], 1)
    front, back = arch[0], arch[-1]
    ends = [np.array([front[0] - 0.02, y + 0.10 * size, low]), np.array([back[0] + 0.02, y + 0.10 * size, low])]
    path = np.concatenate([np.linspace(ends[0], front, 8)[:-1], arch, np.linspace(back, ends[1], 8)[1:]])
    path[:, 1] *= side
    return _outside(fit, path, 0.008)


def _outside(fit: Fit, path: Array, gap: float) -> Array:
    obstacle = fit.obstacle(arms=False)
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
    bag = solids.box(hip - (0.01, 0, 0.17 * size), (0.34 * size, 0.09 * size, 0.38 * size), 5.0, 12)
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
        hung(fit, strap, {"spine01": 0.4, f"clavicle.{end}": 0.2, "spine03": 0.4}, colour * 0.8, "tote-strap", Shade.CLOTH),
    ]


KINDS: dict[str, Callable[[Fit, Garment, int], list[Part]]] = {"tote": tote}


def carry(fit: Fit, garment: Garment, seed: int) -> list[Part]:
    """The parts of a bag."""
    return KINDS[garment.kind](fit, garment, seed)
