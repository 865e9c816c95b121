"""Events: immutable, past tense, small, typed, versioned, with a deterministic id.

The same footage counted twice gives the same ids, so that a sink can be idempotent.
All times are capture times, seconds since 1970-01-01 UTC.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TypeAlias

from .geometry import Point

VERSION = 1


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an event comes from: `epoch` names one uninterrupted run of a camera (for files: the recording)."""

    site: str
    camera: str
    epoch: str

    def event_id(self, track: int, kind: str, n: int) -> str:
        """128 bits, hexadecimal, from (site, camera, epoch, track, kind, n)."""
        # JSON, because joining with a separator lets a name that holds the separator pass for two others.
        text = json.dumps((self.site, self.camera, self.epoch, track, kind, n))
        return hashlib.sha256(text.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Crossing:
    """A track went over a tripwire.

    Attributes:
        direction: `in` or `out`.
        towards: the image direction walked: up, down, left or right.
        at: where the line was crossed, normalised.
    """

    id: str
    origin: Origin
    track: int
    time: float
    tripwire: str
    direction: str
    towards: str
    at: Point


@dataclass(frozen=True, slots=True)
class Stay:
    """A track was in a zone from `time` to `end`; `open_ended` when the footage ended first."""

    id: str
    origin: Origin
    track: int
    time: float
    end: float
    zone: str
    open_ended: bool = False

    @property
    def dwell(self) -> float:
        """Seconds."""
        return self.end - self.time


@dataclass(frozen=True, slots=True)
class Path:
    """The way of a whole track, thinned to about two points a second.

    Attributes:
        points: (time, x, y) of the camera's anchor, normalised.
        passed_by: True when the track crossed no tripwire of its camera (and was in the pass-by zone, if one is set).
    """

    id: str
    origin: Origin
    track: int
    time: float
    end: float
    points: tuple[tuple[float, float, float], ...]
    passed_by: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """The camera was really seeing from `time` to `end`. Coverage is computed from these."""

    id: str
    origin: Origin
    time: float
    end: float
    track: int = 0


Event: TypeAlias = Crossing | Stay | Path | Seen

KINDS: dict[str, type[Crossing | Stay | Path | Seen]] = {
    "crossing": Crossing,
    "stay": Stay,
    "path": Path,
    "seen": Seen,
}


def kind_of(event: Event) -> str:
    """The kind's name as used in ids and in the journal."""
    return type(event).__name__.lower()
