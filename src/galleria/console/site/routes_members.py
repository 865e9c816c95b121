"""Members, for staff: how many there are, and what they are asked to agree to. No names, no visits."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from galleria.app.members_text import MembersSettings
from galleria.domain.access import Right
from galleria.domain.errors import ConflictError, InputError

from .frame import PageRoute, Posted, caller, go, needs, page
from .routes_settings import tabbed
from .setting_forms import whole

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/members", dependencies=[needs(Right.SEE_MEMBERS)])
def members(request: Request) -> Response:
    """How many there are, and whether the kiosk works."""
    here = caller(request)
    assert here.actor is not None
    known = here.live.members
    try:
        texts = known.texts()
    except ConflictError:
        texts = ()
    return page(request, "members.html", count=known.count(here.actor), waiting=known.ready(), texts=texts)


@router.get("/settings/members", dependencies=[needs(Right.CHANGE_SETTINGS)])
def members_page(request: Request, saved: bool = False) -> Response:  # noqa: FBT001, FBT002  # a query
    """What stands in the text that members agree to."""
    return tabbed(request, "settings_members.html", **_known(request), saved=saved)


@router.post("/settings/members", dependencies=[needs(Right.CHANGE_SETTINGS)])
def members_set(request: Request, fields: Posted) -> Response:
    """Keep it so."""
    here = caller(request)
    assert here.actor is not None
    settings = here.live.settings
    before = settings.get("members")
    names = ("controller", "contact", "equal_way", "address")
    value = {**before.value, **{name: fields[name] for name in names}, "unused_days": whole(fields["unused_days"])}
    version = fields["version"]
    try:
        settings.put(here.actor, "members", value, int(version) if version.isdecimal() else -1)
    except (InputError, ConflictError) as error:
        known = {**_known(request), "told": value, "saved": False, "error": error}
        return tabbed(request, "settings_members.html", 400, **known)
    here.live.reload_settings()
    return go("/settings/members?saved=true")


def _known(request: Request) -> dict[str, object]:
    live = caller(request).live
    kept = live.settings.get("members")
    told = MembersSettings.from_settings(kept.value).model_dump()
    try:
        texts = live.members.texts()
    except ConflictError:
        texts = ()
    return {"told": told, "version": kept.version, "texts": texts}
