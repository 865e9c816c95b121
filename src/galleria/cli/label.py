"""The command `label`: a page in which people mark who crosses a line, and the truth file that comes of it."""

from __future__ import annotations

import os
import sys
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from galleria.domain.truth import TruthLine

# ruff: noqa: PLC0415 - what this command needs is imported when it runs: `galleria --help` is to be quick


def label_command(prepare: Callable[[Path], bytes]) -> Callable[..., None]:
    """Make the command.

    Args:
        prepare: makes of a video an H.264 mp4 in memory in which heads are blurred and the first frame is at 0 s.
    """

    def label(
        video: Annotated[Path, typer.Argument(help="The clip.", show_default=False)],
        line: Annotated[
            list[str] | None, typer.Option(help="A line to label: x1,y1,x2,y2 or door=x1,y1,x2,y2; may be repeated.")
        ] = None,
        site: Annotated[Path | None, typer.Option(help="Site file whose lines are to be labelled.")] = None,
        camera: Annotated[str, typer.Option(help="Camera of the site file; needed when it has several.")] = "",
        output: Annotated[
            Path | None, typer.Option("--output", "-o", help="Truth file; VIDEO.truth.json if not given.")
        ] = None,
        port: Annotated[int, typer.Option(help="Port of the page; 0 takes a free one.")] = 0,
        *,
        browser: Annotated[bool, typer.Option(help="Open the page in the browser.")] = True,
    ) -> None:
        """Mark who crosses a line while the clip plays in a page, to score a count with it."""
        from galleria.console.label import Desk, LabelServer, PreparedClip

        path = output or video.with_name(f"{video.stem}.truth.json")
        _check_places(video, path)
        typer.echo("Preparing the clip: heads are blurred before anything is shown.")
        clip = PreparedClip.of(prepare(video))
        lines = _lines(line or [], site, camera, (clip.width, clip.height))
        desk = Desk(path, video.name, clip, lines)
        with LabelServer(desk, clip, port) as server:
            typer.echo(f"Label at   {server.url}\nSaved to   {path}\nStop with  Ctrl-C")
            if browser and _has_screen():
                webbrowser.open(server.url)
            try:
                server.serve()
            except KeyboardInterrupt:
                count = desk.crossings
                typer.echo(f"\n{count} crossings are in {path}." if path.exists() else "\nNothing was labelled.")

    return label


def _has_screen() -> bool:
    """Whether a window can open: without one, a browser for terminals would take this terminal over."""
    return sys.platform in {"darwin", "win32"} or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _check_places(video: Path, path: Path) -> None:
    """Refuse now what would be refused after minutes of preparation or of work."""
    from galleria.domain.errors import StoreError, VideoError

    if not video.is_file():
        problem = f"there is no video {video}"
        raise VideoError(problem, "Name a video file.")
    if path.is_dir() or not os.access(path.parent, os.W_OK):
        problem = f"{path} cannot be written"
        raise StoreError(problem, "Name a file in a folder that you may write to with -o.")


def _lines(texts: list[str], site: Path | None, camera: str, size: tuple[int, int]) -> list[TruthLine]:
    from galleria.domain.errors import SiteFileError
    from galleria.domain.site import Anchor
    from galleria.domain.truth import truth_line
    from galleria.storage.sitefile import load_site
    from galleria.storage.sitefile_line import parse_line

    lines = [truth_line(parse_line(text, size), Anchor.FEET) for text in texts]
    if site is None:
        return lines
    cameras = [one for one in load_site(site).cameras if not camera or one.id == camera]
    if len(cameras) != 1:
        problem = f"{site} has {len(cameras)} cameras" + (f" named {camera}" if camera else "")
        raise SiteFileError(problem, "Choose one with --camera.")
    return lines + [truth_line(wire, cameras[0].anchor) for wire in cameras[0].tripwires]
