"""What was asked on the command line into what is to be counted: which site, which camera, which lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from galleria.capture.sources import open_source
from galleria.domain.errors import InputError, LineError
from galleria.domain.site import Camera, Site, Tripwire
from galleria.domain.time import parse_instant
from galleria.storage.sitefile import load_site
from galleria.storage.sitefile_line import parse_line

# The records of a count that names no site file.
NO_SITE = Site(id="local")
NO_CAMERA = "camera"


def choose_cameras(
    site_file: Path | None, camera_id: str, lines: Sequence[str], sources: Sequence[str]
) -> tuple[Site, list[Camera]]:
    """Choose the site and its cameras.

    Args:
        site_file: read when given; its lines and those of `lines` are both counted.
        camera_id: which of the site's cameras; empty: the only one, or without sources all that have a source.
        lines: `x1,y1,x2,y2` or `door=x1,y1,x2,y2`.
        sources: videos of one camera.

    Raises:
        InputError: what is asked does not fit together.
        SiteFileError: the site file is wrong.
        LineError: a line is wrong.
    """
    site = load_site(site_file) if site_file else NO_SITE
    cameras = list(site.cameras) if site_file else [Camera(camera_id or NO_CAMERA)]
    if camera_id:
        cameras = [camera for camera in cameras if camera.id == camera_id]
    if not cameras:
        known = ", ".join(camera.id for camera in site.cameras) or "none"
        problem = f"{site_file} has no camera {camera_id!r}" if camera_id else f"{site_file} has no camera"
        raise InputError(problem, f"It has: {known}. Choose one with --camera.")
    if not sources:
        cameras = [camera for camera in cameras if camera.source]
        if not cameras:
            problem = "there is nothing to count"
            raise InputError(problem, "Name a video, or give the camera a source in the site file.")
    if (sources or lines) and len(cameras) > 1:
        names = ", ".join(camera.id for camera in cameras)
        problem = f"{site_file} has {len(cameras)} cameras"
        raise InputError(problem, f"Say with --camera which one is meant: {names}.")
    if lines:
        size = _size(lines, sources or [cameras[0].source])
        cameras = [replace(cameras[0], tripwires=_tripwires(cameras[0], lines, size))]
    return site, cameras


def tripwires_of(lines: Sequence[str], source: str) -> tuple[Tripwire, ...]:
    """Read `--line`s of a video.

    Raises:
        LineError: a line is wrong.
        VideoError: the size is needed, and the video cannot be opened.
    """
    return _tripwires(Camera(NO_CAMERA), lines, _size(lines, [source]))


def parse_start(text: str | None, site: Site) -> datetime | None:
    """Read `--start`: local time of the site unless it says otherwise."""
    return datetime.fromtimestamp(parse_instant(text, ZoneInfo(site.zone)), ZoneInfo(site.zone)) if text else None


def _size(lines: Sequence[str], sources: Sequence[str]) -> tuple[int, int] | None:
    """The picture's size, looked up only when a line needs it: a pipe can be opened only once."""
    try:
        for line in lines:
            parse_line(line)
    except LineError:
        if sources[0] == "-" or Path(sources[0]).is_fifo():
            return None  # looking would swallow the beginning
        source = open_source(sources[0] if len(sources) == 1 else list(sources))
        source.close()
        return source.facts.width, source.facts.height
    return None


def _tripwires(camera: Camera, lines: Sequence[str], size: tuple[int, int] | None) -> tuple[Tripwire, ...]:
    wires = list(camera.tripwires)
    for number, line in enumerate(lines, 1):
        wire = parse_line(line, size)
        if wire.id == "line" and len(lines) > 1:
            wire = replace(wire, id=f"line{number}")
        if wire.id in {known.id for known in wires}:
            problem = f"two lines are called {wire.id!r}"
            raise LineError(problem, "Name each line differently: --line door=… --line gate=…")
        wires.append(wire)
    return tuple(wires)
