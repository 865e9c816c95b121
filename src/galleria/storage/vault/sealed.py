"""Sealed rows in an SQLite file: who has no key learns how many rows there are, how long each is, and nothing else.

A row is found by a keyed hash of what it belongs to. It is sealed with AES-256-GCM, bound to site, purpose, period,
store, template space and that hash: what was altered, swapped or brought from elsewhere does not open. A sealed head
for each key holds a sum over all its rows, so that rows taken away or put back are noticed too: when the rows are
first used, and again after another connection wrote to the file. Then nothing is given out or written; deleting goes
on. Not noticed here: bytes written into the file past SQLite while it is open, until it is opened anew; and a whole
file, or all of a key's rows with their head, put back to how it was or taken away.
"""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from galleria.domain.errors import StoreError

from .file import NAME, SealedFile
from .keys import Key

_OTHER_ROWS = "rows were taken away, put back or altered"
_HEAD = -1  # stands where rows have their number
_NONCE = 12
_TAG = 16
_SUM = 32
_ALL_SUMS = 1 << 8 * _SUM
_MARK = f"tag, n, substr(sealed, 1, {_NONCE})"  # what the head's sum is made of


class Sealed:
    """The rows of one key in a file.

    Args:
        space: the template space, or empty.
    """

    def __init__(self, file: SealedFile, key: Key, space: str = "") -> None:
        self._file = file
        self._key = key.id
        self._bound, self._space = [1, key.scope.text], space
        self._cipher = AESGCM(key.derive("seal"))
        self._tagging = key.derive("tag")
        self._summing = key.derive("sum")
        self._seen: int | None = None  # the file's version in which the sum was right

    def __len__(self) -> int:
        with self._file.told():
            counted = self._file.connection.execute("SELECT count(*) FROM row WHERE key = ?", (self._key,))
            count: int = counted.fetchone()[0]
        return count

    def tag(self, reference: str) -> bytes:
        """Under what the rows of a label or subject lie; says nothing without the key."""
        return hmac.digest(self._tagging, reference.encode(), "sha256")[:_TAG]

    def put(self, reference: str, rows: Sequence[bytes]) -> None:
        """Replace the rows of a reference; on the disk when this returns, all of them or none.

        Raises:
            StoreError: rows were taken away or put back; nothing is written then.
        """
        tag = self.tag(reference)
        sealed = [(self._key, tag, n, self._seal(row, tag, n)) for n, row in enumerate(rows)]
        with self._file.envelope():
            self._check()
            total = self._head() - self._sum(self._take_out(tag))
            self._file.connection.executemany("INSERT INTO row VALUES (?, ?, ?, ?)", sealed)
            self._write_head(total + self._sum((tag, n, row[:_NONCE]) for _, tag, n, row in sealed))

    def drop(self, references: Iterable[str]) -> int:
        """Delete the rows of references; how many references had some.

        Raises:
            StoreError: rows were taken away or put back; those of the references are deleted all the same.
        """
        with self._file.envelope():
            found, wrong = self._delete(map(self.tag, references))
        if wrong:
            raise wrong
        return found

    def sweep(self, over: Callable[[bytes], bool]) -> int:
        """Delete the rows of every reference whose first row is over; how many references.

        Raises:
            StoreError: a first row does not open, or rows were taken away or put back; all that is known to be over
                is deleted all the same.
        """
        tags: list[bytes] = []
        closed: StoreError | None = None
        with self._file.envelope():
            firsts = "SELECT tag, sealed FROM row WHERE key = ? AND n = 0 AND typeof(tag) = 'blob'"
            for tag, sealed in self._file.connection.execute(firsts, (self._key,)):
                try:
                    if over(self._open(sealed, tag, 0)):
                        tags.append(tag)
                except StoreError as error:
                    closed = error
            found, wrong = self._delete(tags)
        if told := wrong or closed:
            raise told
        return found

    def get(self, reference: str) -> list[bytes]:
        """The rows of a reference; empty where there are none.

        Raises:
            StoreError: a row of it does not open, or any row was taken away or put back.
        """
        tag = self.tag(reference)
        with self._file.envelope():  # so that nobody writes between the check and the reading
            self._check()
            rows = self._file.connection.execute(
                "SELECT n, sealed FROM row WHERE key = ? AND tag = ? ORDER BY n", (self._key, tag)
            ).fetchall()
        return [self._open(sealed, tag, n) for n, sealed in rows]

    def all(self) -> Iterator[tuple[bytes, bytes]]:
        """Tag and content of every row.

        Raises:
            StoreError: a row does not open, was taken away or put back.
        """
        with self._file.envelope():
            self._check()
            rows: list[tuple[bytes, int, bytes]] = self._file.connection.execute(
                "SELECT tag, n, sealed FROM row WHERE key = ? ORDER BY tag, n", (self._key,)
            ).fetchall()
        for tag, n, sealed in rows:
            yield tag, self._open(sealed, tag, n)

    def _check(self) -> None:
        if self._extra():
            raise self._file.damaged(_OTHER_ROWS)

    def _extra(self) -> int:
        """By how much the rows exceed what the head says of them; 0: they are as they were left."""
        version = self._file.version()
        if version == self._seen:
            return 0
        with self._file.told():
            rows = self._file.connection.execute(
                f"SELECT {_MARK} FROM row WHERE key = ?",  # noqa: S608 - a constant
                (self._key,),
            )
            extra = (self._sum(rows) - self._head()) % _ALL_SUMS
        self._seen = None if extra else version
        return extra

    def _delete(self, tags: Iterable[bytes]) -> tuple[int, StoreError | None]:
        """How many tags had rows, and what was wrong: that may not keep anything from being deleted."""
        total, extra, wrong = None, 0, None
        try:
            total, extra = self._head(), self._extra()
        except StoreError as error:
            wrong = error
        if extra:
            wrong = self._file.damaged(_OTHER_ROWS)
        found = 0
        for tag in tags:
            gone = self._take_out(tag)
            found += bool(gone)
            if gone and self._sum(gone) == extra:  # what had been put back: the head never counted it
                problem = f"the {NAME} {self._file.path} held rows that had been put back; they are deleted"
                wrong = StoreError(problem, "Find out who else can write to this file.")
            elif total is not None:
                total -= self._sum(gone)
        if total is not None:
            self._write_head(total)
        return found, wrong

    def _take_out(self, tag: bytes) -> list[tuple[bytes, int, bytes]]:
        gone = self._file.connection.execute(
            f"DELETE FROM row WHERE key = ? AND tag = ? RETURNING {_MARK}",  # noqa: S608 - a constant
            (self._key, tag),
        )
        return gone.fetchall()

    def _write_head(self, total: int) -> None:
        values = (self._key, self._seal((total % _ALL_SUMS).to_bytes(_SUM), b"", _HEAD))
        self._file.connection.execute("INSERT OR REPLACE INTO head VALUES (?, ?)", values)

    def _head(self) -> int:
        row = self._file.connection.execute("SELECT sealed FROM head WHERE key = ?", (self._key,)).fetchone()
        return 0 if row is None else int.from_bytes(self._open(row[0], b"", _HEAD))

    def _sum(self, rows: Iterable[tuple[bytes, int, bytes]]) -> int:
        """Of tag, number and nonce of rows: nobody without the key can find others that add up alike.

        A nonce stands for all that was sealed with it: nothing else with it opens.
        """
        # In a file that was altered a value can be of any type and length; written so, no two rows look alike.
        marks = (repr(row).encode() for row in rows)
        return sum(int.from_bytes(hmac.digest(self._summing, mark, "sha256")) for mark in marks) % _ALL_SUMS

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
        # A head is of all rows of its key: those of another network's templates have to be deleted as well.
        space = "" if n == _HEAD else self._space
        return json.dumps([*self._bound, space, tag.hex(), n]).encode()
