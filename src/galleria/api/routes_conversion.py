"""Routes for what sales and footfall tell together: conversion, the same as CSV, and tills' clocks."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Annotated, Any

from fastapi import Query, Response

from galleria.app.reach import Reach
from galleria.app.sales_desk import SalesDesk
from galleria.domain.access import Actor, Right
from galleria.domain.calendar import Grain
from galleria.domain.catalogue import CATALOGUE

from .answers import told_plainly
from .asking import Days, Live, Period, router
from .conversion import ConversionsTold, TillsTold, TillTold
from .guard import Who, needs
from .ports import LiveSite

routes = router("sales")
_CSV = "text/csv"
_FILE: dict[int | str, dict[str, Any]] = {200: {"content": {_CSV: {}}, "description": "The file."}}
_TOLD = ("conversion", "sales_per_visitor", "average_basket", "units")
_BY = "`day`, `week` or `month`; hours of the day and weekdays are told of the whole period."
ConversionGrain = Annotated[Grain, Query(description=_BY)]
ShopAsked = Annotated[str, Query(max_length=100, description="Only this shop; default: all, with entrances and site.")]


@routes.get("/conversion", summary="Who bought, of those who came", response_model=ConversionsTold)
@needs(Right.SEE_UNIT)
def conversion(
    live: Live, who: Who, period: Period, grain: ConversionGrain = Grain.DAY, shop: ShopAsked = ""
) -> Response:
    """Visitors, buyers, conversion, sales per visitor and basket: by grain, hour of the day and weekday."""
    answer = _desk(live).conversion(_dates(period), grain, _shops(live, who, shop))
    return told_plainly(
        parts=answer.parts,
        group_size=answer.group_size,
        tills=[TillTold.told(clock) for clock in answer.clocks],
        notes=answer.notes,
        meanings={name: CATALOGUE[name].meaning for name in _TOLD},
    )


@routes.get("/conversion.csv", summary="Conversion as CSV", response_class=Response, responses=_FILE)
@needs(Right.EXPORT_UNIT)
def conversion_as_csv(
    live: Live, who: Who, period: Period, grain: ConversionGrain = Grain.DAY, shop: ShopAsked = ""
) -> Response:
    """One figure a row, as /conversion gives them. An empty value is absent; `why` says why."""
    text = _desk(live).conversion_csv(who, _dates(period), grain, _shops(live, who, shop))
    return Response(text, media_type=_CSV, headers={"Content-Disposition": 'attachment; filename="conversion.csv"'})


@routes.get("/tills", summary="How right tills' clocks are")
@needs(Right.SEE_UNIT)
def tills(live: Live, who: Who, period: Period, shop: ShopAsked = "") -> TillsTold:
    """By how much each is ahead, from the last two weeks of the period that have receipts."""
    clocks = _desk(live).clocks(_dates(period), _shops(live, who, shop))
    return TillsTold(tills=[TillTold.told(clock) for clock in clocks], meaning=CATALOGUE["till_skew"].meaning)


def _desk(live: LiveSite) -> SalesDesk:
    return SalesDesk(live.study_desk, live.selling)


def _shops(live: LiveSite, who: Actor, shop: str) -> Collection[str] | None:
    """The shops that are answered for; None: everything."""
    reach = Reach.of(who, live.site)
    if shop:
        return (reach.shop(shop).id,)
    return None if reach.everything else tuple(one.id for one in reach.shops)


def _dates(period: Days) -> tuple[date, date]:
    return period.begin, period.end
