"""The roll-ups of one site: cells of every subject and trading day, in one SQLite file, `measures.db`.

They can be made again from the events at any time, so the file need not survive a power cut to the last second, and a
day is written whole: what it said before is replaced. A row is one subject's day, its cells packed: a year of fifty
lines is some tens of megabytes and reads in milliseconds.
"""

from __future__ import annotations

import json
import threading
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from galleria.analytics.cells import PARTS, Cells, added
from galleria.analytics.facts import Numbers

from .pruning import give_back
from .schema import Format, prepare
from .sqlite import Closing, opening, told, transaction

_NAME = "store of measures"
_NO_DWELLS = np.zeros((0, 3), np.int64)
_TABLES = """
CREATE TABLE day (
  day TEXT PRIMARY KEY,
  edges BLOB NOT NULL,
  ended REAL NOT NULL,
  sealed INTEGER NOT NULL CHECK (sealed IN (0, 1)),
  events INTEGER NOT NULL,
  mark INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE TABLE total (
  subject TEXT NOT NULL,
  day TEXT NOT NULL,
  parts BLOB NOT NULL,
  dwells BLOB NOT NULL DEFAULT x'',
  PRIMARY KEY (subject, day)
) STRICT, WITHOUT ROWID;
CREATE INDEX total_by_day ON total (day);
CREATE TABLE cell (
  subject TEXT NOT NULL,
  day TEXT NOT NULL,
  parts BLOB NOT NULL,
  dwells BLOB NOT NULL,
  PRIMARY KEY (subject, day)
) STRICT;
"""
# Version 1 had no dwells of whole days; `summed` is ours.
_WHOLE_DAYS = """
ALTER TABLE total ADD COLUMN dwells BLOB NOT NULL DEFAULT x'';
UPDATE total SET dwells = summed(c.dwells) FROM cell c WHERE c.subject = total.subject AND c.day = total.day;
"""
_MARKS = "ALTER TABLE day ADD COLUMN mark INTEGER NOT NULL DEFAULT 0;\n"
MEASURES_FORMAT = Format(_NAME, application=0x47414C4D, version=3, tables=_TABLES, steps={1: _WHOLE_DAYS, 2: _MARKS})


@dataclass(frozen=True, slots=True)
class RolledDay:
    """A trading day that was rolled up.

    Attributes:
        label: its date.
        edges: (n + 1,) begins of its n cells, seconds since 1970-01-01 UTC, and the end of the last: the day's end,
            or the moment up to which a day that goes on was counted.
        end: the day's end.
        sealed: whether it is over and will not change unless something is written about it late.
        events: how many it was made from.
        mark: of what came of them, given when it is written: what a camera saw may grow without another event.
    """

    label: str
    edges: Numbers
    end: float
    sealed: bool
    events: int = 0
    mark: int = 0

    @property
    def until(self) -> float:
        """Up to when it was counted."""
        return float(self.edges[-1])


class Rollups(Closing):
    """An open store of measures. A context manager; threads may share it.

    Args:
        path: the file; made if it is absent.

    Raises:
        StoreError: it cannot be opened; and from every method when it cannot be written or read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._written = 0  # how often this process wrote; SQLite tells of the others
        self._kept: tuple[tuple[int, int], dict[str, RolledDay]] = ((-1, -1), {})
        with opening(path, _NAME, any_thread=True) as self._connection:
            self._connection.create_function("summed", 1, lambda d: _pack_whole(_unpack_dwells(d)))
            prepare(self._connection, path, MEASURES_FORMAT)
            self._connection.execute("PRAGMA synchronous = NORMAL")  # can be made again, see above

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def put(self, day: RolledDay, cells: Mapping[str, Cells]) -> None:
        """Replace a day: all of it or nothing. Rows that say the same are left as they lie."""
        packed = [(name, day.label, _pack(some.parts), _pack_dwells(some.dwells)) for name, some in cells.items()]
        with self._lock, told(self._path, _NAME), transaction(self._connection):
            run = self._connection.execute
            stale = {row[0] for row in run("SELECT subject FROM total WHERE day = ?", (day.label,))} - set(cells)
            for subject in stale:
                run("DELETE FROM total WHERE subject = ? AND day = ?", (subject, day.label))
                run("DELETE FROM cell WHERE subject = ? AND day = ?", (subject, day.label))
            self._connection.executemany(
                "INSERT INTO total (subject, day, parts, dwells) VALUES (?, ?, ?, ?) ON CONFLICT (subject, day)"
                " DO UPDATE SET parts = excluded.parts, dwells = excluded.dwells"
                " WHERE parts <> excluded.parts OR dwells <> excluded.dwells",
                (
                    (subject, day.label, added(some.parts).tobytes(), _pack_whole(some.dwells))
                    for subject, some in cells.items()
                ),
            )
            self._connection.executemany(
                "INSERT INTO cell (subject, day, parts, dwells) VALUES (?, ?, ?, ?) ON CONFLICT (subject, day)"
                " DO UPDATE SET parts = excluded.parts, dwells = excluded.dwells"
                " WHERE parts <> excluded.parts OR dwells <> excluded.dwells",
                packed,
            )
            run(
                "INSERT OR REPLACE INTO day (day, edges, ended, sealed, events, mark) VALUES (?, ?, ?, ?, ?, ?)",
                (day.label, day.edges.tobytes(), day.end, int(day.sealed), day.events, _mark(packed)),
            )
        self._written += 1

    def days(self, begin: str = "", end: str = "~") -> dict[str, RolledDay]:
        """The days with labels in [begin, end), in order."""
        return {label: day for label, day in self._every_day().items() if begin <= label < end}

    def last(self) -> RolledDay | None:
        """The newest day."""
        days = self._every_day()
        return days[max(days)] if days else None

    def totals(
        self, subjects: Sequence[str], days: Sequence[str], *, dwells: bool = True
    ) -> Iterator[tuple[str, dict[str, Cells]]]:
        """Subjects' days: each one's cells as one; how long stays were, unless that is not asked.

        Read at once, and unpacked one subject after another, as they are asked for.
        """
        for subject, rows in self._rows("total", subjects, days, dwells=dwells):
            yield subject, {day: Cells(np.frombuffer(parts)[None], _unpack_whole(held)) for day, parts, held in rows}

    def totals_on(self, day: str, subjects: Sequence[str]) -> dict[str, Numbers]:
        """The sums (PARTS,) of one day's cells, by subject."""
        rows = self._all(
            "SELECT subject, parts FROM total WHERE day = ? AND subject IN (SELECT value FROM json_each(?))",
            (day, json.dumps(subjects)),
        )
        return {subject: np.frombuffer(parts) for subject, parts in rows}

    def cells(
        self, subjects: Sequence[str], days: Sequence[str], *, dwells: bool = True
    ) -> Iterator[tuple[str, dict[str, Cells]]]:
        """Subjects' days with all their cells; how long stays were, unless that is not asked; likewise."""
        for subject, rows in self._rows("cell", subjects, days, dwells=dwells):
            yield subject, {day: Cells(_unpack(parts), _unpack_dwells(held)) for day, parts, held in rows}

    def some(self, subject: str, days: Sequence[str]) -> dict[str, Cells]:
        """A subject's cells on some days."""
        return dict(self.cells([subject], days))[subject]

    def drop_before(self, day: str) -> int:
        """Delete days earlier than that one, beyond recovery; returns how many."""
        with self._lock, told(self._path, _NAME):
            self._connection.execute("PRAGMA secure_delete = ON").fetchall()
            with transaction(self._connection):
                gone = self._connection.execute("DELETE FROM day WHERE day < ?", (day,)).rowcount
                for table in ("total", "cell"):
                    self._connection.execute(f"DELETE FROM {table} WHERE day < ?", (day,))  # noqa: S608
        self._written += 1
        return gone

    def give_back(self) -> None:
        """Give freed space back to the disk, and overwrite what the write-ahead log still holds of it."""
        with self._lock, told(self._path, _NAME):
            give_back(self._connection)

    def _every_day(self) -> dict[str, RolledDay]:
        # Every question begins with them, and they change a few times a minute.
        version = (self._written, self._all("PRAGMA data_version")[0][0])
        kept, days = self._kept
        if kept != version:
            rows = self._all("SELECT day, edges, ended, sealed, events, mark FROM day ORDER BY day")
            days = {
                label: RolledDay(label, np.frombuffer(edges), ended, bool(sealed), events, mark)
                for label, edges, ended, sealed, events, mark in rows
            }
            self._kept = (version, days)
        return days

    def _rows(
        self, table: str, subjects: Sequence[str], days: Sequence[str], *, dwells: bool
    ) -> Iterator[tuple[str, list[tuple[str, bytes, bytes]]]]:
        column = "dwells" if dwells else "x''"
        rows = self._all(
            f"SELECT subject, day, parts, {column} FROM {table}"  # noqa: S608  our own words
            " WHERE subject IN (SELECT value FROM json_each(?)) AND day IN (SELECT value FROM json_each(?))",
            (json.dumps(subjects), json.dumps(days)),
        )
        by_subject: dict[str, list[tuple[str, bytes, bytes]]] = {subject: [] for subject in subjects}
        for subject, day, parts, held in rows:
            by_subject[subject].append((day, parts, held))
        yield from by_subject.items()

    def _all(self, statement: str, values: Sequence[object] = ()) -> list[Any]:
        with self._lock, told(self._path, _NAME):
            return self._connection.execute(statement, values).fetchall()


def _mark(packed: Sequence[tuple[str, str, bytes, bytes]]) -> int:
    """A checksum of a day's cells."""
    mark = 0
    for subject, _, parts, dwells in sorted(packed):
        mark = zlib.crc32(dwells, zlib.crc32(parts, zlib.crc32(subject.encode(), mark)))
    return mark


def _pack(parts: Numbers) -> bytes:
    # By part, not by cell: neighbours are alike. Counts are whole in 32 bits up to 16 million, seconds good to 0.1 ms.
    return zlib.compress(parts.T.astype("<f4").tobytes(), 1)


def _unpack(blob: bytes) -> Numbers:
    packed = np.frombuffer(zlib.decompress(blob), "<f4")
    return packed.reshape(PARTS, -1).T.astype(np.float64)


def _pack_dwells(dwells: NDArray[np.int64]) -> bytes:
    return zlib.compress(dwells.T.astype("<u2").tobytes(), 1) if len(dwells) else b""


def _unpack_dwells(blob: bytes) -> NDArray[np.int64]:
    if not blob:
        return _NO_DWELLS
    return np.frombuffer(zlib.decompress(blob), "<u2").reshape(3, -1).T.astype(np.int64)


def _pack_whole(dwells: NDArray[np.int64]) -> bytes:
    """Dwells of a whole day: bins and how many, whatever cell they were in."""
    numbers, places = np.unique(dwells[:, 1], return_inverse=True)
    counts = np.bincount(places, weights=dwells[:, 2], minlength=len(numbers))
    return np.stack([numbers, counts]).astype("<u4").tobytes()


def _unpack_whole(blob: bytes) -> NDArray[np.int64]:
    if not blob:
        return _NO_DWELLS
    dwells = np.zeros((len(blob) // 8, 3), np.int64)
    dwells[:, 1:] = np.frombuffer(blob, "<u4").reshape(2, -1).T
    return dwells
