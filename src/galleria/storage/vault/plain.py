"""What the stores of identities and of evidence share: sealed rows under a reference."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from galleria.storage.sqlite import Closing

from .keys import KeyStore, Scope
from .opening import open_scope, shred
from .sealed import Sealed


class Referenced(Closing):
    """The open store of a scope. Used by one thread after another.

    Raises:
        StoreError: see `open_scope`; from every method where the file cannot be read or written.
    """

    STORE: ClassVar[str]

    def __init__(self, path: Path, keys: KeyStore, scope: Scope, now: float) -> None:
        if scope.store != self.STORE:
            problem = f"a key of the store {scope.store} for {self.STORE}"
            raise ValueError(problem)
        self._path, self._keys, self._scope = path, keys, scope
        self._file, key = open_scope(path, keys, scope, now)
        self._rows = Sealed(self._file, key)

    def close(self) -> None:
        self._file.close()

    def __len__(self) -> int:
        return len(self._rows)

    def forget(self, reference: str) -> bool:
        """Delete what lies under a reference; whether there was anything.

        Raises:
            StoreError: rows were taken away or put back; what lies under the reference is deleted all the same.
        """
        return self._rows.drop([reference]) > 0

    def shred(self) -> None:
        """Destroy the key, then the rows; the store is closed."""
        self.close()
        shred(self._path, self._keys, self._scope)
