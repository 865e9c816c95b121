"""Live: every camera as a drawing with its lines, zones and tracks as dots. No pixels come here."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from galleria.domain.access import Right
from galleria.domain.live import SiteLive

from .figures import Figures
from .frame import PageRoute, caller, needs, page
from .scene import scene
from .states import all_told

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/live", dependencies=[needs(Right.SEE_LIVE)])
def live(request: Request) -> Response:
    """Show the site now; the script keeps it so."""
    here = caller(request)
    site = here.live.site
    if not site.cameras:
        return page(request, "overview_empty.html")
    now: SiteLive = here.live.live()
    return page(
        request,
        "live.html",
        now=now,
        scenes=[(scene(camera), now.cameras.get(camera.id)) for camera in site.cameras],
        states=all_told(here.locale.words.gettext),
        figures=Figures(here.locale),
    )
