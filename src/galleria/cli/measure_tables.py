"""Measures as tables on a terminal. A gap is a dash with its coverage, never a zero."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import groupby

from rich.console import Console
from rich.table import Table
from rich.text import Text

from galleria.domain.measure import Measure, MeasureName
from galleria.domain.time import TOTAL, clip_text

_DASH = "–"
_MINUTE = 60
_HEADINGS = {
    MeasureName.IN: "in",
    MeasureName.OUT: "out",
    MeasureName.STAYS: "stays",
    MeasureName.STAYS_CUT: "cut short",
    MeasureName.DWELL_MEDIAN: "dwell median",
    MeasureName.DWELL_P95: "p95",
    MeasureName.DWELL_LONGEST: "longest",
    MeasureName.AT_ONCE_PEAK: "at once, peak",
    MeasureName.AT_ONCE_MEAN: "mean",
    MeasureName.PASS_BY: "pass-by",
    MeasureName.CAPTURE_RATE: "in ÷ pass-by",
}


def print_measures(console: Console, rows: Sequence[Measure], totals: Sequence[Measure]) -> None:
    """Print one table for each tripwire, zone and camera.

    Args:
        console: where to.
        rows: by bucket, as `measures` orders them; empty when only totals are wanted.
        totals: over the whole range; the last line of each table.
    """
    by_bucket = {key: list(some) for key, some in groupby(rows, _subject)}
    for key, some in groupby(totals, _subject):
        console.print(_table(by_bucket.get(key, []), list(some)))


def _subject(measure: Measure) -> tuple[str, ...]:
    # A tripwire and a zone may have the same id.
    return (measure.site, measure.camera, measure.epoch, measure.name.subject, measure.place)


def _table(rows: Sequence[Measure], totals: Sequence[Measure]) -> Table:
    first = totals[0]
    title = Text(f"{first.name.subject} {first.place or first.camera}", style="bold")
    table = Table(title=title, title_justify="left")
    table.add_column("")
    for measure in totals:
        table.add_column(_HEADINGS[measure.name], justify="right")
    table.add_column("coverage", justify="right")
    lines = [line for line in _lines(rows) if line[0] != TOTAL]
    for label, cells in lines:
        table.add_row(Text(label), *cells)
    if len(lines) != 1:  # of one bucket it would be the same again
        table.add_section()
        table.add_row(TOTAL, *_cells(totals), style="bold")
    return table


def _lines(rows: Iterable[Measure]) -> list[tuple[str, list[str]]]:
    """One line for each bucket; neighbouring gaps become one line."""
    by_bucket = groupby(sorted(rows, key=lambda m: m.begin), lambda m: m.begin)
    lines: list[tuple[str, list[str]]] = []
    gap_from = ""
    for _, some in by_bucket:
        measures = list(some)
        label = measures[0].label
        gap = measures[0].coverage == 0 and all(m.value is None for m in measures)
        if gap and gap_from:
            lines[-1] = (f"{gap_from} … {label}", lines[-1][1])
            continue
        gap_from = label if gap else ""
        lines.append((label, _cells(measures)))
    return lines


def _cells(measures: Sequence[Measure]) -> list[str]:
    return [*map(_value, measures), _share(measures[0].coverage)]


def _value(measure: Measure) -> str:
    if measure.value is None:
        return _DASH
    if measure.name.unit == "seconds":
        return f"{measure.value:.1f} s" if measure.value < _MINUTE else clip_text(measure.value)
    if measure.name.unit == "ratio":
        return f"{measure.value:.2f}"
    return f"{measure.value:.1f}" if measure.name is MeasureName.AT_ONCE_MEAN else f"{measure.value:.0f}"


def _share(coverage: float) -> str:
    # Rounded down, and never to nothing: 100 % means all of it and 0 % none of it.
    percent = math.floor(coverage * 100 + 1e-6)
    return "<1 %" if coverage > 0 and percent == 0 else f"{percent} %"
