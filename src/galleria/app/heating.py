"""Where people were and how long: on each camera's picture, and on the floor of the calibrated cameras."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from galleria.analytics.heat import COLUMNS, ROWS, Grid, Heat, on_plan
from galleria.domain.errors import InputError
from galleria.domain.floor import Floor
from galleria.domain.geometry import Point
from galleria.domain.site import Camera, Site

from .camera_seen import NotThere, seen_shares, why_not
from .flows import Flows
from .studies import Studies
from .study_list import HEAT

CELL = 0.5
CELLS = (0.25, 5.0)  # metres: the least and the most
# A cell of the picture that covers more of the floor than this, metres, lies at the horizon: nobody knows where in it
# somebody was.
_FAR = 5.0
_MOST_CELLS = 250_000


@dataclass(frozen=True, slots=True)
class ZoneHeat:
    """A zone's part of a picture's presence.

    Attributes:
        seconds: of presence in the cells whose centres lie in it.
        share: of all the picture's presence; None where there was none.
    """

    zone: str
    name: str
    seconds: float
    share: float | None


@dataclass(frozen=True, slots=True)
class HeatAnswer:
    """One camera's picture over a period.

    Attributes:
        coverage: share of the open time seen.
        why: why there are no numbers; None: there are.
        seconds: (ROWS, COLUMNS) of presence; zeros where `why` says something.
        dwell: (ROWS, COLUMNS) seconds a track; not a number where none came.
        zones: in the order of the site file.
    """

    camera: Camera
    coverage: float
    why: NotThere | None
    seconds: Grid
    dwell: Grid
    zones: Sequence[ZoneHeat]


@dataclass(frozen=True, slots=True)
class PlanAnswer:
    """The floor of the calibrated cameras over a period.

    Attributes:
        cell: side of a square, metres: larger than asked for, where the floor would have too many.
        corner: x and y of the first square's corner, metres.
        seconds: (rows, columns) of presence; rows are y, columns x; empty where `why` says something.
        coverage: by camera, of those that are calibrated.
        why: why there are no numbers; None: there are.
    """

    cell: float
    corner: tuple[float, float]
    seconds: Grid
    coverage: dict[str, float]
    why: NotThere | None

    @property
    def seen(self) -> float:
        """Mean share of the open time that the cameras saw."""
        return sum(self.coverage.values()) / len(self.coverage) if self.coverage else 0.0


def heat_answer(site: Site, studies: Studies, flows: Flows, camera: str, period: tuple[date, date]) -> HeatAnswer:
    """One camera's heat over trading days [begin, end).

    Raises:
        NotFoundError: there is no such camera.
        InputError: the period is empty or too long.
        StoreError: the measures cannot be read.
    """
    record = site.camera(camera)
    coverage = seen_shares(flows, [camera], period)[camera]
    heat = studies.whole(HEAT, camera, *period)
    why = None if heat else why_not(studies, HEAT, period, coverage)
    heat = heat or Heat()
    return HeatAnswer(record, coverage, why, heat.seconds, heat.dwell, _zones(record, heat.seconds))


def plan_answer(
    site: Site, studies: Studies, flows: Flows, period: tuple[date, date], cell: float = CELL
) -> PlanAnswer:
    """The floor plan over trading days [begin, end).

    Args:
        site: gives cameras.
        studies: of that site.
        flows: tells what was seen.
        period: trading days [begin, end).
        cell: side of a square, metres.

    Raises:
        InputError: the cell is too small or too large, or the period is empty or too long.
        StoreError: the measures cannot be read.
    """
    if not CELLS[0] <= cell <= CELLS[1]:
        problem = f"a square of {cell:g} m cannot be drawn"
        raise InputError(problem, f"Ask for {CELLS[0]:g} to {CELLS[1]:g} metres.")
    floors = {camera.id: Floor.of(camera.calibration) for camera in site.cameras if camera.calibration is not None}
    nothing = np.zeros((0, 0))
    if not floors:
        return PlanAnswer(cell, (0.0, 0.0), nothing, {}, NotThere.NOT_CALIBRATED)
    coverage = seen_shares(flows, floors, period)
    known = {camera: studies.whole(HEAT, camera, *period) for camera in floors}
    heats = [(floors[camera], _near(floors[camera], heat)) for camera, heat in known.items() if heat]
    if not heats:
        seen = max(coverage.values())
        return PlanAnswer(cell, (0.0, 0.0), nothing, coverage, why_not(studies, HEAT, period, seen))
    plan, corner = on_plan(heats, _fitting(heats, cell))
    return PlanAnswer(_fitting(heats, cell), corner, plan, coverage, None)


def _zones(camera: Camera, seconds: Grid) -> list[ZoneHeat]:
    whole = float(seconds.sum())
    found = []
    for zone in camera.zones:
        within = [
            zone.polygon.contains(Point((column + 0.5) / COLUMNS, (row + 0.5) / ROWS))
            for row in range(ROWS)
            for column in range(COLUMNS)
        ]
        own = float(seconds.ravel()[np.array(within)].sum())
        found.append(ZoneHeat(zone.id, zone.name or zone.id, own, own / whole if whole else None))
    return found


def _near(floor: Floor, heat: Heat) -> Heat:
    """The heat without what lies at the horizon."""
    near = _reach(floor) <= _FAR
    return Heat(
        {n: tenths for n, tenths in heat.tenths.items() if near[n]},
        {n: tracks for n, tracks in heat.tracks.items() if near[n]},
    )


def _reach(floor: Floor) -> NDArray[np.float64]:
    """Metres from corner to corner of every cell on the floor; infinite beyond the horizon."""
    rows, columns = np.divmod(np.arange(ROWS * COLUMNS), COLUMNS)
    corners = [
        floor.metres(np.column_stack(((columns + right) / COLUMNS, (rows + below) / ROWS)))
        for right, below in ((0, 0), (1, 1), (1, 0), (0, 1))
    ]
    across = [np.hypot(*(corners[a] - corners[b]).T) for a, b in ((0, 1), (2, 3))]
    widest: NDArray[np.float64] = np.nan_to_num(np.maximum(*across), nan=np.inf)
    return widest


def _fitting(heats: Sequence[tuple[Floor, Heat]], cell: float) -> float:
    """The cell, or twice that, and so on, until the plan has not too many."""
    centres = np.column_stack(
        [part.ravel() for part in np.meshgrid((np.arange(COLUMNS) + 0.5) / COLUMNS, (np.arange(ROWS) + 0.5) / ROWS)]
    )
    at = np.concatenate([floor.metres(centres)[[*heat.tenths]] for floor, heat in heats])
    if not len(at):
        return cell
    wide, high = at.max(axis=0) - at.min(axis=0)
    while (wide / cell + 1) * (high / cell + 1) > _MOST_CELLS:
        cell *= 2
    return cell
