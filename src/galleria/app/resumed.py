"""What a site that starts in the middle of its day knows of it already."""

from __future__ import annotations

from galleria.domain.site import Site
from galleria.domain.time import trading_day
from galleria.storage.journal import Journal

from .inside import Inside
from .today import Today


def resumed(site: Site, journal: Journal, now: float) -> tuple[Inside, Today]:
    """Who is inside, and what was counted today, of what the journal has. Raises StoreError."""
    begin, today = trading_day(site, now).begin, Today(site, now)
    crossings = list(journal.events(site.id, begin, now + 1, kinds={"crossing"}))
    resets = journal.resets(site.id, begin)
    today.take(crossings)
    return Inside(site, now, resets, crossings), today
