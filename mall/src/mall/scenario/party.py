"""A party: one or more people who came together, and what they are about."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import Enum, auto

import numpy as np

from mall.domain.motion import Doing

from . import ways
from .steps import Visit
from .walker import Array, Walker

BESIDE = 0.72  # metres between companions


class Phase(Enum):
    """What the leader does."""

    NEXT = auto()  # picks the next step
    TRAVEL = auto()
    STAY = auto()
    JOIN = auto()  # on the way to the tail of the queue
    QUEUE = auto()
    LEAVE = auto()
    GONE = auto()


@dataclass(slots=True, eq=False)
class Party:
    """People who came together.

    Attributes:
        members: the leader first.
        rides: who is pushed, if anybody; not one of the members.
        exits: numbers of those who go on alone, since the leader is gone.
        index: of the next step. until: seconds, when the stay ends. since: when the phase began.
    """

    visit: Visit
    members: list[Walker]
    rides: int = 0
    phase: Phase = Phase.NEXT
    index: int = 0
    until: float = 0.0
    since: float = 0.0
    doing: Doing = Doing.WAIT
    claim: Array | None = None
    sides: dict[int, Array] = field(default_factory=dict)
    exits: set[int] = field(default_factory=set)

    @property
    def leader(self) -> Walker:
        return self.members[0]

    def walk_together(self, taken: Array, now: float) -> None:
        """One step of those who follow: beside the leader on the way, near by where the leader stops.

        Args:
            taken: (k, 2) places where others stand or will stand.
            now: seconds.
        """
        lead = self.leader
        moving = lead.path is not None and not (lead.halt and lead.left() < 1.4)  # noqa: PLR2004
        lag = 0.0
        for k, walker in enumerate(self.members[1:], 1):
            if moving:
                walker.face = None
                lag = max(lag, self._beside(walker, k, now))
            else:
                self._near(walker, taken)
        lead.lag = lag

    def _beside(self, walker: Walker, k: int, now: float) -> float:
        """Keep step with the leader; returns how far behind one is, metres."""
        lead = self.leader
        speed = float(np.hypot(*lead.v))
        ahead = lead.v / speed if speed > 0.3 else np.array([math.cos(lead.heading), math.sin(lead.heading)])  # noqa: PLR2004
        if speed < 0.3 and math.dist(walker.p, lead.p) < 2.0:  # noqa: PLR2004
            return self._set_off(walker)
        left = np.array([-ahead[1], ahead[0]])
        gap = BESIDE * (1.0 if k == 1 else -1.0) * (0.82 if walker.person.child else 1.0)
        gap *= (lead.girth + walker.girth) / 0.48
        options = (left * gap, left * gap * 0.7 - ahead * 0.5, -ahead * (0.9 + 0.3 * k), -left * gap)
        aim = options[2]
        for option in options:
            spot = lead.p + option
            if ways.clearance(spot) > walker.floor + 0.08 and ways.clear(lead.p[None], spot[None], 0.3)[0]:
                aim = option
                break
        side = self.sides.get(walker.number, aim)
        side = side + 0.12 * (aim - side)
        self.sides[walker.number] = side
        slot = lead.p + side
        away = slot - walker.p
        far = float(np.hypot(*away))
        if far > 2.2 or not ways.clear(walker.p[None], slot[None], walker.floor - 0.02)[0]:  # noqa: PLR2004
            walker.steered = None
            if walker.path is None or walker.since + 1.0 < now:
                walker.since = now
                walker.go(ways.rounded(ways.route(walker.p, lead.p)), halt=False)
            return far
        walker.path = None
        want = lead.v + 0.9 * away
        along, aside = float(want @ ahead), float(want @ left)
        along = max(0.0, min(along, lead.pace * 1.3))  # nobody walks backwards to keep in line
        aside = max(-0.3 - 0.5 * along, min(0.3 + 0.5 * along, aside))
        walker.steered = ahead * along + left * aside
        return max(0.0, float(away @ ahead))

    def _set_off(self, walker: Walker) -> float:
        """The leader turns to go: wait, or go first when one is in the way."""
        lead = self.leader
        walker.path, walker.steered = None, np.zeros(2)
        if lead.bearing is not None:
            way = lead.bearing / max(float(np.hypot(*lead.bearing)), 1e-9)
            gap = walker.p - lead.p
            if float(gap @ way) > 0.35 * float(np.hypot(*gap)):
                walker.steered = way * lead.pace * 0.6
            walker.face = walker.p + way
        return 0.0

    def _near(self, walker: Walker, taken: Array) -> None:
        """Stand near the leader's place."""
        lead = self.leader
        goal = lead.p if lead.path is None else lead.path[-1]
        walker.steered = None
        if walker.home is None or walker.anchor is None or math.dist(walker.anchor, goal) > 0.3:  # noqa: PLR2004
            walker.anchor = goal
            walker.home = self._place_by(walker, goal, taken)
            walker.go(ways.rounded(ways.route(walker.p, walker.home)))
        walker.stance = self.doing if self.doing in (Doing.BROWSE, Doing.WATCH, Doing.CHAT) else Doing.WAIT
        walker.face = lead.face if self.doing in (Doing.BROWSE, Doing.WATCH) else lead.p
        if walker.face is not None and self.doing is Doing.BROWSE:
            walker.face = walker.face + 0.4 * (walker.home - goal) if walker.home is not None else walker.face
        walker.look = None if self.doing is not Doing.WATCH else lead.look

    def _place_by(self, walker: Walker, goal: Array, taken: Array) -> Array:
        lead = self.leader
        face = lead.face if lead.face is not None else lead.p + lead.p - goal
        front = math.atan2(*(face - goal)[::-1])
        reach = BESIDE * (1.3 if self.phase is Phase.QUEUE else 1.05) * (lead.girth + walker.girth) / 0.48
        best, cost = goal, math.inf
        for angle in (90, -90, 115, -115, 140, -140, 65, -65, 180):
            for far in (reach, reach * 1.3):
                way = front + math.radians(angle)
                spot = goal + far * np.array([math.cos(way), math.sin(way)])
                if ways.clearance(spot) < walker.floor + 0.05:
                    continue
                others = taken[np.hypot(*(taken - goal).T) > 0.05] if len(taken) else taken  # noqa: PLR2004
                near = float(np.hypot(*(others - spot).T).min()) if len(others) else 9.0
                price = float(np.hypot(*(spot - walker.p))) + 0.004 * abs(angle) + 4 * max(0.0, 0.7 - near)
                if price < cost:
                    best, cost = spot, price
        return best
