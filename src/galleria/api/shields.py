"""What every request passes first: is it for us (Host), and what browsers may do with the answer."""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Collection, Mapping, Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .problems import problem_response

_LOG = logging.getLogger("galleria.api")
_LOCAL = frozenset({"localhost"})
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}
_HSTS = "max-age=31536000"


class Shields:
    """Refuses requests for other hosts; adds security headers where an answer has not set them itself.

    A page of an attacker can make its own name point at this machine (DNS rebinding) and would then be of our origin;
    but its requests carry that name. Addresses in figures cannot be made to point elsewhere: they are let in.

    Args:
        app: what is behind.
        hosts: names under which this site is reached, besides `localhost` and addresses in figures.
        most_bytes: of a request's body.
        larger: of those to some paths: forms with pictures.
    """

    def __init__(
        self, app: ASGIApp, hosts: Collection[str], most_bytes: int, larger: Mapping[str, int] | None = None
    ) -> None:
        self._app = app
        self._most_bytes, self._larger = most_bytes, dict(larger or {})
        self._hosts = _LOCAL | {host.lower().rstrip(".") for host in hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return  # no websockets here

        started = False

        async def shielded(message: Message) -> None:
            nonlocal started
            started = True
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if scope.get("scheme") == "https":
                    headers.setdefault("Strict-Transport-Security", _HSTS)
            await send(message)

        most = self._larger.get(scope["path"], self._most_bytes)
        refused = self._refusal(Headers(scope=scope), most)
        if refused is not None:
            await refused(scope, receive, shielded)
            return
        try:
            await self._app(scope, self._counted(receive, most), shielded)
        except Exception:
            # The address without its query, and no bodies: logs hold no secrets.
            _LOG.exception("%s %s failed", scope["method"], scope["path"])
            if started:
                raise  # half an answer cannot be taken back: the connection has to break
            failed = problem_response(500, "something went wrong inside", "Look at the log of the program.")
            await failed(scope, receive, shielded)

    def _refusal(self, headers: Headers, most: int) -> Response | None:
        if not self._ours(headers.getlist("host")):
            detail = "this site is not reached under that name"
            return problem_response(421, detail, "Use its address, or start it with `--name NAME`.")
        said = headers.get("content-length", "0")
        if not said.isdecimal() or int(said) > most:
            return problem_response(413, "the content is too long", f"Send at most {most} bytes.")
        return None

    @staticmethod
    def _counted(receive: Receive, most: int) -> Receive:
        """For content that does not say how long it is."""
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > most:
                raise HTTPException(413)
            return message

        return counted

    def _ours(self, given: Sequence[str]) -> bool:
        if len(given) != 1:
            return False
        name = host_name(given[0])
        return name in self._hosts or _is_address(name)


def host_name(given: str) -> str:
    """The name in a Host header, without port and brackets, in small letters; empty if it is none."""
    text = given.strip().lower()
    if text.startswith("["):
        inside, closed, rest = text[1:].partition("]")
        return inside if closed and (not rest or rest.startswith(":")) else ""
    name, _, port = text.partition(":")
    return name.rstrip(".") if not port or port.isdecimal() else ""


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
