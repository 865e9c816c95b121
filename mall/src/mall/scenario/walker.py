"""One person on the way: where to, how fast, which way the body looks."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mall.domain.motion import Doing
from mall.domain.person import Person

from . import ways
from .steer import DT, GENTLE

Array = NDArray[np.float64]

SPIN = math.radians(115)  # rad/s at most, of a body
SWING = 5.0  # 1/s: how quickly a body follows where it wants to look
STANDS = 1e-9  # m/s
NEAR = 0.05  # metres, and m/s: who is so near and so slow has arrived
HANDLE = 0.45  # metres from the middle of somebody who pushes to what is pushed, half of the whole


@dataclass(slots=True, eq=False)
class Walker:
    """A person who moves.

    What pushes moves as one: `p` is then the middle between the person and what is pushed.

    Attributes:
        girth: metres that others keep from `p`, half of the distance between two.
        floor: metres that `p` keeps from solids.
        pace: m/s by choice.
        goal: the end of `path`; `halt`: stop there exactly.
        face: the point that the body turns to when it stands. look: the point that the eyes are on; None: ahead.
        steered: the velocity that keeping step with a companion asks for; instead of a path.
        bearing: where one wants to walk now, a vector of any length; None: nowhere.
        home, anchor: where a companion stands, and the leader's place that this belongs to. since: seconds, when
            the way was last planned.
        log: what every step was: place, velocity, heading, doing, look.
    """

    number: int
    person: Person
    p: Array
    v: Array
    heading: float
    pace: float
    born: int
    group: int = 0
    pushes: str = ""
    girth: float = 0.24
    floor: float = 0.37
    spin: float = 0.0
    path: Array | None = None
    halt: bool = True
    done: float = 0.0
    stuck: float = 0.0
    gait: Doing = Doing.WALK
    stance: Doing = Doing.WAIT
    doing: Doing = Doing.WALK
    face: Array | None = None
    look: Array | None = None
    lag: float = 0.0
    steered: Array | None = None
    bearing: Array | None = None
    since: float = -1e9
    home: Array | None = None
    anchor: Array | None = None
    log: list[tuple[Array, Array, float, int, Array | None]] = field(default_factory=list)

    @property
    def stands(self) -> bool:
        return float(np.abs(self.v).max()) < STANDS

    @property
    def arrived(self) -> bool:
        return self.path is None and self.steered is None and self.stands

    @property
    def wide(self) -> bool:
        return self.floor > 0.5  # noqa: PLR2004

    def go(self, path: Array, *, halt: bool = True) -> None:
        """Walk along a way, (k, 2)."""
        self.path, self.halt, self.done, self.stuck = path, halt, 0.0, 0.0

    def left(self) -> float:
        """Metres to the end of the way, straight."""
        return 0.0 if self.path is None else float(np.hypot(*(self.path[-1] - self.p)))

    def wish(self, crowd: Array) -> Array:
        """The velocity that one would like, were nobody else there.

        Args:
            crowd: (k, 4) boxes of people who stand about, walked around when one is stuck.
        """
        self.bearing = None
        if self.steered is not None:
            self.bearing = self.steered if self.steered.any() else None
            return self.steered
        if self.path is None:
            return np.zeros(2)
        left = self.left()
        if self.halt and left < NEAR and float(np.hypot(*self.v)) < NEAR:
            self.path = None
            return np.zeros(2)
        if self.stuck > 1.5:  # noqa: PLR2004 - seconds
            self._around(crowd)
        if self.path is None:
            return np.zeros(2)
        speed = self.pace * (1.0 - 0.65 * min(1.0, max(0.0, self.lag - 0.9)))
        if self.halt:
            speed = min(speed, math.sqrt(2 * 0.75 * GENTLE * left))
            if left < 0.5:  # noqa: PLR2004 - the last steps end exactly there
                want = (self.path[-1] - self.p - self.v * DT / 2) / DT
                self.bearing = want
                size = float(np.hypot(*want))
                return np.asarray(want * min(1.0, speed / max(size, 1e-9)) * self._willing(want))
        target = self._carrot(0.45 + 0.5 * speed)
        way = target - self.p
        size = float(np.hypot(*way))
        if size < 1e-6:  # noqa: PLR2004
            return np.zeros(2)
        self.bearing = way
        return np.asarray(way / size * speed * self._willing(way))

    def _willing(self, way: Array) -> float:
        """Who stands turns first, then walks."""
        now = float(np.hypot(*self.v))
        if now > 0.35:  # noqa: PLR2004
            return 1.0
        error = abs(turn(self.heading, math.atan2(way[1], way[0])))
        return max(0.0, min(1.0, 1.35 - error / math.radians(60)))

    def hurry(self, speed: float) -> None:
        """Count the seconds in which one wanted to go on and could not."""
        if self.path is not None and speed < 0.12:  # noqa: PLR2004
            self.stuck += DT
        elif speed > 0.3:  # noqa: PLR2004
            self.stuck = 0.0

    def rolls(self, wish: Array) -> Array:
        """The same wish, but what has wheels rolls about where it looks."""
        size = float(np.hypot(*wish))
        if not self.pushes or size < 1e-6:  # noqa: PLR2004
            return wish
        self.bearing = wish
        error = turn(self.heading, math.atan2(wish[1], wish[0]))
        way = self.heading + max(-0.4, min(0.4, error))
        return size * max(0.0, math.cos(error)) * np.array([math.cos(way), math.sin(way)])

    def _carrot(self, ahead: float) -> Array:
        """The point of the way to walk to: so far ahead of the nearest point."""
        path = self.path
        assert path is not None
        legs = np.hypot(*np.diff(path, axis=0).T)
        along = np.concatenate([[0.0], np.cumsum(legs)])
        here = np.linspace(self.done, min(self.done + 1.5, along[-1]), 16)
        points = np.stack([np.interp(here, along, path[:, 0]), np.interp(here, along, path[:, 1])], -1)
        self.done = float(here[int(np.hypot(*(points - self.p).T).argmin())])
        for reach in (ahead, ahead * 0.6, 0.25):
            s = min(self.done + reach, along[-1])
            target = np.array([np.interp(s, along, path[:, 0]), np.interp(s, along, path[:, 1])])
            line = self.p + np.linspace(0.2, 1.0, 5)[:, None] * (target - self.p)
            if ways.clearance(line).min() > self.floor:
                break
        return target

    def _around(self, crowd: Array) -> None:
        """Stuck: find another way around those who stand about, or be content with being near."""
        assert self.path is not None
        self.stuck = 0.0
        if self.halt and self.left() < 0.8:  # noqa: PLR2004 - somebody stands there: near is good enough
            self.path = None
            return
        keep = np.abs(crowd[:, :2] + crowd[:, 2:] - 2 * self.p).max(1) > 0.1  # noqa: PLR2004 - not oneself
        self.path = ways.route(self.p, self.path[-1], ways.EASY if not self.wide else self.floor + 0.1, crowd[keep])
        self.done = 0.0

    def turn_body(self, wish: Array) -> None:
        """One step of the body's turn: after the feet while walking, to `face` while standing."""
        limit, quick = SPIN, 6.0
        if self.pushes:  # what has wheels turns slowly, and in a curve
            limit, quick = min(SPIN * 0.5, 0.3 + 1.1 * float(np.hypot(*self.v))), 2.0
        aim = self.heading
        if float(np.hypot(*self.v)) > 0.25:  # noqa: PLR2004
            ahead = self.v + 0.6 * wish
            aim = math.atan2(ahead[1], ahead[0])
        elif self.bearing is not None and not self.halted():
            aim = math.atan2(self.bearing[1], self.bearing[0])
        elif self.face is not None and not self.pushes and self.path is None:
            way = self.face - self.p
            aim = math.atan2(way[1], way[0])
        error = turn(self.heading, aim)
        pull = SWING**2 * error - 2 * SWING * self.spin
        self.spin = max(-limit, min(limit, self.spin + max(-quick, min(quick, pull)) * DT))
        if abs(error) < 0.004 and abs(self.spin) < 0.02:  # noqa: PLR2004 - settled
            self.spin = 0.0
        self.heading += self.spin * DT

    def halted(self) -> bool:
        """At the end of a way that ends in a stop."""
        return self.halt and self.left() < 0.12  # noqa: PLR2004


def turn(start: float, end: float) -> float:
    """The smaller turn from one heading to another, radians, -pi to pi."""
    return math.remainder(end - start, math.tau)
