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
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from galleria.analytics.facts import Facts
from galleria.domain.errors import StoreError
from galleria.domain.events import Event, Origin
from galleria.domain.health import Condition

from . import conditions as health
from . import pruning
from .columns import DayEvents
from .facts import Gaps, half_days, read_columns, read_facts, unseen
from .recording import Entry, Recording
from .rows import Row, to_event
from .schema import prepare
from .sqlite import Closing, opening, told, transaction
from .take import Take, key

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


class Journal(Closing):
    """An open journal. A context manager; not shared between threads.

    Args:
        path: the file; made, with its folder, if it is absent.
        any_thread: threads use it one after another, never two at once.

    Raises:
        StoreError: it cannot be opened, is no journal, or was written by a newer Galleria. Every method raises it
            too when the file cannot be written or read.
    """

    def __init__(self, path: Path, *, any_thread: bool = False) -> None:
        self._path = path
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            problem = f"the folder {path.parent} cannot be made: {error.strerror}"
            raise StoreError(problem, "Choose another file with --journal.") from error
        with opening(path, any_thread=any_thread) as self._connection:
            prepare(self._connection, path)

    def close(self) -> None:
        self._connection.close()

    def begin(self, recording: Recording) -> Take:
        """Start a take; nothing that is read changes before it has events that got further than any other take's."""
        r = recording
        lists = (json.dumps(r.tripwires), json.dumps(r.zones))
        values = (*key(r.origin), r.settings, r.source, r.time_zone, r.start_known, *lists, r.counted_at)
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

    def facts(self, site: str, begin: float, end: float) -> Facts:
        """Everything dated that overlaps [begin, end), as columns."""
        with told(self._path):
            return read_facts(self._connection, site, begin, end)

    def columns(self, site: str, begin: float, end: float) -> DayEvents:
        """All that is known of the dated events that began in [begin, end)."""
        with told(self._path):
            return read_columns(self._connection, site, begin, end)

    def unseen(self, site: str, begin: float, end: float) -> Gaps:
        """By camera, when it was in another condition than seeing."""
        with told(self._path):
            return unseen(self._connection, site, begin, end)

    def half_days(self, site: str, begin: float, end: float) -> list[float]:
        """Moments, at most half a day before each dated event that began in [begin, end), in order."""
        with told(self._path):
            return half_days(self._connection, site, begin, end)

    def drop_events(self, site: str, before: float) -> int:
        """Delete dated events that ended before that moment, and clips counted before it; beyond recovery."""
        with told(self._path):
            return pruning.drop_events(self._connection, site, before)

    def drop_conditions(self, site: str, before: float) -> int:
        """Delete conditions that ended before that moment, and earlier resets; beyond recovery."""
        with told(self._path):
            return pruning.drop_conditions(self._connection, site, before)

    def give_back(self) -> None:
        """Give freed space back to the disk, and overwrite what the write-ahead log still holds of it."""
        with told(self._path):
            pruning.give_back(self._connection)

    def envelope(self) -> AbstractContextManager[None]:
        """One transaction for everything written inside: all of it is on the disk at its end, or none of it."""
        return _enveloped(self._path, self._connection)

    def put(self, conditions: Iterable[Condition]) -> None:
        """Write camera conditions; one that begins ends the camera's others."""
        with self.envelope():
            health.put(self._connection, conditions)

    def conditions(self, site: str, begin: float = -math.inf, end: float = math.inf) -> list[Condition]:
        """Conditions that overlap [begin, end), by begin."""
        with told(self._path):
            return health.overlapping(self._connection, site, begin, end)

    def latest_conditions(self, site: str) -> dict[str, Condition]:
        """The newest condition of each camera."""
        with told(self._path):
            return health.latest(self._connection, site)

    def close_open(self, site: str) -> None:
        """End the conditions that a process left open, at its last sign of life."""
        with self.envelope():
            health.close_open(self._connection, site)

    def reset(self, site: str, at: float, cause: str = "") -> None:
        """Note that nobody was inside at that moment, seconds since 1970-01-01 UTC."""
        with self.envelope():
            health.reset(self._connection, site, at, cause)

    def resets(self, site: str, begin: float = -math.inf, end: float = math.inf) -> list[float]:
        """When, in [begin, end), occupancy was set to zero by hand."""
        with told(self._path):
            return health.resets(self._connection, site, begin, end)

    def beat(self, site: str, now: float) -> None:
        """Give a sign of life, for `close_open` after a crash."""
        with self.envelope():
            health.beat(self._connection, site, now)

    def news(self, site: str) -> health.News:
        """What the roll-ups do not know yet."""
        with told(self._path):
            return health.news(self._connection, site)

    def heard(self, site: str, turn: int) -> None:
        """The roll-ups know everything up to this turn of `news`."""
        with self.envelope():
            health.heard(self._connection, site, turn)


@contextmanager
def _enveloped(path: Path, connection: sqlite3.Connection) -> Iterator[None]:
    with told(path), transaction(connection):
        yield


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
