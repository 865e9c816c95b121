"""Heat maps of a day: where tracks were and how long, on a grid over the camera's picture. Pure.

A cell's seconds are those of all tracks together; its tracks are how many came through. Divided they are the dwell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from galleria.domain.events import Event, Path
from galleria.domain.floor import Floor
from galleria.domain.site import Site
from galleria.domain.time import Bucket

ROWS, COLUMNS = 27, 48
# Between two points of a path further apart than this, seconds, nobody knows where the track was.
_GAP = 2.0
# Steps in which the way between two points is walked, seconds.
_STEP = 0.1
_ROUNDED_OFF = 1e-9  # squares

Grid = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Heat:
    """One camera's cells, by number: row times `COLUMNS` plus column; cells nobody was in are absent.

    Attributes:
        tenths: tenths of a second of presence: whole, so that sums do not depend on their order.
        tracks: that came through.
    """

    tenths: dict[int, int] = field(default_factory=dict)
    tracks: dict[int, int] = field(default_factory=dict)

    def __add__(self, other: Heat) -> Heat:
        return Heat.together([self, other])

    @staticmethod
    def together(some: Sequence[Heat]) -> Heat:
        """All of them as one."""
        return Heat(_added([one.tenths for one in some]), _added([one.tracks for one in some]))

    @property
    def seconds(self) -> Grid:
        """(ROWS, COLUMNS) of presence."""
        return _grid(self.tenths) / 10

    @property
    def dwell(self) -> Grid:
        """(ROWS, COLUMNS) seconds a track; not a number where none came."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(_grid(self.tracks) > 0, self.seconds / _grid(self.tracks), np.nan)


def heat_of_day(_site: Site, _day: Bucket, events: Sequence[Event]) -> Mapping[str, Heat]:
    """Heat by camera."""
    tenths: dict[str, NDArray[np.int64]] = {}
    tracks: dict[str, NDArray[np.int64]] = {}
    for event in events:
        if isinstance(event, Path) and event.points:
            camera = event.origin.camera
            cells = _cells(np.array(event.points, np.float64))
            total = tenths.setdefault(camera, np.zeros(ROWS * COLUMNS, np.int64))
            total += np.bincount(cells, minlength=ROWS * COLUMNS)
            came = tracks.setdefault(camera, np.zeros(ROWS * COLUMNS, np.int64))
            came[np.unique(cells)] += 1
    return {camera: Heat(_sparse(tenths[camera]), _sparse(tracks[camera])) for camera in sorted(tenths)}


def on_plan(heats: Sequence[tuple[Floor, Heat]], cell: float) -> tuple[Grid, tuple[float, float]]:
    """Cameras' heat on one floor plan, seconds of presence in squares; where they overlap, the one that saw most holds.

    Args:
        heats: with each camera's floor, all in the same metres.
        cell: side of a square, metres.

    Returns:
        (rows, columns) seconds, and x and y of the corner of the first square, metres.
    """
    # What lies on a border lies in the square beyond it, on every machine, however its last bit is rounded.
    placed = [(floor.metres(_centres()) / cell + _ROUNDED_OFF, heat.seconds.ravel()) for floor, heat in heats]
    placed = [(at[keep], seconds[keep]) for at, seconds in placed if (keep := _known(at, seconds)).any()]
    if not placed:
        return np.zeros((0, 0)), (0.0, 0.0)
    everywhere = np.concatenate([at for at, _ in placed])
    low = np.floor(everywhere.min(axis=0))
    columns, rows = (np.floor(everywhere.max(axis=0)) - low + 1).astype(int)
    plan = np.zeros((rows, columns))
    for at, seconds in placed:
        x, y = (np.floor(at) - low).astype(int).T
        mine = np.zeros_like(plan)
        np.add.at(mine, (y, x), seconds)
        plan = np.maximum(plan, mine)
    return plan, (float(low[0] * cell), float(low[1] * cell))


def _cells(points: NDArray[np.float64]) -> NDArray[np.int64]:
    """The cell of every tenth of a second of a way (n, 3)."""
    times = np.arange(points[0, 0], points[-1, 0] + 1e-9, _STEP)
    after = np.clip(np.searchsorted(points[:, 0], times), 1, max(1, len(points) - 1))
    if len(points) > 1:
        times = times[points[after, 0] - points[after - 1, 0] <= _GAP]
    x, y = (np.interp(times, points[:, 0], points[:, axis]) for axis in (1, 2))
    column = np.clip((x * COLUMNS).astype(np.int64), 0, COLUMNS - 1)
    row = np.clip((y * ROWS).astype(np.int64), 0, ROWS - 1)
    cells: NDArray[np.int64] = row * COLUMNS + column
    return cells


def _centres() -> Grid:
    rows, columns = np.divmod(np.arange(ROWS * COLUMNS), COLUMNS)
    return np.column_stack(((columns + 0.5) / COLUMNS, (rows + 0.5) / ROWS))


def _known(at: Grid, seconds: Grid) -> NDArray[np.bool_]:
    return np.asarray(np.isfinite(at).all(axis=1) & (seconds > 0))


def _sparse(counts: NDArray[np.int64]) -> dict[int, int]:
    return {int(n): int(counts[n]) for n in np.flatnonzero(counts)}


def _grid(sparse: Mapping[int, int]) -> Grid:
    grid = np.zeros(ROWS * COLUMNS)
    grid[list(sparse)] = list(sparse.values())
    return grid.reshape(ROWS, COLUMNS)


def _added(some: Sequence[Mapping[int, int]]) -> dict[int, int]:
    total: dict[int, int] = {}
    for cells in some:
        for n, count in cells.items():
            total[n] = total.get(n, 0) + count
    return dict(sorted(total.items()))
