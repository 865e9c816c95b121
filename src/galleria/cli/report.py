"""`galleria report`: measures again, from the journal."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from galleria.domain.time import By, clip_text, local_text, utc_text, zone_named

from .report_period import Format, Wanted, report_period

if TYPE_CHECKING:
    from rich.console import Console

    from galleria.app.report import Report
    from galleria.storage.recording import Entry

_FOLDER = "With SITE: the site's folder, if `galleria serve` was given one."
_PERIOD = "With SITE: this-week, last-week, this-month, last-month, or FROM..TO; both dates belong to it."
_FORMAT = "With SITE: html, pdf, csv, or benchmark (days for other sites to read); else the ending of --out says it."


def report(  # noqa: PLR0913  one parameter for each option of the command
    running: Annotated[
        Path | None,
        typer.Argument(help="Site file of a site that `galleria serve` keeps.", metavar="[SITE]", show_default=False),
    ] = None,
    *,
    folder: Annotated[Path | None, typer.Option(help=_FOLDER)] = None,
    period: Annotated[str, typer.Option(help=_PERIOD, metavar="PERIOD", show_default=False)] = "",
    form: Annotated[Format | None, typer.Option("--format", help=_FORMAT)] = None,
    out: Annotated[Path | None, typer.Option(help="With SITE: the file; - for standard output.")] = None,
    site: Annotated[
        Path | None, typer.Option(help="Site file: gives time zone and opening hours, and limits the report to it.")
    ] = None,
    journal: Annotated[
        Path | None, typer.Option(help="The journal to read.", envvar="GALLERIA_JOURNAL", show_envvar=True)
    ] = None,
    camera: Annotated[str | None, typer.Option(help="Only this camera.", metavar="ID")] = None,
    since: Annotated[
        str | None, typer.Option("--from", help="Date or local time, e.g. 2026-03-29T09:00.", metavar="WHEN")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--to", help="Likewise; does not belong to the range.", metavar="WHEN")
    ] = None,
    by: Annotated[By, typer.Option(help="How finely. `day` is the trading day.")] = By.HOUR,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
    csv: Annotated[Path | None, typer.Option(help="Write the measures as CSV; - for standard output.")] = None,
    parquet: Annotated[Path | None, typer.Option(help="Write the measures as Parquet.")] = None,
) -> None:
    """Print again what was counted, from the journal; with SITE, write a report of a period of a running site.

    Times are the site's local time. Footage whose date is unknown is shown by itself, in clip time (m:ss).
    A dash is a gap: nothing was seen then. Coverage is the share of the time that the camera was really seeing.
    """
    from galleria.app.report import Question  # noqa: PLC0415  kept out of the start of other commands
    from galleria.app.report import report as answer  # noqa: PLC0415
    from galleria.storage.exports import STDOUT, write_csv, write_parquet  # noqa: PLC0415
    from galleria.storage.journal import default_path  # noqa: PLC0415
    from galleria.storage.sitefile import load_site  # noqa: PLC0415
    from galleria.storage.tables import measure_table  # noqa: PLC0415

    wanted = Wanted(folder, period, form, out)
    if running is not None:
        # Not --journal: the environment may name one.
        if any((site, camera, since, until, as_json, csv, parquet)) or by is not By.HOUR:
            problem = "with SITE go --folder, --period, --format and --out; the others are of the journal"
            raise typer.BadParameter(problem)
        report_period(running, wanted)
        return
    if wanted != Wanted():
        problem = "--folder, --period, --format and --out need SITE, the file of a site"
        raise typer.BadParameter(problem)
    if as_json and str(csv) == STDOUT:
        problem = "--json and --csv - both write to standard output"
        raise typer.BadParameter(problem)
    question = Question(load_site(site) if site else None, camera, since, until, by)
    found = answer(journal or default_path(), question)
    table = measure_table(measure for section in found.sections for measure in section.rows)
    if csv:
        write_csv(table, csv)
    if parquet:
        write_parquet(table, parquet)
    if as_json:
        sys.stdout.write(json.dumps(_plain(found), indent=1, ensure_ascii=False) + "\n")
    elif str(csv) != STDOUT:
        from rich.console import Console  # noqa: PLC0415

        _print(Console(), found)


def _print(console: Console, found: Report) -> None:
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    from .measure_tables import print_measures  # noqa: PLC0415

    table = Table(title=Text("recordings", style="bold"), title_justify="left")
    for heading in ("camera", "source", "from", "to", "counted"):
        table.add_column(heading)
    for entry in found.recordings:
        table.add_row(*map(Text, _entry_cells(entry)))
    console.print(table)
    for section in found.sections:
        clip = section.clip
        title = f"{clip.recording.source} (clip time)" if clip else f"{section.site.id} ({section.site.zone})"
        console.rule(Text(title))
        print_measures(console, section.rows, section.totals)
    for note in found.notes:
        console.print(Text(f"Note: {note}"))


def _entry_cells(entry: Entry) -> Sequence[str]:
    recording = entry.recording
    zone = zone_named(recording.time_zone)
    begin, end = entry.begin or 0.0, entry.end or 0.0
    times = (clip_text(begin), clip_text(end))
    if recording.start_known:
        times = (local_text(begin, zone), local_text(end, zone))
    state = "" if entry.finished else ", in part"
    return (recording.origin.camera, recording.source, *times, local_text(recording.counted_at, zone) + state)


def _plain(found: Report) -> dict[str, Any]:
    from galleria.storage.exports import records  # noqa: PLC0415
    from galleria.storage.tables import measure_table  # noqa: PLC0415

    recordings = [
        {
            "site": entry.recording.origin.site,
            "camera": entry.recording.origin.camera,
            "epoch": entry.recording.origin.epoch,
            "source": entry.recording.source,
            "start_known": entry.recording.start_known,
            "begins": utc_text(entry.begin or 0.0),
            "ends": utc_text(entry.end or 0.0),
            "counted_at": utc_text(entry.recording.counted_at),
            "finished": entry.finished,
            "events": entry.events,
        }
        for entry in found.recordings
    ]
    return {
        "recordings": recordings,
        "measures": list(records(measure_table(m for section in found.sections for m in section.rows))),
        "totals": list(records(measure_table(m for section in found.sections for m in section.totals))),
        "notes": list(found.notes),
    }
