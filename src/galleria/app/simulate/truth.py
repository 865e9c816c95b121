"""What was true of a made-up day, whatever the cameras saw of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from galleria.analytics.facts import Numbers


@dataclass(frozen=True, slots=True)
class Spread:
    """Lengths of time in seconds; None where there was nothing to measure."""

    count: int
    mean: float | None
    median: float | None
    p75: float | None
    p95: float | None

    @staticmethod
    def of(seconds: Numbers) -> Spread:
        """Of some lengths."""
        if not len(seconds):
            return Spread(0, None, None, None, None)
        median, upper, top = (round(float(q), 2) for q in np.quantile(seconds, (0.5, 0.75, 0.95)))
        return Spread(len(seconds), round(float(seconds.mean()), 2), median, upper, top)


@dataclass(frozen=True, slots=True)
class Crossed:
    """True crossings of one entrance or hour, or of all; `staff` of them were staff.

    Attributes:
        came, went: all of them.
        visits: that began there or then; passers and those who came back soon are none.
    """

    came: int
    went: int
    staff_came: int
    staff_went: int
    visits: int
    passers: int
    passing: int = 0


@dataclass(frozen=True, slots=True)
class ShopTruth:
    """A shop's day: without staff, but for `door_in`.

    Attributes:
        visitors: who went in, each time they did.
        units: parties that went in.
        buyers: of these, those who hold a sale that was not voided.
        door_in: crossings of its own door inwards, staff among them; None: it has no door of its own.
        takings: sales not voided less refunds, in the currency's unit.
        hours: by hour, how many visitors went in, and how many paid for what they bought.
    """

    visitors: int
    units: int
    buyers: int
    conversion: float | None
    unit_conversion: float | None
    door_in: int | None
    sales: int
    refunds: int
    voids: int
    takings: float
    items: int
    dwell: Spread
    hours: Mapping[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class QueueTruth:
    """A queue's day: `length` is the mean number waiting while the site was open."""

    arrivals: int
    served: int
    gave_up: int
    abandonment: float | None
    wait: Spread
    service: Spread
    length: float


@dataclass(frozen=True, slots=True)
class Routes:
    """Where a day's visitors went. In the order of the lists in `Truth`.

    Attributes:
        transitions: [from][to] visitors who went from one zone of `stops` to the next one.
        first, last: visitors by their first and last zone of `stops`, in one trip.
        entered: [entrance][shop] visitors who came by the entrance and went into the shop, each once in a trip.
        bought: [entrance][shop] of these, those whose party holds a sale of it.
        both: [shop][shop] visitors who went into both in one trip; on the diagonal, into that one.
    """

    transitions: Sequence[Sequence[int]]
    first: Sequence[int]
    last: Sequence[int]
    entered: Sequence[Sequence[int]]
    bought: Sequence[Sequence[int]]
    both: Sequence[Sequence[int]]


@dataclass(frozen=True, slots=True)
class DayTruth:
    """What was true of a trading day. Matrices are in the order of the site's lists (`History`).

    Attributes:
        crossed: of all entrances together; footfall is `came`.
        unique: visitors who came on a visit, each once; passers are none.
        returning: of these, those who had come on one of the 30 days before, since the history began.
        soon_back: who came in again within three hours: the same visit.
        groups: parties that came, by size 1 to 5, passers left out; those who came back are counted again.
        occupancy_peak, occupancy_mean: visitors inside in opening hours, staff left out.
        dwell: of visits, from the first coming to the last going.
        zones: stays of visitors by zone.
        staff_stays: by zone.
        outages: by camera, when it was away.
        duplicates: lines of receipts that were exported twice.
    """

    day: str
    open: bool
    holiday: bool
    crossed: Crossed
    entrances: Mapping[str, Crossed]
    hours: Mapping[str, Crossed]
    visits: int
    passers: int
    soon_back: int
    unique: int
    returning: int
    groups: Sequence[int]
    occupancy_peak: int
    occupancy_mean: float
    dwell: Spread
    zones: Mapping[str, Spread]
    staff_stays: Mapping[str, int]
    routes: Routes
    shops: Mapping[str, ShopTruth]
    queues: Mapping[str, QueueTruth]
    outages: Mapping[str, tuple[float, float]]
    duplicates: int
