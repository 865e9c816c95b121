"""Visits of all places as one table of days, from tables of blocks of days, made when first asked for, and kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

import numpy as np

from galleria.analytics.visit_days import VisitDay
from galleria.analytics.visit_table import VisitTable
from galleria.domain.time import HOUR, Bucket, hour_label, zone_named

from .packed import pack, unpack
from .studies import Studies
from .study_list import VISITS
from .study_sums import blocks

_VIEW = "places"  # under which blocks are kept


@dataclass(slots=True)
class VisitTables:
    """Reads and keeps them.

    Attributes:
        studies: of the site.
        places: of the table, in its order.
        now: of a day that goes on, hours that are not over are left out.
    """

    studies: Studies
    places: Sequence[str]
    now: float

    def of(self, days: Sequence[Bucket]) -> VisitTable:
        """Of those of some trading days, one after another, that were studied.

        Raises:
            StoreError: the studies cannot be read.
        """
        store = self.studies.store
        known, turn = store.days(VISITS.name), store.turn(VISITS.name)
        mine = {date.fromisoformat(day.label).toordinal(): day for day in days if day.label in known}
        if not mine:
            return VisitTable.together(len(self.places), [])
        # The newest one changes all the time.
        bounds = min(mine), min(max(mine) + 1, date.fromisoformat(max(known)).toordinal())
        parts = list(blocks([*mine], bounds))
        names = {block: self._name([mine[day] for day in block.days]) for block in parts}
        kept = store.totals(VISITS.name, _VIEW, parts, [*{*names.values()}])
        found = []
        for block in parts:
            body = kept[block].get(names[block])
            table = _unpack(body) if body else self._read([mine[day] for day in block.days])
            if not body and mine[block.days[-1]].end <= self.now:
                store.put_totals(VISITS.name, _VIEW, turn, {block: {names[block]: _pack(table)}})
            found.append(table)
        return VisitTable.together(len(self.places), found)

    def _read(self, days: Sequence[Bucket]) -> VisitTable:
        first, last = (date.fromisoformat(days[n].label) for n in (0, -1))
        known = self.studies.summaries(VISITS, self.places, first, last + timedelta(days=1))
        zone = zone_named(self.studies.site.zone)
        tables = []
        for day in days:
            some = [known[place].get(day.label) for place in self.places]
            told = [one and _so_far(day, one, self.now) for one in some]
            tables.append(VisitTable.of(day.label, told, partial(hour_label, day, zone=zone)))
        return VisitTable.together(len(self.places), tables)

    def _name(self, days: Sequence[Bucket]) -> str:
        """Another one for everything but summaries that makes another table."""
        about = (*self.places, self.studies.site.zone, *(f"{day.begin}" for day in days))
        return hashlib.sha256(json.dumps(about).encode()).hexdigest()[:16]


def _so_far(day: Bucket, studied: VisitDay, now: float) -> VisitDay:
    """Without hours that are not over."""
    hours = {n: one for n, one in studied.hours.items() if one.seen or day.begin + (n + 1) * HOUR <= now}
    return VisitDay(hours, studied.soon, studied.chance, studied.noise, studied.lengths)


def _pack(table: VisitTable) -> bytes:
    numbers = (table.counts, table.by_clock, table.lengths, table.bins)
    return pack([table.days, table.clocks], [table.known.astype(np.int64), *numbers])


def _unpack(body: bytes) -> VisitTable:
    (days, clocks), (known, counts, by_clock, lengths, bins) = unpack(body)
    return VisitTable(tuple(days), known.astype(np.bool_), counts, tuple(clocks), by_clock, lengths, bins)
