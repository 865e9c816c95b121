"""The clocks of a site's tills, compared with its cameras'."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import numpy as np

from galleria.analytics.facts import Numbers
from galleria.analytics.till_clock import FAR, FEWEST, Services, Skew, in_words, moments, skew
from galleria.domain.calendar import days_of
from galleria.domain.site import Site, Till
from galleria.domain.time import Bucket
from galleria.storage.sales import Sales

from .studies import Studies
from .study_list import SERVICES

# The last days of a period are looked at, and so many of the last receipts: clocks drift, and are set.
_DAYS = timedelta(days=14)
_MOST = 400


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
        skew: what was found; None: nothing, and `why` says why.
        words: the same in a sentence.
    """

    till: Till
    receipts: int
    skew: Skew | None
    why: Unknown | None
    words: str

    @property
    def ahead(self) -> float:
        """Seconds that are taken off its times; a clock that nothing is known of is left alone."""
        return self.skew.ahead if self.skew else 0.0


def till_clocks(
    site: Site, studies: Studies, sales: Sales, period: tuple[date, date], shops: Collection[str] | None = None
) -> list[TillClock]:
    """One for each till of the site file, in its order.

    Args:
        site: gives tills and queues.
        studies: of that site.
        sales: receipts.
        period: trading days [begin, end); the last two weeks of it that have receipts are looked at.
        shops: only tills of these; None: of all.

    Raises:
        StoreError: studies or receipts cannot be read.
    """
    tills = [till for till in site.tills if shops is None or till.shop in shops]
    if not tills:
        return []
    days, times = _receipts(site, sales, period)
    known: Mapping[str, Mapping[str, Services]] = {}
    if days:
        # A clock that is hours off tells of services of the day before.
        first, last = (date.fromisoformat(day.label) for day in (days[0], days[-1]))
        some = [queue.id for queue in site.queues]
        known = studies.summaries(SERVICES, some, first - timedelta(days=1), last + timedelta(days=2))
    begins = _begins(site, known)
    found = []
    for till in tills:
        seen = [(begins[day], one) for day, one in known.get(till.queue, {}).items() if day in begins]
        found.append(_clock(till, times.get((till.shop, till.id), np.zeros(0)), seen))
    return found


def _receipts(
    site: Site, sales: Sales, period: tuple[date, date]
) -> tuple[Sequence[Bucket], Mapping[tuple[str, str], Numbers]]:
    """The days that are looked at, and times by shop and till, the last ones only."""
    span = sales.span()
    days = [day for day in days_of(site, *period) if span and day.begin <= span[1] and day.end > span[0]]
    if not days:
        return [], {}
    last = date.fromisoformat(days[-1].label)
    days = [day for day in days if date.fromisoformat(day.label) > last - _DAYS]
    by_till: dict[tuple[str, str], list[float]] = {}
    for time, shop, till, _, kind, *_rest in sales.sold(days[0].begin, days[-1].end):
        if kind == "sale":
            by_till.setdefault((shop, till), []).append(time)
    return days, {key: np.array(times[-_MOST:]) for key, times in by_till.items()}


def _begins(site: Site, known: Mapping[str, Mapping[str, Services]]) -> dict[str, float]:
    labels = sorted({day for days in known.values() for day in days})
    if not labels:
        return {}
    first, last = date.fromisoformat(labels[0]), date.fromisoformat(labels[-1])
    return {day.label: day.begin for day in days_of(site, first, last + timedelta(days=1))}


def _clock(till: Till, times: Numbers, seen: Sequence[tuple[float, Services]]) -> TillClock:
    name, n = f"Till {till.id}", len(times)
    if not till.queue:
        words = f"{name} names no queue in the site file: its clock cannot be compared."
        return TillClock(till, n, None, Unknown.NO_QUEUE, words)
    if n < FEWEST:
        words = f"{name} has {n} receipts; {FEWEST} are needed to compare its clock."
        return TillClock(till, n, None, Unknown.FEW, words)
    # A day further is far enough for any clock that is compared.
    near = [(begin, one) for begin, one in seen if times[0] - FAR - 2 * 86400 < begin < times[-1] + FAR]
    begins, ends = moments(near, begins=True), moments(near)
    if not len(ends) and not len(begins):
        words = f"{name}: no service was seen at its queue."
        return TillClock(till, n, None, Unknown.NOT_SEEN, words)
    found = skew(times, begins, ends)
    if found is None:
        words = f"{name}: its receipts fit to services at no time clearly; its clock is taken to be right."
        return TillClock(till, n, None, Unknown.UNCLEAR, words)
    return TillClock(till, n, found, None, in_words(name, found))
