"""Lengths and directions of a skeleton at rest that posing needs, and how one person moves unlike another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mall.domain.figure import Figure, Skeleton

Array = NDArray[np.float64]
SIDES = ("L", "R")
GIRTH = np.radians(5.0), np.radians(19.0)  # as little and as much as arms hang away
LEG = 0.88  # metres: hip to ankle of an average adult; longer legs take longer, slower steps


class Foot(NamedTuple):
    """One foot at rest: points (3,), metres, and its direction on the floor, radians."""

    ankle: Array
    ball: Array  # the joint of the toes
    heel: Array  # where it touches the floor first
    toe: Array  # where it leaves it last
    out: float


@dataclass(frozen=True, slots=True)
class Limbs:
    """What of a skeleton posing looks at, metres; pairs are left and right.

    Attributes:
        hips: heads of the thighs. leg: hip to ankle along the bones, a little less than straight.
        thigh, shin, upper, fore: lengths of the bones' chains.
        stature: from the floor to the top of the head's bone.
    """

    feet: tuple[Foot, Foot]
    root: Array
    hips: Array
    thigh: float
    shin: float
    upper: float
    fore: float
    leg: float
    stature: float

    @property
    def size(self) -> float:
        """1 for an average adult, less for children."""
        return self.leg / LEG


def limbs_of(skeleton: Skeleton) -> Limbs:
    """Measure a skeleton."""
    head = dict(zip(skeleton.names, skeleton.heads, strict=True))
    tail = dict(zip(skeleton.names, skeleton.tails, strict=True))

    def long(a: str, b: str) -> float:
        return float(np.mean([np.linalg.norm(head[f"{a}.{s}"] - head[f"{b}.{s}"]) for s in SIDES]))

    thigh, shin = long("upperleg01", "lowerleg01"), long("lowerleg01", "foot")
    feet = tuple(_foot(head[f"foot.{s}"], head[f"toe1-1.{s}"], tail[f"toe1-1.{s}"]) for s in SIDES)
    return Limbs(
        (feet[0], feet[1]), head["root"], np.array([head[f"upperleg01.{s}"] for s in SIDES]), thigh, shin,
        long("upperarm01", "lowerarm01"), long("lowerarm01", "wrist"), thigh + shin, float(tail["head"][2]),
    )  # fmt: skip


def _foot(ankle: Array, ball: Array, toe: Array) -> Foot:
    ahead = ball[:2] - ankle[:2]
    way = ahead / np.linalg.norm(ahead)
    heel = np.array([*(ankle[:2] - 0.42 * ahead), 0.0])
    tip = np.array([*(toe[:2] + 0.008 * way), 0.0])
    return Foot(ankle, ball, heel, tip, float(np.arctan2(way[1], way[0])))


def girth_of(figure: Figure) -> float:
    """How far arms must hang away from the body to clear hips and coat, radians."""
    names, limbs = figure.skeleton.names, limbs_of(figure.skeleton)
    shoulder = figure.skeleton.heads[names.index("upperarm01.L")]
    strongest = np.take_along_axis(figure.hull_bones, figure.hull_weights.argmax(1)[:, None], 1)[:, 0]
    trunk = [i for i, name in enumerate(names) if name.startswith(("spine", "root", "pelvis", "upperleg"))]
    reach = limbs.upper + limbs.fore
    low, high = shoulder[2] - 1.15 * reach, shoulder[2] - 0.6 * reach
    beside = figure.hull[np.isin(strongest, trunk) & (figure.hull[:, 2] > low) & (figure.hull[:, 2] < high)]
    wide = float(np.abs(beside[:, 1]).max(initial=0.0))
    away = (wide + 0.05 * limbs.size - 0.96 * abs(shoulder[1])) / (0.98 * reach)
    return float(np.arcsin(np.clip(away, np.sin(GIRTH[0]), np.sin(GIRTH[1]))))


@dataclass(frozen=True, slots=True)
class Style:
    """How somebody moves.

    Attributes:
        stride: factor on the length of steps. swing: factor on the swing of arms. width: of the stance, factor.
        out: toes turned out, radians. stoop: of the back, radians. lean: of the whole trunk. tilt: of the head.
        elbow: how far elbows stay bent, radians. sway: factor on hips and shoulders.
        hand: 0 or 1, the side that does things. seed: of what they do when.
    """

    stride: float
    swing: float
    width: float
    out: float
    stoop: float
    lean: float
    tilt: float
    elbow: float
    sway: float
    hand: int
    seed: int


def style_of(seed: int, years: float) -> Style:
    """Draw a style; old people stoop and take shorter steps, children swing more."""
    rng = np.random.default_rng([seed, 7])
    old = float(np.clip((years - 58) / 27, 0, 1))
    young = float(np.clip((13 - years) / 8, 0, 1))
    return Style(
        stride=float(rng.normal(1.0, 0.04)) * (1 - 0.14 * old),
        swing=float(rng.uniform(0.6, 1.25)) * (1 - 0.35 * old) * (1 + 0.3 * young),
        width=float(rng.uniform(0.85, 1.2)) * (1 + 0.2 * old),
        out=float(np.radians(rng.uniform(3, 11))),
        stoop=float(np.radians(rng.uniform(0, 6) + rng.uniform(8, 22) * old)),
        lean=float(np.radians(rng.uniform(-0.5, 2.5) + 3 * old)),
        tilt=float(np.radians(rng.normal(0, 1.2))),
        elbow=float(np.radians(rng.uniform(10, 26) + 10 * old)),
        sway=float(rng.uniform(0.7, 1.3)),
        hand=int(rng.random() < 0.85),  # noqa: PLR2004 - most are right-handed
        seed=seed,
    )
