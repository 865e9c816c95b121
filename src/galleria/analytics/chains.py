"""Ways of several steps, told from single steps: where people go next is taken to depend on where they are alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .facts import Numbers

_LEAST_LEFT = 0.02  # share that leaves from anywhere, at least: nobody walks about forever


@dataclass(frozen=True, slots=True)
class Chain:
    """Ways from entrances over places and out.

    Attributes:
        places: index of each.
        came: by entrance, how many were seen to go on from there.
        begun: (entrances, places) where they go first, shares.
        green: (places, places) how often somebody who is in the one comes to the other, the beginning among them.
    """

    places: Mapping[str, int]
    came: Mapping[str, float]
    begun: Numbers
    green: Numbers

    def reaches(self, place: str, entrance: str = "") -> float:
        """Share of those who came by an entrance, or by any, that ever come to a place."""
        n = self.places[place]
        return float(self._start(entrance) @ (self.green[:, n] / self.green[n, n]))

    def both(self, a: str, b: str) -> float:
        """Share of all who came that come to both places."""
        one, two = self.places[a], self.places[b]
        hits = self.green / np.diag(self.green)  # (from, to) ever
        back, forth = float(hits[one, two]), float(hits[two, one])
        start = self._start("")
        first_a, first_b = float(start @ hits[:, one]), float(start @ hits[:, two])
        rest = 1 - back * forth
        if rest <= 0:
            return min(first_a, first_b)
        a_before = (first_a - first_b * forth) / rest
        b_before = (first_b - first_a * back) / rest
        return min(max(a_before * back + b_before * forth, 0.0), first_a, first_b)

    def _start(self, entrance: str) -> Numbers:
        names = list(self.came)
        if entrance:
            chosen: Numbers = self.begun[names.index(entrance)]
            return chosen
        weights = np.array([self.came[name] for name in names])
        found: Numbers = weights @ self.begun / max(float(weights.sum()), 1e-9)
        return found


def chain_of(flows: Mapping[str, Mapping[str, float]], entrances: Sequence[str], places: Sequence[str]) -> Chain | None:
    """A chain of flows; None: nobody came, or there is no place.

    Args:
        flows: by from and to.
        entrances: where ways begin and end.
        places: all others.
    """
    came = {name: total for name in entrances if (total := sum(flows.get(name, {}).values())) > 0}
    if not came or not places:
        return None
    begun = np.array([[flows[name].get(b, 0.0) / total for b in places] for name, total in came.items()])
    steps = np.array([[flows.get(a, {}).get(b, 0.0) for b in places] for a in places])
    left = np.array([[sum(flows.get(a, {}).get(door, 0.0) for door in entrances)] for a in places])
    total = steps.sum(axis=1, keepdims=True) + left
    shares = np.divide(steps, total, out=np.zeros_like(steps), where=total > 0)
    shares *= np.minimum(1.0, (1 - _LEAST_LEFT) / np.maximum(shares.sum(axis=1, keepdims=True), 1e-9))
    green = np.linalg.inv(np.eye(len(places)) - shares)
    return Chain({name: n for n, name in enumerate(places)}, came, begun, green)
