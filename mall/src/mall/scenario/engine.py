"""The mall in motion, step by step: parties come, decide, and everybody takes a step that is safe."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mall.domain.motion import TICKS, Doing
from mall.domain.person import Person

from .coming import arrivals, come
from .minds import released, think
from .party import Phase
from .steer import DT, SOFT, STEP, avoid, choices, safe, stopping, toward
from .steps import Recipe
from .walker import Array, Walker
from .world import World, serves

SIGHT = 5.5  # metres: farther people do not matter
CLOSER = 0.05  # metres that companions come nearer than strangers may


def run(recipe: Recipe, cast: Sequence[Person], seed: int, seconds: float) -> World:
    """Play a recipe from its warm start to the end; the walkers' logs tell what happened."""
    world = World(recipe, cast, seed)
    world.dues = arrivals(recipe, seconds, world.chance)
    last = round(seconds * TICKS / STEP)
    while world.step <= last:
        come(world)
        for customer in world.till.step(world.now, attended=world.attended()):
            released(world, customer)
        for party in world.parties:
            if party.phase is not Phase.GONE:
                think(world, party)
        if world.walkers:
            _move(world)
        world.step += 1
    return world


def _move(world: World) -> None:
    """Everybody takes a step, one after the other; each knows what those before have chosen."""
    people = world.walkers
    crowd = _Crowd(people)
    first = world.step % len(people)  # nobody is always first
    moved: dict[int, tuple[Array, Array]] = {}
    for i in [*range(first, len(people)), *range(first)]:
        after, velocity = crowd.step(i, people[i].wish(crowd.standing(i)))
        moved[i] = (after, velocity)
        people[i].hurry(float(np.hypot(*velocity)))
        crowd.speed[i] = velocity
        crowd.ends[i] = np.concatenate([crowd.place[i][None], stopping(after, velocity)[:-1]])
    busy = bool(world.till.line) and world.till.line[0].served is not None
    for i, walker in enumerate(people):
        after, velocity = moved[i]
        walker.doing = _doing(walker, velocity, busy=busy)
        walker.log.append((walker.p, walker.v, walker.heading, int(walker.doing), walker.look))
        walker.p, walker.v = after, velocity
        walker.turn_body(walker.steered if walker.steered is not None else velocity)


class _Crowd:
    """Everybody as arrays, (n, ...): places, velocities, widths, groups, and the places while braking."""

    def __init__(self, people: list[Walker]) -> None:
        self.people = people
        self.place = np.array([w.p for w in people])
        self.speed = np.array([w.v for w in people])
        self.girth = np.array([w.girth for w in people])
        self.group = np.array([w.group for w in people])
        self.still = np.array([w.stands and w.path is None for w in people])
        self.ends = stopping(self.place, self.speed)
        grown = np.maximum(self.girth - 0.1, 0.1)[:, None]
        self.boxes = np.concatenate([self.place - grown, self.place + grown], 1)

    def mates(self, i: int) -> NDArray[np.bool_]:
        """Who came together with somebody."""
        return np.asarray((self.group == self.group[i]) & (self.group[i] > 0))

    def standing(self, i: int) -> Array:
        """Boxes, (k, 4), around strangers who stand about."""
        return self.boxes[self.still & ~self.mates(i)]

    def step(self, i: int, wish: Array) -> tuple[Array, Array]:
        """Where one is after the next step, and how fast."""
        walker = self.people[i]
        p, v = walker.p, walker.v
        if not wish.any() and walker.stands:
            return p, v
        far = np.hypot(*(self.place - p).T)
        far[i] = np.inf
        near = far < SIGHT
        mates = self.mates(i)
        must = self.girth + walker.girth - np.where(mates & ~self._wide(i), CLOSER, 0.0)
        soft = 0.12 if walker.halt and walker.path is not None and walker.left() < 1.2 else SOFT  # noqa: PLR2004
        like = must + np.where(mates, 0.03, soft)
        others = (self.place[near], self.speed[near], like[near])
        wish = walker.rolls(avoid(p, v, wish, others, walker.floor + 0.08))
        velocity = toward(v, wish)
        if not safe(p, v, velocity[None], walker.floor, self.ends[near], must[near])[0]:
            options = choices(v, wish)
            if walker.pushes:  # wheels do not go sideways: slower, or stop
                options = options[[*np.flatnonzero(_along(options, walker.heading)), len(options) - 1]]
            ok = safe(p, v, options, walker.floor, self.ends[near], must[near])
            velocity = options[int(ok.argmax())] if ok.any() else options[-1]
        if float(np.abs(velocity).max()) < 1e-6:  # noqa: PLR2004
            velocity = np.zeros(2)
        return p + (v + velocity) * (DT / 2), velocity

    def _wide(self, i: int) -> NDArray[np.bool_]:
        return np.asarray((self.girth > 0.3) | (self.girth[i] > 0.3))  # noqa: PLR2004


def _along(options: Array, heading: float) -> NDArray[np.bool_]:
    """Which velocities go about where one looks, (k,)."""
    ahead = options @ np.array([np.cos(heading), np.sin(heading)])
    return np.asarray(ahead > 0.85 * np.hypot(*options.T))  # within half a radian


def _doing(walker: Walker, after: Array, *, busy: bool) -> Doing:
    """What somebody does in this step."""
    if walker.pushes or not walker.stands or after.any() or walker.path is not None:
        return walker.gait
    if serves(walker):
        return Doing.SERVE if busy else Doing.WAIT
    return walker.stance
