"""The site file of a made-up site, as text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from galleria.domain.geometry import Point
from galleria.domain.site import Camera, Site

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def site_text(site: Site, about: str) -> str:
    """YAML of a site, without purposes; `about` is told at the top."""
    return "\n".join((f"# {about}", *_site(site), "", *_cameras(site), "", *_rest(site), ""))


def _site(site: Site) -> Iterator[str]:
    yield "site:"
    yield f"  id: {site.id}"
    yield f"  name: {site.name}"
    yield f"  time_zone: {site.zone}"
    yield f"  country: {site.country}"
    yield f"  capacity: {site.capacity}"
    yield "  simulated: true"
    yield "  hours:"
    for n, day in enumerate(_DAYS):
        hours = site.hours.get(n)
        yield f"    {day}: {f'{hours.opening:%H:%M}-{hours.closing:%H:%M}' if hours else 'closed'}"


def _cameras(site: Site) -> Iterator[str]:
    yield "cameras:"
    for camera in site.cameras:
        yield f"  - id: {camera.id}"
        yield f"    name: {camera.name}"
        yield from _drawn(camera)


def _drawn(camera: Camera) -> Iterator[str]:
    if camera.tripwires:
        yield "    tripwires:"
    for wire in camera.tripwires:
        a, b = wire.segment.a, wire.segment.b
        yield f"      - {{id: {wire.id}, name: {wire.name}, from: {_at(a)}, to: {_at(b)}, in: down}}"
    if camera.zones:
        yield "    zones:"
    for zone in camera.zones:
        corners = ", ".join(_at(p) for p in zone.polygon.corners)
        yield f"      - {{id: {zone.id}, name: {zone.name}, corners: [{corners}]}}"
    if camera.calibration:
        yield "    calibration:"
        for p, (x, y) in zip(camera.calibration.picture, camera.calibration.floor, strict=True):
            yield f"      - {{picture: {_at(p)}, floor: [{x:g}, {y:g}]}}"


def _rest(site: Site) -> Iterator[str]:
    yield "entrances:"
    for door in site.entrances:
        wires = [wire.id for camera in site.cameras for wire in camera.tripwires if wire.entrance == door.id]
        yield f"  - {{id: {door.id}, name: {door.name}, tripwires: {_list(wires)}}}"
    yield "\nshops:"
    for shop in site.shops:
        lists = f"lines: {_list(shop.tripwires)}, zones: {_list(shop.zones)}"
        yield f"  - {{id: {shop.id}, name: {shop.name}, {lists}, area: {shop.area:g}}}"
    yield "\ntills:"
    for till in site.tills:
        clock = f", clock: {till.clock}" if till.clock else ""
        yield f"  - {{id: {till.id}, shop: {till.shop}{clock}, queue: {till.queue}}}"
    yield "\nqueues:"
    for queue in site.queues:
        places = f"zone: {queue.zone}, service: {queue.service}, shop: {queue.shop}"
        more = f"tills: {queue.tills}, target: {queue.target:g}"
        yield f"  - {{id: {queue.id}, name: {queue.name}, {places}, {more}}}"
    if site.hand_counts:
        yield "\nhand_counts:"
    for count in site.hand_counts:
        where = count.place.replace(":", ": ")
        counted = f"comings: {count.comings}, staff: {count.staff}, again: {count.again}"
        yield f"  - {{day: {count.day}, {where}, {counted}}}"


def _at(p: Point) -> str:
    return json.dumps([p.x, p.y])


def _list(names: Iterable[str]) -> str:
    return f"[{', '.join(names)}]"
