"""Flows: any measure of any place over any period, compared; a chart and a table of each, and the same to take away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from galleria.app.flow_query import FlowAnswer, FlowPoint, Subject
from galleria.app.outlook_campaigns import campaigns_of
from galleria.app.reach import Reach
from galleria.domain.access import Right

from . import names
from .campaigns import with_campaigns
from .chart import Chart, Seen, chart, highest
from .figures import Figures
from .flow_choice import MOST_SUBJECTS, Choice, choice, fits
from .frame import PageRoute, acting, caller, needs, page
from .opening import worth_showing
from .period import Period, present
from .rows import rows

router = APIRouter(route_class=PageRoute, include_in_schema=False)
_MEASURES = (("CSV", "csv"), ("Excel", "xlsx"))


@dataclass(frozen=True, slots=True)
class Series:
    """One place's answer, drawn.

    Attributes:
        points: those of the answer that are shown.
    """

    subject: Subject
    answer: FlowAnswer
    points: Sequence[FlowPoint]
    chart: Chart
    says: list[str]
    seen: list[Seen]


@router.get("/flows", dependencies=[needs(Right.SEE_UNIT)])
def flows(request: Request) -> Response:
    """Show what the address asks for; to a tenant, of its own unit."""
    live = caller(request).live
    now: float = live.live().time
    subjects = Reach.of(acting(request), live.site).subjects(live.flows.subjects())
    if not subjects:
        return page(request, "flows_empty.html")
    query = {name: request.query_params.getlist(name) for name in request.query_params}
    chosen = choice(query, subjects, present(live.site, live.flows, now))
    figures = Figures(caller(request).locale)
    series = _series(request, chosen, now, figures)
    return page(
        request,
        "flows.html",
        chosen=chosen,
        series=series,
        rows=rows(
            [(one.points, one.seen) for one in series],
            series[0].answer.unit,
            figures,
            day=chosen.dates.days > 1,
            year=chosen.dates.begin.year != chosen.dates.last.year,
        ),
        shut=chosen.grain.within_days and len(series[0].points) < len(series[0].answer.points),
        told=names.MEASURES[chosen.measure],
        before=_(request, names.BEFORE[chosen.compare]),
        figures=figures,
        names=names,
        exports=_exports(chosen, events=caller(request).may(Right.EXPORT)),
        menus=_menus(chosen, subjects),
        many=MOST_SUBJECTS,
        now=now,
    )


def _series(request: Request, chosen: Choice, now: float, figures: Figures) -> list[Series]:
    here = caller(request)
    zone = here.locale.zone
    answers: list[FlowAnswer] = here.live.flows.queries(chosen.queries())
    shown = [answer.points for answer in answers]
    if chosen.grain.within_days:
        kept = worth_showing(here.live.site, chosen.dates, shown)
        shown = [[points[n] for n in kept] for points in shown]
    # Places beside each other are drawn to one scale, or the eye compares what cannot be.
    top = max(highest(points) for points in shown)
    sort = names.MEASURES[chosen.measure].sort
    before = _(request, names.BEFORE[chosen.compare])
    # What the mall did to draw visitors is not for tenants.
    known = campaigns_of(here.live.outlook.campaigns()) if here.may(Right.SEE_MEASURES) else []
    series = []
    for subject, answer, points in zip(chosen.subjects, answers, shown, strict=True):
        drawn = chart(points, answer.unit, zone, now, sort=sort, top=top)
        says = figures.says(drawn, before, day=chosen.dates.days > 1 or not chosen.grain.within_days)
        drawn, says = with_campaigns(drawn, says, known, here.live.site)
        series.append(Series(subject, answer, points, drawn, says, [slot.seen for slot in drawn.slots]))
    return series


def _menus(chosen: Choice, subjects: list[Subject]) -> dict[str, object]:
    """What can be chosen instead, for the form."""
    measures = {name for subject in subjects for name in subject.measures}
    kinds = [
        (
            names.KINDS[kind],
            [subject for subject in subjects if subject.kind == kind and chosen.measure in subject.measures],
        )
        for kind in names.KINDS
    ]
    return {
        "measures": {name: told.name for name, told in names.MEASURES.items() if name in measures},
        "places": [(name, some) for name, some in kinds if some],
        "periods": names.PERIODS,
        "grains": [(grain, name, fits(grain, chosen.dates)) for grain, name in names.GRAINS.items()],
        "comparisons": names.COMPARISONS,
        "custom": chosen.period is Period.CUSTOM,
    }


def _exports(chosen: Choice, *, events: bool) -> list[tuple[str, str]]:
    """Names and addresses of files: every row of the answer, and the events of the period for those who get them."""
    period = [("begin", str(chosen.dates.begin)), ("end", str(chosen.dates.end))]
    asked = [("measure", chosen.measure), ("grain", str(chosen.coarser or chosen.grain)), ("compare", chosen.compare)]
    query = urlencode([*asked, *period, *(("subject", subject.key) for subject in chosen.subjects)])
    files = [(kind, f"/api/v1/measures.{ending}?{query}") for kind, ending in _MEASURES]
    return [*files, ("Parquet", f"/api/v1/events.parquet?{urlencode(period)}")] if events else files


def _(request: Request, words: str) -> str:
    return caller(request).locale.words.gettext(words) if words else ""
