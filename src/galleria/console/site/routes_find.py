"""Cameras in the network: found, and offered to be added."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from galleria.app.find import Found, find
from galleria.domain.access import Right
from galleria.domain.errors import VideoError

from .frame import PageRoute, Posted, caller, needs, page

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/cameras/find", dependencies=[needs(Right.CHANGE_SITE)])
def find_page(request: Request, first: bool = False) -> Response:  # noqa: FBT001, FBT002  # a query
    """Ask for the login that the cameras know, then call for them."""
    return page(request, "camera_find.html", first=first, found=None, error=None, user="", rows=[])


@router.post("/cameras/find", dependencies=[needs(Right.CHANGE_SITE)])
def look(request: Request, fields: Posted) -> Response:
    """Call, and list who answers."""
    first = "first" in fields
    user = fields["user"]
    known: dict[str, object] = {"first": first, "user": user, "error": None, "found": [], "rows": []}
    try:
        found = find(user, fields.raw("password"), clock=caller(request).live.clock)
    except VideoError as error:
        return page(request, "camera_find.html", 400, **{**known, "error": error})
    rows = [(each, _way(each, user, first=first)) for each in found]
    return page(request, "camera_find.html", **{**known, "found": found, "rows": rows})


def _way(found: Found, user: str, *, first: bool) -> str:
    """The form that adds it, filled in; the password is typed there once more and in no address."""
    if not found.address:
        return ""
    known = {"address": found.with_user(found.address, user), "name": found.name}
    if found.substream:
        known["substream"] = found.with_user(found.substream, user)
    return ("/first/camera?" if first else "/cameras/add?") + urlencode(known)
