"""`galleria count`: a video or camera into counts."""

# ruff: noqa: PLC0415 - heavy imports wait until a command needs them

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from galleria.domain.site import RATE
from galleria.domain.time import By

from .models import progress_bar

if TYPE_CHECKING:
    from galleria.app.count import Count, Watch

INTERRUPTED = 130

Rate = Annotated[float, typer.Option(help="Pictures to analyse a second.", min=0.1, max=120)]
Detector = Annotated[str, typer.Option(help="Person detector: a card id or a card file (.toml).")]
Tracker = Annotated[str, typer.Option(help="Tracker: motion, or one that an installed package brings.")]
Precision = Annotated[str, typer.Option(help="auto, fp32 or int8.")]
Engine = Annotated[str, typer.Option(help="onnxruntime or openvino.")]
Threads = Annotated[int, typer.Option(help="Threads for decoding and inference; 0 for all.", min=0)]
Fps = Annotated[
    float | None,
    typer.Option(help="Frames a second of the video, when it does not say or is wrong.", min=0.01, max=1000),
]


def count(  # noqa: PLR0913  one parameter for each option of the command
    videos: Annotated[
        list[str] | None,
        typer.Argument(help="Video, camera address, or several videos of one camera in order; globs; - for a pipe."),
    ] = None,
    *,
    site: Annotated[Path | None, typer.Option(help="Site file with cameras, lines and zones.")] = None,
    camera: Annotated[str, typer.Option(help="Camera of the site file, when it has several.")] = "",
    line: Annotated[
        list[str] | None,
        typer.Option(help="A line to count at: x1,y1,x2,y2 (pixels or shares) or door=x1,y1,x2,y2; may be repeated."),
    ] = None,
    start: Annotated[str | None, typer.Option(help="When the first picture was taken: 2026-05-01T09:30:00.")] = None,
    since: Annotated[
        str | None, typer.Option("--from", help="Begin here in the clip: seconds, m:ss or h:mm:ss.")
    ] = None,
    until: Annotated[str | None, typer.Option("--to", help="End here in the clip.")] = None,
    fps: Fps = None,
    by: Annotated[By, typer.Option(help="How finely the tables tell.")] = By.TOTAL,
    rate: Rate = RATE,
    detector: Detector = "",
    precision: Precision = "",
    tracker: Tracker = "motion",
    engine: Engine = "onnxruntime",
    threads: Threads = 0,
    annotate: Annotated[
        Path | None, typer.Option(help="Write a video with tracks and lines; heads are blurred.")
    ] = None,
    picture: Annotated[Path | None, typer.Option(help="Write a picture with all paths; heads are blurred.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
    csv: Annotated[Path | None, typer.Option(help="Write the measures as CSV; - for standard output.")] = None,
    parquet: Annotated[Path | None, typer.Option(help="Write the measures as Parquet.")] = None,
    events: Annotated[Path | None, typer.Option(help="Write the events: .csv, .parquet or .json.")] = None,
    journal: Annotated[Path | None, typer.Option(help="Journal to write to.", envvar="GALLERIA_JOURNAL")] = None,
    record: Annotated[bool, typer.Option(help="Write events to the journal, for `galleria report`.")] = True,
) -> None:
    """Count who crosses lines and stays in zones in a video or at a camera. Ctrl-C ends it with what was counted."""
    from galleria.app.choose import choose_cameras, parse_start
    from galleria.app.count import CountRequest
    from galleria.app.count import count as run
    from galleria.app.networks import Choice, load
    from galleria.app.places import EVENTS, FILMS, PICTURES, check_ending, check_places
    from galleria.domain.errors import InputError

    if as_json and str(csv) == "-":
        problem = "--json and --csv - both write to standard output"
        raise InputError(problem, "Write one of them to a file.")
    check_places((annotate, picture, csv, parquet, events), videos or [])
    check_ending(events, EVENTS)
    check_ending(picture, PICTURES)
    check_ending(annotate, FILMS)
    chosen, cameras = choose_cameras(site, camera, line or [], videos or [])
    if len(cameras) > 1 and (annotate or picture or csv or parquet or events):
        problem = f"{len(cameras)} cameras are to be counted, but files are asked for one"
        raise InputError(problem, "Choose one with --camera.")
    choice = Choice(detector or chosen.detector, precision or chosen.precision, engine, threads)
    with progress_bar() as progress:
        network = load(choice, progress)
    counts = []
    for one in cameras:
        request = CountRequest(
            chosen,
            one,
            tuple(videos or ()),
            begin=clip_seconds(since) or 0.0,
            end=clip_seconds(until),
            start=parse_start(start, chosen),
            frame_rate=fps,
            rate=rate,
            tracker=tracker,
            threads=threads,
            video=annotate,
            picture=picture,
            journal=journal,
            record=record,
        )
        with watching(f"counting {one.id}") as watch:
            counts.append(run(request, network, watch))
        if counts[-1].tally.interrupted:
            break
    _show(counts, by, as_json=as_json, quiet=str(csv) == "-")
    for done in counts:
        _export(done, by, csv, parquet, events)
    if counts[-1].tally.interrupted:
        raise typer.Exit(INTERRUPTED)


def clip_seconds(text: str | None) -> float | None:
    """Read `75`, `1:15` or `0:01:15`; None stays None.

    Raises:
        InputError: it is none of these.
    """
    if text is None:
        return None
    if not re.fullmatch(r"(\d+:){0,2}\d+(\.\d+)?", text):
        from galleria.domain.errors import InputError

        problem = f"{text!r} is no place in a clip"
        raise InputError(problem, "Write seconds (75), minutes (1:15) or hours (0:01:15).")
    seconds = 0.0
    for part in text.split(":"):
        seconds = seconds * 60 + float(part)
    return seconds


@contextmanager
def watching(title: str) -> Iterator[Watch]:
    """Show progress on standard error: share, speed against the clip's own, remaining time, crossings."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[speed]}"),
        TimeElapsedColumn(),
        TextColumn("/"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[crossings]} crossings"),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(title, total=None, speed="", crossings=0)

        def watch(done: float, total: float | None, crossings: int) -> None:
            elapsed = bar.tasks[task].elapsed or 0.0
            speed = f"{done / elapsed:.1f}x" if elapsed > 1 else ""
            bar.update(task, completed=done, total=total, speed=speed, crossings=crossings)

        yield watch


def _show(counts: list[Count], by: By, *, as_json: bool, quiet: bool) -> None:
    from galleria.app.answer import count_json

    if as_json:
        plain = [count_json(one, by) for one in counts]
        answer = plain[0] if len(plain) == 1 else {"cameras": plain}
        sys.stdout.write(json.dumps(answer, indent=1, ensure_ascii=False) + "\n")
        return
    from .count_tables import print_count

    for one in counts:
        print_count(one, by, to_error=quiet)


def _export(done: Count, by: By, csv: Path | None, parquet: Path | None, events: Path | None) -> None:
    from zoneinfo import ZoneInfo

    from galleria.app.answer import count_measures
    from galleria.storage.exports import write_csv, write_events, write_parquet
    from galleria.storage.tables import clip, dated, event_table, measure_table

    if csv or parquet:
        table = measure_table(count_measures(done, by))
        if csv:
            write_csv(table, csv)
        if parquet:
            write_parquet(table, parquet)
    if events:
        label = dated(ZoneInfo(done.site.zone)) if done.facts.start_known else clip
        write_events(event_table(done.events, label), events)
