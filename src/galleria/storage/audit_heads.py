"""Signed heads as text: a line of JSON each, in a file beside the logs and wherever else somebody keeps one.

The file is only ever added to, and no retention shortens it: it says what the database came to, also when that was cut.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from galleria.domain.errors import InputError, StoreError
from galleria.policy.audit import Head

HEADS = Path("logs") / "audit-heads.jsonl"  # in a site's folder


@dataclass(frozen=True, slots=True)
class HeadLines:
    """What a file of heads holds.

    Attributes:
        heads: in its order.
        bad: numbers, from 1, of lines that are no head. One that was cut off while it was written is not among them.
    """

    heads: tuple[Head, ...] = ()
    bad: tuple[int, ...] = ()


def head_text(head: Head) -> str:
    """A head as a line, without its end."""
    fields = {"log": head.log, "size": head.size, "root": head.root.hex(), "time": head.time}
    return json.dumps({**fields, "signature": head.signature.hex()})


def append_head(path: Path, head: Head) -> None:
    """Add a head; on the disk when this returns.

    Raises:
        StoreError: it cannot be written.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "rb+", buffering=0) as file:
            end = file.seek(0, os.SEEK_END)
            # A line that was cut off, when the power went, must not swallow this one.
            torn = end > 0 and os.pread(file.fileno(), 1, end - 1) != b"\n"
            file.write(("\n" * torn + head_text(head) + "\n").encode())
            os.fsync(file.fileno())
    except OSError as error:
        problem = f"the heads of the audit in {path} cannot be written: {error.strerror}"
        raise StoreError(problem, "Check free space and the disk.") from error


def read_heads(path: Path) -> HeadLines:
    """The heads of a site's own file; none where there is no file.

    Raises:
        StoreError: it cannot be read.
    """
    try:
        return _parsed(path.read_bytes())
    except FileNotFoundError:
        return HeadLines()
    except OSError as error:
        problem = f"the heads of the audit in {path} cannot be read: {error.strerror}"
        raise StoreError(problem, "Ask for permission, or check the disk.") from error


def read_kept(path: Path) -> tuple[Head, ...]:
    """Heads that somebody kept elsewhere.

    Raises:
        InputError: the file cannot be read, or is no file of heads.
    """
    try:
        found = _parsed(path.read_bytes())
    except OSError as error:
        problem = f"{path} cannot be read: {error.strerror}"
        raise InputError(problem, "Name a file that `galleria audit head` wrote.") from error
    if found.bad or not found.heads:
        problem = f"{path} is no file of heads"
        raise InputError(problem, "Name a file that `galleria audit head` wrote.")
    return found.heads


def _parsed(content: bytes) -> HeadLines:
    heads, bad = [], []
    for number, line in enumerate(content.splitlines(), 1):
        head = _head(line)
        if head:
            heads.append(head)
        elif line.strip() and line.rstrip().endswith(b"}"):  # else: cut off while it was written
            bad.append(number)
    return HeadLines(tuple(heads), tuple(bad))


def _head(line: bytes) -> Head | None:
    with suppress(ValueError, KeyError, TypeError):
        said = json.loads(line)
        root, signature = bytes.fromhex(said["root"]), bytes.fromhex(said["signature"])
        if isinstance(said["log"], str) and isinstance(said["size"], int) and said["size"] >= 0:
            return Head(said["log"], said["size"], root, float(said["time"]), signature)
    return None
