"""`galleria discover`: the cameras in the network, their streams, and what to write into the site file."""

# ruff: noqa: PLC0415 - heavy imports wait until a command needs them

from __future__ import annotations

import os
import re
import unicodedata
from typing import TYPE_CHECKING, Annotated

import typer

from galleria.domain.errors import InputError

if TYPE_CHECKING:
    from galleria.capture.onvif import Device, Stream
    from galleria.capture.soap import Login

PASSWORD = "CAMERA_PASSWORD"  # noqa: S105  # a variable's name

Address = Annotated[
    list[str] | None, typer.Argument(help="Addresses of cameras; without them the network is searched.")
]
User = Annotated[
    str, typer.Option(help=f"User that the cameras know; its password is taken from {PASSWORD} in the environment.")
]
Seconds = Annotated[float, typer.Option(min=0.5, max=60, help="How long to wait for answers.")]


def discover(addresses: Address = None, user: User = "", seconds: Seconds = 4.0) -> None:
    """Look for cameras in the network by ONVIF and list their streams."""
    from rich.console import Console

    from galleria.capture.discovery import at_address, describe, find_cameras
    from galleria.domain.time import WallClock

    login, clock = _login(user), WallClock().now
    if addresses:
        devices = describe([at_address(address) for address in addresses], login, clock=clock)
    else:
        devices = find_cameras(login, clock=clock, seconds=seconds)
    console = Console(highlight=False, markup=False, emoji=False)
    if not devices:
        console.print(
            "No camera answered. Cameras answer only within their own network, and only with ONVIF switched on."
        )
        return
    console.print(_table(devices))
    if entries := site_entries(devices, user):
        console.print("\nFor the site file:\n", entries, sep="\n", soft_wrap=True)
    elif not user:
        console.print(f"\nTheir streams are told to users: set {PASSWORD} and add --user NAME.")


def _login(user: str) -> Login | None:
    from galleria.capture.soap import Login

    if not user:
        return None
    if not (password := os.environ.get(PASSWORD)):
        problem = f"the environment variable {PASSWORD} is not set"
        raise InputError(problem, f"Set it to the password of {user} (`export {PASSWORD}=…`).")
    return Login(user, password)


def _table(devices: list[Device]) -> object:
    from rich.table import Table
    from rich.text import Text

    table = Table("address", "maker", "name", "streams")
    for device in devices:
        streams = "\n".join(_told(stream) for stream in device.streams) or device.problem
        # Text, not str: what a camera calls itself is not markup.
        table.add_row(
            *(Text(words) for words in (device.host, device.maker, device.name)), Text(streams, overflow="fold")
        )
    return table


def _told(stream: Stream) -> str:
    size = f"{stream.width}x{stream.height} " if stream.width else ""
    rate = f"{stream.rate:g}/s " if stream.rate else ""
    return f"{size}{rate}{stream.codec + ' ' if stream.codec else ''}{stream.address}"


def site_entries(devices: list[Device], user: str = "") -> str:
    """The lines of a site file for cameras whose streams are known; empty when there are none.

    Args:
        devices: cameras.
        user: that may watch them; empty: `USER` is written in its place.
    """
    from urllib.parse import quote

    lines: list[str] = []
    ids: set[str] = set()
    login = f"{quote(user, safe='') or 'USER'}:${{{PASSWORD}}}@"
    for device in devices:
        if (main := device.main) is None:
            continue
        name = _identifier(device, ids)
        lines += [f"  - id: {name}", f"    name: {_quoted(device.name or device.maker or device.host)}"]
        lines.append(f"    source: {_quoted(main.address.replace('://', f'://{login}', 1))}")
        if (sub := device.sub) is not None:
            lines.append(f"    substream: {_quoted(sub.address.replace('://', f'://{login}', 1))}")
    return "\n".join(["cameras:", *lines]) if lines else ""


def _identifier(device: Device, taken: set[str]) -> str:
    """A short name that no other camera has."""
    letters = unicodedata.normalize("NFKD", device.name).encode("ascii", "ignore").decode().lower()
    bare = re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:40] or re.sub(r"[^a-z0-9.]", "-", f"camera-{device.host}")
    name, n = bare, 2
    while name in taken:
        name, n = f"{bare}-{n}", n + 1
    taken.add(name)
    return name


def _quoted(words: str) -> str:
    """Text in quotes, as YAML reads it."""
    return '"' + words.replace("\\", "\\\\").replace('"', '\\"') + '"'
