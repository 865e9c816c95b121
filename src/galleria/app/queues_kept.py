"""Hours of queues as tables of blocks of days, made when they are first asked for, and kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from galleria.analytics.queue_table import QueueTable
from galleria.analytics.queues import QueueDay, Waiting
from galleria.domain.calendar import open_time
from galleria.domain.site import Site
from galleria.domain.time import HOUR, Bucket, hour_labels, zone_named
from galleria.storage.studied import Block

from .packed import pack, unpack
from .studies import Studies
from .study_list import QUEUES
from .study_sums import blocks


@dataclass(frozen=True, slots=True)
class QueueHours:
    """The hours of a trading day.

    Attributes:
        label: of the day.
        begin: of the day, seconds since 1970-01-01 UTC.
        clocks: of each, by local time.
        opened: seconds that each is open.
    """

    label: str
    begin: float
    clocks: tuple[str, ...]
    opened: tuple[float, ...]

    @staticmethod
    def on(site: Site, day: Bucket, now: float) -> QueueHours:
        """Of that day; what lies after `now` is still to come, and not open."""
        zone = zone_named(site.zone)
        low, high = open_time(site, day) or (0.0, 0.0)
        begins = [day.begin + hour * HOUR for hour in range(int((day.end - day.begin) // HOUR) + 1)]
        opened = (max(0.0, min(begin + HOUR, high, day.end, now) - max(begin, low)) for begin in begins)
        return QueueHours(day.label, day.begin, hour_labels(day, len(begins), zone), tuple(opened))

    @property
    def date(self) -> date:
        return date.fromisoformat(self.label)

    @property
    def open(self) -> tuple[bool, ...]:
        """Which hours are open."""
        return tuple(seconds > 0 for seconds in self.opened)

    def of(self, known: Mapping[str, QueueDay]) -> Iterator[tuple[str, Waiting]]:
        """What is known of this day: hours that were open, or in which somebody came, with their local time."""
        day = known.get(self.label, QueueDay())
        for n, one in day.hours.items():
            if n < len(self.opened) and (self.opened[n] > 0 or one.arrived):
                yield self.clocks[n], one


class QueueTables:
    """Reads and keeps them. In them are hours that were open, or in which somebody came.

    Args:
        studies: of the site.
        days: of a period, in order.

    Raises:
        StoreError: the studies cannot be read; also from both methods.
    """

    def __init__(self, studies: Studies, days: Sequence[QueueHours]) -> None:
        self._studies = studies
        known, self._turn = studies.store.days(QUEUES.name), studies.store.turn(QUEUES.name)
        self._days = {day.date.toordinal(): day for day in days if day.label in known}
        self._blocks: list[Block] = []
        if self._days:
            # The newest one changes all the time.
            end = min(days[-1].date.toordinal() + 1, date.fromisoformat(max(known)).toordinal())
            self._blocks = list(blocks([*self._days], (days[0].date.toordinal(), end)))
        opened = {n: (day.begin, day.open) for n, day in self._days.items()}
        self._opened = {block: json.dumps([opened[day] for day in block.days]) for block in self._blocks}

    def of_queues(self, queues: Sequence[str]) -> list[QueueTable]:
        """Tables that have a row for each queue: each of the days of a block together."""
        return self._tables("queues", queues, partial(self._queues, queues))

    def of_days(self, queue: str) -> list[QueueTable]:
        """Tables that have a row for each day that was studied, of that queue."""
        return self._tables(f"days of {queue}", [queue], partial(self._rows, queue))

    def _tables(
        self, view: str, queues: Sequence[str], make: Callable[[Sequence[QueueHours]], QueueTable]
    ) -> list[QueueTable]:
        store, zone = self._studies.store, self._studies.site.zone
        names = {block: _name(queues, zone, opened) for block, opened in self._opened.items()}
        kept = store.totals(QUEUES.name, view, self._blocks, [*{*names.values()}])
        found = []
        for block in self._blocks:
            body = kept[block].get(names[block])
            # One block after another: a year of days is more than should be held at once.
            table = _unpack(body) if body else make([self._days[day] for day in block.days])
            if not body:
                store.put_totals(QUEUES.name, view, self._turn, {block: {names[block]: _pack(table)}})
            found.append(table)
        return found

    def _queues(self, queues: Sequence[str], days: Sequence[QueueHours]) -> QueueTable:
        known = self._known(queues, days)
        hours = ((n, *hour) for n, queue in enumerate(queues) for day in days for hour in day.of(known[queue]))
        return QueueTable.of(queues, hours)

    def _rows(self, queue: str, days: Sequence[QueueHours]) -> QueueTable:
        known = self._known([queue], days)[queue]
        return QueueTable.of(
            [day.label for day in days], ((n, *hour) for n, day in enumerate(days) for hour in day.of(known))
        )

    def _known(self, queues: Sequence[str], days: Sequence[QueueHours]) -> dict[str, dict[str, QueueDay]]:
        return self._studies.summaries(QUEUES, queues, days[0].date, days[-1].date + timedelta(days=1))


def _name(queues: Sequence[str], zone: str, opened: str) -> str:
    """Another one for everything but what was studied that makes another table; `opened` tells of the days, in JSON."""
    about = f"[{json.dumps([*queues])}, {json.dumps(zone)}, {opened}]"
    return hashlib.sha256(about.encode()).hexdigest()[:16]


def _pack(table: QueueTable) -> bytes:
    return pack([table.names, table.clocks], [table.counts, table.bins, table.by_clock])


def _unpack(body: bytes) -> QueueTable:
    (names, clocks), (counts, bins, by_clock) = unpack(body)
    return QueueTable(tuple(names), tuple(clocks), counts, bins, by_clock)
