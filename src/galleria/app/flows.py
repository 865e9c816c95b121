"""Any measure over any period, compared like with like, from the roll-ups.

Totals compare only quarter hours that have passed and that both periods have seen (at least nine tenths of them); a
gap is None, never zero. The occupancy of a bucket is the most that were inside at once in it. Several points of one
answer need not add up to its total where a measure does not add up: medians, rates and peaks are of the whole period.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np

from galleria.analytics.cells import PARTS, Cells, Part
from galleria.analytics.occupancy import Drift, reconcile
from galleria.domain.calendar import Compare, Grain, day_of, label_of
from galleria.domain.errors import InputError
from galleria.domain.live import Occupancy
from galleria.domain.measure import MeasureName
from galleria.domain.site import Site
from galleria.domain.time import Bucket, clip_text, hours, local_text, zone_named
from galleria.storage.rollups import RolledDay, Rollups

from .flow_days import ENOUGH, MEASURES, FlowDay, Sum, Sums, beside, comparable, flow_day, moved, together
from .flow_query import FlowAnswer, FlowPoint, FlowQuery, Overview, Subject
from .flow_subjects import subject_of, subjects
from .overview import overview

__all__ = ["Compare", "FlowAnswer", "FlowPoint", "FlowQuery", "Flows", "Grain", "Overview", "Subject"]

_MOST_POINTS = 20_000
_MOST_DAYS = 366 * 12
_PER_DAY = {Grain.QUARTER_HOUR: 96, Grain.HOUR: 24}
_HOUR = 3600


@dataclass(slots=True)
class Flows:
    """Answers questions about a site; threads may share it.

    Attributes:
        site: as it is now; replace it when it was changed.
        rollups: where measures are kept.
        journal: where conditions of cameras are.
    """

    site: Site
    rollups: Rollups
    journal: Path

    def query(self, q: FlowQuery) -> FlowAnswer:
        """Answer one question.

        Raises:
            InputError: there is no such measure or subject, the subject does not have that measure, or the period is
                empty or too long.
            StoreError: the roll-ups cannot be read.
        """
        measure = self._checked(q)
        days = self._days(q, timedelta(0), measure)
        if not days:  # a date that the zone's clocks jumped over
            return FlowAnswer((), None, None, measure.unit)
        compared = q.compare is not Compare.NONE
        before = self._days(q, q.compare.back, measure) if compared else {}
        pairs = [_Pair(self.site, day, before.get(_back(day, q.compare))) for day in days.values() if compared]
        points = self._points(q, measure, list(days.values()), pairs)
        cells = _stacked([day.cells for day in days.values()])
        whole = Sums.of(cells, [0, len(cells.parts)])
        alike = [pair.alike for pair in pairs if pair.alike is not None]
        mine, others = together([a for a, _ in alike]), together([b for _, b in alike])
        return FlowAnswer(
            points,
            whole.values(measure)[0],
            others.value(measure) if alike else None,
            measure.unit,
            _notes(self.site, list(days.values()), whole.coverage[0], pairs, mine),
            mine.value(measure) if alike else None,
            whole.coverage[0],
        )

    def overview(self, now: float, occupancy: Occupancy | None = None) -> Overview:
        """Today at a glance.

        Args:
            now: seconds since 1970-01-01 UTC.
            occupancy: as it is kept live; None: as of the last roll-up.

        Raises:
            StoreError: the roll-ups or the journal cannot be read.
        """
        return overview(self.site, self.rollups, self.journal, now, occupancy)

    def drift(self, day: date) -> Drift:
        """What a trading day's comings and goings were off by when the site had closed, shared out over its entrances.

        What was not seen counts as nobody: look at the coverage, too.

        Raises:
            StoreError: the roll-ups cannot be read.
        """
        keys = {entrance.id: f"entrance:{entrance.id}" for entrance in self.site.entrances}
        sums = self.rollups.totals_on(day.isoformat(), list(keys.values()))
        nobody = np.zeros(PARTS)
        crossed = {door: sums.get(key, nobody)[[Part.CAME, Part.WENT]] for door, key in keys.items()}
        return reconcile({door: (round(came), round(went)) for door, (came, went) in crossed.items()})

    def subjects(self) -> list[Subject]:
        """What can be asked about, in the order of the site file."""
        return subjects(self.site)

    def _checked(self, q: FlowQuery) -> MeasureName:
        if q.measure not in set(MEASURES):
            problem = f"there is no measure {q.measure!r}"
            raise InputError(problem, f"Ask for one of {', '.join(sorted(MEASURES))}.")
        subject = subject_of(self.site, q.subject)
        if q.measure not in subject.measures:
            problem = f"{q.subject} has no measure {q.measure!r}"
            raise InputError(problem, f"It has {', '.join(subject.measures)}.")
        days = (q.end - q.begin).days
        if days <= 0:
            problem = f"the period ends on {q.end}, and begins on {q.begin}"
            raise InputError(problem, "Its end is the day after its last one.")
        if days > _MOST_DAYS or days * _PER_DAY.get(q.grain, 1) > _MOST_POINTS:
            problem = f"{days} days by {q.grain} are too many"
            raise InputError(problem, "Choose a shorter period or a coarser grain.")
        return MeasureName(q.measure)

    def _days(self, q: FlowQuery, back: timedelta, measure: MeasureName) -> dict[str, FlowDay]:
        """The period's days, by label."""
        begin, end = q.begin - back, q.end - back
        low, high = begin.isoformat(), end.isoformat()
        rolled = self.rollups.days(low, high)
        last = self.rollups.last()
        now = last.until if last else 0.0
        coarse = _coarse(q)
        read = self.rollups.totals if coarse else self.rollups.cells
        known = read(q.subject, low, high, dwells=measure is MeasureName.DWELL_MEDIAN)
        days = {}
        for day in self._buckets(begin, end, rolled):
            # Days that were not rolled up and are only compared with have nothing to say.
            if not back or day.label in rolled:
                some = _whole(day, rolled.get(day.label), known.get(day.label)) if coarse else None
                days[day.label] = some or flow_day(
                    self.site,
                    day,
                    rolled.get(day.label),
                    known.get(day.label),
                    now,
                    fine=q.grain.within_days,
                )
        return days

    def _buckets(self, begin: date, end: date, rolled: Mapping[str, RolledDay]) -> Iterator[Bucket]:
        """The trading days; those that were rolled up as they were then, the others by the site's hours now."""
        for n in range((end - begin).days):
            day = begin + timedelta(days=n)
            found = rolled.get(day.isoformat())
            if found:
                yield Bucket(float(found.edges[0]), found.end, found.label)
            elif bucket := day_of(self.site, day):
                yield bucket

    def _points(
        self, q: FlowQuery, measure: MeasureName, days: Sequence[FlowDay], pairs: Sequence[_Pair]
    ) -> list[FlowPoint]:
        if q.grain.within_days:
            return self._within_days(q, measure, days, pairs)
        labels = [label_of(q.grain, date.fromisoformat(day.bucket.label)) for day in days]
        bounds = [n for n in range(len(days)) if n == 0 or labels[n] != labels[n - 1]] + [len(days)]
        now = Sums.of(_stacked([day.summed() for day in days]), bounds)
        before = Sums.of(_stacked([pair.before for pair in pairs]), bounds) if pairs else None
        known = [any(pair.known for pair in pairs[low:high]) for low, high in pairwise(bounds)]
        spans = [(days[low].bucket.begin, days[high - 1].bucket.end, labels[low]) for low, high in pairwise(bounds)]
        return _told(measure, spans, now, before, known)

    def _within_days(
        self, q: FlowQuery, measure: MeasureName, days: Sequence[FlowDay], pairs: Sequence[_Pair]
    ) -> list[FlowPoint]:
        zone = zone_named(self.site.zone)
        begins = np.concatenate([day.edges[:-1] for day in days])
        end = days[-1].bucket.end
        bounds = list(range(len(begins) + 1))
        if q.grain is Grain.HOUR:
            starts = [hour.begin for hour in hours(zone, float(begins[0]), end)]
            bounds = sorted({int(n) for n in np.searchsorted(begins, starts)} | {0, len(begins)})
        edges = [*begins.tolist(), end]
        spans = [(edges[low], edges[high], local_text(edges[low], zone)) for low, high in pairwise(bounds)]
        now = Sums.of(_stacked([day.cells for day in days]), bounds)
        before = Sums.of(_stacked([pair.moved for pair in pairs]), bounds) if pairs else None
        matched = np.concatenate([pair.matched for pair in pairs]) if pairs else np.zeros(len(begins), np.bool_)
        known = np.logical_or.reduceat(matched, bounds[:-1]).tolist()
        return _told(measure, spans, now, before, known)


def _coarse(q: FlowQuery) -> bool:
    """Whether the sums of whole days, which are ready, will do."""
    return not q.grain.within_days and q.compare is Compare.NONE


def _told(
    measure: MeasureName,
    spans: Sequence[tuple[float, float, str]],
    now: Sums,
    before: Sums | None,
    known: Sequence[bool],
) -> list[FlowPoint]:
    """Points; `known` says which of them have anything to be compared with."""
    values = zip(spans, now.values(measure), now.coverage, strict=True)
    if before is None:
        return [FlowPoint(*span, value, share) for span, value, share in values]
    others = zip(before.values(measure), before.coverage, known, strict=True)
    return [
        FlowPoint(*span, value, share, *((was, was_share) if like else (None, None)))
        for (span, value, share), (was, was_share, like) in zip(values, others, strict=True)
    ]


class _Pair:
    """A day beside the one it is compared with.

    Attributes:
        known: whether there is such a day.
        moved: its cells, upon those of the day.
        matched: (n,) which of the day's cells have their like.
        before: what is shown beside the day, as one cell: the same hours, up to now.
        alike: what is compared.
    """

    def __init__(self, site: Site, day: FlowDay, before: FlowDay | None) -> None:
        self.day = day
        self.known = before is not None
        self.moved = Cells(np.zeros((len(day.edges) - 1, PARTS)))
        self.matched = np.zeros(len(day.edges) - 1, np.bool_)
        self.before = Cells(np.zeros((1, PARTS)))
        self.alike: tuple[Sum, Sum] | None = None
        if before is None:
            return
        pairs = beside(site, day, before)
        self.moved = moved(day, before, pairs)
        self.matched[pairs[0]] = True
        if day.over:
            self.before = before.summed()
        elif day.until > day.bucket.begin:
            passed = np.zeros(len(before.edges) - 1, np.bool_)
            passed[pairs[1][pairs[0] < day.passed]] = True
            self.before = before.summed(passed)
        mine, others = comparable(day, before, pairs)
        if mine.any():
            self.alike = day.where(mine), before.where(others)


def _whole(day: Bucket, rolled: RolledDay | None, cells: Cells | None) -> FlowDay | None:
    """A day of which only the sum is needed."""
    if rolled is None or cells is None:
        return None
    edges = np.array([day.begin, day.end])
    return FlowDay(day, edges, cells, 1, rolled.until)


def _stacked(days: Sequence[Cells]) -> Cells:
    """Cells of days one after another, as those of one."""
    offsets = np.cumsum([0, *(len(cells.parts) for cells in days)])
    held = [(cells.dwells, offset) for cells, offset in zip(days, offsets, strict=False) if len(cells.dwells)]
    shifted = [dwells + np.array([offset, 0, 0]) for dwells, offset in held] or [days[0].dwells]
    return Cells(np.concatenate([cells.parts for cells in days]), np.concatenate(shifted))


def _back(day: FlowDay, compare: Compare) -> str:
    return (date.fromisoformat(day.bucket.label) - compare.back).isoformat()


def _notes(site: Site, days: Sequence[FlowDay], seen: float, pairs: Sequence[_Pair], alike: Sum) -> list[str]:
    zone = zone_named(site.zone)
    going_on = (day for day in days if day.bucket.begin < day.until < day.bucket.end)
    notes = [f"{day.bucket.label} goes on: counted up to {local_text(day.until, zone)}." for day in going_on]
    if 0 < seen < ENOUGH:
        share = f"{100 * seen:.0f} %"
        notes.append(f"Cameras saw {share} of the open time; what happened in the rest is not in these numbers.")
    if pairs:
        passed = together([pair.day.all() for pair in pairs]).parts[Part.OPEN]
        left_out = passed - alike.parts[Part.OPEN]
        if not alike.parts[Part.SECONDS]:
            notes.append("Nothing can be compared: no quarter hour was seen in both periods.")
        elif left_out >= 1:
            hours_text = f"{left_out / _HOUR:.1f} h" if left_out >= _HOUR else f"{clip_text(left_out)} min"
            notes.append(f"The totals compare what both periods saw; {hours_text} of the open time are left out.")
    return notes
