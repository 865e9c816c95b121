"""Points to a chart that the template `_chart.html` writes as SVG. Pure: knows no request, no locale, no screen size.

Everything lies in shares of the plot, [0,1], so that the drawing fills whatever room it is given and text keeps its
size. Things look different by shape, not by colour alone: what was seen whole (a filled bar), is going on (an open
one), was seen in part (hatched), was not seen (a hatched ground: a gap is never a zero) and is to come (nothing).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

from markupsafe import Markup

from .axis import Scale, Tick, scale, time_ticks
from .marks import bars

# From here on a bucket counts as seen whole: a camera that came up some seconds late hides nothing worth a hatch.
WHOLE = 0.98
_DOTS = 48  # more points than this are drawn as a line alone
_FEW, _MANY = 14, 240  # slots
_SHORT = 3600  # seconds; within longer buckets a mark of the present says nothing
_HIGH = 1000  # height of the box that lines are drawn in


class Sort(StrEnum):
    """How a measure is drawn: amounts as bars from zero, levels as a line."""

    BARS = "bars"
    LINE = "line"


class Seen(StrEnum):
    """How much of a slot was seen."""

    WHOLE = "whole"
    GOING_ON = "going-on"
    PART = "part"
    GAP = "gap"
    NOT_YET = "not-yet"


class Point(Protocol):
    """What a chart needs to know of a bucket; `app.flows.FlowPoint` is one."""

    @property
    def begin(self) -> float: ...
    @property
    def end(self) -> float: ...
    @property
    def value(self) -> float | None: ...
    @property
    def coverage(self) -> float: ...
    @property
    def before(self) -> float | None: ...


@dataclass(frozen=True, slots=True)
class Slot:
    """One bucket in the plot: where it stands, how high its value and the compared one are; None: not drawn."""

    point: Point
    seen: Seen
    left: float
    width: float
    height: float | None
    before: float | None


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing of points over time.

    Attributes:
        line: SVG path in a box `len(slots)` wide and 1000 high; empty for bars.
        before: likewise, of what is compared with: a line, or strokes across few bars; empty where nothing is.
        gaps: (left, width) of every stretch that was not seen.
        now: where the present lies, if it does and buckets are short.
        dots: few enough points to mark each.
        band: SVG path, likewise, around the intervals of what is expected; empty: none is.
        marked: (left, width) of every stretch of days that a campaign lay on.
    """

    unit: str
    sort: Sort
    slots: tuple[Slot, ...]
    scale: Scale
    ticks: tuple[Tick, ...]
    line: str
    before: str
    gaps: tuple[tuple[float, float], ...]
    now: float | None
    band: str = ""
    marked: tuple[tuple[float, float], ...] = ()

    @property
    def dots(self) -> bool:
        return len(self.slots) <= _DOTS

    @property
    def air(self) -> float:
        """Share of a slot that a bar leaves free."""
        return 0.45 if len(self.slots) <= _FEW else 0.2 if len(self.slots) <= _MANY else 0.0

    def bars(self, part: str) -> Markup:
        """The bars as SVG; `part` is the id of the pattern of what was seen in part."""
        if self.sort is not Sort.BARS or not self.slots:
            return Markup()
        width, air = self.slots[0].width, self.air
        drawn = ((slot.seen, slot.left + width * air / 2, slot.height) for slot in self.slots if slot.height)
        return bars(drawn, width * (1 - air), part)

    @property
    def empty(self) -> bool:
        return all(slot.point.value is None and slot.point.before is None for slot in self.slots)


def seen(point: Point, now: float) -> Seen:
    """How much of a bucket was seen, as far as it has passed; one that has not begun is not a gap."""
    if point.begin >= now:
        return Seen.NOT_YET
    if point.value is None and point.coverage < WHOLE:
        return Seen.GAP
    if point.coverage < WHOLE:
        return Seen.PART
    return Seen.GOING_ON if now < point.end else Seen.WHOLE


def chart(
    points: Sequence[Point], unit: str, zone: ZoneInfo, now: float, *, sort: Sort = Sort.BARS, top: float | None = None
) -> Chart:
    """Draw points that follow each other.

    `unit` is `tracks`, `seconds` or `ratio`; `top` the highest value of the axis, so that several charts can share one.
    """
    axis = scale(highest(points) if top is None else top, unit)
    width = 1.0 / max(len(points), 1)
    slots = tuple(
        Slot(point, seen(point, now), n * width, width, _height(axis, point.value), _height(axis, point.before))
        for n, point in enumerate(points)
    )
    marks = sort is Sort.BARS and len(points) <= _FEW  # beside few broad bars a line would say more than is known
    return Chart(
        unit,
        sort,
        slots,
        axis,
        tuple(time_ticks([p.begin for p in points], points[-1].end, zone)) if points else (),
        _path(slot.height for slot in slots) if sort is Sort.LINE else "",
        _steps(slot.before for slot in slots) if marks else _path(slot.before for slot in slots),
        tuple(_gaps(slots)),
        _now(points, now),
    )


def highest(points: Iterable[Point]) -> float:
    """The greatest value shown, of both periods; 0 without any."""
    return max((v for p in points for v in (p.value, p.before) if v is not None), default=0.0)


def _height(axis: Scale, value: float | None) -> float | None:
    return None if value is None else axis.share(value)


def _path(heights: Iterable[float | None]) -> str:
    """Through the middle of the slots; it breaks where there is no value, and one alone becomes a dot."""
    parts: list[str] = []
    pen = False
    for n, height in enumerate(heights):
        if height is not None:
            parts.append(f"{'L' if pen else 'M'}{n + 0.5:g} {round((1 - height) * _HIGH, 1):g}{'' if pen else 'h0'}")
        pen = height is not None
    return "".join(parts)


def _steps(heights: Iterable[float | None]) -> str:
    """A short level stroke across each slot's bar."""
    some = [(n, height) for n, height in enumerate(heights) if height is not None]
    return "".join(f"M{n + 0.16:g} {round((1 - height) * _HIGH, 1):g}h0.68" for n, height in some)


def _gaps(slots: Sequence[Slot]) -> Iterable[tuple[float, float]]:
    left = width = 0.0
    for slot in slots:
        if slot.seen is Seen.GAP:
            left = left if width else slot.left
            width += slot.width
        elif width:
            yield left, width
            width = 0.0
    if width:
        yield left, width


def _now(points: Sequence[Point], now: float) -> float | None:
    for n, point in enumerate(points):
        if point.begin <= now < point.end and point.end - point.begin <= _SHORT:
            return (n + (now - point.begin) / (point.end - point.begin)) / len(points)
    return None
