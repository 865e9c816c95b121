"""Where feet are set along a track, and how they roll: planted feet stay exactly where they are.

Steps are counted by a phase that grows by one a step. The left foot stands around even phases, the right one around
odd ones; a stance is planted where the body is in its middle. Where somebody stands, the phase rests half-way between
two steps, with both feet down.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from mall.domain.motion import TICKS, Track

from .limbs import Foot, Limbs, Style
from .steps import PAD, Plan, plan_steps

Array = NDArray[np.float64]
STRIKE = np.radians(17.0)  # toes up at heel strike, at a brisk walk
PUSH = np.radians(48.0)  # heel up when the toes leave
SETTLE = 0.14  # phases from heel strike to a flat foot
EARLY = 0.11  # phases before mid-stance when the body is above the foot
RISE = 0.2  # the phase after mid-stance at which the heel begins to rise


@dataclass(frozen=True, slots=True)
class FootMotion:
    """One foot, tick by tick.

    Attributes:
        ankle: (n, 3), metres, world. yaw: (n,), where it points, radians. pitch: (n,), heel up positive.
        toes: (n,), pitch of the toes. down: (n,), 0 in the air, 1 heel, 2 flat, 3 toes on the floor.
        step: (n,), the step that a foot on the floor has made.
    """

    ankle: Array
    yaw: Array
    pitch: Array
    toes: Array
    down: NDArray[np.uint8]
    step: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Gait:
    """Both feet and what the body takes from them: phase (n,), speed (n,) in m/s, standing (n,) 0 to 1."""

    feet: tuple[FootMotion, FootMotion]
    phase: Array
    speed: Array
    standing: Array


class Stance(NamedTuple):
    """One foot on the floor: step number, begin and end (ticks and phases), ground point (2,), direction, rolls."""

    begin: float
    end: float
    first: float
    last: float
    step: int
    ground: Array
    yaw: float
    strike: float
    push: float
    strike_ends: float
    rise: float


def gait_of(track: Track, limbs: Limbs, style: Style) -> Gait:
    """Plan the feet along a whole track."""
    plan = plan_steps(track, limbs, style)
    feet = [_foot_motion(plan, limbs, style, side) for side in (0, 1)]
    cut = slice(PAD, PAD + len(track.place))
    standing = gaussian_filter1d(plan.still.astype(np.float64), 0.2 * TICKS)
    return Gait((feet[0], feet[1]), plan.phase[cut], plan.speed[cut], standing[cut])


def _foot_motion(plan: Plan, limbs: Limbs, style: Style, side: int) -> FootMotion:
    foot, count = limbs.feet[side], len(plan.phase)
    steps = range(int(np.floor(plan.phase[0])) - 2, int(np.ceil(plan.phase[-1])) + 3)
    stances = [_stance(plan, limbs, style, step) for step in steps if step % 2 == side]
    yaw, pitch, toes = np.zeros((3, count))
    down, made = np.zeros(count, np.uint8), np.zeros(count, np.int64)
    motion = FootMotion(np.zeros((count, 3)), yaw, pitch, toes, down, made)
    for stance in stances:
        ticks = np.arange(max(0, int(np.ceil(stance.begin))), min(count, int(np.floor(stance.end)) + 1))
        if len(ticks):
            _stand(motion, ticks, plan.phase[ticks], stance, foot)
    for before, after in pairwise(stances):
        ticks = np.arange(max(0, int(np.floor(before.end)) + 1), min(count, int(np.ceil(after.begin))))
        if len(ticks):
            _swing(motion, ticks, before, after, foot, plan.speed_at(before.end, after.begin), 1 - 2 * side)
    cut = slice(PAD, count - PAD)
    return FootMotion(
        motion.ankle[cut], motion.yaw[cut], motion.pitch[cut], motion.toes[cut], motion.down[cut], motion.step[cut]
    )


def _stance(plan: Plan, limbs: Limbs, style: Style, step: int) -> Stance:
    rest_before, rest_after = plan.rests.get(step - 1), plan.rests.get(step)
    speed = plan.speed_at_phase(step)
    half = float(np.interp(speed, (1.0, 1.9, 2.4), (0.61, 0.57, 0.36)))
    first = step - (0.61 if rest_before else half)
    last = step + (0.61 if rest_after else half)
    begin, end = plan.tick_of(first), plan.tick_of(last)
    sign = 1 - 2 * (step % 2)
    wide = limbs.size * style.width * float(np.interp(speed, (0.1, 0.8), (0.088, 0.05)))
    rest = rest_after or rest_before
    if rest:
        place, heading = rest.place, rest.heading
        ahead = sign * rest.stagger * limbs.size
        wide *= rest.width
    else:
        # Set down closer ahead of the body than it is left behind.
        place, heading = plan.place_at(
            plan.tick_of(step - float(np.interp(speed, (0.3, 1.2, 2.6), (0.0, EARLY, 0.15))))
        )
        ahead = 0.0
    forward, left = np.array([np.cos(heading), np.sin(heading)]), np.array([-np.sin(heading), np.cos(heading)])
    ground = place + ahead * forward + sign * wide * left
    brisk = np.clip(np.array([plan.speed_at(begin - 2, begin), plan.speed_at(end, end + 2)]) / 1.25, 0, 1.1)
    strike = STRIKE * brisk[0] * (1.0 if speed < 2.1 else 0.2)  # noqa: PLR2004 - runners land flat
    strike_ends = first + (0.1 if rest_before else SETTLE)
    rise = step + (0.505 if rest_after else RISE * (half / 0.61))
    return Stance(begin, end, first, last, step, ground, heading + sign * style.out,
                  float(strike), float(PUSH * brisk[1]), strike_ends, rise)  # fmt: skip


def _stand(motion: FootMotion, ticks: NDArray[np.int64], phase: Array, stance: Stance, foot: Foot) -> None:
    lands = np.clip((stance.strike_ends - phase) / (stance.strike_ends - stance.first), 0, 1)
    leaves = np.clip((phase - stance.rise) / (stance.last - stance.rise), 0, 1)
    pitch = -stance.strike * lands + stance.push * leaves**1.6
    motion.pitch[ticks] = pitch
    motion.toes[ticks] = np.minimum(pitch, 0)
    motion.yaw[ticks], motion.step[ticks] = stance.yaw, stance.step
    motion.down[ticks] = np.where(pitch < 0, 1, np.where(pitch > 0, 3, 2))
    motion.ankle[ticks] = planted(foot, stance.ground, np.full(len(ticks), stance.yaw), pitch)


def planted(foot: Foot, ground: Array, yaw: Array, pitch: Array) -> Array:
    """Ankles (n, 3) of a foot set at `ground` (2,), rolled by `pitch` (n,) over its heel (negative) or toes."""
    pivot = np.where((pitch < 0)[:, None], foot.heel - foot.ankle, foot.ball - foot.ankle)
    flat = _spin(pivot, yaw - foot.out)
    rolled = _spin(_pitched(_spin(pivot, np.full(len(yaw), -foot.out)), pitch), yaw)
    base = np.column_stack([np.broadcast_to(ground, (len(yaw), 2)), np.full(len(yaw), foot.ankle[2])])
    return base + flat - rolled


def _spin(points: Array, angle: Array) -> Array:
    c, s = np.cos(angle), np.sin(angle)
    x, y, z = points.T
    return np.column_stack([c * x - s * y, s * x + c * y, z])


def _pitched(points: Array, angle: Array) -> Array:
    c, s = np.cos(angle), np.sin(angle)
    x, y, z = points.T
    return np.column_stack([c * x + s * z, y, c * z - s * x])


def _swing(motion: FootMotion, ticks: NDArray[np.int64], before: Stance, after: Stance, foot: Foot,
           speed: float, sign: int) -> None:  # fmt: skip
    share = np.clip((ticks - before.end) / max(after.begin - before.end, 1e-6), 0, 1)
    ease = share**2 * (3 - 2 * share)
    ends = [planted(foot, stance.ground, np.array([stance.yaw]), np.array([roll]))[0]
            for stance, roll in ((before, before.push), (after, -after.strike))]  # fmt: skip
    ankle = ends[0] + ease[:, None] * (ends[1] - ends[0])
    lift = np.interp(speed, (0.0, 0.6, 1.2, 2.0, 2.6), (0.035, 0.05, 0.035, 0.06, 0.2))
    ankle[:, 2] += lift * np.sin(np.pi * share**0.8) ** 2
    yaw = before.yaw + ease * (after.yaw - before.yaw)
    # Around the other leg.
    ankle[:, :2] += (sign * 0.016 * np.sin(np.pi * share))[:, None] * np.column_stack([-np.sin(yaw), np.cos(yaw)])
    fall = np.clip(share / 0.62, 0, 1)
    pitch = before.push * (1 - fall**2 * (3 - 2 * fall)) - after.strike * np.clip((share - 0.45) / 0.5, 0, 1)
    motion.pitch[ticks], motion.yaw[ticks] = pitch, yaw
    bent = np.clip(1 - share / 0.35, 0, 1)
    toes = pitch * (1 - bent) + np.minimum(pitch, 0) * bent
    motion.toes[ticks] = toes
    heel, ball = (_rolled(p - foot.ankle, foot.out, pitch)[:, 2] for p in (foot.heel, foot.ball))
    tip = ball + _rolled(foot.toe - foot.ball, foot.out, toes)[:, 2]
    tips = [heel, ball - foot.ball[2] + 0.004, tip]
    sunk = -(ankle[:, 2] + np.min(tips, axis=0))
    motion.ankle[ticks] = ankle + np.column_stack([np.zeros((len(ticks), 2)), np.maximum(sunk, 0)])


def _rolled(offset: Array, out: float, pitch: Array) -> Array:
    """An offset (3,) within the foot, turned to look ahead and pitched: (n, 3)."""
    ahead = _spin(offset[None], np.array([-out]))
    return _pitched(np.repeat(ahead, len(pitch), axis=0), pitch)
