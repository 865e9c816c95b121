"""Reads a secret, such as a camera's password, from a file of its own. It never goes into a message."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from galleria.domain.errors import InputError

MOST_BYTES = 4096
# Container engines put secrets here, readable by everybody in the container: nobody else is in it.
MOUNTED = (Path("/run/secrets"), Path("/var/run/secrets"))


def read_secret(path: Path) -> str:
    """What a file of one line holds, without the end of the line.

    A file that every user of the machine may read is refused, unless it lies where container engines mount secrets.

    Raises:
        InputError: it is missing, not readable, not a file of one line of text, or others may read or change it.
    """
    try:
        # Not blocking: a pipe without a writer would hold up everything.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            _check_rights(path, os.fstat(handle))
            content = os.read(handle, MOST_BYTES + 1)
        finally:
            os.close(handle)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "its name is none"
        problem = f"the secret file {path} cannot be read ({why.lower()})"
        raise InputError(
            problem, "Write the password into it, and let the user that runs the program read it."
        ) from None
    return _one_line(path, content)


def _check_rights(path: Path, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        problem = f"the secret file {path} is no file"
        raise InputError(problem, "Name a file that holds the password and nothing else.")
    mounted = any(path.resolve().is_relative_to(folder) for folder in MOUNTED)
    if found.st_mode & stat.S_IWOTH or (found.st_mode & stat.S_IROTH and not mounted):
        problem = f"every user of this machine may read or change the secret file {path}"
        raise InputError(problem, f"Take that right away: `chmod o-rwx {path}`.")


def _one_line(path: Path, content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig").removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        text = ""
    if len(content) > MOST_BYTES or not text or not text.isprintable():
        problem = f"the secret file {path} does not hold one line of text"
        raise InputError(problem, "Write the password into it and nothing else.")
    return text
