"""Visitors into CSV: what the API tells and not a number more. An empty value is absent, and `why` says why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from galleria.storage.exports import csv_text
from galleria.storage.tables import Table

from .visiting_query import Shown, TalliesAnswer, VisitMeasure, VisitorsAnswer, Where

_TYPES = {
    "measure": "text",
    "camera": "text",
    "place": "text",
    "begins": "time",
    "ends": "time",
    "local": "text",
    "group": "text",
    "unit": "text",
    "value": "number",
    "why": "text",
    "coverage": "number",
    "days": "whole",
}
_WHOLE = Where("", "", "")
_Row = tuple[object, ...]


def visitors_csv(answer: VisitorsAnswer) -> str:
    """Unique and returning visitors, one figure a row."""
    return _csv(_visitors(answer))


def tallies_csv(answer: TalliesAnswer) -> str:
    """Demographics, experience or audience, one figure a row."""
    return _csv([*_bands(answer), *_moods(answer), *_audiences(answer)])


def _csv(rows: Iterable[_Row]) -> str:
    return csv_text(Table("visitors", _TYPES, list(rows)))


def _row(
    measure: str,
    shown: Shown,
    unit: str,
    *,
    where: Where = _WHOLE,
    when: tuple[float | None, float | None, str] = (None, None, ""),
    group: str = "",
    told: tuple[float | None, int | None] = (None, None),
) -> _Row:
    why = shown.why.value if shown.why else ""
    return (measure, where.camera, where.place, *when, group, unit, shown.value, why, *told)


def _visitors(answer: VisitorsAnswer) -> Iterator[_Row]:
    for point in (*answer.points, answer.whole):
        when = (point.begin, point.end, point.label)
        told = (point.coverage, point.days)
        yield _row(VisitMeasure.UNIQUE, point.unique, "visitors", when=when, told=told)
        yield _row(VisitMeasure.RECOGNISED, point.recognised, "ratio", when=when, told=told)
        back = (point.coverage, point.returning_days)
        yield _row(VisitMeasure.RETURNING, point.returning, "ratio", when=when, told=back)
        yield _row(VisitMeasure.RETURNING, point.new, "visitors", when=when, group="new", told=back)
        yield _row(VisitMeasure.RETURNING, point.back, "visitors", when=when, group="returning", told=back)
    days = (None, answer.histogram_days)
    for one in answer.visits:
        yield _row(VisitMeasure.VISITS, one.count, "visitors", group=one.label, told=days)
    for one in answer.since:
        yield _row(VisitMeasure.SINCE, one.count, "visitors", group=one.label, told=days)
    yield _row(VisitMeasure.SINCE, answer.median, "days", group="median", told=days)
    for first in answer.first_seen:
        at = (first.begin, None, first.label)
        yield _row(VisitMeasure.FIRST_SEEN, first.new, "visitors", when=at, group="new")
        yield _row(VisitMeasure.FIRST_SEEN, first.back, "visitors", when=at, group="returning")


def _bands(answer: TalliesAnswer) -> Iterator[_Row]:
    for table in answer.tables:
        told, name = (answer.coverage, table.days), VisitMeasure.DEMOGRAPHICS
        for band, line, total in zip(table.bands, table.cells, table.rows, strict=True):
            for gender, cell in zip(table.genders, line, strict=True):
                yield _row(name, cell, "tracks", where=table.where, group=f"{band} {gender}", told=told)
            yield _row(name, total, "tracks", where=table.where, group=band, told=told)
        for gender, total in zip(table.genders, table.columns, strict=True):
            yield _row(name, total, "tracks", where=table.where, group=gender, told=told)
        yield _row(name, table.total, "tracks", where=table.where, group="total", told=told)
        own = (answer.coverage, table.unsure_days)
        yield _row(name, table.unsure, "tracks", where=table.where, group="unsure", told=own)


def _moods(answer: TalliesAnswer) -> Iterator[_Row]:
    for row in answer.moods:
        when, told = (None, None, row.label), (answer.coverage, None)
        yield _row("faces", row.faces, "faces", where=row.where, when=when, told=told)
        yield _row(VisitMeasure.SMILING, row.smiling, "ratio", where=row.where, when=when, told=told)
        yield _row(VisitMeasure.FRUSTRATED, row.frustrated, "ratio", where=row.where, when=when, told=told)


def _audiences(answer: TalliesAnswer) -> Iterator[_Row]:
    for row in answer.audiences:
        when, told = (None, None, row.label), (answer.coverage, None)
        yield _row(VisitMeasure.OPPORTUNITIES, row.opportunities, "tracks", where=row.where, when=when, told=told)
        yield _row(VisitMeasure.WATCHERS, row.watchers, "tracks", where=row.where, when=when, told=told)
        yield _row(VisitMeasure.WATCHERS, row.share, "ratio", where=row.where, when=when, told=told)
        yield _row(VisitMeasure.ATTENTION, row.attention, "seconds", where=row.where, when=when, told=told)
