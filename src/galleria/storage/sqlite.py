"""Opens SQLite files and turns SQLite's errors into ours."""

from __future__ import annotations

import sqlite3
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from galleria.domain.errors import StoreError

BUSY_SECONDS = 30.0
JOURNAL = "journal"


_CAUSES = {
    "SQLITE_BUSY": ("is locked by another process", "Try again when that process has finished."),
    "SQLITE_LOCKED": ("is locked", "Try again when the other reader or writer has finished."),
    "SQLITE_READONLY": ("may not be written to", "Ask for write permission, or {elsewhere}."),
    "SQLITE_PERM": ("may not be opened", "Ask for permission, or {elsewhere}."),
    "SQLITE_CANTOPEN": (
        "cannot be opened",
        "Check that its folder exists and may be written to, or {elsewhere}.",
    ),
    "SQLITE_FULL": ("cannot grow: the disk is full", "Free some space and try again; what was written is kept."),
    "SQLITE_IOERR": (
        "cannot be written or read: the disk reports an error",
        "Check free space and the disk, then try again; what was written is kept.",
    ),
    "SQLITE_CONSTRAINT_FOREIGNKEY": ("no longer has this count: another one has taken its place", "Count again."),
    "SQLITE_NOTADB": ("is not a {name}", "{Elsewhere}."),
    "SQLITE_CORRUPT": ("is damaged", "Move it away and count the footage again, or restore a copy of it."),
}


class Closing(ABC):
    """What is closed when its `with` block is left."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @abstractmethod
    def close(self) -> None:
        """Let go of it; nothing else may be called afterwards."""


def connect(path: Path, name: str = JOURNAL, *, any_thread: bool = False) -> sqlite3.Connection:
    """Open a database file for durable writing; made if it is absent. Waits for other processes' writes.

    Args:
        path: the file.
        name: what it is, for messages.
        any_thread: it is used by one thread after another, never by two at once.

    Raises:
        StoreError: it cannot be opened.
    """
    with told(path, name):
        # No implicit transactions: what is one transaction is said where it is written.
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=not any_thread)
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA synchronous = FULL")
        except BaseException:
            connection.close()
            raise
    return connection


@contextmanager
def opening(path: Path, name: str = JOURNAL, *, any_thread: bool = False) -> Iterator[sqlite3.Connection]:
    """Open a database file as `connect` does, to be made ready inside; it is closed again if that fails.

    Raises:
        StoreError: it cannot be opened or made ready.
    """
    connection = connect(path, name, any_thread=any_thread)
    try:
        with told(path, name):
            yield connection
    except BaseException:
        connection.close()
        raise


@contextmanager
def told(path: Path, name: str = JOURNAL) -> Iterator[None]:
    """Raise `StoreError` for whatever SQLite raises inside; `name` says what the file is."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorname", "") or ""
        known = next((cause for prefix, cause in _CAUSES.items() if code.startswith(prefix)), None)
        what, remedy = known or (f"failed ({error})", "Check the file, or {elsewhere}.")
        elsewhere = f"choose another {'file with --journal' if name == JOURNAL else 'folder with --folder'}"
        # Not str.format: SQLite's own words may hold braces.
        remedy = remedy.replace("{elsewhere}", elsewhere).replace("{Elsewhere}", elsewhere.capitalize())
        problem = f"the {name} {path} {what.replace('{name}', name)}"
        raise StoreError(problem, remedy) from error


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All of what is written inside, or nothing. Takes the write lock at once, so that it never has to give way.

    One inside another is a part of it.
    """
    if connection.in_transaction:
        yield
        return
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
