"""Everybody in the mall at a moment, and what all of them need to know of each other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mall.domain.motion import TICKS
from mall.domain.person import Person

from .casting import Casting
from .party import Party, Phase
from .spots import SPOTS
from .steer import DT, STEP
from .steps import Recipe
from .till import Till
from .walker import Array, Walker


@dataclass(frozen=True, slots=True)
class Ridden:
    """Somebody in a wheelchair that another pushes: moved with the pusher, by number."""

    number: int
    person: Person
    pusher: int


class World:
    """The state of a scene.

    Args:
        recipe: what is to happen. cast: who may come.

    Attributes:
        rng: of everything that is decided on the way.
        step: the present one; 0 is the scene's beginning.
        walkers: who is there. everybody: who was ever there.
        dues: what is still to come: time, visit, whether by chance.
    """

    def __init__(self, recipe: Recipe, cast: Sequence[Person], seed: int) -> None:
        mine, tills, self.chance = (np.random.default_rng(s) for s in np.random.SeedSequence([seed, 77]).spawn(3))
        self.rng = mine
        self.recipe = recipe
        self.casting = Casting(cast)
        self.till = Till(tills, recipe.service)
        self.dues: list[tuple[float, str, bool]] = []
        self.parties: list[Party] = []
        self.walkers: list[Walker] = []
        self.everybody: list[Walker] = []
        self.ridden: list[Ridden] = []
        self.count = 0
        self.groups = 0
        self.step = -round(recipe.warm * TICKS / STEP)

    @property
    def now(self) -> float:
        """Seconds after the scene's beginning."""
        return self.step * DT

    def attended(self) -> bool:
        """Whether somebody stands behind the counter."""
        return any(serves(w) and w.arrived for w in self.walkers)

    def free(self, place: Array) -> bool:
        """Whether somebody can appear there."""
        return all(math.dist(place, w.p) > 0.75 + w.girth for w in self.walkers)

    def taken(self, party: Party) -> Array:
        """Where others than a party stand or are about to, (k, 2)."""
        others = [p for p in self.parties if p is not party and p.phase is not Phase.GONE]
        spots = [p.claim for p in others if p.claim is not None]
        spots += [w.home for p in others for w in p.members[1:] if w.home is not None]
        spots += [w.p for w in self.walkers if w.stands and w not in party.members]
        return np.array(spots).reshape(-1, 2)


def serves(walker: Walker) -> bool:
    """Whether somebody is staff at the place behind the counter."""
    return walker.person.staff and math.dist(walker.p, SPOTS["server"][0].at) < 0.3  # noqa: PLR2004
