"""Queues of a day: how long people waited, how many left unserved. Pure.

Waiting begins when a track comes into the queue's zone, and ends when it comes into the zone of service, or leaves the
queue where there is none. A track that waited and is not seen in service left unserved, unless a service begins at
about the moment it left that no other track waited for: then the track broke on the way. Who is served without having
waited went straight to the till. Who is in the zone of service for a moment only walks past the till: on the way to the
queue's end, or out of the shop.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import NamedTuple

import numpy as np

from galleria.domain.events import Event, Seen, Stay
from galleria.domain.site import Queue, Site
from galleria.domain.time import HOUR, Bucket

from . import sketch
from .edges import seconds_in, union

# Who stays in the queue's zone for less, seconds, walks through it.
WAITED = 10.0
# Who stays in the zone of service for less, seconds, walks through it: a counter is passed in about two.
SERVED = 3.0
# Between leaving the queue and being served, seconds at most; who steps back from the till for less is still served.
STEP = 8.0
# So much before a track is lost, seconds, the one that goes on for it may have begun.
_EARLY = 1.0


@dataclass(frozen=True, slots=True)
class Waiting:
    """An hour of a queue, or several together.

    Attributes:
        arrived: who joined: waited for `WAITED` seconds, or was served.
        served: of these, who came into the zone of service.
        left: who waited and was not served.
        waits: by bin of `sketch`, how many of the served waited so long; without a zone of service: of all who waited,
            but those whom the footage cut short.
        presence: tenths of a second in the queue, of all together.
        serving: tenths of a second being served, of all together.
        covered: tenths of a second seen.
    """

    arrived: int = 0
    served: int = 0
    left: int = 0
    waits: dict[int, int] = field(default_factory=dict)
    presence: int = 0
    serving: int = 0
    covered: int = 0

    def __add__(self, other: Waiting) -> Waiting:
        return Waiting.together([self, other])

    @staticmethod
    def together(some: Sequence[Waiting]) -> Waiting:
        """All of them as one."""
        waits: dict[int, int] = {}
        for one in some:
            for n, count in one.waits.items():
                waits[n] = waits.get(n, 0) + count
        return Waiting(
            sum(one.arrived for one in some),
            sum(one.served for one in some),
            sum(one.left for one in some),
            dict(sorted(waits.items())),
            sum(one.presence for one in some),
            sum(one.serving for one in some),
            sum(one.covered for one in some),
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
        """Share of arrivals that left unserved; None: nobody came."""
        return self.left / self.arrived if self.arrived else None

    @property
    def service(self) -> float | None:
        """Seconds that a service takes, mean; None: there was none."""
        return self.serving / 10 / self.served if self.served else None


@dataclass(frozen=True, slots=True)
class QueueDay:
    """A queue's day, by whole hours since it began."""

    hours: dict[int, Waiting] = field(default_factory=dict)

    def __add__(self, other: QueueDay) -> QueueDay:
        return QueueDay.together([self, other])

    @staticmethod
    def together(some: Sequence[QueueDay]) -> QueueDay:
        """All of them as one."""
        hours: dict[int, list[Waiting]] = {}
        for day in some:
            for n, waiting in day.hours.items():
                hours.setdefault(n, []).append(waiting)
        return QueueDay({n: Waiting.together(hours[n]) for n in sorted(hours)})

    @property
    def whole(self) -> Waiting:
        return Waiting.together([*self.hours.values()])


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


def _queue_day(queue: Queue, day: Bucket, stays: Sequence[Stay], seen: Sequence[Seen]) -> QueueDay:
    hours: dict[int, Waiting] = {}

    def note(time: float, waiting: Waiting) -> None:
        hour = int((time - day.begin) // HOUR)
        hours[hour] = hours.get(hour, Waiting()) + waiting

    # Who comes into both zones at once has waited no time.
    by_track = sorted(stays, key=lambda s: (s.origin.epoch, s.track, s.time, s.zone != queue.zone, s.id))
    tracks = [_track(queue, list(some)) for _, some in groupby(by_track, lambda s: (s.origin.epoch, s.track))]
    for time, waiting in _told(queue, tracks):
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


class _Waited(NamedTuple):
    """Somebody in the queue: from when to when, and whether the footage cut that short."""

    since: float
    until: float
    cut: bool


@dataclass(slots=True)
class _Track:
    """What one track's stays say."""

    served: list[tuple[float, Stay]] = field(default_factory=list)  # waiting since, and the service
    gone: list[_Waited] = field(default_factory=list)  # who waited and was not seen to be served
    straight: list[Stay] = field(default_factory=list)  # services that were not waited for


def _services(queue: Queue, stays: Sequence[Stay]) -> Iterator[Stay]:
    """One track's stays in order: pieces of one service together, and none of who walks past the till."""
    pending: Stay | None = None
    waited = -math.inf
    for stay in stays:
        if pending is not None and (stay.zone == queue.zone or stay.time - pending.end > STEP):
            if pending.dwell >= SERVED:
                yield pending
            pending = None
        if stay.zone == queue.zone:
            waited = stay.end
            yield stay
        elif pending is None:
            pending = stay
        else:
            pending = replace(pending, end=max(pending.end, stay.end), open_ended=stay.open_ended)
    # Who had waited and only just came to the till as the footage ends has not walked past it.
    if pending is not None and (pending.dwell >= SERVED or (pending.open_ended and pending.time - waited <= STEP)):
        yield pending


def _track(queue: Queue, stays: Sequence[Stay]) -> _Track:
    found, waiting = _Track(), None
    for stay in _services(queue, stays):
        here = waiting is not None and stay.time - waiting.until <= STEP
        if waiting is not None and not here:
            found.gone.append(waiting)
            waiting = None
        if stay.zone == queue.zone:
            # Who steps out of the queue for a moment still waits.
            waiting = _Waited(waiting.since if waiting else stay.time, stay.end, stay.open_ended)
        elif waiting is not None:
            found.served.append((waiting.since, stay))
            waiting = None
        else:
            found.straight.append(stay)
    if waiting is not None:
        found.gone.append(waiting)
    found.gone = [one for one in found.gone if one.until - one.since >= WAITED]
    return found


def _told(queue: Queue, tracks: Sequence[_Track]) -> Iterator[tuple[float, Waiting]]:
    """What the tracks say together, each with the moment it is told of."""
    gone = sorted(one for track in tracks for one in track.gone)
    served = [one for track in tracks for one in track.served]
    for service in sorted((s for track in tracks for s in track.straight), key=lambda s: (s.time, s.id)):
        broken = [one for one in gone if not one.cut and service.time - STEP <= one.until <= service.time + _EARLY]
        nearest = min(broken, key=lambda one: (abs(service.time - one.until), one), default=None)
        if nearest is not None:
            gone.remove(nearest)
        served.append((nearest.since if nearest else service.time, service))
    for since, service in served:
        waited = max(0.0, service.time - since)
        yield since, Waiting(arrived=1, served=1, waits=_bin(waited), serving=round(10 * service.dwell))
    for since, until, cut in gone:
        # Without a zone of service whoever waited was served.
        waits = {} if cut or queue.service else _bin(until - since)
        yield since, Waiting(arrived=1, waits=waits, left=int(bool(queue.service) and not cut))


def _bin(seconds: float) -> dict[int, int]:
    return {int(sketch.bins(np.array([seconds]))[0]): 1}
