"""Files of other sites are given and taken away here; the page Compare shows what they tell."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from galleria.domain.access import Right
from galleria.domain.errors import InputError
from galleria.storage.benchmark_file import MOST_BYTES

from .beside import desk_of
from .frame import PageRoute, Posted, acting, caller, go, needs
from .posted_file import PostedFile
from .routes_compare import compare_page

router = APIRouter(route_class=PageRoute, include_in_schema=False)
LARGER = {"/compare/sites": MOST_BYTES + (1 << 16)}  # a form around the file


@router.post("/compare/sites", dependencies=[needs(Right.CHANGE_SETTINGS)])
def given(request: Request, sent: PostedFile) -> Response:
    """Keep another site's days; those that are there already are written over, the others stay."""
    try:
        desk_of(caller(request)).take(acting(request), sent.path)
    except InputError as error:
        return compare_page(request, 400, refused=error)
    return go(f"/compare?{request.url.query}#sites")


@router.post("/compare/sites/remove", dependencies=[needs(Right.CHANGE_SETTINGS)])
def taken_away(request: Request, fields: Posted) -> Response:
    """Forget a site."""
    desk_of(caller(request)).drop(acting(request), fields["site"])
    return go(f"/compare?{request.url.query}#sites")
