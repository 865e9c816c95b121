"""Who bought, of those who came: by shop, entrance and site; by day, week or month, hour of the day and weekday."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from galleria.analytics.facts import Flags
from galleria.analytics.units import Units
from galleria.domain.calendar import Grain
from galleria.domain.errors import InputError
from galleria.domain.site import Site

from .conversion_hours import Came, Hours, counted, hours_and_comings, reasons, sales_came
from .conversion_part import AllGroups, PartHours
from .conversion_query import Conversion, ConversionAnswer, Converted, Missing
from .conversion_staff import Shares, shares_of, told_of_staff, without_staff
from .flow_sums import ENOUGH
from .flows import Flows
from .selling import Selling
from .sold import Sold, sold_by_shop, together
from .studies import Studies
from .study_list import UNITS
from .till_clocks import TillClock, till_clocks

GRAINS = (Grain.DAY, Grain.WEEK, Grain.MONTH)
_WEEK = 7
Places: TypeAlias = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class _Part:
    """What is asked about: its key, kind and name, the subjects of flows it is made of, and whose sales are its own.

    `shops` is None where it cannot be told.
    """

    key: str
    kind: str
    name: str
    lines: tuple[str, ...]
    shops: tuple[str, ...] | None


def conversion_answers(  # noqa: PLR0913  # a site, what is kept of it, and a question
    site: Site,
    flows: Flows,
    studies: Studies,
    selling: Selling,
    period: tuple[date, date],
    grain: Grain,
    *,
    now: float = math.inf,
    shops: Collection[str] | None = None,
    told: Collection[str] | None = None,
) -> ConversionAnswer:
    """Answer it for all parts of the site.

    Args:
        site: gives shops, entrances, hours and zone.
        flows: of that site.
        studies: likewise.
        selling: likewise.
        period: trading days [begin, end).
        grain: `day`, `week` or `month`.
        now: seconds since 1970-01-01 UTC; later days are still to come.
        shops: only of these, and of their tills; None: of everything.
        told: keys of parts that are told by grain, hour and weekday as well, and not just as a whole; None: of all.

    Raises:
        InputError: another grain, or the period is empty or too long.
        StoreError: something cannot be read.
    """
    if grain not in GRAINS:
        problem = f"conversion is not told by {grain}"
        raise InputError(problem, "Ask by day, week or month; hours of the day are told of the whole period.")
    parts = [
        part for part in _parts(site) if shops is None or (part.kind == "shop" and {*(part.shops or ())} <= {*shops})
    ]
    # A shop without lines has sales all the same: hours are then those of the site.
    lines = {part.key: part.lines for part in parts if part.lines} or {"": ("site",)} if parts else {}
    hours, came = hours_and_comings(site, flows, studies.store, period, lines)
    clocks = till_clocks(site, studies, selling.sales, period, shops)
    # How large groups are is a figure of the site, and not of a unit of it.
    size = _group_size(site, studies, period) if shops is None else None
    if hours is None:
        return ConversionAnswer((), clocks, size, ())
    sold = sold_by_shop(selling.sales, hours.wide[0], clocks, shops)
    low, high = len(hours.around[0]), len(hours.around[0]) + hours.count
    known = {shop: sales_came(hours, one.receipts) for shop, one in sold.items()}
    staff = shares_of(site, [part.key for part in parts if part.lines], hours)
    asked = _Asked(site, hours, came, sold, known, slice(low, high), staff, size, now)
    groups = AllGroups.of(hours, grain)
    found = [_converted(part, asked.part(part), groups, told=told is None or part.key in told) for part in parts]
    notes = list(told_of_staff(site, {part.name: staff[part.key] for part in parts if part.lines}))
    notes += _told(clocks, size or shops, [part.whole for part in found])
    return ConversionAnswer(found, clocks, size, notes)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What all parts are answered from.

    Attributes:
        sold: by shop, by hour with the days around.
        known: by shop, (days,) whether its sales came in.
        own: which of the hours with the days around are the period's.
        staff: by part that has lines, what counts by hand tell.
    """

    site: Site
    hours: Hours
    came: Mapping[str, Came]
    sold: Mapping[str, Sold]
    known: Mapping[str, Flags]
    own: slice
    staff: Mapping[str, Shares]
    size: float | None
    now: float

    def part(self, part: _Part) -> PartHours:
        """What came and was sold in the hours of a part."""
        hours, came = self.hours, self.came.get(part.key)
        if came is not None:
            came = without_staff(self.staff[part.key], hours, came)
        nobody = Came(np.zeros(hours.count), np.zeros(hours.count), np.zeros(len(hours.own)), 0.0)
        some = [shop for shop in part.shops or () if shop in self.sold]
        # A day counts for the site when sales of every shop that sells came in.
        known = [self.known[shop] for shop in some]
        sold = np.all(known, axis=0) if known else np.zeros(len(hours.own), np.bool_)
        why = reasons(hours, came or nobody, sold, self.now)
        if came is None or part.shops is None:
            reason = Missing.NO_LINE if came is None else Missing.SITE_WIDE
            why = [one if one is Missing.TO_COME else reason for one in why]
        keep = counted(hours, came or nobody, why)
        mine = together([self.sold[shop].within(self.own) for shop in some], hours.count)
        return PartHours(came or nobody, None if part.shops is None else mine, keep, why, self.size)


def _converted(part: _Part, figures: PartHours, groups: AllGroups, *, told: bool) -> Converted:
    """As a whole; and by grain, hour of the day and weekday, if it is to be told."""
    key, (whole,) = (part.key, part.kind, part.name), figures.conversions(groups.whole)
    if not told:
        return Converted(*key, (), (), (), whole)
    clocks = figures.conversions(groups.clocks)
    return Converted(
        *key,
        figures.conversions(groups.points),
        [one for one in clocks if one.visitors or one.receipts],
        figures.conversions(groups.weekdays),
        whole,
    )


def _parts(site: Site) -> list[_Part]:
    shops = tuple(shop.id for shop in site.shops)
    doors = {e.id: {w.id for c in site.cameras for w in c.tripwires if w.entrance == e.id} for e in site.entrances}
    found = [_Part("site", "site", site.name or site.id, ("site",), shops)]
    for door in site.entrances:
        # Where one entrance is all there is, or leads to shops alone, their buyers came by it.
        behind = tuple(shop.id for shop in site.shops if shop.tripwires and set(shop.tripwires) <= doors[door.id])
        own = shops if len(site.entrances) == 1 else behind or None
        found.append(_Part(f"entrance:{door.id}", "entrance", door.name or door.id, (f"entrance:{door.id}",), own))
    for shop in site.shops:
        lines = tuple(f"tripwire:{line}" for line in shop.tripwires)
        found.append(_Part(f"shop:{shop.id}", "shop", shop.name or shop.id, lines, (shop.id,)))
    return found


def _group_size(site: Site, studies: Studies, period: tuple[date, date]) -> float | None:
    """At the entrances, if one of them is calibrated: on a floor parties scatter, and strangers stand together."""
    calibrated = [camera for camera in site.cameras if camera.calibration is not None]
    doors = [camera for camera in calibrated if any(wire.entrance for wire in camera.tripwires)]
    cameras = [camera.id for camera in doors or calibrated]
    if not cameras:
        return None
    return sum(studies.wholes(UNITS, cameras, *period).values(), Units()).mean


def _told(clocks: Sequence[TillClock], units: object, wholes: Sequence[Conversion]) -> Iterator[str]:
    if off := [clock for clock in clocks if not clock.right]:
        yield f"Times of receipts were set right for {len(off)} of {len(clocks)} tills: " + " ".join(
            clock.words for clock in off[:5]
        )
    if unknown := [clock for clock in clocks if clock.skew is None]:
        yield f"The clocks of {len(unknown)} of {len(clocks)} tills could not be compared, and are taken to be right."
    if units is None:  # of single shops they are not told
        yield "No calibrated camera tells how large groups are, so there are no shopping units."
    if any(one.days < one.of for one in wholes if one.why is not Missing.SITE_WIDE):
        yield (
            "Days on which cameras saw less than half of the open time, or no sales came in, are left out of"
            " conversion."
        )
    if any(one.days and one.coverage < ENOUGH for one in wholes):
        yield "Hours that cameras did not see are left out of conversion, with their receipts."
