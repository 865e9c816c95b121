"""Axes and marks into SVG. Colours are classes: the page's style sheet has them for light and for dark."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from statistics import NormalDist

Scale = Callable[[float], float]
Points = Sequence[tuple[float, float]]

WIDTH = 900
_NORMAL = NormalDist()
_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
_MOST = 8


@dataclass(frozen=True, slots=True)
class Axis:
    """A scale and where its ticks are.

    Attributes:
        name: what it shows, written along it.
        low: value at its beginning; `high` at its end. Values outside are drawn at the ends.
        ticks: values with their words.
        scale: rising.
    """

    name: str
    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]
    scale: Scale = float

    def share(self, value: float) -> float:
        """Where a value lies, in [0,1]."""
        low, high = self.scale(self.low), self.scale(self.high)
        return (self.scale(min(max(value, self.low), self.high)) - low) / (high - low)


def probit(value: float) -> float:
    """The scale on which normal distributions make a DET curve straight."""
    return _NORMAL.inv_cdf(value)


def linear_ticks(low: float, high: float) -> tuple[tuple[float, str], ...]:
    """Ticks at round numbers, at most eight or so."""
    step = next((s for s in _STEPS if (high - low) / s <= _MOST), _STEPS[-1])
    form = ".1f" if step >= 0.1 else ".2f"  # noqa: PLR2004
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return tuple((n * step, f"{n * step:{form}}".replace("-", "\N{MINUS SIGN}")) for n in range(first, last + 1))


@dataclass(frozen=True, slots=True)
class Plot:
    """The rectangle that is drawn in; pixels of a drawing that is 900 wide."""

    x: Axis
    y: Axis
    height: int = 380
    left: int = 84
    right: int = 20
    top: int = 16
    bottom: int = 54

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Where two values lie, in pixels."""
        wide, high = WIDTH - self.left - self.right, self.height - self.top - self.bottom
        return self.left + self.x.share(x) * wide, self.top + (1 - self.y.share(y)) * high

    @property
    def base(self) -> float:
        return float(self.height - self.bottom)

    def axes(self) -> str:
        """Grid, ticks and names of both axes."""
        parts = []
        for value, word in self.x.ticks:
            x = self.at(value, self.y.low)[0]
            parts += [line((x, self.top), (x, self.base), "grid"), text(x, self.base + 18, word, "tick middle")]
        for value, word in self.y.ticks:
            y = self.at(self.x.low, value)[1]
            parts += [
                line((self.left, y), (WIDTH - self.right, y), "grid"),
                text(self.left - 8, y + 4, word, "tick end"),
            ]
        middle = (self.left + WIDTH - self.right) / 2
        parts.append(text(middle, self.height - 12, self.x.name, "name middle"))
        if self.y.name:
            high = (self.top + self.base) / 2
            turned = f'transform="translate(15 {high:.1f}) rotate(-90)"'
            parts.append(f'<text class="name middle" {turned}>{escape(self.y.name)}</text>')
        return "".join(parts)

    def ground(self) -> str:
        """The line that everything stands on."""
        return line((self.left, self.base), (WIDTH - self.right, self.base), "axis")

    def path(self, points: Iterable[tuple[float, float]], style: str, *, stepped: bool = False) -> str:
        """A line through points, in values; stepped: level to the next point, then up or down."""
        places = [self.at(x, y) for x, y in points]
        return f'<path class="{style}" d="{_way(places, stepped=stepped)}"/>'

    def area(self, points: Points, style: str) -> str:
        """Steps through points, filled down to the axis."""
        places = [self.at(x, y) for x, y in points]
        first, last = places[0][0], places[-1][0]
        way = _way(places, stepped=True)
        return f'<path class="{style}" d="M{first:.1f} {self.base:.1f}L{way[1:]}L{last:.1f} {self.base:.1f}Z"/>'

    def upright(self, x: float, style: str, words: str = "", *, left: bool = False, row: int = 0) -> str:
        """A line from the axis to the top with words beside it."""
        place = self.at(x, self.y.low)[0]
        drawn = line((place, self.top), (place, self.base), style)
        side = (place - 6, "note end") if left else (place + 6, "note")
        return drawn + (text(side[0], self.top + 13 + 16 * row, words, side[1]) if words else "")


def _way(places: Points, *, stepped: bool) -> str:
    parts = [f"M{places[0][0]:.1f} {places[0][1]:.1f}"]
    for (_, _), (x, y) in pairwise(places):
        parts.append(f"H{x:.1f}V{y:.1f}" if stepped else f"L{x:.1f} {y:.1f}")
    return "".join(parts)


def line(start: tuple[float, float], end: tuple[float, float], style: str) -> str:
    """A straight line between two places, in pixels."""
    return f'<line class="{style}" x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}"/>'


def text(x: float, y: float, words: str, style: str) -> str:
    """Words that begin (or, as the style says, end or have their middle) at a place."""
    return f'<text class="{style}" x="{x:.1f}" y="{y:.1f}">{escape(words)}</text>'


def rectangle(left: float, top: float, wide: float, high: float, style: str) -> str:
    """A filled rectangle."""
    return f'<rect class="{style}" x="{left:.1f}" y="{top:.1f}" width="{max(wide, 0):.1f}" height="{high:.1f}"/>'


def dot(x: float, y: float, style: str, radius: float = 5) -> str:
    """A round mark."""
    return f'<circle class="{style}" cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}"/>'


def diamond(x: float, y: float, style: str, radius: float = 6) -> str:
    """A mark that stands on its corner, told from a round one without colour."""
    r = radius
    return f'<path class="{style}" d="M{x:.1f} {y - r:.1f}l{r} {r}l{-r} {r}l{-r} {-r}Z"/>'


def drawing(title: str, height: float, *parts: str) -> str:
    """The whole drawing; `title` says to those who do not see it what it shows."""
    return f'<svg viewBox="0 0 {WIDTH} {height:g}" role="img" aria-label="{escape(title)}">' + "".join(parts) + "</svg>"
