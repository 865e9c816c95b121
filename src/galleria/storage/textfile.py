"""Texts into files, whole or not at all."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from galleria.domain.errors import StoreError


def write_text(path: Path, text: str, remedy: str = "Make room or name another folder.") -> None:
    """Write a text beside its place, then put it there.

    Args:
        path: the file; one that is there is replaced.
        text: all of it.
        remedy: what to do when it cannot be written.

    Raises:
        StoreError: it cannot be written; then a file that was there is as it was.
    """
    path = path.resolve()
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        problem = f"{path} cannot be written: {error.strerror or error}"
        raise StoreError(problem, remedy) from error
