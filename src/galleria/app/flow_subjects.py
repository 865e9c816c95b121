"""What a site can be asked about: itself, its entrances, tripwires, zones and cameras."""

from __future__ import annotations

from collections.abc import Mapping

from galleria.domain.errors import InputError
from galleria.domain.measure import MeasureName as Name
from galleria.domain.site import Site

from .flow_query import Subject

_LINE = (Name.IN, Name.OUT)
_PASSING = (Name.PASS_BY, Name.CAPTURE_RATE)
_STAYING = (Name.STAYS, Name.DWELL_MEDIAN, Name.DWELL_MEAN)
_MEASURES = {
    "site": (*_LINE, Name.OCCUPANCY, *_STAYING, *_PASSING),
    "entrance": (*_LINE, *_PASSING),
    "tripwire": _LINE,
    "zone": (*_STAYING, Name.AT_ONCE_PEAK),
    "camera": (*_LINE, *_STAYING, *_PASSING, Name.AT_ONCE_PEAK),
}
_NAMES = {kind: tuple(measure.value for measure in measures) for kind, measures in _MEASURES.items()}


def subjects(site: Site) -> list[Subject]:
    """The site first, then entrances, tripwires, zones and cameras as they stand in the site file."""
    things = [
        ("site", "", site.name or site.id),
        *(("entrance", e.id, e.name) for e in site.entrances),
        *(("tripwire", wire.id, wire.name) for camera in site.cameras for wire in camera.tripwires),
        *(("zone", zone.id, zone.name) for camera in site.cameras for zone in camera.zones),
        *(("camera", camera.id, camera.name) for camera in site.cameras),
    ]
    return [Subject(f"{kind}:{id_}" if id_ else kind, kind, name or id_, _NAMES[kind]) for kind, id_, name in things]


def subject_of(known: Mapping[str, Subject], key: str) -> Subject:
    """The subject of that key; one that was taken out of the site can still be asked about by its key.

    Args:
        known: those that the site has, by key.
        key: as `FlowQuery.subject` wants it.

    Raises:
        InputError: nothing can be called that.
    """
    if found := known.get(key):
        return found
    kind, _, id_ = key.partition(":")
    if kind not in _NAMES or not id_ or kind == "site":
        problem = f"there is no subject {key!r}"
        raise InputError(problem, "Write site, entrance:ID, tripwire:ID, zone:ID or camera:ID.")
    return Subject(key, kind, id_, _NAMES[kind])
