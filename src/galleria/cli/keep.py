"""`galleria backup` and `galleria restore`: a site's folder into one file, and back."""

# ruff: noqa: PLC0415 - imports wait until a command needs them

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

_FOLDER = "The site's folder, if `galleria serve` was given one."


def backup(
    site: Annotated[Path, typer.Argument(help="Site file.")],
    file: Annotated[Path, typer.Argument(help="Where to write the backup, e.g. shop.tar.")],
    *,
    folder: Annotated[Path | None, typer.Option(help=_FOLDER)] = None,
) -> None:
    """Copy a site's journal, measures, records, sealed days and site file into one file; the site may be running.

    The file holds passwords of cameras: keep it where nobody else can read it.
    """
    from galleria.app.places import site_folder
    from galleria.domain.time import WallClock
    from galleria.storage.backup import back_up
    from galleria.storage.sitefile import load_site

    name = load_site(site).id
    made = back_up(folder or site_folder(name), file, site, name, WallClock().now())
    typer.echo(f"{file} written: {made.files} files, {made.size / 1e6:.1f} MB")


def restore(
    file: Annotated[Path, typer.Argument(help="A backup that `galleria backup` made.")],
    *,
    folder: Annotated[Path | None, typer.Option(help=_FOLDER)] = None,
) -> None:
    """Put a backup in a site's place, after checking all of it. What was there is kept beside it.

    The site must not be running. Its site file is `site.yaml` in the folder afterwards. Purposes that were signed do
    not run until two people have signed them again.
    """
    from galleria.app.places import site_folder
    from galleria.app.restored import note_restored
    from galleria.domain.time import WallClock
    from galleria.storage.backup import RECORDS, SITE_FILE, site_of
    from galleria.storage.backup import restore as put_back

    place = folder or site_folder(site_of(file))
    made = put_back(file, place)
    typer.echo(f"{place} restored; its site file is {place / SITE_FILE}")
    if made.before:
        typer.echo(f"what was there before is now {made.before}")
    if made.unsigned:
        typer.echo(f"stopped until two people have signed them again: {', '.join(made.unsigned)}")
    if (place / RECORDS).exists():
        note_restored(place / RECORDS, made.unsigned, WallClock())
