"""Cameras in the network, with what goes into a camera's record of each."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from galleria.capture.discovery import find_cameras
from galleria.capture.soap import Login
from galleria.domain.time import Clock

SECONDS = 4.0


@dataclass(frozen=True, slots=True)
class Found:
    """A camera that answered.

    Attributes:
        host: its IP address.
        size: of its largest picture, for people; empty when it does not say.
        address: of that stream, without a login; empty when it does not tell.
        substream: of a smaller one that is large enough; empty without.
        problem: why its streams are not known.
    """

    host: str
    name: str
    size: str
    address: str
    substream: str
    problem: str

    @staticmethod
    def with_user(address: str, user: str) -> str:
        """An address with the user name in it; the password never is."""
        scheme, sep, rest = address.partition("://")
        return f"{scheme}{sep}{quote(user, safe='')}@{rest}" if sep and user else address


def find(user: str, password: str, *, clock: Clock, seconds: float = SECONDS) -> list[Found]:
    """Call for cameras and ask each for its streams.

    Args:
        user: that the cameras know; empty: many will not tell their streams then.
        password: of that user; it goes to the cameras, and nowhere else.
        clock: tells the time now.
        seconds: to wait for answers.

    Raises:
        VideoError: the call cannot be sent.
    """
    login = Login(user, password) if user else None
    found = []
    for device in find_cameras(login, clock=clock.now, seconds=seconds):
        main, sub = device.main, device.sub
        size = f"{main.width} × {main.height}" if main and main.width else ""
        name = " ".join(part for part in (device.maker, device.name) if part) or device.host
        addresses = (_clean(main.address) if main else "", _clean(sub.address) if sub else "")
        found.append(Found(device.host, name, size, *addresses, device.problem))
    return found


def _clean(address: str) -> str:
    # A password in the camera's own address was taken out there; people have to write that one into the site file.
    return "" if "${" in address else address
