"""`galleria bench`: what this machine carries."""

# ruff: noqa: PLC0415 - heavy imports wait until a command needs them

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.table import Table

    from galleria.app.density import Trial

bench_app = typer.Typer(help="Measure what this machine carries.", no_args_is_help=True)


@bench_app.callback()
def _bench() -> None:
    """Keep `density` a command of its own, also while it is the only one."""


@bench_app.command()
def density(  # a command line
    clip: Annotated[Path, typer.Option(help="Recording that every camera plays, each from another place in it.")],
    *,
    seconds: Annotated[float, typer.Option(help="To measure each number of cameras for.", min=2.0)] = 60.0,
    cameras: Annotated[int, typer.Option(help="Measure only this many cameras; 0: find the most.", min=0)] = 0,
    line: Annotated[list[str] | None, typer.Option(help="x1,y1,x2,y2 to be counted at; may be repeated.")] = None,
    rate: Annotated[float, typer.Option(help="Pictures a second to analyse of each camera.", min=0.5)] = 6.0,
    precision: Annotated[str, typer.Option(help="auto, fp32 or int8.")] = "auto",
) -> None:
    """Find how many cameras this machine carries, and what limits it.

    Carried are as many as lose under 1 % of their pictures, while 95 of 100 events are written within a second.
    """
    from rich.console import Console

    from galleria.app.choose import tripwires_of
    from galleria.app.density import find, prepare, trial
    from galleria.app.networks import Choice, load

    from .models import progress_bar

    console, shown = Console(), Console(stderr=True)
    with progress_bar() as progress:
        loaded = load(Choice(precision=precision, threads=1), progress)
    shown.print("counting the file itself")
    played = prepare(clip, tripwires_of(line or (), str(clip)), loaded, rate=rate)
    if cameras:
        trials = [trial(played, cameras, loaded, seconds=seconds, rate=rate)]
    else:
        trials = find(played, loaded, seconds=seconds, rate=rate, say=shown.print)
    console.print(_trials(trials))
    best = max((t for t in trials if t.carried), key=lambda t: t.cameras, default=None)
    console.print(_stages(best or trials[0]))
    console.print(_answer(trials, best))


def _trials(trials: list[Trial]) -> Table:
    from rich.table import Table

    table = Table(title="trials", title_justify="left")
    for heading in ("cameras", "lost", "p95 lag", "events", "processors", "passes as the file", "carried"):
        table.add_column(heading, justify="right")
    for t in trials:
        lag = "" if t.lag is None else f"{t.lag:.2f} s"
        passes = f"{t.passes[1]} of {t.passes[0]}"
        cells = [f"{100 * t.lost:.2f} %", lag, str(t.events), f"{t.cores:.2f}", passes, "yes" if t.carried else "no"]
        table.add_row(str(t.cameras), *cells)
    return table


def _stages(t: Trial) -> Table:
    from rich.table import Table

    table = Table("stage", title=f"processor time with {t.cameras} cameras", title_justify="left")
    table.add_column("ms a second and camera", justify="right")
    for name, milliseconds in sorted(t.stages.items(), key=lambda stage: -stage[1]):
        table.add_row(name, f"{milliseconds:.2f}")
    table.add_row("all", f"{sum(t.stages.values()):.2f}")
    return table


def _answer(trials: list[Trial], best: Trial | None) -> str:
    from galleria.app.density import cores, limit

    found = f"carried: {best.cameras} cameras" if best else "carried: none of the numbers tried"
    shown = best or trials[0]
    batches = ", ".join(f"{times} of {size}" for size, times in shown.batches.items() if times)
    return (
        f"{found}\nsearches by pictures in them: {batches or 'none'}\nmost of the time goes to: {limit(shown)}\n"
        f"by processor time alone: {shown.affordable:.0f} cameras on {cores()} processors"
    )
