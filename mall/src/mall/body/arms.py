"""Where hands go: swung while walking, and to what somebody is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mall.domain.motion import TICKS, Doing, Track

from .carriage import Carriage, doing_share, drift
from .gait import Gait
from .limbs import Limbs, Style

Array = NDArray[np.float64]
HANDLE = (0.45, 0.2, 1.0)  # metres ahead of the body, to each side, above the floor: of prams and trolleys
COUNTER = 1.08  # metres: a hand's height on the counter
ADULT = 1.66  # metres: a skeleton that reaches heights given for adults; children's lie lower


@dataclass(frozen=True, slots=True)
class Arms:
    """Both arms tick by tick; second axis left, right.

    Attributes:
        swing: (n, 2, 3) wrists from shoulders in the chest's frame, metres.
        reach: (n, 2, 3) wrists in the frame of place and heading, metres; share: (n, 2), how much they count.
        pole: (n, 2, 3) where elbows point in the frame of the chest.
        curl: (n, 2) of fingers, 0 straight to 1 a grip. roll: (n, 2) of hands, palm up positive, radians.
    """

    swing: Array
    reach: Array
    share: Array
    pole: Array
    curl: Array
    roll: Array


class Aim(NamedTuple):
    """An action of one hand: how much (n,), the wrist (n, 3), elbow's pole, fingers' curl, the hand's roll."""

    share: Array
    wrist: Array
    pole: tuple[float, float, float]
    curl: float
    roll: float


def arms_of(track: Track, limbs: Limbs, style: Style, gait: Gait, trunk: Carriage, girth: float) -> Arms:
    """Plan both arms.

    Args:
        track: what is done when.
        limbs: of the figure.
        style: of the person.
        gait: whose phase the arms swing with.
        trunk: how briskly.
        girth: radians by which arms hang away from the body.
    """
    count = len(track.place)
    swing, reach, pole = np.zeros((count, 2, 3)), np.zeros((count, 2, 3)), np.zeros((count, 2, 3))
    share, curl, roll = np.zeros((count, 2)), np.zeros((count, 2)), np.zeros((count, 2))
    for side in (0, 1):
        out = 1 - 2 * side
        swing[:, side] = _swing(limbs, style, gait, trunk, girth, out)
        roll[:, side] = 0.3
        curl[:, side] = 0.3 + 0.4 * trunk.run
        pole[:, side] = np.column_stack([np.full(count, -1.0), out * (0.3 - 0.2 * trunk.run), np.full(count, -0.1)])
        for aim in _aims(track, limbs, style, side):
            left = 1 - share[:, side]
            weight = np.minimum(aim.share, left)
            total = np.maximum(share[:, side] + weight, 1e-9)
            reach[:, side] += (weight / total)[:, None] * (aim.wrist - reach[:, side])
            share[:, side] += weight
            pole[:, side] += weight[:, None] * (np.array(aim.pole) * (1, out, 1) - pole[:, side])
            curl[:, side] += weight * (aim.curl - curl[:, side])
            roll[:, side] += weight * (aim.roll - roll[:, side])
    return Arms(swing, reach, share * share * (3 - 2 * share), pole, curl, roll)


def _swing(limbs: Limbs, style: Style, gait: Gait, trunk: Carriage, girth: float, out: int) -> Array:
    """Wrists (n, 3) from the shoulder: a pendulum against the legs."""
    wave = out * np.sin(np.pi * gait.phase)
    wide = np.radians(19) * style.swing * trunk.brisk
    angle = np.radians(4) + wide * wave + np.radians(26) * trunk.run * wave
    elbow = style.elbow + np.radians(13) * trunk.brisk * (0.5 + 0.5 * wave) + np.radians(68) * trunk.run
    far = np.sqrt(limbs.upper**2 + limbs.fore**2 + 2 * limbs.upper * limbs.fore * np.cos(elbow))
    # With a bent elbow the hand is ahead of the shoulder.
    angle = angle + np.arcsin(np.clip(limbs.fore * np.sin(elbow) / far, -1, 1)) * 0.75
    side = girth * (1 - 0.2 * trunk.brisk)
    way = np.column_stack([np.sin(angle), np.full(len(far), out * np.sin(side)), -np.cos(angle) * np.cos(side)])
    return np.asarray(far[:, None] * way)


def _aims(track: Track, limbs: Limbs, style: Style, side: int) -> list[Aim]:
    rng = np.random.default_rng([style.seed, 17, side])
    ticks = np.arange(track.first, track.end, dtype=np.float64)
    tall = limbs.stature / ADULT
    out = 1 - 2 * side
    main = side == style.hand
    fidget = 0.012 * np.stack([drift(rng, ticks, (1.5, 5)) for _ in range(3)], 1)
    waves = {period: _pulses(rng, ticks, period) for period in (5.0, 7.0, 9.0)}

    def at(ahead: float, across: float, high: float) -> Array:
        return np.array([ahead, out * across, high]) + np.zeros((len(ticks), 3))

    def share(doing: Doing) -> Array:
        return doing_share(track, doing)

    aims = [
        Aim(share(Doing.PUSH), at(HANDLE[0] - 0.075, HANDLE[1], HANDLE[2] + 0.03), (-0.7, 0.4, -0.7), 0.95, 0.0),
        Aim(share(Doing.SIT), at(0.24, 0.2, 0.665) + fidget, (-0.8, 0.5, -0.3), 0.35, 0.0),
        Aim(share(Doing.SERVE), at(0.33 * tall, 0.15 if main else 0.21, COUNTER) + fidget * 3.5,
            (-0.5, 0.6, -0.6), 0.4, 0.0),
    ]  # fmt: skip
    if main:
        aims += [
            Aim(share(Doing.PHONE), at(0.27 * tall, 0.07, 1.16 * tall) + fidget * 0.6, (-0.3, 0.45, -1.0), 0.75, 1.5),
            Aim(share(Doing.PAY) * waves[5.0], at(0.47 * tall, 0.1, 1.12 * tall), (-0.3, 0.5, -0.9), 0.6, 0.2),
            Aim(share(Doing.BROWSE) * waves[7.0], at(0.46 * tall, 0.16, 1.12 * tall) + fidget * 2,
                (-0.4, 0.6, -0.8), 0.35, 0.3),
        ]  # fmt: skip
    talks = share(Doing.CHAT) * waves[5.0 if main else 9.0] * (1.0 if main else 0.8)
    aims.append(Aim(talks, at(0.26 * tall, 0.2, 1.1 * tall) + fidget * 4, (-0.4, 0.5, -0.9), 0.3, 0.9))
    return aims


def _pulses(rng: np.random.Generator, ticks: Array, period: float) -> Array:
    """Now and then 1, mostly 0, with soft edges: what a hand does again and again."""
    times = ticks / TICKS / period
    bent = times + 0.22 * np.sin(times * 2.4 + rng.uniform(0, 6.3)) + rng.uniform(0, 1)
    wave = np.sin(2 * np.pi * bent)
    soft = np.clip((wave + 0.1) / 0.7, 0, 1)
    return np.asarray(soft * soft * (3 - 2 * soft))
