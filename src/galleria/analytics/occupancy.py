"""How many are inside: comings less goings over the lines of entrances since it was last known to be nobody.

It is never negative: a going that would make it so is withheld and counted, for it shows a coming that was missed.
Each crossing may be missed; misses either way widen what is known of the number like a random walk, so that after n
crossings the interval that holds the true number nineteen times of twenty is 1.96 * sqrt(n * p * (1 - p)) to each side,
with p the share missed (2 % unless the site has measured its own). Misses that favour a direction are not in it: they
drift, and are known when the site closes and everybody has left (`reconcile`).
"""

from __future__ import annotations

import math
from bisect import insort
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from galleria.domain.live import Occupancy

from .facts import Flags, Numbers, Places

MISSED = 0.02
_SURE = 1.96
# Crossings of several cameras become certain in another order than they happened in, by less than this many seconds.
_SETTLED = 300.0


def error(crossings: int, missed: float = MISSED) -> float:
    """Half the width of the interval that holds the true number nineteen times of twenty.

    Args:
        crossings: comings and goings since the number was last known.
        missed: share of crossings that are missed, either way, in [0,1].
    """
    return _SURE * math.sqrt(crossings * missed * (1 - missed))


@dataclass(slots=True)
class OccupancyCount:
    """Occupancy as crossings come, in whatever order they become certain; the same crossing twice counts once.

    Crossings are taken in the order of their times as long as none comes more than five minutes late. State is bounded
    by the reset of each day.

    Attributes:
        since: when it was last zero; earlier crossings are not taken.
        missed: share of crossings that are missed.
    """

    since: float
    missed: float = MISSED
    came: int = 0
    went: int = 0
    _inside: int = 0
    _withheld: int = 0
    _pending: list[tuple[float, int, str]] = field(default_factory=list)  # by time; comings first, then by id
    _known: set[str] = field(default_factory=set)
    _newest: float = -math.inf

    def take(self, crossing: str, time: float, *, came: bool) -> None:
        """Count one crossing of an entrance's line.

        Args:
            crossing: its event's id.
            time: seconds since 1970-01-01 UTC.
            came: over the line inwards.
        """
        if time < self.since or crossing in self._known:
            return
        self._known.add(crossing)
        self.came, self.went = self.came + came, self.went + (not came)
        insort(self._pending, (time, 0 if came else 1, crossing))
        self._newest = max(self._newest, time)
        if self._pending[0][0] < self._newest - 2 * _SETTLED:
            self._settle()

    def reset(self, time: float) -> None:
        """Nobody is inside at that moment; crossings that are later stay."""
        later = [crossing for crossing in self._pending if crossing[0] >= time]
        self.since, self.came, self.went, self._inside, self._withheld = time, 0, 0, 0, 0
        self._pending, self._known, self._newest = [], set(), -math.inf
        for when, going, crossing in later:
            self.take(crossing, when, came=not going)

    def occupancy(self) -> Occupancy:
        inside, withheld = _fold(self._inside, self._withheld, self._pending)
        spread = error(self.came + self.went, self.missed)
        return Occupancy(inside, spread, self.since, self.came, self.went, withheld)

    def _settle(self) -> None:
        until = self._newest - _SETTLED
        settled = [crossing for crossing in self._pending if crossing[0] < until]
        self._pending = self._pending[len(settled) :]
        self._inside, self._withheld = _fold(self._inside, self._withheld, settled)


def _fold(inside: int, withheld: int, crossings: Iterable[tuple[float, int, str]]) -> tuple[int, int]:
    for _, going, _ in crossings:
        if not going:
            inside += 1
        elif inside:
            inside -= 1
        else:
            withheld += 1
    return inside, withheld


def levels(times: Numbers, came: Flags, resets: Iterable[float], inside: float = 0.0) -> tuple[Numbers, Places]:
    """Occupancy after each crossing, as `OccupancyCount` has it, for a whole day at once.

    Args:
        times: (n,) seconds, in any order.
        came: (n,) over the line inwards.
        resets: when it was set to zero.
        inside: how many were inside before the first crossing.

    Returns:
        the levels (n,), in order of time (comings first), and the order (n,): indices into `times`.
    """
    order = np.lexsort((~came, times))
    steps = np.where(came[order], 1.0, -1.0)
    result = np.empty(len(times))
    cuts = np.searchsorted(times[order], np.sort(np.array(list(resets), np.float64)), "left")
    bounds = [0, *cuts.tolist(), len(times)]
    for n, (low, high) in enumerate(pairwise(bounds)):
        walk = np.cumsum(steps[low:high]) + (inside if n == 0 else 0.0)
        # What was withheld so far is how far below zero the plain sum has been.
        result[low:high] = walk - np.minimum(np.minimum.accumulate(walk), 0.0) if high > low else walk
    return result, order


@dataclass(frozen=True, slots=True)
class Drift:
    """What a day's counting was off by, known because everybody has left.

    Attributes:
        remainder: comings less goings at closing: more than zero, goings were missed; less, comings.
        crossed: comings and goings by entrance.
        shares: of the remainder, by entrance, as its traffic makes likely.
        error: of the remainder, had misses favoured no direction; a larger remainder shows that they did.
    """

    remainder: int
    crossed: Mapping[str, tuple[int, int]]
    shares: Mapping[str, float]
    error: float


def reconcile(entrances: Mapping[str, tuple[int, int]], missed: float = MISSED) -> Drift:
    """Share out what is left at closing over the day's entrances, in proportion to their crossings.

    Args:
        entrances: comings and goings of each, over the day.
        missed: share of crossings that are missed.
    """
    traffic = sum(came + went for came, went in entrances.values())
    remainder = sum(came - went for came, went in entrances.values())
    shares = {
        entrance: remainder * (came + went) / traffic if traffic else 0.0
        for entrance, (came, went) in entrances.items()
    }
    return Drift(remainder, entrances, shares, error(traffic, missed))
