"""The journal: what was counted, in one SQLite file. Events and recordings in, events out.

A *recording* is one uninterrupted run of a camera: a video file, or a live camera from start to stop. Each count of
a recording is a *take*. A take's events are durable when `append` returns, so they can be shown. While a take
goes on, and if it is interrupted, an earlier finished take of the same recording stays the one that is read; when
the new take finishes it replaces the earlier one in one transaction. Nothing is counted twice and no complete count
is lost to an incomplete one. Where no take has finished, the one that got furthest is read.
"""

from __future__ import annotations

import json
import math
import os
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from galleria.domain.errors import StoreError
from galleria.domain.events import Event, Origin

from .recording import Entry, Outcome, Recording
from .rows import Row, to_event, to_row
from .schema import prepare
from .sqlite import connect, told, transaction

_ABANDONED = 7 * 86400.0  # an unfinished take that another take has outdone is dropped after this many seconds

_EVENTS = """
SELECT t.site, t.camera, t.epoch, e.id, e.kind, e.version, e.track, e.begun, e.ended, e.body
FROM take t JOIN event e ON e.take = t.id
WHERE t.id IN (SELECT id FROM shown) AND t.site = :site AND t.reach >= :begin
  AND e.begun < :end AND e.ended >= :begin AND (e.ended > :begin OR e.begun >= :begin)
  AND (:kinds IS NULL OR e.kind IN (SELECT value FROM json_each(:kinds)))
  AND (:cameras IS NULL OR t.camera IN (SELECT value FROM json_each(:cameras)))
  AND (:epochs IS NULL OR t.epoch IN (SELECT value FROM json_each(:epochs)))
ORDER BY e.begun, e.id
"""

_ENTRIES = """
SELECT t.*, t.id IN (SELECT id FROM shown) AS shown, s.events, s.begin, s.end
FROM take t LEFT JOIN (
  SELECT take, count(*) AS events, min(begun) AS begin, max(ended) AS end FROM event GROUP BY take
) s ON s.take = t.id
ORDER BY t.site, t.camera, t.start_known DESC, s.begin, t.epoch, t.id
"""


def default_path() -> Path:
    """Where the journal lies: `GALLERIA_JOURNAL`, else `galleria/journal.db` in the user's data folder."""
    if named := os.environ.get("GALLERIA_JOURNAL"):
        return Path(named)
    import platformdirs  # noqa: PLC0415  kept out of the start of every command

    return platformdirs.user_data_path("galleria") / "journal.db"


class Journal:
    """An open journal. A context manager; not shared between threads.

    Args:
        path: the file; made, with its folder, if it is absent.

    Raises:
        StoreError: it cannot be opened, is no journal, or was written by a newer Galleria. Every method raises it
            too when the file cannot be written or read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            problem = f"the folder {path.parent} cannot be made: {error.strerror}"
            raise StoreError(problem, "Choose another file with --journal.") from error
        self._connection = connect(path)
        try:
            with told(path):
                prepare(self._connection, path)
        except BaseException:
            self._connection.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._connection.close()

    def begin(self, recording: Recording) -> Take:
        """Start a take; nothing that is read changes before it has events that got further than any other take's."""
        r = recording
        lists = (json.dumps(r.tripwires), json.dumps(r.zones))
        values = (*_key(r.origin), r.settings, r.source, r.time_zone, r.start_known, *lists, r.counted_at)
        with told(self._path), transaction(self._connection):
            cursor = self._connection.execute(
                "INSERT INTO take (site, camera, epoch, settings, source, time_zone, start_known, tripwires, zones,"
                " counted_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                values,
            )
        assert cursor.lastrowid is not None
        return Take(self._path, self._connection, recording, cursor.lastrowid)

    def events(
        self,
        site: str,
        begin: float = -math.inf,
        end: float = math.inf,
        *,
        kinds: Collection[str] | None = None,
        cameras: Collection[str] | None = None,
        epochs: Collection[str] | None = None,
    ) -> Iterator[Event]:
        """Events that overlap [begin, end), by time. Dated events and clip times (from 0) are told apart by epoch.

        Args:
            site: its id.
            begin: seconds since 1970-01-01 UTC.
            end: likewise, does not belong.
            kinds: names as `kind_of` gives them; None for all.
            cameras: ids; None for all.
            epochs: of the recordings wanted; None for all.
        """
        lists = {"kinds": kinds, "cameras": cameras, "epochs": epochs}
        parameters: dict[str, object] = {
            name: None if value is None else json.dumps(list(value)) for name, value in lists.items()
        }
        with told(self._path):
            for row in self._connection.execute(_EVENTS, {"site": site, "begin": begin, "end": end, **parameters}):
                yield to_event(Origin(*row[:3]), Row(*row[3:]))

    def recordings(self) -> list[Entry]:
        """Every take, by site, camera and time, dated ones first."""
        with told(self._path):
            cursor = self._connection.execute(_ENTRIES)
            names = [column[0] for column in cursor.description]
            return [_entry(dict(zip(names, row, strict=True))) for row in cursor]


class Take:
    """One count of one recording, being written."""

    def __init__(self, path: Path, connection: sqlite3.Connection, recording: Recording, number: int) -> None:
        self.recording = recording
        self._path = path
        self._connection = connection
        self._number = number

    def append(self, events: Iterable[Event]) -> int:
        """Write events; they are on the disk when this returns. An id that this take already has changes nothing.

        Args:
            events: of the recording's origin.

        Returns:
            how many were new.

        Raises:
            StoreError: it cannot be written; then none of these events is.
        """
        events = list(events)
        if any(event.origin != self.recording.origin for event in events):
            problem = "events of another recording"
            raise ValueError(problem)
        rows = [(self._number, *to_row(event)) for event in events]
        if not rows:
            return 0
        reach = max(row[6] for row in rows)
        with told(self._path), transaction(self._connection):
            before = self._connection.total_changes
            self._connection.executemany(
                "INSERT INTO event (take, id, kind, version, track, begun, ended, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (take, id) DO NOTHING",
                rows,
            )
            new = self._connection.total_changes - before
            self._connection.execute(
                "UPDATE take SET reach = max(coalesce(reach, ?1), ?1) WHERE id = ?2", (reach, self._number)
            )
        return new

    def finish(self) -> Outcome:
        """Make this the take that is read. Replaces earlier finished takes of the recording, all or nothing.

        A take that says the same as the earlier one, with the same settings, is dropped: the journal stays as it was.
        """
        with told(self._path), transaction(self._connection):
            earlier = self._connection.execute(
                "SELECT id, settings, finished FROM take WHERE site = ? AND camera = ? AND epoch = ? AND id <> ?"
                " ORDER BY finished DESC, reach DESC, id DESC LIMIT 1",
                (*_key(self.recording.origin), self._number),
            ).fetchone()
            outcome = self._compare(earlier)
            if earlier and earlier[2] and outcome == Outcome(0, outcome.unchanged, 0, settings_changed=False):
                self._connection.execute("DELETE FROM take WHERE id = ?", (self._number,))
            else:
                self._connection.execute(
                    "DELETE FROM take WHERE site = ? AND camera = ? AND epoch = ? AND id <> ? AND finished = 1",
                    (*_key(self.recording.origin), self._number),
                )
                self._connection.execute("UPDATE take SET finished = 1 WHERE id = ?", (self._number,))
            # Another process may still be writing an unfinished take, so only old ones go.
            self._connection.execute(
                "DELETE FROM take WHERE finished = 0 AND counted_at < ? AND id NOT IN (SELECT id FROM shown)",
                (self.recording.counted_at - _ABANDONED,),
            )
        return outcome

    def _compare(self, earlier: tuple[int, str, int] | None) -> Outcome:
        mine = self._count(self._number)
        if earlier is None:
            return Outcome(mine, 0, 0, settings_changed=False)
        number, settings, _ = earlier
        same = self._connection.execute(
            "SELECT count(*) FROM event a JOIN event b ON b.take = ?2 AND b.id = a.id WHERE a.take = ?1"
            " AND (a.kind, a.version, a.track, a.begun, a.ended, a.body)"
            " = (b.kind, b.version, b.track, b.begun, b.ended, b.body)",
            (self._number, number),
        ).fetchone()[0]
        changed = settings != self.recording.settings
        return Outcome(mine - same, same, self._count(number) - same, settings_changed=changed)

    def _count(self, take: int) -> int:
        return int(self._connection.execute("SELECT count(*) FROM event WHERE take = ?", (take,)).fetchone()[0])


def _key(origin: Origin) -> tuple[str, str, str]:
    return (origin.site, origin.camera, origin.epoch)


def _entry(row: dict[str, Any]) -> Entry:
    recording = Recording(
        origin=Origin(row["site"], row["camera"], row["epoch"]),
        settings=row["settings"],
        source=row["source"],
        counted_at=row["counted_at"],
        time_zone=row["time_zone"],
        start_known=bool(row["start_known"]),
        tripwires=tuple(json.loads(row["tripwires"])),
        zones=tuple(json.loads(row["zones"])),
    )
    return Entry(
        recording,
        finished=bool(row["finished"]),
        shown=bool(row["shown"]),
        events=row["events"] or 0,
        begin=row["begin"],
        end=row["end"],
    )
