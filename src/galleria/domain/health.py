"""What can be wrong with a running camera, and for how long it was."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class CameraState(StrEnum):
    """How a camera is.

    Only what was SEEING is covered: in every other state nothing that happened could have been counted.
    """

    STARTING = "starting"  # not connected yet since the site was started or the camera changed
    SEEING = "seeing"
    OFFLINE = "offline"  # no connection; it is tried again
    STALLED = "stalled"  # connected, and no frames come
    FROZEN = "frozen"  # frames come, and all show the same picture, noise and all
    DARK = "dark"  # black, or nearly
    COVERED = "covered"  # something hangs before the lens, or it is out of focus: no detail anywhere
    MOVED = "moved"  # it looks elsewhere: what is drawn no longer lies where it was drawn
    CLOCK = "clock"  # its times jumped
    OFF = "off"  # switched off by a person


@dataclass(frozen=True, slots=True)
class Condition:
    """A stretch of time in which a camera was in one state.

    Attributes:
        begin: seconds since 1970-01-01 UTC.
        end: likewise, does not belong; None while it lasts.
        reason: for people, one sentence without its full stop; never holds a secret; may be empty.
    """

    site: str
    camera: str
    state: CameraState
    begin: float
    end: float | None = None
    reason: str = ""
