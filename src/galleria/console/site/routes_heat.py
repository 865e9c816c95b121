"""Heat: where people were and how long, on the picture's plane and on the floor, without a pixel; and groups."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

import numpy as np
from fastapi import APIRouter, Request
from fastapi.responses import Response

from galleria.app.heating import HeatAnswer, PlanAnswer
from galleria.app.study_list import HEAT
from galleria.domain.access import Right
from galleria.domain.catalogue import CATALOGUE
from galleria.domain.errors import InputError, NotFoundError
from galleria.domain.geometry import Point
from galleria.domain.site import Camera

from . import names, study_words
from .figures import Figures
from .flow_choice import Choice
from .frame import PageRoute, caller, needs, page
from .grouped import cameras_grouped
from .heat_map import HeatMap, heat_map, padded, places, ruler, warmest
from .period import Period
from .scene import scene
from .whole_choice import whole_choice

router = APIRouter(route_class=PageRoute, include_in_schema=False)
_WARMEST = 8


@dataclass(frozen=True, slots=True)
class Warm:
    """A cell of the picture: where its centre is, in shares, the zones that it lies in, and both its numbers."""

    x: float
    y: float
    zones: tuple[str, ...]
    presence: float
    dwell: float


@dataclass(frozen=True, slots=True)
class Plan:
    """The floor, y upwards.

    Attributes:
        across: marks on the lower edge: share of the way from the left, metres; `up`: likewise from the top.
        warmest: x and y of the middle of a square, metres, and its seconds.
    """

    answer: PlanAnswer
    drawn: HeatMap
    across: list[tuple[float, float]]
    up: list[tuple[float, float]]
    warmest: list[tuple[float, float, float]]


@router.get("/heat", dependencies=[needs(Right.SEE_MEASURES)])
def heat(request: Request) -> Response:
    """Show what the address asks for."""
    here = caller(request)
    cameras = here.live.site.cameras
    if not cameras:
        return page(request, "heat_empty.html")
    desk = here.live.study_desk
    camera, what = _camera(request, cameras), _what(request)
    chosen = whole_choice(request)
    period = (chosen.dates.begin, chosen.dates.end)
    answer = desk.heat(camera.id, period)
    groups = desk.groups(period)
    return page(
        request,
        "heat.html",
        chosen=chosen,
        camera=camera,
        what=what,
        answer=answer,
        drawn=heat_map(answer.seconds if what == "presence" else answer.dwell),
        scene=scene(camera),
        warm=_warm(answer, what),
        plan=_plan(desk.plan(period)),
        groups=groups,
        most_groups=max((one.groups for one in groups[0].hours), default=0),
        figures=Figures(here.locale),
        names=names,
        waiting=desk.studies.waiting(HEAT, *period),
        told=study_words,
        entries={name: CATALOGUE[name] for name in ("presence", "group_size", "shared")},
        menus={
            "periods": names.PERIODS,
            "grains": [],
            "custom": chosen.period is Period.CUSTOM,
            "cameras": cameras_grouped(here.live.site),
        },
        exports=_exports(chosen, camera),
    )


def _camera(request: Request, cameras: tuple[Camera, ...]) -> Camera:
    asked = request.query_params.get("camera") or cameras[0].id
    found = next((camera for camera in cameras if camera.id == asked), None)
    if found is None:
        problem = f"there is no camera {asked[:60]!r}"
        raise NotFoundError(problem, "It may have been removed meanwhile: choose from the list.")
    return found


def _what(request: Request) -> str:
    asked = request.query_params.get("what") or "presence"
    if asked not in study_words.WHATS:
        problem = f"there is no {asked[:40]!r} of a picture"
        raise InputError(problem, "Ask for presence or dwell.")
    return asked


def _warm(answer: HeatAnswer, what: str) -> list[Warm]:
    grid = answer.seconds if what == "presence" else answer.dwell
    high, wide = grid.shape
    found = []
    for x, y, _ in places(warmest(grid, _WARMEST), (high, wide)):
        cell = int(y * high), int(x * wide)
        zones = tuple(z.name or z.id for z in answer.camera.zones if z.polygon.contains(Point(x, y)))
        found.append(Warm(x, y, zones, float(answer.seconds[cell]), float(answer.dwell[cell])))
    return found


def _plan(answer: PlanAnswer) -> Plan | None:
    if answer.why is not None or not answer.seconds.size:
        return None
    grid, (x, y) = padded(answer.seconds, answer.corner, answer.cell)
    rows, columns = grid.shape
    top = y + rows * answer.cell
    warm = [
        (x + (column + 0.5) * answer.cell, y + (row + 0.5) * answer.cell, seconds)
        for row, column, seconds in warmest(grid, _WARMEST)
    ]
    up = [(1 - at, metres) for at, metres in ruler(y, top)]
    return Plan(answer, heat_map(np.flipud(grid)), ruler(x, x + columns * answer.cell), up, warm)


def _exports(chosen: Choice, camera: Camera) -> list[tuple[str, str]]:
    period = urlencode({"begin": chosen.dates.begin, "end": chosen.dates.end})
    addresses = (f"heat/{camera.id}.csv", "heat.csv", "groups.csv")
    return [(address, f"/api/v1/{address}?{period}") for address in addresses]
