"""`galleria compare`: sites beside each other, from their benchmark files."""

# ruff: noqa: PLC0415 - imports wait until a command needs them

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from galleria.analytics.benchmark import Benchmark, Compared, Standing

_PERIOD = "this-week, last-week, this-month, last-month, or FROM..TO; both dates belong to it. Default: all days."
_LEAST = 2


def compare(
    files: Annotated[list[Path], typer.Argument(help="Benchmark files, one a site.", show_default=False)],
    *,
    period: Annotated[str, typer.Option(help=_PERIOD, metavar="PERIOD", show_default=False)] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
) -> None:
    """Set sites beside each other: each measure on the same trading days of all, 100 being the group's median.

    Days on which a site was closed, or saw less than 80 % of its open time, are compared at no site.
    """
    from galleria.analytics.benchmark import benchmark
    from galleria.app.reporting.making import period_of
    from galleria.domain.errors import InputError
    from galleria.domain.site import Site
    from galleria.domain.time import WallClock
    from galleria.storage.benchmark_file import read_benchmark

    sites = [read_benchmark(path) for path in files]
    ids = [site.id for site in sites]
    if len(ids) < _LEAST or len({*ids}) < len(ids):
        problem = f"these are the files of {', '.join(ids)}"
        raise InputError(problem, "Name the files of two sites or more, each once.")
    days = [day for site in sites for day in site.days]
    begin, end = min(days), max(days) + timedelta(days=1)
    if period:
        dates = period_of(period, Site("", zone="UTC"), WallClock().now())
        begin, end = dates.begin, dates.end
    found = benchmark(sites, begin, end)
    if as_json:
        sys.stdout.write(json.dumps(_plain(found), indent=1, ensure_ascii=False) + "\n")
        return
    from rich.console import Console

    _print(Console(), found)


def _print(console: Console, found: Benchmark) -> None:
    from rich.table import Table
    from rich.text import Text

    names = {one.site.id: one.site.name or one.site.id for one in found.seen}
    console.rule(Text(f"{found.begin} to {found.end - timedelta(days=1)}"))
    table = Table("site", "days", "open", "not seen well", "coverage", title=Text("coverage"), title_justify="left")
    for one in found.seen:
        made_up = " (simulated)" if one.site.simulated else ""
        cells = (str(one.told), str(one.opened), str(one.unseen), f"{one.coverage:.1%}")
        table.add_row(Text(f"{names[one.site.id]}{made_up}"), *cells)
    console.print(table)
    for measure in found.measures:
        unit = f", {measure.currency}" if measure.currency else ""
        title = f"{measure.name}{unit}: {measure.days} days compared"
        table = Table("site", "value", "index", "days it has", title=Text(title), title_justify="left")
        for standing in measure.sites:
            value = _value(measure, standing.value)
            table.add_row(Text(names[standing.site]), value, _index(measure, standing), str(standing.counted))
        console.print(table)


def _value(measure: Compared, value: float | None) -> str:
    if value is None:
        return "–"
    if measure.name in ("capture_rate", "conversion"):
        return f"{value:.1%}"
    if measure.name == "visit_dwell":
        return f"{int(value) // 60}:{int(value) % 60:02d}"
    return f"{value:.2f}" if measure.currency else f"{value:.1f}"


def _index(measure: Compared, one: Standing) -> str:
    if one.index is not None:
        return f"{100 * one.index:.0f}"
    return "left out: too few days" if measure.days and one.value is None else "–"


def _plain(found: Benchmark) -> dict[str, object]:
    seen = [
        {"site": one.site.id, "name": one.site.name, "simulated": one.site.simulated, "days": one.told,
         "opened": one.opened, "unseen": one.unseen, "coverage": one.coverage}
        for one in found.seen
    ]  # fmt: skip
    return {
        "begin": str(found.begin),
        "end": str(found.end),
        "sites": seen,
        "measures": [asdict(one) for one in found.measures],
        "weeks": [asdict(one) for one in found.weeks],
    }
