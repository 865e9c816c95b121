"""Two records of a site into what has to be done to go on with the second."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from galleria.domain.site import Camera, Site


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs; cameras by id.

    Attributes:
        redrawn: with other lines, zones, masks, lane or anchor: they stay connected.
        reconnected: with another source.
        later: settings of the site that take effect at the next start.
    """

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    redrawn: tuple[str, ...] = ()
    reconnected: tuple[str, ...] = ()
    later: tuple[str, ...] = ()


def changes(old: Site, new: Site) -> Changes:
    """What differs between two records of a site."""
    before, after = _by_id(old), _by_id(new)
    both = [(before[camera], after[camera]) for camera in after if camera in before]
    kept = [(one, other) for one, other in both if same_source(one, other)]
    return Changes(
        added=tuple(camera for camera in after if camera not in before),
        removed=tuple(camera for camera in before if camera not in after),
        redrawn=tuple(one.id for one, other in kept if _without_words(one) != _without_words(other)),
        reconnected=tuple(one.id for one, other in both if not same_source(one, other)),
        later=tuple(name for name in ("detector", "precision") if getattr(old, name) != getattr(new, name)),
    )


def same_source(one: Camera, other: Camera) -> bool:
    """Whether two records of a camera differ at most in what is drawn in its picture, and in words."""
    drawn = {name: getattr(one, name) for name in ("name", "tripwires", "zones", "masks", "anchor", "pass_by", "lane")}
    return replace(other, **drawn, calibration=one.calibration) == one


def _by_id(site: Site) -> Mapping[str, Camera]:
    return {camera.id: camera for camera in site.cameras}


def _without_words(camera: Camera) -> Camera:
    return replace(camera, name="")
