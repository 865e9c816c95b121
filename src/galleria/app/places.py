"""Where answers are to go: refused before hours of counting, not after."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from galleria.domain.errors import InputError, StoreError

EVENTS = (".csv", ".parquet", ".json")
FILMS = (".mp4",)
PICTURES = (".png", ".jpg", ".jpeg")
STDOUT = "-"


def site_folder(site: str) -> Path:
    """Where a running site keeps what is its own: `GALLERIA_FOLDER`, else a folder of the user's data."""
    if named := os.environ.get("GALLERIA_FOLDER"):
        return Path(named)
    import platformdirs  # noqa: PLC0415  kept out of the start of every command

    return platformdirs.user_data_path("galleria") / site


def make_folder(folder: Path) -> None:
    """Make a site's folder, for its owner only.

    Raises:
        StoreError: it cannot be made.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        problem = f"the site's folder {folder} cannot be made: {error.strerror}"
        raise StoreError(problem, "Choose another with --folder, or ask for permission.") from error


def check_places(outputs: Iterable[Path | None], sources: Sequence[str] = ()) -> None:
    """Check that files can be written, as far as can be told without writing.

    Args:
        outputs: paths; None and `-` are left out.
        sources: what is read; none of it may be written over.

    Raises:
        InputError: two answers go to one file, or one onto a video that is counted.
        StoreError: a folder does not exist or may not be written to, or the path is a folder.
    """
    read = {Path(source).resolve() for source in sources if "://" not in source}
    taken: set[Path] = set()
    for path in (path for path in outputs if path is not None and str(path) != STDOUT):
        whole = path.resolve()
        if whole in read:
            problem = f"{path} is the video that is counted"
            raise InputError(problem, "Give the output another name.")
        if whole in taken:
            problem = f"two outputs are to be written to {path}"
            raise InputError(problem, "Give each its own file.")
        taken.add(whole)
        if path.is_dir():
            problem = f"{path} is a folder"
            raise StoreError(problem, "Give the name of a file in it.")
        place = path if path.exists() and not path.is_file() else path.parent
        if not os.access(place, os.W_OK):
            why = "may not be written to" if path.parent.is_dir() else "is in a folder that does not exist"
            problem = f"{path} {why}"
            raise StoreError(problem, "Choose a file in a folder that exists and that you may write to.")


def check_ending(path: Path | None, endings: Sequence[str]) -> None:
    """Check the ending that chooses a format; raises StoreError when it is none of `endings`."""
    if path is not None and path.suffix.lower() not in endings:
        problem = f"{path} ends in none of {', '.join(endings)}"
        raise StoreError(problem, "Give the file such an ending; it chooses the format.")
