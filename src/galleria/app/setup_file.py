"""A site file on its disk: read, written in one step, the versions before kept; and how a new one begins."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from galleria.domain.errors import StoreError
from galleria.storage.sitefile import parse_site

from .setup_yaml import Document

HISTORY = "site-history"
MOST_KEPT = 200  # versions
LONGEST = 48  # characters of an id made of a name
_START = """\
# The console writes this file, and so may you: `galleria check {file}` checks it.
site:
  id: x
cameras: []
"""


class SiteText:
    """The text of one site file.

    Args:
        path: the file; it exists.
        folder: the site's own: old versions lie in it.
    """

    def __init__(self, path: Path, folder: Path) -> None:
        self._path = path
        self._history = folder / HISTORY

    def read(self) -> bytes:
        """What is in it now.

        Raises:
            StoreError: it cannot be read.
        """
        try:
            return self._path.read_bytes()
        except OSError as error:
            problem = f"the site file {self._path} cannot be read ({error.strerror})"
            raise StoreError(problem, "Check that it exists, and its permissions.") from error

    def keep(self, content: bytes, now: float) -> None:
        """Keep a version; the oldest beyond `MOST_KEPT` go.

        Raises:
            StoreError: it cannot be written.
        """
        stamp = f"{datetime.fromtimestamp(now, UTC):%Y%m%dT%H%M%S.%fZ}"
        with _telling(self._history):
            self._history.mkdir(mode=0o700, parents=True, exist_ok=True)
            (self._history / f"{stamp}-{revision_of(content)}.yaml").write_bytes(content)
            for old in sorted(self._history.glob("*.yaml"))[:-MOST_KEPT]:
                old.unlink(missing_ok=True)

    def write(self, content: bytes) -> None:
        """Replace the file in one step; its permissions stay.

        Raises:
            StoreError: it cannot be written; it is as it was.
        """
        with _telling(self._path):
            handle, part = tempfile.mkstemp(prefix=".site-", suffix=".part", dir=self._path.parent)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                shutil.copymode(self._path, part)
                Path(part).replace(self._path)
            finally:
                Path(part).unlink(missing_ok=True)


def revision_of(content: bytes) -> str:
    """16 hexadecimal digits for this text."""
    return hashlib.sha256(content).hexdigest()[:16]


def make_id(name: str, taken: Iterable[str]) -> str:
    """An id that nobody has, made of a name: `Main door` → `main-door`."""
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss")).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST].strip("-") or "item"
    used, n, made = set(taken), 1, base
    while made in used:
        n += 1
        made = f"{base}-{n}"
    return made


def start_site_file(path: Path, site: str, name: str, zone: str) -> None:
    """Write the file of a site without cameras; one that exists is left alone.

    Args:
        path: the file.
        site: its id.
        name: for people; may be empty.
        zone: its time zone.

    Raises:
        StoreError: it cannot be written.
        SiteFileError: the id, the name or the zone cannot be used.
    """
    document = Document(_START.format(file=path.name))
    document.root["site"].update({"id": site, "name": name, "time_zone": zone})
    content = document.text().encode()
    parse_site(content, path, {})
    with _telling(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with path.open("xb") as file:
                file.write(content)
        except FileExistsError:
            return


@contextmanager
def _telling(where: Path) -> Iterator[None]:
    """Raises `StoreError` for what the disk refuses."""
    try:
        yield
    except OSError as error:
        problem = f"{where} cannot be written ({error.strerror})"
        remedy = "Check its permissions and the space on the disk; nothing was changed."
        raise StoreError(problem, remedy) from error
