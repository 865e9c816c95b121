"""What was expected of days before they came: made once of what was known before them, and anew once that is another.

To learn from years of days takes a third of a second, and a hundred campaigns may be declared.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from threading import Lock

import numpy as np

from galleria.analytics.forecast import Ahead, Numbers, Past, forecast

from .outlook_query import Campaign
from .public_holidays import NameOf

LOOKED_AT = 1200  # days
_MOST = 200  # that are kept: more than there are campaigns


@dataclass(slots=True)
class Expected:
    """Forecasts by what they were made of; threads may share it."""

    _lock: Lock = field(default_factory=Lock)  # who asks for the same meanwhile waits for it
    _made: dict[object, Sequence[Ahead]] = field(default_factory=dict)

    def of(self, past: Past, country: str, horizon: int) -> Sequence[Ahead]:
        """What was expected of so many days.

        Args:
            past: the days before them.
            country: whose holidays they are.
            horizon: how many.
        """
        key = (past.first, hashlib.sha256(past.counts.tobytes()).digest(), country, horizon)
        with self._lock:
            made = self._made.pop(key, None)
            if made is None:
                made = forecast(past, horizon)
            self._made[key] = made  # the one that was asked for last comes last
            if len(self._made) > _MOST:
                del self._made[next(iter(self._made))]
            return made


def past_of(values: Numbers, begin: date, end: date, named: NameOf) -> Past:
    """Those of `values`, which begin on `begin`, that lie before `end`: from the first that was counted on."""
    since = max(0, (end - begin).days - LOOKED_AT)
    counts = values[since : max(0, (end - begin).days)]
    known = np.flatnonzero(~np.isnan(counts))
    first = int(known[0]) if len(known) else len(counts)
    return Past(begin + timedelta(days=since + first), counts[first:], lambda day: bool(named(day)))


def seen_of(values: Numbers, begin: date, campaign: Campaign) -> dict[date, float]:
    """The campaign's days among `values`, which begin on `begin`: those that were seen well enough."""
    low, high = (max(0, (day - begin).days) for day in (campaign.begin, campaign.last + timedelta(days=1)))
    counts = values[low:high]
    return {begin + timedelta(days=low + int(n)): float(counts[n]) for n in np.flatnonzero(~np.isnan(counts))}
