"""What was studied of whole trading days: small summaries that add up, in one SQLite file of the site, `studies.db`.

A study says what a summary means; here they are bytes. All of it can be made again while the days' events are kept.
Sums of several days are kept beside them, so that a year need not be added up day by day: a sum goes with the first of
its days that is studied again or let go of.
"""

from __future__ import annotations

import json
import threading
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from .pruning import give_back
from .schema import Format, prepare
from .sqlite import Closing, opening, told, transaction

_NAME = "store of studies"
_TABLES = """
CREATE TABLE day (
  study TEXT NOT NULL,
  day TEXT NOT NULL,
  version INTEGER NOT NULL,
  events INTEGER NOT NULL,
  until REAL NOT NULL,
  mark INTEGER NOT NULL DEFAULT 0,
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
_SUMS = """
CREATE TABLE total (
  study TEXT NOT NULL,
  view TEXT NOT NULL,
  size INTEGER NOT NULL,
  first INTEGER NOT NULL,
  days TEXT NOT NULL,
  part TEXT NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (study, view, size, first, days, part)
) STRICT, WITHOUT ROWID;
CREATE TABLE turn (
  study TEXT PRIMARY KEY,
  number INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
"""
_MARKS = "ALTER TABLE day ADD COLUMN mark INTEGER NOT NULL DEFAULT 0;\n"
STUDIES_FORMAT = Format(_NAME, application=0x47414C59, version=2, tables=_TABLES + _SUMS, steps={1: _SUMS + _MARKS})
_TURN = (
    "INSERT INTO turn (study, number) VALUES (?, 1) ON CONFLICT (study) DO UPDATE SET number = number + 1"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Studied:
    """How a day was studied.

    Attributes:
        version: of the study.
        events: how many were known of that day.
        until: up to when, seconds since 1970-01-01 UTC.
        mark: of what the day's measures were then.
    """

    version: int
    events: int
    until: float
    mark: int = 0


class Block(NamedTuple):
    """Some of the days of a stretch of the calendar, whose sum may be kept.

    Attributes:
        size: of the stretch, days.
        first: ordinal of its first date, a multiple of the size.
        days: ordinals of those that are meant, in order.
    """

    size: int
    first: int
    days: tuple[int, ...]

    @property
    def mask(self) -> str:
        """Which days, as text."""
        return f"{sum(1 << (day - self.first) for day in self.days):x}"

    @property
    def label(self) -> str:
        """The first date of the stretch."""
        return date.fromordinal(self.first).isoformat()


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
        with opening(path, _NAME, any_thread=True) as self._connection:
            prepare(self._connection, path, STUDIES_FORMAT)
            self._connection.execute("PRAGMA synchronous = NORMAL")  # can be made again, see above

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def put(self, study: str, day: str, how: Studied, parts: Mapping[str, bytes]) -> None:
        """Replace what a study says of a day: all of it or nothing."""
        with self._lock, told(self._path, _NAME), transaction(self._connection):
            run = self._connection.execute
            run("DELETE FROM summary WHERE study = ? AND day = ?", (study, day))
            run(
                "DELETE FROM total WHERE study = ?1 AND first <= ?2 AND first > ?2 - size",
                (study, date.fromisoformat(day).toordinal()),
            )
            run(_TURN, (study,))
            self._connection.executemany(
                "INSERT INTO summary (study, part, day, body) VALUES (?, ?, ?, ?)",
                ((study, part, day, zlib.compress(body, 6)) for part, body in parts.items()),
            )
            run(
                "INSERT OR REPLACE INTO day (study, day, version, events, until, mark) VALUES (?, ?, ?, ?, ?, ?)",
                (study, day, how.version, how.events, how.until, how.mark),
            )

    def days(self, study: str) -> dict[str, Studied]:
        """How each day was studied, in order."""
        rows = self._all("SELECT day, version, events, until, mark FROM day WHERE study = ? ORDER BY day", (study,))
        return {day: Studied(version, events, until, mark) for day, version, events, until, mark in rows}

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
        return _by_part(parts, rows)

    def on(self, study: str, parts: Sequence[str], days: Sequence[str]) -> dict[str, dict[str, bytes]]:
        """Summaries of some days, likewise."""
        rows = self._all(
            "SELECT part, day, body FROM summary WHERE study = ? AND part IN (SELECT value FROM json_each(?))"
            " AND day IN (SELECT value FROM json_each(?)) ORDER BY part, day",
            (study, json.dumps(list(parts)), json.dumps(list(days))),
        )
        return _by_part(parts, rows)

    def turn(self, study: str) -> int:
        """Changes with everything that is written about a study or let go of."""
        rows = self._all("SELECT number FROM turn WHERE study = ?", (study,))
        return rows[0][0] if rows else 0

    def totals(
        self, study: str, view: str, blocks: Sequence[Block], parts: Sequence[str]
    ) -> dict[Block, dict[str, bytes]]:
        """Sums that are kept of a view of a study, by block and part; an empty one says that no day has that part."""
        asked = {(block.size, block.first, block.mask): block for block in blocks}
        rows = self._all(
            "SELECT size, first, days, part, body FROM json_each(?2) AS b CROSS JOIN total ON study = ?1"
            " AND view = ?4 AND size = b.value ->> 0 AND first = b.value ->> 1 AND days = b.value ->> 2"
            " WHERE +part IN (SELECT value FROM json_each(?3))",  # in this order, or all sums are gone through
            (study, json.dumps([list(key) for key in asked]), json.dumps(list(parts)), view),
        )
        found: dict[Block, dict[str, bytes]] = {block: {} for block in blocks}
        for size, first, days, part, body in rows:
            found[asked[size, first, days]][part] = zlib.decompress(body) if body else b""
        return found

    def put_totals(self, study: str, view: str, turn: int, some: Mapping[Block, Mapping[str, bytes]]) -> None:
        """Keep sums, unless something was written about the study since that turn."""
        rows = (
            (study, view, block.size, block.first, block.mask, part, zlib.compress(body, 1) if body else b"")
            for block, bodies in some.items()
            for part, body in bodies.items()
        )
        with self._lock, told(self._path, _NAME), transaction(self._connection):
            now = self._connection.execute("SELECT number FROM turn WHERE study = ?", (study,)).fetchone()
            if (now[0] if now else 0) == turn:
                self._connection.executemany(
                    "INSERT OR REPLACE INTO total (study, view, size, first, days, part, body)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?)",
                    rows,
                )

    def drop_before(self, day: str) -> int:
        """Delete days earlier than that one, beyond recovery; returns how many summaries."""
        with self._lock, told(self._path, _NAME):
            self._connection.execute("PRAGMA secure_delete = ON").fetchall()
            with transaction(self._connection):
                run = self._connection.execute
                gone = run("DELETE FROM summary WHERE day < ?", (day,)).rowcount
                for (study,) in run("SELECT DISTINCT study FROM day WHERE day < ?", (day,)).fetchall():
                    run(_TURN, (study,))
                run("DELETE FROM day WHERE day < ?", (day,))
                run("DELETE FROM total WHERE first < ?", (date.fromisoformat(day).toordinal(),))
            if gone:
                give_back(self._connection)
        return gone

    def _all(self, statement: str, values: Sequence[object]) -> list[Any]:
        with self._lock, told(self._path, _NAME):
            return self._connection.execute(statement, values).fetchall()


def _by_part(parts: Sequence[str], rows: Sequence[tuple[str, str, bytes]]) -> dict[str, dict[str, bytes]]:
    found: dict[str, dict[str, bytes]] = {part: {} for part in parts}
    for part, day, body in rows:
        found[part][day] = zlib.decompress(body)
    return found
