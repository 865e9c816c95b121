"""What parties do next: the steps of their visits, the queue, the way home."""

from __future__ import annotations

import math

import numpy as np

from mall.domain.motion import Doing

from . import ways
from .coming import outside
from .party import Party, Phase
from .spots import SPOTS, Spot
from .steps import Step
from .till import PLACES, Customer
from .trips import trip
from .walker import Array, Walker
from .world import World

PATIENT = 45.0  # seconds on the way to a place until one does something else
IN_STAFF_ROOM = np.array([4.45, 11.9])


def think(world: World, party: Party) -> None:
    """One step of a party's plans."""
    lead, late = party.leader, world.now - party.since > PATIENT
    match party.phase:
        case Phase.NEXT:
            _next(world, party)
        case Phase.TRAVEL if lead.arrived:
            _stay(world, party)
        case Phase.TRAVEL | Phase.JOIN if late:
            party.phase = Phase.NEXT
        case Phase.STAY if world.now >= party.until:
            party.phase = Phase.NEXT
        case Phase.JOIN:
            _approach(world, party)
        case Phase.QUEUE:
            _queue(world, party)
        case Phase.LEAVE:
            _leave(world, party)
    if len(party.members) > 1 and lead in world.walkers:
        party.walk_together(world.taken(party), world.now)


def released(world: World, customer: Customer) -> None:
    """Somebody's time in the queue is over."""
    for party in world.parties:
        if party.leader is customer.walker and party.phase is Phase.QUEUE:
            party.phase = Phase.NEXT
            party.leader.look = party.leader.face = None


def _next(world: World, party: Party) -> None:
    lead, steps = party.leader, party.visit.steps
    party.claim, party.since = None, world.now
    if party.index >= len(steps):
        if party.visit.leave:
            party.phase = Phase.LEAVE
            _off(world, party, lead)
        else:  # stays where it is to the end
            party.phase, party.until = Phase.STAY, math.inf
            party.claim = lead.p
        return
    step = steps[party.index]
    party.index += 1
    party.doing = step.doing
    if step.spot == "queue":
        party.claim = world.till.tail()
        if party.claim is not None:
            party.phase = Phase.JOIN
            _travel(world, lead, party.claim)
        return
    spot = _pick(world, step, party)
    if spot is None:
        return
    party.claim = np.array(spot.at)
    lead.face, lead.look = np.array(spot.look[:2]), np.array(spot.look)
    lead.stance = step.doing if not lead.pushes else lead.gait
    party.phase = Phase.TRAVEL
    if math.dist(lead.p, spot.at) > 0.05:  # noqa: PLR2004
        _travel(world, lead, party.claim)


def _stay(world: World, party: Party) -> None:
    step = party.visit.steps[party.index - 1]
    party.phase = Phase.STAY
    party.until = world.now + world.rng.uniform(*step.seconds)
    if party.doing is Doing.CHAT and len(party.members) > 1:
        party.leader.face = party.members[1].p
        party.leader.look = None


def _pick(world: World, step: Step, party: Party) -> Spot | None:
    """A free place of the family: rather a near one, rather another than the last."""
    taken, lead = world.taken(party), party.leader
    free = []
    for spot in SPOTS[step.spot]:
        at = np.array(spot.at)
        alone = not len(taken) or float(np.hypot(*(taken - at).T).min()) > 0.95  # noqa: PLR2004
        if alone and float(ways.clearance(at)) >= lead.floor + 0.02:
            free.append(spot)
    free = [spot for spot in free if math.dist(spot.at, lead.p) > 0.6] or free  # noqa: PLR2004
    if not free:
        return None
    far = np.array([math.dist(spot.at, lead.p) for spot in free])
    return free[int((far * world.rng.uniform(0.6, 1.6, len(free))).argmin())]


def _travel(world: World, walker: Walker, goal: Array, *, halt: bool = True) -> None:
    room = ways.EASY if not walker.wide else walker.floor + 0.1
    walker.go(trip(walker.p, goal, world.rng, room), halt=halt)


def _approach(world: World, party: Party) -> None:
    """On the way to the queue: its tail moves, and may be full."""
    lead, tail = party.leader, world.till.tail()
    if tail is None:
        party.phase = Phase.NEXT
    elif math.dist(lead.p, tail) < 0.9:  # noqa: PLR2004 - takes the place
        world.till.join(lead, world.now, party.visit.steps[party.index - 1].seconds)
        party.phase, party.claim = Phase.QUEUE, tail
        lead.go(ways.rounded(ways.route(lead.p, tail)))
    elif party.claim is None or math.dist(party.claim, tail) > 0.1:  # noqa: PLR2004
        party.claim = tail
        _travel(world, lead, tail)


def _queue(world: World, party: Party) -> None:
    """In the queue: move up, look ahead; pay at the till."""
    lead = party.leader
    mine = next(c for c in world.till.line if c.walker is lead)
    place = PLACES[mine.slot]
    if party.claim is None or math.dist(party.claim, place) > 0.1:  # noqa: PLR2004
        party.claim = place
        lead.go(ways.rounded(ways.route(lead.p, place)))
    if mine.slot == 0:
        at = SPOTS["server"][0].at
        lead.face, lead.look = np.array(at), np.array([*at, 1.5])
        lead.stance = Doing.PAY if mine.served is not None else Doing.WAIT
    else:
        lead.face, lead.look = PLACES[mine.slot - 1], None
        lead.stance = Doing.PHONE if party.visit.phone else Doing.WAIT


def _off(world: World, party: Party, walker: Walker) -> None:
    """Set off for the way out."""
    if party.visit.leave == "staff":
        goal = IN_STAFF_ROOM
    elif party.visit.leave == "street":
        goal = walker.p * np.array([-1.08, 1.0])
    else:
        goal, _ = outside(party.visit.leave, world.rng)
    walker.face = walker.look = walker.steered = None
    _travel(world, walker, goal, halt=party.visit.leave == "staff")


def _leave(world: World, party: Party) -> None:
    """On the way out; companions find their own way once the leader is gone."""
    for walker in party.members:
        if walker not in world.walkers:
            continue
        lost = walker is not party.leader and party.leader not in world.walkers
        if lost and walker.number not in party.exits:
            party.exits.add(walker.number)
            way = party.leader.path
            walker.steered = walker.face = walker.look = None
            _travel(world, walker, walker.p if way is None else way[-1], halt=way is None)
        out = walker.arrived if walker.halt else walker.left() < 1.0
        if out and (walker is party.leader or walker.number in party.exits):
            world.walkers.remove(walker)
            world.casting.give_back(walker.person)
    if not any(w in world.walkers for w in party.members):
        party.phase = Phase.GONE
        for rider in world.ridden:
            if rider.number == party.rides:
                world.casting.give_back(rider.person)
