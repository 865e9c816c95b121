"""How many who left one place reached another one, told from the moments alone. Arrays in, arrays out.

Whoever reaches a place left another one some seconds to ten minutes before, or comes from elsewhere. How often a place
is reached in each step of time is taken to be Poisson, with a mean that is the sum of what was left before, times the
share that goes there and takes so long, and of a part from elsewhere, which may differ by hour. The shares are those
under which what was seen is likeliest (expectation and maximisation, from shares as if all places drew alike; stopped
early, so that chance is not taken for a route). What leaves a place cannot reach more than it has left.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from .facts import Flags, Numbers

STEP = 10.0  # seconds
# Ways take so long, seconds: from one to the next.
LAGS = (0.0, 40.0, 80.0, 140.0, 220.0, 360.0, 600.0)
_ROUNDS = 60
_HOUR = 360  # steps
_TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Linked:
    """Shares that explain what was seen.

    Attributes:
        count: (a + 1, b) who left and reached; the last row comes from elsewhere.
        seconds: (a, b) the seconds that all of these together were on the way.
    """

    count: Numbers
    seconds: Numbers


def linked(left: Numbers, reached: Numbers, seen: Flags, same: Flags) -> Linked:
    """Estimate who came from where.

    Args:
        left: (a, t) how often each place was left in each step of time.
        reached: (b, t) how often each was reached.
        seen: (b, t) whether that could be seen; what could not be says nothing.
        same: (a, b) whether both are one place, to which nobody goes from itself.
    """
    a, t = left.shape
    lagged = _lagged(left)  # (a, lags, t)
    kinds = lagged.shape[1]
    given = lagged.reshape(a * kinds, t)
    open_ = ~np.repeat(same, kinds, axis=0)  # (a·lags, b)
    told = np.where(seen, reached, 0.0)
    weight = given @ seen.T.astype(np.float64) + _TINY  # (a·lags, b) what was left and could be seen to arrive
    hours = _by_hour(t)
    share = np.where(open_, told.sum(axis=1) / max(told.sum(), _TINY) / kinds, 0.0) * 0.8
    spent = seen.astype(np.float64) @ hours + _TINY
    base = 0.2 * (told @ hours) / spent + _TINY  # (b, hours) a step
    for _ in range(_ROUNDS):
        ratio = told / (share.T @ given + base @ hours.T + _TINY)
        grown = share * (given @ ratio.T)
        share = grown / weight
        base = base * (ratio @ hours) / spent
        # Nobody goes to two places.
        total = share.reshape(a, kinds, -1).sum(axis=(1, 2))
        share /= np.repeat(np.maximum(total, 1.0), kinds)[:, None]
    out = share * weight
    elsewhere = (base * spent).sum(axis=1)
    middles = (np.array(LAGS[1:]) + np.array(LAGS[:-1])) / 2
    by_kind = out.reshape(a, kinds, -1)
    count = np.concatenate((by_kind.sum(axis=1), elsewhere[None]))
    return Linked(count, np.einsum("akb,k->ab", by_kind, middles))


def _lagged(left: Numbers) -> Numbers:
    """(a, lags, t) what was left so long before each step, as if all lags of a kind were as likely."""
    a, t = left.shape
    sums = np.concatenate((np.zeros((a, 1)), np.cumsum(left, axis=1)), axis=1)
    moments = np.arange(t)
    found = np.zeros((a, len(LAGS) - 1, t))
    for n, (low, high) in enumerate(pairwise(LAGS)):
        first, last = int(low // STEP), int(high // STEP)
        upper = np.maximum(moments - first + 1, 0)
        lower = np.maximum(moments - last + 1, 0)
        found[:, n] = (sums[:, upper] - sums[:, lower]) / (last - first)
    return found


def _by_hour(t: int) -> Numbers:
    """(t, hours) one where the step lies in the hour."""
    found: Numbers = (np.arange(t)[:, None] // _HOUR == np.arange((t - 1) // _HOUR + 1)).astype(np.float64)
    return found
