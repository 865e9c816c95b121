"""Adds up what happened on a made-up day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from galleria.analytics.facts import Flags, Numbers, Places
from galleria.domain.sale import THOUSANDTHS, Sale, SaleKind
from galleria.domain.time import Bucket, hours, zone_named

from .doings import Doings
from .ground import Ground
from .receipts import Printed
from .routes import Stops
from .traffic import LARGEST
from .truth import Crossed, DayTruth, QueueTruth, Routes, ShopTruth, Spread


def day_truth(
    ground: Ground,
    day: Bucket,
    doings: Doings,
    printed: Printed,
    more: tuple[int, bool, Mapping[str, tuple[float, float]]],
) -> DayTruth:
    """Add a day up.

    Args:
        ground: the site.
        day: all of it.
        doings: what happened.
        printed: the receipts.
        more: how many visitors had been there before, whether it is a holiday, when cameras were away.
    """
    trips, members = doings.trips, doings.members
    counts, soon = ~trips.passer, trips.again
    visitors = np.unique(members.visitor[counts[members.trip]])
    peak, mean = _occupancy(doings)
    spans = list(hours(zone_named(ground.site.zone), day.begin, day.end))
    fresh = counts & ~soon
    return DayTruth(
        day.label,
        doings.opened is not None,
        more[1],
        _crossed(doings, None, None),
        {door.id: _crossed(doings, n, None) for n, door in enumerate(ground.site.entrances)},
        _by_hour(doings, spans),
        int(trips.size[fresh].sum()),
        int(trips.size[trips.passer].sum()),
        int(trips.size[soon].sum()),
        len(visitors),
        more[0],
        np.bincount(trips.size[counts], minlength=LARGEST + 1)[1:].tolist(),
        peak,
        mean,
        Spread.of(_dwells(doings)),
        _zones(ground, doings),
        {ground.zones[n]: k for n, k in enumerate(np.bincount(doings.staff.zone).tolist()) if k},
        _routes(ground, doings, printed),
        {shop.id: _shop(ground, n, doings, printed, spans) for n, shop in enumerate(ground.site.shops)},
        {queue.id: _queue(n, doings) for n, queue in enumerate(ground.site.queues)},
        more[2],
        len(printed.lines) - len(printed.sales),
    )


def _crossed(doings: Doings, door: int | None, span: tuple[float, float] | None) -> Crossed:
    """Of one entrance or all, in a span of time or all day."""
    trips, members, staff = doings.trips, doings.members, doings.staff
    begun, left = trips.begin[members.trip] + members.lag, doings.plans.left[members.trip] + members.lag
    came, went = _inside(begun, span), _inside(left, span)
    kept = _inside(staff.time, span)
    passing = int(doings.passing.sum()) if span is None else 0
    if door is not None:
        came, went = came & (trips.door[members.trip] == door), went & (trips.out[members.trip] == door)
        kept = kept & (staff.door == door)
        passing = int(doings.passing[door])
    ins, outs = int((kept & staff.came).sum()), int((kept & ~staff.came).sum())
    passer = trips.passer[members.trip]
    fresh = ~passer & ~trips.again[members.trip]
    return Crossed(
        int(came.sum()) + ins, int(went.sum()) + outs, ins, outs, int((came & fresh).sum()),
        int((came & passer).sum()), passing,
    )  # fmt: skip


def _inside(time: Numbers, span: tuple[float, float] | None) -> Flags:
    if span is None:
        return np.ones(len(time), np.bool_)
    found: Flags = (time >= span[0]) & (time < span[1])
    return found


def _by_hour(doings: Doings, spans: Sequence[Bucket]) -> dict[str, Crossed]:
    found = {hour.label: _crossed(doings, None, (hour.begin, hour.end)) for hour in spans}
    return {label: one for label, one in found.items() if one.came or one.went}


def _occupancy(doings: Doings) -> tuple[int, float]:
    if doings.opened is None:
        return 0, 0.0
    low, high = doings.opened
    size = doings.trips.size
    time = np.concatenate((doings.trips.begin, doings.plans.left))
    order = np.argsort(time, kind="stable")
    level = np.cumsum(np.concatenate((size, -size))[order])
    level = level[time[order] < high]
    spent = (np.minimum(doings.plans.left, high) - doings.trips.begin) * size
    return int(level.max(initial=0)), round(float(spent.sum()) / (high - low), 2)


def _dwells(doings: Doings) -> Numbers:
    """(visitors on a visit,) seconds; who comes back soon is still on the same visit."""
    trips = doings.trips
    left = doings.plans.left.copy()
    left[trips.of[trips.again]] = left[trips.again]
    keep = ~trips.passer & ~trips.again
    return np.repeat((left - trips.begin)[keep], trips.size[keep])


def _zones(ground: Ground, doings: Doings) -> dict[str, Spread]:
    stops, served, size = doings.stops, doings.served, doings.trips.size
    zone = np.concatenate((
        np.repeat(ground.stop_zone[stops.place], size[stops.trip]),
        ground.queue[served.shop],
        ground.service[served.shop][~served.gave_up],
    ))  # fmt: skip
    waited = served.arrived + served.wait
    seconds = np.concatenate((
        np.repeat(stops.end - stops.begin, size[stops.trip]), served.wait, (served.done - waited)[~served.gave_up]
    ))  # fmt: skip
    order = np.argsort(zone, kind="stable")
    parts = np.split(seconds[order], np.searchsorted(zone[order], np.arange(1, len(ground.zones))))
    return {name: Spread.of(part) for name, part in zip(ground.zones, parts, strict=True)}


def _routes(ground: Ground, doings: Doings, printed: Printed) -> Routes:
    stops, calls, trips = doings.stops, doings.calls, doings.trips
    weights = trips.size
    n, places, shops = len(stops.trip), len(ground.stop_zone), ground.scale.shops
    new = np.concatenate(([True], stops.trip[1:] != stops.trip[:-1]))[:n]
    end = np.concatenate((stops.trip[1:] != stops.trip[:-1], [True]))[:n]
    step = np.flatnonzero(~new)
    moved = _matrix((places, places), stops.place[step - 1], stops.place[step], weights[stops.trip[step]])
    first, last = (_count(stops, keep, places, weights) for keep in (new, end))
    went, paid = np.zeros((2, len(trips), shops))  # floats, which multiply a hundred times faster
    inside = calls.shop >= 0
    went[calls.trip[inside], calls.shop[inside]] = 1.0
    paid[doings.served.trip[printed.bought], doings.served.shop[printed.bought]] = 1.0
    by_door = np.zeros((len(trips), ground.scale.entrances))
    by_door[np.arange(len(trips)), trips.door] = weights
    entered, bought = by_door.T @ went, by_door.T @ paid
    both = (went * weights[:, None]).T @ went
    return Routes(moved, first, last, _whole(entered), _whole(bought), _whole(both))


def _count(stops: Stops, keep: Flags, places: int, weights: Places) -> list[int]:
    found = np.bincount(stops.place[keep], weights=weights[stops.trip[keep]], minlength=places)
    return [int(one) for one in found]


def _matrix(shape: tuple[int, int], row: Places, column: Places, weights: Places) -> list[list[int]]:
    flat = np.bincount(row * shape[1] + column, weights=weights, minlength=shape[0] * shape[1])
    return _whole(flat.reshape(shape))


def _whole(matrix: NDArray[Any]) -> list[list[int]]:
    found: list[list[int]] = matrix.astype(np.int64).tolist()
    return found


def _shop(ground: Ground, shop: int, doings: Doings, printed: Printed, spans: Sequence[Bucket]) -> ShopTruth:
    calls, size = doings.calls, doings.trips.size
    mine = np.flatnonzero(calls.shop == shop)
    visitors, units = int(size[calls.trip[mine]].sum()), len(mine)
    buyers = int(printed.bought[doings.served.shop == shop].sum())
    staff = int((doings.staff.shop_came & (doings.staff.shop == shop)).sum())
    name = ground.site.shops[shop].id
    sold = [sale for sale in printed.sales if sale.shop == name]
    void = {sale.of for sale in sold if sale.kind is SaleKind.VOID}
    held = [sale for sale in sold if sale.kind is SaleKind.SALE and sale.receipt not in void]
    back = [sale for sale in sold if sale.kind is SaleKind.REFUND]
    return ShopTruth(
        visitors,
        units,
        buyers,
        round(buyers / visitors, 5) if visitors else None,
        round(buyers / units, 5) if units else None,
        visitors + staff if ground.door[shop] >= 0 else None,
        len(held),
        len(back),
        len(void),
        _amount(held) + _amount(back),
        sum(sale.items for sale in held),
        Spread.of(np.repeat((calls.end - calls.begin)[mine], size[calls.trip[mine]])),
        _shop_hours(shop, doings, printed, spans),
    )


def _shop_hours(shop: int, doings: Doings, printed: Printed, spans: Sequence[Bucket]) -> dict[str, tuple[int, int]]:
    calls, served = doings.calls, doings.served
    mine = np.flatnonzero(calls.shop == shop)
    edges = np.array([*(hour.begin for hour in spans), spans[-1].end])
    came, _ = np.histogram(calls.begin[mine], edges, weights=doings.trips.size[calls.trip[mine]])
    paid, _ = np.histogram(served.done[printed.bought & (served.shop == shop)], edges)
    found = zip(spans, came.tolist(), paid.tolist(), strict=True)
    return {hour.label: (int(visitors), int(buyers)) for hour, visitors, buyers in found if visitors or buyers}


def _amount(sales: Sequence[Sale]) -> float:
    return sum(sale.amount for sale in sales) / THOUSANDTHS


def _queue(shop: int, doings: Doings) -> QueueTruth:
    served = doings.served
    mine = served.shop == shop
    there = mine & ~served.gave_up
    gave_up, arrivals = int((mine & served.gave_up).sum()), int(mine.sum())
    service = served.done - served.arrived - served.wait
    low, high = doings.opened or (0.0, 1.0)
    return QueueTruth(
        arrivals,
        arrivals - gave_up,
        gave_up,
        round(gave_up / arrivals, 5) if arrivals else None,
        Spread.of(served.wait[there]),
        Spread.of(service[there]),
        round(float(served.wait[mine].sum()) / (high - low), 4),
    )
