"""A site runs in one process at a time: its folder is locked meanwhile."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from galleria.domain.errors import StoreError
from galleria.storage.backup import RUNNING

from .places import make_folder


@contextmanager
def owned(folder: Path) -> Iterator[None]:
    """Make a site's folder, and let no other process run the site in it meanwhile.

    Raises:
        StoreError: it cannot be used, or another process runs the site.
    """
    make_folder(folder)
    try:
        lock = os.open(folder / RUNNING, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        problem = f"the site's folder {folder} cannot be used: {error.strerror}"
        raise StoreError(problem, "Choose another with --folder, or ask for permission.") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(lock)
        problem = f"another process runs the site in {folder}"
        raise StoreError(problem, "Stop it first, or choose another folder with --folder.") from error
    try:
        yield
    finally:
        os.close(lock)
