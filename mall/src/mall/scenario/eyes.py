"""What people look at: ahead, with glances; at goods, the screen, a phone, each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mall.domain import place as plan
from mall.domain.lens import VIEWS
from mall.domain.motion import TICKS, Doing
from mall.domain.person import Person

from .finish import smooth

Array = NDArray[np.float64]

WINDOWS = ((-3.5, 18.2, 1.4), (-3.5, 15.2, 1.7), (3.5, 21.2, 1.7), (3.2, 7.0, 1.3), (0.0, 22.0, 2.4))
_SOFT = np.hanning(11)[1:-1] / np.hanning(11).sum()
ARM = 0.3  # metres: nothing nearer is looked at


@dataclass(frozen=True, slots=True)
class Sight:
    """One person's motion, as the eyes need it: all (n, ...) from tick `first` on; `look` is nan where it is free."""

    person: Person
    first: int
    place: Array
    heading: Array
    doing: NDArray[np.uint8]
    look: Array
    sits: bool = False


def eye_height(person: Person, *, sits: bool = False) -> float:
    """About how high the eyes are, metres."""
    years, build = person.build.years, person.build
    grown = 1.56 + 0.1 * build.male + 0.16 * (build.height - 0.5)
    height = grown if years >= 16 else min(grown, 0.68 + 0.058 * years)  # noqa: PLR2004
    return height - 0.45 if sits else height


def gaze(me: Sight, mates: Sequence[Sight], rng: np.random.Generator) -> Array:
    """The point that is looked at, (n, 3) metres, tick by tick.

    Args:
        me: who looks.
        mates: the companions.
        rng: of the glances.
    """
    n, eyes = len(me.place), eye_height(me.person, sits=me.sits)
    ahead = np.stack([np.cos(me.heading), np.sin(me.heading)], -1)
    out = np.column_stack([me.place + 4.5 * ahead, np.full(n, eyes - 0.16)])
    fixed = ~np.isnan(me.look[:, 0])
    out[fixed] = me.look[fixed]
    at = 0
    while at < n:  # one thing after the other holds the eyes for a while
        hold = _hold(me, at, rng)
        span = slice(at, min(n, at + hold))
        doing = Doing(int(me.doing[at]))
        if doing in (Doing.BROWSE, Doing.SERVE, Doing.PAY) and fixed[at]:
            # From one thing to the next; the goods are a metre wide.
            out[span] += rng.normal(0.0, 1.0, 3) * np.array([0.22, 0.22, 0.16])
        elif doing is Doing.WATCH and fixed[at]:
            out[span] += rng.normal(0.0, 1.0, 3) * np.array([0.0, 0.7, 0.25])
        elif rng.random() < _share(doing):
            target = _glance(me, mates, at, eyes, rng)
            if target is not None:
                held = slice(at, min(n, at + int(rng.uniform(0.6, 1.5) * TICKS)))
                out[held] = target[: held.stop - held.start]
        at = span.stop
    phone = me.doing == Doing.PHONE
    near = np.column_stack([me.place + 0.38 * ahead, np.full(n, eyes - 0.36)])
    up = np.zeros(n, bool)
    for start in range(0, n, 5 * TICKS):  # now and then one looks up from the phone
        if rng.random() < 0.5:  # noqa: PLR2004
            up[start : start + TICKS] = True
    out = np.where((phone & ~up)[:, None], near, out)
    out = smooth(out, _SOFT)
    # On the way from one side to the other the point may come to one's own feet.
    close = np.hypot(*(out[:, :2] - me.place).T) < ARM
    out[close, :2] = (me.place + ARM * ahead)[close]
    return np.round(out, 4)


def _hold(me: Sight, at: int, rng: np.random.Generator) -> int:
    doing = int(me.doing[at])
    seconds = rng.uniform(1.2, 3.2) if doing in (Doing.BROWSE, Doing.WATCH, Doing.PAY) else rng.uniform(1.6, 4.5)
    hold = int(seconds * TICKS)
    change = np.flatnonzero(me.doing[at : at + hold] != doing)
    return max(1, int(change[0]) if len(change) else hold)


def _share(doing: Doing) -> float:
    """How often the next look is a glance aside."""
    return {Doing.CHAT: 0.75, Doing.WAIT: 0.5, Doing.RUN: 0.05, Doing.PUSH: 0.3}.get(doing, 0.35)


def _glance(me: Sight, mates: Sequence[Sight], at: int, eyes: float, rng: np.random.Generator) -> Array | None:
    """What a glance goes to for the next ticks, (k, 3): a companion, or something in sight."""
    k = min(int(1.6 * TICKS), len(me.place) - at)
    if mates and rng.random() < 0.7:  # noqa: PLR2004
        mate = mates[int(rng.integers(len(mates)))]
        rows = np.clip(np.arange(at, at + k) + me.first - mate.first, 0, len(mate.place) - 1)
        return np.column_stack([mate.place[rows], np.full(k, eye_height(mate.person, sits=mate.sits))])
    things = [*WINDOWS, plan.SCREEN_CENTRE]
    if rng.random() < 0.06:  # noqa: PLR2004 - rarely into a camera
        things = [view.at for view in VIEWS.values()]
    aim = np.array([np.cos(me.heading[at]), np.sin(me.heading[at])])
    seen = []
    for thing in things:
        way = np.array(thing[:2]) - me.place[at]
        far = float(np.hypot(*way))
        if 2.4 < far < 9.0 and float(way @ aim) / far > 0.35:  # noqa: PLR2004
            seen.append(thing)
    if not seen:
        side = rng.uniform(-0.6, 0.6) + me.heading[at]
        point = me.place[at] + 4.0 * np.array([np.cos(side), np.sin(side)])
        return np.tile([*point, eyes - 0.2], (k, 1))
    return np.tile(seen[int(rng.integers(len(seen)))], (k, 1))
