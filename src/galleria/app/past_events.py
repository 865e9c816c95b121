"""Events of any period: those of sealed days from their files, the others from the journal, each once."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from galleria.domain.events import Event
from galleria.domain.site import Site
from galleria.domain.time import trading_days
from galleria.storage.days import Days
from galleria.storage.journal import Journal


def past_events(
    site: Site,
    places: tuple[Journal, Days],
    span: tuple[float, float],
    *,
    kinds: Collection[str] | None = None,
    cameras: Collection[str] | None = None,
) -> Iterator[Event]:
    """Events that overlap a period, by trading day and time.

    Args:
        site: its hours make the days.
        places: the journal, which keeps the newest days, and the files of sealed ones.
        span: begin and end of the period, seconds since 1970-01-01 UTC; the end does not belong.
        kinds: names as `kind_of` gives them; None for all.
        cameras: ids; None for all.

    Yields:
        each event once, in the first of the period's days that it overlaps.
    """
    journal, days = places
    begin, end = span
    over: set[str] = set()  # of the day before, that reach into this one
    for day in trading_days(site, begin, end):
        first, last = max(begin, day.begin), min(end, day.end)
        known: set[str] = set()
        reaching: set[str] = set()
        sealed = days.events(day.label, kinds=kinds, cameras=cameras) if days.path(day.label).exists() else ()
        written = journal.events(site.id, first, last, kinds=kinds, cameras=cameras)
        for event in (*sealed, *written):
            until = getattr(event, "end", event.time)
            if event.id in known or not (event.time < last and (until > first or event.time >= first)):
                continue
            known.add(event.id)
            if until >= day.end:
                reaching.add(event.id)
            if event.id not in over:
                yield event
        over = reaching
