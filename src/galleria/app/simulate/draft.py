"""Thinks up the parts of a made-up site: cameras with lines and zones, shops, queues, tills with their clocks."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from galleria.analytics.facts import Numbers
from galleria.domain.geometry import Point, Polygon
from galleria.domain.site import Camera, Queue, Shop, Till, Tripwire, Zone

from . import floor
from .scales import Scale

_MOST_TILLS = 6
_OFF = (120.0, 420.0)  # seconds by which a clock is wrong that nobody has set for long
_FEW = 2  # tills: too few for one that is right but tells another zone's time
_BUSIEST = 1.7  # the busiest hour, in relation to the mean one


@dataclass(frozen=True, slots=True)
class Clocked:
    """A till and its clock.

    Attributes:
        shop: index.
        ahead: what its clock shows is later than the truth, seconds.
        why: for people.
    """

    till: Till
    shop: int
    ahead: float
    why: str


@dataclass(slots=True)
class Draft:
    """Cameras and shops while they are thought up."""

    scale: Scale
    cameras: list[Camera] = field(default_factory=list)
    shops: list[Shop] = field(default_factory=list)
    queues: list[Queue] = field(default_factory=list)

    def camera(self, name: str, title: str, lines: tuple[Tripwire, ...] = (), zones: tuple[str, ...] = ()) -> None:
        drawn = tuple(
            Zone(zone, floor.strip(n, len(zones)), zone.replace("-", " ").capitalize()) for n, zone in enumerate(zones)
        )
        self.cameras.append(Camera(name, name=title, tripwires=lines, zones=drawn))


def entrances(draft: Draft) -> None:
    """Add the entrances' cameras; where there are no halls and several shops, each has a lobby behind its line."""
    lobby = not draft.scale.halls and draft.scale.shops > 1
    for n in range(draft.scale.entrances):
        wire = Tripwire(f"line-{n + 1:02}", floor.line(), f"Line {n + 1}", entrance=f"door-{n + 1:02}")
        draft.camera(f"entrance-{n + 1:02}", f"Entrance {n + 1}", (wire,))
        if lobby:
            # Behind the line, where nobody stands in the way of who comes in.
            camera = draft.cameras[-1]
            zone = Zone(f"lobby-{n + 1:02}", _behind(), f"Lobby {n + 1}")
            draft.cameras[-1] = Camera(camera.id, name=camera.name, tripwires=camera.tripwires, zones=(zone,))


def _behind() -> Polygon:
    x = np.array([0.3, floor.WIDTH - 0.3, floor.WIDTH - 0.3, 0.3])
    u, v = floor.picture(x, np.array([floor.DEPTH / 2 + 0.8] * 2 + [floor.DEPTH - 0.3] * 2))
    return Polygon(tuple(Point(float(a), float(b)) for a, b in zip(u, v, strict=True)))


def add_shop(draft: Draft, n: int, area: int) -> None:
    """Add the n-th shop, of so many square metres, with its cameras."""
    scale, name = draft.scale, f"shop-{n + 1:02}"
    floors = tuple(
        f"floor-{n + 1:02}" + (f"-{k + 1}" if scale.departments > 1 else "") for k in range(scale.departments)
    )
    wires: tuple[Tripwire, ...] = ()
    if scale.shops > 1:
        wires = (Tripwire(f"shop-line-{n + 1:02}", floor.line(), f"Door of shop {n + 1}"),)
    if scale.doors:
        draft.camera(f"shop-door-{n + 1:02}", f"Door of shop {n + 1}", wires)
        draft.camera(f"shop-floor-{n + 1:02}", f"Floor of shop {n + 1}", zones=floors)
    else:
        draft.camera(f"shop-floor-{n + 1:02}", f"Floor of shop {n + 1}", wires, floors)
    zones = (f"queue-{n + 1:02}", f"till-zone-{n + 1:02}")
    draft.camera(f"shop-tills-{n + 1:02}", f"Tills of shop {n + 1}", zones=zones)
    doors = tuple(wire.id for wire in wires) or tuple(w.id for c in draft.cameras for w in c.tripwires)
    draft.shops.append(Shop(name, f"Shop {n + 1}", doors, (*floors, *zones), float(area)))


def calibrated(cameras: list[Camera], scale: Scale) -> list[Camera]:
    """The same cameras, some of them calibrated."""
    doors, others = scale.calibrated
    lined = [n for n, camera in enumerate(cameras) if camera.id.startswith("entrance")][:doors]
    zoned = [n for n, c in enumerate(cameras) if c.id.startswith(("hall", "shop-floor"))][:others]
    chosen = {*lined, *zoned}
    return [
        Camera(c.id, name=c.name, tripwires=c.tripwires, zones=c.zones, calibration=floor.CALIBRATION)
        if n in chosen
        else c
        for n, c in enumerate(cameras)
    ]


def tills_for(scale: Scale, draft: Draft, work: Numbers, random: np.random.Generator) -> tuple[Clocked, ...]:
    """Tills as many as the busiest hour of a shop needs; one clock of the site is wrong by an hour.

    Args:
        scale: of the site.
        draft: of the site; queues are put into it.
        work: (shops,) seconds at the till of one call, times the shop's share of calls.
        random: draws.
    """
    calls = scale.visits / 1.8 * (1.0 if scale.shops == 1 else scale.stops * 0.6)
    least = 2 if scale.shops == 1 else 1
    tills: list[Clocked] = []
    for shop, seconds in enumerate(work * calls * _BUSIEST):
        number = int(np.clip(np.ceil(seconds / 36_000 * 1.3), least, _MOST_TILLS))
        name = f"queue-{shop + 1:02}"
        draft.queues.append(
            Queue(f"line-up-{shop + 1:02}", name, f"Queue of shop {shop + 1}", f"till-zone-{shop + 1:02}",
                  f"shop-{shop + 1:02}", number)
        )  # fmt: skip
        for k in range(number):
            ahead = round(float(random.normal(0.0, 45.0)))
            till = Till(f"till-{shop + 1:02}-{k + 1}", f"shop-{shop + 1:02}", "", f"line-up-{shop + 1:02}")
            tills.append(Clocked(till, shop, float(ahead), "a clock as clocks are"))
    return _skewed(tills, random)


def _skewed(tills: list[Clocked], random: np.random.Generator) -> tuple[Clocked, ...]:
    """One in five clocks is minutes off; the last one is an hour ahead; of many, one tells the time in UTC."""
    found = list(tills)
    for n, one in enumerate(tills):
        if n % 5 == 0:
            off = round(float(random.uniform(*_OFF) * random.choice((-1, 1))))
            found[n] = Clocked(one.till, one.shop, float(off), "minutes off")
    last = tills[-1]
    found[-1] = Clocked(last.till, last.shop, 3600.0 + last.ahead, "set to the time of the next zone to the east")
    if len(tills) > _FEW:
        one = found[1]
        told = Till(one.till.id, one.till.shop, "UTC", one.till.queue)
        found[1] = Clocked(told, one.shop, one.ahead, "tells UTC, and the site file says so")
    return tuple(found)
