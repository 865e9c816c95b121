"""Where a clip's bytes come from, and how the same content is recognised again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from av.container import InputContainer

from galleria.capture.container import Pipe, check_file, open_container, open_file
from galleria.capture.reading import shown
from galleria.domain.errors import VideoError

DIGEST_BYTES = 1 << 20
TIMEOUT = 10.0  # seconds without an answer


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a clip's bytes come from.

    Attributes:
        name: for messages.
        digest: of the content.
        open: opens it with the given options of the format.
        again: whether it can be opened again and sought in.
        release: lets go of what is kept open in between.
    """

    name: str
    digest: str
    open: Callable[[dict[str, str]], InputContainer]
    again: bool
    release: Callable[[], None] = lambda: None


def file_origin(path: Path) -> Origin:
    """A video file.

    Raises:
        VideoError: it is missing, a folder, empty or not readable.
    """
    check_file(path)
    return Origin(str(path), digest_of(path), lambda options: open_file(path, options), again=True)


def pipe_origin(stream: BinaryIO, name: str) -> Origin:
    """A video that comes through a pipe. Its digest is that of its head.

    Raises:
        VideoError: nothing comes.
    """
    pipe = Pipe(stream)
    if not pipe.head:
        pipe.close()
        problem = f"{name} gave no bytes"
        raise VideoError(problem, "Check the program before the pipe.")
    digest = hashlib.sha256(pipe.head).hexdigest()
    return Origin(
        name, digest, lambda options: open_container(pipe, name, options=options), again=False, release=pipe.close
    )


def address_origin(address: str) -> Origin:
    """A recording on a web server. Its digest is that of its address and size."""

    def reach(options: dict[str, str]) -> InputContainer:
        return open_container(address, shown(address), options=options, timeout=TIMEOUT)

    container = reach({})
    size = container.size
    container.close()
    return Origin(shown(address), hashlib.sha256(f"{address} {size}".encode()).hexdigest(), reach, again=True)


def digest_of(path: Path) -> str:
    """sha256 over the file's size, its first and its last MiB."""
    size = path.stat().st_size
    digest = hashlib.sha256(str(size).encode())
    with path.open("rb") as file:
        digest.update(file.read(DIGEST_BYTES))
        file.seek(max(0, size - DIGEST_BYTES))
        digest.update(file.read(DIGEST_BYTES))
    return digest.hexdigest()


def fingerprint(digests: list[str], start: float) -> str:
    """16 hexadecimal digits for this content recorded at this time."""
    return hashlib.sha256("\x1f".join([*digests, repr(start)]).encode()).hexdigest()[:16]
