"""What members need from the rest of the site, and what they answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING, Any, Protocol

from galleria.domain.errors import PolicyError
from galleria.domain.purpose import Purpose
from galleria.domain.site import Site
from galleria.domain.time import Clock
from galleria.notify.envelope import Message
from galleria.storage.records import Records

from .audit import Audit

if TYPE_CHECKING:
    from .faces import FaceSteps
    from .recognition.ports import Erasure, Subjects


class Greetings(Protocol):
    """Tells other programs; `galleria.app.integrations.Integrations` does."""

    def greet(self, message: Message) -> None:
        """Tell that a member was seen; never waits."""
        ...

    def unsay(self, member: str) -> None:
        """Erase what was told, or waits to be, of a member."""
        ...


@dataclass(frozen=True, slots=True)
class Running:
    """What recognition gives. Each raises PolicyError while there is no such purpose.

    Attributes:
        subjects: the members' gallery. It is there, to forget, as long as there are templates of members.
        steps: the networks that look at a kiosk's pictures.
        erasures: of other purposes that keep templates.
        threshold: comparison score from which on two pictures are of one face.
    """

    subjects: Callable[[], Subjects]
    steps: Callable[[], FaceSteps]
    erasures: Callable[[], Mapping[Purpose, Erasure]]
    threshold: Callable[[], float]


def nothing_runs() -> Running:
    """What there is while no purpose runs."""

    def refuse() -> Any:  # noqa: ANN401 - it never returns
        problem = "no members' purpose runs"
        raise PolicyError(problem, "Declare the purpose members, and have it signed by two people.")

    return Running(refuse, refuse, dict, refuse)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What members take from the running site.

    Attributes:
        site: as it is now.
        vaults: folder of the sealed files.
        keys: folder of their keys.
        settings: of the group `members`, as they are now.
        running: what recognition gives.
        pause: waits so many seconds.
    """

    site: Callable[[], Site]
    vaults: Path
    keys: Path
    records: Records
    audit: Audit
    settings: Callable[[], Mapping[str, Any]]
    running: Running
    greetings: Greetings
    clock: Clock
    pause: Callable[[float], object] = sleep


class Ended(StrEnum):
    """What came of a withdrawal."""

    WITHDRAWN = "withdrawn"  # just now: everything is erased
    BEFORE = "before"  # there is nothing any more
    UNKNOWN = "unknown"  # no such receipt


@dataclass(frozen=True, slots=True)
class Erased:
    """What whoever showed a face is told: the same for everybody. Whether anybody was found stands in the audit alone.

    Attributes:
        request: under which the data protection officer finds the question for the watchlist; there is one either way.
    """

    request: str
