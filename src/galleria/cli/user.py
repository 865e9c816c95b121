"""`galleria user reset-admin`: back in, for whoever may run commands on the machine."""

# ruff: noqa: PLC0415 - imports wait until a command needs them

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

user_app = typer.Typer(help="People who may sign in to a site's console.", no_args_is_help=True)


@user_app.callback()
def _user() -> None:
    """Keep `reset-admin` a word of its own: with one command alone, typer would leave it out."""


@user_app.command("reset-admin")
def reset_admin(
    site: Annotated[Path, typer.Argument(help="Site file.")],
    name: Annotated[str, typer.Argument(help="Who is to be an administrator: a user, or a new one.")],
    *,
    folder: Annotated[Path | None, typer.Option(help="The site's folder, if `galleria serve` was given one.")] = None,
) -> None:
    """Make a one-time link by which NAME sets a new password as an administrator; the site may be running.

    The second factor and any lock-out of NAME are taken away. It is written to the audit.
    """
    from galleria.app.access import Access
    from galleria.app.places import site_folder
    from galleria.domain.errors import StoreError
    from galleria.domain.time import WallClock
    from galleria.storage.records import Records
    from galleria.storage.sitefile import load_site

    place = (folder or site_folder(load_site(site).id)) / "records.db"
    if not place.exists():
        problem = f"there are no records in {place.parent}"
        raise StoreError(problem, "Start the site with `galleria serve` first; it prints a link.")
    records = Records(place)
    try:
        link = Access(records, WallClock()).rescue(name)
    finally:
        records.close()
    typer.echo(f"Open the console's address followed by /welcome/{link}")
