"""Shopping units of a day: how many groups of which size walked before a calibrated camera, by hour. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from galleria.domain.events import Event, Path
from galleria.domain.floor import Floor
from galleria.domain.site import Site
from galleria.domain.time import HOUR, Bucket

from .groups import Way, groups

# Larger groups are counted as this large.
LARGEST = 8


@dataclass(frozen=True, slots=True)
class Units:
    """Groups, of which some are of one.

    Attributes:
        hours: by whole hours since the trading day began: how many groups of one, two, ... and `LARGEST` or more.
    """

    hours: dict[int, tuple[int, ...]] = field(default_factory=dict)

    def __add__(self, other: Units) -> Units:
        hours = dict(self.hours)
        for hour, sizes in other.hours.items():
            mine = hours.get(hour, (0,) * LARGEST)
            hours[hour] = tuple(a + b for a, b in zip(mine, sizes, strict=True))
        return Units(dict(sorted(hours.items())))

    @property
    def sizes(self) -> tuple[int, ...]:
        """Of all hours together."""
        return tuple(sum(column) for column in zip(*self.hours.values(), strict=True)) or (0,) * LARGEST

    @property
    def groups(self) -> int:
        """How many, those of one among them."""
        return sum(self.sizes)

    @property
    def mean(self) -> float | None:
        """Tracks in a group; None: there was none."""
        return sum(n * size for n, size in enumerate(self.sizes, 1)) / self.groups if self.groups else None

    @property
    def shared(self) -> float | None:
        """Share of tracks that were not alone; None: there was none."""
        tracks = sum(n * size for n, size in enumerate(self.sizes, 1))
        return 1 - self.sizes[0] / tracks if tracks else None


def units_of_day(site: Site, day: Bucket, events: Sequence[Event]) -> Mapping[str, Units]:
    """Units by camera, of those who did not pass by; cameras that are not calibrated have none.

    An epoch's tracks do not walk with another's.
    """
    floors = {camera.id: Floor.of(camera.calibration) for camera in site.cameras if camera.calibration is not None}
    ways: dict[tuple[str, str], list[Way]] = {}
    for event in events:
        if isinstance(event, Path) and not event.passed_by and event.origin.camera in floors:
            way = on_floor(floors[event.origin.camera], event)
            if len(way) > 1:
                ways.setdefault((event.origin.camera, event.origin.epoch), []).append(way)
    found = {camera: Units() for camera in floors}
    for (camera, _), some in sorted(ways.items()):
        found[camera] += _counted(some, day)
    return found


def on_floor(floor: Floor, path: Path) -> Way:
    """A path in metres, without the points that lie beyond the horizon."""
    points = np.array(path.points, np.float64).reshape(-1, 3)
    way = np.column_stack((points[:, 0], floor.metres(points[:, 1:])))
    kept: Way = way[np.isfinite(way).all(axis=1)]
    return kept


def _counted(ways: Sequence[Way], day: Bucket) -> Units:
    hours: dict[int, list[int]] = {}
    for members in groups(ways):
        begin = min(float(ways[n][0, 0]) for n in members)
        sizes = hours.setdefault(int((begin - day.begin) // HOUR), [0] * LARGEST)
        sizes[min(len(members), LARGEST) - 1] += 1
    return Units({hour: tuple(sizes) for hour, sizes in sorted(hours.items())})
