"""Routes for visits and for where they lead; the same as CSV."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import Query, Response

from galleria.app.routing import SITE, routes_answer, routes_csv
from galleria.app.visits_answers import visits_answer, visits_csv
from galleria.domain.access import Right
from galleria.domain.calendar import Grain

from .asking import Days, Live, Period, router
from .guard import Who, needs
from .visits import RoutesTold, VisitsTold

routes = router("visits")
_CSV = "text/csv"
_FILE: dict[int | str, dict[str, Any]] = {200: {"content": {_CSV: {}}, "description": "The file."}}
VisitGrain = Annotated[Grain, Query(description="`day`, `week` or `month`.")]
Part = Annotated[str, Query(max_length=120, description="`site`, or `camera:` and an id.")]


@routes.get("/visits", summary="How many visits, and how long", response_model=VisitsTold)
@needs(Right.SEE_MEASURES)
def visits(live: Live, period: Period, grain: VisitGrain = Grain.DAY) -> Response:
    """Estimated from comings and goings, always; and by label where a purpose recognises visitors."""
    answer = visits_answer(live.study_desk, _dates(period), grain)
    return VisitsTold.told(answer, live.visiting.visits(_dates(period), live.clock.now()))


@routes.get("/visits.csv", summary="Visits as CSV", response_class=Response, responses=_FILE)
@needs(Right.EXPORT)
def visits_as_csv(live: Live, who: Who, period: Period, grain: VisitGrain = Grain.DAY) -> Response:
    """One row for each place and stretch of time, as estimated. An empty value is a gap."""
    return _file("visits", visits_csv(live.study_desk, who, _dates(period), grain))


@routes.get("/routes", summary="From where to where")
@needs(Right.SEE_MEASURES)
def ways(live: Live, period: Period, part: Part = SITE) -> RoutesTold:
    """Before a camera counted; between cameras estimated: steps, first and last places, funnels, cross-shopping."""
    return RoutesTold.told(routes_answer(live.study_desk, _dates(period), part))


@routes.get("/routes.csv", summary="Routes as CSV", response_class=Response, responses=_FILE)
@needs(Right.EXPORT)
def ways_as_csv(live: Live, who: Who, period: Period, part: Part = SITE) -> Response:
    """One row for each step, first and last place, funnel and pair of shops."""
    return _file("routes", routes_csv(live.study_desk, who, _dates(period), part))


def _dates(period: Days) -> tuple[date, date]:
    return period.begin, period.end


def _file(name: str, text: str) -> Response:
    return Response(text, media_type=_CSV, headers={"Content-Disposition": f'attachment; filename="{name}.csv"'})
