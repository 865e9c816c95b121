"""What was studied of whole trading days: small summaries that add up, in one SQLite file of the site, `studies.db`.

A study says what a summary means; here they are bytes. All of it can be made again while the days' events are kept.
"""

from __future__ import annotations

import json
import threading
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .pruning import give_back
from .schema import Format, prepare
from .sqlite import Closing, connect, told, transaction

_NAME = "store of studies"
_TABLES = """
CREATE TABLE day (
  study TEXT NOT NULL,
  day TEXT NOT NULL,
  version INTEGER NOT NULL,
  events INTEGER NOT NULL,
  until REAL NOT NULL,
  PRIMARY KEY (study, day)
) STRICT, WITHOUT ROWID;
CREATE TABLE summary (
  study TEXT NOT NULL,
  part TEXT NOT NULL,
  day TEXT NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (study, part, day)
) STRICT, WITHOUT ROWID;
"""
STUDIES_FORMAT = Format(_NAME, application=0x47414C59, version=1, tables=_TABLES)


@dataclass(frozen=True, slots=True)
class Studied:
    """How a day was studied.

    Attributes:
        version: of the study.
        events: how many were known of that day.
        until: up to when, seconds since 1970-01-01 UTC.
    """

    version: int
    events: int
    until: float


class StudyStore(Closing):
    """An open store of studies. A context manager; threads may share it.

    Args:
        path: the file; made if it is absent.

    Raises:
        StoreError: it cannot be opened; and from every method when it cannot be written or read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._connection = connect(path, _NAME, any_thread=True)
        try:
            with told(path, _NAME):
                prepare(self._connection, path, STUDIES_FORMAT)
                self._connection.execute("PRAGMA synchronous = NORMAL")  # can be made again, see above
        except BaseException:
            self._connection.close()
            raise

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def put(self, study: str, day: str, how: Studied, parts: Mapping[str, bytes]) -> None:
        """Replace what a study says of a day: all of it or nothing."""
        with self._lock, told(self._path, _NAME), transaction(self._connection):
            run = self._connection.execute
            run("DELETE FROM summary WHERE study = ? AND day = ?", (study, day))
            self._connection.executemany(
                "INSERT INTO summary (study, part, day, body) VALUES (?, ?, ?, ?)",
                ((study, part, day, zlib.compress(body, 6)) for part, body in parts.items()),
            )
            run(
                "INSERT OR REPLACE INTO day (study, day, version, events, until) VALUES (?, ?, ?, ?, ?)",
                (study, day, how.version, how.events, how.until),
            )

    def days(self, study: str) -> dict[str, Studied]:
        """How each day was studied, in order."""
        rows = self._all("SELECT day, version, events, until FROM day WHERE study = ? ORDER BY day", (study,))
        return {day: Studied(version, events, until) for day, version, events, until in rows}

    def parts(self, study: str) -> list[str]:
        """The parts that any day has."""
        return [
            row[0] for row in self._all("SELECT DISTINCT part FROM summary WHERE study = ? ORDER BY part", (study,))
        ]

    def summaries(self, study: str, parts: Sequence[str], begin: str, end: str) -> dict[str, dict[str, bytes]]:
        """Summaries of the days with labels in [begin, end), by part and day, in order; absent ones are left out."""
        rows = self._all(
            "SELECT part, day, body FROM summary WHERE study = ? AND day >= ? AND day < ?"
            " AND part IN (SELECT value FROM json_each(?)) ORDER BY part, day",
            (study, begin, end, json.dumps(list(parts))),
        )
        found: dict[str, dict[str, bytes]] = {part: {} for part in parts}
        for part, day, body in rows:
            found[part][day] = zlib.decompress(body)
        return found

    def drop_before(self, day: str) -> int:
        """Delete days earlier than that one, beyond recovery; returns how many summaries."""
        with self._lock, told(self._path, _NAME):
            self._connection.execute("PRAGMA secure_delete = ON").fetchall()
            with transaction(self._connection):
                gone = self._connection.execute("DELETE FROM summary WHERE day < ?", (day,)).rowcount
                self._connection.execute("DELETE FROM day WHERE day < ?", (day,))
            if gone:
                give_back(self._connection)
        return gone

    def _all(self, statement: str, values: Sequence[object]) -> list[Any]:
        with self._lock, told(self._path, _NAME):
            return self._connection.execute(statement, values).fetchall()
