"""Serves the labelling page to browsers on this machine, and to nobody else.

The address holds a random token; the Host header must be ours, so that no name that an attacker points at this
machine gets in (DNS rebinding); no page of another origin can write. Nothing is cached by the browser.
"""

from __future__ import annotations

import hmac
import json
import re
import secrets
import sys
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from types import TracebackType
from typing import Any, ClassVar, Self

from galleria.domain.errors import GalleriaError, InputError, StoreError

from .clip import PreparedClip
from .desk import Desk

LOCAL = "127.0.0.1"
MOST_BYTES = 4 << 20  # of a truth document; some 40,000 crossings
PIECE = 1 << 18
PAGES = {
    "": ("index.html", "text/html; charset=utf-8"),
    "label.css": ("label.css", "text/css; charset=utf-8"),
    "icon.svg": ("icon.svg", "image/svg+xml"),
    **{name: (name, "text/javascript; charset=utf-8") for name in ("main.js", "player.js", "stage.js", "work.js")},
}
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class LabelServer:
    """The page for one clip, at `url` while the server runs. A context manager: leaving it closes the port.

    Args:
        desk: where changes go.
        clip: what is shown.
        port: 0 takes a free one.

    Raises:
        InputError: the port is taken or not allowed.
    """

    def __init__(self, desk: Desk, clip: PreparedClip, port: int = 0) -> None:
        self.token = secrets.token_urlsafe(24)
        token = self.token

        class Handler(_Handler):
            bench = (desk, clip, token)

        try:
            self._http = _Http((LOCAL, port), Handler)
        except (OSError, OverflowError) as error:
            problem = f"Port {port} cannot be used: {error}"
            raise InputError(problem, "Give another --port, or leave it out to take a free one.") from error
        self.port = int(self._http.server_address[1])

    @property
    def url(self) -> str:
        return f"http://{LOCAL}:{self.port}/{self.token}/"

    def serve(self) -> None:
        """Answer requests until `stop` is called from another thread, or Ctrl-C."""
        self._http.serve_forever(poll_interval=0.1)

    def stop(self) -> None:
        self._http.shutdown()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._http.server_close()


class _Http(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as it is declared
        """Say nothing of browsers that go away; everything else is a mistake of ours and is shown."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    bench: ClassVar[tuple[Desk, PreparedClip, str]]
    protocol_version = "HTTP/1.1"
    timeout = 60  # a browser that stops reading must not hold a thread for ever

    def version_string(self) -> str:
        return "galleria"

    def log_message(self, *_: object) -> None:
        """Nothing: the address holds the token."""

    def do_GET(self) -> None:
        desk, clip, _ = self.bench
        page = self._page()
        if page is None:
            return
        if page in PAGES:
            name, kind = PAGES[page]
            self._send(HTTPStatus.OK, files(__package__).joinpath("page", name).read_bytes(), kind)
        elif page == "work.json":
            self._send_json(HTTPStatus.OK, {**desk.shown(), "times": clip.times})
        elif page == "clip.mp4":
            self._send_clip(clip.mp4)
        else:
            self._refuse(HTTPStatus.NOT_FOUND, "There is no such page.")

    def do_PUT(self) -> None:
        page = self._page()
        if page is None:
            return
        if page != "work.json":
            self._refuse(HTTPStatus.NOT_FOUND, "There is no such page.")
            return
        body = self._body()
        if body is not None:
            self._save(body)

    def _page(self) -> str | None:
        """What is asked for; None when the request was refused."""
        _, _, token = self.bench
        port = self.connection.getsockname()[1]
        ours = {f"{name}:{port}" for name in (LOCAL, "localhost")}
        origin = self.headers.get("Origin")
        _, given, page = [*self.path.partition("?")[0].split("/", 2), "", ""][:3]
        if self.headers.get("Host") not in ours or origin not in {None, *(f"http://{host}" for host in ours)}:
            self._refuse(HTTPStatus.FORBIDDEN, "This page is for this machine only.")
        elif not hmac.compare_digest(given.encode(), token.encode()):
            self._refuse(HTTPStatus.FORBIDDEN, "Open the whole address that `galleria label` shows.")
        else:
            return page
        return None

    def _body(self) -> bytes | None:
        """The request's content; None when the request was refused."""
        length = self.headers.get("Content-Length", "")
        if self.headers.get_content_type() != "application/json":
            self._refuse(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Send JSON.")
        elif not re.fullmatch(r"[0-9]{1,12}", length):
            self._refuse(HTTPStatus.LENGTH_REQUIRED, "Say how long the content is.")
        elif int(length) > MOST_BYTES:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"Send at most {MOST_BYTES} bytes.")
        else:
            return self.rfile.read(int(length))
        return None

    def _save(self, body: bytes) -> None:
        desk, _, _ = self.bench
        try:
            change = json.loads(body)
            revision = desk.save(change["document"], change["revision"])
        except StoreError as error:
            self._send_error(HTTPStatus.INSUFFICIENT_STORAGE, error)
        except GalleriaError as error:
            self._send_error(HTTPStatus.UNPROCESSABLE_ENTITY, error)
        except (ValueError, TypeError, KeyError, RecursionError):
            self._refuse(HTTPStatus.BAD_REQUEST, "Send a document and its revision.")
        else:
            if revision is None:
                self._refuse(HTTPStatus.CONFLICT, "Another page has changed the labels since. Load this page again.")
            else:
                self._send_json(HTTPStatus.OK, {"revision": revision})

    def _send_clip(self, mp4: bytes) -> None:
        """All of it, or the one range that is asked for (RFC 9110, section 14)."""
        asked = re.fullmatch(r"bytes=([0-9]{0,15})-([0-9]{0,15})", self.headers.get("Range", ""))
        first, last, status = 0, len(mp4) - 1, HTTPStatus.OK
        extra = {"Accept-Ranges": "bytes"}
        if asked and any(asked.groups()):
            status = HTTPStatus.PARTIAL_CONTENT
            if asked[1]:
                first, last = int(asked[1]), min(last, int(asked[2] or last))
            else:
                first = max(0, len(mp4) - int(asked[2]))
            if first > last:
                extra["Content-Range"] = f"bytes */{len(mp4)}"
                self._send(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, b"", "video/mp4", extra)
                return
            extra["Content-Range"] = f"bytes {first}-{last}/{len(mp4)}"
        self._send(status, memoryview(mp4)[first : last + 1], "video/mp4", extra)

    def _send_error(self, status: HTTPStatus, error: GalleriaError) -> None:
        self._send_json(status, {"problem": error.problem, "remedy": error.remedy})

    def _refuse(self, status: HTTPStatus, text: str) -> None:
        self.close_connection = True  # whatever content follows is not read
        self._send_json(status, {"problem": text, "remedy": ""})

    def _send_json(self, status: HTTPStatus, content: object) -> None:
        self._send(status, json.dumps(content).encode(), "application/json")

    def _send(
        self, status: HTTPStatus, content: bytes | memoryview, kind: str, extra: dict[str, str] | None = None
    ) -> None:
        # Browsers drop a connection when the user seeks: nothing is wrong then.
        with suppress(ConnectionError, TimeoutError):
            self.send_response(status)
            sizes = {"Content-Type": kind, "Content-Length": str(len(content))}
            for name, value in {**HEADERS, **sizes, **(extra or {})}.items():
                self.send_header(name, value)
            if self.close_connection:
                self.send_header("Connection", "close")
            self.end_headers()
            for start in range(0, len(content), PIECE):
                self.wfile.write(content[start : start + PIECE])
