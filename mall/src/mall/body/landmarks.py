"""Points of a figure that truth is read off: its hull, and the landmarks of its face."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mall.domain.figure import Face, Part

from .shape import Body

Array = NDArray[np.float64]
POINTS = 420
DARK = 0.05  # points as hidden as this lie inside: mouths, folds
# Bones that move as one for the hull; within each the outermost points in many directions are kept.
CLUSTERS = (
    ("head", "eye", "neck"), ("spine", "clavicle", "shoulder"), ("root", "pelvis"), ("upperarm01.L", "upperarm02.L"),
    ("upperarm01.R", "upperarm02.R"), ("lowerarm01.L", "lowerarm02.L"), ("lowerarm01.R", "lowerarm02.R"),
    ("upperleg01.L", "upperleg02.L"), ("upperleg01.R", "upperleg02.R"), ("lowerleg01.L", "lowerleg02.L"),
    ("lowerleg01.R", "lowerleg02.R"), ("foot.L", "toe1-1.L"), ("foot.R", "toe1-1.R"), ("wrist.L", "finger"),
    ("wrist.R", "finger"),
)  # fmt: skip
NOSE, CHIN, LIPS = 297, 5296, [466, 495]  # points of the base mesh
HIGH = 0.62  # of the way from eyes to chin: how far above the eyes a detector's box of a face begins


class Hull(NamedTuple):
    """Points (k, 3), bones (k, 4), weights (k, 4)."""

    points: Array
    bones: NDArray[np.uint8]
    weights: Array


def hull_of(parts: Sequence[Part], names: tuple[str, ...]) -> Hull:
    """Choose points on the outside: outermost ones of every limb, then the rest spread evenly."""
    shown = [np.flatnonzero(part.light > DARK) for part in parts]
    points = np.concatenate([part.points[rows] for part, rows in zip(parts, shown, strict=True)]).astype(np.float64)
    bones = np.concatenate([part.bones[rows] for part, rows in zip(parts, shown, strict=True)])
    weights = np.concatenate([part.weights[rows] for part, rows in zip(parts, shown, strict=True)]).astype(np.float64)
    strongest = np.take_along_axis(bones, weights.argmax(1)[:, None], 1)[:, 0]
    ways = _ways(14)
    chosen: list[int] = []
    for starts in CLUSTERS:
        side = starts[0][-2:] if starts[0][-2:] in (".L", ".R") else ""
        inside = [i for i, name in enumerate(names) if name.startswith(starts) and name.endswith(side)]
        rows = np.flatnonzero(np.isin(strongest, inside))
        if len(rows):
            chosen += rows[(points[rows] @ ways.T).argmax(0)].tolist()
    picked = _spread(points, sorted(set(chosen)), POINTS)
    total = weights[picked].sum(1, keepdims=True)
    return Hull(points[picked], bones[picked], weights[picked] / total)


def _ways(count: int) -> Array:
    k = np.arange(count) + 0.5
    high = 1 - 2 * k / count
    flat = np.sqrt(1 - high**2)
    return np.stack([flat * np.cos(2.399963 * k), flat * np.sin(2.399963 * k), high], 1)


def _spread(points: Array, first: list[int], count: int) -> NDArray[np.int64]:
    """Add, again and again, the point farthest from all chosen ones."""
    chosen = list(first)
    far = np.full(len(points), np.inf)
    for index in chosen:
        far = np.minimum(far, ((points - points[index]) ** 2).sum(1))
    while len(chosen) < min(count, len(points)):
        index = int(far.argmax())
        chosen.append(index)
        far = np.minimum(far, ((points - points[index]) ** 2).sum(1))
    return np.array(chosen, np.int64)


def face_of(body: Body, lift: float) -> Face:
    """Find the face on the shaped body.

    Args:
        body: at rest.
        lift: metres by which shoes raise it.
    """
    up = np.array([0.0, 0.0, lift])
    skin = body.points[body.mesh.groups["body"]]
    left, right = (body.points[body.mesh.groups[f"helper-{s}-eye"]].mean(0) for s in "lr")
    eyes, mouth = (left + right) / 2, skin[LIPS].mean(0)
    tall = HIGH * (eyes[2] - skin[CHIN][2])
    outline = [skin[NOSE], skin[CHIN], *_band(skin, eyes, eyes[2] + tall, tall), *_band(skin, eyes, eyes[2], tall),
               *_band(skin, eyes, mouth[2], tall)]  # fmt: skip
    return Face(left + up, right + up, skin[NOSE] + up, mouth + up, np.array(outline) + up)


def _band(skin: Array, eyes: Array, high: float, tall: float) -> list[Array]:
    """The face at one height: its sides (before the ears) and its middle."""
    near = skin[(np.abs(skin[:, 2] - high) < 0.008) & (skin[:, 0] > eyes[0] - 0.75 * tall)]  # noqa: PLR2004 - a thin slice
    near = near[np.abs(near[:, 1]) < 0.12]  # noqa: PLR2004 - no shoulders of those who lift them
    return [near[near[:, 1].argmax()], near[near[:, 1].argmin()], near[near[:, 0].argmax()]]
