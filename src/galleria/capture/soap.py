"""Questions to cameras in SOAP, and their answers. What comes is not trusted: sizes, depth and time have ends.

Documents with a DTD are refused, so that no entity is ever expanded; elements are known by their local names.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPException, HTTPResponse
from time import monotonic
from typing import NoReturn
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import (
    HTTPDigestAuthHandler,
    HTTPPasswordMgrWithDefaultRealm,
    HTTPRedirectHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    build_opener,
)
from xml.parsers import expat
from xml.sax.saxutils import escape

from galleria.domain.errors import LoginError, VideoError

MOST_BYTES = 256 * 1024
MOST_ELEMENTS = 5_000
MOST_LEVELS = 30
_REMEDY = "Give the camera's stream address by hand; its manual names it."
_SECURITY = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
_UTILITY = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
_TOKEN = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0"  # noqa: S105  # a name
_BASE64 = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary"


@dataclass(slots=True)
class Node:
    """An element: its local name, attributes by local name, what is in it."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    text: str = ""
    nodes: list[Node] = field(default_factory=list)

    def all(self, name: str) -> Iterator[Node]:
        """Every element of this name below, in order."""
        for node in self.nodes:
            if node.name == name:
                yield node
            yield from node.all(name)

    def first(self, *way: str) -> Node | None:
        """The first element of the first name, in it the first of the second name, and so on."""
        node: Node | None = self
        for name in way:
            node = next(node.all(name), None) if node else None
        return node

    def words(self, *way: str) -> str:
        """Text of the first element on this way, without spaces around; empty where there is none."""
        node = self.first(*way)
        return node.text.strip() if node else ""


@dataclass(frozen=True, slots=True)
class Login:
    """User and password for a camera's settings, which are often those of its stream."""

    user: str
    password: str = field(repr=False)


def parse(content: bytes) -> Node:
    """Read an XML document.

    Raises:
        VideoError: it is larger, deeper or has more elements than any honest answer, has a DTD, or is not XML.
    """
    if len(content) > MOST_BYTES:
        _refuse("is too long")
    top = Node("")
    open_nodes = [top]
    count = 0

    def begin(name: str, attributes: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if count > MOST_ELEMENTS or len(open_nodes) > MOST_LEVELS:
            _refuse("has too many parts")
        node = Node(_local(name), {_local(key): value for key, value in attributes.items()})
        open_nodes[-1].nodes.append(node)
        open_nodes.append(node)

    def end(_name: str) -> None:
        open_nodes.pop()

    def words(text: str) -> None:
        open_nodes[-1].text += text

    def doctype(*_: object) -> None:
        _refuse("declares entities")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = words, doctype
    try:
        parser.Parse(content, True)  # noqa: FBT003  # expat's way to say that this is all
    except (expat.ExpatError, ValueError, LookupError) as error:
        problem = "the camera's answer is not XML"
        raise VideoError(problem, _REMEDY) from error
    return top


def ask(address: str, body: str, login: Login | None, now: float, seconds: float) -> Node:
    """Put one question to a camera.

    Args:
        address: `http://` address of the service; it is not left for another, whatever the camera answers.
        body: what stands in the SOAP body.
        login: None: asked as nobody.
        now: the time by the camera's clock, seconds since 1970-01-01 UTC.
        seconds: in which all of it has to be over.

    Returns:
        the answer's body.

    Raises:
        LoginError: it wants another user or password.
        VideoError: it cannot be reached, or does not answer as cameras do.
    """
    message = envelope(body, _security(login, now) if login else "").encode()
    kind = "application/soap+xml; charset=utf-8"
    request = Request(address, message, {"Content-Type": kind, "Connection": "close"})  # noqa: S310  # http only
    if urlsplit(address).scheme != "http":
        problem = f"{address} is not an http:// address"
        raise VideoError(problem, _REMEDY)
    end = monotonic() + seconds
    try:
        with _opener(address, login).open(request, timeout=seconds) as response:
            content = _read(response, end)
    except HTTPError as error:
        with error:
            _tell_refusal(error, _read(error, end))
    except (URLError, OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        why = str(getattr(reason, "strerror", None) or reason).lower()
        problem = f"{address} cannot be reached: {why}"
        raise VideoError(problem, "Check that the camera is on and its ONVIF service is switched on.") from error
    answer = parse(content).first("Body")
    if answer is None:
        _refuse("is no SOAP message")
    return answer


def envelope(body: str, header: str = "") -> str:
    """A SOAP 1.2 message."""
    head = f"<s:Header>{header}</s:Header>" if header else ""
    return (
        '<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope">'
        f"{head}<s:Body>{body}</s:Body></s:Envelope>"
    )


def _security(login: Login, now: float) -> str:
    """The header of WS-UsernameToken: a digest, so that the password itself is never sent."""
    nonce = secrets.token_bytes(16)
    created = datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    digest = hashlib.sha1(nonce + created.encode() + login.password.encode()).digest()  # noqa: S324  # the standard's
    return (
        f'<w:Security xmlns:w="{_SECURITY}" xmlns:u="{_UTILITY}" s:mustUnderstand="1"><w:UsernameToken>'
        f"<w:Username>{escape(login.user)}</w:Username>"
        f'<w:Password Type="{_TOKEN}#PasswordDigest">{base64.b64encode(digest).decode()}</w:Password>'
        f'<w:Nonce EncodingType="{_BASE64}">{base64.b64encode(nonce).decode()}</w:Nonce>'
        f"<u:Created>{created}</u:Created></w:UsernameToken></w:Security>"
    )


class _StayHere(HTTPRedirectHandler):
    """A camera that sends us to another address may send us anywhere."""

    def redirect_request(self, *_: object) -> None:
        return None


def _opener(address: str, login: Login | None) -> OpenerDirector:
    passwords = HTTPPasswordMgrWithDefaultRealm()
    if login:
        passwords.add_password(None, address, login.user, login.password)
    return build_opener(ProxyHandler({}), _StayHere, HTTPDigestAuthHandler(passwords))


def _read(response: HTTPResponse | HTTPError, end: float) -> bytes:
    """Read an answer in parts: one that drips for ever is left."""
    content = b""
    while part := response.read1(16_384):
        content += part
        if len(content) > MOST_BYTES:
            _refuse("is too long")
        if monotonic() > end:
            _refuse("takes too long")
    return content


def _tell_refusal(error: HTTPError, content: bytes) -> NoReturn:
    refused = error.code in {401, 403}
    if not refused and content:
        refused = any("NotAuthorized" in node.text for node in parse(content).all("Value"))
    if refused:
        problem = "the camera wants another user or password"
        raise LoginError(problem, "Many cameras have users of their own for ONVIF; see its settings.") from error
    problem = f"the camera answers with the error {error.code}"
    raise VideoError(problem, _REMEDY) from error


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _refuse(why: str) -> NoReturn:
    problem = f"the camera's answer {why}"
    raise VideoError(problem, _REMEDY)
