"""Keeps a site's measures up to date from its journal, seals days that are over, and lets old ones go.

A turn looks at what was written since the last one, so it costs little while little happens; what was written late,
about yesterday or last month, is found the same way. Doing a turn again changes nothing.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np

from galleria.analytics.cells import SITE, Cells, Part, Stretch, day_cells, layout
from galleria.analytics.edges import cell_of
from galleria.analytics.facts import Facts, Numbers, Spans, Watching
from galleria.domain.calendar import day_of, emptied, open_time
from galleria.domain.health import CameraState
from galleria.domain.site import Site
from galleria.domain.time import Bucket, quarter_hours, trading_day, trading_days, zone_named
from galleria.storage.days import Days
from galleria.storage.facts import HALF_DAY
from galleria.storage.journal import Journal
from galleria.storage.retention import Retention, first_kept, retire
from galleria.storage.rollups import RolledDay, Rollups

JOURNAL, MEASURES, DAYS = "journal.db", "measures.db", "days"
# A day is sealed so long after it ended, seconds: what its last tracks did is known by then.
_GRACE = 600.0
# What a camera saw is written once a minute; until then its condition vouches for it, at most so long.
_VOUCHED = 90.0
# A turn is due so often, seconds.
EVERY = 15.0
_CLEANING = timedelta(hours=1).total_seconds()
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Open:
    """The day that goes on, as it was rolled up last."""

    day: RolledDay
    cells: dict[str, Cells]


class Keeper:
    """Rolls up, seals and retires one site's days. Used by one thread.

    Args:
        site: as it is now; days that are sealed keep what they were.
        folder: of the site; its journal is there.
        rollups: where measures go.
        retention: how long things are kept; None keeps everything.
    """

    def __init__(self, site: Site, folder: Path, rollups: Rollups, retention: Retention | None = None) -> None:
        self.retention = retention
        self._site = site
        self._folder = folder
        self._rollups = rollups
        self._days = Days(folder / DAYS, site.id)
        self._open: _Open | None = None
        # Of days whose events are gone: how many came since and were told; until the journal is cleaned of them.
        self._too_late: dict[str, int] = {}
        self._cleaned = self._turned = float("-inf")

    def reload(self, site: Site) -> None:
        """The site was changed: today is made again as it is declared now."""
        self._site = site
        self._days = Days(self._folder / DAYS, site.id)
        self._open = None

    def due(self, now: float) -> bool:
        """Whether the last turn, even one that failed, is so long ago that another one is due."""
        return abs(now - self._turned) >= EVERY

    def turn(self, now: float) -> None:
        """Bring everything up to date.

        Args:
            now: seconds since 1970-01-01 UTC.

        Raises:
            StoreError: something cannot be read or written; the next turn catches up.
        """
        self._turned = now
        with Journal(self._folder / JOURNAL) as journal:
            journal.beat(self._site.id, now)
            news = journal.news(self._site.id)
            today = trading_day(self._site, now)
            self._catch_up(journal, today, now, news.earliest)
            self._roll_today(journal, today, now, news.earliest)
            if news.earliest is not None:
                journal.heard(self._site.id, news.turn)
            if self.retention is not None and abs(now - self._cleaned) >= _CLEANING:
                self._cleaned = now
                retire(self._site, self._folder, journal, self._rollups, self.retention, now)
                self._too_late.clear()  # the journal has none of them any more

    def _catch_up(self, journal: Journal, today: Bucket, now: float, earliest: float | None) -> None:
        """Earlier days: those that something was written about, and those that have not been sealed."""
        rolled = self._rollups.days()
        late: dict[str, Bucket] = {}
        if not rolled:  # new, or lost: everything there is can be rolled up again
            earliest = 0.0
            sealed = (day_of(self._site, date.fromisoformat(day)) for day in self._days.days())
            late = {day.label: day for day in sealed if day}
        if earliest is not None and earliest < today.begin:
            moments = journal.half_days(self._site.id, earliest, today.begin)
            spans = ((moment, min(moment + HALF_DAY, today.begin)) for moment in moments)
            for begin, end in ((earliest, math.nextafter(earliest, math.inf)), *spans):
                late |= {day.label: day for day in trading_days(self._site, begin, end)}
        for label, before in rolled.items():
            if not before.sealed and label < today.label:
                late[label] = Bucket(float(before.edges[0]), before.end, label)
        for label, day in sorted(late.items()):
            if day.end <= today.begin and (now >= day.end + _GRACE or label not in rolled):
                known = rolled.get(label)
                if known and self._is_remainder(journal, day, known, now):
                    self._tell_too_late(label, len(journal.columns(self._site.id, day.begin, day.end)))
                else:
                    self._seal(journal, day, known=known is not None, over=now >= day.end + _GRACE)

    def _is_remainder(self, journal: Journal, day: Bucket, before: RolledDay, now: float) -> bool:
        """Whether the events a day was sealed from were let go of, so that only what came since is there."""
        if not before.sealed or not before.events or self._days.path(day.label).exists():
            return False
        if self.retention and day.label < first_kept(self._site, self.retention.events, now)[0]:
            return True
        # A day that has no file may have been sealed from what reached into it alone, and then nothing is gone.
        return journal.facts(self._site.id, day.begin, day.end).events < before.events

    def _tell_too_late(self, label: str, count: int) -> None:
        if count > self._too_late.get(label, 0):
            self._too_late[label] = count
            told = "%d events came too late: those of their day, %s, are deleted, and its measures stay as they are"
            _log.warning(told, count, label, extra={"event": "too-late", "day": label, "events": count})

    def _seal(self, journal: Journal, day: Bucket, *, known: bool, over: bool) -> None:
        """Write the day's events to their file, and make its measures from that file."""
        site = self._site.id
        events = journal.columns(site, day.begin, day.end)
        if self._days.path(day.label).exists():
            events = self._days.read(day.label).with_late(events)
        if not len(events) and not known:
            return
        if over and len(events):
            self._days.write(day.label, events)
            # What began the day before and reached into this one.
            facts = self._days.facts(day.label) + journal.facts(site, day.begin, day.begin)
            facts.unseen.update(journal.unseen(site, day.begin, day.end))
        else:
            facts = journal.facts(site, day.begin, day.end)
        cells = self._cells(journal, day, facts, day.end, 0, None)
        edges = edges_of(self._site, day, day.end)
        self._rollups.put(RolledDay(day.label, edges, day.end, over, facts.events), cells)
        if over:
            _log.info("day sealed", extra={"day": day.label, "events": len(events)})

    def _roll_today(self, journal: Journal, today: Bucket, now: float, earliest: float | None) -> None:
        edges = edges_of(self._site, today, now)
        if len(edges) <= 1:
            return
        keep, known = 0, self._open
        if known and known.day.label == today.label and known.day.until <= now:
            since = min(known.day.until, now if earliest is None else earliest)
            # The cell that was going on may have grown even where nothing was counted.
            keep = max(0, min(int(cell_of(edges, np.array([since]))[0][0]), len(known.day.edges) - 2))
        facts = journal.facts(self._site.id, float(edges[keep]), now) + self._vouched(journal, now)
        before = known.cells if known and keep else None
        cells = self._cells(journal, today, facts, now, keep, before)
        if before is not None:
            if set(cells) != set(before):  # something new is watched: from the start, so that all rows are alike
                self._open = None
                self._roll_today(journal, today, now, earliest)
                return
            cells = {subject: before[subject].continued(keep, tail) for subject, tail in cells.items()}
        day = RolledDay(today.label, edges, today.end, sealed=False, events=facts.events)
        self._rollups.put(day, cells)
        self._open = _Open(day, cells)

    def _cells(
        self, journal: Journal, day: Bucket, facts: Facts, until: float, keep: int, before: Mapping[str, Cells] | None
    ) -> dict[str, Cells]:
        """The day's cells from the one numbered `keep` on."""
        resets = journal.resets(self._site.id, day.begin, day.end)
        inside = float(before[SITE].parts[keep - 1, Part.INSIDE]) if before and keep else 0.0
        return roll_up(self._site, day, facts, edges_of(self._site, day, until)[keep:], resets, inside)

    def _vouched(self, journal: Journal, now: float) -> Facts:
        """What cameras that are seeing have seen and not yet written down."""
        cameras = {camera.id: camera for camera in self._site.cameras}
        rows: list[tuple[float, float, int, object]] = []
        watching: list[Watching] = []
        for name, condition in journal.latest_conditions(self._site.id).items():
            if condition.state is CameraState.SEEING and condition.end is None and name in cameras:
                begin = max(condition.begin, now - _VOUCHED)
                if begin < now:
                    camera = cameras[name]
                    rows.append((begin, now, len(watching), False))
                    wires = frozenset(wire.id for wire in camera.tripwires)
                    watching.append(Watching(name, wires, frozenset(zone.id for zone in camera.zones)))
        return Facts(recordings=tuple(watching), seen=Spans.of(rows))


def roll_up(
    site: Site, day: Bucket, facts: Facts, edges: Numbers, resets: Sequence[float] = (), inside: float = 0.0
) -> dict[str, Cells]:
    """The cells between some edges of a trading day, of every subject.

    Args:
        site: says what belongs to what, and when it is open.
        day: all of it.
        facts: everything that overlaps the cells.
        edges: (n + 1,) seconds since 1970-01-01 UTC.
        resets: when occupancy was set to zero by hand.
        inside: how many were inside at the first edge.
    """
    buckets = [Bucket(low, high, "") for low, high in pairwise(edges.tolist())]
    left = emptied(site, day)
    moments = sorted([*resets, *([] if left is None else [left])])
    return day_cells(layout(site), facts, Stretch(buckets, open_time(site, day), inside, tuple(moments)))


def edges_of(site: Site, day: Bucket, until: float) -> Numbers:
    """(n + 1,) begins of the day's quarter hours up to a moment, and that moment."""
    end = min(until, day.end)
    begins = [max(bucket.begin, day.begin) for bucket in quarter_hours(zone_named(site.zone), day.begin, end)]
    return np.array([*begins, end], np.float64)
