"""`galleria demo`: footage whose truth is known, counted, scored and drawn."""

# ruff: noqa: PLC0415 - heavy imports wait until a command needs them

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import typer

from .count import INTERRUPTED, watching
from .models import progress_bar

if TYPE_CHECKING:
    from rich.table import Table

    from galleria.analytics.score import LineScore
    from galleria.app.demo import Shown
    from galleria.app.footage import Footage


def demo(
    out: Annotated[Path, typer.Option(help="Folder for the files that the demo writes.")] = Path("out"),
    data: Annotated[
        Path | None,
        typer.Option(
            help="Folder with site.yaml, clips and their truth; the sample that comes with it when left out.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Show what it does: count a sample of rendered people, compare with the truth, write films and tables."""
    from galleria.app.demo import show, write_tables
    from galleria.app.footage import find_footage
    from galleria.app.networks import Choice, load

    footage = find_footage(data)
    with progress_bar() as progress:
        # One thread each, and cameras side by side: half the time of one after the other with all threads.
        network = load(Choice(footage.site.detector, footage.site.precision, threads=1), progress)
    began = perf_counter()
    try:
        with watching("counting") as watch:
            shown = show(footage, out, network, watch, min(len(footage.takes), os.cpu_count() or 1))
    except KeyboardInterrupt:
        typer.echo("galleria: ended early; a part of a clip cannot be scored.", err=True)
        raise typer.Exit(INTERRUPTED) from None
    measures, events = write_tables(shown, out)
    _print(footage, shown, perf_counter() - began)
    typer.echo("\nFilms with lines, tracks and numbers, and pictures of all paths; heads are blurred:")
    for one in shown:
        typer.echo(f"  {one.film}  {one.picture}")
    typer.echo(f"By minute: {measures}. Every crossing, stay and path: {events}.")


def _print(footage: Footage, shown: Sequence[Shown], took: float) -> None:
    from rich.console import Console
    from rich.text import Text

    from galleria.domain.time import clip_text

    console = Console()
    length = clip_text(sum(one.count.facts.seconds or 0.0 for one in shown))
    clips = f"{len(shown)} cameras, {length}" if len(shown) > 1 else f"one camera, {length}"
    name = footage.site.name or footage.site.id
    console.print(Text(f"{name}: {clips}, with {shown[0].count.network}, in {took:.1f} s"))
    console.print(_crossings(shown))
    if any(one.count.camera.zones for one in shown):
        console.print(_stays(shown))
    console.print(Text(_verdict(shown)))
    notes = [f"{one.count.camera.id}: {note}" for one in shown for note in one.count.notes]
    for note in [*notes, *(f"Camera {camera} is left out: {why}." for camera, why in footage.left_out.items())]:
        console.print(Text(f"Note: {note}"))


def _table(title: str, texts: Iterable[str], numbers: Iterable[str]) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(*texts, title=Text(title, style="bold"), title_justify="left")
    for heading in numbers:
        table.add_column(heading, justify="right")
    return table


def _crossings(shown: Sequence[Shown]) -> Table:
    from rich.text import Text

    table = _table("crossings, counted / true", ("camera", "line"), ("in", "out", "F1", "times off by"))
    for one in shown:
        names = {wire.id: wire.name or wire.id for wire in one.count.camera.tripwires}
        for number, line in enumerate(one.score.lines):
            camera = one.count.camera.id if number == 0 else ""
            table.add_row(Text(camera), Text(names[line.id]), *_line_cells(line))
    return table


def _line_cells(line: LineScore) -> list[str]:
    both = [f"{line.counted[word]} / {line.truth[word]}" for word in line.counted]  # in, then out
    off = [abs(pair.late) for pair in line.pairs or ()]
    f1 = f"{line.tally.f1:.3f}" if line.tally else "–"
    return [*both, f1, f"{sum(off) / len(off):.2f} s" if off else "–"]


def _stays(shown: Sequence[Shown]) -> Table:
    from rich.text import Text

    from galleria.app.answer import count_measures
    from galleria.domain.measure import MeasureName
    from galleria.domain.time import By

    table = _table("stays, counted", ("camera", "zone"), ("stays", "median", "longest"))
    for one in shown:
        values = {(m.place, m.name): m.value for m in count_measures(one.count, By.TOTAL)}
        for number, zone in enumerate(one.count.camera.zones):
            dwell = [values.get((zone.id, name)) for name in (MeasureName.DWELL_MEDIAN, MeasureName.DWELL_LONGEST)]
            table.add_row(
                Text(one.count.camera.id if number == 0 else ""),
                Text(zone.name or zone.id),
                f"{values.get((zone.id, MeasureName.STAYS)) or 0:.0f}",
                *(f"{seconds:.1f} s" if seconds is not None else "–" for seconds in dwell),
            )
    return table


def _verdict(shown: Sequence[Shown]) -> str:
    from galleria.app.demo import whole_score

    tally = whole_score(shown).overall
    if tally is None:
        return "The truth has no times: only totals are compared."
    low, high = tally.interval
    return (
        f"All lines: {tally.matched} of {tally.truth} crossings found, {tally.false} counted that nobody made; "
        f"F1 {tally.f1:.3f}; accuracy {low:.0%} to {high:.0%} with 95 % confidence."
    )
