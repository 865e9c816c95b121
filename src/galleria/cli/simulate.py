"""`galleria simulate`: a history of a site that does not exist, with everything that was true of it."""

# ruff: noqa: PLC0415 - heavy imports wait until a command needs them

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from time import perf_counter, time
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from galleria.app.simulate.history import Truth


def simulate(
    out: Annotated[Path, typer.Option(help="Folder for the history; empty or not there yet.", show_default=False)],
    *,
    days: Annotated[int, typer.Option(help="How many dates.", metavar="N")] = 90,
    scale: Annotated[str, typer.Option(help="How large: shop, centre or mall.", metavar="NAME")] = "shop",
    seed: Annotated[int, typer.Option(help="Another seed gives another history; the same one the same.")] = 1,
    end: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="The last date; the newest day that is over if left out.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Make up the history of a site: events of its cameras, receipts of its tills, and what was true of it all.

    It is labelled as simulated wherever it is shown. `galleria serve` takes its site file and folder.
    """
    from rich.console import Console
    from rich.progress import Progress

    from galleria.app.simulate.history import simulate as make
    from galleria.app.simulate.scales import Plan, newest_end

    last = end.date() if end else newest_end(scale, time())
    plan = Plan(scale, days, last, seed)
    began = perf_counter()
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        step = bar.add_task("simulating", total=days)
        truth = make(plan, out, lambda _day, _events: bar.advance(step))
    _print(truth, out, perf_counter() - began)


def _print(truth: Truth, out: Path, took: float) -> None:
    from galleria.app.simulate.history import DATA, SALES, SITE, TRUTH

    visits = sum(day.visits for day in truth.days)
    receipts = sum(shop.sales for day in truth.days for shop in day.shops.values())
    rate = truth.events / took
    typer.echo(
        f"Simulated {len(truth.days)} days of a {truth.plan.scale}, {truth.plan.begin} to {truth.plan.end}, seed "
        f"{truth.plan.seed}: {visits:,} visits, {truth.events:,} events, {receipts:,} sales, in {took:.1f} s "
        f"({rate:,.0f} events/s)."
    )
    for name, what in (
        (SITE, "the site"),
        (f"{DATA}/", "sealed days and measures: the site's folder"),
        (f"{SALES}/", "receipts, one file a day, by the clocks of the tills"),
        (TRUTH, "what was true of every day"),
    ):
        typer.echo(f"  {out / name}  {what}")
    typer.echo(f"See it: galleria serve {out / SITE} --folder {out / DATA}")
