"""`galleria doctor`: looks over the machine and the site, and says what to do."""

# ruff: noqa: PLC0415 - what this command needs is imported when it runs: `galleria --help` is to be quick

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from galleria.app.doctor import Finding

BAD = 2  # exit status when something would not run


def doctor(
    site: Annotated[
        Path | None, typer.Argument(help="Site file; without it only the machine is looked at.", show_default=False)
    ] = None,
    *,
    folder: Annotated[
        Path | None, typer.Option(help="Where the site's journal, measures and records lie.", show_default=False)
    ] = None,
    host: Annotated[str, typer.Option(help="Address that the console listens at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port that the console listens at.", min=1, max=65535)] = 8800,
    cameras: Annotated[bool, typer.Option("--cameras", help="Try each camera too; takes seconds for each.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Look over this machine and a site: what is not as it should be, and what to do about it.

    Exit status 0: it runs, perhaps with warnings. 2: something is in the way.
    """
    from galleria.app.doctor import Health, Patient, examine, worst
    from galleria.app.places import site_folder
    from galleria.domain.time import WallClock

    place = folder or site_folder(_site_id(site) if site else "")
    found = list(examine(Patient(site, place, (host, port), WallClock(), cameras=cameras)))
    if as_json:
        typer.echo(json.dumps({"health": worst(found), "findings": [asdict(f) for f in found]}, indent=1))
    else:
        _print(found)
    if worst(found) is Health.BAD:
        raise typer.Exit(BAD)


def _site_id(path: Path) -> str:
    """Return the id in a site file; empty when the file is wrong, which is told by the look at it."""
    from galleria.domain.errors import SiteFileError
    from galleria.storage.sitefile import load_site

    try:
        return load_site(path).id
    except SiteFileError:
        return ""


def _print(found: list[Finding]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD)
    for heading in ("", "what", "found", "what to do"):
        table.add_column(heading, overflow="fold")  # a path that is cut off helps nobody
    marks = {"good": ("ok", "green"), "warning": ("!", "yellow"), "bad": ("WRONG", "bold red")}
    for finding in found:
        mark, style = marks[finding.health]
        table.add_row(Text(mark, style), Text(finding.what), Text(finding.found), Text(finding.remedy))
    Console().print(table)
