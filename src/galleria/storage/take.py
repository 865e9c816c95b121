"""One count of one recording, being written into the journal; at its end it takes the place of earlier ones."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from galleria.domain.events import Event, Origin

from . import conditions as health
from .recording import Outcome, Recording
from .rows import to_row
from .sqlite import told, transaction

_ABANDONED = 7 * 86400.0  # an unfinished take that another take has outdone is dropped after this many seconds


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
            if new:
                self._note(min(row[5] for row in rows))
        return new

    def finish(self) -> Outcome:
        """Make this the take that is read. Replaces earlier finished takes of the recording, all or nothing.

        A take that says the same as the earlier one, with the same settings, is dropped: the journal stays as it was.
        """
        with told(self._path), transaction(self._connection):
            earlier = self._connection.execute(
                "SELECT id, settings, finished FROM take WHERE site = ? AND camera = ? AND epoch = ? AND id <> ?"
                " ORDER BY finished DESC, reach DESC, id DESC LIMIT 1",
                (*key(self.recording.origin), self._number),
            ).fetchone()
            outcome = self._compare(earlier)
            if earlier and earlier[2] and outcome == Outcome(0, outcome.unchanged, 0, settings_changed=False):
                self._connection.execute("DELETE FROM take WHERE id = ?", (self._number,))
            else:
                self._note_all()  # what is deleted and what takes its place
                self._connection.execute(
                    "DELETE FROM take WHERE site = ? AND camera = ? AND epoch = ? AND id <> ? AND finished = 1",
                    (*key(self.recording.origin), self._number),
                )
                self._connection.execute("UPDATE take SET finished = 1 WHERE id = ?", (self._number,))
            # Another process may still be writing an unfinished take, so only old ones go.
            self._connection.execute(
                "DELETE FROM take WHERE finished = 0 AND counted_at < ? AND id NOT IN (SELECT id FROM shown)",
                (self.recording.counted_at - _ABANDONED,),
            )
        return outcome

    def _note(self, earliest: float) -> None:
        # Clip times lie on no day, so that no roll-up can know them.
        if self.recording.start_known:
            health.note(self._connection, self.recording.origin.site, earliest)

    def _note_all(self) -> None:
        (earliest,) = self._connection.execute(
            "SELECT min(e.begun) FROM take t JOIN event e ON e.take = t.id WHERE t.site = ? AND t.camera = ?"
            " AND t.epoch = ?",
            key(self.recording.origin),
        ).fetchone()
        if earliest is not None:
            self._note(earliest)

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


def key(origin: Origin) -> tuple[str, str, str]:
    """What tells recordings apart: site, camera, epoch."""
    return (origin.site, origin.camera, origin.epoch)
