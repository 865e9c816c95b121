"""The command `galleria`. Commands import what they need when they run, so that `--help` is quick."""

from __future__ import annotations

import os
import signal
import sys
from typing import Annotated

import typer

from galleria.app.no_dumps import forbid_dumps
from galleria.domain.errors import GalleriaError

from .audit import audit_app
from .bench import bench_app
from .compare import compare
from .count import count
from .demo import demo
from .discover import discover
from .doctor import doctor
from .evaluate import calibrate, evaluate
from .keep import backup, restore
from .label import label_command
from .models import models_app
from .report import report
from .sales import sales_app
from .score import score
from .serve import serve
from .simulate import simulate
from .sitefile import check, init, schema
from .user import user_app

app = typer.Typer(
    help="Visitor analytics from ordinary cameras: who comes in, how long they stay, where they walk.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # the panels would take twice as long to load as all the rest
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(value: bool) -> None:  # noqa: FBT001  typer calls it so
    if value:
        from galleria import __version__  # noqa: PLC0415

        typer.echo(f"galleria {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    *, version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which.")] = False
) -> None:
    """Take the options that stand before a command."""


def _prepare(video: os.PathLike[str]) -> bytes:
    from galleria.app.label import prepare_clip  # noqa: PLC0415

    from .models import progress_bar  # noqa: PLC0415

    with progress_bar() as progress:
        return prepare_clip(str(video), progress)


app.command()(count)
app.command()(score)
app.command()(evaluate)
app.command()(calibrate)
app.command("label")(label_command(_prepare))
app.command()(report)
app.command()(compare)
app.command()(init)
app.command()(check)
app.command()(schema)
app.command()(demo)
app.command()(simulate)
app.command()(serve)
app.command()(discover)
app.command()(doctor)
app.command()(backup)
app.command()(restore)
app.add_typer(user_app, name="user")
app.add_typer(audit_app, name="audit")
app.add_typer(bench_app, name="bench")
app.add_typer(models_app, name="models")
app.add_typer(sales_app, name="sales")


def main() -> None:
    """Run; errors made on purpose are told in one line, with exit status 2."""
    # A service manager stops programs this way: what was counted so far is kept, as with Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    forbid_dumps()
    try:
        app(prog_name="galleria")
    except GalleriaError as error:
        sys.stderr.write(f"galleria: {error}\n")
        raise SystemExit(2) from None
    except BrokenPipeError:
        # The reader has gone (`| head`); what is still buffered has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(1) from None
