"""A camera's states, one after the other, into conditions: each begins where the one before ended."""

from __future__ import annotations

from dataclasses import dataclass, replace

from galleria.capture.feed import FeedState, FeedStatus
from galleria.domain.health import CameraState, Condition
from galleria.vision.sight import Verdict

# A verdict reaches back by seconds. One that seems to reach back further has another clock: a recording's.
REACH = 60.0

_OF_FEED = {
    FeedState.STARTING: CameraState.STARTING,
    FeedState.STALLED: CameraState.STALLED,
    FeedState.OFFLINE: CameraState.OFFLINE,
}


@dataclass(frozen=True, slots=True)
class Health:
    """How a camera is, since when (seconds since 1970-01-01 UTC), and why; no secret is in the reason."""

    state: CameraState
    since: float
    reason: str = ""


def judge(status: FeedStatus, verdict: Verdict | None, now: float) -> Health:
    """How a camera is, as far as its connection and its pictures tell.

    Args:
        status: of its feed.
        verdict: of the newest analysed frame of this connection; None before the first.
        now: seconds since 1970-01-01 UTC.
    """
    state = _OF_FEED.get(status.state)
    if state is not None:
        return Health(state, status.since, status.reason)
    if verdict is None:
        return Health(CameraState.SEEING, status.since)
    since = verdict.since if 0 <= now - verdict.since <= REACH else now
    return Health(verdict.state, since, verdict.reason)


@dataclass(slots=True)
class HealthBook:
    """Keeps one camera's present condition.

    Attributes:
        now: the present one; None before the first.
    """

    site: str
    camera: str
    now: Condition | None = None

    def note(self, health: Health, time: float) -> list[Condition]:
        """Note how the camera is at a time (seconds since 1970-01-01 UTC); return the conditions that changed."""
        before = self.now
        if before is not None and before.state is health.state:
            return []
        begin, changed = min(health.since, time), []
        if before is not None:
            begin = max(begin, before.begin)
            changed.append(replace(before, end=begin))
        self.now = Condition(self.site, self.camera, health.state, begin, None, health.reason)
        return [*changed, self.now]

    def jump(self, before: float, health: Health) -> list[Condition]:
        """Note that the clock jumped: what was told by the old time ends at its last moment, `before`."""
        return [*self.close(before), *self.note(health, health.since)]

    def close(self, time: float) -> list[Condition]:
        """End the present condition: nobody watches any more."""
        before, self.now = self.now, None
        return [replace(before, end=max(time, before.begin))] if before is not None else []
