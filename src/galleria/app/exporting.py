"""Events and measures of a running site into files for other programs: CSV, Parquet, Excel."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from galleria.domain.events import Event
from galleria.storage.excel import write_xlsx
from galleria.storage.exports import csv_text, write_parquet_parts
from galleria.storage.tables import Table, dated, event_table

from .flow_query import FlowAnswer, FlowQuery

_PART = 5000  # events that are in memory at once
_MEASURE_TYPES = {
    "subject": "text",
    "measure": "text",
    "unit": "text",
    "begins": "time",
    "ends": "time",
    "local": "text",
    "value": "number",
    "coverage": "number",
    "before": "number",
    "before_coverage": "number",
}


def events_csv(events: Iterable[Event], zone: ZoneInfo) -> Iterator[bytes]:
    """CSV as `write_csv` has it, piece by piece."""
    for n, table in enumerate(_tables(events, zone)):
        yield csv_text(table, header=n == 0).encode()


def events_parquet(events: Iterable[Event], zone: ZoneInfo, target: Path) -> None:
    """A Parquet file with typed columns.

    Raises:
        StoreError: it cannot be written.
    """
    write_parquet_parts(_tables(events, zone), target)


def measures_csv(answers: Iterable[tuple[FlowQuery, FlowAnswer]]) -> Iterator[bytes]:
    """CSV in the long form: one number a row."""
    empty = Table("measures", _MEASURE_TYPES, ())
    yield csv_text(empty).encode()
    for query, answer in answers:
        table = Table("measures", _MEASURE_TYPES, _measure_rows(query, answer))
        yield csv_text(table, header=False).encode()


def measures_xlsx(answers: Sequence[tuple[FlowQuery, FlowAnswer]], target: Path) -> None:
    """A workbook: the numbers in the long form, and a sheet of what a reader must know of them.

    Raises:
        InputError: more rows than a sheet has.
        StoreError: it cannot be written.
    """
    numbers = [row for query, answer in answers for row in _measure_rows(query, answer)]
    notes = [(query.subject, query.measure, note) for query, answer in answers for note in answer.notes]
    remarks = Table("notes", {"subject": "text", "measure": "text", "note": "text"}, notes)
    write_xlsx([Table("measures", _MEASURE_TYPES, numbers), remarks], target)


def _tables(events: Iterable[Event], zone: ZoneInfo) -> Iterator[Table]:
    """At least one, if it is empty: columns have names even where there are no rows."""
    rest, label = iter(events), dated(zone)
    yield event_table(islice(rest, _PART), label)
    while part := list(islice(rest, _PART)):
        yield event_table(part, label)


def _measure_rows(q: FlowQuery, answer: FlowAnswer) -> list[tuple[object, ...]]:
    named = (q.subject, q.measure, answer.unit)
    return [(*named, p.begin, p.end, p.label, p.value, p.coverage, p.before, p.before_coverage) for p in answer.points]
