"""The table below the charts of the Flows page, in words: a row for each bucket, a cell for each place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from galleria.app.flow_query import FlowPoint

from .chart import WHOLE, Seen
from .figures import Figures
from .locale import Locale


class Cell(NamedTuple):
    """One place's bucket: its value, what it is compared with, and the change, where that says something."""

    seen: Seen
    value: str
    before: str
    change: str


class Row(NamedTuple):
    """One bucket: when, each place's cell, and what share was seen in the first of them; empty: still to come."""

    when: str
    cells: list[Cell]
    share: str


def rows(
    places: Sequence[tuple[Sequence[FlowPoint], Sequence[Seen]]], unit: str, figures: Figures, *, day: bool, year: bool
) -> list[Row]:
    """Write them.

    Args:
        places: points and how much was seen of each; the points of all places are of the same buckets.
        unit: of all values.
        figures: writes for the reader.
        day: whether times of day come with their day.
        year: whether dates come with their year.
    """
    cells = [[_cell(p, s, unit, figures) for p, s in zip(points, seen, strict=True)] for points, seen in places]
    points, seen = places[0]
    return [
        Row(figures.stretch(p.begin, p.end, day=day, year=year), list(row), _share(p, s, figures.locale))
        for p, s, row in zip(points, seen, zip(*cells, strict=True), strict=True)
    ]


def _cell(point: FlowPoint, seen: Seen, unit: str, figures: Figures) -> Cell:
    before = "" if point.before is None else figures.measured(point.before, unit)
    whole = seen is Seen.WHOLE and point.coverage >= WHOLE and (point.before_coverage or 0.0) >= WHOLE
    change = figures.moved(point.value, point.before) if whole and point.value is not None and point.before else ""
    value = "" if seen in {Seen.GAP, Seen.NOT_YET} else figures.measured(point.value, unit)
    return Cell(seen, value, before, change)


def _share(point: FlowPoint, seen: Seen, locale: Locale) -> str:
    return "" if seen is Seen.NOT_YET else locale.percent(point.coverage)
