"""Identities: who a subject is to the site (membership id, receipt of consent). No template, no label of a visitor.

Its key is not that of the templates, so neither file tells whose row in the other is whose.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from galleria.storage.sqlite import Closing

from .keys import KeyStore, Scope
from .opening import open_scope, shred
from .sealed import Sealed

STORE = "identities"


@dataclass(frozen=True, slots=True)
class Identity:
    """What is kept of somebody who agreed.

    Attributes:
        member: their id in the site's membership programme.
        receipt: SHA-256 of the receipt of their consent, hexadecimal.
        time: when they agreed, seconds since 1970-01-01 UTC.
    """

    member: str = field(repr=False)
    receipt: str = field(repr=False)
    time: float


class Identities(Closing):
    """The open store of a scope. Used by one thread after another.

    Raises:
        StoreError: see `open_scope`; from every method where the file cannot be read or written.
    """

    def __init__(self, path: Path, keys: KeyStore, scope: Scope, now: float) -> None:
        if scope.store != STORE:
            problem = f"a key of the store {scope.store} for identities"
            raise ValueError(problem)
        self._path, self._keys, self._scope = path, keys, scope
        self._file, key = open_scope(path, keys, scope, now)
        self._rows = Sealed(self._file, key)

    def close(self) -> None:
        self._file.close()

    def __len__(self) -> int:
        return len(self._rows)

    def keep(self, subject: str, identity: Identity) -> None:
        """Keep a subject's identity in place of an earlier one; on the disk when this returns."""
        self._rows.put(subject, [json.dumps(asdict(identity)).encode()])

    def find(self, subject: str) -> Identity | None:
        """The identity of a subject, by reference."""
        rows = self._rows.get(subject)
        return Identity(**json.loads(rows[0])) if rows else None

    def forget(self, subject: str) -> bool:
        """Delete a subject's identity; whether there was one."""
        return self._rows.drop([subject]) > 0

    def shred(self) -> None:
        """Destroy the key, then the identities; the store is closed."""
        self.close()
        shred(self._path, self._keys, self._scope)
