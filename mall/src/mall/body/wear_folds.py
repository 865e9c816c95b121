"""Where folds lie: around elbows and wrists, behind knees and over the ankle, from the armpits, down to the hem."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from . import wear_fields as where
from .wear_fields import step

Array = NDArray[np.float64]


def folds(canon: Array, seed: int, *, legs: bool, skirt: bool) -> Array:
    """How far folds stand out, -1 to 1, at canonical places (n, 3).

    Args:
        canon: places.
        seed: one seed, one way to crease.
        legs: what lies below the crotch is two legs.
        skirt: it falls in pleats below the hips.
    """
    rng = np.random.default_rng([seed, 13])
    arm = where.on_arm(canon)
    high = np.where(arm, _sleeve(canon, rng), _trunk(canon, rng))
    if legs:
        high = np.where(where.on_leg(canon) | (canon[:, 2] < 0.02), _leg(canon, rng), 0.4 * high)  # noqa: PLR2004
    if skirt:
        high = high + _pleats(canon, rng)
    return np.clip(high, -1.3, 1.3)


def _ridge(phase: Array) -> Array:
    """Folds have sharp crests and wide valleys."""
    return np.asarray(np.abs(np.sin(phase)) ** 1.5 * 1.6 - 0.8)


def _sleeve(canon: Array, rng: np.random.Generator) -> Array:
    share = where.arm_share(canon)
    side = np.where(canon[:, 1] > 0, 1.0, 1.37)
    turn = canon[:, 0] * 14 + rng.uniform(0, 6)
    elbow = np.exp(-(((share - 1.02) / 0.22) ** 2)) * _ridge(share * 13 * side + 0.7 * np.sin(turn))
    wrist = step(share, 1.4, 1.7) * _ridge(share * 17 * side + 0.9 * np.sin(turn + 1))
    upper = np.exp(-(((share - 0.25) / 0.22) ** 2)) * _ridge(share * 7 + canon[:, 0] * 22 * side)
    return 0.75 * elbow + 0.6 * wrist + 0.35 * upper


def _trunk(canon: Array, rng: np.random.Generator) -> Array:
    x, y, z = canon.T
    turn = np.arctan2(y, x - 0.03)
    waver = sum(np.sin(k * turn + rng.uniform(0, 6)) * rng.uniform(0.3, 0.8) for k in (2, 3, 5))
    waist = np.exp(-(((z - 0.17) / 0.07) ** 2)) * _ridge(z * 34 + 0.9 * waver + np.abs(y) * 9)
    down = step(z, 0.30, 0.0) * np.sin(5 * turn + 2.2 * waver + 5 * z)
    # From the armpits towards the middle of chest and back.
    arm = np.exp(-(((np.abs(y) - 0.13) / 0.05) ** 2) - ((z - 0.40) / 0.07) ** 2) * _ridge(
        (np.abs(y) * 1.0 + z) * 42 + waver
    )
    return np.asarray(0.40 * waist * rng.uniform(0.6, 1.0) + 0.35 * down + 0.40 * arm)


def _leg(canon: Array, rng: np.random.Generator) -> Array:
    x, y, z = canon.T
    side = np.where(y > 0, 1.0, 1.21)
    turn = np.arctan2(np.abs(y) - 0.15, x)
    wave = np.sin(turn * 1.0 + rng.uniform(0, 6)) * 0.9 + np.sin(2 * turn + rng.uniform(0, 6)) * 0.5
    ankle = step(z, -0.56, -0.68) * _ridge(z * 62 * side + 1.3 * wave)
    knee = np.exp(-(((z - where.KNEE + 0.01) / 0.07) ** 2)) * _ridge(z * 46 * side + 1.2 * wave)
    hip = np.exp(-(((z + 0.03) / 0.06) ** 2)) * (x > 0) * _ridge((z + 0.7 * np.abs(y)) * 52 + 0.4 * wave)
    crease = 0.25 * np.sin(3 * turn + 4 * z + wave) * step(z, -0.1, -0.3)
    return np.asarray(0.5 * ankle + 0.50 * knee + 0.45 * hip + crease)


def _pleats(canon: Array, rng: np.random.Generator) -> Array:
    x, y, z = canon.T
    turn = np.arctan2(y, x - 0.03)
    count = int(rng.integers(8, 12))
    phase = count * turn + 0.8 * np.sin(2 * turn + rng.uniform(0, 6)) + 0.6 * np.sin(5 * turn + rng.uniform(0, 6))
    return np.asarray(step(z, 0.0, -0.32) * 1.1 * np.sin(phase))
