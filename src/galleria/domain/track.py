"""A track: what is believed to be one body's way through one camera's picture.

tentative (seen too little to count) -> confirmed -> lost (not seen now, still awaited) -> confirmed again or ended.
Lost is not left: only `ended` ends anything downstream.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .geometry import Box


class TrackState(StrEnum):
    """Where a track is in its life (tentative tracks are not reported)."""

    CONFIRMED = "confirmed"
    LOST = "lost"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class TrackPoint:
    """One observation of a track.

    Attributes:
        time: capture time, seconds since 1970-01-01 UTC.
        box: normalised.
        score: the detector's.
    """

    time: float
    box: Box
    score: float


@dataclass(frozen=True, slots=True)
class TrackUpdate:
    """What one frame changed about one track.

    Attributes:
        track: number of the track within its epoch, from 1.
        state: state after the frame.
        points: observations not reported before, oldest first; a track's first update carries its tentative past.
    """

    track: int
    state: TrackState
    points: tuple[TrackPoint, ...]
