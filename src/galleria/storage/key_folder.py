"""The folder in which a site's keys lie, beside the site's own: for its owner only."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from galleria.domain.errors import StoreError

_OWNER_ONLY = 0o700


def key_folder(folder: Path) -> Path:
    """The folder, made if it is absent; no folder of anything else.

    Raises:
        StoreError: it cannot be made, or others can read it.
    """
    with told_of_keys(folder):
        folder.mkdir(mode=_OWNER_ONLY, parents=True, exist_ok=True)
        open_to_others = folder.stat().st_mode & 0o077
    if open_to_others:
        problem = f"others can read the folder of keys {folder}"
        raise StoreError(problem, f"Run `chmod 700 {folder}`.")
    return folder


@contextmanager
def told_of_keys(folder: Path) -> Iterator[None]:
    """Raise `StoreError` for whatever the system refuses inside."""
    try:
        yield
    except OSError as error:
        problem = f"the folder of keys {folder} cannot be used: {error.strerror}"
        raise StoreError(problem, "Check that it exists and that you own it.") from error


def sync(folder: Path) -> None:
    """Have the folder's entries on the disk when this returns.

    Raises:
        OSError: it cannot be done.
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def unusable(path: Path, error: OSError) -> StoreError:
    """What to raise for a key that the system refuses."""
    problem = f"the key {path} cannot be used: {error.strerror}"
    return StoreError(problem, "Check the folder's permissions and the space on the disk.")
