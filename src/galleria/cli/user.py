"""`galleria user`: in, or back in, for whoever may run commands on the machine."""

# ruff: noqa: PLC0415 - imports wait until a command needs them

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from galleria.domain.access import Role

if TYPE_CHECKING:
    from galleria.app.access import Access

_FOLDER = "The site's folder, if `galleria serve` was given one."
user_app = typer.Typer(help="People who may sign in to a site's console.", no_args_is_help=True)


@user_app.command("reset-admin")
def reset_admin(
    site: Annotated[Path, typer.Argument(help="Site file.")],
    name: Annotated[str, typer.Argument(help="Who is to be an administrator: a user, or a new one.")],
    *,
    folder: Annotated[Path | None, typer.Option(help=_FOLDER)] = None,
) -> None:
    """Make a one-time link by which NAME sets a new password as an administrator; the site may be running.

    The second factor and any lock-out of NAME are taken away. It is written to the audit.
    """
    with _access(site, folder) as access:
        link = access.rescue(name)
    typer.echo(f"Open the console's address followed by /welcome/{link}")


@user_app.command("invite")
def invite(
    site: Annotated[Path, typer.Argument(help="Site file.")],
    name: Annotated[str, typer.Argument(help="Whom to let in: a new user, or one of that role.")],
    *,
    role: Annotated[Role, typer.Option(help="What they are.")] = Role.DPO,
    folder: Annotated[Path | None, typer.Option(help=_FOLDER)] = None,
) -> None:
    """Make a one-time link for NAME that no administrator has in hand; the site may be running.

    So made, the data protection officer's signature counts beside an administrator's. A user who is there already
    chooses a new password, and loses second factor and lock-out. It is written to the audit.
    """
    with _access(site, folder) as access:
        link = access.invite(name, role)
    typer.echo(f"{name} opens the console's address followed by /welcome/{link}")
    typer.echo("It works once, within three days. Hand it over so that nobody else reads it.")


@contextmanager
def _access(site: Path, folder: Path | None) -> Iterator[Access]:
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
        yield Access(records, WallClock())
    finally:
        records.close()
