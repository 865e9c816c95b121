"""Clips of rendered scenes as the product counts them: through its detector, its tracker and its counting."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

from galleria.app.count import CountRequest, count
from galleria.app.networks import Loaded
from galleria.domain.events import Crossing, Event, Path, Seen, Stay
from galleria.domain.geometry import Box
from galleria.domain.site import Camera, Queue, Site
from galleria.domain.time import Bucket, trading_day
from galleria.storage.sitefile import load_site

from .scene_truth import FOOTAGE, FRAMES, SCENES, Row, Scene

Kind = TypeVar("Kind", Stay, Path, Crossing, Seen)


@dataclass(frozen=True)
class Film:
    """A clip of a scene, and what was and what was found before its camera."""

    site: Site
    scene: Scene
    camera: Camera
    found: Sequence[Event]

    @cached_property
    def true(self) -> Sequence[Event]:
        return self.scene.events(self.site.id, self.camera)

    @cached_property
    def rows(self) -> Sequence[Row]:
        return list(self.scene.rows(self.camera.id))

    @cached_property
    def bodies(self) -> Mapping[int, Mapping[int, Box]]:
        """Everybody's box, cut at the picture's border, by frame."""
        found: dict[int, dict[int, Box]] = defaultdict(dict)
        for row in self.rows:
            found[round(row.time * FRAMES)][row.track] = row.box
        return found

    @property
    def day(self) -> Bucket:
        return trading_day(self.site, self.scene.begin)

    @property
    def name(self) -> str:
        return f"{self.scene.name}/{self.camera.id}"


def site_of_footage() -> Site:
    """The site of `footage/`, with the queue that its till has."""
    site = load_site(FOOTAGE / "site.yaml")
    return replace(site, queues=(Queue("coffee", "queue", service="service"),))


def films(site: Site, network: Loaded, scenes: Sequence[str] = SCENES) -> list[Film]:
    """Count all clips."""
    made = []
    for scene in map(Scene, scenes):
        for camera in map(site.camera, scene.cameras):
            start = scene.start
            request = CountRequest(site, camera, (str(scene.clip(camera.id)),), start=start, threads=1, record=False)
            made.append(Film(site, scene, camera, count(request, network).events))
    return made


def of_kind(events: Sequence[Event], kind: type[Kind]) -> list[Kind]:
    """Those of one kind."""
    return [one for one in events if isinstance(one, kind)]


def stays_in(events: Sequence[Event], zone: str) -> list[Stay]:
    """Stays in a zone, by time."""
    return sorted((one for one in of_kind(events, Stay) if one.zone == zone), key=lambda one: one.time)
