"""Routes over a period: from which place to which, first and last ones, funnels and cross-shopping.

Between cameras nobody is followed: those flows are estimated. What follows from several of them one after another
(funnels, cross-shopping) takes where people go next to depend on where they are alone, and is an estimate as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from galleria.analytics.chains import Chain, chain_of
from galleria.analytics.routes import ELSEWHERE, OUTSIDE, RouteDay
from galleria.domain.access import Actor
from galleria.domain.errors import InputError
from galleria.domain.site import Site
from galleria.storage.exports import csv_text
from galleria.storage.tables import Table

from .study_desk import StudyDesk
from .study_list import ROUTES

SITE = "site"
NOTES: Mapping[bool, str] = {
    True: (
        "Estimated: between cameras nobody is followed. Shares are those that best explain when places are left and"
        " others are reached within ten minutes; on simulated sites a share is off by 3 to 4 points in the mean."
    ),
    False: "Counted: the zones and lines that single tracks of this camera were at, one after another.",
}
Period = tuple[date, date]
_TYPES = {"part": "text", "what": "text", "from": "text", "to": "text", "count": "number", "share": "number",
          "seconds": "number", "estimated": "truth", "coverage": "number"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """From one place to the next.

    Attributes:
        count: tracks.
        share: of all that left the place `a` and were seen to reach another one.
        counted: how many of them single tracks were seen to go; the others are estimated.
        seconds: mean time on the way, of estimated ones.
    """

    a: str
    b: str
    count: float
    share: float
    counted: int
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Funnel:
    """Of those who come in by an entrance, or at all (`entrance` empty), the shares that go to a shop and to its till.

    Attributes:
        till: share of comings of the shop that waited at its till; None: no till of it is watched.
    """

    entrance: str
    shop: str
    came: float
    shop_share: float
    till: float | None


@dataclass(frozen=True, slots=True)
class RoutesAnswer:
    """Routes before a camera, or in the site.

    Attributes:
        part: `site` or `camera:id`.
        names: of places, for people.
        places: in the order in which they are told.
        first, last: places and the shares of those who come that are there first, and last; in order of shares.
        both: by shop, the share of its visitors who also went to the other shops; of the site.
        elsewhere: share of arrivals that no departure explains.
    """

    part: str
    estimated: bool
    names: Mapping[str, str]
    places: Sequence[str]
    steps: Sequence[Step]
    first: Sequence[tuple[str, float]]
    last: Sequence[tuple[str, float]]
    funnels: Sequence[Funnel]
    both: Mapping[str, Mapping[str, float]]
    elsewhere: float | None
    coverage: float
    note: str


def parts_of(site: Site) -> dict[str, str]:
    """What routes are told of: the site, and each camera with two places or more."""
    found = {SITE: site.name or site.id}
    several = [one for one in site.cameras if len(one.tripwires) + len(one.zones) > 1]
    return found | {f"camera:{one.id}": one.name or one.id for one in several}


def routes_answer(desk: StudyDesk, period: Period, part: str = SITE) -> RoutesAnswer:
    """Routes of a period.

    Args:
        desk: of the site.
        period: trading days [begin, end).
        part: one of `parts_of`.

    Raises:
        InputError: there is no such part.
        StoreError: the studies cannot be read.
    """
    site = desk.site
    if part not in parts_of(site):
        problem = f"there are no routes of {part[:60]!r}"
        raise InputError(problem, "Ask for `site`, or `camera:` and the id of a camera with two lines or zones.")
    whole = desk.studies.whole(ROUTES, part, *period) or RouteDay()
    flows, names = whole.flows, _names(site)
    steps = _steps(whole, flows)
    estimated = part == SITE
    begins = [f"entrance:{one.id}" for one in site.entrances] if estimated else [OUTSIDE]
    there = {name for step in steps for name in (step.a, step.b)}
    places = [name for name in names if name in there]
    outside = {*begins, ELSEWHERE}
    chain = chain_of(flows, begins, [one for one in places if one not in outside]) if estimated and steps else None
    elsewhere = sum(flows.get(ELSEWHERE, {}).values())
    reached = sum(sum(row.values()) for row in flows.values())
    return RoutesAnswer(
        part,
        estimated,
        names,
        places,
        steps,
        _shares({b: sum(flows.get(a, {}).get(b, 0.0) for a in begins) for b in places if b not in outside}),
        _shares({a: sum(flows.get(a, {}).get(b, 0.0) for b in begins) for a in places if a not in outside}),
        _funnels(site, whole, chain) if chain else (),
        _both(site, chain) if chain else {},
        elsewhere / reached if reached and estimated else None,
        whole.coverage,
        NOTES[estimated],
    )


def routes_csv(desk: StudyDesk, by: Actor, period: Period, part: str = SITE) -> str:
    """One row for each step, first and last place, funnel and pair of shops. Raises as `routes_answer`."""
    desk.audit.write(by, "export.studies", "routes")
    one = routes_answer(desk, period, part)
    end = (one.estimated, one.coverage)
    rows: list[tuple[object, ...]] = [
        (part, "step", step.a, step.b, step.count, step.share, step.seconds, *end) for step in one.steps
    ]
    rows += [(part, "first", "", place, None, share, None, *end) for place, share in one.first]
    rows += [(part, "last", place, "", None, share, None, *end) for place, share in one.last]
    for step in one.funnels:
        rows.append((part, "shop", step.entrance, step.shop, step.came * step.shop_share, step.shop_share, None, *end))
        if step.till is not None and not step.entrance:
            rows.append((part, "till", step.shop, "", None, step.till, None, *end))
    rows += [(part, "both", a, b, None, share, None, *end) for a, row in one.both.items() for b, share in row.items()]
    return csv_text(Table("routes", _TYPES, rows))


def _names(site: Site) -> dict[str, str]:
    found = {f"entrance:{one.id}": one.name or one.id for one in site.entrances}
    found |= {f"shop:{one.id}": one.name or one.id for one in site.shops}
    for camera in site.cameras:
        found |= {f"tripwire:{one.id}": one.name or one.id for one in camera.tripwires}
        found |= {f"zone:{one.id}": one.name or one.id for one in camera.zones}
    return found | {OUTSIDE: OUTSIDE, ELSEWHERE: ELSEWHERE}


def _steps(whole: RouteDay, flows: Mapping[str, Mapping[str, float]]) -> list[Step]:
    found = []
    for a, row in flows.items():
        total = sum(row.values())
        for b, count in row.items():
            counted, guessed = int(whole.counted.get(a, {}).get(b, 0)), whole.estimated.get(a, {}).get(b, 0.0)
            seconds = whole.seconds.get(a, {}).get(b)
            on_the_way = seconds / guessed if seconds is not None and guessed > 0 else None
            found.append(Step(a, b, count, count / total if total else 0.0, counted, on_the_way))
    return sorted(found, key=lambda step: (-step.count, step.a, step.b))


def _shares(counts: Mapping[str, float]) -> list[tuple[str, float]]:
    total = sum(counts.values())
    some = [(name, count / total) for name, count in counts.items() if count > 0] if total else []
    return sorted(some, key=lambda one: (-one[1], one[0]))


def _funnels(site: Site, whole: RouteDay, chain: Chain) -> list[Funnel]:
    shops = [name for one in site.shops if (name := f"shop:{one.id}") in chain.places]
    watched = {queue.shop for queue in site.queues}
    found = []
    for shop in shops:
        came, name = whole.reached.get(shop, 0), shop.removeprefix("shop:")
        till = min(1.0, whole.tills.get(name, 0) / came) if came and name in watched else None
        for begin, count in (("", sum(chain.came.values())), *chain.came.items()):
            found.append(Funnel(begin, shop, count, chain.reaches(shop, begin), till))
    return found


def _both(site: Site, chain: Chain) -> dict[str, dict[str, float]]:
    shops = [name for one in site.shops if (name := f"shop:{one.id}") in chain.places]
    return {
        a: {b: min(1.0, chain.both(a, b) / share) for b in shops if b != a}
        for a in shops
        if (share := chain.reaches(a)) > 0
    }
