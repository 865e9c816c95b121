"""Pelvis, trunk and head along a track: height and sway from the feet, turns from the gait, the look from the gaze."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d, minimum_filter1d
from scipy.signal import lfilter

from mall.domain.motion import TICKS, Doing, Track

from .gait import Gait
from .ik import STRETCH
from .limbs import Limbs, Style
from .rig import turn_x, turn_y, turn_z

Array = NDArray[np.float64]
SEAT = 0.52  # metres: hips over the floor in a wheelchair
NECK_YAW, NECK_PITCH = np.radians(68), np.radians(34)  # as far as a head turns
SPINE_YAW = np.radians(24)  # and the trunk with it
EYE_YAW, EYE_PITCH = np.radians(22), np.radians(14)


@dataclass(frozen=True, slots=True)
class Carriage:
    """The trunk, tick by tick.

    Attributes:
        hips: (n, 3) the point between the hips, world. pelvis: (n, 3, 3), world.
        bend: (n, 3) yaw, pitch, roll of the chest against the pelvis.
        neck, eyes: (n, 2), yaw and pitch of the head against the chest, of the eyes against the head.
        breath: (n,) about -1 to 1. brisk, run, sit: (n,) 0 to 1, how much of each.
    """

    hips: Array
    pelvis: Array
    bend: Array
    neck: Array
    eyes: Array
    breath: Array
    brisk: Array
    run: Array
    sit: Array


def doing_share(track: Track, doing: Doing, seconds: float = 0.22) -> Array:
    """How much (0 to 1) somebody is about a thing, with soft beginnings and ends."""
    return np.asarray(gaussian_filter1d((track.doing == doing).astype(np.float64), seconds * TICKS, mode="nearest"))


def drift(rng: np.random.Generator, ticks: Array, periods: tuple[float, float], waves: int = 4) -> Array:
    """A smooth random motion, about -1 to 1, of waves with periods between two numbers of seconds."""
    times = ticks / TICKS
    total = np.zeros(len(times))
    for period, start in zip(rng.uniform(*periods, waves), rng.uniform(0, 2 * np.pi, waves), strict=True):
        total += np.sin(2 * np.pi * times / period + start)
    return np.asarray(total / np.sqrt(waves) / 1.4)


def carriage_of(track: Track, limbs: Limbs, style: Style, gait: Gait) -> Carriage:
    """Carry the trunk over the planned feet."""
    rng = np.random.default_rng([style.seed, 13])
    ticks = np.arange(track.first, track.end, dtype=np.float64)
    unit = np.sqrt(limbs.size)
    brisk = gaussian_filter1d(np.clip(gait.speed / (1.3 * unit), 0, 1.2), 0.25 * TICKS)
    run = gaussian_filter1d(np.clip((gait.speed - 1.9) / 0.6, 0, 1), 0.2 * TICKS)
    run = np.maximum(run, doing_share(track, Doing.RUN) * np.clip((gait.speed - 1.5) / 0.5, 0, 1))
    sit = doing_share(track, Doing.SIT)
    swing = np.pi * gait.phase
    shift = drift(rng, ticks, (7, 17)) * gait.standing
    walk = brisk * style.sway
    yaw = np.radians(4.5) * walk * np.sin(swing) + np.radians(2.0) * drift(rng, ticks, (9, 19)) * gait.standing
    roll = np.radians(3.2) * walk * np.cos(swing) + np.radians(1.6) * shift
    lean = style.lean + np.radians(2.0) * brisk + np.radians(8) * run + np.radians(5) * doing_share(track, Doing.PUSH)
    pitch = 0.5 * lean * (1 - sit) - np.radians(9) * sit
    pelvis = turn_z(track.heading + yaw * (1 - sit)) @ turn_y(pitch) @ turn_x(roll * (1 - sit))
    sideways = (0.022 * walk * np.cos(swing) + 0.024 * shift) * limbs.size * (1 - sit)
    hips = np.column_stack([track.place, np.zeros(len(ticks))])
    hips[:, 0] -= np.sin(track.heading) * sideways
    hips[:, 1] += np.cos(track.heading) * sideways
    hips[:, 2] = _height(hips, pelvis, limbs, gait, run) * (1 - sit) + SEAT * sit
    breath = np.sin(2 * np.pi * ticks / TICKS / rng.uniform(3.4, 4.6) + rng.uniform(0, 6.3))
    look, down = _look(track, limbs, ticks, rng, gait.standing)
    trunk = np.clip(0.22 * look, -SPINE_YAW, SPINE_YAW)
    chest_yaw = -0.6 * yaw - np.radians(3.5) * walk * np.sin(swing) + trunk
    bend = np.column_stack([chest_yaw - yaw * 0.4, lean - pitch + np.radians(0.7) * breath, -0.9 * roll])
    bend[:, 1] += np.radians(-4) * sit
    neck_yaw = np.clip(look - trunk, -NECK_YAW, NECK_YAW)
    neck_pitch = np.clip(down, -NECK_PITCH, NECK_PITCH)
    eyes = np.column_stack([np.clip(look - trunk - neck_yaw, -EYE_YAW, EYE_YAW),
                            np.clip(down - neck_pitch, -EYE_PITCH, EYE_PITCH)])  # fmt: skip
    # The head is level whatever the back does.
    neck = np.column_stack([neck_yaw, neck_pitch - bend[:, 1] - pitch - style.stoop])
    return Carriage(hips, pelvis, bend, neck, eyes, breath, brisk, run, sit)


def _height(hips: Array, pelvis: Array, limbs: Limbs, gait: Gait, run: Array) -> Array:
    """Height of the hips: as high as both legs reach, without jerks."""
    straight = limbs.leg * STRETCH * 0.999
    middle = limbs.hips.mean(0)
    rest = float(np.mean([foot.ankle[2] for foot in limbs.feet]))
    caps = []
    for side, foot in enumerate(gait.feet):
        offset = pelvis @ (limbs.hips[side] - middle)
        across = ((hips[:, :2] + offset[:, :2] - foot.ankle[:, :2]) ** 2).sum(1)
        reach = np.sqrt(np.maximum(straight**2 - across, (0.4 * straight) ** 2))
        caps.append(foot.ankle[:, 2] + reach - offset[:, 2])
    cap = np.minimum(*caps)
    bounce = run * (0.03 * np.cos(2 * np.pi * (gait.phase - 0.5)) - 0.055) * limbs.size
    soft = 0.993 - 0.012 * np.clip(gait.speed / 1.2, 0, 1)
    wanted = np.minimum(rest + limbs.leg * soft + bounce, cap)
    smooth = gaussian_filter1d(minimum_filter1d(wanted, 3, mode="nearest"), 1.3, mode="nearest")
    return np.asarray(np.minimum(smooth, cap))


def _look(track: Track, limbs: Limbs, ticks: Array, rng: np.random.Generator, standing: Array) -> tuple[Array, Array]:
    """Yaw against the heading and pitch (down positive) of the look: turned to the gaze with a soft lag."""
    way = track.gaze - np.column_stack([track.place, np.full(len(ticks), 0.94 * limbs.stature)])
    ahead = np.arctan2(way[:, 1], way[:, 0]) - track.heading
    yaw = np.unwrap(np.angle(np.exp(1j * ahead)))
    yaw -= 2 * np.pi * np.round(yaw.mean() / (2 * np.pi))
    far = np.hypot(way[:, 0], way[:, 1])
    down = np.arctan2(-way[:, 2], np.maximum(far, 0.05))
    # What lies behind is not looked at over the shoulder for long: the head takes the shorter way and stops.
    yaw = np.clip(np.angle(np.exp(1j * yaw)), -1.65, 1.65)
    look = _lagged(yaw, 0.13) + np.radians(1.5) * drift(rng, ticks, (2.5, 7)) * standing
    return look, _lagged(np.clip(down, -0.9, 0.9), 0.13) + np.radians(1.2) * drift(rng, ticks, (2, 6)) * standing


def _lagged(values: Array, seconds: float) -> Array:
    """Follow values with a critically damped lag."""
    keep = float(np.exp(-1 / (seconds * TICKS)))
    once = lfilter([1 - keep], [1, -keep], values, zi=[keep * values[0]])[0]
    return np.asarray(lfilter([1 - keep], [1, -keep], once, zi=[keep * once[0]])[0])
