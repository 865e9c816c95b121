"""`galleria evaluate`: how well faces are recognised, on pictures of people who agreed to be tested with."""

# ruff: noqa: PLC0415 - heavy imports wait until a command needs them

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .count import Engine, Threads
from .models import progress_bar

if TYPE_CHECKING:
    from galleria.app.evaluate import Evaluated

Card = Annotated[str, typer.Option(help="Card id or card file; `none` leaves it out.", show_default=True)]


def evaluate(  # noqa: PLR0913  one parameter for each option of the command
    test_set: Annotated[
        Path, typer.Argument(help="CSV list of pictures: file, subject, use, ...", show_default=False, metavar="LIST")
    ],
    *,
    out: Annotated[Path, typer.Option(help="Folder for the dossier.")] = Path("dossier"),
    target: Annotated[float, typer.Option(help="False-match rate to aim at.", min=0.0, max=1.0)] = 1e-3,
    threshold: Annotated[
        float | None, typer.Option(help="Score to evaluate at; otherwise what the worst group needs for the target.")
    ] = None,
    finder: Card = "yunet-2023mar",
    embedder: Card = "dlib-resnet-v1",
    age: Card = "faceapi-age-gender",
    gender: Card = "gender-v1",
    expression: Card = "none",
    liveness: Card = "none",
    engine: Engine = "onnxruntime",
    threads: Threads = 0,
) -> None:
    """Measure recognition, age, gender and attack detection on a labelled set; write a dossier with error bars.

    The list names for every picture its `file`, `subject` and `use` (enrol, probe or attack), and, where known, `age`,
    `gender`, `group`, `condition`, `expression` and, of attacks, `instrument`. Nothing of any picture is kept.
    """
    from galleria import __version__
    from galleria.app.evaluate import EvaluateRequest, evaluate_set
    from galleria.app.faces import FaceNetworks
    from galleria.domain.time import WallClock

    chosen = ("" if name == "none" else name for name in (age, gender, expression, liveness))
    networks = FaceNetworks(finder, embedder, *chosen)
    request = EvaluateRequest(test_set, out, networks, target, threshold, engine, threads, f"galleria {__version__}")
    with progress_bar() as progress:
        found = evaluate_set(request, WallClock(), progress, lambda n, of: progress("looking at pictures", n, of))
    _print(found)


def _print(found: Evaluated) -> None:
    from rich.console import Console
    from rich.markdown import Markdown

    from galleria.app.dossier_pages import summary

    if sys.stdout.isatty():
        Console().print(Markdown(summary(found.dossier)))
    else:
        sys.stdout.write(summary(found.dossier))
    for path in found.faceless:
        sys.stderr.write(f"galleria: no face was found in {path}.\n")
    written = found.written
    sys.stderr.write(f"galleria: wrote {written.page}, {written.summary} and {written.dossier}.\n")


def calibrate(
    scores: Annotated[
        Path, typer.Argument(help="CSV of comparisons: score, first, second.", show_default=False, metavar="SCORES")
    ],
    *,
    target: Annotated[float, typer.Option(help="False-match rate that is to be claimed.", min=0.0, max=1.0)] = 1e-3,
    out: Annotated[Path | None, typer.Option(help="File for the calibration, JSON.")] = None,
) -> None:
    """Turn comparison scores of an engine into thresholds for false-match rates; refuse sets that cannot show them.

    Each line of the list has a score and the two subjects that were compared: the same twice is a genuine comparison.
    A higher score means more alike. Give all comparisons of the set, not a choice of them.
    """
    from rich.console import Console
    from rich.table import Table

    from galleria.app.calibrate import calibrate_scores

    found = calibrate_scores(scores, target, out)
    known = found.calibration
    table = Table(caption=f"{known.subjects} subjects, {known.pairs} pairs; no rate below {known.floor:.2g} is claimed")
    for heading in ("false-match rate", "threshold", "false non-match rate", ""):
        table.add_column(heading, justify="right")
    for rate, score, missed in found.rows:
        modelled = "tail model" if score > known.tail else ""
        table.add_row(f"{rate:g}", f"{score:.4f}", "-" if missed is None else f"{missed:.2%}", modelled)
    Console().print(table)
    if out is not None:
        sys.stderr.write(f"galleria: wrote {out}.\n")
