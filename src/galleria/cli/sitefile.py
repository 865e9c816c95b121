"""The commands `init`, `check` and `schema`: site files for people who write them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.table import Table

    from galleria.domain.site import Camera, Hours, Site

# ruff: noqa: PLC0415 - what these commands need is imported when they run: `galleria --help` is to be quick

WRONG = 2  # exit status when a file is wrong


def init(
    path: Annotated[Path, typer.Argument(help="File to write, or a folder to write site.yaml in.")] = Path("site.yaml"),
    video: Annotated[
        str, typer.Option(help="Video or camera of the entrance; its picture size goes into the file.")
    ] = "",
    *,
    force: Annotated[bool, typer.Option("--force", help="Overwrite a file that exists.")] = False,
) -> None:
    """Write a site file to start from, with remarks that explain it."""
    from galleria.domain.errors import StoreError
    from galleria.storage.sitefile import parse_site
    from galleria.storage.sitefile_start import starting_text

    path = path / "site.yaml" if path.is_dir() else path
    if path.exists() and not force:
        problem = f"{path} exists already"
        raise StoreError(problem, "Name another file, or overwrite it with `--force`.")
    source, frame = _look_at(video, path.parent) if video else ("videos/entrance.mp4", None)
    text = starting_text(path.name, local_zone(), source, frame)
    parse_site(text.encode(), path)  # whatever is written passes `check`
    _write(path, text)
    typer.echo(f"Wrote {path}. Draw your lines in it, then run `galleria check {path}`.")


def check(
    files: Annotated[list[Path], typer.Argument(help="Site files.", show_default=False)],
) -> None:
    """Check site files: say all that is wrong with line and column, or what is in them."""
    from rich.console import Console

    from galleria.app.hand_count_words import told_by_hand
    from galleria.domain.errors import SiteFileError
    from galleria.storage.sitefile import load_site

    failed = False
    console = Console()
    for path in files:
        try:
            site = load_site(path)
        except SiteFileError as error:
            failed = True
            typer.echo(str(error), err=True)
            continue
        typer.echo(f"{path}: OK")
        typer.echo(_head(site))
        if by_hand := told_by_hand(site):
            typer.echo(f"count by hand: {'; '.join(filter(None, by_hand))}")
        for camera in site.cameras:
            typer.echo(_title(camera, path.parent))
            console.print(_table(camera))
    if failed:
        raise typer.Exit(WRONG)


def schema(
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write instead of printing.", show_default=False)
    ] = None,
) -> None:
    """Print the JSON schema of site files, for editors that complete and check them."""
    import json

    from galleria.domain.errors import StoreError
    from galleria.storage.sitefile import SCHEMA_FILE, SCHEMA_ID, json_schema

    text = json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
    if output is None:
        typer.echo(text, nl=False)
        return
    output = output / SCHEMA_FILE if output.is_dir() else output
    if output.exists() and SCHEMA_ID not in output.read_text("utf-8", errors="replace"):
        problem = f"{output} exists already and is no schema of ours"
        raise StoreError(problem, "Name another file.")
    _write(output, text)
    typer.echo(f"Wrote {output}.")


def local_zone() -> str:
    """The time zone this machine is set to, by name; UTC if it does not say."""
    import zoneinfo

    linked = Path("/etc/localtime")
    names = [os.environ.get("TZ", "").removeprefix(":")]
    if linked.is_symlink():
        names.append(str(linked.resolve()).rpartition("zoneinfo/")[2])
    known = zoneinfo.available_timezones()
    return next((name.removeprefix("Etc/") for name in names if name in known), "UTC")


def _look_at(video: str, folder: Path) -> tuple[str, tuple[int, int]]:
    """Return a source as it goes into a file in `folder`, and the size of its pictures."""
    from galleria.capture.sources import open_source
    from galleria.storage.sitefile_source import fill_source

    opened = open_source(fill_source(video, Path(), os.environ))
    try:
        frame = (opened.facts.width, opened.facts.height)
    finally:
        opened.close()
    is_path = video != "-" and "://" not in video and not Path(video).is_absolute()
    return os.path.relpath(video, folder) if is_path else video, frame


def _write(path: Path, text: str) -> None:
    from galleria.domain.errors import StoreError

    beside = path.with_name(f".{path.name}.new")
    try:
        beside.write_text(text, "utf-8")
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        remedy = "Check that the folder exists, may be written to and has room."
        problem = f"{path} cannot be written ({error.strerror})"
        raise StoreError(problem, remedy) from error


def _head(site: Site) -> str:
    lines = [f"{site.name or site.id}, time zone {site.zone}", _week(site.hours) if site.hours else "always open"]
    for entrance in site.entrances:
        wires = [t.id for camera in site.cameras for t in camera.tripwires if t.entrance == entrance.id]
        lines.append(f"entrance {entrance.id}: {entrance.name or entrance.id}, lines {', '.join(wires)}")
    for shop in site.shops:
        tills = [till.id for till in site.tills if till.shop == shop.id]
        lines.append(f"shop {shop.id}: {shop.name or shop.id}, tills {', '.join(tills) or 'none'}")
    lines += [f"queue {queue.id}: {queue.name or queue.id}, zone {queue.zone}" for queue in site.queues]
    return "\n".join(lines)


def _week(hours: dict[int, Hours]) -> str:
    """Opening hours in a line, days with the same hours taken together."""
    runs: list[tuple[str, list[str]]] = []
    for n, day in enumerate(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")):
        span = f"{hours[n].opening:%H:%M}-{hours[n].closing:%H:%M}" if n in hours else "closed"
        if runs and runs[-1][0] == span:
            runs[-1][1].append(day)
        else:
            runs.append((span, [day]))
    return ", ".join(f"{'-'.join(dict.fromkeys((days[0], days[-1])))} {span}" for span, days in runs)


def _title(camera: Camera, folder: Path) -> str:
    source = camera.shown or "no source, the command line gives it"
    absent = " (no such file yet)" if _is_absent(camera, folder) else ""
    return f"\ncamera {camera.id}: {source}{absent}"


def _table(camera: Camera) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table("what", "id", "name", "measures", box=box.SIMPLE_HEAD)
    rows = [("line", t.id, t.name, f"in is {t.segment.towards}") for t in camera.tripwires]
    rows += [("zone", z.id, z.name, f"{z.polygon.area:.1%} of the picture") for z in camera.zones]
    rows += [("mask", "", "", f"{mask.area:.1%} of the picture") for mask in camera.masks]
    if camera.pass_by:
        rows.append(("pass-by", camera.pass_by, "", "people who walk past"))
    if camera.calibration:
        rows.append(("floor", "", "", f"{len(camera.calibration.picture)} points in metres"))
    for row in rows or [("-", "", "", "people at once")]:
        table.add_row(*(Text(cell) for cell in row))
    return table


def _is_absent(camera: Camera, folder: Path) -> bool:
    """A plain path that leads nowhere; globs, addresses and secrets are not looked at."""
    return bool(camera.shown) and not any(c in camera.shown for c in "*?[$:") and not (folder / camera.shown).exists()
