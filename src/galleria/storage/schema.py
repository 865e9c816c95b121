"""The journal's tables, and whether a file has them."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from galleria.domain.errors import StoreError

from .sqlite import transaction, write_ahead

SCHEMA = 1
_APPLICATION = 0x47414C4C  # "GALL", tells our files from other programs'

_NUMBERS = f"PRAGMA application_id = {_APPLICATION};\nPRAGMA user_version = {SCHEMA};\n"
_TABLES = """
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


def prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Make a new file a journal; make sure that an old one is.

    Raises:
        StoreError: it belongs to another program or to a newer Galleria; then it was not changed.
        sqlite3.Error: it cannot be read or written.
    """
    connection.execute("BEGIN")  # one view of the file, while another process may be making it
    try:
        new = _is_new(connection, path)  # before anything is written: the file may be another program's
    finally:
        connection.execute("ROLLBACK")
    write_ahead(connection)
    if new:
        with transaction(connection):
            if _is_new(connection, path):  # another process may have found the same new file
                for statement in (_NUMBERS + _TABLES).split(";\n"):
                    connection.execute(statement)


def _is_new(connection: sqlite3.Connection, path: Path) -> bool:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    if not (version or application or tables):
        return True
    if application != _APPLICATION:
        problem = f"{path} is a database of another program"
        raise StoreError(problem, "Choose another file with --journal.")
    if version != SCHEMA:
        problem = f"the journal {path} has format {version}; this Galleria knows format {SCHEMA}"
        raise StoreError(problem, "Update Galleria, or choose another file with --journal.")
    return False
