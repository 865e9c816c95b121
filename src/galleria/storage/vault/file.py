"""The SQLite file of sealed rows: opening, damage, transactions, and deleting all that a key sealed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from galleria.domain.errors import StoreError
from galleria.storage.sqlite import Closing, connect, told, transaction

NAME = "vault"
_APPLICATION = 0x47564C54
_CUT = "its file is cut, altered or something else"
_TABLES = """
CREATE TABLE row (key BLOB, tag BLOB, n INTEGER, sealed BLOB NOT NULL, PRIMARY KEY (key, tag, n)) WITHOUT ROWID;
CREATE TABLE head (key BLOB PRIMARY KEY, sealed BLOB NOT NULL) WITHOUT ROWID;
"""


class SealedFile(Closing):
    """An open file of sealed rows, of several keys. Used by one thread after another.

    Raises:
        StoreError: it cannot be opened, is damaged or is something else; from every method likewise.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        except OSError as error:
            problem = f"the {NAME} {path} cannot be made: {error.strerror}"
            raise StoreError(problem, "Check that its folder may be written to.") from error
        with self.told():
            self.connection = connect(path, NAME, any_thread=True)
        # Where somebody wrote text that is none, reading it may not keep anything else from being deleted.
        self.connection.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
        try:
            with self.told():
                self._prepare()
        except BaseException:
            self.connection.close()
            raise

    def close(self) -> None:
        self.connection.close()

    @contextmanager
    def told(self) -> Iterator[None]:
        """Raise `StoreError` for whatever SQLite raises inside."""
        try:
            with told(self.path, NAME):
                yield
        except StoreError as error:
            code = getattr(error.__cause__, "sqlite_errorname", "")
            if code.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
                raise self.damaged(_CUT) from error
            raise

    def damaged(self, how: str) -> StoreError:
        """What to raise for a file that is not as it was written."""
        remedy = "Restore a copy of it, or move it away: a new one is begun."
        return StoreError(f"the {NAME} {self.path} is damaged: {how}", remedy)

    @contextmanager
    def envelope(self) -> Iterator[None]:
        """One transaction for everything inside."""
        with self.told(), transaction(self.connection):
            yield

    def keys(self) -> set[bytes]:
        """Ids of the keys that rows were sealed with."""
        with self.told():
            return {row[0] for row in self.connection.execute("SELECT key FROM head UNION SELECT key FROM row")}

    def version(self) -> int:
        """Another number after another connection wrote to the file; to be read within an envelope."""
        version: int = self.connection.execute("PRAGMA data_version").fetchone()[0]
        return version

    def erase(self, key_id: bytes) -> None:
        """Delete all that a key sealed; SQLite overwrites it."""
        with self.envelope():
            self.connection.execute("DELETE FROM row WHERE key = ?", (key_id,))
            self.connection.execute("DELETE FROM head WHERE key = ?", (key_id,))
        with self.told():
            self.connection.execute("VACUUM")

    def _prepare(self) -> None:
        self.connection.execute("PRAGMA secure_delete = ON")
        with transaction(self.connection):
            application = self.connection.execute("PRAGMA application_id").fetchone()[0]
            tables = self.connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
            if not application and not tables:
                for statement in filter(str.strip, _TABLES.split(";")):
                    self.connection.execute(statement)
                self.connection.execute(f"PRAGMA application_id = {_APPLICATION}")
            elif application != _APPLICATION:
                problem = f"{self.path} is not a {NAME}"
                raise StoreError(problem, "Choose another file.")
        if (found := self.connection.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
            raise self.damaged(found.splitlines()[0])
