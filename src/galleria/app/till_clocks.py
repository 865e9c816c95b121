"""The clocks of a site's tills, compared with its cameras'."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import groupby

import numpy as np

from galleria.analytics.facts import Numbers
from galleria.analytics.service_table import Seen
from galleria.analytics.till_clock import FAR, FEWEST, Skew, in_words, skew
from galleria.domain.calendar import days_of
from galleria.domain.site import Site, Till
from galleria.domain.time import Bucket, local, zone_named
from galleria.storage.sales import Sales

from .services_kept import services_seen
from .studies import Studies

# The last days of a period are looked at, and so many of the last receipts: clocks drift, and are set.
_DAYS = timedelta(days=14)
_MOST = 400
_CHANGED = 1800.0  # seconds; by less a clock is not set that is to be an hour on


class Unknown(StrEnum):
    """Why nothing is known of a clock."""

    NO_QUEUE = "no-queue"
    FEW = "few-receipts"
    NOT_SEEN = "not-seen"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class TillClock:
    """A till's clock.

    Attributes:
        till: its record.
        receipts: how many were compared.
        skew: what was found, of late; None: nothing, and `why` says why.
        words: the same in a sentence.
        earlier: what was found of times before the site's clocks changed, up to when each, in order: a till that does
            not change its clock with them, or not on the same night, is then off by another hour.
    """

    till: Till
    receipts: int
    skew: Skew | None
    why: Unknown | None
    words: str
    earlier: Sequence[tuple[float, Skew]] = ()

    @property
    def right(self) -> bool:
        """Whether it is, and was, right as far as can be told."""
        return all(one.right for one in (*(before for _, before in self.earlier), self.skew) if one is not None)

    def shown(self, times: Numbers) -> Numbers:
        """(n,) what this clock shows at these times, in order; one of which nothing is known is taken to be right."""
        found = times + (self.skew.ahead if self.skew else 0.0)
        for until, before in reversed(self.earlier):
            found = np.where(times + before.ahead < until, times + before.ahead, found)
        return np.maximum.accumulate(found)


def till_clocks(
    site: Site, studies: Studies, sales: Sales, period: tuple[date, date], shops: Collection[str] | None = None
) -> list[TillClock]:
    """One for each till of the site file, in its order.

    Args:
        site: gives tills and queues.
        studies: of that site.
        sales: receipts.
        period: trading days [begin, end); the last two weeks of it that have receipts are looked at, and as much
            before each change of the site's clocks.
        shops: only tills of these; None: of all.

    Raises:
        StoreError: studies or receipts cannot be read.
    """
    tills = [till for till in site.tills if shops is None or till.shop in shops]
    if not tills:
        return []
    span = sales.span()
    days = [day for day in days_of(site, *period) if span and day.begin <= span[1] and day.end > span[0]]
    stretches = _stretches(site, days)
    if not stretches:
        return [_clock(till, np.zeros(0), None) for till in tills]
    found = [_clocks((studies, sales), some, tills, shops) for _, some in stretches]
    untils = [until for until, _ in stretches]
    return [_joined(site, list(zip(untils, some, strict=True))) for some in zip(*found, strict=True)]


def _stretches(site: Site, days: Sequence[Bucket]) -> list[tuple[float, list[Bucket]]]:
    """Days between two changes of the site's clocks, and up to when; the last days of each."""
    zone = zone_named(site.zone)

    def middle(day: Bucket) -> float:
        return (day.begin + day.end) / 2

    def offset(time: float) -> timedelta | None:
        return local(time, zone).utcoffset()

    some = [list(group) for _, group in groupby(days, lambda day: offset(middle(day)))]
    found = []
    for n, mine in enumerate(some):
        low, high = middle(mine[-1]), middle(some[n + 1][0]) if n + 1 < len(some) else math.inf
        while high < math.inf and high - low > 1:
            between = (low + high) / 2
            low, high = (between, high) if offset(between) == offset(low) else (low, between)
        last = date.fromisoformat(mine[-1].label)
        found.append((high, [day for day in mine if date.fromisoformat(day.label) > last - _DAYS]))
    return found


def _joined(site: Site, some: Sequence[tuple[float, TillClock]]) -> TillClock:
    """What was found of a clock, each up to when, as one; a stretch of which nothing was found is like the next."""
    known = [(until, clock) for until, clock in some if clock.skew is not None]
    if not known:
        return some[-1][1]
    last = known[-1][1]
    earlier = [(until, clock.skew) for until, clock in known[:-1] if clock.skew is not None]
    zone, words = zone_named(site.zone), last.words
    for n, (until, before) in enumerate(earlier):
        after = earlier[n + 1][1] if n + 1 < len(earlier) else last.skew
        if after is not None and abs(before.ahead - after.ahead) > _CHANGED:
            words += f" Up to {local(until, zone):%Y-%m-%d}: {in_words(f'Till {last.till.id}', before)}"
    return replace(last, words=words, earlier=tuple(earlier))


def _clocks(
    kept: tuple[Studies, Sales], days: Sequence[Bucket], tills: Sequence[Till], shops: Collection[str] | None
) -> list[TillClock]:
    """Of days between which no clock of the site changes."""
    studies, sales = kept
    times = _receipts(sales, days, shops)
    # A clock that is hours off tells of services of the day before.
    first, last = (date.fromisoformat(day.label) for day in (days[0], days[-1]))
    known = services_seen(studies, studies.days(first - timedelta(days=1), last + timedelta(days=2)))
    return [_clock(till, times.get((till.shop, till.id), np.zeros(0)), known.get(till.queue)) for till in tills]


def _receipts(sales: Sales, days: Sequence[Bucket], shops: Collection[str] | None) -> Mapping[tuple[str, str], Numbers]:
    """Times by shop and till, the last ones only."""
    found = sales.times(days[0].begin, days[-1].end, shops=shops)
    return {key: times[-_MOST:] for key, times in found.items()}


def _clock(till: Till, times: Numbers, seen: Seen | None) -> TillClock:
    name, n = f"Till {till.id}", len(times)
    if not till.queue:
        words = f"{name} names no queue in the site file: its clock cannot be compared."
        return TillClock(till, n, None, Unknown.NO_QUEUE, words)
    if n < FEWEST:
        words = f"{name} has {n} receipts; {FEWEST} are needed to compare its clock."
        return TillClock(till, n, None, Unknown.FEW, words)
    # A day further is far enough for any clock that is compared.
    begins, ends = (
        seen.between(float(times[0]) - FAR - 2 * 86400, float(times[-1]) + FAR) if seen else (np.zeros(0), np.zeros(0))
    )
    if not len(ends) and not len(begins):
        words = f"{name}: no service was seen at its queue."
        return TillClock(till, n, None, Unknown.NOT_SEEN, words)
    found = _skew(times.tobytes(), begins.tobytes(), ends.tobytes())
    if found is None:
        words = f"{name}: its receipts fit to services at no time clearly; its clock is taken to be right."
        return TillClock(till, n, None, Unknown.UNCLEAR, words)
    return TillClock(till, n, found, None, in_words(name, found))


@lru_cache(maxsize=1024)
def _skew(times: bytes, begins: bytes, ends: bytes) -> Skew | None:
    """It takes milliseconds, and a mall's hundred tills are asked about with every page of sales."""
    return skew(*(np.frombuffer(one) for one in (times, begins, ends)))
