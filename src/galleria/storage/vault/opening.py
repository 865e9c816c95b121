"""Opens a store of a scope: the file, its key, and what an interrupted erasure left undone."""

from __future__ import annotations

from pathlib import Path

from galleria.domain.errors import StoreError

from .file import SealedFile
from .keys import Key, KeyStore, Scope


def open_scope(path: Path, keys: KeyStore, scope: Scope, now: float) -> tuple[SealedFile, Key]:
    """Open a file with the key of a scope.

    Args:
        path: of the store: one for each site and purpose, which may hold rows of several periods.
        keys: in another folder.
        scope: whose key exists.
        now: seconds since 1970-01-01 UTC.

    Raises:
        StoreError: no such key; the file is damaged, or holds rows that no key in the folder opens.
    """
    mine, theirs = path.resolve().parent, keys.folder.resolve()
    if mine.is_relative_to(theirs) or theirs.is_relative_to(mine):
        problem = f"the vault {path} and its keys in {keys.folder} lie in one folder"
        raise StoreError(problem, "Keep keys in a folder of their own, better on another disk.")
    key = keys.load(scope, now)
    file = SealedFile(path)
    try:
        finish_erasures(file, keys, scope)
        _refuse_unknown(file, keys, scope)
    except BaseException:
        file.close()
        raise
    return file, key


def _refuse_unknown(file: SealedFile, keys: KeyStore, scope: Scope) -> None:
    same = {key.id for key in keys.all() if _alike(key.scope, scope)}
    if unknown := file.keys() - same:
        problem = f"the vault {file.path} holds rows that no key in {keys.folder} opens ({len(unknown)} keys)"
        remedy = "Give the right folder of keys; if they were destroyed, delete this file: nobody can read it."
        raise StoreError(problem, remedy)


def finish_erasures(file: SealedFile, keys: KeyStore, scope: Scope) -> None:
    """Delete what destroyed keys of this site, purpose and store sealed, then those keys' files."""
    for key in keys.all():
        if _alike(key.scope, scope) and not any(key.secret):
            file.erase(key.id)
            keys.bury(key.scope)


def shred(path: Path, keys: KeyStore, scope: Scope) -> None:
    """Erase all of a scope: its key at once and for good, then what it sealed.

    The key is gone when anything fails after that; the next opening or shredding deletes the rest.

    Raises:
        StoreError: there is no such key, or the file cannot be written.
    """
    keys.destroy(scope)
    if path.exists():
        file = SealedFile(path)
        with file:
            finish_erasures(file, keys, scope)
    else:
        keys.bury(scope)


def _alike(one: Scope, other: Scope) -> bool:
    return (one.site, one.purpose, one.store) == (other.site, other.purpose, other.store)
