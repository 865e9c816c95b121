"""Sales: who bought, of those who came, shop by shop; tills' clocks; and receipts by file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from galleria.app.conversion import GRAINS
from galleria.app.conversion_query import Conversion, ConversionAnswer, Converted, Missing
from galleria.app.reach import Reach
from galleria.app.sales_desk import SalesDesk
from galleria.app.selling import Taken
from galleria.domain.access import Right
from galleria.domain.calendar import Grain
from galleria.domain.catalogue import CATALOGUE
from galleria.domain.errors import GalleriaError, InputError

from . import names, sales_words
from .chart import Sort, chart
from .figures import Figures
from .flow_choice import Choice, fits
from .frame import Caller, PageRoute, acting, caller, needs, page
from .period import Period
from .posted_file import MOST_BYTES, PostedFile
from .whole_choice import whole_choice

router = APIRouter(route_class=PageRoute, include_in_schema=False)
LARGER = {"/sales/file": MOST_BYTES}
MOST_TOLD = 100  # rows of a file
_TOLD = ("conversion", "units", "sales_per_visitor", "average_basket", "till_skew")


@dataclass(frozen=True, slots=True)
class Point:
    """A stretch of time as charts want it."""

    begin: float
    end: float
    value: float | None
    coverage: float
    before: float | None = None


@router.get("/sales", dependencies=[needs(Right.SEE_UNIT)])
def sales(request: Request) -> Response:
    """Show what the address asks for; to a tenant, of its own unit."""
    here = caller(request)
    reach = Reach.of(acting(request), here.live.site)
    if not reach.shops or here.live.selling.sales.span() is None:
        return page(request, "sales_empty.html", shops=reach.shops, most=MOST_BYTES)
    desk = here.live.study_desk
    chosen = whole_choice(request, GRAINS, opens=Period.LAST_28_DAYS)
    only = None if reach.everything else [shop.id for shop in reach.shops]
    period = (chosen.dates.begin, chosen.dates.end)
    # Of the others only the whole period is shown; a tenant's own units are few.
    told = [request.query_params.get("of") or "site"] if only is None else None
    answer = SalesDesk(desk, here.live.selling).conversion(period, chosen.grain, only, told)
    return _shown(request, here, chosen, answer)


@router.post("/sales/file", dependencies=[needs(Right.SEND_SALES)])
def take(request: Request, sent: PostedFile) -> Response:
    """Take a file of receipts, and tell what came of it row by row. Sent again it changes nothing."""
    here = caller(request)
    taken: Taken | None = None
    error: GalleriaError | None = None
    try:
        taken = here.live.selling.take_file(acting(request), sent.path, "console")
    except InputError as refused:
        error = refused
    code = 400 if error else 200
    return page(request, "sales_taken.html", code, taken=taken, error=error, name=sent.name, most=MOST_TOLD)


def _shown(request: Request, here: Caller, chosen: Choice, answer: ConversionAnswer) -> Response:
    figures = Figures(here.locale)
    one = _one(answer.parts, request.query_params.get("of", ""))
    points = [Point(p.begin, p.end, p.rate, p.coverage) for p in one.points] if one else []
    drawn = chart(points, "ratio", here.locale.zone, here.live.clock.now(), sort=Sort.LINE)
    whens = [_when(point, chosen.grain, figures) for point in one.points] if one else []
    return page(
        request,
        "sales.html",
        chosen=chosen,
        answer=answer,
        one=one,
        drawn=drawn,
        whens=whens,
        says=[_says(when, point, here) for when, point in zip(whens, one.points if one else (), strict=True)],
        clocks=[(clock, sales_words.clock_words(clock, here.locale)) for clock in answer.clocks],
        parts=sorted(answer.parts, key=lambda part: part.kind == "entrance"),
        currency=currency_of(answer.parts),
        money=lambda amounts: [(here.locale.number(value, _digits(value)), name) for name, value in amounts.items()],
        shops={shop.id: shop.name or shop.id for shop in here.live.site.shops},
        scale_of=scale_of,
        told=sales_words,
        entries=[CATALOGUE[name] for name in _TOLD],
        figures=figures,
        names=names,
        menus={
            "periods": names.PERIODS,
            "grains": [(grain, names.GRAINS[grain], fits(grain, chosen.dates)) for grain in GRAINS],
            "custom": chosen.period is Period.CUSTOM,
        },
        exports=_exports(chosen, one),
        here_address=lambda key: _address(chosen, key),
    )


def currency_of(parts: Sequence[Converted]) -> str:
    """The only one that was paid in; empty: there are several, and each amount names its own."""
    known = {name for part in parts for name in part.whole.amounts}
    return next(iter(known)) if len(known) == 1 else ""


def scale_of(points: Sequence[Conversion]) -> float:
    """What the longest bar stands for. Who pays in the hour after the last coming makes one of far over 100 %."""
    return max((point.rate for point in points if point.rate and point.rate <= 1), default=1.0)


def _digits(value: float) -> int:
    """Cents say nothing of thousands."""
    return 2 if abs(value) < 1000 else 0  # noqa: PLR2004  # as the words above say


def _one(parts: Sequence[Converted], asked: str) -> Converted | None:
    """The part that is shown whole: as asked, else the first."""
    if asked and all(part.key != asked for part in parts):
        problem = f"this site has no {asked[:60]!r}"
        raise InputError(problem, "It may have been removed or renamed: choose from the list.")
    return next((part for part in parts if part.key == asked), parts[0] if parts else None)


def _when(point: Conversion, grain: Grain, figures: Figures) -> str:
    if grain is Grain.DAY:
        return figures.day(date.fromisoformat(point.label))
    return figures.stretch(point.begin, point.end)


def _says(when: str, point: Conversion, here: Caller) -> str:
    say = here.locale.words.gettext
    if point.rate is None:
        return f"{when}: {say(sales_words.SHORT[point.why or Missing.NOBODY])}"
    of = say("%(buyers)s of %(visitors)s") % {
        "buyers": here.locale.number(point.buyers),
        "visitors": here.locale.number(point.visitors),
    }
    return f"{when}: {here.locale.percent(point.rate, 1)} · {of}"


def _address(chosen: Choice, key: str) -> str:
    asked = {"of": key, "period": str(chosen.period), "grain": str(chosen.grain)}
    if chosen.period is Period.CUSTOM:
        asked |= {"from": str(chosen.dates.begin), "to": str(chosen.dates.last)}
    return "/sales?" + urlencode(asked)


def _exports(chosen: Choice, one: Converted | None) -> list[tuple[str, str]]:
    period = {"begin": str(chosen.dates.begin), "end": str(chosen.dates.end), "grain": str(chosen.grain)}
    found = [("all", f"/api/v1/conversion.csv?{urlencode(period)}")]
    if one and one.kind == "shop":
        asked = period | {"shop": one.key.partition(":")[2]}
        found.append(("one", f"/api/v1/conversion.csv?{urlencode(asked)}"))
    return found
