"""Opens SQLite files and turns SQLite's errors into ours."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from galleria.domain.errors import StoreError

BUSY_SECONDS = 30.0

_CAUSES = {
    "SQLITE_BUSY": ("is locked by another process", "Try again when that process has finished."),
    "SQLITE_LOCKED": ("is locked", "Try again when the other reader or writer has finished."),
    "SQLITE_READONLY": ("may not be written to", "Ask for write permission, or choose another file with --journal."),
    "SQLITE_PERM": ("may not be opened", "Ask for permission, or choose another file with --journal."),
    "SQLITE_CANTOPEN": (
        "cannot be opened",
        "Check that its folder exists and may be written to, or choose another file with --journal.",
    ),
    "SQLITE_FULL": ("cannot grow: the disk is full", "Free some space and count again; what was written is kept."),
    "SQLITE_IOERR": (
        "cannot be written or read: the disk reports an error",
        "Check free space and the disk, then count again; what was written is kept.",
    ),
    "SQLITE_CONSTRAINT_FOREIGNKEY": ("no longer has this count: another one has taken its place", "Count again."),
    "SQLITE_NOTADB": ("is not a journal", "Choose another file with --journal."),
    "SQLITE_CORRUPT": ("is damaged", "Move it away and count the footage again, or restore a copy of it."),
}


def connect(path: Path) -> sqlite3.Connection:
    """Open a database file for durable writing; made if it is absent. Waits for other processes' writes.

    Raises:
        StoreError: it cannot be opened.
    """
    with told(path):
        # No implicit transactions: what is one transaction is said where it is written.
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA synchronous = FULL")
        except BaseException:
            connection.close()
            raise
    return connection


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Raise `StoreError` for whatever SQLite raises inside."""
    try:
        yield
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", "") or ""
        known = next((cause for prefix, cause in _CAUSES.items() if name.startswith(prefix)), None)
        what, remedy = known or (f"failed ({error})", "Check the file, or choose another one with --journal.")
        problem = f"the journal {path} {what}"
        raise StoreError(problem, remedy) from error


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All of what is written inside, or nothing. Takes the write lock at once, so that it never has to give way."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # a full disk has already rolled back
            connection.execute("ROLLBACK")
        raise


def write_ahead(connection: sqlite3.Connection) -> None:
    """Put the file into WAL mode, so that readers and a writer do not wait for each other; it stays so."""
    # Switching a new file to WAL does not wait for other processes as everything else does, so we wait here.
    end = time.monotonic() + BUSY_SECONDS
    while connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname != "SQLITE_BUSY" or time.monotonic() > end:
                raise
            time.sleep(0.02)
