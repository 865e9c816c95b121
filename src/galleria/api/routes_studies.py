"""Routes for what takes whole days to know: queues, heat, groups; the same as CSV; and the catalogue of measures."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import Query, Response

from galleria.app.heating import CELL, CELLS
from galleria.app.reach import Reach
from galleria.domain.access import Right
from galleria.domain.calendar import Grain

from .answers import told_plainly
from .asking import CameraId, Days, Live, Period, router
from .guard import Who, needs
from .studies import EntryAnswer, GroupsTold, HeatTold, PlanTold, QueuesTold, QueueTold

routes = router("studies")
_CSV = "text/csv"
_FILE: dict[int | str, dict[str, Any]] = {200: {"content": {_CSV: {}}, "description": "The file."}}
QueueGrain = Annotated[Grain, Query(description="`day`, `week` or `month`.")]
Cell = Annotated[float, Query(ge=CELLS[0], le=CELLS[1], description="Side of a square, metres.")]


@routes.get("/catalogue", summary="What the measures are")
@needs(Right.SEE_MEASURES)
def catalogue(live: Live) -> list[EntryAnswer]:  # noqa: ARG001  # whoever asks is known by it
    """Name, one sentence, unit, coverage and error of each; the console and the manual say the same."""
    return EntryAnswer.told()


@routes.get("/queues", summary="How long people waited", response_model=QueuesTold)
@needs(Right.SEE_UNIT)
def queues(live: Live, who: Who, period: Period, grain: QueueGrain = Grain.DAY) -> Response:
    """Every queue of the site file, to a tenant those of its shop: over the period, by grain, by hour of the day."""
    within = Reach.of(who, live.study_desk.site).queues
    found = [QueueTold.told(answer) for answer in live.study_desk.queues(_dates(period), grain, within)]
    meanings = EntryAnswer.told("queue_length", "wait", "abandonment", "tills_needed")
    return told_plainly(queues=found, meanings=meanings)


@routes.get("/queues.csv", summary="Queues as CSV", response_class=Response, responses=_FILE)
@needs(Right.EXPORT_UNIT)
def queues_as_csv(live: Live, who: Who, period: Period, grain: QueueGrain = Grain.DAY) -> Response:
    """One row for each queue, to a tenant of its shop's, and stretch of time. An empty value is a gap."""
    within = Reach.of(who, live.study_desk.site).queues
    return _file("queues", live.study_desk.queues_csv(who, _dates(period), grain, within))


@routes.get("/heat", summary="Presence on the floor plan")
@needs(Right.SEE_MEASURES)
def heat(live: Live, period: Period, cell: Cell = CELL) -> PlanTold:
    """Seconds of presence by square, over the calibrated cameras; where they overlap, the one that saw most holds."""
    return PlanTold.told(live.study_desk.plan(_dates(period), cell))


@routes.get("/heat.csv", summary="The floor plan as CSV", response_class=Response, responses=_FILE)
@needs(Right.EXPORT)
def heat_as_csv(live: Live, who: Who, period: Period, cell: Cell = CELL) -> Response:
    """One row for each square in which somebody was."""
    return _file("heat", live.study_desk.plan_csv(who, _dates(period), cell))


@routes.get("/heat/{camera}.csv", summary="A camera's heat as CSV", response_class=Response, responses=_FILE)
@needs(Right.EXPORT)
def camera_heat_as_csv(live: Live, who: Who, camera: CameraId, period: Period) -> Response:
    """One row for each cell in which somebody was."""
    return _file("heat-of-camera", live.study_desk.heat_csv(who, camera, _dates(period)))


@routes.get("/heat/{camera}", summary="Presence and dwell on a camera's picture")
@needs(Right.SEE_MEASURES)
def camera_heat(live: Live, camera: CameraId, period: Period) -> HeatTold:
    """On a grid over the picture: seconds of all tracks together, and seconds a track. No pixels."""
    return HeatTold.told(live.study_desk.heat(camera, _dates(period)))


@routes.get("/groups", summary="Who walked together")
@needs(Right.SEE_MEASURES)
def groups(live: Live, period: Period) -> GroupsTold:
    """Groups, their sizes and the share in company, before calibrated cameras; and by hour of the day."""
    return GroupsTold.told(live.study_desk.groups(_dates(period)))


@routes.get("/groups.csv", summary="Groups as CSV", response_class=Response, responses=_FILE)
@needs(Right.EXPORT)
def groups_as_csv(live: Live, who: Who, period: Period) -> Response:
    """One row for each camera and hour of the day."""
    return _file("groups", live.study_desk.groups_csv(who, _dates(period)))


def _dates(period: Days) -> tuple[date, date]:
    return period.begin, period.end


def _file(name: str, text: str) -> Response:
    return Response(text, media_type=_CSV, headers={"Content-Disposition": f'attachment; filename="{name}.csv"'})
