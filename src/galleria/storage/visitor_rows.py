"""The tables of `visitors.db`, and figures of a day as they are written there."""

from __future__ import annotations

import json
from typing import Any

from pydantic import TypeAdapter

from galleria.analytics.visitors import DayFigures, First
from galleria.analytics.visits import Visited
from galleria.domain.events import Origin
from galleria.domain.purpose import Purpose
from galleria.domain.sighting import Sighting, SightingKind
from galleria.domain.tally import Tally

from .schema import Format

NAME = "store of visitors"
_VISITED = TypeAdapter(Visited)
_TABLES = """
CREATE TABLE sighting (
  id TEXT PRIMARY KEY,
  site TEXT NOT NULL,
  camera TEXT NOT NULL,
  epoch TEXT NOT NULL,
  track INTEGER NOT NULL,
  time REAL NOT NULL,
  purpose TEXT NOT NULL,
  label TEXT NOT NULL,
  kind TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sighting_by_time ON sighting (purpose, time);
CREATE TABLE left_out (
  purpose TEXT NOT NULL,
  label TEXT NOT NULL,
  PRIMARY KEY (purpose, label)
) STRICT, WITHOUT ROWID;
CREATE TABLE visit (
  label TEXT NOT NULL,
  day TEXT NOT NULL,
  time REAL NOT NULL,
  PRIMARY KEY (label, day)
) STRICT, WITHOUT ROWID;
CREATE TABLE reduced (
  purpose TEXT NOT NULL,
  day TEXT NOT NULL,
  ended REAL NOT NULL,
  figures TEXT NOT NULL,
  PRIMARY KEY (purpose, day)
) STRICT, WITHOUT ROWID;
CREATE TABLE series (
  id INTEGER PRIMARY KEY,
  site TEXT NOT NULL,
  camera TEXT NOT NULL,
  epoch TEXT NOT NULL,
  purpose TEXT NOT NULL,
  place TEXT NOT NULL,
  cell TEXT NOT NULL,
  UNIQUE (site, camera, epoch, purpose, place, cell)
) STRICT;
CREATE TABLE tally (
  begin REAL NOT NULL,
  series INTEGER NOT NULL REFERENCES series (id),
  amount REAL NOT NULL,
  PRIMARY KEY (begin, series)
) STRICT, WITHOUT ROWID;
CREATE INDEX tally_by_series ON tally (series);
CREATE TABLE looking (
  purpose TEXT NOT NULL,
  camera TEXT NOT NULL,
  begin REAL NOT NULL,
  ended REAL NOT NULL CHECK (ended >= begin),
  PRIMARY KEY (purpose, camera, begin)
) STRICT, WITHOUT ROWID;
"""
_CALENDARS = """
CREATE TABLE calendar (
  begin REAL PRIMARY KEY,
  told TEXT NOT NULL
) STRICT, WITHOUT ROWID;
"""
# Version 1 counted into the whole picture, too, what zones had: with the zones gone it would tell who was beside them.
_BESIDE_ZONES = """
DELETE FROM tally WHERE series IN (
  SELECT w.id FROM series w JOIN series z
  ON (z.site, z.camera, z.epoch, z.purpose) = (w.site, w.camera, w.epoch, w.purpose)
  WHERE w.place = '' AND z.place <> ''
);
"""
LABELLED = ("sighting", "visit", "left_out")  # tables with labels in them
VISITORS_FORMAT = Format(
    NAME,
    application=0x47414C56,
    version=2,
    tables=_TABLES + _CALENDARS,
    steps={1: _CALENDARS + _BESIDE_ZONES},
)


def sighting_row(one: Sighting) -> tuple[object, ...]:
    """The row of a sighting."""
    origin = one.origin
    return (
        one.id, origin.site, origin.camera, origin.epoch, one.track, one.time, one.purpose.value, one.label,
        one.kind.value,
    )  # fmt: skip


def to_sighting(row: tuple[Any, ...]) -> Sighting:
    """The sighting of a row."""
    return Sighting(row[0], Origin(*row[1:4]), row[4], row[5], Purpose(row[6]), row[7], SightingKind(row[8]))


def series_row(one: Tally) -> tuple[object, ...]:
    """What names the series of a tally."""
    origin = one.origin
    return origin.site, origin.camera, origin.epoch, one.purpose.value, one.place, one.cell


def to_tally(row: tuple[Any, ...]) -> Tally:
    """The tally of its series, begin and amount."""
    return Tally(Origin(*row[:3]), Purpose(row[3]), row[4], row[6], row[5], row[7])


def packed(figures: DayFigures) -> str:
    """Figures as JSON."""
    plain: dict[str, Any] = {
        "visitors": figures.visitors,
        "tracks": figures.tracks,
        "entered": figures.entered,
        "recognised": figures.recognised,
        "firsts": [[one.begin, one.new, one.returning] for one in figures.firsts],
        "visits": list(figures.visits),
        "since": {str(days): count for days, count in figures.since.items()},
    }
    if figures.visited is not None:
        plain["visited"] = _VISITED.dump_python(figures.visited, mode="json")
    return json.dumps(plain, separators=(",", ":"))


def unpacked(text: str) -> DayFigures:
    """The same back."""
    plain = json.loads(text)
    return DayFigures(
        plain["visitors"],
        plain["tracks"],
        plain["entered"],
        plain["recognised"],
        tuple(First(*one) for one in plain["firsts"]),
        tuple(plain["visits"]),
        {int(days): count for days, count in plain["since"].items()},
        _VISITED.validate_python(plain["visited"]) if "visited" in plain else None,
    )
