"""Who walked together before the calibrated cameras: over a period, and by hour of the day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from galleria.analytics.units import LARGEST, Units
from galleria.domain.site import Site
from galleria.domain.time import Bucket, hour_label, zone_named

from .camera_seen import NotThere, seen_shares, why_not
from .flows import Flows
from .studies import Studies
from .study_list import UNITS

_NOBODY = (0,) * LARGEST


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """Groups of a stretch of time; who is alone is a group of one.

    Attributes:
        label: empty for the whole period, or the hour of a day, `HH:MM`.
        groups: how many.
        tracks: in them; the largest ones are counted as `LARGEST`.
        mean: tracks in a group; None: there was none.
        shared: share of the tracks that was not alone; None: there was none.
        sizes: how many groups of one, two, ... and `LARGEST` or more.
    """

    label: str
    groups: int
    tracks: int
    mean: float | None
    shared: float | None
    sizes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class GroupAnswer:
    """The groups before one camera, or all calibrated ones.

    Attributes:
        camera: its id; empty for all together.
        coverage: share of the open time seen; of all together, their mean.
        why: why there are no numbers; None: there are.
        whole: of the period; None where `why` says something.
        hours: by hour of the day, all days together; hours in which nobody began to walk are absent.
    """

    camera: str
    name: str
    coverage: float
    why: NotThere | None
    whole: GroupFigures | None
    hours: Sequence[GroupFigures]


def group_answers(site: Site, studies: Studies, flows: Flows, period: tuple[date, date]) -> list[GroupAnswer]:
    """All calibrated cameras together, then one by one; only the first, with its reason, where none is calibrated.

    Args:
        site: gives cameras and zone.
        studies: of that site.
        flows: tells what was seen.
        period: trading days [begin, end).

    Raises:
        InputError: the period is empty or too long.
        StoreError: the measures cannot be read.
    """
    cameras = {camera.id: camera.name or camera.id for camera in site.cameras if camera.calibration is not None}
    if not cameras:
        return [GroupAnswer("", "", 0.0, NotThere.NOT_CALIBRATED, None, ())]
    days = {day.label: day for day in studies.days(*period)}
    coverage = seen_shares(flows, cameras, period)
    known = studies.summaries(UNITS, list(cameras), *period)
    clocks = {camera: _by_clock(site, days, known[camera]) for camera in cameras}
    mean = sum(coverage.values()) / len(coverage)
    together = _merged(clocks.values())
    studied = any(known.values())
    why = None if studied and mean else why_not(studies, UNITS, period, mean)
    first = _answer("", "", mean, why, together)
    return [first, *(_answer(c, name, coverage[c], _why(why, coverage[c]), clocks[c]) for c, name in cameras.items())]


def _why(whole: NotThere | None, coverage: float) -> NotThere | None:
    return whole or (None if coverage else NotThere.NOT_SEEN)


def _answer(
    camera: str, name: str, coverage: float, why: NotThere | None, clocks: Mapping[str, tuple[int, ...]]
) -> GroupAnswer:
    if why is not None:
        return GroupAnswer(camera, name, coverage, why, None, ())
    hours = [_figures(clock, sizes) for clock, sizes in sorted(clocks.items())]
    return GroupAnswer(camera, name, coverage, None, _figures("", _sum(clocks.values())), hours)


def _figures(label: str, sizes: tuple[int, ...]) -> GroupFigures:
    units = Units({0: sizes})
    tracks = sum(n * count for n, count in enumerate(sizes, 1))
    return GroupFigures(label, units.groups, tracks, units.mean, units.shared, sizes)


def _by_clock(site: Site, days: Mapping[str, Bucket], known: Mapping[str, Units]) -> dict[str, tuple[int, ...]]:
    """Sizes by local hour of the day."""
    zone = zone_named(site.zone)
    clocks: dict[str, tuple[int, ...]] = {}
    for label, units in known.items():
        for hour, sizes in units.hours.items() if label in days else ():
            clock = hour_label(days[label], hour, zone)
            clocks[clock] = _sum((clocks.get(clock, _NOBODY), sizes))
    return clocks


def _merged(some: Iterable[Mapping[str, tuple[int, ...]]]) -> dict[str, tuple[int, ...]]:
    clocks: dict[str, tuple[int, ...]] = {}
    for each in some:
        for clock, sizes in each.items():
            clocks[clock] = _sum((clocks.get(clock, _NOBODY), sizes))
    return clocks


def _sum(some: Iterable[tuple[int, ...]]) -> tuple[int, ...]:
    return tuple(sum(column) for column in zip(_NOBODY, *some, strict=True))
