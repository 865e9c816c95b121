"""Sealed rows in an SQLite file: who has no key learns how many rows there are, how long each is, and nothing else.

A row is found by a keyed hash of what it belongs to. It is sealed with AES-256-GCM, bound to site, purpose, period,
store, template space and that hash: what was altered, swapped or brought from elsewhere does not open. A sealed head
for each key holds a sum over all its rows, so that rows taken away or put back are noticed too. A whole file put back
to how it was is not noticed here.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from galleria.domain.errors import StoreError
from galleria.storage.sqlite import Closing, connect, told, transaction

from .keys import Key

NAME = "vault"
_APPLICATION = 0x47564C54
_CUT = "its file is cut, altered or something else"
_OTHER_ROWS = "rows were taken away, put back or altered"
_NONCE = 12
_TAG = 16
_SUM = 32
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


class Sealed:
    """The rows of one key in a file.

    Args:
        space: the template space, or empty.
    """

    def __init__(self, file: SealedFile, key: Key, space: str = "") -> None:
        self._file = file
        self._key = key.id
        self._bound = [1, key.scope.text, space]
        self._cipher = AESGCM(key.derive("seal"))
        self._tagging = key.derive("tag")
        self._summing = key.derive("sum")

    def __len__(self) -> int:
        with self._file.told():
            counted = self._file.connection.execute("SELECT count(*) FROM row WHERE key = ?", (self._key,))
            count: int = counted.fetchone()[0]
        return count

    def tag(self, reference: str) -> bytes:
        """Under what the rows of a label or subject lie; says nothing without the key."""
        return hmac.digest(self._tagging, reference.encode(), "sha256")[:_TAG]

    def put(self, reference: str, rows: Sequence[bytes]) -> None:
        """Replace the rows of a reference; on the disk when this returns, all of them or none."""
        tag = self.tag(reference)
        sealed = [(self._key, tag, n, self._seal(row, tag, n)) for n, row in enumerate(rows)]
        with self._file.envelope():
            gone = self._take_out(tag)
            self._file.connection.executemany("INSERT INTO row VALUES (?, ?, ?, ?)", sealed)
            self._account([row[1:] for row in sealed], gone)

    def drop(self, references: Iterable[str]) -> int:
        """Delete the rows of references; how many references had some."""
        with self._file.envelope():
            gone = [self._take_out(self.tag(reference)) for reference in references]
            self._account([], [row for rows in gone for row in rows])
        return sum(bool(rows) for rows in gone)

    def get(self, reference: str) -> list[bytes]:
        """The rows of a reference; empty where there are none.

        Raises:
            StoreError: a row does not open.
        """
        tag = self.tag(reference)
        with self._file.told():
            rows = self._file.connection.execute(
                "SELECT n, sealed FROM row WHERE key = ? AND tag = ? ORDER BY n", (self._key, tag)
            ).fetchall()
        return [self._open(sealed, tag, n) for n, sealed in rows]

    def all(self, only: int | None = None) -> Iterator[tuple[bytes, bytes]]:
        """Tag and content of every row, or of every row with that number, after the head was checked.

        Raises:
            StoreError: a row does not open, was taken away or put back.
        """
        with self._file.told():
            rows: list[tuple[bytes, int, bytes]] = self._file.connection.execute(
                "SELECT tag, n, sealed FROM row WHERE key = ? ORDER BY tag, n", (self._key,)
            ).fetchall()
            head = self._head()
        # In a file that was altered a value can be of any type.
        whole = all(isinstance(n, int) and isinstance(sealed, bytes) for _, n, sealed in rows)
        if not whole or (len(rows), sum(map(self._share, rows)) % 256**_SUM) != head:
            raise self._file.damaged(_OTHER_ROWS)
        for tag, n, sealed in rows:
            if only in (None, n):
                yield tag, self._open(sealed, tag, n)

    def _take_out(self, tag: bytes) -> list[tuple[bytes, int, bytes]]:
        gone = self._file.connection.execute(
            "DELETE FROM row WHERE key = ? AND tag = ? RETURNING tag, n, sealed", (self._key, tag)
        )
        return gone.fetchall()

    def _account(self, added: Sequence[tuple[bytes, int, bytes]], gone: Sequence[tuple[bytes, int, bytes]]) -> None:
        count, total = self._head()
        count += len(added) - len(gone)
        total = (total + sum(map(self._share, added)) - sum(map(self._share, gone))) % 256**_SUM
        plain = count.to_bytes(8) + total.to_bytes(_SUM)
        values = (self._key, self._seal(plain, b"", -1))
        self._file.connection.execute("INSERT OR REPLACE INTO head VALUES (?, ?)", values)

    def _head(self) -> tuple[int, int]:
        row = self._file.connection.execute("SELECT sealed FROM head WHERE key = ?", (self._key,)).fetchone()
        if row is None:
            return 0, 0
        plain = self._open(row[0], b"", -1)
        return int.from_bytes(plain[:8]), int.from_bytes(plain[8:])

    def _share(self, row: tuple[bytes, int, bytes]) -> int:
        """What a row adds to the sum: nobody without the key can find rows that add up alike."""
        tag, n, sealed = row
        return int.from_bytes(hmac.digest(self._summing, tag + n.to_bytes(8) + sealed, hashlib.sha256))

    def _seal(self, plain: bytes, tag: bytes, n: int) -> bytes:
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._cipher.encrypt(nonce, plain, self._bound_to(tag, n))

    def _open(self, sealed: bytes, tag: bytes, n: int) -> bytes:
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], self._bound_to(tag, n))
        except (InvalidTag, ValueError, TypeError):
            # What the cipher says would add nothing; what was sealed stays as it is.
            how = "a row was altered, swapped, or sealed with another key or for another template space"
            raise self._file.damaged(how) from None

    def _bound_to(self, tag: bytes, n: int) -> bytes:
        return json.dumps([*self._bound, tag.hex(), n]).encode()
