"""`galleria demo`: real footage, counted, scored and drawn; without footage it says how to count a video."""

# ruff: noqa: PLC0415 - heavy imports wait until a command needs them

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from galleria.domain.time import By

from .count import INTERRUPTED, watching
from .models import progress_bar

if TYPE_CHECKING:
    from galleria.app.demo import Footage

DATA = Path("..") / "shared" / "data"

NO_FOOTAGE = """\
There is no footage to show here: no folder {folder}.
To count a video of your own, or at a camera:

    galleria count VIDEO --line door=0,0.6,1,0.6
    galleria count rtsp://CAMERA/STREAM --line door=0,0.6,1,0.6
    galleria count VIDEO --site site.yaml        (write one with `galleria init`)

For the demo, put {video} and {truth} into a folder {name} and name the folder around it:

    GALLERIA_DATA=FOLDER galleria demo
"""


def demo(
    out: Annotated[Path, typer.Option(help="Folder for the files that the demo writes.")] = Path("out"),
    data: Annotated[
        Path | None, typer.Option(help=f"Folder with footage; {DATA} when left out.", envvar="GALLERIA_DATA")
    ] = None,
) -> None:
    """Show what it does: count a clip, compare with what people saw in it, write pictures and tables."""
    from galleria.app.demo import FOLDER, TRUTH, VIDEO, find_footage
    from galleria.domain.errors import InputError

    folder = data or DATA
    footage = find_footage(folder)
    if footage is not None:
        _show(footage, out)
        return
    if data is not None:
        problem = f"there is no {VIDEO} with {TRUTH} in {data / FOLDER}"
        raise InputError(problem, "Name the folder that holds the footage with GALLERIA_DATA or --data.")
    _get_ready()
    typer.echo(NO_FOOTAGE.format(folder=folder / FOLDER, video=VIDEO, truth=TRUTH, name=FOLDER))


def _get_ready() -> None:
    from galleria.app.demo import make_ready

    with progress_bar() as progress:
        verdicts = make_ready(progress)
    for verdict in verdicts:
        typer.echo(f"The network {verdict.entry.card.id} {verdict.variant} is ready: {verdict.state}.")
    typer.echo()


def _show(footage: Footage, out: Path) -> None:
    from galleria.app.demo import demonstrate
    from galleria.app.networks import Choice, load

    from .count_tables import print_count
    from .score import print_score

    with progress_bar() as progress:
        network = load(Choice(), progress)
    with watching("counting the demo") as watch:
        shown = demonstrate(footage, out, network, watch)
    print_count(shown.count, By.TOTAL, to_error=False)
    if shown.count.tally.interrupted:
        raise typer.Exit(INTERRUPTED)
    print_score(shown.score, [])
    typer.echo()
    for path, what in shown.files:
        typer.echo(f"{path}  {what}")
