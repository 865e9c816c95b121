"""Opens the records: makes or migrates the database, and gives out transactions."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session as OrmSession

from galleria.domain.errors import StoreError

from .migrate import migrate

Writing: TypeAlias = OrmSession
BUSY_SECONDS = 15.0
_WRITES = "galleria_writes"
_CAUSES = {
    "SQLITE_BUSY": ("are locked by another process", "Try again when that process has finished."),
    "SQLITE_READONLY": ("may not be written to", "Give this user permission to write to the file and its folder."),
    "SQLITE_PERM": ("may not be opened", "Give this user permission to read and write the file."),
    "SQLITE_CANTOPEN": ("cannot be opened", "Check that the folder exists and may be written to."),
    "SQLITE_FULL": ("cannot grow: the disk is full", "Free some space; what was written is kept."),
    "SQLITE_IOERR": ("cannot be written or read: the disk reports an error", "Check free space and the disk."),
    "SQLITE_NOTADB": ("are no database", "Move the file away, or restore a backup."),
    "SQLITE_CORRUPT": ("are damaged", "Restore a backup with `galleria restore`."),
}


class Records:
    """The open records; shared by all threads.

    Args:
        at: a SQLite file, made with its folder if absent (mode 0600), or a database URL of SQLAlchemy.

    Raises:
        StoreError: they cannot be opened, or a newer Galleria wrote them. Every method raises it too when the
            database cannot be written or read; then nothing of the transaction was.
    """

    def __init__(self, at: Path | URL) -> None:
        self.place = at.render_as_string(hide_password=True) if isinstance(at, URL) else str(at)
        if isinstance(at, Path):
            _make_file(at)
            self._engine = _sqlite(at)
        else:
            self._engine = create_engine(at)
        try:
            with self._told(), self._engine.execution_options(**{_WRITES: True}).begin() as connection:
                migrate(connection, self.place)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def read(self) -> Iterator[OrmSession]:
        """One view of the records; what is changed in it is thrown away."""
        with self._told(), OrmSession(self._engine) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Writing]:
        """All of what is changed inside, or nothing. Others' writes wait meanwhile: do nothing slow in it."""
        engine = self._engine.execution_options(**{_WRITES: True})
        # Rows stay readable after the commit: what was made is told to the caller.
        with self._told(), OrmSession(engine, expire_on_commit=False) as session, session.begin():
            yield session

    def fold(self) -> bool:
        """Let nothing that was deleted lie in the write-ahead log any longer; whether it could be done now.

        False while somebody reads: try again later. Databases on a server look after that themselves.
        """
        if self._engine.dialect.name != "sqlite":
            return True
        with self._told():
            connection = self._engine.raw_connection()
            try:
                cursor = connection.cursor()
                busy: int = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
                cursor.close()
            finally:
                connection.close()
        return not busy

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            cause = error.orig if isinstance(error, DBAPIError) else error
            name = getattr(cause, "sqlite_errorname", "") or ""
            known = next((text for prefix, text in _CAUSES.items() if name.startswith(prefix)), None)
            # The statement's parameters are not told: there may be hashes among them.
            what, remedy = known or (
                f"failed ({type(cause).__name__} {name})".replace(" )", ")"),
                "Check the database.",
            )
            problem = f"the records {self.place} {what}"
            raise StoreError(problem, remedy) from error


def _make_file(path: Path) -> None:
    """Only its owner may read it, from the first moment: SQLite gives its side files the same mode."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            path.chmod(0o600)
    except OSError as error:
        problem = f"the records {path} cannot be opened: {error.strerror}"
        raise StoreError(problem, "Check that the folder exists and may be written to.") from error


def _sqlite(path: Path) -> Engine:
    url = URL.create("sqlite", database=str(path))
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _connect(connection: sqlite3.Connection, _: Any) -> None:  # noqa: ANN401
        # Transactions are begun below: the driver would begin them too late to be one view of the file.
        connection.isolation_level = None
        for pragma in ("foreign_keys = ON", "journal_mode = WAL", "synchronous = FULL", "secure_delete = ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A writer takes the lock at once, so that it never has to give way half done.
        writes = connection.get_execution_options().get(_WRITES)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
