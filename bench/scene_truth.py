"""What a detector and a tracker without fault would report of a rendered scene, as the product's own events.

What the product computes of these is what its measures of the clips are held against: that shows what following people
costs. What it computes of these is also held against what the scene itself tells (its queue, its groups): that shows
what the measures make of ways that are right.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from math import acos, cos, degrees, radians
from pathlib import Path as File
from typing import Any

from galleria.analytics.intervals import Interval
from galleria.domain.events import Crossing, Event, Origin, Path, Seen, Stay
from galleria.domain.geometry import Box, Point
from galleria.domain.site import Camera
from galleria.spatial.crossing import anchor_point
from galleria.spatial.staying import DEBOUNCE
from galleria.spatial.way import THIN

FOOTAGE = File(__file__).parents[1] / "footage"
SCENES = ("morning", "dusk", "faults", "nextday")
# People from straight above are found by no network of the product.
LEFT_OUT = ("down",)
# Nobody has to find whom less is seen of, a share.
VISIBLE = 0.25
# A camera that saw nothing for a while tells new tracks: of each of its stretches somebody has one of their own.
PIECES = 100
PIXELS, FRAMES = (768.0, 432.0), 8  # of a picture; a second


@dataclass(frozen=True, slots=True)
class Row:
    """Somebody in a frame.

    Attributes:
        time: seconds after the scene's start.
        box: in shares of the picture, cut at its border.
        away: degrees between where the face looks and the camera; None: no face is seen.
    """

    time: float
    track: int
    box: Box
    away: float | None


@dataclass(frozen=True)
class Scene:
    """What is known of a scene, see docs/mall.md."""

    name: str

    @cached_property
    def facts(self) -> Mapping[str, Any]:
        """`scene.json`."""
        facts: Mapping[str, Any] = json.loads((FOOTAGE / self.name / "scene.json").read_text("utf-8"))
        return facts

    @property
    def start(self) -> datetime:
        return datetime.fromisoformat(self.facts["start"])

    @cached_property
    def begin(self) -> float:
        """Seconds since 1970-01-01 UTC."""
        return self.start.timestamp()

    @property
    def cameras(self) -> list[str]:
        return [camera for camera in self.facts["cameras"] if camera not in LEFT_OUT]

    def clip(self, camera: str) -> File:
        return FOOTAGE / self.name / f"{camera}.mp4"

    def groups(self) -> dict[int, int]:
        """The group of each track that did not come alone."""
        return {track: one["group"] for one in self.facts["groups"] for track in one["tracks"]}

    def seeing(self, camera: str) -> list[Interval]:
        """When the camera showed what was there, seconds after the start."""
        seen, since = list[Interval](), 0.0
        for fault in sorted(self.facts["faults"], key=lambda fault: float(fault["begin"])):
            if fault["camera"] == camera:
                seen.append((since, fault["begin"]))
                since = fault["end"]
        return [(a, b) for a, b in (*seen, (since, float(self.facts["seconds"]))) if b > a]

    def rows(self, camera: str) -> Iterator[Row]:
        """Everybody who can be seen, frame by frame."""
        seeing = self.seeing(camera)
        with self.clip(camera).with_name(f"{camera}.people.csv").open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                time = float(row["t"])
                if float(row["visible"]) >= VISIBLE and any(a <= time < b for a, b in seeing):
                    yield Row(time, int(row["track"]), _box(row), _away(row))

    def events(self, site: str, camera: Camera) -> list[Event]:
        """What happened before a camera while it was seeing."""
        origin = Origin(site, camera.id, f"truth of {self.name}")
        crossings = list(self._crossings(origin, camera))
        stays = list(self._stays(origin, camera))
        seen = [
            Seen(origin.event_id(0, "seen", n), origin, self.begin + a, self.begin + b)
            for n, (a, b) in enumerate(self.seeing(camera.id))
        ]
        return [*crossings, *stays, *self._paths(origin, camera, crossings, stays), *seen]

    def _track(self, camera: Camera, track: int, time: float) -> int:
        """The number of somebody's track at a time, seconds after the start."""
        return PIECES * track + sum(begin <= time for begin, _ in self.seeing(camera.id))

    def _crossings(self, origin: Origin, camera: Camera) -> Iterator[Crossing]:
        lines, seeing = {wire.id for wire in camera.tripwires}, self.seeing(camera.id)
        for n, one in enumerate(self.facts["crossings"]):
            if one["line"] in lines and any(a <= one["t"] < b for a, b in seeing):
                name = origin.event_id(one["track"], one["line"], n)
                track = self._track(camera, one["track"], one["t"])
                yield Crossing(name, origin, track, self.begin + one["t"], one["line"], one["way"], "", Point(0, 0))

    def _stays(self, origin: Origin, camera: Camera) -> Iterator[Stay]:
        for n, one in enumerate(self.facts["stays"]):
            for begin, end in self.seeing(camera.id) if one["camera"] == camera.id else ():
                since, until = max(begin, one["enter"]), min(end, one["leave"])
                if until - since >= DEBOUNCE:
                    name = origin.event_id(one["track"], f"{one['zone']} {begin}", n)
                    cut = end <= one["leave"] or (one["open"] and one["enter"] > 0)
                    times = self.begin + since, self.begin + until
                    track = self._track(camera, one["track"], since)
                    yield Stay(name, origin, track, *times, one["zone"], open_ended=cut)

    def _paths(
        self, origin: Origin, camera: Camera, crossings: Sequence[Crossing], stays: Sequence[Stay]
    ) -> Iterator[Path]:
        ways: dict[int, list[tuple[float, float, float]]] = defaultdict(list)
        for row in self.rows(camera.id):
            way, at = ways[self._track(camera, row.track, row.time)], anchor_point(row.box, camera.anchor)
            if not way or self.begin + row.time - way[-1][0] >= THIN - 1e-6:
                way.append((self.begin + row.time, at.x, at.y))
        crossed = {one.track for one in crossings}
        near = {one.track for one in stays if one.zone == camera.pass_by} if camera.pass_by else set(ways)
        for track, way in ways.items():
            passed = bool(camera.tripwires) and track in near and track not in crossed
            yield Path(origin.event_id(track, "path", 0), origin, track, way[0][0], way[-1][0], tuple(way), passed)


def _box(row: Mapping[str, str]) -> Box:
    x0, y0, x1, y1 = (float(row[name]) for name in ("x0", "y0", "x1", "y1"))
    wide, high = PIXELS
    return Box(max(0.0, x0 / wide), max(0.0, y0 / high), min(1.0, x1 / wide), min(1.0, y1 / high))


def _away(row: Mapping[str, str]) -> float | None:
    if not row["face_yaw"]:
        return None
    return degrees(acos(cos(radians(float(row["face_yaw"]))) * cos(radians(float(row["face_pitch"])))))
