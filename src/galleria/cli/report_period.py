"""`galleria report SITE --period`: a report of a running site's period, as a page, PDF or CSV."""

# ruff: noqa: PLC0415 - imports wait until a command needs them

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from datetime import date

    from galleria.app.reporting.asking import Desk
    from galleria.app.reporting.facts import PeriodReport


class Format(StrEnum):
    """What a report is written as."""

    HTML = "html"
    PDF = "pdf"
    CSV = "csv"
    BENCHMARK = "benchmark"


@dataclass(frozen=True, slots=True)
class Wanted:
    """The options of a report of a period."""

    folder: Path | None = None
    period: str = ""
    form: Format | None = None
    out: Path | None = None


def report_period(site: Path, wanted: Wanted) -> None:
    """Make the report and write it.

    Raises:
        InputError: the period is none, or the site's folder has no measures.
        SiteFileError: the site file cannot be used.
        StoreError: something cannot be read or written.
    """
    from galleria.app.places import check_places, site_folder
    from galleria.app.reporting.making import period_of, period_report
    from galleria.app.reporting.opening import open_desk
    from galleria.domain.time import WallClock
    from galleria.storage.sitefile import load_site

    form, out = _form(wanted)
    if not wanted.period:
        problem = "name a period: --period last-week, or --period 2026-11-02..2026-11-08"
        raise typer.BadParameter(problem)
    loaded, now = load_site(site), WallClock().now()
    dates = period_of(wanted.period, loaded, now)
    check_places([out])
    with open_desk(loaded, wanted.folder or site_folder(loaded.id)) as desk:
        if form is Format.BENCHMARK:
            _write_benchmark(desk, (dates.begin, dates.end), now, out)
            return
        made = period_report(desk, dates, now)
    _write(made, form, out)
    typer.echo(f"{made.title}\nWritten to {out}.", err=True)


def _form(wanted: Wanted) -> tuple[Format, Path]:
    if wanted.out is None:
        problem = "say where the report goes: --out FILE (- for standard output)"
        raise typer.BadParameter(problem)
    if wanted.form:
        return wanted.form, wanted.out
    ending = wanted.out.suffix.lower().removeprefix(".")
    if ending in [form.value for form in Format]:
        return Format(ending), wanted.out
    problem = f"{wanted.out} ends in none of .html, .pdf and .csv: say --format"
    raise typer.BadParameter(problem)


def _write_benchmark(desk: Desk, period: tuple[date, date], now: float, out: Path) -> None:
    from galleria.app.benchmarks import own_days
    from galleria.storage.benchmark_file import benchmark_text
    from galleria.storage.exports import write_bytes

    site = own_days(desk, period, now)
    write_bytes(benchmark_text(site).encode(), out)
    typer.echo(f"{len(site.days)} days of {site.name}\nWritten to {out}.", err=True)


def _write(made: PeriodReport, form: Format, out: Path) -> None:
    from galleria.app.reporting.numbers import report_table
    from galleria.app.reporting.page import html
    from galleria.storage.exports import write_bytes, write_csv

    if form is Format.CSV:
        write_csv(report_table(made), out)
    elif form is Format.HTML:
        write_bytes(html(made).encode(), out)
    else:
        from galleria.app.reporting.pdf import pdf

        write_bytes(pdf(made), out)
