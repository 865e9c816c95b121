"""Where a webhook's address leads, decided before anything is sent: a form must not open the local network.

The name is looked up once, every answer is checked, and the connection goes to the address that was checked: a name
that answers differently the second time gains nothing.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from galleria.domain.errors import InputError

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Destination:
    """A checked way to a receiver.

    Attributes:
        url: with the number of the machine in place of its name.
        host: what the request's Host header says.
        name: whose certificate is asked for (https).
    """

    url: str
    host: str
    name: str


def destination(address: str, *, private: bool) -> Destination:
    """Look up and check an address.

    Args:
        address: http or https, secrets filled in.
        private: machines of the local network, and this one, are allowed.

    Raises:
        InputError: it leads where it must not, or nowhere. The message names host and number, not the path.
    """
    parts = urlsplit(address)
    name, port = parts.hostname or "", _port(parts)
    try:
        found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        problem = f"{name} is not known"
        raise InputError(problem, "Check the address and this machine's name server.") from error
    numbers = [str(entry[4][0]) for entry in found]
    for number in numbers:
        _check(number, name, private=private)
    shown = f"[{numbers[0]}]" if ":" in numbers[0] else numbers[0]
    bare = f"[{name}]" if ":" in name else name
    url = parts._replace(netloc=f"{shown}:{port}", fragment="").geturl()
    return Destination(url, bare if port == _PORTS[parts.scheme] else f"{bare}:{port}", name)


def _port(parts: SplitResult) -> int:
    if parts.scheme not in _PORTS or not parts.hostname or parts.username or parts.password:
        problem = "a webhook's address is not http:// or https:// with a host and without a login"
        raise InputError(problem, "Correct the address.")
    try:
        return parts.port or _PORTS[parts.scheme]
    except ValueError as error:
        problem = f"the port of {parts.hostname} is none"
        raise InputError(problem, "Write a number from 1 to 65535.") from error


def _check(number: str, name: str, *, private: bool) -> None:
    address = ipaddress.ip_address(number.partition("%")[0])
    # An IPv4 address may come dressed as an IPv6 one.
    if isinstance(address, ipaddress.IPv6Address):
        address = address.ipv4_mapped or address.sixtofour or address
    never = address.is_multicast or address.is_unspecified or address.is_link_local
    never = never or (address.is_reserved and not address.is_loopback)  # ::1 counts as reserved
    if never or (not address.is_global and not private):
        what = "no receiver of messages" if never else "of the local network"
        problem = f"{name} is {number}, which is {what}"
        raise InputError(problem, "Name another receiver" + ("." if never else ", or allow private addresses for it."))
