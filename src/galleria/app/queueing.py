"""How long people waited, by queue: over a period, by day, and by hour of the day."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

import numpy as np

from galleria.analytics.facts import Places
from galleria.analytics.queue_table import QueueTable, means, quantiles
from galleria.analytics.tills import tills_needed
from galleria.domain.calendar import Grain, label_of
from galleria.domain.errors import InputError
from galleria.domain.site import Queue, Site

from .queues_kept import QueueHours, QueueTables
from .studies import Studies

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
        points: by grain; none of a queue of which the whole is enough, and no hours.
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
        points: ids of queues that are told by grain and by hour of the day as well; None: all of them.
        now: what lies after it is still to come, and no gap; seconds since 1970-01-01 UTC.

    Raises:
        InputError: another grain.
        StoreError: the studies cannot be read.
    """
    if grain not in GRAINS:
        problem = f"queues are not told by {grain}"
        raise InputError(problem, "Ask by day, week or month; hours of the day are told of the whole period.")
    asked = site.queues if queues is None else queues
    told = {queue.id for queue in asked if points is None or queue.id in points}
    days = [QueueHours.on(site, day, now) for day in studies.days(*period)]
    tables, opened = QueueTables(studies, days), _opened(days)
    labels = {day.label: label_of(grain, day.date) for day in days}
    stretches = {label: _opened(list(some)) for label, some in groupby(days, lambda day: labels[day.label])}
    ids = [queue.id for queue in site.queues]
    wholes = {} if len(told) == len(asked) else _wholes(site.queues, tables.of_queues(ids), opened)
    found = []
    for queue in asked:
        if queue.id not in told:
            found.append(QueueAnswer(queue, [], [], wholes[queue.id]))
            continue
        table = QueueTable.together(tables.of_days(queue.id), [*stretches], labels.__getitem__)
        whole = _wholes([queue], [table], opened)[queue.id]
        found.append(QueueAnswer(queue, _points(queue, table, stretches), _hours(queue, table, opened), whole))
    return found


def _opened(days: Sequence[QueueHours]) -> dict[str, float]:
    """Seconds open by clock."""
    found: dict[str, float] = {}
    for day in days:
        for clock, seconds in zip(day.clocks, day.opened, strict=True):
            if seconds > 0:
                found[clock] = found.get(clock, 0.0) + seconds
    return found


def _wholes(
    queues: Sequence[Queue], tables: Sequence[QueueTable], opened: Mapping[str, float]
) -> dict[str, QueueFigures]:
    """Over all days, by queue; the tables have a row for each queue, or are of one queue alone."""
    ids = [queue.id for queue in queues]
    table = QueueTable.together(tables, ids, (lambda _: ids[0]) if len(ids) == 1 else str)
    every = [sum(opened.values())] * len(ids)
    return dict(zip(ids, _figures(queues, [""] * len(ids), every, table.counts, table.bins), strict=True))


def _points(queue: Queue, table: QueueTable, stretches: Mapping[str, Mapping[str, float]]) -> list[QueueFigures]:
    """By label; of each stretch the seconds open by clock are given."""
    opened = [sum(some.values()) for some in stretches.values()]
    return _figures([queue] * len(opened), [*stretches], opened, table.counts, table.bins)


def _hours(queue: Queue, table: QueueTable, opened: Mapping[str, float]) -> list[QueueFigures]:
    """By hour of the day, those that were seen."""
    queues, seconds = [queue] * len(table.clocks), [opened.get(clock, 0.0) for clock in table.clocks]
    hours = _figures(queues, table.clocks, seconds, table.counts.sum(axis=0)[:, None], table.by_clock)
    return [one for one in hours if one.arrivals is not None]


def _figures(
    queues: Sequence[Queue], labels: Sequence[str], opened: Sequence[float], counts: Places, bins: Places
) -> list[QueueFigures]:
    """Of stretches of queues' time.

    Args:
        queues: of each stretch.
        labels: of each.
        opened: seconds that each is open.
        counts: (stretches, clocks, 6) as `QueueTable.counts`.
        bins: (n, 3) as `QueueTable.bins`.
    """
    size = len(queues)
    waits = zip(quantiles(bins, size, 0.5), means(bins, size), quantiles(bins, size, 0.95), strict=True)
    rows = zip(queues, labels, opened, counts.sum(axis=1).tolist(), waits, _busiest(queues, counts), strict=True)
    return [
        QueueFigures(
            label,
            min(1.0, covered / 10 / seconds) if seconds else float(covered > 0),
            arrived if covered else None,
            presence / covered if covered else None,
            wait,
            mean,
            long,
            (left / arrived if arrived else None) if queue.service else None,
            serving / 10 / served if served else None,
            tills,
        )
        for queue, label, seconds, of, (wait, mean, long), tills in rows
        for arrived, served, left, presence, serving, covered in [of]
    ]


def _busiest(queues: Sequence[Queue], counts: Places) -> list[int | None]:
    """Tills needed in the busiest hour of the day of each stretch; None: that is told of no hour."""
    stretches, clocks, _ = counts.shape
    targets = np.repeat(np.array([queue.target for queue in queues], np.float64), clocks)
    needed = tills_needed(counts.reshape(-1, 6), targets).reshape(stretches, clocks)
    return [most or None for most in needed.max(axis=1, initial=0).tolist()]
