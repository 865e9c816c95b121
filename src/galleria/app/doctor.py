"""Looks over a machine and a site before somebody relies on them: what is found, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from galleria.domain.errors import GalleriaError
from galleria.domain.site import Site
from galleria.domain.time import Clock


class Health(StrEnum):
    """How a thing is."""

    GOOD = "good"
    WARNING = "warning"  # it runs, and something is not as it should be
    BAD = "bad"  # it does not run like this


@dataclass(frozen=True, slots=True)
class Finding:
    """What one look showed.

    Attributes:
        what: was looked at, e.g. `disk`.
        found: one sentence without its full stop; never holds a secret.
        remedy: what to do; empty when it is good.
    """

    what: str
    health: Health
    found: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Patient:
    """What is looked over.

    Attributes:
        site_file: None: only the machine.
        folder: where the site keeps its stores; need not exist yet.
        address: (host, port) that the console will listen at.
        cameras: whether each camera is tried; takes seconds for each.
    """

    site_file: Path | None
    folder: Path
    address: tuple[str, int]
    clock: Clock
    cameras: bool = False


def examine(patient: Patient) -> Iterator[Finding]:
    """Look at everything, one after the other; a look that fails is a finding like any other."""
    from . import doctor_machine as machine  # noqa: PLC0415  heavy imports wait until they are needed
    from . import doctor_site  # noqa: PLC0415

    looks: list[tuple[str, Callable[[], Iterator[Finding]]]] = [
        ("python", machine.python),
        ("processor", machine.processor),
        ("video", machine.codecs),
        ("engine", machine.engines),
        ("folder", lambda: machine.folder(patient.folder)),
        ("disk", lambda: machine.disk(patient.folder)),
        ("handles", machine.handles),
        ("clock", lambda: machine.clock(patient.clock.now())),
        ("port", lambda: machine.port(*patient.address)),
    ]
    for what, look in looks:
        yield from _told(what, look)
    sites: list[Site] = []
    if patient.site_file is not None:
        path = patient.site_file
        yield from _told("site", lambda: doctor_site.site_file(path, sites))
    # A wrong site file leaves the default network to be looked at.
    yield from _told("network", lambda: machine.network(sites[0] if sites else None))
    for site in sites:
        yield from _told("stores", lambda: doctor_site.stores(patient.folder))
        if patient.cameras:
            for camera in site.cameras:
                yield from _told(f"camera {camera.id}", lambda camera=camera: doctor_site.camera(camera))  # type: ignore[misc]


def worst(findings: list[Finding]) -> Health:
    """Good when there is nothing else."""
    order = list(Health)
    return max((finding.health for finding in findings), key=order.index, default=Health.GOOD)


def _told(what: str, look: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from look()
    except GalleriaError as error:
        yield Finding(what, Health.BAD, error.problem, error.remedy)
    except OSError as error:
        yield Finding(what, Health.BAD, f"it cannot be looked at: {error.strerror or error}", "Check permissions.")
