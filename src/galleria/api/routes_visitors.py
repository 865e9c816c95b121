"""Routes for visitors: unique and returning ones, demographics, experience, audience; and the same as CSV."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Annotated, Any, TypeVar

from fastapi import Query, Response

from galleria.app.visiting_query import MEANINGS, TalliesAnswer, VisitMeasure, VisitorsAnswer
from galleria.domain.access import Actor, Right
from galleria.domain.calendar import Grain

from .answers import Answer
from .asking import Days, Live, Period, router
from .guard import Who, needs
from .ports import LiveSite
from .visitors import (
    AudiencesAnswer,
    DemographicsAnswer,
    ErrorAnswer,
    ExperienceAnswer,
    VisitorsFigures,
)

routes = router("visitors")
_CSV = "text/csv"
_FILE: dict[int | str, dict[str, Any]] = {200: {"content": {_CSV: {}}, "description": "The file."}}
_OF_VISITORS = (
    VisitMeasure.UNIQUE,
    VisitMeasure.RECOGNISED,
    VisitMeasure.RETURNING,
    VisitMeasure.VISITS,
    VisitMeasure.SINCE,
    VisitMeasure.FIRST_SEEN,
)
VisitorsGrain = Annotated[Grain, Query(description="`day`, `week` or `month`; longer ones are means of days.")]
_A = TypeVar("_A", bound=Answer)


@routes.get("/visitors", summary="Unique and returning visitors")
@needs(Right.SEE_MEASURES)
def visitors(live: Live, period: Period, grain: VisitorsGrain = Grain.DAY) -> VisitorsFigures:
    """Unique visitors of several days cannot be summed: a week's or month's figure is the mean of its days."""
    return _told(VisitorsFigures, live.visiting.visitors(_dates(period), grain, _now(live)), *_OF_VISITORS)


@routes.get("/demographics", summary="Age bands and gender presentation by place")
@needs(Right.SEE_MEASURES)
def demographics(live: Live, period: Period) -> DemographicsAnswer:
    """By trading day where a day's counts are large enough, else by whole ISO week; with the measured error."""
    return _told(DemographicsAnswer, live.visiting.demographics(_dates(period), _now(live)), VisitMeasure.DEMOGRAPHICS)


@routes.get("/experience", summary="Shares of smiling and frustrated faces by place and hour")
@needs(Right.SEE_MEASURES)
def experience(live: Live, period: Period) -> ExperienceAnswer:
    """Hours with fewer faces than `k` are told with the rest of their day, once it is over."""
    answer = live.visiting.experience(_dates(period), _now(live))
    return _told(ExperienceAnswer, answer, VisitMeasure.SMILING, VisitMeasure.FRUSTRATED)


@routes.get("/audience", summary="Who looked at a screen, by place and quarter hour")
@needs(Right.SEE_MEASURES)
def audience(live: Live, period: Period) -> AudiencesAnswer:
    """Quarter hours with fewer watchers, or fewer others, than `k` are told with the rest of their day."""
    answer = live.visiting.audience(_dates(period), _now(live))
    told = (VisitMeasure.OPPORTUNITIES, VisitMeasure.WATCHERS, VisitMeasure.ATTENTION)
    return _told(AudiencesAnswer, answer, *told)


@routes.get("/visitors.csv", summary="Visitors as CSV", response_class=Response, responses=_FILE)
@needs(Right.EXPORT)
def visitors_as_csv(live: Live, who: Who, period: Period, grain: VisitorsGrain = Grain.DAY) -> Response:
    """One figure a row, as /visitors gives them. An empty value is absent; `why` says why."""
    return _file(live, who, "visitors", period, grain)


@routes.get("/demographics.csv", summary="Demographics as CSV", response_class=Response, responses=_FILE)
@needs(Right.EXPORT)
def demographics_as_csv(live: Live, who: Who, period: Period) -> Response:
    """One figure a row, as /demographics gives them."""
    return _file(live, who, "demographics", period)


@routes.get("/experience.csv", summary="Experience as CSV", response_class=Response, responses=_FILE)
@needs(Right.EXPORT)
def experience_as_csv(live: Live, who: Who, period: Period) -> Response:
    """One figure a row, as /experience gives them."""
    return _file(live, who, "experience", period)


@routes.get("/audience.csv", summary="Audiences as CSV", response_class=Response, responses=_FILE)
@needs(Right.EXPORT)
def audience_as_csv(live: Live, who: Who, period: Period) -> Response:
    """One figure a row, as /audience gives them."""
    return _file(live, who, "audience", period)


def _dates(period: Days) -> tuple[date, date]:
    return period.begin, period.end


def _now(live: LiveSite) -> float:
    return live.clock.now()


def _told(kind: type[_A], answer: VisitorsAnswer | TalliesAnswer, *measures: VisitMeasure) -> _A:
    """The answer with what its measures mean."""
    known = {one.name: getattr(answer, one.name) for one in fields(answer) if one.name in kind.model_fields}
    known["meanings"] = {measure: MEANINGS[measure] for measure in measures}
    if "errors" in kind.model_fields:
        known["errors"] = [ErrorAnswer.of(one) for one in answer.errors]
    return kind.model_validate(known)


def _file(live: LiveSite, who: Actor, name: str, period: Days, grain: Grain = Grain.DAY) -> Response:
    text = live.visiting.export(who, name, _dates(period), grain, _now(live))
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(text, media_type=_CSV, headers=headers)
