"""How long people waited, by queue: over a period, by day, and by hour of the day."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from galleria.analytics.queues import HOUR, QueueDay, Waiting, tills_needed
from galleria.domain.calendar import Grain, days_of, label_of, open_time
from galleria.domain.errors import InputError
from galleria.domain.site import Queue, Site
from galleria.domain.time import Bucket, local, zone_named

from .studies import Studies
from .study_list import QUEUES

GRAINS = (Grain.DAY, Grain.WEEK, Grain.MONTH)


@dataclass(frozen=True, slots=True)
class QueueFigures:
    """A stretch of a queue's time. Whatever there is no number of is None.

    Attributes:
        label: a date, an ISO week, a month, or the hour of a day, `HH:00`.
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
    site: Site, studies: Studies, period: tuple[date, date], grain: Grain, *, now: float = math.inf
) -> list[QueueAnswer]:
    """One for each queue, in the order of the site file.

    Args:
        site: gives queues, hours and zone.
        studies: of that site.
        period: trading days [begin, end).
        grain: `day`, `week` or `month`.
        now: what lies after it is still to come, and no gap; seconds since 1970-01-01 UTC.

    Raises:
        InputError: another grain.
        StoreError: the studies cannot be read.
    """
    if grain not in GRAINS:
        problem = f"queues are not told by {grain}"
        raise InputError(problem, "Ask by day, week or month; hours of the day are told of the whole period.")
    days = list(days_of(site, *period))
    known = studies.summaries(QUEUES, [queue.id for queue in site.queues], *period)
    return [_answer(site, queue, days, known[queue.id], (grain, now)) for queue in site.queues]


@dataclass(slots=True)
class _Clock:
    """An hour of the day, over several days."""

    waiting: Waiting = field(default_factory=Waiting)
    opened: float = 0.0  # seconds


def _answer(
    site: Site, queue: Queue, days: Sequence[Bucket], known: Mapping[str, QueueDay], how: tuple[Grain, float]
) -> QueueAnswer:
    grain, now = how
    clocks = _clocks(site, days, known, now)
    hours = [
        _figures(queue, clock, one.waiting, one.opened, tills_needed(one.waiting, queue.target))
        for clock, one in sorted(clocks.items())
        if one.waiting.covered
    ]
    by_grain = groupby(days, lambda day: label_of(grain, date.fromisoformat(day.label)))
    points = [_together(queue, label, _clocks(site, list(some), known, now)) for label, some in by_grain]
    return QueueAnswer(queue, points, hours, _together(queue, "", clocks))


def _clocks(site: Site, days: Sequence[Bucket], known: Mapping[str, QueueDay], now: float) -> dict[str, _Clock]:
    clocks: dict[str, _Clock] = {}
    for day in days:
        for clock, seconds, waiting in _by_clock(site, day, known.get(day.label, QueueDay()), now):
            one = clocks.setdefault(clock, _Clock())
            one.waiting += waiting
            one.opened += seconds
    return clocks


def _together(queue: Queue, label: str, clocks: Mapping[str, _Clock]) -> QueueFigures:
    total = sum((one.waiting for one in clocks.values()), Waiting())
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


def _by_clock(site: Site, day: Bucket, studied: QueueDay, now: float) -> list[tuple[str, float, Waiting]]:
    """A day's hours that were open or in which somebody came: local hour, seconds open, what was seen."""
    zone = zone_named(site.zone)
    low, high = open_time(site, day) or (0.0, 0.0)
    found = []
    for hour in range(int((day.end - day.begin) // HOUR) + 1):
        begin = day.begin + hour * HOUR
        seconds = max(0.0, min(begin + HOUR, high, day.end, now) - max(begin, low))
        waiting = studied.hours.get(hour, Waiting())
        if seconds or waiting.arrived:
            found.append((f"{local(begin, zone):%H}:00", seconds, waiting))
    return found
