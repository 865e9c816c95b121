"""Tries a camera before it belongs to the site: an address into what comes from it, or why nothing does. No pixels."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from galleria.capture.reading import Reading
from galleria.capture.sources import open_reading
from galleria.domain.errors import GalleriaError, VideoError
from galleria.storage.sitefile_source import fill_source

from .setup_secrets import Address, no_user, refuse_references

PATIENCE = 15.0  # seconds until people are told that nothing came


@dataclass(frozen=True, slots=True)
class Probed:
    """What came.

    Attributes:
        width: of its pictures, pixels.
        height: likewise.
        rate: frames a second, as declared or measured.
        live: False: a recording.
        seconds: until the first picture was there.
    """

    width: int
    height: int
    rate: float
    live: bool
    seconds: float


def probe(
    given: str,
    password: str,
    folder: Path,
    *,
    transport: str = "tcp",
    clock: Callable[[], float] = time.time,
    patience: float = PATIENCE,
) -> Probed:
    """Connect, wait for a picture, let go.

    Args:
        given: the address as it was typed; a password in it is used and kept nowhere.
        password: typed beside it.
        folder: what relative paths start from.
        transport: of RTSP: tcp or udp.
        clock: for the frames' times.
        patience: seconds.

    Raises:
        InputError: the address cannot be used.
        VideoError: nothing can be read there; the error says why and what to do, and holds no password.
    """
    source = _filled(given.strip(), password, folder)
    reading = Reading("probe", clock=clock, transport=transport, feed=True)
    answers: list[Probed | GalleriaError] = []
    over = threading.Event()

    def attempt() -> None:
        begin = time.monotonic()
        try:
            opened = open_reading(source, reading)
            try:
                next(iter(opened), None)
                facts = opened.facts
                took = time.monotonic() - begin
                answers.append(Probed(facts.width, facts.height, facts.rate, facts.live, took))
            finally:
                opened.close()
        except GalleriaError as error:
            answers.append(error)
        finally:
            over.set()

    # A thread of its own: the network may hang longer than a person waits. The container's timeouts end it.
    threading.Thread(target=attempt, name="probe", daemon=True).start()
    over.wait(patience)
    answer = answers[0] if answers else None
    if isinstance(answer, Probed):
        return answer
    if answer is not None:
        raise answer
    problem = f"nothing came from {Address.of(given.strip()).shown} within {patience:.0f} seconds"
    raise VideoError(problem, "Check the address, that the camera is switched on, and that this machine reaches it.")


def _filled(given: str, password: str, folder: Path) -> str:
    """What the decoder opens. The password goes to it and nowhere else."""
    refuse_references(given)
    address = Address.of(given)
    secret = password or unquote(address.password)
    if not secret:
        return fill_source(given, folder, {})
    if not address.user:
        raise no_user()
    return fill_source(address.with_password("${TYPED}"), folder, {"TYPED": secret})
