"""Fills passwords into a camera's source from the environment and from files, and refuses those written out.

What the environment and the files hold never goes into a message.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from galleria.domain.errors import InputError

from .sitefile_secret import read_secret

_FILE = "file:"
_BLANK = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*|file:[^{}]+)\}")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_AUTHORITY = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://(?P<host>[^/?#]*)")
_SECRET_QUERY = re.compile(
    r"[?&/;](?:[a-z_]*pass(?:word|wd)?|pwd|pw|[a-z_]*token|secret|(?:api_?)?key|auth)=(?P<value>[^&#/;]*)",
    re.IGNORECASE,
)
# Stands for a blank while the rest is looked at: a file's path in it would be taken for that of the address.
_HOLE = "\0"
_REMEDY = (
    "Write `${CAMERA_PASSWORD}` in its place and set that variable in the environment of the program "
    "(`export CAMERA_PASSWORD=…`), or `${file:camera-password}` and write it into that file."
)


def is_address(written: str) -> bool:
    """Whether a source, as it is written, names a camera on the network or a device, not a file."""
    return written.startswith(("/dev/", "${")) or (
        _SCHEME.match(written) is not None and not written.lower().startswith("file://")
    )


def fill_source(written: str, folder: Path, environment: Mapping[str, str]) -> str:
    """Make a source that can be opened of one that was written down.

    Args:
        written: path, glob, URL or device, with `${NAME}` where the environment is to be filled in, and `${file:PATH}`
            where what a file holds. A value between `://` and `@` is percent-encoded, so that a password may hold any
            character.
        folder: what relative paths start from.
        environment: usually `os.environ`.

    Returns:
        the source; relative paths are joined to `folder`.

    Raises:
        InputError: a variable is not set, a file cannot be used, or a password is written out. No value is in the
            message.
    """
    if "${" in _BLANK.sub("", written):
        problem = "a `${` is not followed by a name and `}`"
        raise InputError(problem, "Write for example `${CAMERA_PASSWORD}` or `${file:camera-password}`.")
    bare = _BLANK.sub(_HOLE, written)
    _refuse_written_passwords(bare)
    values = [_value(blank, folder, environment) for blank in _BLANK.findall(written)]
    source, rest = "", bare
    login = _login_end(bare)
    for value in values:
        before, _, rest = rest.partition(_HOLE)
        place = len(bare) - len(rest)  # after the hole
        source += before + (quote(value, safe="") if place <= login else value)
    source += rest
    if not source or source == "-" or _SCHEME.match(source):
        return source
    return str(folder / source)


def _value(blank: str, folder: Path, environment: Mapping[str, str]) -> str:
    if blank.startswith(_FILE):
        return read_secret(folder / blank.removeprefix(_FILE))
    if not environment.get(blank):
        problem = f"the environment variable `{blank}` is not set"
        raise InputError(problem, f"Set it before you start the program (`export {blank}=…`).")
    return environment[blank]


def _login_end(bare: str) -> int:
    """Return where `user:password@` ends in an URL, 0 if it has none."""
    authority = _AUTHORITY.match(bare)
    return authority.start("host") + authority["host"].rfind("@") + 1 if authority and "@" in authority["host"] else 0


def _refuse_written_passwords(bare: str) -> None:
    authority = _AUTHORITY.match(bare)
    if authority is None:
        return
    login, at, _ = authority["host"].rpartition("@")
    if at:
        secret = login.partition(":")[2]
    else:
        # `rtsp://user:pass/word@host`: what stands where the port belongs is no port but half a password.
        port = authority["host"].replace(_HOLE, "").rpartition("]")[2].partition(":")[2]
        secret = "" if port.isdecimal() else port
    values = [secret, *(found["value"] for found in _SECRET_QUERY.finditer(bare))]
    if any(value.replace(_HOLE, "") for value in values):
        problem = "a password is written out"
        raise InputError(problem, _REMEDY)
