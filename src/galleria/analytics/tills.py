"""How many tills were needed, of many hours at once. Pure."""

from __future__ import annotations

import math

import numpy as np

from .facts import Numbers, Places

# Arrivals that shall not wait longer than the target.
SHARE = 0.9
# With less seen, tenths of a second, how many come in an hour is not told.
_SEEN = 18000


def tills_needed(counts: Places, target: Numbers, share: float = SHARE) -> Places:
    """(n,) the fewest tills with which that share of arrivals waits no longer than the target, by Erlang C.

    Args:
        counts: (n, 6) an hour each, or hours alike, as `QueueTable.counts` has them.
        target: (n,) seconds.
        share: in (0,1).

    Returns:
        0 where less than half an hour was seen, or no service.
    """
    arrived, served, _, _, serving, covered = counts.T
    told = np.flatnonzero((covered >= _SEEN) & (served > 0))
    found = np.zeros(len(counts), np.int64)
    service = serving[told] / 10 / served[told]
    offered = arrived[told] / (covered[told] / 10) * service  # tills that are busy, in the mean
    limit, blocked, tills = target[told], np.ones(len(told)), 0
    while len(told):
        tills += 1
        blocked = offered * blocked / (tills + offered * blocked)  # Erlang B, by its recursion
        enough = offered < tills
        enough[enough] = _in_time(tills, *(one[enough] for one in (offered, blocked, limit, service))) >= share
        found[told[enough]] = tills
        told = told[~enough]
        offered, blocked, limit, service = (one[~enough] for one in (offered, blocked, limit, service))
    return found


def _delayed(tills: int, offered: Numbers, blocked: Numbers) -> Numbers:
    """(n,) Erlang C: the share of arrivals that has to wait, with more tills than are busy in the mean.

    Args:
        tills: how many there are.
        offered: (n,) how many are busy in the mean.
        blocked: (n,) Erlang B of both.
    """
    waiting: Numbers = blocked / (1 - offered / tills * (1 - blocked))
    return waiting


def _in_time(tills: int, offered: Numbers, blocked: Numbers, target: Numbers, service: Numbers) -> Numbers:
    """(n,) the share of arrivals that waits no longer than the target; further arguments as `_delayed` has them."""
    exponents = -(tills - offered) * target / np.maximum(service, 1e-9)
    # NumPy's exponential may differ in the last digit from one machine to another.
    late: Numbers = np.array([math.exp(one) for one in exponents.tolist()])
    return 1 - _delayed(tills, offered, blocked) * late
