"""The mall in motion: parties come, do what their visits say, and go; step by step."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mall.domain.motion import TICKS, Doing
from mall.domain.person import Person
from mall.domain.scene import Waited

from . import ways
from .casting import Casting
from .party import Party, Phase
from .spots import SPOTS, Spot
from .steer import DT, SOFT, STEP, avoid, choices, safe, stopping
from .steps import Recipe, Step, Visit, Who
from .till import Customer, Till
from .trips import trip
from .walker import HANDLE, Array, Walker

DOORS = ("entrance", "passage", "staff")
PATIENT = 45.0  # seconds on the way to a place until one does something else


@dataclass(frozen=True, slots=True)
class Ridden:
    """Somebody in a wheelchair that another pushes."""

    number: int
    person: Person
    pusher: int


class World:
    """Everybody in the mall.

    Args:
        recipe: what is to happen. cast: who may come. seconds: how long, after the recipe's warm start.
    """

    def __init__(self, recipe: Recipe, cast: Sequence[Person], seed: int, seconds: float) -> None:
        streams = np.random.SeedSequence([seed, 77]).spawn(3)
        self.rng = np.random.default_rng(streams[0])
        self.recipe = recipe
        self.casting = Casting(cast)
        self.till = Till(np.random.default_rng(streams[1]), recipe.service)
        self.dues = arrivals(recipe, seconds, np.random.default_rng(streams[2]))
        self.parties: list[Party] = []
        self.walkers: list[Walker] = []
        self.everybody: list[Walker] = []
        self.ridden: list[Ridden] = []
        self.count = 0
        self.groups = 0
        self.step = -round(recipe.warm * TICKS / STEP)
        self.last = round(seconds * TICKS / STEP)

    @property
    def now(self) -> float:
        return self.step * DT

    @property
    def waits(self) -> list[Waited]:
        return self.till.waits

    def run(self) -> None:
        """Play to the end."""
        while self.step <= self.last:
            self._come()
            attended = any(w.person.staff and w.arrived and math.dist(w.p, SPOTS["server"][0].at) < 0.3
                           for w in self.walkers)  # fmt: skip
            for customer in self.till.step(self.now, attended=attended):
                self._released(customer)
            for party in self.parties:
                self._think(party)
            for party in self.parties:
                if party.phase is not Phase.GONE and len(party.members) > 1 and party.leader in self.walkers:
                    party.walk_together(self._taken(party), self.now)
            self._go()
            self.step += 1

    # Coming and going.

    def _come(self) -> None:
        waiting = []
        for at, name, chance in self.dues:
            if at > self.now:
                waiting.append((at, name, chance))
                continue
            visit = self.recipe.visits[name]
            full = len(self.walkers) + len(visit.who) > self.recipe.most
            if chance and full:
                continue
            if not self._enter(visit) and self.now - at < 8.0:  # noqa: PLR2004 - somebody stands there: a little later
                waiting.append((at, name, chance))
        self.dues = waiting

    def _enter(self, visit: Visit) -> bool:
        starts = self._starts(visit)
        if starts is None:
            return False
        people: list[Person] = []
        for who in visit.who:
            person = self.casting.take(who, shows=visit.shows)
            if person is None:
                break
            people.append(person)
        if not people or (people[0].child and len(people) < len(visit.who)):
            for person in people:
                self.casting.give_back(person)
            return False
        self.groups += len(people) > 1
        party = Party(visit, [], since=self.now)
        for k, person in enumerate(people):
            self.count += 1
            if visit.pushes == "wheelchair" and k == 1:
                party.rides = self.count
                self.ridden.append(Ridden(self.count, person, party.leader.number))
                continue
            walker = self._walker(visit, person, starts[min(k, len(starts) - 1)], k)
            walker.group = self.groups if len(people) > 1 else 0
            party.members.append(walker)
        slowest = min(w.pace for w in party.members)
        party.leader.pace = slowest * visit.pace
        self.parties.append(party)
        self.walkers += party.members
        self.everybody += party.members
        return True

    def _walker(self, visit: Visit, person: Person, start: tuple[Array, float, bool], k: int) -> Walker:
        place, heading, still = start
        pace = own_pace(person)
        walker = Walker(self.count, person, place, np.zeros(2), heading, pace, self.step * STEP)
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

    def _starts(self, visit: Visit) -> list[tuple[Array, float, bool]] | None:
        """Place, heading and whether one stands, for each of a party; None: there is no room now."""
        rng = self.rng
        n = len(visit.who)
        if visit.enter in ("entrance", "passage"):
            at, heading = _outside(visit.enter, rng)
            back = -np.array([math.cos(heading), math.sin(heading)])
            left = np.array([back[1], -back[0]])
            gap = 0.75 if not visit.pushes else 1.2
            rows = [(at + left * gap * (0, 1, -1)[k % 3] + back * 0.1 * k, heading, False) for k in range(n)]
        elif visit.enter == "staff":
            rows = [(np.array([4.45, 11.9 + 0.6 * k]), math.pi / 2, True) for k in range(n)]
        else:
            spots = [s for s in SPOTS[visit.enter] if self._free(np.array(s.at))]
            if len(spots) < n:
                return None
            picked = [spots[int(i)] for i in rng.permutation(len(spots))[:n]]
            rows = [
                (np.array(s.at), math.atan2(s.look[1] - s.at.y, s.look[0] - s.at.x), True) for s in picked
            ]
        return rows if all(self._free(place) for place, _, _ in rows) else None

    def _free(self, place: Array) -> bool:
        return all(math.dist(place, w.p) > 0.75 + w.girth for w in self.walkers)

    # What the parties do.

    def _think(self, party: Party) -> None:
        lead = party.leader
        match party.phase:
            case Phase.NEXT:
                self._next(party)
            case Phase.TRAVEL:
                if lead.arrived:
                    self._stay(party)
                elif self.now - party.since > PATIENT:
                    party.phase = Phase.NEXT
            case Phase.STAY:
                if self.now >= party.until:
                    party.phase = Phase.NEXT
            case Phase.JOIN:
                self._approach(party)
            case Phase.QUEUE:
                self._queue(party)
            case Phase.LEAVE:
                self._leave(party)
            case Phase.GONE:
                pass

    def _next(self, party: Party) -> None:
        lead = party.leader
        party.claim, party.since = None, self.now
        steps = party.visit.steps
        if party.index >= len(steps):
            if party.visit.leave:
                party.phase = Phase.LEAVE
                party.claim = None
                self._off(party, lead)
            else:  # stays where it is to the end
                party.phase, party.until = Phase.STAY, math.inf
            return
        step = steps[party.index]
        party.index += 1
        party.doing = step.doing
        if step.spot == "queue":
            tail = self.till.tail()
            if tail is not None:
                party.phase = Phase.JOIN
                party.claim = tail
                self._travel(lead, tail)
            return
        spot = self._pick(step, party)
        if spot is None:
            return
        party.claim = np.array(spot.at)
        lead.face, lead.look = np.array(spot.look[:2]), np.array(spot.look)
        lead.stance = step.doing if not lead.pushes else lead.gait
        party.phase = Phase.TRAVEL
        if math.dist(lead.p, spot.at) > 0.05:  # noqa: PLR2004
            self._travel(lead, party.claim)

    def _stay(self, party: Party) -> None:
        step = party.visit.steps[party.index - 1]
        party.phase = Phase.STAY
        party.until = self.now + self.rng.uniform(*step.seconds)
        if party.doing is Doing.CHAT and len(party.members) > 1:
            party.leader.face = party.members[1].p
            party.leader.look = None

    def _pick(self, step: Step, party: Party) -> Spot | None:
        """A free place of the family, rather a near one."""
        taken = self._taken(party)
        free = [
            s for s in SPOTS[step.spot] if not len(taken) or np.hypot(*(taken - np.array(s.at)).T).min() > 0.95  # noqa: PLR2004
        ]
        free = [s for s in free if ways.clearance(np.array(s.at)) >= party.leader.floor + 0.02]
        free = [s for s in free if math.dist(s.at, party.leader.p) > 0.6] or free  # noqa: PLR2004 - rather another one
        if not free:
            return None
        far = np.array([math.dist(s.at, party.leader.p) for s in free])
        return free[int((far * self.rng.uniform(0.6, 1.6, len(free))).argmin())]

    def _taken(self, party: Party) -> Array:
        """Where others stand or are about to, (k, 2)."""
        spots = [p.claim for p in self.parties if p is not party and p.claim is not None and p.phase is not Phase.GONE]
        for other in self.parties:
            spots += [w.home for w in other.members[1:] if w.home is not None and other is not party]
        spots += [w.p for w in self.walkers if w.stands and w not in party.members]
        return np.array(spots).reshape(-1, 2)

    def _travel(self, walker: Walker, goal: Array) -> None:
        room = ways.EASY if not walker.wide else walker.floor + 0.1
        walker.go(trip(walker.p, goal, self.rng, room))

    # The queue.

    def _approach(self, party: Party) -> None:
        lead = party.leader
        tail = self.till.tail()
        if tail is None or self.now - party.since > PATIENT:
            party.phase = Phase.NEXT
            return
        if math.dist(lead.p, tail) < 0.9:  # noqa: PLR2004 - takes the place
            self.till.join(lead, self.now, party.visit.steps[party.index - 1].seconds)
            lead.stance = Doing.WAIT
            party.phase, party.claim = Phase.QUEUE, tail
            lead.go(ways.rounded(ways.route(lead.p, tail)))
        elif party.claim is None or math.dist(party.claim, tail) > 0.1:  # noqa: PLR2004
            party.claim = tail
            self._travel(lead, tail)

    def _queue(self, party: Party) -> None:
        from .till import PLACES  # noqa: PLC0415

        lead = party.leader
        mine = next(c for c in self.till.line if c.walker is lead)
        place = PLACES[mine.slot]
        if party.claim is None or math.dist(party.claim, place) > 0.1:  # noqa: PLR2004
            party.claim = place
            lead.go(ways.rounded(ways.route(lead.p, place)))
        if mine.slot == 0:
            lead.face = np.array(SPOTS["server"][0].at)
            lead.look = np.array([*SPOTS["server"][0].at, 1.5])
            lead.stance = Doing.PAY if mine.served is not None else Doing.WAIT
        else:
            lead.face = PLACES[mine.slot - 1]
            lead.look = None
            lead.stance = Doing.PHONE if party.visit.phone else Doing.WAIT

    def _released(self, customer: Customer) -> None:
        for party in self.parties:
            if party.members[0] is customer.walker and party.phase is Phase.QUEUE:
                party.phase = Phase.NEXT
                party.leader.look = party.leader.face = None

    # Leaving.

    def _off(self, party: Party, walker: Walker) -> None:
        if party.visit.leave == "staff":
            goal = np.array([4.45, 11.9])
        elif party.visit.leave == "street":
            goal = walker.p * np.array([-1.08, 1.0])
        else:
            goal, _ = _outside(party.visit.leave, self.rng)
        walker.face = walker.look = walker.steered = None
        room = ways.EASY if not walker.wide else walker.floor + 0.1
        walker.go(trip(walker.p, goal, self.rng, room), halt=party.visit.leave == "staff")

    def _leave(self, party: Party) -> None:
        for walker in list(party.members):
            if walker not in self.walkers:
                continue
            if walker is not party.leader and party.leader not in self.walkers and walker.number not in party.exits:
                party.exits[walker.number] = walker.p
                self._off(party, walker)
            mine = walker is party.leader or walker.number in party.exits
            if mine and (walker.left() < 1.0 if not walker.halt else walker.arrived):
                self.walkers.remove(walker)
                self.casting.give_back(walker.person)
        if not any(w in self.walkers for w in party.members):
            party.phase = Phase.GONE
            for rider in self.ridden:
                if rider.number == party.rides:
                    self.casting.give_back(rider.person)

    # Motion.

    def _go(self) -> None:
        people = self.walkers
        if not people:
            return
        place, speed = np.array([w.p for w in people]), np.array([w.v for w in people])
        girth = np.array([w.girth for w in people])
        ends = stopping(place, speed)
        still = np.array([w.stands and w.path is None for w in people])
        grown = np.maximum(girth - 0.1, 0.1)[:, None]
        crowd = np.concatenate([place - grown, place + grown], 1)
        group = np.array([w.group for w in people])
        turn = self.step % max(len(people), 1)
        moved: dict[int, tuple[Array, Array]] = {}
        for i in [*range(turn, len(people)), *range(turn)]:
            walker = people[i]
            wish = walker.wish(crowd[still & ((group != walker.group) | (group == 0))])
            after, velocity = self._step(i, wish, place, speed, girth, group, ends)
            moved[i] = (after, velocity)
            if walker.path is not None and float(np.hypot(*velocity)) < 0.12:  # noqa: PLR2004
                walker.stuck += DT
            elif float(np.hypot(*velocity)) > 0.3:  # noqa: PLR2004
                walker.stuck = 0.0
            speed[i] = velocity
            ends[i] = np.concatenate([place[i][None], stopping(after, velocity)[:-1]])
        for i, walker in enumerate(people):
            wish = walker.steered if walker.steered is not None else moved[i][1]
            walker.doing = self._doing(walker, moved[i][1])
            walker.log.append((walker.p, walker.v, walker.heading, int(walker.doing), walker.look))
            walker.p, walker.v = moved[i]
            walker.turn_body(wish)

    def _step(
        self, i: int, wish: Array, place: Array, speed: Array, girth: Array, group: Array, ends: Array
    ) -> tuple[Array, Array]:
        """Where one is after the next step, and how fast."""
        walker = self.walkers[i]
        p, v = walker.p, walker.v
        if not wish.any() and walker.stands:
            return p, v
        far = np.hypot(*(place - p).T)
        far[i] = np.inf
        near = far < 5.5  # noqa: PLR2004 - metres
        mates = (group == walker.group) & (walker.group > 0)
        must = girth + walker.girth - np.where(mates & (girth < 0.3) & (walker.girth < 0.3), 0.05, 0.0)  # noqa: PLR2004
        soft = 0.12 if walker.halt and walker.path is not None and walker.left() < 1.2 else SOFT  # noqa: PLR2004
        like = must + np.where(mates, 0.03, soft)
        wish = walker.rolls(avoid(p, v, wish, (place[near], speed[near], like[near]), walker.floor + 0.08))
        options = choices(v, wish)
        ok = safe(p, v, options[:1], walker.floor, ends[near], must[near])
        if not ok[0]:
            ok = safe(p, v, options, walker.floor, ends[near], must[near])
        velocity = options[int(ok.argmax())] if ok.any() else options[-1]
        if float(np.hypot(*velocity)) < 1e-6:  # noqa: PLR2004
            velocity = np.zeros(2)
        return p + (v + velocity) * (DT / 2), velocity

    def _doing(self, walker: Walker, after: Array) -> Doing:
        if walker.pushes:
            return walker.gait
        if walker.stands and not after.any() and walker.path is None:
            if walker.person.staff and math.dist(walker.p, SPOTS["server"][0].at) < 0.3:  # noqa: PLR2004
                busy = self.till.line and self.till.line[0].served is not None
                return Doing.SERVE if busy else Doing.WAIT
            return walker.stance
        return walker.gait


def arrivals(recipe: Recipe, seconds: float, chance: np.random.Generator) -> list[tuple[float, str, bool]]:
    """When which visit begins, in order of time: time, visit, and whether by chance (a Poisson process for each flow)."""
    out = [(due.at, due.visit, False) for due in recipe.dues]
    for flow in recipe.flows:
        names = [name for name, _ in flow.mix]
        weights = np.array([weight for _, weight in flow.mix])
        at = -recipe.warm
        rng = chance.spawn(1)[0]
        while (at := at + float(rng.exponential(60.0 / flow.rate))) < seconds:
            out.append((at, names[int(rng.choice(len(names), p=weights / weights.sum()))], True))
    return sorted(out)


def own_pace(person: Person) -> float:
    """The speed, m/s, that somebody likes to walk at: the same in every scene."""
    rng = np.random.default_rng(int.from_bytes(person.id.encode(), "big"))
    pace = float(np.clip(rng.normal(1.26, 0.12), 1.0, 1.55))
    years = person.build.years
    if years > 65:  # noqa: PLR2004
        return max(0.9, pace * 0.76)
    return pace if years >= 13 else min(pace, 0.8 + 0.035 * years)  # noqa: PLR2004


def _outside(door: str, rng: np.random.Generator) -> tuple[Array, float]:
    """A place out of sight beyond a door, and the heading inwards."""
    side = -1.0 if rng.random() < 0.5 else 1.0  # noqa: PLR2004
    if door == "entrance":
        return np.array([side * rng.uniform(8.4, 9.4), -rng.uniform(3.2, 6.2)]), 0.0 if side < 0 else math.pi
    return np.array([side * rng.uniform(5.6, 6.6), rng.uniform(36.2, 38.6)]), 0.0 if side < 0 else math.pi
