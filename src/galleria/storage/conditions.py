"""What the journal knows besides events: conditions of cameras, resets of occupancy, and what is new to its readers.

A camera is in one condition at a time. `news` holds, for each site, the last sign of life of whoever writes, and the
earliest moment about which something was written that the roll-ups do not know yet; `turn` counts the writings, so
that a reader can say which of them it has seen.
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from galleria.domain.health import CameraState, Condition


@dataclass(frozen=True, slots=True)
class News:
    """What was written since the roll-ups were last made.

    Attributes:
        beat: the last sign of life, seconds since 1970-01-01 UTC; None before the first.
        earliest: begin of the earliest event or condition that is new; None when nothing is.
        turn: to be handed back to `heard`.
    """

    beat: float | None = None
    earliest: float | None = None
    turn: int = 0


def note(connection: sqlite3.Connection, site: str, earliest: float) -> None:
    """Say that something was written about `earliest` and later. Inside the writing's own transaction."""
    connection.execute(
        "INSERT INTO news (site, earliest, turn) VALUES (?, ?, 1) ON CONFLICT (site) DO UPDATE SET"
        " earliest = min(coalesce(earliest, excluded.earliest), excluded.earliest), turn = turn + 1",
        (site, earliest),
    )


def beat(connection: sqlite3.Connection, site: str, now: float) -> None:
    """Give a sign of life."""
    connection.execute(
        "INSERT INTO news (site, beat) VALUES (?, ?) ON CONFLICT (site) DO UPDATE SET"
        " beat = max(coalesce(beat, excluded.beat), excluded.beat)",
        (site, now),
    )


def news(connection: sqlite3.Connection, site: str) -> News:
    """What was written since the roll-ups were last made."""
    row = connection.execute("SELECT beat, earliest, turn FROM news WHERE site = ?", (site,)).fetchone()
    return News(*row) if row else News()


def heard(connection: sqlite3.Connection, site: str, turn: int) -> None:
    """Nothing up to this turn is new any more. If more was written meanwhile, all of it stays new."""
    connection.execute("UPDATE news SET earliest = NULL WHERE site = ? AND turn = ?", (site, turn))


def put(connection: sqlite3.Connection, conditions: Iterable[Condition]) -> None:
    """Write conditions, those that last and those that ended; one that begins ends the camera's others then."""
    for c in conditions:
        key = (c.site, c.camera, c.begin, c.state.value)
        connection.execute(
            "UPDATE condition SET ended = ?3 WHERE site = ?1 AND camera = ?2 AND begun <= ?3"
            " AND (ended IS NULL OR ended > ?3) AND NOT (begun = ?3 AND state = ?4)",
            key,
        )
        connection.execute(
            "INSERT INTO condition (site, camera, begun, state, ended, reason) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (site, camera, begun, state) DO UPDATE SET ended = excluded.ended, reason = excluded.reason",
            (*key, c.end, c.reason),
        )
        note(connection, c.site, c.begin)


def close_open(connection: sqlite3.Connection, site: str) -> None:
    """End what was left open by a process that is gone, at its last sign of life: after that nobody knows."""
    connection.execute(
        "UPDATE condition SET ended = max(begun, coalesce((SELECT beat FROM news WHERE site = ?1), begun))"
        " WHERE site = ?1 AND ended IS NULL",
        (site,),
    )


def overlapping(connection: sqlite3.Connection, site: str, begin: float, end: float) -> list[Condition]:
    """Conditions that overlap [begin, end), by begin; those that last are given as they are."""
    rows = connection.execute(
        "SELECT camera, state, begun, ended, reason FROM condition WHERE site = :site AND begun < :end"
        " AND (ended IS NULL OR ended > :begin OR begun >= :begin) ORDER BY begun, id",
        {"site": site, "begin": begin, "end": end},
    )
    return [_condition(site, row) for row in rows]


def latest(connection: sqlite3.Connection, site: str) -> dict[str, Condition]:
    """Each camera's newest condition."""
    rows = connection.execute(
        "SELECT camera, state, max(begun), ended, reason FROM condition WHERE site = ? GROUP BY camera", (site,)
    )
    return {row[0]: _condition(site, row) for row in rows}


def reset(connection: sqlite3.Connection, site: str, at: float, cause: str) -> None:
    """Note that occupancy is zero at that moment. `cause` names no person: who did it is in the audit."""
    connection.execute("INSERT OR REPLACE INTO reset (site, at, cause) VALUES (?, ?, ?)", (site, at, cause))
    note(connection, site, at)


def resets(connection: sqlite3.Connection, site: str, begin: float = -math.inf, end: float = math.inf) -> list[float]:
    """Moments in [begin, end) at which occupancy was set to zero by hand."""
    rows = connection.execute(
        "SELECT at FROM reset WHERE site = ? AND at >= ? AND at < ? ORDER BY at", (site, begin, end)
    )
    return [row[0] for row in rows]


def _condition(site: str, row: tuple[str, str, float, float | None, str]) -> Condition:
    camera, state, begun, ended, reason = row
    return Condition(site, camera, CameraState(state), begun, ended, reason)
