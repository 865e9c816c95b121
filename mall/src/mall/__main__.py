"""`python -m mall`: build the footage, and measure it."""

# ruff: noqa: PLC0415 - heavy imports wait until a command needs them

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn

app = typer.Typer(add_completion=False, no_args_is_help=True, help="A mall of nobody: footage with known truth.")
OUT = Path("footage")
ALL: list[str] = []

Scenes = Annotated[list[str], typer.Option("--scene", help="A scene; again for more. All when left out.")]
Folder = Annotated[Path, typer.Option(help="The folder of the footage.")]


@app.command()
def build(
    scene: Scenes = ALL,
    seconds: Annotated[float | None, typer.Option(min=1.0, help="Only so much of every scene.")] = None,
    out: Folder = OUT,
    sample: Annotated[Path | None, typer.Option(help="Folder for the clip that rides in the wheel.")] = None,
) -> None:
    """Build clips and truth from their seeds."""
    from mall.build import build as run
    from mall.scenes import SCENES

    if unknown := sorted(set(scene) - set(SCENES)):
        problem = f"there is no scene {', '.join(unknown)}; there are {', '.join(SCENES)}"
        raise typer.BadParameter(problem)
    began = time.monotonic()
    columns = (TextColumn("{task.description:8}"), BarColumn(), TextColumn("{task.completed}/{task.total}"))
    with Progress(*columns, TimeElapsedColumn(), TimeRemainingColumn(), console=Console(stderr=True)) as progress:
        bars: dict[str, TaskID] = {}

        def told(what: str, done: int, of: int) -> None:
            if what not in bars:
                bars[what] = progress.add_task(what, total=of)
            progress.update(bars[what], completed=done)

        costs = run(scene, out, told, seconds, sample)
    for cost in costs:
        each = cost.seconds / max(1, cost.frames)
        typer.echo(f"{cost.clip:18} {cost.frames:4} frames  {each:.3f} s a frame  {cost.memory:5.0f} MiB")
    typer.echo(f"{time.monotonic() - began:.0f} s in all; {out}/ holds {_weight(out):.1f} MB of clips")


@app.command()
def measure(
    folder: Folder = OUT,
    out: Annotated[Path, typer.Option(help="JSON file.")] = Path("out/mall.json"),
) -> None:
    """Measure how networks see the footage, and how it is counted."""
    from mall.measure.report import measured

    figures, tables = measured(folder, lambda what: typer.echo(what, err=True))
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    typer.echo(tables)


@app.command()
def look(folder: Folder = OUT, out: Annotated[Path, typer.Option(help="Folder.")] = Path("docs/images/mall")) -> None:
    """Draw contact sheets, plans and films from above."""
    from mall.look.pictures import draw
    from mall.scenes import SCENES

    draw(list(SCENES.values()), folder, out, lambda what: typer.echo(what, err=True))


def _weight(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*.mp4")) / 1e6


if __name__ == "__main__":
    app()
