"""A real RTSP server that plays a file, run by the system's Python: GStreamer's bindings are not on PyPI.

    /usr/bin/python3 tests/rtsp_server.py CLIP.mp4 [--port N] [--user NAME --password WORD --auth basic|digest]

Prints the port when it listens; plays the clip from its beginning to every client, at `rtsp://127.0.0.1:PORT/door`.

In tests: `with rtsp_server(clip) as server: server.address; server.kill(); server.start()`.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

SYSTEM_PYTHON = "/usr/bin/python3"
NEEDS = "gir1.2-gst-rtsp-server-1.0 python3-gi gstreamer1.0-plugins-good gstreamer1.0-plugins-bad"
_PROBE = "import gi; gi.require_version('GstRtspServer', '1.0'); from gi.repository import GstRtspServer"


def missing() -> str:
    """Why the server cannot be run here; empty when it can."""
    try:
        probe = subprocess.run([SYSTEM_PYTHON, "-c", _PROBE], capture_output=True, timeout=30, check=False)
    except OSError:
        return f"NO RTSP SERVER: there is no {SYSTEM_PYTHON}"
    return f"NO RTSP SERVER: apt-get install {NEEDS}" if probe.returncode else ""


@dataclass
class Server:
    """The server as a child process; started again it listens on the same port."""

    clip: Path
    options: tuple[str, ...] = ()
    port: int = 0
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def address(self) -> str:
        return f"rtsp://127.0.0.1:{self.port}/door"

    def start(self) -> None:
        command = [SYSTEM_PYTHON, __file__, str(self.clip), "--port", str(self.port), *self.options]
        # No variables of a virtual environment: they would lead the system's Python astray.
        environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "VIRTUAL_ENV"))}
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.strip().isdigit(), "the RTSP server did not start"
        self.port = int(line)

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def freeze(self) -> None:
        """Let it keep its connections and say nothing."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)

    def _end(self, how: signal.Signals) -> None:
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(10)
            assert self.process.stdout is not None
            self.process.stdout.close()
            self.process = None


@contextlib.contextmanager
def rtsp_server(clip: Path, *options: str) -> Iterator[Server]:
    """Run the server while the block lasts."""
    server = Server(clip, options)
    server.start()
    try:
        yield server
    finally:
        server.kill()


def _auth(rtsp, user: str, password: str, kind: str):
    auth = rtsp.RTSPAuth.new()
    token = rtsp.RTSPToken.new()
    token.set_string("media.factory.role", "viewer")
    if kind == "digest":
        auth.set_supported_methods(2)  # GST_RTSP_AUTH_DIGEST
        auth.add_digest(user, password, token)
    else:
        auth.add_basic(rtsp.RTSPAuth.make_basic(user, password), token)
    return auth


def main() -> None:
    """Serve until killed."""
    import gi  # noqa: PLC0415  # the system's, not there when tests import this file

    gi.require_version("Gst", "1.0")
    gi.require_version("GstRtspServer", "1.0")
    from gi.repository import GLib, Gst, GstRtspServer  # noqa: PLC0415

    parser = argparse.ArgumentParser()
    parser.add_argument("clip")
    parser.add_argument("--port", default="0")
    parser.add_argument("--user", default="")
    parser.add_argument("--password", default="")
    parser.add_argument("--auth", default="basic", choices=["basic", "digest"])
    options = parser.parse_args()

    Gst.init(None)
    server = GstRtspServer.RTSPServer.new()
    server.set_address("127.0.0.1")
    server.set_service(options.port)
    factory = GstRtspServer.RTSPMediaFactory.new()
    chain = "qtdemux ! h264parse config-interval=1 ! rtph264pay name=pay0 pt=96"
    factory.set_launch(f'( filesrc location="{options.clip}" ! {chain} )')
    if options.user:
        server.set_auth(_auth(GstRtspServer, options.user, options.password, options.auth))
        # add_role takes variable arguments, which bindings cannot pass.
        role = Gst.Structure.new_empty("viewer")
        role.set_value("media.factory.access", True)
        role.set_value("media.factory.construct", True)
        permissions = GstRtspServer.RTSPPermissions.new()
        permissions.add_role_from_structure(role)
        factory.set_permissions(permissions)
    server.get_mount_points().add_factory("/door", factory)
    server.attach(None)
    sys.stdout.write(f"{server.get_bound_port()}\n")
    sys.stdout.flush()
    GLib.MainLoop().run()


if __name__ == "__main__":
    main()
