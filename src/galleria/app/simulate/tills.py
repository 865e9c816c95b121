"""Queues before tills: customers in the order in which they come, tills open by the hour, and those who give up."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heapify, heappop, heappush

import numpy as np

from galleria.analytics.facts import Flags, Numbers, Places

from .ground import Ground
from .routes import TO_TILL

_STEP_UP = (1.5, 4.0)  # seconds from the queue's end to a till that is free
_PATIENCE = 420.0  # mean seconds until somebody gives up, exponential
_SHORTEST = 4.0  # of a service


@dataclass(frozen=True, slots=True)
class Served:
    """Customers of all tills; (k,) each, in order of trips and time.

    Attributes:
        trip: index.
        shop: index.
        arrived: when they joined the queue.
        wait: seconds until they were served or gave up.
        gave_up: whether they did.
        till: index; -1 for those who gave up.
        done: when they left the till, or the queue.
        added: seconds that all this took, with the way to the queue.
    """

    trip: Places
    shop: Places
    arrived: Numbers
    wait: Numbers
    gave_up: Flags
    till: Places
    done: Numbers
    added: Numbers


def serve(
    ground: Ground,
    wanting: tuple[Places, Places, Places, Numbers],
    opened: tuple[float, float],
    random: np.random.Generator,
) -> Served:
    """Let everybody queue who wants to pay: exponential services, several tills, first come first served.

    A party that had to wait comes later to its next till, so all queues are gone through together in order of time.

    Args:
        ground: says how many tills there are.
        wanting: as `customers` has them.
        opened: when the site is open.
        random: draws.
    """
    trip, _, shop, wished = wanting
    n = len(trip)
    service = np.maximum(random.exponential(ground.served[shop]), _SHORTEST).tolist()
    patience = random.exponential(_PATIENCE, n) + _STEP_UP[1]
    walk = random.uniform(*_STEP_UP, n).tolist()
    following = np.append(trip[1:] == trip[:-1], False).tolist()
    free = [np.zeros(len(ground.tills_of(s))).tolist() for s in range(ground.scale.shops)]
    first = [ground.tills_of(s)[0] for s in range(ground.scale.shops)]
    tended = _open_tills(ground, shop, wished, opened)
    arrived, wait, till = [0.0] * n, [0.0] * n, [-1] * n
    start = np.concatenate(([True], trip[1:] != trip[:-1])) if n else np.zeros(0, np.bool_)
    heap = [(float(wished[k]), int(k)) for k in np.flatnonzero(start)]
    heapify(heap)
    shops, ready, enough = shop.tolist(), wished.tolist(), patience.tolist()
    while heap:
        now, k = heappop(heap)
        s = shops[k]
        clocks = free[s]
        hours = tended[s]
        some = hours[min(max(int((now - opened[0]) / 3600.0), 0), len(hours) - 1)]
        best = min(range(some), key=clocks.__getitem__)
        arrived[k], wait[k] = now, max(walk[k], clocks[best] - now)
        if wait[k] > enough[k]:
            wait[k] = enough[k]
            took = wait[k]
        else:
            till[k] = first[s] + best
            clocks[best] = now + wait[k] + service[k]
            took = wait[k] + service[k]
        if following[k]:
            heappush(heap, (ready[k + 1] + (now - ready[k]) + took + TO_TILL, k + 1))
    return _table(trip, shop, (arrived, wait, till, service))


def _table(
    trip: Places,
    shop: Places,
    found: tuple[list[float], list[float], list[int], list[float]],
) -> Served:
    arrived, wait, till = np.array(found[0]), np.array(found[1]), np.array(found[2], np.int64)
    gave_up = till < 0
    took = wait + np.where(gave_up, 0.0, np.array(found[3]))
    return Served(trip, shop, arrived, wait, gave_up, till, arrived + took, took + TO_TILL)


def _open_tills(ground: Ground, shop: Places, wished: Numbers, opened: tuple[float, float]) -> list[list[int]]:
    """How many tills of each shop are open, hour by hour: a quarter more than the work that comes."""
    hours = max(1, int(np.ceil((opened[1] - opened[0]) / 3600.0)))
    hour = np.clip(((wished - opened[0]) / 3600.0).astype(np.int64), 0, hours - 1)
    comings = np.bincount(shop * hours + hour, minlength=ground.scale.shops * hours).reshape(-1, hours)
    work = comings * ground.served[:, None] / 3600.0
    most = np.array([len(ground.tills_of(s)) for s in range(ground.scale.shops)])[:, None]
    found: list[list[int]] = np.clip(np.ceil(work * 1.25), 1, most).astype(np.int64).tolist()
    return found
