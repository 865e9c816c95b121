"""Routes: from which place to which, drawn and as tables; first and last places, funnels, cross-shopping; and files."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from galleria.analytics.routes import ELSEWHERE, OUTSIDE
from galleria.app.flow_query import Subject
from galleria.app.routing import SITE, RoutesAnswer, parts_of, routes_answer
from galleria.domain.access import Right
from galleria.domain.catalogue import CATALOGUE
from galleria.domain.measure import MeasureName

from . import names
from .figures import Figures
from .flow_choice import Choice, choice
from .frame import Caller, PageRoute, caller, needs, page
from .locale import marked as _
from .period import Period
from .sankey import sankey

router = APIRouter(route_class=PageRoute, include_in_schema=False)
_WHOLE = Subject("site", "site", "", (MeasureName.IN,))
_OWN = {OUTSIDE: _("outside the picture"), ELSEWHERE: _("elsewhere")}
NOTES = {
    True: _(
        "Estimated: between cameras nobody is followed. Shares are those that best explain when places are left and"
        " others are reached within ten minutes; on simulated sites a share is off by 3 to 4 points in the mean."
    ),
    False: _("Counted: the zones and lines that single tracks of this camera were at, one after another."),
}


@router.get("/routes", dependencies=[needs(Right.SEE_MEASURES)])
def ways(request: Request) -> Response:
    """Show what the address asks for."""
    here = caller(request)
    desk = here.live.study_desk
    parts = parts_of(here.live.site)
    asked = {name: request.query_params.getlist(name) for name in ("period", "from", "to")}
    chosen = choice(asked, [_WHOLE], desk.day())
    part = request.query_params.get("part") or SITE
    answer = routes_answer(desk, (chosen.dates.begin, chosen.dates.end), part)
    return page(
        request,
        "routes.html",
        chosen=chosen,
        part=part,
        parts=parts,
        answer=answer,
        note=NOTES[answer.estimated],
        named=_named(here, answer),
        drawn=sankey(answer.steps, answer.places),
        funnels=_funnels(answer),
        figures=Figures(here.locale),
        entry_of=CATALOGUE["flows"],
        menus={"periods": names.PERIODS, "grains": [], "custom": chosen.period is Period.CUSTOM},
        file=_file(chosen, part),
    )


def _named(here: Caller, answer: RoutesAnswer) -> dict[str, str]:
    say = here.locale.words.gettext
    return {key: say(_OWN[key]) if key in _OWN else name for key, name in answer.names.items()}


def _funnels(answer: RoutesAnswer) -> dict[str, dict[str, tuple[float, float | None]]]:
    """By entrance (empty: all), of each shop: the share that goes there, and the share of these at its till."""
    found: dict[str, dict[str, tuple[float, float | None]]] = {}
    for one in answer.funnels:
        found.setdefault(one.entrance, {})[one.shop] = one.shop_share, one.till
    return found


def _file(chosen: Choice, part: str) -> str:
    asked = {"begin": chosen.dates.begin, "end": chosen.dates.end, "part": part}
    return f"/api/v1/routes.csv?{urlencode(asked)}"
