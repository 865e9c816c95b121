"""Campaigns are declared and removed here; the page Compare shows them."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Request
from fastapi.responses import Response

from galleria.app.campaign_desk import CampaignRefusedError, declare, take_back
from galleria.domain.access import Right
from galleria.domain.errors import ConflictError

from .campaigns import EMPTY, FIELDS, WORDS, CampaignForm
from .frame import PageRoute, Posted, acting, caller, go, needs
from .routes_compare import compare_page

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.post("/compare/campaigns", dependencies=[needs(Right.CHANGE_SETTINGS)])
def declared(request: Request, fields: Posted) -> Response:
    """Declare one."""
    here, wanted = caller(request), {name: fields[name] for name in FIELDS}
    form = CampaignForm(wanted["name"], wanted["begin"], wanted["last"], EMPTY.faults)
    try:
        declare(acting(request), here.live.settings, wanted)
    except CampaignRefusedError as error:
        wrong = {name: WORDS[error.wrong[name]] if name in error.wrong else "" for name in FIELDS}
        return compare_page(request, 400, campaign=replace(form, faults=wrong))
    except ConflictError as error:
        return compare_page(request, 409, campaign=replace(form, error=error))
    here.live.reload_settings()
    return go(f"/compare?{request.url.query}#campaigns")


@router.post("/compare/campaigns/remove", dependencies=[needs(Right.CHANGE_SETTINGS)])
def taken_back(request: Request, fields: Posted) -> Response:
    """Remove one."""
    here = caller(request)
    take_back(acting(request), here.live.settings, {name: fields[name] for name in FIELDS})
    here.live.reload_settings()
    return go(f"/compare?{request.url.query}#campaigns")
