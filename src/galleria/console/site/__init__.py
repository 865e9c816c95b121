"""The console: pages in which a site is seen and set up. Everything in it goes through `LiveSite`."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from fastapi.routing import APIRoute

from galleria.app.live_site import LiveSite
from galleria.domain.errors import StoreError

from . import (
    routes_about,
    routes_cameras,
    routes_campaigns,
    routes_compare,
    routes_draw,
    routes_find,
    routes_first,
    routes_floor,
    routes_flows,
    routes_health,
    routes_heat,
    routes_kiosk,
    routes_live,
    routes_members,
    routes_nowhere,
    routes_overview,
    routes_people,
    routes_privacy,
    routes_purposes,
    routes_queues,
    routes_sales,
    routes_scoring,
    routes_settings,
    routes_sign,
    routes_sites,
    routes_static,
    routes_visitors,
    routes_ways,
)
from .assets import Assets
from .frame import Entering, Needs
from .posted_file import remove_left

__all__ = ["LARGER", "pages"]

# In this order: `/cameras/find` has to be tried before `/cameras/{camera}`, and nowhere after everywhere else.
_ROUTES = (
    routes_static,
    routes_sign,
    routes_first,
    routes_overview,
    routes_flows,
    routes_visitors,
    routes_ways,
    routes_queues,
    routes_heat,
    routes_sales,
    routes_compare,
    routes_campaigns,
    routes_sites,
    routes_live,
    routes_find,
    routes_cameras,
    routes_draw,
    routes_floor,
    routes_scoring,
    routes_health,
    routes_settings,
    routes_people,
    routes_kiosk,
    routes_members,
    routes_privacy,
    routes_about,
    routes_purposes,
    routes_nowhere,
)
# Bytes that forms with pictures or files may have, by path.
LARGER = routes_kiosk.LARGER | routes_sales.LARGER | routes_sites.LARGER


def pages(live: LiveSite) -> APIRouter:
    """All pages of a running site.

    Raises:
        StoreError: scripts and styles have not been built.
    """
    Assets().check()
    remove_left(live.folder)
    whole = APIRouter(dependencies=[Depends(Entering(live))], include_in_schema=False)
    for module in _ROUTES:
        _check(module.router)
        whole.include_router(module.router)
    return whole


def _check(router: APIRouter) -> None:
    for route in router.routes:
        if isinstance(route, APIRoute) and not any(isinstance(d.dependency, Needs) for d in route.dependencies):
            problem = f"the route {route.path} declares neither a right nor that it is open"
            raise StoreError(problem, "Give it `needs(Right.…)` or `OPEN`.")
