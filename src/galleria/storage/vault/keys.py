"""Keys of sealed stores: one file for each site, purpose, period and store, in a folder of their own.

A key is destroyed by overwriting its secret with zeros, in place, on the disk before anything else happens. The
zeroed file stays until what it sealed is deleted too, so that an interrupted erasure is finished later. A file system
or drive that writes elsewhere may keep the old bytes for a while: encrypt the disk as well.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import struct
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from galleria.domain.errors import StoreError
from galleria.domain.purpose import Purpose
from galleria.storage.key_folder import key_folder, told_of_keys

_MAGIC = b"GALKEY1\n"
_SECRET = 32
_HEAD = struct.Struct(f">8s{_SECRET}s16sd")  # magic, secret, id, end; then the scope and a checksum
_CHECK = 32


@dataclass(frozen=True, slots=True)
class Scope:
    """What one key is for, and nothing else.

    Attributes:
        period: e.g. a trading day `2026-03-29`, or the name of an epoch.
        store: `templates`, `identities` or `evidence`: they share no key, so that none joins two of them.
    """

    site: str
    purpose: Purpose
    period: str
    store: str

    @property
    def text(self) -> str:
        """Unambiguous: names may hold any separator."""
        return json.dumps([self.site, self.purpose, self.period, self.store])


@dataclass(frozen=True, slots=True)
class Key:
    """A key in memory.

    Attributes:
        id: 16 random bytes that name it in the files it sealed.
        ends: of its period, seconds since 1970-01-01 UTC: it opens nothing from then on.
    """

    scope: Scope
    id: bytes
    ends: float
    secret: bytes = field(repr=False)

    def derive(self, use: str, length: int = 32) -> bytes:
        """Bytes for one use."""
        info = json.dumps([use, self.scope.text]).encode()
        return HKDF(SHA256(), length, salt=self.id, info=info).derive(self.secret)


class KeyStore:
    """A folder of keys that only its owner can read.

    Args:
        folder: made if it is absent; no folder of anything else.

    Raises:
        StoreError: it cannot be made or others can read it; from every method where it cannot be read or written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = key_folder(folder)

    def create(self, scope: Scope, ends: float) -> Key:
        """A new random key, on the disk when this returns.

        Raises:
            StoreError: there is one already, or one whose erasure is not finished.
        """
        key = Key(scope, secrets.token_bytes(16), ends, secrets.token_bytes(_SECRET))
        body = _HEAD.pack(_MAGIC, key.secret, key.id, ends) + scope.text.encode()
        path = self._path(scope)
        part = self.folder / f"{secrets.token_hex(8)}.part"
        with told_of_keys(self.folder):
            try:
                handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                with os.fdopen(handle, "wb") as file:
                    file.write(body + _checksum(key.secret, body))
                    file.flush()
                    os.fsync(file.fileno())
                try:
                    os.link(part, path)  # unlike a renaming it never takes another key's place
                except FileExistsError as error:
                    problem = f"there is a key for {_named(scope)} already"
                    raise StoreError(problem, "Use that one, or finish its erasure first.") from error
            finally:
                part.unlink(missing_ok=True)
            self._sync()
        return key

    def load(self, scope: Scope, now: float) -> Key:
        """The key of a scope.

        Raises:
            StoreError: there is none, it was destroyed, is damaged or for something else, or its period is over.
        """
        path = self._path(scope)
        if not path.exists():
            problem = f"there is no key for {_named(scope)} in {self.folder}"
            raise StoreError(problem, "If it was destroyed, what it sealed is gone; else give the right folder.")
        key = _read(path)
        if key.scope != scope:
            problem = f"the key {path} is for something else"
            raise StoreError(problem, "Put the right file in its place.")
        if not any(key.secret):
            problem = f"the key for {_named(scope)} was destroyed: what it sealed is gone"
            raise StoreError(problem, "Begin a new period.")
        if now >= key.ends:
            problem = f"the period of the key for {_named(scope)} is over"
            raise StoreError(problem, "Begin a new period.")
        return key

    def all(self) -> list[Key]:
        """Every key that is not damaged, by file name; the secret of a destroyed one is zeros."""
        with told_of_keys(self.folder):
            paths = sorted(self.folder.glob("*.key"))
        keys: list[Key] = []
        for path in paths:
            # One damaged key keeps nobody from what the others open. Its own vault says what is wrong.
            with suppress(StoreError):
                keys.append(_read(path))
        return keys

    def overdue(self, now: float) -> list[Scope]:
        """Whose period is over, or whose erasure is not finished: to be shredded now."""
        return [key.scope for key in self.all() if now >= key.ends or not any(key.secret)]

    def destroy(self, scope: Scope) -> bytes:
        """Overwrite a key's secret; on the disk when this returns. Its id, for deleting what it sealed."""
        path = self._path(scope)
        with told_of_keys(self.folder), path.open("r+b") as file:
            head = file.read(_HEAD.size)
            if len(head) < _HEAD.size:
                raise _damaged(path)
            file.seek(len(_MAGIC))
            file.write(bytes(_SECRET))
            file.flush()
            os.fsync(file.fileno())
        key_id: bytes = _HEAD.unpack(head)[2]
        return key_id

    def bury(self, scope: Scope) -> None:
        """Delete a destroyed key's file: nothing it sealed is left."""
        with told_of_keys(self.folder):
            self._path(scope).unlink(missing_ok=True)
            self._sync()

    def _path(self, scope: Scope) -> Path:
        return self.folder / f"{hashlib.sha256(scope.text.encode()).hexdigest()[:32]}.key"

    def _sync(self) -> None:
        handle = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _read(path: Path) -> Key:
    with told_of_keys(path.parent):
        raw = path.read_bytes()
    body, check = raw[:-_CHECK], raw[-_CHECK:]
    if len(body) < _HEAD.size or body[: len(_MAGIC)] != _MAGIC:
        raise _damaged(path)
    _, secret, key_id, ends = _HEAD.unpack(body[: _HEAD.size])
    if any(secret) and _checksum(secret, body) != check:
        raise _damaged(path)
    try:
        site, purpose, period, store = json.loads(body[_HEAD.size :])
        return Key(Scope(site, Purpose(purpose), period, store), key_id, ends, secret)
    except ValueError as error:
        raise _damaged(path) from error


def _damaged(path: Path) -> StoreError:
    return StoreError(f"the key {path} is damaged", "Restore it, or delete it with what it sealed.")


def _checksum(secret: bytes, body: bytes) -> bytes:
    # Keyed, so that what is left of a destroyed key's file says nothing about its secret that could be tried out.
    return hashlib.blake2b(body, key=secret, digest_size=_CHECK).digest()


def _named(scope: Scope) -> str:
    return f"the {scope.store} of {scope.purpose} in {scope.period}"
