"""Queues of a day: how long people waited, how many left unserved, how many tills were needed. Pure.

Waiting begins when a track comes into the queue's zone, and ends when it comes into the zone of service, or leaves the
queue. A track whose stay in the queue is followed by none in service left unserved; but where tracks break on the way,
as many services begin that nobody seems to have waited for, and these are taken off.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

import numpy as np

from galleria.domain.events import Event, Seen, Stay
from galleria.domain.site import Queue, Site
from galleria.domain.time import Bucket

from . import sketch
from .edges import seconds_in, union

HOUR = 3600.0
# Who stays in the queue's zone for less, seconds, walks through it.
WAITED = 10.0
# Between leaving the queue and being served, seconds at most.
STEP = 8.0
# Arrivals that shall not wait longer than the target.
SHARE = 0.9


@dataclass(frozen=True, slots=True)
class Waiting:
    """An hour of a queue, or several together.

    Attributes:
        arrived: who joined: waited for `WAITED` seconds, or was served.
        served: of these, who came into the zone of service.
        left: who waited and was not served.
        orphans: services that nobody seems to have waited for.
        waits: by bin of `sketch`, how many waited so long; of those who were cut short by the footage none.
        presence: tenths of a second in the queue, of all together.
        serving: tenths of a second being served, of all together.
        covered: tenths of a second seen.
    """

    arrived: int = 0
    served: int = 0
    left: int = 0
    orphans: int = 0
    waits: dict[int, int] = field(default_factory=dict)
    presence: int = 0
    serving: int = 0
    covered: int = 0

    def __add__(self, other: Waiting) -> Waiting:
        bins = sorted({*self.waits, *other.waits})
        return Waiting(
            self.arrived + other.arrived,
            self.served + other.served,
            self.left + other.left,
            self.orphans + other.orphans,
            {n: self.waits.get(n, 0) + other.waits.get(n, 0) for n in bins},
            self.presence + other.presence,
            self.serving + other.serving,
            self.covered + other.covered,
        )

    @property
    def length(self) -> float | None:
        """People waiting at once, mean over the time seen; None: nothing was seen."""
        return self.presence / self.covered if self.covered else None

    def wait(self, share: float) -> float | None:
        """Seconds that this share of the waits does not exceed, to one percent; None: nobody waited."""
        numbers, counts = np.array([*self.waits], np.int64), np.array([*self.waits.values()], np.int64)
        return sketch.quantile(numbers, counts, share)

    @property
    def mean(self) -> float | None:
        """Mean wait, seconds, to one percent; None: nobody waited."""
        total = sum(self.waits.values())
        return sum(sketch.middle(n) * count for n, count in self.waits.items()) / total if total else None

    @property
    def abandoned(self) -> float | None:
        """Share of arrivals that left unserved; None: nobody came, or there is no zone of service."""
        if not self.arrived or not (self.served or self.orphans):
            return None
        return max(0, self.left - self.orphans) / self.arrived

    @property
    def service(self) -> float | None:
        """Seconds that a service takes, mean; None: there was none."""
        services = self.served + self.orphans
        return self.serving / 10 / services if services else None


@dataclass(frozen=True, slots=True)
class QueueDay:
    """A queue's day, by whole hours since it began."""

    hours: dict[int, Waiting] = field(default_factory=dict)

    def __add__(self, other: QueueDay) -> QueueDay:
        nothing = Waiting()
        hours = sorted({*self.hours, *other.hours})
        return QueueDay({n: self.hours.get(n, nothing) + other.hours.get(n, nothing) for n in hours})

    @property
    def whole(self) -> Waiting:
        return sum(self.hours.values(), Waiting())


def queues_of_day(site: Site, day: Bucket, events: Sequence[Event]) -> Mapping[str, QueueDay]:
    """Days by queue; one whose zone no camera has has none."""
    cameras = {zone.id: camera.id for camera in site.cameras for zone in camera.zones}
    found = {}
    for queue in site.queues:
        if queue.zone in cameras:
            mine = [e for e in events if isinstance(e, Stay) and e.zone in (queue.zone, queue.service)]
            seen = [e for e in events if isinstance(e, Seen) and e.origin.camera == cameras[queue.zone]]
            found[queue.id] = _queue_day(queue, day, mine, seen)
    return found


def tills_needed(waiting: Waiting, target: float, share: float = SHARE) -> int | None:
    """The fewest tills with which that share of arrivals waits no longer than the target, by Erlang C.

    Args:
        waiting: an hour, or hours alike.
        target: seconds.
        share: in (0,1).

    Returns:
        None where nothing was seen, or no service.
    """
    if not waiting.covered or waiting.service is None:
        return None
    rate = (waiting.arrived + waiting.orphans) / (waiting.covered / 10)
    offered = rate * waiting.service  # tills that are busy, in the mean
    tills = max(1, math.floor(offered) + 1)
    while 1 - delayed(tills, offered) * math.exp(-(tills - offered) * target / max(waiting.service, 1e-9)) < share:
        tills += 1
    return tills


def delayed(tills: int, offered: float) -> float:
    """Erlang C: the share of arrivals that has to wait, with more tills than are busy in the mean."""
    blocked = 1.0  # Erlang B, by its recursion
    for n in range(1, tills + 1):
        blocked = offered * blocked / (n + offered * blocked)
    return blocked / (1 - offered / tills * (1 - blocked))


def _queue_day(queue: Queue, day: Bucket, stays: Sequence[Stay], seen: Sequence[Seen]) -> QueueDay:
    hours: dict[int, Waiting] = {}

    def note(time: float, waiting: Waiting) -> None:
        hour = int((time - day.begin) // HOUR)
        hours[hour] = hours.get(hour, Waiting()) + waiting

    # Who comes into both zones at once has waited no time.
    by_track = sorted(stays, key=lambda s: (s.origin.epoch, s.track, s.time, s.zone != queue.zone, s.id))
    for _, some in groupby(by_track, lambda stay: (stay.origin.epoch, stay.track)):
        for time, waiting in _track(queue, list(some)):
            note(time, waiting)
    for hour, tenths in _tenths(day, [stay for stay in stays if stay.zone == queue.zone]):
        note(hour, Waiting(presence=tenths))
    for hour, tenths in _tenths(day, seen, once=True):
        note(hour, Waiting(covered=tenths))
    return QueueDay(dict(sorted(hours.items())))


def _tenths(day: Bucket, spans: Sequence[Stay | Seen], *, once: bool = False) -> Iterator[tuple[float, int]]:
    """Tenths of seconds that the spans together, or once where they overlap, spend in each hour, by its begin."""
    edges = np.arange(day.begin, day.end + HOUR, HOUR)
    begin, end = np.array([span.time for span in spans]), np.array([span.end for span in spans])
    seconds = seconds_in(edges, *(union(begin, end) if once else (begin, end)))
    return ((float(hour), round(10 * float(some))) for hour, some in zip(edges, seconds, strict=False) if some > 0)


def _track(queue: Queue, stays: Sequence[Stay]) -> list[tuple[float, Waiting]]:
    """What one track's stays say, each with the moment it is told of."""
    told: list[tuple[float, Waiting]] = []
    waiting: tuple[float, float, bool] | None = None  # since when, until when, cut short
    for stay in stays:
        if stay.zone == queue.zone:
            if waiting is not None and stay.time - waiting[1] > STEP:
                told.append(_gone(queue, *waiting))
                waiting = None
            # Who steps out of the queue for a moment still waits.
            waiting = (waiting[0] if waiting else stay.time, stay.end, stay.open_ended)
        else:
            serving = Waiting(serving=round(10 * stay.dwell))
            if waiting is not None and stay.time - waiting[1] <= STEP:
                wait = max(0.0, stay.time - waiting[0])
                one = Waiting(arrived=1, served=1, waits={int(sketch.bins(np.array([wait]))[0]): 1})
                told.append((waiting[0], one + serving))
                waiting = None
            else:
                told.append((stay.time, Waiting(orphans=1) + serving))
    return told if waiting is None else [*told, _gone(queue, *waiting)]


def _gone(queue: Queue, since: float, until: float, cut: bool) -> tuple[float, Waiting]:  # noqa: FBT001
    """Who waited and was not seen to be served."""
    if until - since < WAITED:
        return since, Waiting()
    if cut:
        return since, Waiting(arrived=1)
    # Without a zone of service whoever waited was served.
    bin_ = int(sketch.bins(np.array([until - since]))[0])
    return since, Waiting(arrived=1, waits={bin_: 1}, left=int(bool(queue.service)))
