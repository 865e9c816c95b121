"""Compare: a period beside last week, last year or the usual one; the next 14 days; campaigns; odd days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from fastapi import APIRouter, Request
from fastapi.responses import Response

from galleria.app.flow_query import FlowPoint, Subject
from galleria.app.outlook import Outlook
from galleria.app.outlook_campaigns import campaigns_of
from galleria.app.outlook_compare import compare
from galleria.app.outlook_query import Against, DayAhead, DayCount, ForecastAnswer
from galleria.domain.access import Right
from galleria.domain.calendar import day_of
from galleria.domain.catalogue import CATALOGUE
from galleria.domain.errors import GalleriaError, InputError
from galleria.domain.measure import MeasureName
from galleria.domain.site import Site

from . import names
from .beside import NAMES, beside
from .campaigns import EMPTY, CampaignForm, with_campaigns
from .chart import Chart, Sort, chart
from .figures import Figures
from .flow_choice import Choice, choice
from .frame import PageRoute, caller, needs, page
from .locale import marked as _
from .period import Period, present

router = APIRouter(route_class=PageRoute, include_in_schema=False)
AGAINST = {Against.LAST_WEEK: _("Last week"), Against.LAST_YEAR: _("Last year"), Against.USUAL: _("Usual days")}
_KINDS = frozenset({"site", "entrance"})
_BACK = 28  # days before the forecast that are drawn
_LONGEST = 366
_DAY = 86400


@dataclass(frozen=True, slots=True)
class Ahead:
    """The forecast, drawn behind the days before it.

    Attributes:
        says: of each slot, when it is pointed at.
        rows: (words for the day, the day).
    """

    answer: ForecastAnswer
    chart: Chart
    says: Sequence[str]
    rows: Sequence[tuple[str, DayAhead]]


@router.get("/compare", dependencies=[needs(Right.SEE_MEASURES)])
def compared(request: Request) -> Response:
    """Show what the address asks for."""
    return compare_page(request)


def compare_page(
    request: Request, code: int = 200, *, campaign: CampaignForm = EMPTY, refused: GalleriaError | None = None
) -> Response:
    """The page, with what a form brought that was refused."""
    here = caller(request)
    live, figures = here.live, Figures(here.locale)
    now = live.clock.now()
    outlook: Outlook = live.outlook
    subjects = [one for one in live.flows.subjects() if MeasureName.IN in one.measures and one.kind in _KINDS]
    if not subjects:
        return page(request, "flows_empty.html")
    chosen, against = _choice(request, subjects), _against(request)
    begin, end = chosen.dates.begin, chosen.dates.end
    try:
        days, notes = _days(outlook, begin, end, now), outlook.notes(begin, end, now)
    except InputError:  # of the weather file; it is told, and the rest of the page does not need it
        days, notes = [], []
    return page(
        request,
        "compare.html",
        code,
        chosen=chosen,
        against=against,
        againsts=AGAINST,
        rows=compare(outlook, begin, end, against),
        days=[(figures.day(one.day), one) for one in reversed(days)],
        notes=notes,
        faults=outlook.weather_faults(),
        ahead=_ahead(request, outlook, chosen.subjects[0].key, now),
        effects=outlook.effects(now),
        campaign=campaign,
        side_names=NAMES,
        sites=beside(here, (begin, end), refused),
        told=CATALOGUE["forecast"],
        names=names,
        figures=figures,
        menus={"periods": names.PERIODS, "custom": chosen.period is Period.CUSTOM, "places": subjects},
    )


def _days(outlook: Outlook, begin: date, end: date, now: float) -> list[DayCount]:
    end = min(end, outlook.today(now))
    return outlook.days("site", begin, end) if begin < end else []


def _choice(request: Request, subjects: Sequence[Subject]) -> Choice:
    asked = {name: request.query_params.getlist(name) for name in ("period", "from", "to", "subject")}
    live = caller(request).live
    chosen = choice(asked, subjects, present(live.site, live.flows, live.clock.now()))
    if chosen.dates.days > _LONGEST:
        problem = "the period is longer than a year"
        raise InputError(problem, "Choose a shorter one.")
    return chosen


def _against(request: Request) -> Against:
    text = request.query_params.get("against", Against.LAST_WEEK)
    try:
        return Against(text)
    except ValueError as error:
        problem = f"there is no comparison {text[:40]!r}"
        raise InputError(problem, f"There are: {', '.join(Against)}.") from error


def _ahead(request: Request, outlook: Outlook, subject: str, now: float) -> Ahead:
    here = caller(request)
    figures = Figures(here.locale)
    answer = outlook.forecast(subject, now)
    past = _past(outlook, subject, answer.day)
    told = {one.day: one for one in answer.days}
    dates = [answer.day + timedelta(days=n) for n in range(14)] if told else []
    points = [FlowPoint(one.begin, one.end, str(one.day), one.value, one.coverage) for one in past]
    points += [_point(outlook.site, figures, day, told.get(day)) for day in dates]
    top = max([one.high for one in answer.days] + [p.value for p in points if p.value is not None], default=0.0)
    drawn = chart(points, "tracks", here.locale.zone, figures.noon(answer.day) - _DAY / 2, sort=Sort.LINE, top=top)
    drawn = replace(drawn, band=_band(drawn, [None] * len(past) + [told.get(day) for day in dates]))
    says = figures.says(drawn, "", day=True)[: len(past)] + [
        f"{figures.day(day)}: {_said(figures, one)}" for day in dates for one in [told.get(day)]
    ]
    drawn, says = with_campaigns(drawn, says, campaigns_of(outlook.campaigns()), outlook.site)
    return Ahead(answer, drawn, says, [(figures.day(one.day), one) for one in answer.days])


def _past(outlook: Outlook, subject: str, today: date) -> list[DayCount]:
    try:
        return outlook.days(subject, today - timedelta(days=_BACK), today)
    except GalleriaError:  # the weather file; it is told elsewhere on the page
        return []


def _said(figures: Figures, one: DayAhead | None) -> str:
    if one is None:
        return figures.measured(None, "tracks")
    value, low, high = (figures.measured(round(n), "tracks") for n in (one.value, one.low, one.high))
    return f"{value} ({low}\N{EN DASH}{high})" + (f" · {one.holiday}" if one.holiday else "")


def _point(site: Site, figures: Figures, day: date, told: DayAhead | None) -> FlowPoint:
    bucket = day_of(site, day)
    begin, end = (bucket.begin, bucket.end) if bucket else (figures.noon(day), figures.noon(day) + _DAY)
    return FlowPoint(begin, end, str(day), None, 0.0, told.value if told else None)


def _band(drawn: Chart, told: Sequence[DayAhead | None]) -> str:
    """An outline around the intervals, one for each run of days."""
    parts, run = [], []
    for n, one in enumerate([*told, None]):
        if one is not None:
            run.append((n, one))
        elif run:
            tops = [(n, drawn.scale.share(one.high)) for n, one in run]
            feet = [(n, drawn.scale.share(one.low)) for n, one in reversed(run)]
            edge = [(tops[0][0] - 0.5, tops[0][1]), *tops, (tops[-1][0] + 0.5, tops[-1][1])]
            edge += [(feet[0][0] + 0.5, feet[0][1]), *feet, (feet[-1][0] - 0.5, feet[-1][1])]
            parts.append("M" + "L".join(f"{x + 0.5:g} {round((1 - y) * 1000, 1):g}" for x, y in edge) + "Z")
            run = []
    return "".join(parts)
