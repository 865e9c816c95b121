"""Routes for what to expect: the forecast, days that were not as usual, campaigns, and periods beside each other."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from fastapi import Query, Response

from galleria.app.campaign_desk import campaigns_csv
from galleria.app.outlook_compare import compare
from galleria.app.outlook_query import Against
from galleria.domain.access import Right
from galleria.domain.errors import InputError

from .asking import FIRST, LAST, Live, Period, router
from .guard import Who, needs
from .outlook import BesideAnswer, EffectAnswer, ForecastAnswer, NotesAnswer

routes = router("outlook")
_LAST_NOTES = 14  # days, unless asked otherwise
_LONGEST = 366
Subject = Annotated[str, Query(max_length=100, description="`site`, or an entrance or line as /subjects lists them.")]
_CSV = "text/csv"


@routes.get("/forecast", summary="The next 14 days")
@needs(Right.SEE_MEASURES)
def forecast(live: Live, subject: Subject = "site") -> ForecastAnswer:
    """Comings in, with the interval that 80 of 100 days fall into. Made once a day; the first who asks waits."""
    return ForecastAnswer.model_validate(live.outlook.forecast(subject, live.clock.now()))


@routes.get(
    "/forecast.csv", summary="The next 14 days as CSV", response_class=Response,
    responses={200: {"content": {_CSV: {}}, "description": "The file."}},
)  # fmt: skip
@needs(Right.EXPORT)
def forecast_as_csv(live: Live, who: Who, subject: Subject = "site") -> Response:
    """A day a row: date, subject, expected, low, high, holiday."""
    text = live.outlook.forecast_csv(who, subject, live.clock.now())
    head = {"Content-Disposition": 'attachment; filename="forecast.csv"'}
    return Response(text, media_type=_CSV, headers=head)


@routes.get("/notes", summary="Days that were not as usual")
@needs(Right.SEE_MEASURES)
def notes(
    live: Live,
    begin: Annotated[date | None, Query(ge=FIRST, le=LAST, description="Default: 14 days before `end`.")] = None,
    end: Annotated[date | None, Query(ge=FIRST, le=LAST, description="The day after the last; default: today.")] = None,
) -> NotesAnswer:
    """In sentences, newest first: what was not seen comes before any other reason. At most 62 days."""
    now = live.clock.now()
    end = end or live.outlook.today(now)
    begin = begin or end - timedelta(days=_LAST_NOTES)
    found = live.outlook.notes(begin, end, now)
    return NotesAnswer.model_validate({"notes": found, "faults": live.outlook.weather_faults()})


@routes.get("/campaigns", summary="What campaigns did")
@needs(Right.SEE_MEASURES)
def campaigns(live: Live) -> list[EffectAnswer]:
    """Comings in of their days ÷ what was expected before they began, with an interval. No proof: causes mix."""
    return [EffectAnswer.model_validate(one) for one in live.outlook.effects(live.clock.now())]


@routes.get(
    "/campaigns.csv", summary="What campaigns did, as CSV", response_class=Response,
    responses={200: {"content": {_CSV: {}}, "description": "The file."}},
)  # fmt: skip
@needs(Right.EXPORT)
def campaigns_as_csv(live: Live, who: Who) -> Response:
    """A campaign a row: name, begin, last, days, actual, expected, low, high."""
    text = campaigns_csv(live.outlook, who, live.clock.now())
    head = {"Content-Disposition": 'attachment; filename="campaigns.csv"'}
    return Response(text, media_type=_CSV, headers=head)


@routes.get("/compare", summary="A period beside another")
@needs(Right.SEE_MEASURES)
def compared(
    live: Live,
    period: Period,
    against: Annotated[Against, Query(description="What it is set beside.")] = Against.LAST_WEEK,
) -> list[BesideAnswer]:
    """Comings in of the site, its entrances and its shops, like for like."""
    if (period.end - period.begin).days > _LONGEST:
        problem = "the period is longer than a year"
        raise InputError(problem, "Ask for a shorter one.")
    return [BesideAnswer.model_validate(one) for one in compare(live.outlook, period.begin, period.end, against)]
