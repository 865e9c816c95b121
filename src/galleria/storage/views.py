"""What cameras are known to look at, kept from one run to the next: coarse maps of edges, no pictures.

So a camera that was turned while the program was off is noticed. One small file each; one that cannot be read is none.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from galleria.domain.errors import StoreError

FOLDER = "views"
_ENDING = ".view"
_MOST_BYTES = 1 << 16  # of one


def read_views(folder: Path) -> dict[str, bytes]:
    """The kept views by key.

    Args:
        folder: of the site.
    """
    found = {}
    for path in sorted((folder / FOLDER).glob(f"*{_ENDING}")):
        try:
            if path.stat().st_size <= _MOST_BYTES:
                found[path.name.removesuffix(_ENDING)] = path.read_bytes()
        except OSError:
            continue  # the camera learns its view anew
    return found


def write_views(folder: Path, views: Mapping[str, bytes]) -> None:
    """Keep these views and no others, each all or nothing.

    Args:
        folder: of the site.
        views: by key; keys are fit for file names.

    Raises:
        StoreError: they cannot be written; those that were there may be.
    """
    place = folder / FOLDER
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        for key, view in views.items():
            path = place / f"{key}{_ENDING}"
            if not path.exists() or path.read_bytes() != view:
                part = path.with_suffix(f".{os.getpid()}.part")
                part.write_bytes(view)
                part.replace(path)
        for path in place.iterdir():
            if path.name.removesuffix(_ENDING) not in views:
                path.unlink(missing_ok=True)
    except OSError as error:
        problem = f"what cameras look at cannot be kept in {place}: {error.strerror}"
        raise StoreError(problem, "Free some space, or give write permission.") from error
