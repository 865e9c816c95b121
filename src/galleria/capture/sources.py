"""What a person writes for a camera (a file, a pattern, an address, a device, `-`) into a source of frames."""

from __future__ import annotations

import glob
import os
import re
import stat
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, tzinfo
from functools import cache
from importlib.metadata import EntryPoints, entry_points
from pathlib import Path
from typing import TypeAlias

from av.container import InputContainer

from galleria.capture.clip import Clip
from galleria.capture.connection import Connection, connect
from galleria.capture.container import refusal
from galleria.capture.live import LiveSource
from galleria.capture.origin import TIMEOUT, address_origin, file_origin, pipe_origin
from galleria.capture.playlist import Playlist
from galleria.capture.ports import Clock, FrameSource
from galleria.capture.reading import Reading, shown
from galleria.domain.errors import VideoError

GROUP = "galleria.sources"
RTSP = ("rtsp", "rtsps")
NETWORK = ("http", "https", *RTSP)
# Seconds without a packet: a feed gives up a silent camera itself before that.
FEED_TIMEOUT = 15.0
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]+)://", re.IGNORECASE)

SourceFactory: TypeAlias = Callable[[str, Reading], FrameSource]
"""Makes a source from an address and how to read it. Installed packages offer them as entry points of the group
`galleria.sources`, each under the scheme (the part before `://`) that it opens."""


def open_source(  # noqa: PLR0913  # one door, named arguments only
    source: str | Sequence[str],
    *,
    camera: str = "camera",
    start: datetime | None = None,
    zone: tzinfo = UTC,
    begin: float = 0.0,
    end: float | None = None,
    rate: float | None = None,
    threads: int = 1,
    clock: Clock = time.time,
) -> FrameSource:
    """Open a recording or a camera.

    Args:
        source: a file; a pattern such as `door/*.mp4` or several files of one camera; an RTSP or HTTP address;
            a device such as /dev/video0; `-` or a named pipe for a video that another program writes; or an address
            whose scheme an installed package opens.
        camera: id that the frames carry.
        start: capture time of the first frame of a recording; naive: local time of `zone`. None: the time stamp in
            the file's name when there is one.
        zone: the site's time zone.
        begin: seconds after the first frame; what is before is left out.
        end: likewise; what is from then on is left out.
        rate: frames a second, to be believed instead of the container's time stamps.
        threads: of the decoder: 1 is one, 0 lets it choose.
        clock: tells the capture time of live frames.

    Returns:
        the source, open; to be closed by the caller.

    Raises:
        VideoError: it cannot be read; the error says why and what to do.
        ValueError: `begin`, `end` or `rate` make no sense.
    """
    return open_reading(source, Reading(camera, start, zone, begin, end, rate, threads, clock))


def open_reading(source: str | Sequence[str], reading: Reading) -> FrameSource:
    """Open a recording or a camera, as `open_source` does, in a way of reading that is given whole.

    Raises:
        VideoError: as `open_source`.
    """
    if not isinstance(source, str):
        paths = [path for each in source for path in _paths(each)]
        if not paths:
            problem = "no video is given"
            raise VideoError(problem, "Give a file, a pattern, an address or a device.")
        return Playlist(paths, reading) if len(paths) > 1 else _open_path(paths[0], reading)
    if scheme := _SCHEME.match(source):
        return _open_address(scheme[1].lower(), source, reading)
    if source == "-":
        standard_input = open(sys.stdin.fileno(), "rb", closefd=False)  # noqa: SIM115  # the clip closes it
        return Clip(pipe_origin(standard_input, "standard input"), reading)
    paths = _paths(source)
    return Playlist(paths, reading) if len(paths) > 1 else _open_path(paths[0], reading)


def is_recording(source: str) -> bool:
    """Whether a source is one or several files, rather than an address or a device. A file need not be there yet."""
    if scheme := _SCHEME.match(source):
        return scheme[1].lower() == "file"
    path = Path(source).expanduser()
    try:
        return not stat.S_ISCHR(path.stat().st_mode)
    except (OSError, ValueError):
        return not str(path).startswith("/dev/")


@cache
def _brought() -> EntryPoints:
    """Sources of installed packages. Looking takes 20 ms, and cameras that are away are opened all the time."""
    return entry_points(group=GROUP)


def _open_address(scheme: str, address: str, reading: Reading) -> FrameSource:
    for brought in _brought().select(name=scheme):
        factory: SourceFactory = brought.load()
        return factory(address, reading)
    if scheme == "file":
        return _open_path(Path(address[len("file://") :]), reading)
    if scheme not in NETWORK:
        known = ", ".join(sorted({*NETWORK, "file", *_brought().names}))
        problem = f"{shown(address)} has the scheme {scheme}, which nothing here opens"
        raise VideoError(
            problem,
            f"Use one of {known}, or install a package that brings it.",
        )
    container = _connect(address, reading)
    if container.duration is None or (reading.feed and scheme in RTSP):
        return _running(container, address, reading)
    # A recording on a web server has an end, and nothing of it may be dropped.
    container.close()
    return Clip(address_origin(address), reading)


def _connect(address: str, reading: Reading) -> InputContainer:
    timeout = (TIMEOUT, FEED_TIMEOUT) if reading.feed else TIMEOUT
    return connect(address, timeout, reading.transport)


def _running(container: InputContainer, address: str, reading: Reading) -> FrameSource:
    source = Connection if reading.feed else LiveSource
    return source(container, address, reading)


def _open_path(path: Path, reading: Reading) -> FrameSource:
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        raise refusal(str(path), error) from error
    if stat.S_ISCHR(mode):
        return _running(_connect(str(path), reading), str(path), reading)
    if stat.S_ISFIFO(mode):
        return Clip(pipe_origin(path.open("rb"), str(path)), reading)
    return Clip(file_origin(path), reading)


def _paths(source: str) -> list[Path]:
    """The files that a path or pattern names, in natural order (`clip2` before `clip10`)."""
    path = Path(source).expanduser()
    if not glob.has_magic(source) or os.path.exists(path):  # noqa: PTH110  # Path.exists raises where it may not look
        return [path]
    found = [Path(each) for each in glob.glob(str(path), recursive=True)]  # noqa: PTH207  # patterns may be absolute
    files = [each for each in found if not each.is_dir()]
    if not files:
        problem = f"no file fits {source}"
        raise VideoError(problem, "Check the pattern; ** also looks into folders.")
    return sorted(files, key=_natural)


def _natural(path: Path) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", str(path))]
