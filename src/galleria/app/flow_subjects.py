"""What a site can be asked about: itself, its entrances, shops, tripwires, zones and cameras."""

from __future__ import annotations

from collections.abc import Mapping

from galleria.domain.errors import InputError
from galleria.domain.measure import MeasureName as Name
from galleria.domain.site import Shop, Site

from .flow_query import Subject

_LINE = (Name.IN, Name.OUT)
_PASSING = (Name.PASS_BY, Name.CAPTURE_RATE)
_STAYING = (Name.STAYS, Name.DWELL_MEDIAN, Name.DWELL_MEAN)
_MEASURES = {
    "site": (*_LINE, Name.OCCUPANCY, *_STAYING, *_PASSING),
    "entrance": (*_LINE, *_PASSING),
    "shop": (*_LINE, *_STAYING, *_PASSING),
    "tripwire": _LINE,
    "zone": (*_STAYING, Name.AT_ONCE_PEAK),
    "camera": (*_LINE, *_STAYING, *_PASSING, Name.AT_ONCE_PEAK),
}
_NAMES = {kind: tuple(measure.value for measure in measures) for kind, measures in _MEASURES.items()}


def subjects(site: Site) -> list[Subject]:
    """The site first, then entrances, shops, tripwires, zones and cameras as they stand in the site file."""
    things = [
        ("site", "", site.name or site.id),
        *(("entrance", e.id, e.name) for e in site.entrances),
        *(("shop", shop.id, shop.name) for shop in site.shops),
        *(("tripwire", wire.id, wire.name) for camera in site.cameras for wire in camera.tripwires),
        *(("zone", zone.id, zone.name) for camera in site.cameras for zone in camera.zones),
        *(("camera", camera.id, camera.name) for camera in site.cameras),
    ]
    has = _NAMES | {f"shop:{shop.id}": _of_shop(shop) for shop in site.shops}
    return [
        Subject(key, kind, name or id_, has.get(key, _NAMES[kind]))
        for key, kind, id_, name in ((f"{kind}:{id_}" if id_ else kind, kind, id_, name) for kind, id_, name in things)
    ]


def _of_shop(shop: Shop) -> tuple[str, ...]:
    """A shop without lines has nobody to come in, and one without zones nobody to stay: no numbers, and no zeros."""
    some = (_LINE if shop.tripwires else ()) + (_STAYING if shop.zones else ()) + (_PASSING if shop.tripwires else ())
    return tuple(measure.value for measure in some)


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
        raise InputError(problem, "Write site, entrance:ID, shop:ID, tripwire:ID, zone:ID or camera:ID.")
    return Subject(key, kind, id_, _NAMES[kind])
