"""Measures and events as typed tables: what the export formats have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from galleria.domain.events import Crossing, Event, Path, Stay, kind_of
from galleria.domain.measure import Measure
from galleria.domain.time import clip_text, local_text

Label: TypeAlias = Callable[[Event], str]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of named, typed columns.

    Attributes:
        name: plural, e.g. `measures`.
        types: of the columns, in order: `text`, `whole`, `number`, `truth`, `time` (seconds since 1970-01-01 UTC) or
            `points` (list of [time, x, y]).
        rows: each as long as `types`; None where there is nothing.
    """

    name: str
    types: Mapping[str, str]
    rows: Sequence[tuple[Any, ...]]


def measure_table(measures: Iterable[Measure]) -> Table:
    """Measures in the long form: one number a row."""
    types = {
        "site": "text",
        "camera": "text",
        "epoch": "text",
        "place": "text",
        "measure": "text",
        "unit": "text",
        "begins": "time",
        "ends": "time",
        "local": "text",
        "value": "number",
        "coverage": "number",
    }
    rows = [
        (m.site, m.camera, m.epoch, m.place, m.name.value, m.name.unit, m.begin, m.end, m.label, m.value, m.coverage)
        for m in measures
    ]
    return Table("measures", types, rows)


def dated(zone: ZoneInfo) -> Label:
    """Labels for events whose capture time is known."""
    return lambda event: local_text(event.time, zone)


def clip(event: Event) -> str:
    """Label for events in clip time."""
    return clip_text(event.time)


def event_table(events: Iterable[Event], label: Label) -> Table:
    """Events of all kinds in one table; columns of other kinds are empty.

    Args:
        events: in the order wanted.
        label: their local time; `dated(zone)` or `clip`.
    """
    types = {
        "id": "text",
        "site": "text",
        "camera": "text",
        "epoch": "text",
        "track": "whole",
        "kind": "text",
        "time": "time",
        "ends": "time",
        "local": "text",
        "place": "text",
        "direction": "text",
        "towards": "text",
        "x": "number",
        "y": "number",
        "dwell": "number",
        "open_ended": "truth",
        "passed_by": "truth",
        "points": "points",
    }
    return Table("events", types, [_event_row(event, label(event), tuple(types)) for event in events])


def _event_row(event: Event, label: str, names: tuple[str, ...]) -> tuple[Any, ...]:
    origin = event.origin
    cells: dict[str, Any] = {
        "id": event.id,
        "site": origin.site,
        "camera": origin.camera,
        "epoch": origin.epoch,
        "track": event.track,
        "kind": kind_of(event),
        "time": event.time,
        "local": label,
    }
    if isinstance(event, Crossing):
        cells |= {"place": event.tripwire, "direction": event.direction, "towards": event.towards}
        cells |= {"x": event.at.x, "y": event.at.y}
    else:
        cells["ends"] = event.end
    if isinstance(event, Stay):
        cells |= {"place": event.zone, "dwell": event.dwell, "open_ended": event.open_ended}
    if isinstance(event, Path):
        cells |= {"passed_by": event.passed_by, "points": [list(point) for point in event.points]}
    return tuple(cells.get(name) for name in names)
