"""Today at a glance, beside the usual day: the median of the last eight same weekdays up to the same time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from galleria.analytics.cells import SITE, Part
from galleria.analytics.facts import Numbers
from galleria.analytics.occupancy import error
from galleria.analytics.quantile import quantile
from galleria.domain.calendar import day_of, emptied, open_time
from galleria.domain.health import CameraState, Condition
from galleria.domain.live import Occupancy
from galleria.domain.measure import MeasureName
from galleria.domain.site import Site
from galleria.domain.time import local, local_text, trading_day, zone_named
from galleria.storage.journal import Journal
from galleria.storage.rollups import RolledDay, Rollups

from .flow_days import FlowDay, beside, flow_day
from .flow_query import CameraToday, CurvePoint, EntranceToday, Overview, Today
from .flow_sums import ENOUGH, coverage

WEEKS = 8


def overview(site: Site, rollups: Rollups, journal: Path, now: float, occupancy: Occupancy | None) -> Overview:
    """Make it.

    Raises:
        StoreError: the roll-ups or the journal cannot be read.
    """
    desk = _Desk(site, rollups, now)
    whole = desk.subject(SITE)
    opened = open_time(site, desk.today)
    return Overview(
        time=min(whole.today.until, now),
        day=desk.today.label,
        opens=opened[0] if opened else None,
        closes=opened[1] if opened else None,
        footfall=whole.so_far(Part.CAME),
        occupancy=occupancy or _inside(site, whole.today),
        dwell=whole.dwell(),
        curve=_curve(site, whole),
        entrances=_entrances(site, desk),
        cameras=_cameras(site, desk, _conditions(site, journal)),
        usual_days=len(whole.usual),
        notes=_notes(site, whole),
    )


@dataclass(frozen=True, slots=True)
class _Beside:
    """An earlier day laid upon today's quarter hours."""

    day: FlowDay
    came: Numbers  # (n,) by today's cells; NaN where too little was seen or there is no like
    went: Numbers


@dataclass(frozen=True, slots=True)
class _Subject:
    """One subject today, and on the earlier days that saw enough of the time that has passed today."""

    today: FlowDay
    share: Numbers  # (n,) how much of each of today's cells has passed, in [0,1]
    days: Sequence[_Beside]
    usual: Sequence[_Beside]

    def so_far(self, part: Part) -> Today:
        parts = self.today.all()
        measure = MeasureName.IN if part is Part.CAME else MeasureName.OUT
        sums = [float(np.nansum((one.came if part is Part.CAME else one.went) * self.share)) for one in self.usual]
        return Today(parts.value(measure), quantile(sums, 0.5), parts.coverage)

    def dwell(self) -> Today:
        parts = self.today.all()
        medians = []
        for one in self.usual:
            passed = np.zeros(len(one.day.edges) - 1, np.bool_)
            passed[: self.today.passed] = True
            median = one.day.where(passed).value(MeasureName.DWELL_MEDIAN)
            medians += [] if median is None else [median]
        return Today(parts.value(MeasureName.DWELL_MEDIAN), quantile(medians, 0.5), parts.coverage)


class _Desk:
    """Reads what an overview needs, once."""

    def __init__(self, site: Site, rollups: Rollups, now: float) -> None:
        self._site = site
        self._rollups = rollups
        self.today = trading_day(site, now)
        date_ = date.fromisoformat(self.today.label)
        labels = [(date_ - timedelta(weeks=weeks)).isoformat() for weeks in range(WEEKS, 0, -1)]
        rolled = rollups.days(labels[0], self.today.label + "~")
        self.rolled: dict[str, RolledDay] = {day: rolled[day] for day in (*labels, self.today.label) if day in rolled}
        self._buckets = {day: day_of(site, date.fromisoformat(day)) for day in self.rolled}
        self._now = now
        self._pairs: dict[str, tuple[np.ndarray[tuple[int], np.dtype[np.intp]], ...]] = {}

    def subject(self, key: str) -> _Subject:
        cells = self._rollups.some(key, list(self.rolled))
        until = min(self._now, self.rolled[self.today.label].until) if self.today.label in self.rolled else self._now
        rolled = self.rolled.get(self.today.label)
        today = flow_day(self._site, self.today, rolled, cells.get(self.today.label), until)
        lengths = np.diff(today.edges)
        share = np.clip((today.until - today.edges[:-1]) / lengths, 0.0, 1.0)
        days = []
        for label, bucket in self._buckets.items():
            if label == self.today.label or label not in cells or bucket is None:
                continue
            before = flow_day(self._site, bucket, self.rolled[label], cells[label], until)
            days.append(self._beside(today, before))
        # A day that slept through a tenth of the morning says nothing of usual mornings.
        usual = [one for one in days if self._seen(today, share, one.day) >= ENOUGH]
        return _Subject(today, share, days, usual)

    def today_of(self, keys: Sequence[str]) -> dict[str, Numbers]:
        """The sums of today's cells of some subjects."""
        return self._rollups.totals_on(self.today.label, keys)

    def _beside(self, today: FlowDay, before: FlowDay) -> _Beside:
        mine, others = self._paired(today, before)
        came, went = np.full((2, len(today.edges) - 1), np.nan)
        enough = coverage(before.cells.parts)[others] >= ENOUGH
        came[mine[enough]] = before.cells.parts[others[enough], Part.CAME]
        went[mine[enough]] = before.cells.parts[others[enough], Part.WENT]
        return _Beside(before, came, went)

    def _paired(self, today: FlowDay, before: FlowDay) -> tuple[np.ndarray[tuple[int], np.dtype[np.intp]], ...]:
        label = before.bucket.label
        if label not in self._pairs:
            self._pairs[label] = beside(self._site, today.edges, before.edges)
        return self._pairs[label]

    def _seen(self, today: FlowDay, share: Numbers, before: FlowDay) -> float:
        """Coverage of an earlier day's open time up to the same time; of all of it before opening."""
        mine, others = self._paired(today, before)
        weights = np.zeros(len(before.edges) - 1)
        weights[others] = share[mine]
        parts = before.cells.parts
        opened = float((parts[:, Part.OPEN] * weights).sum())
        if not opened:
            return float(coverage(before.all().parts[None])[0])
        return float((parts[:, Part.COVERED_OPEN] * weights).sum()) / opened


def _curve(site: Site, whole: _Subject) -> list[CurvePoint]:
    day = whole.today
    opened = open_time(site, day.bucket) or (0.0, 0.0)
    zone = zone_named(site.zone)
    seen = coverage(day.cells.parts)
    table = np.array([one.came for one in whole.days]).reshape(len(whole.days), len(day.edges) - 1)
    points = []
    for n, (begin, end) in enumerate(zip(day.edges[:-1].tolist(), day.edges[1:].tolist(), strict=True)):
        parts = day.cells.parts[n]
        if (begin >= opened[1] or end <= opened[0]) and not parts[Part.CAME]:
            continue
        known = (parts[Part.COVERED] > 0 or parts[Part.CAME] > 0) and whole.share[n] > 0
        usual = [value for value in table[:, n].tolist() if value == value]  # noqa: PLR0124  NaN is no number
        points.append(
            CurvePoint(
                begin,
                end,
                f"{local(begin, zone):%H:%M}",
                float(parts[Part.CAME]) if known else None,
                float(seen[n]),
                quantile(usual, 0.5),
            )
        )
    return points


def _entrances(site: Site, desk: _Desk) -> list[EntranceToday]:
    ways = [(f"entrance:{e.id}", e.id, e.name or e.id) for e in site.entrances] or [
        (f"tripwire:{wire.id}", wire.id, wire.name or wire.id) for camera in site.cameras for wire in camera.tripwires
    ]
    found = [(id_, name, desk.subject(key)) for key, id_, name in ways]
    return [EntranceToday(id_, name, one.so_far(Part.CAME), one.so_far(Part.WENT)) for id_, name, one in found]


def _cameras(site: Site, desk: _Desk, conditions: Mapping[str, Condition]) -> list[CameraToday]:
    cells = desk.today_of([f"camera:{camera.id}" for camera in site.cameras])
    found = []
    for camera in site.cameras:
        parts = cells.get(f"camera:{camera.id}")
        share = float(coverage(parts[None])[0]) if parts is not None else 0.0
        now = conditions.get(camera.id)
        name = camera.name or camera.id
        if now is None or now.end is not None:  # never heard of, or not since the start
            found.append(CameraToday(camera.id, name, CameraState.STARTING, None, "", share))
        else:
            found.append(CameraToday(camera.id, name, now.state, now.begin, now.reason, share))
    return found


def _conditions(site: Site, journal: Path) -> dict[str, Condition]:
    if not journal.exists():
        return {}
    with Journal(journal) as opened:
        return opened.latest_conditions(site.id)


def _inside(site: Site, today: FlowDay) -> Occupancy:
    """Occupancy as of the last roll-up, with what came and went since it was last known to be zero by the clock."""
    parts = today.cells.parts
    left = emptied(site, today.bucket)
    since = left if left is not None and left <= today.until else today.bucket.begin
    later = today.edges[:-1] >= since
    came, went = (int(parts[later, part].sum()) for part in (Part.CAME, Part.WENT))
    last = int(np.searchsorted(today.edges, today.until, "left")) - 1
    inside = int(parts[last, Part.INSIDE]) if last >= 0 else 0
    return Occupancy(inside, error(came + went), since, came, went, max(0, inside - (came - went)))


def _notes(site: Site, whole: _Subject) -> list[str]:
    notes = []
    if not site.entrances and any(camera.tripwires for camera in site.cameras):
        notes.append("The site declares no entrances, so every tripwire counts as a way in.")
    share = whole.today.all().coverage
    if whole.today.passed and share < ENOUGH:
        notes.append(f"Cameras at the entrances saw {100 * share:.0f} % of today's open time so far.")
    if not whole.usual:
        notes.append("There is no usual day yet: none of the last eight same weekdays was seen well enough.")
    until = local_text(whole.today.until, zone_named(site.zone))
    if whole.today.until < whole.today.bucket.end:
        notes.append(f"Numbers are up to {until}.")
    return notes
