"""Tracks into stays in zones.

A stay begins when a track's anchor has been inside for `DEBOUNCE` seconds (and counts from when it came in), and ends
when it has been outside for `LEFT` seconds (and counts until it went out). A track that is lost has not left: its stay
ends only when the track ends, at the moment it was last seen.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from galleria.domain.events import Origin, Stay
from galleria.domain.site import Anchor, Zone
from galleria.domain.track import TrackPoint, TrackState, TrackUpdate

from .crossing import anchor_point

DEBOUNCE = 0.5
# Longer: of who stands at a zone's edge and is half hidden the feet are placed outside now and then.
LEFT = 1.0


@dataclass(slots=True)
class _Presence:
    """One track and one zone. Ends with the track."""

    last: float
    came: float | None = None  # when it last came in, while inside or not yet surely out
    went: float | None = None  # when it last went out, while not yet surely out
    count: int = 0


@dataclass(slots=True)
class ZoneWatcher:
    """Watches stays in one zone.

    Attributes:
        anchor: the camera's; a zone's own goes first.
    """

    origin: Origin
    zone: Zone
    anchor: Anchor
    _presences: dict[int, _Presence] = field(default_factory=dict)

    @property
    def present(self) -> int:
        """How many tracks are in the zone now."""
        return sum(p.came is not None for p in self._presences.values())

    def update(self, update: TrackUpdate, *, footage_ends: bool = False) -> list[Stay]:
        """Take what is new about a track; return the stays that ended.

        Args:
            update: of one track.
            footage_ends: the track ends only because the footage does: its stay is open-ended.
        """
        stays: list[Stay] = []
        for point in update.points:
            presence = self._presences.setdefault(update.track, _Presence(point.time))
            stays += self._step(update.track, presence, point)
        if update.state is TrackState.ENDED and update.track in self._presences:
            presence = self._presences.pop(update.track)
            end = presence.last if presence.went is None else presence.went
            stays += self._close(update.track, presence, end, cut=footage_ends)
        return stays

    def _step(self, track: int, presence: _Presence, point: TrackPoint) -> list[Stay]:
        inside = self.zone.holds(anchor_point(point.box, self.zone.anchor or self.anchor))
        halfway = (presence.last + point.time) / 2  # it came or went somewhere between two looks
        presence.last = point.time
        if inside:
            presence.went = None
            if presence.came is None:
                presence.came = halfway
        elif presence.came is not None:
            if presence.went is None:
                presence.went = halfway
            if point.time - presence.went >= LEFT:
                return self._close(track, presence, presence.went)
        return []

    def _close(self, track: int, presence: _Presence, end: float, *, cut: bool = False) -> list[Stay]:
        came, presence.came, presence.went = presence.came, None, None
        if came is None or end - came < DEBOUNCE:
            return []
        presence.count += 1
        identifier = self.origin.event_id(track, f"stay:{self.zone.id}", presence.count)
        return [Stay(identifier, self.origin, track, came, end, self.zone.id, open_ended=cut)]
