"""What places draw, by day: tracks that stop in a zone, tracks that pass a shop by, how dense it is in a shop. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from galleria.domain.calendar import open_time
from galleria.domain.events import Crossing, Event, Path, Seen, Stay
from galleria.domain.site import Site
from galleria.domain.time import Bucket

from .edges import seconds_in, union
from .facts import Numbers


@dataclass(frozen=True, slots=True)
class Drawn:
    """A zone's or shop's day, or several together; what belongs to the other kind is zero.

    Attributes:
        stayed: tracks with a stay in the zone.
        tracks: tracks that the camera told the way of.
        came: tracks into the shop; `passed`: tracks of the cameras of its lines that passed by.
        presence: tenths of a second in the shop's zones, of all tracks together, in opening hours.
        covered: tenths of a second of opening hours in which its cameras were seeing; `opened`: how many there were.
    """

    stayed: int = 0
    tracks: int = 0
    came: int = 0
    passed: int = 0
    presence: int = 0
    covered: int = 0
    opened: int = 0

    def __add__(self, other: Drawn) -> Drawn:
        return Drawn(
            self.stayed + other.stayed,
            self.tracks + other.tracks,
            self.came + other.came,
            self.passed + other.passed,
            self.presence + other.presence,
            self.covered + other.covered,
            self.opened + other.opened,
        )

    @property
    def coverage(self) -> float:
        return min(1.0, self.covered / self.opened) if self.opened else float(self.covered > 0)

    @property
    def draw(self) -> float | None:
        """Share of the camera's tracks that stayed in the zone; None: the camera tells no ways of tracks."""
        return min(1.0, self.stayed / self.tracks) if self.tracks else None

    @property
    def capture(self) -> float | None:
        """Comings ÷ who passed by; None: nobody passed by, as far as the cameras tell."""
        return self.came / self.passed if self.passed else None

    @property
    def at_once(self) -> float | None:
        """Tracks at once in the shop's zones, mean of the time seen; None: nothing was seen."""
        return self.presence / self.covered if self.covered else None


def drawn_of_day(site: Site, day: Bucket, events: Sequence[Event]) -> Mapping[str, Drawn]:
    """Days of every `zone:id` and `shop:id`."""
    opened = open_time(site, day)
    if opened is None:
        return {}
    ways: dict[str, set[tuple[str, int]]] = {}
    passed: dict[str, int] = {}
    stays: dict[str, list[Stay]] = {}
    came: dict[str, int] = {}
    seen: dict[str, list[Seen]] = {}
    for event in events:
        if isinstance(event, Path):
            ways.setdefault(event.origin.camera, set()).add((event.origin.epoch, event.track))
            passed[event.origin.camera] = passed.get(event.origin.camera, 0) + event.passed_by
        elif isinstance(event, Stay):
            stays.setdefault(event.zone, []).append(event)
        elif isinstance(event, Crossing):
            came[event.tripwire] = came.get(event.tripwire, 0) + (event.direction == "in")
        else:
            seen.setdefault(event.origin.camera, []).append(event)
    cameras = {zone.id: camera.id for camera in site.cameras for zone in camera.zones}
    lines = {wire.id: camera.id for camera in site.cameras for wire in camera.tripwires}
    found = {}
    for zone, camera in cameras.items():
        known = ways.get(camera, set())
        stayed = {(stay.origin.epoch, stay.track) for stay in stays.get(zone, ())} & known
        found[f"zone:{zone}"] = Drawn(len(stayed), len(known), **_covered(opened, [seen.get(camera, [])]))
    for shop in site.shops:
        here = sorted({lines[wire] for wire in shop.tripwires if wire in lines})
        inside = sorted({cameras[zone] for zone in shop.zones if zone in cameras})
        within: dict[str, list[Stay]] = {}
        for zone in shop.zones:
            within.setdefault(cameras.get(zone, ""), []).extend(stays.get(zone, ()))
        found[f"shop:{shop.id}"] = Drawn(
            came=sum(came.get(wire, 0) for wire in shop.tripwires),
            passed=sum(passed.get(camera, 0) for camera in here),
            **_together(opened, [(within.get(camera, []), seen.get(camera, [])) for camera in inside or here]),
        )
    return found


def _covered(opened: tuple[float, float], cameras: Sequence[Sequence[Seen]]) -> dict[str, int]:
    """Tenths of seconds in opening hours in which all of them were seeing, told by the one that saw least."""
    least = min((_within(opened, [(one.time, one.end) for one in some]) for some in cameras), default=0.0)
    return {"covered": round(10 * least), "opened": round(10 * (opened[1] - opened[0]))}


def _together(opened: tuple[float, float], cameras: Sequence[tuple[Sequence[Stay], Sequence[Seen]]]) -> dict[str, int]:
    """Presence and what was covered, of several cameras: each one's presence as it is a second that it saw."""
    covered = _covered(opened, [seen for _, seen in cameras])
    rates = 0.0
    for stays, seen in cameras:
        mine = _covered(opened, [seen])["covered"]
        rates += _presence(opened, stays) / mine if mine else 0.0
    return {"presence": round(rates * covered["covered"]), **covered}


def _presence(opened: tuple[float, float], stays: Sequence[Stay]) -> int:
    """Tenths of seconds of all tracks; a track that is in two zones at once is there once."""
    by_track: dict[tuple[str, str, int], list[tuple[float, float]]] = {}
    for stay in stays:
        key = (stay.origin.camera, stay.origin.epoch, stay.track)
        by_track.setdefault(key, []).append((stay.time, stay.end))
    single = [some[0] for some in by_track.values() if len(some) == 1]
    spans = _array(single)
    total = float(seconds_in(np.array(opened), spans[:, 0], spans[:, 1])[0])
    total += sum(_within(opened, some) for some in by_track.values() if len(some) > 1)
    return round(10 * total)


def _within(opened: tuple[float, float], spans: Sequence[tuple[float, float]]) -> float:
    some = _array(spans)
    return float(seconds_in(np.array(opened), *union(some[:, 0], some[:, 1]))[0])


def _array(spans: Sequence[tuple[float, float]]) -> Numbers:
    found: Numbers = np.array(spans, np.float64).reshape(-1, 2)
    return found
