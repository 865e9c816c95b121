"""What listeners are told of a running site: plain JSON values."""

from __future__ import annotations

from typing import Any

from galleria.domain.events import Crossing, Event, Stay
from galleria.domain.health import Condition
from galleria.domain.live import CameraLive, SiteLive

from .broadcast import News


def news_of(what: Event | Condition) -> News | None:
    """What listeners are told of something; None when it is of no interest at once."""
    if isinstance(what, Condition):
        return {
            "type": "condition", "camera": what.camera, "state": what.state.value,
            "begin": what.begin, "end": what.end, "reason": what.reason,
        }  # fmt: skip
    head = {"id": what.id, "camera": what.origin.camera}
    if isinstance(what, Crossing):
        return {
            "type": "crossing", **head, "tripwire": what.tripwire, "direction": what.direction,
            "time": what.time, "at": [what.at.x, what.at.y],
        }  # fmt: skip
    if isinstance(what, Stay):
        return {"type": "stay", **head, "zone": what.zone, "time": what.time, "end": what.end}
    return None


def live_news(live: SiteLive) -> News:
    """The live state: numbers and dots, no pixels."""
    inside = live.occupancy
    return {
        "type": "live",
        "time": live.time,
        "day": live.day,
        "occupancy": {"value": inside.value, "error": round(inside.error, 1), "came": inside.came, "went": inside.went},
        "cameras": {name: _camera(camera) for name, camera in live.cameras.items()},
    }


def _camera(camera: CameraLive) -> dict[str, Any]:
    return {
        "state": camera.state.value, "since": camera.since, "reason": camera.reason, "frame_time": camera.frame_time,
        "lag": round(camera.lag, 3), "dropped": camera.dropped, "zones": dict(camera.zones),
        "dots": [[dot.track, round(dot.x, 4), round(dot.y, 4)] for dot in camera.dots],
        "crossings": {line: list(counts) for line, counts in camera.crossings.items()},
    }  # fmt: skip
