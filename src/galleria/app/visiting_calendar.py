"""Trading days as they were: what was told of a day is never cut anew.

Tallies lie in quarter hours, and days and hours are made of them when somebody asks. With other opening hours or
another zone a day of the past would begin a quarter hour later, and the answers before and after would tell what that
one had. So days that have begun keep the hours and the zone under which they did.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, time

from galleria.domain.calendar import day_of
from galleria.domain.site import Hours, Site
from galleria.domain.time import Bucket, trading_day
from galleria.storage.visitors import Visitors


@dataclass(frozen=True, slots=True)
class Calendar:
    """The hours and the zone of a site through time.

    Attributes:
        known: from when on each held, seconds since 1970-01-01 UTC, and the site with these; in order, one at least.
    """

    known: Sequence[tuple[float, Site]]

    @staticmethod
    def of(store: Visitors, site: Site, now: float) -> Calendar:
        """Those that were noted; others that the site has now hold once the day that goes on is over.

        Raises:
            StoreError: they cannot be read.
        """
        known = [(begin, _site(site, told)) for begin, told in store.calendars()]
        if not known:
            return Calendar([(0.0, site)])
        if _told(known[-1][1]) != _told(site):
            then = next(one for begin, one in reversed(known) if begin <= now)
            end = trading_day(then, now).end
            # One that would have held only from then on never did.
            known = [(begin, one) for begin, one in known if begin < end]
            if _told(known[-1][1]) != _told(site):
                known.append((end, site))
        return Calendar(known)

    def note(self, store: Visitors) -> None:
        """Keep it. Raises StoreError."""
        told = [(begin, _told(site)) for begin, site in self.known]
        if told != store.calendars():
            store.put_calendars(told)

    def day(self, day: date) -> tuple[Site, Bucket] | None:
        """The trading day of that date, and the site with the hours and the zone that it had.

        None: it has none, as for a date that the zone's clocks jumped over.
        """
        ends = [*(begin for begin, _ in self.known[1:]), float("inf")]
        for (begin, site), end in zip(self.known, ends, strict=True):
            found = day_of(site, day)
            if found and max(found.begin, begin) < min(found.end, end):
                return site, Bucket(max(found.begin, begin), min(found.end, end), found.label)
        return None


def _told(site: Site) -> str:
    hours = {str(day): [f"{hours.opening:%H:%M}", f"{hours.closing:%H:%M}"] for day, hours in site.hours.items()}
    return json.dumps([site.zone, hours], sort_keys=True)


def _site(site: Site, told: str) -> Site:
    zone, hours = json.loads(told)
    read = time.fromisoformat
    return replace(
        site,
        zone=zone,
        hours={int(day): Hours(read(opening), read(closing)) for day, (opening, closing) in hours.items()},
    )
