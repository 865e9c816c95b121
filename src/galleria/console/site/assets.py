"""The console's built scripts and styles: plain name → file with its content's hash in the name."""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path

from galleria.domain.errors import NotFoundError, StoreError

BUILT = Path(__file__).parent / "static"
KINDS = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}


class Assets:
    """What `tools/build_web.py` built. While the folder is built anew under a running site the names follow.

    Raises:
        StoreError: on the first use, when nothing was built.
    """

    def __init__(self, folder: Path = BUILT) -> None:
        self._folder = folder
        self._read = 0.0
        self._names: dict[str, str] = {}

    @cached_property
    def _manifest(self) -> Path:
        return self._folder / "manifest.json"

    def address(self, name: str) -> str:
        """Where the browser finds it.

        Args:
            name: plain, e.g. `app.js`.
        """
        self.check()
        return f"/static/{self._names.get(name, name)}"

    def check(self) -> None:
        """Read the manifest if it is newer than what is known."""
        try:
            written = self._manifest.stat().st_mtime
            if written != self._read:
                self._names, self._read = json.loads(self._manifest.read_text()), written
        except (OSError, ValueError) as error:
            problem = "the console's scripts and styles have not been built"
            raise StoreError(problem, "Run `python tools/build_web.py` in the source tree.") from error

    def file(self, name: str) -> tuple[Path, str]:
        """Return a built file and its media type.

        Raises:
            NotFoundError: there is none of that name.
        """
        path = self._folder / name
        if "/" in name or "\\" in name or name.startswith(".") or path.suffix not in KINDS or not path.is_file():
            problem = "there is no such file"
            raise NotFoundError(problem)
        return path, KINDS[path.suffix]
