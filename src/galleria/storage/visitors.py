"""What becomes of sightings and tallies, in one SQLite file of the site, `visitors.db`, for its owner only.

A day is reduced to figures and its sightings are deleted in one transaction, so that whatever is interrupted nothing
is lost and nothing counts twice. Of returning visitors a label and the day are kept, neither camera nor track, until
their labels' time is over. What is deleted is overwritten. What comes later than the end of a reduced day is not taken.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from galleria.analytics.visitors import DayFigures, DaySeen, Track, day_figures, visitors_of
from galleria.domain.errors import StoreError
from galleria.domain.events import Origin
from galleria.domain.purpose import Purpose
from galleria.domain.sighting import Sighting
from galleria.domain.tally import Tally
from galleria.domain.time import Bucket

from .pruning import give_back
from .schema import prepare
from .sqlite import Closing, connect, opening, told, transaction
from .visitor_rows import (
    LABELLED,
    NAME,
    VISITORS_FORMAT,
    packed,
    series_row,
    sighting_row,
    to_sighting,
    to_tally,
    unpacked,
)

COUNTED = (Purpose.UNIQUE, Purpose.RETURNING)  # purposes whose sightings are reduced by trading day
_LOOKED = 180.0  # seconds between two signs of looking that still are one stretch
_TALLIES = """
SELECT s.site, s.camera, s.epoch, s.purpose, s.place, s.cell, t.begin, t.amount
FROM tally t JOIN series s ON s.id = t.series
WHERE t.begin >= ? AND t.begin < ? AND s.purpose = ?
ORDER BY t.begin, s.id
"""

_SUMS = """
SELECT s.camera, s.place, s.cell, sum(t.amount) FROM tally t JOIN series s ON s.id = t.series
WHERE t.begin >= ? AND t.begin < ? AND s.purpose = ?
GROUP BY s.camera, s.place, s.cell
"""


@dataclass(frozen=True, slots=True)
class Ends:
    """What is older goes: moments, seconds since 1970-01-01 UTC.

    Attributes:
        staff: marks of staff.
        visits: labels of returning visitors, by when they were seen: where the epoch of labels begins.
        measures: figures of days, tallies, and when was looked.
    """

    staff: float
    visits: float
    measures: float


class Visitors(Closing):
    """An open store of visitors. A context manager; any thread may use it, readers do not wait for the writer.

    Args:
        path: the file; made if it is absent.

    Raises:
        StoreError: it cannot be opened; and from every method when it cannot be written or read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock, self._read_lock = threading.Lock(), threading.Lock()
        _make_own(path)
        with opening(path, NAME, any_thread=True) as self._connection:
            prepare(self._connection, path, VISITORS_FORMAT)
            self._connection.execute("PRAGMA secure_delete = ON").fetchall()
            give_back(self._connection)  # what a killed process had deleted may still lie in the log
            self._reading = connect(path, NAME, any_thread=True)

    def close(self) -> None:
        with self._read_lock:
            self._reading.close()
        with self._lock:
            self._connection.close()

    def put(self, sightings: Sequence[Sighting], tallies: Sequence[Tally]) -> int:
        """Write them in one transaction; again changes nothing. Sightings for other purposes are not kept.

        Returns:
            how many sightings came too late: their day was reduced before.
        """
        with self._lock, told(self._path, NAME), transaction(self._connection):
            run = self._connection.execute
            until = dict(run("SELECT purpose, max(ended) FROM reduced GROUP BY purpose"))
            kept = [one for one in sightings if one.purpose in (*COUNTED, Purpose.STAFF)]
            taken = [one for one in kept if one.time >= until.get(one.purpose.value, float("-inf"))]
            self._connection.executemany(
                "INSERT OR IGNORE INTO sighting VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", map(sighting_row, taken)
            )
            for one in tallies:
                named = series_row(one)
                run(
                    "INSERT OR IGNORE INTO series (site, camera, epoch, purpose, place, cell)"
                    " VALUES (?, ?, ?, ?, ?, ?)",
                    named,
                )
                run(
                    "INSERT INTO tally (begin, series, amount) SELECT ?, id, ? FROM series WHERE (site, camera, epoch,"
                    " purpose, place, cell) = (?, ?, ?, ?, ?, ?) ON CONFLICT (begin, series)"
                    " DO UPDATE SET amount = excluded.amount WHERE amount <> excluded.amount",
                    (one.begin, one.amount, *named),
                )
        return len(kept) - len(taken)

    def seen(self, purpose: Purpose, day: Bucket) -> DaySeen:
        """What is known of a trading day that was not reduced yet."""
        with self._read_lock, told(self._path, NAME):
            self._reading.execute("BEGIN")  # one view of the file
            try:
                return _seen(self._reading, purpose, day)
            finally:
                self._reading.execute("ROLLBACK")

    def first(self, purpose: Purpose) -> float | None:
        """When the earliest sighting was that is not reduced yet; None: there is none."""
        found: float | None = self._all("SELECT min(time) FROM sighting WHERE purpose = ?", (purpose.value,))[0][0]
        return found

    def reduce(
        self,
        purpose: Purpose,
        day: Bucket,
        quarters: Sequence[float],
        entered: Collection[Track],
        crossed: Mapping[Track, Collection[float]] = MappingProxyType({}),
    ) -> DayFigures:
        """Turn a day that is over into figures and let go of its sightings, all or nothing; again changes no figure.

        Days are reduced in their order. Where a day was reduced before it ended as it does now, because opening hours
        or zone were changed, what came since counts nowhere, and goes as well.

        Args:
            purpose: one of `COUNTED`.
            day: all of it.
            quarters: begins of its quarter hours.
            entered: tracks that came in at the cameras that look for it.
            crossed: when tracks crossed their lines, in or out.
        """
        with self._lock, told(self._path, NAME), transaction(self._connection):
            run = self._connection.execute
            done = run(
                "SELECT figures FROM reduced WHERE purpose = ? AND day = ?", (purpose.value, day.label)
            ).fetchone()
            figures = unpacked(done[0]) if done else self._figured(purpose, day, quarters, (entered, crossed))
            run("DELETE FROM sighting WHERE purpose = ? AND time < ?", (purpose.value, day.end))
            run("DELETE FROM left_out WHERE purpose = ?", (purpose.value,))
        self.give_back()
        return figures

    def _figured(
        self,
        purpose: Purpose,
        day: Bucket,
        quarters: Sequence[float],
        lines: tuple[Collection[Track], Mapping[Track, Collection[float]]],
    ) -> DayFigures:
        """Write a day's figures, within a transaction."""
        seen = _seen(self._connection, purpose, day)
        figures = day_figures(seen, date.fromisoformat(day.label), quarters, *lines)
        if purpose is Purpose.RETURNING:
            self._connection.executemany(
                "INSERT OR IGNORE INTO visit (label, day, time) VALUES (?, ?, ?)",
                ((label, day.label, max(one.time for one in some)) for label, some in visitors_of(seen).items()),
            )
        self._connection.execute(
            "INSERT INTO reduced (purpose, day, ended, figures) VALUES (?, ?, ?, ?)",
            (purpose.value, day.label, day.end, packed(figures)),
        )
        return figures

    def retire(self, ends: Ends) -> int:
        """Delete what is too old, beyond recovery; returns how many rows. Sightings go by `reduce`."""
        with self._lock, told(self._path, NAME), transaction(self._connection):
            run = self._connection.execute
            # Who works here is left out of a day that goes on also when the mark on the track is gone.
            run(
                "INSERT OR IGNORE INTO left_out (purpose, label) SELECT v.purpose, v.label FROM sighting m"
                " JOIN sighting v ON (v.site, v.camera, v.epoch, v.track) = (m.site, m.camera, m.epoch, m.track)"
                " WHERE m.purpose = 'staff' AND m.kind <> 'withdrawn' AND m.time < ? AND v.purpose <> 'staff'"
                " AND v.kind <> 'withdrawn'",
                (ends.staff,),
            )
            gone: int = run("DELETE FROM sighting WHERE purpose = 'staff' AND time < ?", (ends.staff,)).rowcount
            gone += run("DELETE FROM visit WHERE time < ?", (ends.visits,)).rowcount
            gone += run("DELETE FROM tally WHERE begin < ?", (ends.measures,)).rowcount
            # Of each purpose the newest stays: it says up to when days were reduced.
            gone += run(
                "DELETE FROM reduced AS r WHERE ended <= ? AND EXISTS"
                " (SELECT 1 FROM reduced WHERE purpose = r.purpose AND ended > r.ended)",
                (ends.measures,),
            ).rowcount
            gone += run("DELETE FROM looking WHERE ended < ?", (ends.measures,)).rowcount
            run("DELETE FROM series WHERE NOT EXISTS (SELECT 1 FROM tally WHERE series = series.id)")
        if gone:
            self.give_back()
        return gone

    def forget(self, labels: Iterable[str]) -> int:
        """Erase what is known of some labels at once, beyond recovery; returns how many rows."""
        gone = 0
        with self._lock, told(self._path, NAME), transaction(self._connection):
            for label in labels:
                for table in LABELLED:
                    gone += self._connection.execute(f"DELETE FROM {table} WHERE label = ?", (label,)).rowcount  # noqa: S608
        if gone:
            self.give_back()
        return gone

    def looked(self, looking: Iterable[tuple[Purpose, str]], now: float) -> None:
        """Note that these purposes look through these cameras now; said often enough it is one stretch of time."""
        with self._lock, told(self._path, NAME), transaction(self._connection):
            run = self._connection.execute
            for purpose, camera in looking:
                known = run(
                    "UPDATE looking SET ended = max(ended, ?3)"
                    " WHERE (purpose, camera) = (?1, ?2) AND begin <= ?3 AND ended >= ?4",
                    (purpose.value, camera, now, now - _LOOKED),
                ).rowcount
                if not known:
                    run(
                        "INSERT OR IGNORE INTO looking (purpose, camera, begin, ended) VALUES (?, ?, ?, ?)",
                        (purpose.value, camera, now, now),
                    )

    def looking(self, purpose: Purpose, begin: float, end: float) -> dict[str, list[tuple[float, float]]]:
        """When was looked for a purpose in [begin, end), by camera, by time."""
        found: dict[str, list[tuple[float, float]]] = {}
        for camera, low, high in self._all(
            "SELECT camera, max(begin, ?2), min(ended, ?3) FROM looking WHERE purpose = ?1 AND begin < ?3"
            " AND ended >= ?2 ORDER BY begin",
            (purpose.value, begin, end),
        ):
            found.setdefault(camera, []).append((low, high))
        return found

    def figures(self, purpose: Purpose, begin: str, end: str) -> Mapping[str, DayFigures]:
        """Figures of the days with labels in [begin, end) that were reduced, in order."""
        rows = self._all(
            "SELECT day, figures FROM reduced WHERE purpose = ? AND day >= ? AND day < ? ORDER BY day",
            (purpose.value, begin, end),
        )
        return {day: unpacked(text) for day, text in rows}

    def tallies(self, purpose: Purpose, begin: float, end: float) -> list[Tally]:
        """Tallies of quarter hours that begin in [begin, end), by time."""
        return [to_tally(row) for row in self._all(_TALLIES, (begin, end, purpose.value))]

    def sums(self, purpose: Purpose, begin: float, end: float) -> dict[tuple[str, str], dict[str, float]]:
        """The same added up: by camera and place, the amount of each cell."""
        found: dict[tuple[str, str], dict[str, float]] = {}
        for camera, place, cell, amount in self._all(_SUMS, (begin, end, purpose.value)):
            found.setdefault((camera, place), {})[cell] = amount
        return found

    def calendars(self) -> list[tuple[float, str]]:
        """Hours and zones of the site, each with when it began to hold, in order."""
        return self._all("SELECT begin, told FROM calendar ORDER BY begin")

    def put_calendars(self, some: Sequence[tuple[float, str]]) -> None:
        """Keep these instead."""
        with self._lock, told(self._path, NAME), transaction(self._connection):
            self._connection.execute("DELETE FROM calendar")
            self._connection.executemany("INSERT INTO calendar (begin, told) VALUES (?, ?)", some)

    def give_back(self) -> None:
        """Give freed space back to the disk, and overwrite what the write-ahead log still holds of it."""
        with self._lock, told(self._path, NAME):
            give_back(self._connection)

    def _all(self, statement: str, values: Sequence[object] = ()) -> list[Any]:
        with self._read_lock, told(self._path, NAME):
            return self._reading.execute(statement, values).fetchall()


def _make_own(path: Path) -> None:
    """Make the file, if it is absent, for its owner only."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    except OSError as error:
        problem = f"the {NAME} {path} cannot be opened: {error.strerror}"
        raise StoreError(problem, "Check its folder and permissions.") from error


def _seen(connection: Any, purpose: Purpose, day: Bucket) -> DaySeen:  # noqa: ANN401  # likewise
    run = connection.execute
    # A withdrawal may come when the next day has begun.
    rows = run(
        "SELECT * FROM sighting WHERE purpose = ?1 AND time >= ?2 AND (time < ?3 OR kind = 'withdrawn')",
        (purpose.value, day.begin, day.end),
    )
    sightings = [to_sighting(row) for row in rows]
    # All marks that are left: also of those who came in before the day began and are still here.
    marks = run("SELECT site, camera, epoch, track FROM sighting WHERE purpose = 'staff' GROUP BY 1, 2, 3, 4"
                " HAVING sum(kind = 'withdrawn') = 0")  # fmt: skip
    staff = {(Origin(*row[:3]), row[3]) for row in marks}
    out = {row[0] for row in run("SELECT label FROM left_out WHERE purpose = ?", (purpose.value,))}
    earlier: dict[str, list[date]] = {}
    if purpose is Purpose.RETURNING:
        for label, other in run(
            "SELECT label, day FROM visit WHERE day < ?1 AND label IN (SELECT label FROM sighting WHERE"
            " purpose = 'returning' AND time >= ?2 AND time < ?3)",
            (day.label, day.begin, day.end),
        ):
            earlier.setdefault(label, []).append(date.fromisoformat(other))
    return DaySeen(sightings, staff, frozenset(out), earlier)
