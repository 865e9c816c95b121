"""Fills passwords into a camera's source from the environment, and refuses those written out.

What the environment holds never goes into a message.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from galleria.domain.errors import InputError

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_AUTHORITY = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://(?P<host>[^/?#]*)")
_SECRET_QUERY = re.compile(
    r"[?&/;](?:[a-z_]*pass(?:word|wd)?|pwd|pw|[a-z_]*token|secret|(?:api_?)?key|auth)=(?P<value>[^&#/;]*)",
    re.IGNORECASE,
)
_REMEDY = (
    "Write `${CAMERA_PASSWORD}` in its place and set that variable in the environment of the program "
    "(`export CAMERA_PASSWORD=…`)."
)


def fill_source(written: str, folder: Path, environment: Mapping[str, str]) -> str:
    """Make a source that can be opened of one that was written down.

    Args:
        written: path, glob, URL or device, with `${NAME}` where the environment is to be filled in. A value
            between `://` and `@` is percent-encoded, so that a password may hold any character.
        folder: what relative paths start from.
        environment: usually `os.environ`.

    Returns:
        the source; relative paths are joined to `folder`.

    Raises:
        InputError: a variable is not set, or a password is written out. Neither value is in the message.
    """
    if "${" in _VARIABLE.sub("", written):
        problem = "a `${` is not followed by a name and `}`"
        raise InputError(problem, "Write for example `${CAMERA_PASSWORD}`.")
    _refuse_written_passwords(written)
    for name in _VARIABLE.findall(written):
        if not environment.get(name):
            problem = f"the environment variable `{name}` is not set"
            raise InputError(problem, f"Set it before you start the program (`export {name}=…`).")
    login = _login_end(written)
    source = _VARIABLE.sub(
        lambda m: quote(environment[m[1]], safe="") if m.end() <= login else environment[m[1]], written
    )
    if not source or source == "-" or _SCHEME.match(source):
        return source
    return str(folder / source)


def _login_end(written: str) -> int:
    """Return where `user:password@` ends in an URL, 0 if it has none."""
    authority = _AUTHORITY.match(written)
    return authority.start("host") + authority["host"].rfind("@") + 1 if authority and "@" in authority["host"] else 0


def _refuse_written_passwords(written: str) -> None:
    authority = _AUTHORITY.match(written)
    if authority is None:
        return
    login, at, _ = authority["host"].rpartition("@")
    if at:
        secret = _VARIABLE.sub("", login.partition(":")[2])
    else:
        # `rtsp://user:pass/word@host`: what stands where the port belongs is no port but half a password.
        port = _VARIABLE.sub("", authority["host"]).rpartition("]")[2].partition(":")[2]
        secret = "" if port.isdecimal() else port
    query = [_VARIABLE.sub("", found["value"]) for found in _SECRET_QUERY.finditer(written)]
    if secret or any(query):
        problem = "a password is written out"
        raise InputError(problem, _REMEDY)
