"""Deletes rows so that no byte of them stays in the file, in batches short enough for a writer to wait for."""

from __future__ import annotations

import sqlite3

from .sqlite import transaction

_BATCH = 2000
# A file made before space could be given back is written anew when so large a share of it is free.
_LOOSE = 0.25


def drop_events(connection: sqlite3.Connection, site: str, before: float) -> int:
    """Delete a site's dated events that ended before that moment, and clips counted before it. Returns how many."""
    connection.execute("PRAGMA secure_delete = ON").fetchall()
    takes = connection.execute(
        "SELECT id, start_known = 0 AND counted_at < ?2 FROM take WHERE site = ?1"
        " AND (start_known = 1 OR counted_at < ?2)",
        (site, before),
    ).fetchall()
    gone = 0
    for take, whole in takes:
        while True:
            with transaction(connection):
                batch = connection.execute(
                    "DELETE FROM event WHERE take = ?1 AND id IN"
                    " (SELECT id FROM event WHERE take = ?1 AND (?3 OR ended < ?2) LIMIT ?4)",
                    (take, before, whole, _BATCH),
                ).rowcount
            gone += batch
            if batch < _BATCH:
                break
    with transaction(connection):
        # The newest take of a camera may be written to right now, even if nothing was for long.
        connection.execute(
            "DELETE FROM take AS t WHERE site = ?1 AND counted_at < ?2 AND coalesce(reach, ?2) <= ?2"
            " AND NOT EXISTS (SELECT 1 FROM event WHERE take = t.id)"
            " AND EXISTS (SELECT 1 FROM take WHERE site = t.site AND camera = t.camera AND id > t.id)",
            (site, before),
        )
    return gone


def drop_conditions(connection: sqlite3.Connection, site: str, before: float) -> int:
    """Delete a site's conditions that ended before that moment, and resets. Returns how many conditions."""
    connection.execute("PRAGMA secure_delete = ON").fetchall()
    with transaction(connection):
        gone = connection.execute("DELETE FROM condition WHERE site = ? AND ended < ?", (site, before)).rowcount
        connection.execute("DELETE FROM reset WHERE site = ? AND at < ?", (site, before))
    return gone


def give_back(connection: sqlite3.Connection) -> None:
    """Shrink the file by what is free in it, and empty its write-ahead log, which holds pages as they were."""
    if connection.execute("PRAGMA auto_vacuum").fetchone()[0]:
        connection.execute("PRAGMA incremental_vacuum").fetchall()
    else:
        free = connection.execute("PRAGMA freelist_count").fetchone()[0]
        if free > _LOOSE * connection.execute("PRAGMA page_count").fetchone()[0]:
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
            connection.execute("VACUUM")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
