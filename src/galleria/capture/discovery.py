"""Finds cameras in the network: a call to all (WS-Discovery), and questions to those that answer (ONVIF).

What answers may be anybody: sizes, numbers and time have ends, and no answer leads to another host than its sender.
"""

from __future__ import annotations

import ipaddress
import selectors
import socket
import struct
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import replace
from threading import Thread
from time import monotonic
from urllib.parse import unquote, urlsplit
from uuid import uuid4

from galleria.capture.onvif import Device, Questions, host_of, plain
from galleria.capture.ports import Clock
from galleria.capture.soap import Login, Node, envelope, parse
from galleria.domain.errors import VideoError

MULTICAST = ("239.255.255.250", 3702)
MOST_DEVICES = 256
MOST_ANSWERS = 2_000
MOST_DATAGRAM = 65_535
AT_ONCE = 64  # devices that are asked at the same time
TIMES = 3  # how often the call is repeated: datagrams get lost

_DISCOVERY = "http://schemas.xmlsoap.org/ws/2005/04/discovery"
_ADDRESSING = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
_NETWORK = "http://www.onvif.org/ver10/network/wsdl"
_SCOPE = "onvif://www.onvif.org/"


def find_cameras(
    login: Login | None,
    *,
    clock: Clock,
    seconds: float = 4.0,
    target: tuple[str, int] = MULTICAST,
    patience: float = 8.0,
) -> list[Device]:
    """Call for cameras in the networks of this machine and ask each for its streams.

    Args:
        login: user and password that the cameras know; None: many will not tell their streams then.
        clock: tells the time now.
        seconds: to wait for answers to the call.
        target: where the call goes to.
        patience: seconds for the questions to one camera.

    Returns:
        the cameras by address; those that do not tell their streams with the reason.

    Raises:
        VideoError: the call cannot be sent.
    """
    return describe(call(seconds, target), login, clock=clock, patience=patience)


def call(seconds: float, target: tuple[str, int] = MULTICAST) -> list[Device]:
    """Call for cameras and wait for answers.

    Returns:
        what answered, by address; streams not known yet.

    Raises:
        VideoError: the call cannot be sent.
    """
    number = f"urn:uuid:{uuid4()}"
    message = _probe(number).encode()
    with ExitStack() as stack:
        sockets = [stack.enter_context(each) for each in _sockets(target)]
        answers = _collect(sockets, message, target, seconds)
    found: dict[str, Device] = {}
    for sender, content in answers:
        for device in announced(content, sender, number):
            if len(found) < MOST_DEVICES:
                found.setdefault(device.service, device)
    return sorted(found.values(), key=lambda device: ipaddress.ip_address(device.host).packed)


def announced(content: bytes, sender: str, number: str) -> list[Device]:
    """Cameras that a datagram tells of; empty when it is no answer to our call, or tells of other hosts.

    Args:
        content: the datagram.
        sender: IP address that it came from.
        number: of our call.
    """
    try:
        answer = parse(content)
    except VideoError:
        return []
    if answer.words("RelatesTo") != number:
        return []
    devices = (_device(match, sender) for match in answer.all("ProbeMatch"))
    return [device for device in devices if device]


def describe(devices: list[Device], login: Login | None, *, clock: Clock, patience: float = 8.0) -> list[Device]:
    """Ask cameras for maker, name and streams, many at a time.

    Returns:
        the same cameras in the same order.
    """
    answers = [replace(device, problem="it answers too slowly") for device in devices]

    def asking(place: int) -> Callable[[], None]:
        def ask() -> None:
            device = devices[place]
            answers[place] = Questions(device.service, login, clock, patience).describe(device)

        return ask

    for first in range(0, len(devices), AT_ONCE):
        places = range(first, min(first + AT_ONCE, len(devices)))
        threads = [Thread(target=asking(place), name=f"onvif {devices[place].host}", daemon=True) for place in places]
        for thread in threads:
            thread.start()
        end = monotonic() + patience + 1
        for thread in threads:
            thread.join(max(0.0, end - monotonic()))  # one that is fed byte by byte is left behind
    return list(answers)


def at_address(address: str) -> Device:
    """A camera whose address is known already: an IP address, a host name, or the address of its device service.

    Raises:
        VideoError: it is none.
    """
    service = address if "://" in address else f"http://{address}/onvif/device_service"
    if not service.lower().startswith("http://") or not host_of(service):
        problem = f"{plain(address)} is not the address of an ONVIF service"
        raise VideoError(problem, "Give the camera's IP address, or its address as http://host/path.")
    try:
        found = socket.getaddrinfo(host_of(service), None, socket.AF_INET, socket.SOCK_STREAM)
    except OSError as error:
        problem = f"no host is called {plain(host_of(service))}"
        raise VideoError(problem, "Give the camera's IP address.") from error
    # By number, as the camera will name itself in its answers.
    host, parts = str(found[0][4][0]), urlsplit(service)
    return Device(host, parts._replace(netloc=host + (f":{parts.port}" if parts.port else "")).geturl())


def _device(match: Node, sender: str) -> Device | None:
    if "NetworkVideoTransmitter" not in {name.rpartition(":")[2] for name in match.words("Types").split()}:
        return None
    # Addresses of other hosts would turn us against them; cameras with several addresses name the right one too.
    services = [each for each in match.words("XAddrs").split() if _is_of(each, sender)]
    if not services:
        return None
    scopes = [unquote(each.removeprefix(_SCOPE)) for each in match.words("Scopes").split() if each.startswith(_SCOPE)]
    told = {kind: plain(value) for kind, _, value in (scope.partition("/") for scope in scopes) if value}
    return Device(sender, services[0], told.get("name", ""), told.get("hardware", ""))


def _is_of(address: str, sender: str) -> bool:
    return address.lower().startswith("http://") and "@" not in address and host_of(address) == sender


def _probe(number: str) -> str:
    header = (
        f'<a:MessageID xmlns:a="{_ADDRESSING}">{number}</a:MessageID>'
        f'<a:To xmlns:a="{_ADDRESSING}">urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To>'
        f'<a:Action xmlns:a="{_ADDRESSING}">{_DISCOVERY}/Probe</a:Action>'
    )
    types = f'<d:Types xmlns:n="{_NETWORK}">n:NetworkVideoTransmitter</d:Types>'
    return envelope(f'<d:Probe xmlns:d="{_DISCOVERY}">{types}</d:Probe>', header)


def _sockets(target: tuple[str, int]) -> list[socket.socket]:
    """One socket for each network of this machine; one for an address that is a single host's."""
    multicast = ipaddress.ip_address(target[0]).is_multicast
    sockets = []
    for index, _ in socket.if_nameindex() if multicast else [(0, "")]:
        each = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        each.setblocking(False)  # noqa: FBT003  # the standard library's way to say it
        try:
            each.bind(("", 0))
            if multicast:
                each.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
                each.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, struct.pack("4s4si", b"", b"", index))
        except OSError:  # a network without IPv4
            each.close()
            continue
        sockets.append(each)
    return sockets


def _collect(
    sockets: list[socket.socket], message: bytes, target: tuple[str, int], seconds: float
) -> list[tuple[str, bytes]]:
    """Send the call a few times and gather what comes until the time is over."""
    begin = monotonic()
    calls = [begin + n * seconds / (2 * TIMES) for n in range(TIMES)]
    answers: list[tuple[str, bytes]] = []
    sent = 0
    with selectors.DefaultSelector() as selector:
        for each in sockets:
            selector.register(each, selectors.EVENT_READ)
        while (now := monotonic()) < begin + seconds and len(answers) < MOST_ANSWERS:
            if calls and now >= calls[0]:
                calls.pop(0)
                sent += sum(_send(each, message, target) for each in sockets)
                if not sent:
                    problem = "this machine has no network to look for cameras in"
                    raise VideoError(problem, "Connect it, or give the camera's address.")
            until = min([begin + seconds, *calls[:1]])
            for key, _ in selector.select(max(0.0, until - now)) if sockets else []:
                with suppress(OSError):  # an unreachable host is told on the next read
                    content, sender = key.fileobj.recvfrom(MOST_DATAGRAM)  # type: ignore[union-attr]
                    answers.append((str(sender[0]), content))
    return answers


def _send(each: socket.socket, message: bytes, target: tuple[str, int]) -> bool:
    try:
        return each.sendto(message, target) > 0
    except OSError:
        return False
