"""Asks a camera by ONVIF who made it and which streams it has. Knows its words, not the network's other ways."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic
from urllib.parse import urlsplit, urlunsplit

from galleria.capture.ports import Clock
from galleria.capture.soap import Login, Node, ask
from galleria.domain.errors import GalleriaError, VideoError

MOST_PROFILES = 16
MOST_TEXT = 80
SMALL = 320  # pixels; in a stream that is narrower people are too small to be found

_DEVICE = "http://www.onvif.org/ver10/device/wsdl"
_MEDIA = "http://www.onvif.org/ver10/media/wsdl"
_SCHEMA = "http://www.onvif.org/ver10/schema"
_ADDRESS = re.compile(r"rtsps?://[A-Za-z0-9._~:/?#@!&()*+,;=%-]+", re.IGNORECASE)
_SECRET = re.compile(r"(?i)((?:[a-z_]*pass(?:word|wd)?|pwd|pw|[a-z_]*token|secret|(?:api_?)?key|auth)=)[^&/;_#]*")


@dataclass(frozen=True, slots=True)
class Stream:
    """One stream of a camera.

    Attributes:
        address: without user and password; where it held a password, `${CAMERA_PASSWORD}` stands.
        width: pixels; 0 when the camera does not say.
        height: likewise.
        rate: frames a second, at most; 0 likewise.
    """

    name: str
    address: str
    width: int = 0
    height: int = 0
    codec: str = ""
    rate: float = 0.0


@dataclass(frozen=True, slots=True)
class Device:
    """A camera in the network.

    Attributes:
        host: its IP address.
        service: where its settings are asked for.
        problem: why its streams are not known; empty when they are.
    """

    host: str
    service: str
    name: str = ""
    maker: str = ""
    streams: tuple[Stream, ...] = ()
    problem: str = ""

    @property
    def main(self) -> Stream | None:
        """The stream with the largest picture."""
        return max(self.streams, key=lambda stream: stream.width * stream.height, default=None)

    @property
    def sub(self) -> Stream | None:
        """The smallest stream that is large enough to find people in, if it is smaller than the main one."""
        main = self.main
        enough = [s for s in self.streams if s.width >= SMALL]
        small = min(enough, key=lambda stream: stream.width * stream.height, default=None)
        return small if main and small and small.width < main.width else None


def host_of(address: str) -> str:
    """The host of an address, in lower case; empty when there is none."""
    try:
        parts = urlsplit(address)
        usable = parts.port != 0  # asking for the port also checks it
    except ValueError:
        return ""
    return (parts.hostname or "") if usable else ""


def plain(text: str) -> str:
    """A camera's words, fit for a terminal: printable, on one line, not long."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:MOST_TEXT]


@dataclass(slots=True)
class Questions:
    """The questions to one camera, all within a time.

    Args:
        service: address of its device service.
        login: None: asked as nobody, who is told little.
        clock: tells the time now, seconds since 1970-01-01 UTC.
        seconds: for all questions together.
    """

    service: str
    login: Login | None
    clock: Clock
    seconds: float = 8.0
    _skew: float = 0.0  # seconds that the camera's clock is ahead: it refuses what seems old
    _end: float = field(default_factory=monotonic)

    def describe(self, device: Device) -> Device:
        """Ask for maker, name and streams; what goes wrong is told in the answer's `problem`."""
        self._end = monotonic() + self.seconds
        maker, name = device.maker, device.name
        try:
            self._skew = self._find_skew()
            about = self._ask(self.service, f'<d:GetDeviceInformation xmlns:d="{_DEVICE}"/>')
            maker = plain(about.words("Manufacturer")) or maker
            name = name or plain(about.words("Model"))
            streams = self._streams(self._media())
        except GalleriaError as error:
            return Device(device.host, self.service, name, maker, problem=plain_problem(error))
        return Device(device.host, self.service, name, maker, streams, "" if streams else "it names no stream")

    def _find_skew(self) -> float:
        """Asked as nobody: every camera tells its time to everybody, so that logins can be made."""
        when = ask(self.service, f'<d:GetSystemDateAndTime xmlns:d="{_DEVICE}"/>', None, 0.0, self._left())
        utc = when.first("UTCDateTime")
        try:
            parts = [int(utc.words(*way)) for way in _CLOCK] if utc else []
            return datetime(*parts, tzinfo=UTC).timestamp() - self.clock() if parts else 0.0  # type: ignore[arg-type,misc]
        except (ValueError, OverflowError):
            return 0.0

    def _media(self) -> str:
        answer = self._ask(
            self.service, f'<d:GetCapabilities xmlns:d="{_DEVICE}"><d:Category>Media</d:Category></d:GetCapabilities>'
        )
        media = answer.words("Media", "XAddr")
        if host_of(media) != host_of(self.service):
            problem = "it sends us to another host for its streams"
            raise VideoError(problem, "Give the camera's stream address by hand.")
        return media

    def _streams(self, media: str) -> tuple[Stream, ...]:
        answer = self._ask(media, f'<m:GetProfiles xmlns:m="{_MEDIA}"/>')
        found: dict[str, Stream] = {}
        for profile in list(answer.all("Profiles"))[:MOST_PROFILES]:
            token = profile.attributes.get("token", "")
            if not re.fullmatch(r"[\w.:/ -]{1,64}", token):
                continue
            address = self._address(media, token)
            if address and address not in found:
                found[address] = _stream(profile, address)
        return tuple(found.values())

    def _address(self, media: str, token: str) -> str:
        """The stream's address without what is secret in it; empty when it is none of this camera."""
        setup = "<t:Stream>RTP-Unicast</t:Stream><t:Transport><t:Protocol>RTSP</t:Protocol></t:Transport>"
        answer = self._ask(
            media,
            f'<m:GetStreamUri xmlns:m="{_MEDIA}" xmlns:t="{_SCHEMA}"><m:StreamSetup>{setup}</m:StreamSetup>'
            f"<m:ProfileToken>{token}</m:ProfileToken></m:GetStreamUri>",
        )
        address = answer.words("Uri")
        if not _ADDRESS.fullmatch(address) or host_of(address) != host_of(self.service):
            return ""
        return without_login(address)

    def _ask(self, address: str, body: str) -> Node:
        return ask(address, body, self.login, self.clock() + self._skew, self._left())

    def _left(self) -> float:
        left = self._end - monotonic()
        if left <= 0:
            problem = "it answers too slowly"
            raise VideoError(problem, "Try again, or give the camera's stream address by hand.")
        return left


_CLOCK = (
    ("Date", "Year"),
    ("Date", "Month"),
    ("Date", "Day"),
    ("Time", "Hour"),
    ("Time", "Minute"),
    ("Time", "Second"),
)


def without_login(address: str) -> str:
    """An address without user and password; a password in its path or query becomes `${CAMERA_PASSWORD}`."""
    parts = urlsplit(address)
    host = parts.netloc.rpartition("@")[2]
    path, query = (_SECRET.sub(r"\1${CAMERA_PASSWORD}", part) for part in (parts.path, parts.query))
    return urlunsplit((parts.scheme, host, path, query, ""))


def plain_problem(error: GalleriaError) -> str:
    """An error's problem for a table."""
    return " ".join(error.problem.split())


def _stream(profile: Node, address: str) -> Stream:
    encoder = profile.first("VideoEncoderConfiguration") or Node("")
    width, height = (_number(encoder.words("Resolution", side)) for side in ("Width", "Height"))
    return Stream(
        name=plain(profile.words("Name")),
        address=address,
        width=int(width),
        height=int(height),
        codec=plain(encoder.words("Encoding")),
        rate=_number(encoder.words("RateControl", "FrameRateLimit")),
    )


def _number(text: str) -> float:
    return float(text) if re.fullmatch(r"\d{1,5}(\.\d{1,3})?", text) else 0.0
