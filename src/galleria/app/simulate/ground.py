"""A made-up site: its record, and the numbers by which days are made for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from galleria.analytics.facts import Flags, Numbers, Places
from galleria.domain.site import Entrance, Site

from .draft import Clocked, Draft, add_shop, calibrated, entrances, tills_for
from .scales import ZONE, Plan, Scale

COUNTRY, CURRENCY = "PT", "EUR"
_NEAR = 0.18  # of the way round the site: so far away a place is a third as attractive


@dataclass(frozen=True, slots=True)
class Ground:
    """A site as numbers; indices are into the site's own lists.

    Attributes:
        lines, zones: ids, in the order in which indices count them.
        line_camera, zone_camera: of each.
        door: (shops,) the line that is a shop's door; -1: it has none of its own.
        stop_zone, stop_shop: (stops,) the zone of each place that is walked to, and its shop or -1.
        strip: (zones,) which of the zones before its camera it is.
        strips: (zones,) how many those are.
        queue, service: (shops,) zones.
        served: (shops,) mean seconds at a till.
        basket: (shops,) mean amount of a receipt.
        buying: (shops,) share of calls that go to the till.
        first: (entrances, stops) cumulative chance to go there first.
        then: (stops, stops) cumulative chance to go there next.
        busy: (entrances,) share of traffic.
        calibrated: (cameras,) whether it is.
    """

    site: Site
    scale: Scale
    tills: tuple[Clocked, ...]
    lines: tuple[str, ...]
    zones: tuple[str, ...]
    line_camera: Places
    zone_camera: Places
    door: Places
    stop_zone: Places
    stop_shop: Places
    strip: Places
    strips: Places
    queue: Places
    service: Places
    served: Numbers
    basket: Numbers
    buying: Numbers
    first: Numbers
    then: Numbers
    busy: Numbers
    calibrated: Flags

    def tills_of(self, shop: int) -> list[int]:
        """Indices of a shop's tills."""
        return [n for n, one in enumerate(self.tills) if one.shop == shop]


def ground_of(plan: Plan) -> Ground:
    """The site of a plan; another seed makes other shops of it."""
    scale = plan.check()
    random = np.random.default_rng([plan.seed, 1])
    draft = Draft(scale)
    entrances(draft)
    for n in range(scale.halls):
        draft.camera(f"hall-{n + 1:02}", f"Hall {n + 1}", zones=(f"square-{n + 1:02}",))
    for n in range(scale.shops):
        add_shop(draft, n, round(float(random.gamma(4.0, 60.0))) + 40)
    draft.cameras = calibrated(draft.cameras, scale)
    served = random.uniform(45.0, 100.0, scale.shops)
    popular = 1.0 / np.arange(1.0, scale.shops + 1) ** 0.6
    buying = np.clip(scale.buying * random.uniform(0.7, 1.4, scale.shops), 0.02, 0.8)
    tills = tills_for(scale, draft, served * buying * popular / popular.sum(), random)
    doors = tuple(Entrance(f"door-{n + 1:02}", f"Door {n + 1}") for n in range(scale.entrances))
    site = Site(
        f"simulated-{scale.name}",
        f"A simulated {scale.name}",
        ZONE,
        dict(scale.hours),
        tuple(draft.cameras),
        doors,
        shops=tuple(draft.shops),
        tills=tuple(one.till for one in tills),
        queues=tuple(draft.queues),
        country=COUNTRY,
        capacity=scale.visits // 4,
        simulated=True,
    )
    return _numbered(site, scale, tills, (served, random.uniform(12.0, 70.0, scale.shops), buying, popular), random)


def _numbered(
    site: Site,
    scale: Scale,
    tills: tuple[Clocked, ...],
    traits: tuple[Numbers, Numbers, Numbers, Numbers],
    random: np.random.Generator,
) -> Ground:
    served, basket, buying, popular = traits
    lines = {wire.id: n for n, camera in enumerate(site.cameras) for wire in camera.tripwires}
    zones = {z.id: (n, k, len(c.zones)) for n, c in enumerate(site.cameras) for k, z in enumerate(c.zones)}
    names, wires = tuple(zones), tuple(lines)
    floors = [(names.index(z), n) for n, shop in enumerate(site.shops) for z in shop.zones if z.startswith("floor")]
    halls = [(n, -1) for n, zone in enumerate(names) if zone.startswith(("square", "lobby"))]
    stops = np.array([*halls, *floors], np.int64)
    drawn = np.where(stops[:, 1] >= 0, popular[stops[:, 1]], popular.mean() if halls else 0.0)
    first, then, busy = _attraction(scale, drawn, random)
    own = {shop: f"shop-line-{shop + 1:02}" for shop in range(scale.shops)}
    return Ground(
        site,
        scale,
        tills,
        wires,
        names,
        np.array(list(lines.values()), np.int64),
        np.array([zones[name][0] for name in names], np.int64),
        np.array([wires.index(own[n]) if own[n] in lines else -1 for n in range(scale.shops)], np.int64),
        stops[:, 0],
        stops[:, 1],
        np.array([zones[name][1] for name in names], np.int64),
        np.array([zones[name][2] for name in names], np.int64),
        np.array([names.index(f"queue-{n + 1:02}") for n in range(scale.shops)], np.int64),
        np.array([names.index(f"till-zone-{n + 1:02}") for n in range(scale.shops)], np.int64),
        served,
        basket,
        buying,
        first,
        then,
        busy,
        np.array([camera.calibration is not None for camera in site.cameras], np.bool_),
    )


def _attraction(scale: Scale, drawn: Numbers, random: np.random.Generator) -> tuple[Numbers, Numbers, Numbers]:
    """Cumulative chances of the first and of every next stop, and shares of entrances: what is near draws more."""
    places = random.random(len(drawn))
    doors = (np.arange(scale.entrances) + 0.5) / scale.entrances
    busy = random.gamma(3.0, 1.0, scale.entrances)
    first = drawn * np.exp(-_apart(doors[:, None], places) / _NEAR)
    then = drawn * np.exp(-_apart(places[:, None], places) / _NEAR) * (1.0 - np.eye(len(drawn)))
    return _cumulative(first), _cumulative(then), busy / busy.sum()


def _apart(a: Numbers, b: Numbers) -> Numbers:
    """Round the site, of which the whole way is 1."""
    straight = np.abs(a - b)
    found: Numbers = np.minimum(straight, 1.0 - straight)
    return found


def _cumulative(chances: Numbers) -> Numbers:
    total = np.cumsum(chances, axis=1)
    found: Numbers = total / total[:, -1:]
    return found
