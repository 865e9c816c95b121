"""Reads the audit of a site as it lies there, bytes and all, to be checked: changes nothing, and believes nothing."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from galleria.domain.errors import PolicyError, StoreError
from galleria.policy.audit import Head

from .leaves import encoded

_ENTRIES = "SELECT id, time, actor_kind, actor, action, subject, facts, leaf FROM audit ORDER BY id"
_HEADS = "SELECT log, size, root, time, signature FROM audit_head"
_LAST = " ORDER BY size DESC, id DESC LIMIT 1"


@dataclass(frozen=True, slots=True)
class AuditRows:
    """All that lies there, in order. What cannot be what this program wrote has a form that no entry has.

    Attributes:
        ids: of the entries.
        entries: encoded.
        leaves: the leaf hashes beside them; empty bytes for one that is none.
        heads: as they are; not checked.
    """

    ids: list[int]
    entries: list[bytes]
    leaves: list[bytes]
    heads: list[Head]


def read_rows(path: Path) -> AuditRows:
    """Read everything.

    Raises:
        StoreError: the file is absent, damaged, or was written by an earlier Galleria.
    """
    with _opened(path) as connection:
        connection.execute("BEGIN")  # one view of both
        ids, entries, leaves = [], [], []
        for row in connection.execute(_ENTRIES):
            ids.append(row[0])
            entries.append(_encoded(row))
            leaves.append(_unhex(row[7]))
        return AuditRows(ids, entries, leaves, [_head(row) for row in connection.execute(_HEADS)])


def read_last_head(path: Path) -> Head | None:
    """The head of most entries; None before the first. Raises StoreError as above."""
    with _opened(path) as connection:
        row = connection.execute(_HEADS + _LAST).fetchone()
        return _head(row) if row else None


def _encoded(row: tuple[Any, ...]) -> bytes:
    _, time, kind, actor, action, subject, raw, _ = row
    with suppress(ValueError, TypeError, AttributeError, RecursionError, PolicyError):
        facts = json.loads(raw)
        # Also a blank that changes no fact was not written by this program.
        if type(time) is float and json.dumps(facts) == raw:
            return encoded(time, (kind, actor), action, subject, facts)
    return repr(row[1:7]).encode("ascii", "backslashreplace")


def _head(row: tuple[Any, ...]) -> Head:
    log, size, root, time, signature = row
    whole = isinstance(size, int) and size >= 0 and isinstance(time, float)
    return Head(str(log), size if whole else 0, _unhex(root), time if whole else 0.0, _unhex(signature))


def _unhex(text: object) -> bytes:
    with suppress(ValueError, TypeError):
        found = bytes.fromhex(text)  # type: ignore[arg-type]  # whatever lies there
        if found.hex() == text:
            return found
    return b""


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    if not path.is_file():
        problem = f"there are no records in {path.parent}"
        raise StoreError(problem, "Name the site file, or the site's folder with --folder.")
    try:
        with closing(sqlite3.connect(path, timeout=15.0)) as connection:
            connection.isolation_level = None
            connection.execute("PRAGMA query_only = ON")
            connection.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
            if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'audit_head'").fetchone():
                problem = f"the records {path} were written by an earlier Galleria, which signed nothing"
                raise StoreError(problem, "Start the site once with this one.")
            yield connection
    except sqlite3.Error as error:
        problem = f"the records {path} cannot be read: {error}"
        raise StoreError(problem, "Restore a backup with `galleria restore`.") from error
