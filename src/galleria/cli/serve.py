"""`galleria serve`: a site of many cameras, day and night, and the console in which it is set up and seen."""

# ruff: noqa: PLC0415 - heavy imports wait until a command needs them

from __future__ import annotations

import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from galleria.domain.errors import InputError

from .models import progress_bar

if TYPE_CHECKING:
    from galleria.app.live_site import LiveSite

LOOPBACK = "127.0.0.1"
PORT = 8800


def serve(
    site: Annotated[Path, typer.Argument(help="Site file; made, with no cameras, if it is not there yet.")],
    *,
    folder: Annotated[Path | None, typer.Option(help="Where the site's journal, measures and records lie.")] = None,
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 for all of them.")] = LOOPBACK,
    port: Annotated[int, typer.Option(help="Port of the console; 0 takes a free one.", min=0, max=65535)] = PORT,
    allowed: Annotated[
        list[str] | None, typer.Option("--name", help="A name under which browsers reach it; may be repeated.")
    ] = None,
    proxies: Annotated[
        list[str] | None,
        typer.Option("--proxy", help="Address of a reverse proxy to believe about who asks, and over TLS."),
    ] = None,
    log_format: Annotated[Literal["text", "json"], typer.Option(help="Of the log on standard error.")] = "text",
) -> None:
    """Run a site: count at all its cameras until it is stopped, and serve its console.

    The first time, the address that is printed makes the first administrator. SIGHUP reads the site file again;
    SIGTERM and Ctrl-C write what was counted and stop.
    """
    from galleria.app.live_site import LiveSite
    from galleria.app.logs import LogFormat, Logs, LogSettings, log_start
    from galleria.app.places import make_folder, site_folder
    from galleria.domain.time import WallClock

    started = _site_file(site)
    home = folder or site_folder(started)
    make_folder(home)
    logs = Logs(LogSettings(), LogFormat(log_format), home / "logs")
    try:
        with progress_bar() as progress:
            live = LiveSite(site, home, WallClock(), progress, logs)
        log_start(live.site)
        _run(live, (host, port), allowed or [], proxies or [])
    finally:
        logs.close()


def _site_file(path: Path) -> str:
    """The site's id; the file is written first if it is not there."""
    from galleria.app.setup import make_id, start_site_file
    from galleria.storage.sitefile import load_site

    if not path.exists():
        name = path.stem if path.stem != "site" else path.resolve().parent.name
        start_site_file(path, make_id(name, ()), "", "UTC")
        sys.stderr.write(f"{path} was not there; it is now, without cameras. The console fills it.\n")
    return load_site(path).id


def _run(live: LiveSite, at: tuple[str, int], names: list[str], proxies: list[str]) -> None:
    from galleria.api.app import create_app
    from galleria.api.serving import make_server
    from galleria.app.metrics import Metrics
    from galleria.console.site import LARGER, pages

    metrics = Metrics(live, live.integrations.depth).text
    app = create_app(live, pages=pages(live), larger=LARGER, hosts=names, metrics=metrics)
    host, port = at
    server = make_server(app, host, port, proxies)
    signal.signal(signal.SIGHUP, lambda *_: live.reload_soon())
    with _listening(host, port) as door, _supervised(live):
        live.start()
        try:
            address = f"http://{f'[{host}]' if ':' in host else host}:{door.getsockname()[1]}"
            link = live.access.first_link()
            sys.stdout.write(f"Console: {address}\n")
            if link:
                sys.stdout.write(f"Make the first administrator here, once: {address}/welcome/{link}\n")
            sys.stdout.flush()
            # It raises the signal that ended it once more, when all is done: to be stopped is what it waited for.
            with suppress(KeyboardInterrupt):
                server.run(sockets=[door])
        finally:
            live.stop()


def _listening(host: str, port: int) -> socket.socket:
    """A socket that listens; raises InputError when it cannot be had."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        problem = f"nobody can listen on {host} port {port}: {error.strerror}"
        raise InputError(problem, "Give another --port, or stop the program that has it.") from error


@contextmanager
def _supervised(live: LiveSite) -> Iterator[None]:
    """Tell the service manager that the site is there, that it is alive while it counts, and that it is going."""
    from galleria.app.systemd import Supervisor

    supervisor, over = Supervisor(), threading.Event()

    def beat() -> None:
        while not over.wait(supervisor.beat_seconds):
            # Not while it is ready: somebody who kills it because the disk is full would lose what it holds.
            if live.alive:
                supervisor.alive(live.trouble or f"{len(live.site.cameras)} cameras")

    supervisor.ready("starting")
    beating = threading.Thread(target=beat, name="watchdog", daemon=True)
    if supervisor.beat_seconds is not None:
        beating.start()
    try:
        yield
    finally:
        over.set()
        supervisor.stopping()
