"""The folder in which a site's keys lie, beside the site's own: for its owner only."""

from __future__ import annotations

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
