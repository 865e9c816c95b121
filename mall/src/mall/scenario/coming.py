"""Who comes when, and where from."""

from __future__ import annotations

import math

import numpy as np

from mall.domain.motion import Doing
from mall.domain.person import Person

from .party import Party
from .spots import SPOTS
from .steer import STEP
from .steps import Recipe, Visit
from .walker import Array, Walker
from .world import Ridden, World

LATE = 8.0  # seconds that a party waits outside for room
Start = tuple[Array, float, bool]  # place, heading, whether one stands


def arrivals(recipe: Recipe, seconds: float, chance: np.random.Generator) -> list[tuple[float, str, bool]]:
    """When which visit begins, in order of time: time, visit, and whether by chance (a Poisson process each flow).

    A shorter scene has the same arrivals as the beginning of a longer one.
    """
    out = [(due.at, due.visit, False) for due in recipe.dues if due.at < seconds]
    for flow in recipe.flows:
        rng = chance.spawn(1)[0]
        names = [name for name, _ in flow.mix]
        weights = np.array([weight for _, weight in flow.mix])
        at = -recipe.warm
        while (at := at + float(rng.exponential(60.0 / flow.rate))) < seconds:
            out.append((at, names[int(rng.choice(len(names), p=weights / weights.sum()))], True))
    return sorted(out)


def come(world: World) -> None:
    """Let those in whose time it is; those by chance turn away when the mall is full."""
    waiting = []
    for at, name, chance in world.dues:
        visit = world.recipe.visits[name]
        if at > world.now:
            waiting.append((at, name, chance))
        elif chance and len(world.walkers) + len(visit.who) > world.recipe.most:
            continue
        elif not enter(world, visit) and world.now - at < LATE:
            waiting.append((at, name, chance))
    world.dues = waiting


def enter(world: World, visit: Visit) -> bool:
    """Let a party in; False: there is no room for it now, or nobody to play it."""
    starts = _starts(world, visit)
    people: list[Person] = []
    for who in visit.who if starts is not None else ():
        person = world.casting.take(who, shows=visit.shows)
        if person is not None:
            people.append(person)
    if starts is None or len(people) < len(visit.who):
        for person in people:
            world.casting.give_back(person, came=False)
        return False
    world.groups += len(people) > 1
    party = Party(visit, [], since=world.now)
    for k, person in enumerate(people):
        world.count += 1
        if visit.pushes == "wheelchair" and k == 1:
            party.rides = world.count
            world.ridden.append(Ridden(world.count, person, party.leader.number))
            continue
        walker = _walker(visit, person, starts[k], k, world)
        walker.group = world.groups if len(people) > 1 else 0
        party.members.append(walker)
    party.leader.pace = min(w.pace for w in party.members) * visit.pace
    world.parties.append(party)
    world.walkers += party.members
    world.everybody += party.members
    return True


def own_pace(person: Person) -> float:
    """The speed, m/s, that somebody likes to walk at: the same in every scene."""
    rng = np.random.default_rng(int.from_bytes(person.id.encode(), "big"))
    pace = float(np.clip(rng.normal(1.26, 0.12), 1.0, 1.55))
    years = person.build.years
    if years > 65:  # noqa: PLR2004
        return max(0.9, pace * 0.76)
    return pace if years >= 13 else min(pace, 0.8 + 0.035 * years)  # noqa: PLR2004


def outside(door: str, rng: np.random.Generator) -> tuple[Array, float]:
    """A place out of sight beyond a door, and the heading towards the door."""
    side = -1.0 if rng.random() < 0.5 else 1.0  # noqa: PLR2004
    heading = 0.0 if side < 0 else math.pi
    if door == "entrance":
        return np.array([side * rng.uniform(8.4, 9.4), -rng.uniform(3.2, 6.2)]), heading
    return np.array([side * rng.uniform(5.6, 6.6), rng.uniform(36.2, 38.6)]), heading


def _starts(world: World, visit: Visit) -> list[Start] | None:
    """Where everybody of a party begins; None: there is no room now."""
    n = len(visit.who)
    rows: list[Start]
    if visit.enter in ("entrance", "passage"):
        at, heading = outside(visit.enter, world.rng)
        back = -np.array([math.cos(heading), math.sin(heading)])
        left = np.array([back[1], -back[0]])
        gap = 0.75 if not visit.pushes else 1.2
        rows = [(at + left * gap * (0, 1, -1)[k % 3] + back * 0.1 * k, heading, False) for k in range(n)]
    elif visit.enter == "staff":
        rows = [(np.array([4.45, 11.9 + 0.6 * k]), math.pi / 2, True) for k in range(n)]
    else:
        spots = [s for s in SPOTS[visit.enter] if world.free(np.array(s.at))]
        picked = [spots[int(i)] for i in world.rng.permutation(len(spots))[:n]]
        rows = [(np.array(s.at), math.atan2(s.look[1] - s.at.y, s.look[0] - s.at.x), True) for s in picked]
    return rows if len(rows) == n and all(world.free(place) for place, _, _ in rows) else None


def _walker(visit: Visit, person: Person, start: Start, k: int, world: World) -> Walker:
    place, heading, still = start
    pace = own_pace(person)
    walker = Walker(world.count, person, place, np.zeros(2), heading, pace, world.step * STEP)
    if k == 0 and visit.run:
        walker.pace, walker.gait = 2.8, Doing.RUN
    elif k == 0 and visit.phone:
        walker.pace, walker.gait = pace * 0.85, Doing.PHONE
    elif k == 0 and visit.pushes == "own":
        walker.gait, walker.stance, walker.pushes = Doing.SIT, Doing.SIT, "wheelchair"
        walker.girth, walker.floor, walker.pace = 0.5, 0.5, 0.9
    elif k == 0 and visit.pushes:
        walker.gait, walker.stance, walker.pushes = Doing.PUSH, Doing.PUSH, visit.pushes
        walker.girth, walker.floor, walker.pace = 0.72, 0.8, min(pace, 1.05)
    walker.doing = walker.gait
    if not still:
        walker.v = np.array([math.cos(heading), math.sin(heading)]) * min(1.0, walker.pace)
    return walker
