"""Places that tallies are told of: none of them overlap, so that no difference of two tells who was seen beside them.

The site's record says which, never what was counted: another choice on another day would again tell differences.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from galleria.domain.purpose import Purpose
from galleria.domain.site import Camera, Site, Zone

from .visiting_query import Where


@dataclass(frozen=True, slots=True)
class Places:
    """Places of one purpose, in the order of the site file."""

    site: Site
    purpose: Purpose

    def of(self, cameras: Collection[str]) -> list[Where]:
        """Those of these cameras, whether anybody was seen there or not; what the site has no longer is not told."""
        return [where for camera in self.site.cameras if camera.id in cameras for where in self._told(camera)]

    def _told(self, camera: Camera) -> list[Where]:
        # An audience is a screen's, which is a camera: it is counted by no zones.
        if self.purpose is Purpose.AUDIENCE or not camera.zones:
            return [Where(camera.id, "", camera.name or camera.id)]
        return [Where(camera.id, zone.id, zone.name or zone.id) for zone in apart(camera)]


def apart(camera: Camera) -> list[Zone]:
    """Zones of a camera that do not overlap: of those that do, the first one."""
    found: list[Zone] = []
    for zone in camera.zones:
        if not any(zone.polygon.overlaps(one.polygon) for one in found):
            found.append(zone)
    return found
