"""The tables of our SQLite files, and whether a file has them; older files are brought up to date where they lie."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from galleria.domain.errors import StoreError

from .sqlite import JOURNAL, transaction, write_ahead


@dataclass(frozen=True, slots=True)
class Format:
    """What a file of one sort looks like.

    Attributes:
        name: for messages.
        application: number that tells our files from other programs'.
        version: of the tables below.
        tables: statements that make them in a new file, apart by semicolon and line end.
        steps: statements that bring a file of an earlier version to the next one.
    """

    name: str
    application: int
    version: int
    tables: str
    steps: Mapping[int, str] = field(default_factory=dict)


_HEALTH = """
CREATE TABLE condition (
  id INTEGER PRIMARY KEY,
  site TEXT NOT NULL,
  camera TEXT NOT NULL,
  state TEXT NOT NULL,
  begun REAL NOT NULL,
  ended REAL CHECK (ended >= begun),
  reason TEXT NOT NULL,
  UNIQUE (site, camera, begun, state)
) STRICT;
CREATE INDEX condition_by_end ON condition (site, ended);
CREATE TABLE reset (
  site TEXT NOT NULL,
  at REAL NOT NULL,
  cause TEXT NOT NULL,
  PRIMARY KEY (site, at)
) STRICT, WITHOUT ROWID;
CREATE TABLE news (
  site TEXT PRIMARY KEY,
  beat REAL,
  earliest REAL,
  turn INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
"""

_EVENTS = """
CREATE TABLE take (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  site TEXT NOT NULL,
  camera TEXT NOT NULL,
  epoch TEXT NOT NULL,
  settings TEXT NOT NULL,
  source TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  start_known INTEGER NOT NULL CHECK (start_known IN (0, 1)),
  tripwires TEXT NOT NULL,
  zones TEXT NOT NULL,
  counted_at REAL NOT NULL,
  finished INTEGER NOT NULL DEFAULT 0 CHECK (finished IN (0, 1)),
  reach REAL
) STRICT;
CREATE INDEX take_by_recording ON take (site, camera, epoch);
CREATE TABLE event (
  take INTEGER NOT NULL REFERENCES take (id) ON DELETE CASCADE,
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  version INTEGER NOT NULL,
  track INTEGER NOT NULL,
  begun REAL NOT NULL,
  ended REAL NOT NULL CHECK (ended >= begun),
  body TEXT NOT NULL,
  PRIMARY KEY (take, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX event_by_end ON event (take, ended);
CREATE VIEW shown AS
  SELECT id FROM (
    SELECT id, row_number() OVER (
      PARTITION BY site, camera, epoch ORDER BY finished DESC, reach DESC, id DESC
    ) AS place FROM take
  ) WHERE place = 1;
"""

# Everything dated that version 1 counted is news to the roll-ups, which came with version 2.
_FIRST_NEWS = """
INSERT INTO news (site, earliest)
  SELECT t.site, min(e.begun) FROM take t JOIN event e ON e.take = t.id WHERE t.start_known = 1 GROUP BY t.site;
"""

JOURNAL_FORMAT = Format(
    name=JOURNAL,
    application=0x47414C4C,  # "GALL"
    version=2,
    tables=_EVENTS + _HEALTH,
    steps={1: _HEALTH + _FIRST_NEWS},
)


def prepare(connection: sqlite3.Connection, path: Path, form: Format = JOURNAL_FORMAT) -> None:
    """Make a new file one of this format, and bring an older one up to date; whole or not at all.

    Raises:
        StoreError: it belongs to another program or to a newer Galleria; then it was not changed.
        sqlite3.Error: it cannot be read or written.
    """
    connection.execute("BEGIN")  # one view of the file, while another process may be making it
    try:
        found = _version(connection, path, form)  # before anything is written: the file may be another program's
    finally:
        connection.execute("ROLLBACK")
    if found == 0:
        # Must come before the first page. What retention frees can then be given back without writing all anew.
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
    write_ahead(connection)
    if found == form.version:
        return
    with transaction(connection):
        found = _version(connection, path, form)  # another process may have been quicker
        if found == 0:
            _run(connection, f"PRAGMA application_id = {form.application};\n" + form.tables)
        else:
            for version in range(found, form.version):
                _run(connection, form.steps[version])
        connection.execute(f"PRAGMA user_version = {form.version}")


def _run(connection: sqlite3.Connection, statements: str) -> None:
    # Not executescript, which would commit.
    for statement in statements.split(";\n"):
        connection.execute(statement)


def _version(connection: sqlite3.Connection, path: Path, form: Format) -> int:
    """The file's version of the format; 0 for an empty file."""
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    if not (version or application or tables):
        return 0
    if application != form.application:
        problem = f"{path} is a database of another program"
        where = "another file with --journal" if form.name == JOURNAL else "another folder with --folder"
        raise StoreError(problem, f"Choose {where}.")
    if not 1 <= version <= form.version:
        problem = f"the {form.name} {path} has format {version}; this Galleria knows format {form.version}"
        raise StoreError(problem, "Update Galleria, or choose another file with --journal.")
    return version
