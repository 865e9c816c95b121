"""A Sankey diagram of steps between places, as SVG made here: shapes and words, no script and no style of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from galleria.app.routing import Step

from .gathered import OTHERS

# Okabe and Ito: told apart by everybody; each place is also named beside its bar. The last is of the others together.
COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#8a8a00", "#888888")
MOST = 40  # ribbons; smaller ones are in the table alone
# Across in thousandths of the room there is, downwards in pixels: names keep their size on a phone.
_WIDE, _BAR, _GAP, _HIGH, _LEAST = 1000.0, 14.0, 10.0, 420.0, 1.0
_NAME = 14.0  # height of a name


@dataclass(frozen=True, slots=True)
class Bar:
    """A place on the left (it is left) or on the right (it is reached)."""

    name: str
    y: float
    high: float
    colour: str
    right: bool


@dataclass(frozen=True, slots=True)
class Ribbon:
    """A step: a band from the one to the other, and what it says."""

    path: str
    colour: str
    step: Step


@dataclass(frozen=True, slots=True)
class Sankey:
    """A diagram.

    Attributes:
        high: pixels; across there are 1,000 units.
        left_out: how many steps are in the table alone.
    """

    bars: Sequence[Bar]
    ribbons: Sequence[Ribbon]
    high: float
    left_out: int


def sankey(steps: Sequence[Step], places: Sequence[str]) -> Sankey | None:
    """Draw steps; None: there is none.

    Args:
        steps: the largest first.
        places: in the order in which they stand below each other.
    """
    drawn = [step for step in steps if step.count > 0][:MOST]
    if not drawn:
        return None
    order = {name: n for n, name in enumerate(places)}
    left: dict[str, float] = {}
    right: dict[str, float] = {}
    for step in drawn:
        left[step.a] = left.get(step.a, 0.0) + step.count
        right[step.b] = right.get(step.b, 0.0) + step.count
    unit = _HIGH / sum(left.values())
    begins, high_left = _stack(left, order, unit)
    ends, high_right = _stack(right, order, unit)
    colours = {name: COLOURS[order[name] % (len(COLOURS) - 1)] for name in order}
    colours |= {name: COLOURS[-1] for name in order if name.startswith(OTHERS)}
    ribbons = []
    at_left, at_right = dict(begins), dict(ends)
    for step in sorted(drawn, key=lambda one: (order[one.a], order[one.b])):
        thick = step.count * unit
        ribbons.append(Ribbon(_band(at_left[step.a], at_right[step.b], thick), colours[step.a], step))
        at_left[step.a] += thick
        at_right[step.b] += thick
    bars = [Bar(name, begins[name], max(left[name] * unit, _LEAST), colours[name], right=False) for name in begins]
    bars += [Bar(name, ends[name], max(right[name] * unit, _LEAST), colours[name], right=True) for name in ends]
    return Sankey(bars, ribbons, max(high_left, high_right), len(steps) - len(drawn))


def _stack(sizes: Mapping[str, float], order: Mapping[str, int], unit: float) -> tuple[dict[str, float], float]:
    """Where each bar begins, and where the last one ends. Names of thin bars need room as well."""
    found, y = {}, 0.0
    for name in sorted(sizes, key=order.__getitem__):
        found[name] = y
        y += max(sizes[name] * unit, _NAME) + _GAP
    return found, y


def _band(a: float, b: float, thick: float) -> str:
    low, high, middle = _BAR, _WIDE - _BAR, _WIDE / 2
    thick = max(thick, _LEAST)
    return (
        f"M{low:.1f} {a:.1f}C{middle:.1f} {a:.1f} {middle:.1f} {b:.1f} {high:.1f} {b:.1f}"
        f"V{b + thick:.1f}C{middle:.1f} {b + thick:.1f} {middle:.1f} {a + thick:.1f} {low:.1f} {a + thick:.1f}Z"
    )
