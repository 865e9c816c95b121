"""How people get out of each other's way, and why they never touch.

Everybody keeps, at every step, a way to stop: braking from now on they would touch neither a solid nor anybody else
who brakes too. A new velocity is taken only if it leaves such a way; otherwise one brakes, which the step before made
sure of. What is taken among the safe velocities is what looks natural: see `avoid`.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from mall.domain.motion import TICKS

from .ways import clearance

Array = NDArray[np.float64]

STEP = 3  # ticks between decisions
DT = STEP / TICKS
BRAKE = 1.4  # m/s2 at most
GENTLE = 1.0  # m/s2 by choice
HORIZON = 20  # steps until the fastest stands
SOFT = 0.28  # metres that people like to have between them beyond what they must
LOOK = 2.6  # seconds ahead that people care about

_ANGLES = np.radians([0.0, -12, 12, -25, 25, -40, 40, -62, 62, -88, 88])
_SLOWER = BRAKE * DT * np.arange(HORIZON)
_RING = np.stack([np.cos(np.arange(12) * np.pi / 6), np.sin(np.arange(12) * np.pi / 6)], -1)
_TURNS = np.stack([np.cos(_ANGLES), np.sin(_ANGLES)], -1)


def stopping(p: Array, v: Array) -> Array:
    """Where one is while braking from now on, step by step.

    Args:
        p: (..., 2) places.
        v: (..., 2) velocities.

    Returns:
        (..., HORIZON, 2); the first row is `p`.
    """
    speed = np.sqrt((v**2).sum(-1, keepdims=True))
    slower = np.maximum(speed - _SLOWER, 0.0)
    share = np.zeros(slower.shape)
    np.cumsum(slower[..., :-1] + slower[..., 1:], -1, out=share[..., 1:])
    share *= (DT / 2) / np.maximum(speed, 1e-9)
    return np.asarray(p[..., None, :] + share[..., None] * v[..., None, :])


def nearest(mine: Array, theirs: Array) -> Array:
    """The least distance between moving points.

    Args:
        mine: (k, 1, n, 2) places at n times; straight in between.
        theirs: (1, m, n, 2) at the same times.

    Returns:
        (k, m).
    """
    gap = mine - theirs
    a, way = gap[..., :-1, :], np.diff(gap, axis=-2)
    share = np.clip(-(a * way).sum(-1) / np.maximum((way**2).sum(-1), 1e-12), 0.0, 1.0)
    return np.asarray(np.sqrt(((a + share[..., None] * way) ** 2).sum(-1).min(-1)))


def choices(v: Array, wish: Array) -> Array:
    """Velocities after the next step, the best first, braking last; (k, 2). None needs more than BRAKE."""
    first = toward(v, wish)
    speed = float(np.hypot(*v))
    stop = v * max(0.0, 1.0 - BRAKE * DT / max(speed, 1e-9))
    others = np.concatenate([(v + (first - v) * 0.5)[None], v + _RING * GENTLE * DT, v + _RING * BRAKE * DT])
    others = others[np.argsort(((others - wish) ** 2).sum(-1), kind="stable")]
    return np.concatenate([first[None], others, stop[None]])


def toward(v: Array, wish: Array) -> Array:
    """The velocity after the next step when nothing is in the way."""
    change = wish - v
    size = math.hypot(*change.tolist())
    return np.asarray(wish if size <= GENTLE * DT else v + change * (GENTLE * DT / size))


def safe(p: Array, v: Array, options: Array, floor: float, theirs: Array, apart: Array) -> NDArray[np.bool_]:
    """Which of the options leave a way to stop.

    Args:
        p: (2,) place.
        v: (2,) velocity now.
        options: (k, 2) velocities after the next step.
        floor: metres to keep from solids.
        theirs: (m, HORIZON, 2): the others' places from now on, as they brake.
        apart: (m,) metres to keep from each of them.

    Returns:
        (k,).
    """
    after = p + (v + options) * (DT / 2)
    mine = np.concatenate([np.broadcast_to(p, (len(options), 1, 2)), stopping(after, options)[:, :-1]], 1)
    here = float(clearance(p))
    ok = np.ones(len(options), bool)
    if here < floor + np.hypot(*(mine[:, -1] - p).T).max():
        ok = np.asarray(clearance(mine[:, 1:]).min(-1) >= min(floor, here))
    if len(theirs):
        now = np.hypot(*(theirs[:, 0] - p).T)
        # Those who are nearer than they should be (a group that was let go) may only part.
        ok &= (nearest(mine[:, None], theirs[None]) >= np.minimum(apart, now) - 1e-9).all(1)
    return ok


def avoid(p: Array, v: Array, wish: Array, others: tuple[Array, Array, Array], room: float) -> Array:
    """The velocity near to the wished one that keeps out of everybody's way.

    Candidates are turns and changes of pace of the wish; each costs how far it is from the wish, from the motion now,
    and how soon it comes too near to somebody, when both give way halfway.

    Args:
        p: (2,) place.
        v: (2,) velocity now.
        wish: (2,) velocity that one would like.
        others: places (m, 2), velocities (m, 2), and the distances (m,) that one likes to keep.
        room: metres from solids that one likes to keep.
    """
    pace = float(np.hypot(*wish))
    if pace < 0.05 or not len(others[0]):  # noqa: PLR2004 - who stands does not dodge
        return wish
    if not _trouble(p, wish[None], v, others).any():
        return wish
    ahead = wish / pace
    turned = ahead * _TURNS[:, :1] + np.array([-ahead[1], ahead[0]]) * _TURNS[:, 1:]
    cands = np.concatenate([turned * pace * f for f in (1.0, 1.15, 0.65, 0.3)] + [np.zeros((1, 2))])
    cost = 1.2 * np.hypot(*(cands - wish).T) + 0.35 * np.hypot(*(cands - v).T)
    cost += _trouble(p, cands, v, others).sum(1)
    cost += 0.02 * (cands @ np.array([-ahead[1], ahead[0]])) / pace  # everybody passes on the right
    soon = clearance(p + cands[:, None, :] * np.array([0.5, 1.0])[:, None]).min(1)
    cost += 6.0 * np.maximum(room - soon, 0.0)
    return np.asarray(cands[int(cost.argmin())])


def _trouble(p: Array, cands: Array, v: Array, others: tuple[Array, Array, Array]) -> Array:
    """What coming too near costs, (k, m): the sooner the more."""
    places, speeds, like = others
    gap = places - p
    moving = (np.hypot(*speeds.T) > 0.1)[None, :, None]  # noqa: PLR2004
    relative = np.where(moving, 2 * cands[:, None] - v - speeds, cands[:, None] - speeds)
    closing = (relative * gap).sum(-1)
    a = np.maximum((relative**2).sum(-1), 1e-9)
    c = (gap**2).sum(-1) - like**2
    under = closing**2 - a * c
    when = np.where(under > 0, (closing - np.sqrt(np.maximum(under, 0.0))) / a, np.inf)
    when = np.where((closing > 0) & (c > 0), when, np.where((c <= 0) & (closing > 0), 0.0, np.inf))
    share = np.maximum(0.0, 1.0 - when / LOOK)
    near = np.where(c <= 0, np.sqrt(a), 1.0)  # already near: what counts is how fast it comes nearer
    return np.asarray(3.0 * share**2 * near)
