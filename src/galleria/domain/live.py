"""What a running site is doing now: no pixels, nothing that names anybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .health import CameraState


@dataclass(frozen=True, slots=True)
class Dot:
    """A track that is being followed now: its number within the camera's run, and where its anchor is, in [0,1]²."""

    track: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class CameraLive:
    """One camera now.

    Attributes:
        since: when the state began, seconds since 1970-01-01 UTC.
        reason: for people; empty while all is well.
        frame_time: capture time of the newest analysed frame; None before the first.
        received: frames that the camera sent since the start.
        analysed: of those, looked at.
        searched: of those, in which people were looked for (something moved or somebody was there).
        dropped: frames that should have been analysed, and were not because newer ones had come.
        lag: seconds from the capture of the newest analysed frame to the end of its analysis.
        reconnects: connections after the first.
        dots: tracks.
        zones: tracks in each zone now.
        crossings: of today, by tripwire: (in, out).
    """

    camera: str
    state: CameraState
    since: float
    reason: str = ""
    frame_time: float | None = None
    received: int = 0
    analysed: int = 0
    searched: int = 0
    dropped: int = 0
    lag: float = 0.0
    reconnects: int = 0
    dots: tuple[Dot, ...] = ()
    zones: Mapping[str, int] = field(default_factory=dict)
    crossings: Mapping[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Occupancy:
    """How many are inside now.

    Attributes:
        value: never negative.
        error: half the width of the interval that holds the true number nineteen times of twenty, as far as counting
            errors that do not favour a direction go.
        since: when it was last set to zero.
        came: over the lines of entrances since then.
        went: likewise.
        withheld: goings that would have made it negative: counted, and shown as a sign of missed comings.
    """

    value: int
    error: float
    since: float
    came: int = 0
    went: int = 0
    withheld: int = 0


@dataclass(frozen=True, slots=True)
class SiteLive:
    """A whole site now.

    Attributes:
        time: of this picture, seconds since 1970-01-01 UTC.
        day: label of the trading day.
    """

    time: float
    day: str
    cameras: Mapping[str, CameraLive]
    occupancy: Occupancy
