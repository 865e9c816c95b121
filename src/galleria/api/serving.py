"""The server that carries the application: what it trusts, and how long it waits."""

from __future__ import annotations

from collections.abc import Sequence
from types import FrameType

import uvicorn
from fastapi import FastAPI

_GRACE = 5  # seconds that requests may take to end


class Server(uvicorn.Server):
    """Ends the endless answers first, so that stopping waits for none of them."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Called on SIGTERM and SIGINT."""
        self.stop()
        super().handle_exit(sig, frame)

    def stop(self) -> None:
        """Stop serving; from any thread."""
        app = self.config.app
        if isinstance(app, FastAPI):
            app.state.streams.close()
        self.should_exit = True


def make_server(app: FastAPI, host: str, port: int, proxies: Sequence[str] = ()) -> Server:
    """Make a server; `run()` serves until it is stopped.

    Args:
        app: of `create_app`.
        host: address to listen on.
        port: 0 takes a free one.
        proxies: addresses of reverse proxies that are believed when they say for whom they ask, and that it was TLS;
            none is, unless told.
    """
    config = uvicorn.Config(
        app,
        host,
        port,
        log_config=None,
        access_log=False,  # addresses of people who look
        server_header=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=list(proxies) or "",
        timeout_graceful_shutdown=_GRACE,
        ws="none",
        lifespan="on",
    )
    return Server(config)
