"""Counts the steps of a track: a phase that grows by one a step and rests where somebody stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from mall.domain.motion import TICKS, Track

from .limbs import Limbs, Style

Array = NDArray[np.float64]
PAD = 2 * TICKS  # ticks before and after the track, so that its first and last steps are whole
STILL_SPEED, STILL_TURN = 0.03, 0.1  # m/s, rad/s: less is standing
SPREAD = 7  # ticks by which a step may begin before, and end after, the body moves
SMALL_TURN, SMALL_WAY = 0.3, 0.04  # radians, metres: less is done without a step
STEP_TURN = 0.75  # radians a step when turning on the spot


class Rest(NamedTuple):
    """A stretch of standing: place (2,), heading, feet apart ahead (stagger, metres) and sideways (factor)."""

    place: Array
    heading: float
    stagger: float
    width: float


@dataclass(frozen=True, slots=True)
class Plan:
    """Steps of a padded track.

    Attributes:
        place: (n, 2). heading: (n,). speed: (n,), m/s. phase: (n,), never falling. still: (n,) bool.
        rests: by the step before it: the phase of step k's rest is k + 0.5.
    """

    place: Array
    heading: Array
    speed: Array
    phase: Array
    still: NDArray[np.bool_]
    rests: dict[int, Rest]

    def tick_of(self, phase: float) -> float:
        """When a phase is reached; phases beyond the ends are continued evenly."""
        last = len(self.phase) - 1
        if phase <= self.phase[0]:
            return float((phase - self.phase[0]) * TICKS / 2)
        if phase >= self.phase[-1]:
            return float(last + (phase - self.phase[-1]) * TICKS / 2)
        after = int(np.searchsorted(self.phase, phase, "left"))
        low, high = self.phase[after - 1], self.phase[after]
        return float(after - 1 + (phase - low) / (high - low))

    def place_at(self, tick: float) -> tuple[Array, float]:
        """Place (2,) and heading at a tick that need not be whole."""
        ticks = np.arange(len(self.phase))
        x, y, heading = (float(np.interp(tick, ticks, v)) for v in (*self.place.T, self.heading))
        return np.array([x, y]), heading

    def speed_at(self, begin: float, end: float) -> float:
        """The mean speed between two ticks."""
        low = int(np.clip(np.floor(begin), 0, len(self.speed) - 1))
        high = int(np.clip(np.ceil(end), low, len(self.speed) - 1))
        return float(self.speed[low : high + 1].mean())

    def speed_at_phase(self, phase: float) -> float:
        """The speed when a phase is reached."""
        tick = self.tick_of(phase)
        return self.speed_at(tick, tick)


def plan_steps(track: Track, limbs: Limbs, style: Style) -> Plan:
    """Count the steps of a track."""
    place, heading = _padded(track.place), _padded(track.heading[:, None])[:, 0]
    speed = gaussian_filter1d(np.linalg.norm(np.gradient(place, axis=0), axis=1) * TICKS, 0.12 * TICKS)
    turning = np.abs(gaussian_filter1d(np.gradient(heading) * TICKS, 0.12 * TICKS))
    still = _still(place, heading, speed, turning)
    rate = _rate(speed, turning, limbs, style)
    rng = np.random.default_rng([style.seed, 11])
    phase, rests = _phase(rate, still, place, heading, rng)
    return Plan(place, heading, speed, phase, still, rests)


def _padded(values: Array) -> Array:
    """Continue (n, d) evenly at both ends."""
    if len(values) < 2:  # noqa: PLR2004 - nothing to continue from
        return np.repeat(values, 2 * PAD + 1, axis=0)
    away = np.arange(1, PAD + 1)[:, None]
    before = values[0] - away[::-1] * (values[1] - values[0])
    after = values[-1] + away * (values[-1] - values[-2])
    return np.concatenate([before, values, after])


def _runs(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Begin and end (exclusive) of the stretches of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], mask.astype(np.int8), [0]])))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


def _still(place: Array, heading: Array, speed: Array, turning: Array) -> NDArray[np.bool_]:
    """Where feet stay: standing that lasts, and turns too small for a step."""
    still = (speed < STILL_SPEED) & (turning < STILL_TURN)
    for begin, end in _runs(~still):
        if begin == 0 or end == len(still):
            continue
        before = next(a for a, b in _runs(still) if b == begin)
        # Against the whole stretch of standing, so that small turns do not add up.
        turned = np.abs(heading[end] - heading[before:end]).max()
        moved = np.linalg.norm(place[end] - place[before:end], axis=1).max()
        if turned < SMALL_TURN and moved < SMALL_WAY:
            still[begin:end] = True
    for begin, end in _runs(still):
        low = begin if begin == 0 else begin + SPREAD
        high = end if end == len(still) else end - SPREAD
        still[begin:end] = False
        if high - low > 2:  # noqa: PLR2004 - a pause within a step
            still[low:high] = True
    return still


def _rate(speed: Array, turning: Array, limbs: Limbs, style: Style) -> Array:
    """Steps a second, from speed, turning and the length of legs."""
    # Step length over leg grows with the root of the speed, by legs' own unit of speed.
    unit = np.sqrt(limbs.size)
    length = 0.72 * limbs.size * style.stride * np.sqrt(np.maximum(speed, 0.02) / (1.3 * unit))
    steps = speed / length + turning / STEP_TURN * np.clip(1 - speed / 0.5, 0, 1)
    return np.asarray(gaussian_filter1d(np.maximum(steps, 0.35), 0.1 * TICKS))


def _phase(rate: Array, still: NDArray[np.bool_], place: Array, heading: Array,
           rng: np.random.Generator) -> tuple[Array, dict[int, Rest]]:  # fmt: skip
    phase = np.zeros(len(rate))
    rests: dict[int, Rest] = {}
    stretches = _runs(still)
    at = float(rng.integers(2)) + (0.5 if stretches and stretches[0][0] == 0 else float(rng.uniform(0.1, 0.4)))
    done = 0
    for begin, end in [*stretches, (len(rate), len(rate))]:
        if begin > done:
            grown = np.cumsum(rate[done:begin]) / TICKS
            if begin < len(rate):
                grown *= _whole(float(grown[-1]), at, first=done == 0) / grown[-1]
            phase[done:begin] = at + grown
            at = float(phase[begin - 1])
        if end > begin:
            at = round(at - 0.5) + 0.5
            phase[begin:end] = at
            middle = heading[begin:end]
            rests[round(at - 0.5)] = Rest(
                place[(begin + end) // 2], float((middle.min() + middle.max()) / 2),
                float(rng.normal(0, 0.028)), float(rng.uniform(0.9, 1.3)),
            )  # fmt: skip
        done = end
    return phase, rests


def _whole(steps: float, start: float, *, first: bool) -> float:
    """How far the phase must grow to rest between two steps."""
    if first:
        wanted = round(start + steps - 0.5) + 0.5 - start
        return wanted if wanted > 0.3 else wanted + 1  # noqa: PLR2004 - room for a step
    return float(max(2, round(steps)))
