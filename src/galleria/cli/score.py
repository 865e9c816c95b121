"""`galleria score`: how well a clip is counted, against what people saw in it."""

# ruff: noqa: PLC0415 - heavy imports wait until a command needs them

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from galleria.domain.site import RATE

from .count import INTERRUPTED, Detector, Engine, Fps, Precision, Rate, Threads, Tracker, watching
from .models import progress_bar

if TYPE_CHECKING:
    from galleria.analytics.score import LineScore, Score
    from galleria.analytics.trackscore import TrackScore


def score(  # noqa: PLR0913  one parameter for each option of the command
    video: Annotated[str, typer.Argument(help="The clip.", show_default=False)],
    *,
    truth: Annotated[Path, typer.Option(help="Truth file of `galleria label`, or MOT boxes (gt.txt).")],
    tolerance: Annotated[
        float | None, typer.Option(help="Seconds a count may be off; otherwise as the truth says, or 0.8.", min=0)
    ] = None,
    fps: Fps = None,
    rate: Rate = RATE,
    detector: Detector = "",
    precision: Precision = "",
    tracker: Tracker = "motion",
    engine: Engine = "onnxruntime",
    threads: Threads = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
) -> None:
    """Count a labelled clip and tell how well: precision, recall, F1, misses and false crossings with their times."""
    from galleria.app.networks import Choice, load
    from galleria.app.score import ScoreRequest, score_boxes, score_lines

    with progress_bar() as progress:
        network = load(Choice(detector, precision or "auto", engine, threads), progress)
    request = ScoreRequest(video, truth, tolerance, rate, tracker, fps, threads)
    if truth.suffix.lower() == ".txt":
        with watching("tracking") as watch:
            tracks = score_boxes(request, network, watch)
        if as_json:
            _print_json(tracks.as_json())
        else:
            _print_tracks(tracks)
        return
    with watching("counting") as watch:
        scored = score_lines(request, network, watch)
    if scored.count.tally.interrupted:
        sys.stderr.write("galleria: ended early; a part of a clip cannot be scored.\n")
        raise typer.Exit(INTERRUPTED)
    if as_json:
        _print_json({**scored.score.as_json(), "notes": list(scored.notes)})
    else:
        print_score(scored.score, scored.notes)


def _print_json(plain: object) -> None:
    sys.stdout.write(json.dumps(plain, indent=1, ensure_ascii=False) + "\n")


def print_score(score: Score, notes: Sequence[str]) -> None:
    """Print a score line by line, its error bars, and what was missed or invented."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    table = Table("line", "", title=Text("score", style="bold"), title_justify="left")
    for heading in ("truth", "counted", "precision", "recall", "F1"):
        table.add_column(heading, justify="right")
    for line in score.lines:
        for number, (word, truth) in enumerate(line.truth.items()):
            rates = _rates(line) if number == 0 else ["", "", ""]
            table.add_row(Text(line.id if number == 0 else ""), word, str(truth), str(line.counted[word]), *rates)
    console.print(table)
    for line in score.lines:
        if line.tally:
            low, high = line.tally.interval
            off = [abs(pair.late) for pair in line.pairs or ()]
            late = f"; times off by {sum(off) / len(off):.2f} s, at most {max(off):.2f} s" if off else ""
            console.print(Text(f"{line.id}: accuracy {low:.0%} to {high:.0%} with 95 % confidence{late}"))
    for line in score.lines:
        for crossing in line.misses:
            console.print(Text(f"missed at {crossing.time:7.2f} s  {line.id} {crossing.direction}"))
        for crossing in line.false:
            console.print(Text(f"false at  {crossing.time:7.2f} s  {line.id} {crossing.direction}"))
    for note in notes:
        console.print(Text(f"Note: {note}"))


def _rates(line: LineScore) -> list[str]:
    tally = line.tally
    return ["–"] * 3 if tally is None else [f"{rate:.3f}" for rate in (tally.precision, tally.recall, tally.f1)]


def _print_tracks(score: TrackScore) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("measure", title=Text("tracks", style="bold"), title_justify="left")
    table.add_column("", justify="right")
    for name, value in score.as_json().items():
        table.add_row(name, f"{value:.3f}" if isinstance(value, float) else str(value))
    Console().print(table)
