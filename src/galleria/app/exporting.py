"""Events and measures of a running site into files for other programs: CSV, Parquet, Excel."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from galleria.domain.access import Actor
from galleria.domain.events import Event
from galleria.domain.site import Site
from galleria.domain.time import zone_named
from galleria.storage.excel import write_xlsx
from galleria.storage.exports import csv_text, write_parquet_parts
from galleria.storage.tables import Table, dated, event_table

from .audit import Audit
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


class Answers(Protocol):
    """Answers questions about measures. `app.flows.Flows` is it."""

    def query(self, q: FlowQuery) -> FlowAnswer: ...


class Exported(Protocol):
    """What exports need of a running site."""

    @property
    def site(self) -> Site: ...

    @property
    def flows(self) -> Answers: ...

    def events(
        self, begin: float, end: float, *, kinds: Collection[str] | None = None, cameras: Collection[str] | None = None
    ) -> Iterator[Event]: ...


@dataclass(frozen=True, slots=True)
class EventsAsked:
    """Events that overlap [begin, end), seconds since 1970-01-01 UTC; `cameras` None: of all."""

    begin: float
    end: float
    kinds: Collection[str]
    cameras: Collection[str] | None = None


class Exports:
    """Gives events and measures out as files, and writes down who asked for them before the first byte."""

    def __init__(self, live: Exported, audit: Audit) -> None:
        self._live, self._audit = live, audit

    def events_csv(self, by: Actor, asked: EventsAsked) -> Iterator[bytes]:
        """CSV, piece by piece, as events are read."""
        self._note_events(by, "csv", asked)
        return events_csv(self._events(asked), zone_named(self._live.site.zone))

    def events_parquet(self, by: Actor, asked: EventsAsked, target: Path) -> None:
        """A Parquet file. Raises StoreError."""
        self._note_events(by, "parquet", asked)
        events_parquet(self._events(asked), zone_named(self._live.site.zone), target)

    def measures_csv(self, by: Actor, queries: Sequence[FlowQuery]) -> Iterator[bytes]:
        """CSV, piece by piece, as questions are answered."""
        self._audit.write(by, "export.measures", "csv", queries=len(queries))
        return measures_csv((q, self._live.flows.query(q)) for q in queries)

    def measures_xlsx(self, by: Actor, queries: Sequence[FlowQuery], target: Path) -> None:
        """A workbook. Raises InputError (too many rows) and StoreError."""
        self._audit.write(by, "export.measures", "xlsx", queries=len(queries))
        measures_xlsx([(q, self._live.flows.query(q)) for q in queries], target)

    def _events(self, asked: EventsAsked) -> Iterator[Event]:
        return self._live.events(asked.begin, asked.end, kinds=asked.kinds, cameras=asked.cameras)

    def _note_events(self, by: Actor, form: str, asked: EventsAsked) -> None:
        self._audit.write(by, "export.events", form, begin=asked.begin, end=asked.end)


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
