"""Cameras with a staff step; its marks become sightings that name nobody."""

from __future__ import annotations

import logging

from galleria.domain.events import Origin
from galleria.domain.purpose import Purpose
from galleria.domain.sighting import Sighting, SightingKind
from galleria.domain.site import Camera, StaffSetting
from galleria.runtime.look import Look
from galleria.runtime.staff import StaffStep

# The label of everybody who works here: nobody is told from anybody else.
LABEL = "staff"

_log = logging.getLogger(__name__)


class Staffing:
    """Of one site. Used by one thread."""

    def __init__(self) -> None:
        self._steps: dict[str, tuple[Origin, StaffStep]] = {}
        self._told = False

    def __contains__(self, camera: str) -> bool:
        return camera in self._steps

    def look(self, camera: Camera, origin: Origin, look: Look, setting: StaffSetting) -> list[Sighting]:
        """Take a look of a camera where the purpose has a grant; tracks that became staff's with it."""
        if not (setting.uniforms or setting.zones) and not self._told:
            self._told = True
            _log.warning("staff: neither uniforms nor zones say who they are: see `staff:` in the site file",
                         extra={"event": "staff-unset"})  # fmt: skip
        known = self._steps.get(camera.id)
        if known is None or known[0] != origin or known[1].camera != camera or known[1].setting != setting:
            known = self._steps[camera.id] = origin, StaffStep(camera, setting)
        return [_sighting(origin, mark.track, mark.time) for mark in known[1].look(look)]

    def works_here(self, camera: str, track: int) -> bool:
        """Whether a track that is followed now has the mark."""
        return camera in self._steps and self._steps[camera][1].marked(track)

    def drop(self, camera: str) -> None:
        """A camera's epoch ended, or its staff are not looked for any more."""
        self._steps.pop(camera, None)


def _sighting(origin: Origin, track: int, time: float) -> Sighting:
    identifier = origin.event_id(track, Purpose.STAFF.value, 1)
    return Sighting(identifier, origin, track, time, Purpose.STAFF, LABEL, SightingKind.NEW)
