"""A site and what it is doing into MQTT topics with their values, and into Home Assistant's discovery messages."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from galleria import __version__
from galleria.domain.health import CameraState
from galleria.domain.live import CameraLive, SiteLive
from galleria.domain.site import Camera, Site

from .settings import MqttSettings

ONLINE, OFFLINE = "online", "offline"
_NOT_SLUG = re.compile(r"[^A-Za-z0-9_-]")
_NOBODY = CameraLive("", CameraState.STARTING, 0.0)


@dataclass(frozen=True, slots=True)
class Topics:
    """The names of one site's topics.

    Ids of sites, cameras, lines and zones hold only letters, digits, `_`, `.` and `-`: none of them means anything
    in a topic.
    """

    site: Site
    settings: MqttSettings

    @property
    def base(self) -> str:
        return f"{self.settings.prefix}/{self.site.id}"

    @property
    def availability(self) -> str:
        return f"{self.base}/availability"

    @property
    def ours(self) -> tuple[str, ...]:
        """Filters that match whatever an earlier run of this site may have left at the broker."""
        filters = [f"{self.base}/#"]
        if self.settings.discovery:
            filters.append(f"{self.settings.discovery}/sensor/{self._node}/+/config")
        return tuple(filters)

    @property
    def _node(self) -> str:
        return f"galleria_{slug(self.site.id)}"

    def values(self, live: SiteLive) -> dict[str, str]:
        """What every topic says now: numbers as text, the same topics every time for the same site."""
        inside = live.occupancy
        told = {
            f"{self.base}/occupancy": str(inside.value),
            f"{self.base}/occupancy_error": f"{inside.error:.1f}",
            f"{self.base}/day": live.day,
        }
        for camera in self.site.cameras:
            now = live.cameras.get(camera.id, _NOBODY)
            told[f"{self.base}/camera/{camera.id}/state"] = now.state.value
            for wire in camera.tripwires:
                counts = now.crossings.get(wire.id, (0, 0))
                told |= _pair(f"{self.base}/line/{wire.id}", counts)
            for zone in camera.zones:
                told[f"{self.base}/zone/{zone.id}/tracks"] = str(now.zones.get(zone.id, 0))
        for entrance, counts in entrance_counts(self.site, live).items():
            told |= _pair(f"{self.base}/entrance/{entrance}", counts)
        return told

    def discovery(self) -> dict[str, str]:
        """Home Assistant's messages: topic to JSON. Empty when discovery is off."""
        if not self.settings.discovery:
            return {}
        return dict(self._config(*sensor) for sensor in self._sensors())

    def _sensors(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """(what follows our base, name, what makes it this kind of sensor)."""
        people = {"unit_of_measurement": "people", "icon": "mdi:account-group"}
        yield "occupancy", "Occupancy", {"state_class": "measurement", **people}
        yield "occupancy_error", "Occupancy error", {"state_class": "measurement", **people, **_DIAGNOSTIC}
        for entrance in self.site.entrances:
            yield from _counts(f"entrance/{entrance.id}", entrance.name or entrance.id)
        for camera in self.site.cameras:
            name = camera.name or camera.id
            states = {"device_class": "enum", "options": [state.value for state in CameraState]}
            yield f"camera/{camera.id}/state", f"{name} state", {**states, "icon": "mdi:cctv", **_DIAGNOSTIC}
            for wire in camera.tripwires:
                yield from _counts(f"line/{wire.id}", wire.name or wire.id)
            for zone in camera.zones:
                yield f"zone/{zone.id}/tracks", f"{zone.name or zone.id} now", {"state_class": "measurement", **people}

    def _config(self, tail: str, name: str, kind: Mapping[str, Any]) -> tuple[str, str]:
        thing = slug(tail.replace("/", "_"))
        unique = f"{self._node}_{thing}"
        told: dict[str, Any] = {
            "name": name,
            "unique_id": unique,
            "object_id": unique,
            "state_topic": f"{self.base}/{tail}",
            "availability_topic": self.availability,
            "device": self._device(),
            "origin": {"name": "Galleria", "sw_version": __version__},
            **kind,
        }
        return f"{self.settings.discovery}/sensor/{self._node}/{thing}/config", json.dumps(told, ensure_ascii=False)

    def _device(self) -> dict[str, Any]:
        name = self.site.called
        about = {"manufacturer": "Galleria", "model": "Visitor analytics", "sw_version": __version__}
        return {"identifiers": [self._node], "name": name, **about}


_DIAGNOSTIC = {"entity_category": "diagnostic"}


def slug(text: str) -> str:
    """A name of only letters, digits, `_` and `-`; what had to be changed gets a mark, so that no two become one."""
    changed = _NOT_SLUG.sub("_", text)
    return changed if changed == text else f"{changed}_{hashlib.sha256(text.encode()).hexdigest()[:6]}"


def entrance_counts(site: Site, live: SiteLive) -> dict[str, tuple[int, int]]:
    """(in, out) of the open trading day by entrance, over all its lines."""
    counts = {entrance.id: (0, 0) for entrance in site.entrances}
    for camera, wire in _entrance_lines(site):
        came, went = live.cameras.get(camera.id, _NOBODY).crossings.get(wire[0], (0, 0))
        before = counts.get(wire[1], (0, 0))
        counts[wire[1]] = (before[0] + came, before[1] + went)
    return counts


def _entrance_lines(site: Site) -> Iterator[tuple[Camera, tuple[str, str]]]:
    for camera in site.cameras:
        for wire in camera.tripwires:
            if wire.entrance:
                yield camera, (wire.id, wire.entrance)


def _counts(tail: str, name: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    # They begin at 0 with every trading day: `total_increasing` takes a fall for a new beginning.
    kind = {"state_class": "total_increasing", "unit_of_measurement": "people"}
    yield f"{tail}/in", f"{name} in", {**kind, "icon": "mdi:location-enter"}
    yield f"{tail}/out", f"{name} out", {**kind, "icon": "mdi:location-exit"}


def _pair(base: str, counts: tuple[int, int]) -> dict[str, str]:
    return {f"{base}/in": str(counts[0]), f"{base}/out": str(counts[1])}
