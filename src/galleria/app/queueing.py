"""How long people waited, by queue: over a period, by day, and by hour of the day."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from galleria.analytics.queues import QueueDay, Waiting, tills_needed
from galleria.domain.calendar import Grain, days_of, label_of, open_time
from galleria.domain.errors import InputError
from galleria.domain.site import Queue, Site
from galleria.domain.time import HOUR, Bucket, hour_label, zone_named

from .studies import Studies
from .study_list import QUEUES
from .study_sums import View

GRAINS = (Grain.DAY, Grain.WEEK, Grain.MONTH)


@dataclass(frozen=True, slots=True)
class QueueFigures:
    """A stretch of a queue's time. Whatever there is no number of is None.

    Attributes:
        label: a date, an ISO week, a month, or the hour of a day, `HH:MM`.
        coverage: share of the open time seen.
        arrivals: who joined the queue, or went straight to the till.
        length: people waiting at once, mean.
        wait: seconds, median; `wait_mean`, `wait_p95`: likewise.
        abandonment: share that left unserved.
        service: seconds, mean.
        tills: how many were needed in its busiest hour of the day, so that nine of ten wait no longer than the target.
    """

    label: str
    coverage: float
    arrivals: int | None
    length: float | None
    wait: float | None
    wait_mean: float | None
    wait_p95: float | None
    abandonment: float | None
    service: float | None
    tills: int | None


@dataclass(frozen=True, slots=True)
class QueueAnswer:
    """A queue over a period.

    Attributes:
        points: by grain.
        hours: by hour of the day, all days together; hours in which nothing was seen are absent.
        whole: all of it.
    """

    queue: Queue
    points: Sequence[QueueFigures]
    hours: Sequence[QueueFigures]
    whole: QueueFigures


def queue_answers(
    site: Site,
    studies: Studies,
    period: tuple[date, date],
    grain: Grain,
    *,
    now: float = math.inf,
    queues: Sequence[Queue] | None = None,
    points: Collection[str] | None = None,
) -> list[QueueAnswer]:
    """One for each queue, in the order of the site file.

    Args:
        site: gives queues, hours and zone.
        studies: of that site.
        period: trading days [begin, end).
        grain: `day`, `week` or `month`.
        queues: only these; None: all of the site.
        points: ids of queues that are told by grain as well; None: all of them.
        now: what lies after it is still to come, and no gap; seconds since 1970-01-01 UTC.

    Raises:
        InputError: another grain.
        StoreError: the studies cannot be read.
    """
    if grain not in GRAINS:
        problem = f"queues are not told by {grain}"
        raise InputError(problem, "Ask by day, week or month; hours of the day are told of the whole period.")
    asked = site.queues if queues is None else queues
    days = [_Day.of(site, day, now) for day in days_of(site, *period)]
    by_kind = _by_kind(studies, [queue.id for queue in asked], days, period)
    by_label = {label: list(some) for label, some in groupby(days, lambda day: label_of(grain, day.date))}
    told = [queue.id for queue in asked if points is None or queue.id in points]
    if grain is Grain.MONTH:
        parts = {label: _by_kind(studies, told, some, period) for label, some in by_label.items()}
    else:
        parts = _by_day(studies, told, by_label, period)
    opened = _opened(days)
    found = []
    for queue in asked:
        one = [
            _together(queue, label, _clocks(_opened(by_label[label]), some.get(queue.id, ())))
            for label, some in (parts.items() if queue.id in told else ())
        ]
        found.append(_answer(queue, _clocks(opened, by_kind.get(queue.id, ())), one))
    return found


@dataclass(frozen=True, slots=True)
class _Day:
    """The hours of a trading day.

    Attributes:
        clocks: of each, by local time.
        opened: seconds that each is open.
    """

    label: str
    clocks: tuple[str, ...]
    opened: tuple[float, ...]

    @staticmethod
    def of(site: Site, day: Bucket, now: float) -> _Day:
        zone = zone_named(site.zone)
        low, high = open_time(site, day) or (0.0, 0.0)
        begins = [day.begin + hour * HOUR for hour in range(int((day.end - day.begin) // HOUR) + 1)]
        opened = (max(0.0, min(begin + HOUR, high, day.end, now) - max(begin, low)) for begin in begins)
        return _Day(day.label, tuple(hour_label(day, n, zone) for n in range(len(begins))), tuple(opened))

    @property
    def date(self) -> date:
        return date.fromisoformat(self.label)

    @property
    def kind(self) -> _Kind:
        return _Kind(self.clocks, tuple(seconds > 0 for seconds in self.opened))


@dataclass(frozen=True, slots=True)
class _Kind:
    """What days have in common whose hours are added up one by one: their clocks, and which are open."""

    clocks: tuple[str, ...]
    open: tuple[bool, ...]

    def view(self) -> View[QueueDay]:
        """Hours that were open, or in which somebody came."""
        return View(f"{len(self.open)} hours, open: {[n for n, one in enumerate(self.open) if one]}", self.of)

    def of(self, day: QueueDay) -> QueueDay:
        some = {n: one for n, one in day.hours.items() if n < len(self.open) and (self.open[n] or one.arrived)}
        return QueueDay(some)


_Part = tuple[_Kind, QueueDay]


def _by_kind(
    studies: Studies, queues: Sequence[str], days: Sequence[_Day], period: tuple[date, date]
) -> dict[str, list[_Part]]:
    """By queue, what was studied of days, as one for each kind of day."""
    kinds: dict[_Kind, list[str]] = {}
    for day in days:
        kinds.setdefault(day.kind, []).append(day.label)
    found: dict[str, list[_Part]] = {}
    for kind, labels in kinds.items():
        for queue, whole in studies.sums(QUEUES, queues, labels, period, kind.view()).items():
            found.setdefault(queue, []).append((kind, whole))
    return found


def _by_day(
    studies: Studies, queues: Sequence[str], by_label: Mapping[str, Sequence[_Day]], period: tuple[date, date]
) -> dict[str, dict[str, list[_Part]]]:
    """By label and queue, what was studied of its days, one by one."""
    known = studies.summaries(QUEUES, queues, *period)
    return {
        label: {
            queue: [(day.kind, day.kind.of(some[day.label])) for day in days if day.label in some]
            for queue, some in known.items()
        }
        for label, days in by_label.items()
    }


def _opened(days: Sequence[_Day]) -> dict[str, float]:
    """Seconds open by clock."""
    found: dict[str, float] = {}
    for day in days:
        for clock, seconds in zip(day.clocks, day.opened, strict=True):
            if seconds > 0:
                found[clock] = found.get(clock, 0.0) + seconds
    return found


@dataclass(slots=True)
class _Clock:
    """An hour of the day, over several days."""

    waiting: Waiting = field(default_factory=Waiting)
    opened: float = 0.0  # seconds


def _answer(queue: Queue, clocks: Mapping[str, _Clock], points: Sequence[QueueFigures]) -> QueueAnswer:
    hours = [
        _figures(queue, clock, one.waiting, one.opened, tills_needed(one.waiting, queue.target))
        for clock, one in sorted(clocks.items())
        if one.waiting.covered
    ]
    return QueueAnswer(queue, points, hours, _together(queue, "", clocks))


def _clocks(opened: Mapping[str, float], parts: Sequence[_Part]) -> dict[str, _Clock]:
    clocks = {clock: _Clock(opened=seconds) for clock, seconds in opened.items()}
    for kind, day in parts:
        for hour, waiting in day.hours.items():
            one = clocks.setdefault(kind.clocks[hour], _Clock())
            one.waiting += waiting
    return clocks


def _together(queue: Queue, label: str, clocks: Mapping[str, _Clock]) -> QueueFigures:
    total = Waiting.together([one.waiting for one in clocks.values()])
    opened = sum(one.opened for one in clocks.values())
    tills = [needed for one in clocks.values() if (needed := tills_needed(one.waiting, queue.target)) is not None]
    return _figures(queue, label, total, opened, max(tills, default=None))


def _figures(queue: Queue, label: str, waiting: Waiting, opened: float, tills: int | None) -> QueueFigures:
    return QueueFigures(
        label,
        min(1.0, waiting.covered / 10 / opened) if opened else float(waiting.covered > 0),
        waiting.arrived if waiting.covered else None,
        waiting.length,
        waiting.wait(0.5),
        waiting.mean,
        waiting.wait(0.95),
        waiting.abandoned if queue.service else None,
        waiting.service,
        tills,
    )
