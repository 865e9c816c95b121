"""Where parties walk: which zones in what order and for how long, which shops that makes them call at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from galleria.analytics.facts import Flags, Numbers, Places

from .ground import Ground
from .traffic import Trips

_MOST = 7  # stops of one trip
# Seconds of a stop, log-normal: in one of several zones of a shop, in the one zone of a shop, and outside of shops.
_ZONE, _SHOP, _HALL, _SPREAD = 150.0, 320.0, 110.0, 0.85
_LEAST, _LONGEST = 8.0, 3600.0
TO_TILL = 8.0  # seconds from where they chose to the queue
_LAST_CALL = 240.0  # so shortly before closing nobody begins to look at things


@dataclass(frozen=True, slots=True)
class Plans:
    """What parties mean to do, queues left out; (n, stops) each, and (n,) at the end.

    Attributes:
        stop: index of the place; -1: no more.
        begin, end: when, seconds since 1970-01-01 UTC.
        last: whether it is the last stop of a call at a shop.
        pays: whether they go to the till after it.
        left: (n,) when they leave the site.
    """

    stop: Places
    begin: Numbers
    end: Numbers
    last: Flags
    pays: Flags
    left: Numbers

    def __add__(self, other: Plans) -> Plans:
        names = ("stop", "begin", "end", "last", "pays", "left")
        return Plans(*(np.concatenate((getattr(self, name), getattr(other, name))) for name in names))

    def without_pay(self, trips: Places) -> Plans:
        """Some of them buy nothing, so that nothing delays them."""
        pays = self.pays.copy()
        pays[trips] = False
        return Plans(self.stop, self.begin, self.end, self.last, pays, self.left)

    def moved(self, shift: Numbers) -> Plans:
        """Everything after a stop begins later by so many seconds (n, stops)."""
        later = np.cumsum(shift, axis=1)
        before = later - shift
        left = self.left + later[:, -1]
        return Plans(self.stop, self.begin + before, self.end + before, self.last, self.pays, left)


def routes(ground: Ground, trips: Trips, closing: float, random: np.random.Generator) -> Plans:
    """Draw every party's way. Passers go straight out again."""
    n = len(trips)
    wanted = np.minimum(random.geometric(1.0 / ground.scale.stops, n), _MOST)
    wanted[trips.passer] = 0
    stop = np.full((n, _MOST), -1, np.int64)
    begin, end = np.full((n, _MOST), np.nan), np.full((n, _MOST), np.nan)
    now = trips.begin + random.uniform(15.0, 45.0, n)
    going = np.arange(n)
    for step in range(_MOST):
        going = going[(wanted[going] > step) & (now[going] < closing - _LAST_CALL)]
        chance = ground.first[trips.door[going]] if step == 0 else ground.then[stop[going, step - 1]]
        stop[going, step] = (chance < random.random(len(going))[:, None]).sum(axis=1)
        begin[going, step] = now[going]
        stay = np.minimum(_stays(ground, stop[going, step], random), closing - now[going])
        end[going, step] = now[going] + stay
        walk = (3.0, 12.0) if ground.scale.departments > 1 else (40.0, 200.0)
        now[going] = end[going, step] + random.uniform(*walk, len(going))
    last, pays = _calls(ground, stop, random)
    quick = trips.begin + random.uniform(10.0, 45.0, n)
    idle = trips.begin + random.uniform(75.0, 240.0, n)  # meant to look, and found it too late
    walked = now + random.uniform(5.0, 20.0, n)
    left = np.where(trips.passer, quick, np.where(stop[:, 0] < 0, idle, walked))
    return Plans(stop, begin, end, last, pays, left)


def _stays(ground: Ground, stop: Places, random: np.random.Generator) -> Numbers:
    shop = ground.stop_shop[stop] >= 0
    usual = np.where(shop, _ZONE if ground.scale.departments > 1 else _SHOP, _HALL)
    found: Numbers = np.clip(usual * random.lognormal(0.0, _SPREAD, len(stop)), _LEAST, _LONGEST)
    return found


def _calls(ground: Ground, stop: Places, random: np.random.Generator) -> tuple[Flags, Flags]:
    """Which stops are the last of a call at one shop, and after which of them a party goes to the till."""
    shop = np.where(stop >= 0, ground.stop_shop[stop], -2)
    following = np.concatenate((shop[:, 1:], np.full((len(stop), 1), -2)), axis=1)
    last: Flags = (stop >= 0) & ((shop != following) | (shop == -1))
    chance = np.where(shop >= 0, ground.buying[np.maximum(shop, 0)], 0.0)
    pays: Flags = last & (random.random(stop.shape) < chance)
    return last, pays


@dataclass(frozen=True, slots=True)
class Stops:
    """All stops of all parties, one after another; (k,) each, in order of trips and time.

    Attributes:
        trip, place: indices.
        begin, end: seconds since 1970-01-01 UTC.
        call: index of the call it belongs to.
    """

    trip: Places
    place: Places
    begin: Numbers
    end: Numbers
    call: Places


@dataclass(frozen=True, slots=True)
class Calls:
    """A party in one shop, or in one place outside of shops; (c,) each, in order of trips and time.

    Attributes:
        trip: index.
        shop: index; -1: no shop.
        begin, end: from its door to its door, the till included; seconds since 1970-01-01 UTC.
        paid: index of the customer at the till; -1: they did not go there.
        stops: how many of its zones they stayed in.
    """

    trip: Places
    shop: Places
    begin: Numbers
    end: Numbers
    paid: Places
    stops: Places


def flat(ground: Ground, plans: Plans, shift: Numbers) -> tuple[Stops, Calls]:
    """Stops and calls of plans that were moved already; `shift` (n, stops) is what tills took."""
    trip, step = np.nonzero(plans.stop >= 0)
    last = plans.last[trip, step]
    call: Places = np.cumsum(last) - last
    stops = Stops(trip, plans.stop[trip, step], plans.begin[trip, step], plans.end[trip, step], call)
    ends = np.flatnonzero(last)
    starts = np.concatenate(([0], ends[:-1] + 1)) if len(ends) else ends
    pays = plans.pays[trip, step][ends]
    paid = np.where(pays, np.cumsum(pays) - 1, -1)
    calls = Calls(
        trip[ends],
        ground.stop_shop[stops.place[ends]],
        stops.begin[starts] - 4.0,
        stops.end[ends] + shift[trip[ends], step[ends]] + 5.0,
        paid,
        ends - starts + 1,
    )
    return stops, calls


def customers(ground: Ground, plans: Plans) -> tuple[Places, Places, Places, Numbers]:
    """Who goes to a till, in order of trips and time: trip, step, shop, and when they join the queue if not delayed."""
    trip, step = np.nonzero(plans.pays)
    shop = ground.stop_shop[plans.stop[trip, step]]
    return trip, step, shop, plans.end[trip, step] + TO_TILL
