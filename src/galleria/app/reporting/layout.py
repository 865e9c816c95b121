"""Where the columns of a picture stand, in shares of the plot, so that SVG and PDF draw the same."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from galleria.notify.chart import nice_step
from galleria.notify.digest import number

from .facts import Bar

_LABELS = 14  # at most so many columns are named
_FULL = 0.98  # of which less was seen is hatched


@dataclass(frozen=True, slots=True)
class Column:
    """One of them, in shares of the plot's width and height, [0,1].

    Attributes:
        height: None: a gap.
        before: likewise, of a week earlier; None: there is none.
        hatched: not all was seen.
        label: empty where there is no room.
    """

    left: float
    width: float
    height: float | None
    before: float | None
    hatched: bool
    label: str


@dataclass(frozen=True, slots=True)
class Layout:
    """All of a picture.

    Attributes:
        ticks: (height, words).
    """

    columns: tuple[Column, ...]
    ticks: tuple[tuple[float, str], ...]

    @property
    def compared(self) -> bool:
        return any(column.before is not None for column in self.columns)

    @property
    def hatched(self) -> bool:
        return any(column.hatched for column in self.columns)


def layout(bars: Sequence[Bar]) -> Layout:
    """Lay columns out; at least one."""
    most = max((v for bar in bars for v in (bar.value, bar.before) if v is not None), default=0.0)
    step = nice_step(most)
    steps = max(math.ceil(most / step), 1)
    top, width = step * steps, 1 / len(bars)
    every = math.ceil(len(bars) / _LABELS)
    columns = tuple(
        Column(
            n * width,
            width,
            None if bar.value is None else max(bar.value, 0.0) / top,
            None if bar.before is None else max(bar.before, 0.0) / top,
            bar.coverage < _FULL,
            bar.label if n % every == 0 else "",
        )
        for n, bar in enumerate(bars)
    )
    return Layout(columns, tuple((n / steps, number(n * step)) for n in range(steps + 1)))
