"""Studies: what takes a whole trading day's events to know, such as who walks with whom, kept as sums by day.

A study turns the events of one day into summaries, one for each part of the site it tells apart, and summaries of
several days add up. A day that something was written about later is studied again, whole: in whatever order events
come, the same bytes are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Generic

from pydantic import TypeAdapter

from galleria.domain.events import Event, Seen, kind_of
from galleria.domain.site import Site
from galleria.domain.time import Bucket, trading_day
from galleria.storage.days import Days
from galleria.storage.journal import Journal
from galleria.storage.retention import Retention, first_kept
from galleria.storage.rollups import RolledDay, Rollups
from galleria.storage.studied import Studied, StudyStore

from .flow_days import day_rolled
from .keep import DAYS, JOURNAL
from .past_events import past_events
from .study_sums import S, Sums, one_by_one

STUDIES = "studies.db"
# Today is studied so often, seconds.
EVERY = 900.0
_DAY = 86400.0


@dataclass(frozen=True, slots=True)
class Study(Generic[S]):
    """One of them.

    Attributes:
        name: under which its summaries are kept.
        version: days that another one studied are studied again.
        kinds: of events it needs, as `kind_of` names them.
        summary: what it makes, a dataclass of plain values.
        of_day: makes summaries by part; events come by time and id, those of the day; what was seen is cut to it.
        together: adds up several summaries, in less time than one by one.
    """

    name: str
    version: int
    kinds: frozenset[str]
    summary: type[S]
    of_day: Callable[[Site, Bucket, Sequence[Event]], Mapping[str, S]]
    together: Callable[[Sequence[S]], S] = one_by_one


@dataclass(slots=True)
class Studies:
    """Keeps studies of a site's days up to date, and answers from them; threads may share it.

    Attributes:
        site: as it is now; replace it when it was changed.
        folder: of the site.
        rollups: tell which days there are, and whether something was written about them.
        store: where summaries are kept.
        known: the studies.
        retention: says which days' events are kept; None: all.
    """

    site: Site
    folder: Path
    rollups: Rollups
    store: StudyStore
    known: Sequence[Study[Any]]
    retention: Retention | None = None
    _turned: float = float("-inf")
    _behind: bool = False
    _adapters: dict[str, TypeAdapter[Any]] = field(default_factory=dict)

    @property
    def behind(self) -> bool:
        """Whether the last turn left days to be looked through."""
        return self._behind

    def due(self, now: float) -> bool:
        """Whether the last turn is so long ago that another one is due, or left something to do."""
        return self._behind or abs(now - self._turned) >= EVERY

    def turn(self, now: float, *, most: int | None = None) -> int:
        """Study the days that changed, the newest first; one day at a time is held in memory.

        Args:
            now: seconds since 1970-01-01 UTC.
            most: days that are studied in this turn; None: all.

        Returns:
            how many events were looked at.

        Raises:
            StoreError: something cannot be read or written; the next turn catches up.
        """
        # Days that go on change all the time: studied with every turn that goes on where the last one stopped, they
        # would keep the others from being studied at all.
        going_on = abs(now - self._turned) >= EVERY
        self._turned, self._behind = now if going_on else self._turned, False
        looked = days = 0
        done = {study.name: self.store.days(study.name) for study in self.known}
        kept = first_kept(self.site, self.retention.events, now)[0] if self.retention else ""
        for label, rolled in sorted(self.rollups.days().items(), reverse=True):
            how = {study.name: Studied(study.version, rolled.events, rolled.until, rolled.mark) for study in self.known}
            stale = [
                study
                for study in self.known
                if _stale(done[study.name].get(label), how[study.name], remainder=label < kept)
            ]
            if stale and (self._kept(label) if rolled.sealed else going_on):
                if days == most:
                    self._behind = True
                    break
                days += 1
                looked += self._study(rolled, stale, how)
        return looked

    def keep(self, now: float, days: int) -> None:
        """Let go of what is older than so many days.

        Raises:
            StoreError: it cannot be deleted.
        """
        self.store.drop_before(trading_day(self.site, now - days * _DAY).label)

    def summaries(self, study: Study[S], parts: Sequence[str], begin: date, end: date) -> dict[str, dict[str, S]]:
        """Summaries of trading days [begin, end), by part and day, in order; days that were not studied are absent."""
        adapter = self._adapter(study)
        found = self.store.summaries(study.name, parts, begin.isoformat(), end.isoformat())
        return {part: {day: adapter.validate_json(body) for day, body in days.items()} for part, days in found.items()}

    def wholes(self, study: Study[S], parts: Sequence[str], begin: date, end: date) -> dict[str, S]:
        """All days [begin, end) as one, by part; parts of which nothing was studied are absent. See `study_sums`."""
        days = [date.fromordinal(n).isoformat() for n in range(begin.toordinal(), end.toordinal())]
        sums = Sums(self.store, study.name, self._adapter(study), study.together)
        return sums.of(parts, days, (begin, end))

    def whole(self, study: Study[S], part: str, begin: date, end: date) -> S | None:
        """All days [begin, end) of one part as one; None: nothing was studied there."""
        return self.wholes(study, [part], begin, end).get(part)

    def days(self, begin: date, end: date) -> list[Bucket]:
        """The trading days [begin, end) as they are studied: in summaries hours are counted from when a day began then.

        Raises:
            StoreError: the measures cannot be read.
        """
        rolled = self.rollups.days(begin.isoformat(), end.isoformat())
        dates = (begin + timedelta(days=n) for n in range((end - begin).days))
        return [found for day in dates if (found := day_rolled(self.site, day, rolled.get(day.isoformat())))]

    def waiting(self, study: Study[Any], begin: date, end: date) -> list[str]:
        """Trading days [begin, end) with events that are still to be looked through, in order.

        Raises:
            StoreError: what is kept cannot be read.
        """
        done = self.store.days(study.name)
        days = self.rollups.days(begin.isoformat(), end.isoformat())
        return [label for label in days if label not in done and (not days[label].sealed or self._kept(label))]

    def _study(self, rolled: RolledDay, stale: Sequence[Study[Any]], how: Mapping[str, Studied]) -> int:
        day = Bucket(float(rolled.edges[0]), rolled.end, rolled.label)
        kinds = frozenset().union(*(study.kinds for study in stale))
        events = self._events(day, kinds)
        for study in stale:
            mine = [event for event in events if kind_of(event) in study.kinds]
            adapter = self._adapter(study)
            made = study.of_day(self.site, day, mine)
            bodies = {part: adapter.dump_json(summary) for part, summary in sorted(made.items())}
            self.store.put(study.name, rolled.label, how[study.name], bodies)
        return len(events)

    def _kept(self, label: str) -> bool:
        """Whether a sealed day's events are still there; where they were let go of, what was studied then stays."""
        return Days(self.folder / DAYS, self.site.id).path(label).exists()

    def _events(self, day: Bucket, kinds: frozenset[str]) -> list[Event]:
        days = Days(self.folder / DAYS, self.site.id)
        with Journal(self.folder / JOURNAL) as journal:
            found = past_events(self.site, (journal, days), (day.begin, day.end), kinds=kinds)
            own = [_cut(event, day) for event in found if isinstance(event, Seen) or event.time >= day.begin]
        return sorted(own, key=lambda event: (event.time, event.id))

    def _adapter(self, study: Study[Any]) -> TypeAdapter[Any]:
        return self._adapters.setdefault(study.name, TypeAdapter(study.summary))


def _stale(done: Studied | None, how: Studied, *, remainder: bool) -> bool:
    """Whether a day has to be studied, once more or at all; never again from what remains of the events it had."""
    return done != how and not (done is not None and remainder and done.events > how.events)


def _cut(event: Event, day: Bucket) -> Event:
    """What was seen, within the day."""
    if not isinstance(event, Seen):
        return event
    return Seen(event.id, event.origin, max(event.time, day.begin), min(event.end, day.end), event.track)
