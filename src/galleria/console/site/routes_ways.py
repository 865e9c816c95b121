"""Routes: from which place to which, drawn and as tables; first and last places, funnels, cross-shopping; and files."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from galleria.analytics.routes import ELSEWHERE, OUTSIDE
from galleria.app.routing import SITE, RoutesAnswer, parts_of, routes_answer
from galleria.app.study_list import ROUTES
from galleria.domain.access import Right
from galleria.domain.catalogue import CATALOGUE

from . import names
from .figures import Figures
from .flow_choice import Choice
from .frame import Caller, PageRoute, caller, needs, page
from .gathered import OTHERS, Gathered, gathered, through
from .grouped import Groups, cameras_grouped
from .locale import marked as _
from .period import Period
from .sankey import sankey
from .whole_choice import whole_choice

router = APIRouter(route_class=PageRoute, include_in_schema=False)
MOST_ROWS = 200  # of the table of steps; a file has all
MOST_DOORS, MOST_SHOPS, PARTNERS = 6, 8, 5
_KINDS = {"entrance": _("Entrances"), "shop": _("Shops"), "tripwire": _("Lines"), "zone": _("Zones")}
_OTHERS = {
    "entrance": _("%(n)s other entrances"),
    "shop": _("%(n)s other shops"),
    "tripwire": _("%(n)s other lines"),
    "zone": _("%(n)s other zones"),
}
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
    chosen = whole_choice(request)
    part = request.query_params.get("part") or SITE
    answer = routes_answer(desk, (chosen.dates.begin, chosen.dates.end), part)
    place = request.query_params.get("through") or ""
    if place not in answer.names:  # of another part, from whose page the form came
        place = ""
    steps = through(answer.steps, place)
    shown = gathered(steps, answer.places, place)
    return page(
        request,
        "routes.html",
        chosen=chosen,
        part=part,
        parts=parts,
        answer=answer,
        note=NOTES[answer.estimated],
        place=place,
        steps=steps,
        most_rows=MOST_ROWS,
        shown=shown,
        named=_named(here, answer, shown),
        drawn=sankey(shown.steps, shown.places),
        waiting=desk.studies.waiting(ROUTES, chosen.dates.begin, chosen.dates.end),
        funnels=_funnels(answer),
        doors=len(here.live.site.entrances),
        partners=_partners(answer),
        figures=Figures(here.locale),
        entry_of=CATALOGUE["flows"],
        menus={
            "periods": names.PERIODS,
            "grains": [],
            "custom": chosen.period is Period.CUSTOM,
            "parts": _parts(here, parts),
            "places": _places(answer),
        },
        file=_file(chosen, part),
    )


def _named(here: Caller, answer: RoutesAnswer, shown: Gathered) -> dict[str, str]:
    say = here.locale.words.gettext
    named = {key: say(_OWN[key]) if key in _OWN else name for key, name in answer.names.items()}
    others = {
        f"{OTHERS}:{kind}": say(words) % {"n": shown.others.get(f"{OTHERS}:{kind}", 0)}
        for kind, words in _OTHERS.items()
    }
    return named | others


def _parts(here: Caller, parts: Mapping[str, str]) -> Groups:
    """The site, and cameras in groups."""
    only = [key.removeprefix("camera:") for key in parts if key != SITE]
    cameras = [
        (heading, [(f"camera:{camera}", words) for camera, words in some])
        for heading, some in cameras_grouped(here.live.site, only)
    ]
    return [("", [(SITE, parts[SITE])]), *cameras]


def _places(answer: RoutesAnswer) -> Groups:
    """Places that steps may be asked of, by kind."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for key in answer.places:
        if key not in _OWN:
            groups.setdefault(_KINDS[key.partition(":")[0]], []).append((key, answer.names[key]))
    return list(groups.items())


def _funnels(answer: RoutesAnswer) -> dict[str, dict[str, tuple[float, float | None]]]:
    """By entrance (empty: all), of each shop: the share that goes there, and the share of these at its till.

    Of many entrances those by which most come in.
    """
    came = {one.entrance: one.came for one in answer.funnels}
    kept = sorted(came, key=lambda door: (bool(door), -came[door]))[: MOST_DOORS + 1]
    found: dict[str, dict[str, tuple[float, float | None]]] = {door: {} for door in kept}
    for one in answer.funnels:
        if one.entrance in found:
            found[one.entrance][one.shop] = one.shop_share, one.till
    return found


def _partners(answer: RoutesAnswer) -> dict[str, list[tuple[str, float]]]:
    """By shop, of more shops than a table has room for: those that most of its visitors go to as well."""
    if len(answer.both) <= MOST_SHOPS:
        return {}
    return {
        shop: sorted(row.items(), key=lambda one: (-one[1], one[0]))[:PARTNERS] for shop, row in answer.both.items()
    }


def _file(chosen: Choice, part: str) -> str:
    asked = {"begin": chosen.dates.begin, "end": chosen.dates.end, "part": part}
    return f"/api/v1/routes.csv?{urlencode(asked)}"
