"""`galleria audit`: whether the log of who did what is whole, and what to keep elsewhere to be sure of it."""

# ruff: noqa: PLC0415 - imports wait until a command needs them

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from galleria.domain.errors import InputError

audit_app = typer.Typer(help="The log of who did what: whether it is whole.", no_args_is_help=True)
_MOST = 20  # findings that are printed one by one
Site = Annotated[Path | None, typer.Argument(help="Site file; or give --folder.")]
Folder = Annotated[Path | None, typer.Option(help="The site's folder, if `galleria serve` was given one.")]


@audit_app.command("verify")
def verify(
    site: Site = None,
    *,
    folder: Folder = None,
    key: Annotated[
        Path | None, typer.Option(help="Public key that was kept elsewhere; default: the one the site has.")
    ] = None,
    head: Annotated[Path | None, typer.Option(help="Head, or several, that were kept elsewhere.")] = None,
) -> None:
    """Check every entry against the signed heads; the site may be running. Exit status 1: something is wrong.

    Whoever may write to the site's folder can cut entries and heads alike, and sign with its key: such is found with a
    key and a head that were kept elsewhere.
    """
    from galleria.app.audit_check import check_audit
    from galleria.storage.audit_heads import read_kept
    from galleria.storage.audit_key import read_public

    place = _place(site, folder)
    found = check_audit(place, read_public(key) if key else None, read_kept(head) if head else ())
    since = f", signed {_moment(found.signed)}" if found.signed is not None else ""
    typer.echo(f"entries   {found.entries}")
    typer.echo(f"vouched   {found.vouched}{since}")
    if not found.findings:
        if later := found.entries - found.vouched:
            typer.echo(f"unsigned  {later}, written since then")
        typer.echo("findings  none")
        return
    typer.echo(f"findings  {len(found.findings)}")
    for finding in found.findings[:_MOST]:
        typer.echo(f"  {finding}")
    if len(found.findings) > _MOST:
        typer.echo(f"  and {len(found.findings) - _MOST} more")
    raise typer.Exit(1)


@audit_app.command("head")
def head(site: Site = None, *, folder: Folder = None) -> None:
    """Print the newest signed head, a line to be kept on another machine: a log cut since then is found with it."""
    from galleria.app.audit_check import last_head

    typer.echo(last_head(_place(site, folder)))


@audit_app.command("key")
def key(site: Site = None, *, folder: Folder = None) -> None:
    """Print the public key as PEM, to be kept on another machine: a log signed anew with another one is found so."""
    from galleria.app.audit_check import public_key

    typer.echo(public_key(_place(site, folder)), nl=False)


def _place(site: Path | None, folder: Path | None) -> Path:
    from galleria.app.places import site_folder
    from galleria.storage.sitefile import load_site

    if folder is None and site is None:
        problem = "no site is named"
        raise InputError(problem, "Give its site file, or its folder with --folder.")
    return folder or site_folder(load_site(site).id if site else "")


def _moment(time: float) -> str:
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
