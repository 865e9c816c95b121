"""Visits by label: sightings and crossings of a visitor become stays in the site, closed after a gap or at closing.

A visit is a function of the set of moments at which a label was seen: their order does not matter, nor how often one is
told, so that late and out-of-order ones change the right visit. Who comes back within the gap is still on the same
visit. A visit lasts from the first moment to the last one, so it is at least as long as told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from galleria.domain.events import Origin
from galleria.domain.sighting import Sighting

from . import sketch

# Who is not seen for longer, seconds, has left; the next sighting begins another visit.
GAP = 3 * 3600.0
# A visit that is shorter, seconds, is a passer's.
PASSING = 60.0


@dataclass(frozen=True, slots=True)
class Visit:
    """One visitor's stay on a trading day.

    Attributes:
        begin, end: seconds since 1970-01-01 UTC.
        closed: nothing that comes can extend it: the gap is over, or the trading day is.
    """

    begin: float
    end: float
    closed: bool

    @property
    def length(self) -> float:
        """Seconds."""
        return self.end - self.begin


@dataclass(frozen=True, slots=True)
class Visited:
    """What is left of a day's visits. Neither labels nor moments are in it.

    Attributes:
        visits: how many, passers among them.
        passers: those shorter than `PASSING`.
        lengths: by bin of `sketch`, how many visits of those that are no passers.
        moves: visitors who were seen by one camera and then by another one, by from and to; each once a day.
    """

    visits: int = 0
    passers: int = 0
    lengths: Mapping[int, int] = field(default_factory=dict)
    moves: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def __add__(self, other: Visited) -> Visited:
        bins = Counter(self.lengths) + Counter(other.lengths)
        moves = {a: Counter(row) for a, row in self.moves.items()}
        for a, row in other.moves.items():
            moves.setdefault(a, Counter()).update(row)
        return Visited(
            self.visits + other.visits, self.passers + other.passers, dict(sorted(bins.items())), _ordered(moves)
        )

    @property
    def stayed(self) -> int:
        """Visits that are no passers'."""
        return self.visits - self.passers

    @property
    def mean(self) -> float | None:
        """Seconds of visits that are no passers', to one percent; None: there was none."""
        total = sum(sketch.middle(n) * count for n, count in self.lengths.items())
        return total / self.stayed if self.stayed else None

    def length(self, share: float) -> float | None:
        """Seconds that this share of the visits does not exceed, to one percent; None: there was none."""
        numbers, counts = np.array([*self.lengths], np.int64), np.array([*self.lengths.values()], np.int64)
        return sketch.quantile(numbers, counts, share)


def visits_of(moments: Iterable[float], end: float, now: float | None = None, gap: float = GAP) -> list[Visit]:
    """A visitor's visits on a trading day, in order.

    Args:
        moments: at which they were seen, in any order and as often as it likes; seconds since 1970-01-01 UTC.
        end: of the trading day, at which every visit is closed; later moments are of the next day.
        now: what is known up to when; None: everything.
        gap: seconds.
    """
    times = sorted({time for time in moments if time < end})
    if not times:
        return []
    cuts = [n for n, (a, b) in enumerate(pairwise(times), 1) if b - a > gap]
    parts = [times[low:high] for low, high in pairwise([0, *cuts, len(times)])]
    over = end if now is None else now
    last = parts[-1][-1]
    return [
        Visit(part[0], part[-1], part[-1] < last or over >= end or over - part[-1] > gap) for part in parts
    ]  # fmt: skip


def visited(
    visitors: Mapping[str, Sequence[Sighting]], crossed: Mapping[tuple[Origin, int], Collection[float]], end: float
) -> Visited:
    """Reduce a day's visitors to what may be kept of their visits.

    Args:
        visitors: what holds of each, by label; staff are left out.
        crossed: by origin and track, when it crossed a line: a visit begins when the visitor comes in.
        end: of the trading day.
    """
    lengths: Counter[int] = Counter()
    moves: dict[str, Counter[str]] = {}
    visits = passers = 0
    for some in visitors.values():
        moments = {one.time for one in some}.union(*(crossed.get((one.origin, one.track), ()) for one in some))
        for visit in visits_of(moments, end):
            visits += 1
            passers += visit.length < PASSING
            if visit.length >= PASSING:
                lengths[int(sketch.bins(np.array([visit.length]))[0])] += 1
        seen = sorted({(one.time, one.origin.camera) for one in some})
        # Each visitor once: what k is held against is how many visitors there were, not how often one of them went.
        for a, b in {(a, b) for (before, a), (after, b) in pairwise(seen) if a != b and after - before <= GAP}:
            moves.setdefault(a, Counter())[b] += 1
    return Visited(visits, passers, dict(sorted(lengths.items())), _ordered(moves))


def _ordered(moves: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
    return {a: dict(sorted(row.items())) for a, row in sorted(moves.items())}
