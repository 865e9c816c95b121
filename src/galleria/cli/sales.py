"""`galleria sales`: files of receipts into a site, and what was sold."""

# ruff: noqa: PLC0415 - imports wait until a command needs them

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from galleria.domain.time import By

if TYPE_CHECKING:
    from galleria.app.selling import Taken

_FOLDER = "The site's folder, if `galleria serve` was given one."
_MOST_TOLD = 20
_MOST_SPANS = 10_000
sales_app = typer.Typer(help="What was sold: files of receipts in, totals out.", no_args_is_help=True)


@sales_app.command("take")
def take(
    site: Annotated[Path, typer.Argument(help="Site file.")],
    files: Annotated[list[Path], typer.Argument(help="CSV (also .gz) or Parquet.", show_default=False)],
    *,
    folder: Annotated[Path | None, typer.Option(help=_FOLDER)] = None,
) -> None:
    """Take files of receipts; the site may be running, and a file that was taken before changes nothing.

    Bad rows are told with their numbers, and the others go in. Exit status 1: some rows or files were not used.
    """
    from galleria.app.audit import SYSTEM, Audit
    from galleria.app.places import make_folder, site_folder
    from galleria.app.selling import SALES, Selling
    from galleria.domain.errors import InputError
    from galleria.domain.time import WallClock
    from galleria.storage.records import Records
    from galleria.storage.sales import Sales
    from galleria.storage.sitefile import load_site

    loaded, clock = load_site(site), WallClock()
    place = folder or site_folder(loaded.id)
    make_folder(place)
    records, failed = Records(place / "records.db"), False
    try:
        with Sales(place / SALES) as sales:
            selling = Selling(loaded, sales, Audit(records, clock), clock)
            for path in files:
                try:
                    taken = selling.take_file(SYSTEM, path)
                except InputError as error:
                    typer.echo(str(error), err=True)
                    failed = True
                    continue
                failed |= bool(taken.refused)
                _tell(path, taken)
    finally:
        records.close()
    if failed:
        raise typer.Exit(1)


@sales_app.command("totals")
def totals(
    site: Annotated[Path, typer.Argument(help="Site file.")],
    *,
    by: Annotated[By, typer.Option(help="How finely time is divided.")] = By.DAY,
    begin: Annotated[str, typer.Option(help="First date or time, local; default: the first receipt.")] = "",
    end: Annotated[str, typer.Option(help="Date or time after the last.")] = "",
    folder: Annotated[Path | None, typer.Option(help=_FOLDER)] = None,
) -> None:
    """Print what was sold by time, shop and till; currencies apart, less refunds, without what was voided."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from galleria.app.places import site_folder
    from galleria.app.selling import SALES
    from galleria.domain.errors import InputError
    from galleria.domain.time import buckets, how_many, parse_instant, zone_named
    from galleria.storage.sales import Sales
    from galleria.storage.sitefile import load_site

    loaded = load_site(site)
    zone, place = zone_named(loaded.zone), folder or site_folder(loaded.id)
    if not (place / SALES).exists():
        problem = f"there are no sales in {place}"
        raise InputError(problem, "`galleria sales take` takes a file of them.")
    with Sales(place / SALES) as sales:
        known = sales.span() or (0.0, 0.0)
        first = parse_instant(begin, zone) if begin else known[0]
        last = parse_instant(end, zone) if end else known[1] + 1
        if first >= last or how_many(by, first, last) > _MOST_SPANS:
            problem = "this period is empty, or too long to be divided so finely"
            raise InputError(problem, "Name another with --begin and --end, or a coarser --by.")
        spans = buckets(by, loaded, first, last)
        found = sales.totals([(span.begin, span.end) for span in spans])
    table = Table(by.value, "shop", "till", "receipts", "refunds", "items", "amount", "")
    for total in found:
        counts = (str(total.receipts), str(total.refunds), str(total.items), f"{total.amount / 1000:.2f}")
        cells = (spans[total.span].label, total.shop, total.till, *counts, total.currency)
        table.add_row(*(Text(cell) for cell in cells))
    Console().print(table)


def _tell(path: Path, taken: Taken) -> None:
    typer.echo(f"{path}: {taken.new} new, {taken.duplicates} there already, {taken.refused} refused")
    if taken.twice:
        typer.echo(f"  {taken.twice} lie in the hour that the clocks showed twice; read as the first of the two")
    for row, reason in taken.problems[:_MOST_TOLD]:
        typer.echo(f"  row {row}: {reason}", err=True)
    if taken.refused > _MOST_TOLD:
        typer.echo(f"  and {taken.refused - min(_MOST_TOLD, len(taken.problems))} more", err=True)
