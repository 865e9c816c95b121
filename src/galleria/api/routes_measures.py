"""Routes for measures: any of them, of anything that has them, over any period, compared like with like."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from fastapi import Depends, Query

from galleria.app.flow_query import FlowAnswer, FlowQuery
from galleria.app.reach import Reach
from galleria.domain.access import Right
from galleria.domain.calendar import Compare, Grain
from galleria.domain.errors import InputError
from galleria.domain.time import trading_day

from .asking import FIRST, LAST, CompareAsked, GrainAsked, Live, Period, bound, router
from .guard import Who, needs
from .measures import (
    CameraCoverage,
    CoverageAnswer,
    DriftAnswer,
    EntranceDrift,
    MeasuresAnswer,
    OverviewAnswer,
    SeriesAnswer,
    SubjectAnswer,
)

routes = router("measures")
_MOST_SERIES = 100


def _queries(  # the parameters of a route
    live: Live,
    who: Who,
    period: Period,
    measure: Annotated[list[str], Query(max_length=20, description="E.g. `in`; several: repeat it.")] = ["in"],  # noqa: B006
    subject: Annotated[list[str], Query(max_length=100, description="As /subjects lists them; several: repeat it.")] = [  # noqa: B006
        "site"
    ],
    grain: GrainAsked = Grain.HOUR,
    compare: CompareAsked = Compare.NONE,
) -> list[FlowQuery]:
    """One query for each pair of measure and subject.

    Raises:
        InputError: there is no such subject within reach, it has no such measure, or too much is asked.
    """
    names, wanted = list(dict.fromkeys(measure)), list(dict.fromkeys(subject))
    if len(names) * len(wanted) > _MOST_SERIES:
        problem = f"this asks for more than {_MOST_SERIES} series"
        raise InputError(problem, "Ask for fewer subjects or measures at once.")
    bound(period, grain, len(names) * len(wanted))
    known = {each.key: each.measures for each in Reach.of(who, live.site).subjects(live.flows.subjects())}
    for key in wanted:
        if key not in known:
            problem = f"there is no subject {key[:60]!r}"
            raise InputError(problem, "/api/v1/subjects lists them.")
        for name in names:
            if name not in known[key]:
                problem = f"{key!r} has no measure {name[:60]!r}"
                raise InputError(problem, f"It has {', '.join(known[key])}.")
    return [FlowQuery(name, key, grain, period.begin, period.end, compare) for key in wanted for name in names]


Queries = Annotated[list[FlowQuery], Depends(_queries)]


@routes.get("/subjects", summary="What has measures, and which")
@needs(Right.SEE_UNIT)
def subjects(live: Live, who: Who) -> list[SubjectAnswer]:
    """Site, entrances, shops, tripwires, zones and cameras; of a tenant: its shop, and that shop's lines and zones."""
    within = Reach.of(who, live.site).subjects(live.flows.subjects())
    return [SubjectAnswer.model_validate(subject) for subject in within]


@routes.get("/measures", summary="Measures over a period")
@needs(Right.SEE_UNIT)
def measures(live: Live, queries: Queries) -> MeasuresAnswer:
    """Every measure asked for of every subject asked for. Gaps are null, never zero; coverage says what was seen."""
    return MeasuresAnswer(series=[_series(q, live.flows.query(q)) for q in queries])


@routes.get("/overview", summary="The trading day at a glance")
@needs(Right.SEE_MEASURES)
def overview(live: Live) -> OverviewAnswer:
    """Today against the usual day, up to now."""
    return OverviewAnswer.model_validate(live.flows.overview(live.clock.now(), live.live().occupancy))


@routes.get("/drift", summary="What a day's comings and goings were off by")
@needs(Right.SEE_MEASURES)
def drift(
    live: Live,
    day: Annotated[date | None, Query(ge=FIRST, le=LAST, description="A trading day; default: yesterday.")] = None,
) -> DriftAnswer:
    """Everybody has left when the site has closed: what remains was missed. A remainder within the error is chance."""
    day = day or date.fromisoformat(trading_day(live.site, live.clock.now()).label) - timedelta(days=1)
    found = live.flows.drift(day)
    entrances = [
        EntranceDrift(entrance=name, came=came, went=went, share=found.shares[name])
        for name, (came, went) in found.crossed.items()
    ]
    return DriftAnswer(day=str(day), remainder=found.remainder, error=found.error, entrances=entrances)


@routes.get("/coverage", summary="How much the cameras saw, by quarter hour")
@needs(Right.SEE_HEALTH)
def coverage(
    live: Live,
    period: Period,
    camera: Annotated[str | None, Query(max_length=100, description="Only this one.")] = None,
) -> list[CameraCoverage]:
    """Shares of the open time; outside the opening hours, of all of the quarter hour."""
    cameras = [live.site.camera(camera)] if camera is not None else list(live.site.cameras)
    bound(period, Grain.QUARTER_HOUR, len(cameras))
    measure = "at_once_peak"  # every camera has it
    answers = []
    for one in cameras:
        q = FlowQuery(measure, f"camera:{one.id}", Grain.QUARTER_HOUR, period.begin, period.end)
        points = [CoverageAnswer.model_validate(point) for point in live.flows.query(q).points]
        answers.append(CameraCoverage(camera=one.id, points=points))
    return answers


def _series(q: FlowQuery, answer: FlowAnswer) -> SeriesAnswer:
    kept = {name: getattr(answer, name) for name in SeriesAnswer.model_fields if name not in {"measure", "subject"}}
    return SeriesAnswer.model_validate({**kept, "measure": q.measure, "subject": q.subject})
