"""Steps between very many places as a picture can show them: the busiest places, and the others of a kind as one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from galleria.analytics.routes import ELSEWHERE, OUTSIDE
from galleria.app.routing import Step

MOST = 16  # places that are drawn each by itself
BUSIEST = 12  # of more places
OTHERS = "others"
_NOWHERE = (ELSEWHERE, OUTSIDE)


@dataclass(frozen=True, slots=True)
class Gathered:
    """What is drawn.

    Attributes:
        steps: the largest first; an end may be `others:KIND`.
        places: in the order in which they stand below each other, the gathered ones last.
        others: how many places each `others:KIND` stands for.
        between: share of all tracks that go from one gathered place to another, and are not drawn.
    """

    steps: Sequence[Step]
    places: Sequence[str]
    others: dict[str, int]
    between: float


def through(steps: Sequence[Step], place: str) -> list[Step]:
    """Steps that begin or end at a place; all of them where none is named."""
    return [step for step in steps if not place or place in (step.a, step.b)]


def gathered(steps: Sequence[Step], places: Sequence[str], place: str = "") -> Gathered:
    """Leave the busiest places.

    Args:
        steps: what there is.
        places: all of them, in their order.
        place: one that is kept in any case; empty: none.
    """
    known = [name for name in places if name not in _NOWHERE]
    if len(known) <= MOST:
        return Gathered(steps, places, {}, 0.0)
    busy = dict.fromkeys(places, 0.0)
    for step in steps:
        busy[step.a] += step.count
        busy[step.b] += step.count
    ranked = sorted((name for name in known if busy[name] > 0), key=lambda name: (name != place, -busy[name]))
    kept = {*ranked[: BUSIEST + bool(place)], *_NOWHERE}
    named = {name: name if name in kept else f"{OTHERS}:{name.partition(':')[0]}" for name in places}
    sums: dict[tuple[str, str], float] = {}
    left: dict[str, float] = {}
    for step in steps:
        a, b = named[step.a], named[step.b]
        sums[a, b] = sums.get((a, b), 0.0) + step.count
        left[a] = left.get(a, 0.0) + step.count
    own = kept.difference(_NOWHERE)
    drawn = {ends: count for ends, count in sums.items() if own.intersection(ends)}
    made = [Step(a, b, count, count / left[a] if left[a] else 0.0, 0, None) for (a, b), count in drawn.items()]
    others = Counter(named[name] for name in ranked if name not in kept)
    total = sum(sums.values())
    between = 1 - sum(drawn.values()) / total if total else 0.0
    order = [*(name for name in places if name in kept), *others]
    return Gathered(sorted(made, key=lambda one: (-one.count, one.a, one.b)), order, dict(others), between)
