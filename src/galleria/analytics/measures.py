"""Events to measures. Pure: knows no store, no clock, no screen.

A bucket in which a camera saw nothing at all is a gap: its values are None, not zero. A bucket seen in part gives
what was counted in that part, with the coverage beside it. Coverage of a tripwire or zone is that of the recordings in
which it was watched, so a tripwire that was added on Tuesday has a gap on Monday.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from galleria.domain.events import Crossing, Event, Origin, Path, Seen, Stay
from galleria.domain.measure import Measure, MeasureName
from galleria.domain.time import Bucket

from .intervals import Interval, Shelf
from .quantile import quantile

Column: TypeAlias = tuple[MeasureName, Sequence[float | None]]


@dataclass(frozen=True, slots=True)
class Watched:
    """What was watched in a recording: ids of tripwires and zones."""

    tripwires: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()


@dataclass(slots=True)
class _Gathered:
    """One camera's events, and which recordings watched which place."""

    crossings: dict[str, list[Crossing]] = field(default_factory=lambda: defaultdict(list))
    stays: dict[str, list[Stay]] = field(default_factory=lambda: defaultdict(list))
    paths: list[Path] = field(default_factory=list)
    seen: dict[str, list[Interval]] = field(default_factory=lambda: defaultdict(list))  # by epoch
    tripwires: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # epochs by id
    zones: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


def measures(
    events: Iterable[Event], buckets: Sequence[Bucket], watched: Mapping[Origin, Watched], *, epoch: str = ""
) -> list[Measure]:
    """All measures of the cameras in `watched` and `events`, for each bucket.

    Args:
        events: in any order; those outside the buckets are left out.
        buckets: in order, without overlaps.
        watched: for each recording what was watched in it, so that nothing counted can be told from nothing watched.
        epoch: given to the measures: the recording, when times are clip times.

    Returns:
        by camera, then tripwires, zones and the camera itself, then measure, then bucket.
    """
    shelf = Shelf(buckets)
    rows: list[Measure] = []
    for (site, camera), gathered in sorted(_gather(events, watched).items()):
        for place, covered, columns, moments in _places(gathered, shelf):
            some = {n for n in map(shelf.index, moments) if n is not None}
            gaps = [covered[n] == 0 and n not in some for n in range(len(buckets))]
            for name, values in columns:
                for bucket, value, seconds, gap in zip(buckets, values, covered, gaps, strict=True):
                    # Rounded, so that sums of fractions do not make a gap of a billionth.
                    coverage = min(round(seconds / bucket.seconds, 9), 1.0) if bucket.seconds else 0.0
                    number = None if gap else value
                    span = (bucket.begin, bucket.end, bucket.label)
                    rows.append(Measure(name, site, camera, epoch, place, *span, number, coverage))
    return rows


def _gather(events: Iterable[Event], watched: Mapping[Origin, Watched]) -> dict[tuple[str, str], _Gathered]:
    cameras: dict[tuple[str, str], _Gathered] = defaultdict(_Gathered)
    for origin, places in watched.items():
        gathered = cameras[origin.site, origin.camera]
        gathered.seen[origin.epoch] += []
        for tripwire in places.tripwires:
            gathered.tripwires[tripwire].add(origin.epoch)
        for zone in places.zones:
            gathered.zones[zone].add(origin.epoch)
    for event in events:
        gathered, epoch = cameras[event.origin.site, event.origin.camera], event.origin.epoch
        match event:
            case Crossing():
                gathered.crossings[event.tripwire].append(event)
                gathered.tripwires[event.tripwire].add(epoch)
            case Stay():
                gathered.stays[event.zone].append(event)
                gathered.zones[event.zone].add(epoch)
            case Path():
                gathered.paths.append(event)
            case Seen():
                gathered.seen[epoch].append((event.time, event.end))
    return cameras


def _places(gathered: _Gathered, shelf: Shelf) -> Iterator[tuple[str, Sequence[float], list[Column], Iterable[float]]]:
    """For each place: its id, the seconds covered of each bucket, its columns, the times of its events."""

    def covered(epochs: Iterable[str]) -> list[float]:
        return shelf.covered(interval for epoch in epochs for interval in gathered.seen.get(epoch, ()))

    for tripwire, epochs in sorted(gathered.tripwires.items()):
        crossings = gathered.crossings[tripwire]
        yield tripwire, covered(epochs), _of_tripwire(shelf, crossings), (c.time for c in crossings)
    for zone, epochs in sorted(gathered.zones.items()):
        stays = gathered.stays[zone]
        yield zone, covered(epochs), _of_zone(shelf, stays), (stay.time for stay in stays)
    whole = covered(gathered.seen)
    moments = (t for path in gathered.paths for t in (path.time, path.end))
    yield "", whole, _of_camera(shelf, gathered, whole), moments


def _of_tripwire(shelf: Shelf, crossings: Sequence[Crossing]) -> list[Column]:
    return [
        (name, _tally(shelf, (c.time for c in crossings if c.direction == name)))
        for name in (MeasureName.IN, MeasureName.OUT)
    ]


def _of_zone(shelf: Shelf, stays: Sequence[Stay]) -> list[Column]:
    dwells: list[list[float]] = [[] for _ in shelf.buckets]
    for stay in stays:
        if (n := shelf.index(stay.time)) is not None:
            dwells[n].append(stay.dwell)
    return [
        (MeasureName.STAYS, [len(some) for some in dwells]),
        (MeasureName.STAYS_CUT, _tally(shelf, (stay.time for stay in stays if stay.open_ended))),
        (MeasureName.DWELL_MEDIAN, [quantile(some, 0.5) for some in dwells]),
        (MeasureName.DWELL_P95, [quantile(some, 0.95) for some in dwells]),
        (MeasureName.DWELL_LONGEST, [max(some, default=None) for some in dwells]),
    ]


def _of_camera(shelf: Shelf, gathered: _Gathered, covered: Sequence[float]) -> list[Column]:
    presence = shelf.presence((path.time, path.end) for path in gathered.paths)
    means = [p.seconds / seconds if seconds else None for p, seconds in zip(presence, covered, strict=True)]
    passed = _tally(shelf, (path.time for path in gathered.paths if path.passed_by))
    entered = _tally(shelf, (c.time for some in gathered.crossings.values() for c in some if c.direction == "in"))
    rates = [into / by if by else None for into, by in zip(entered, passed, strict=True)]
    return [
        (MeasureName.AT_ONCE_PEAK, [p.peak for p in presence]),
        (MeasureName.AT_ONCE_MEAN, means),
        (MeasureName.PASS_BY, passed),
        (MeasureName.CAPTURE_RATE, rates),
    ]


def _tally(shelf: Shelf, moments: Iterable[float]) -> list[int]:
    counts = [0] * len(shelf.buckets)
    for t in moments:
        if (n := shelf.index(t)) is not None:
            counts[n] += 1
    return counts
