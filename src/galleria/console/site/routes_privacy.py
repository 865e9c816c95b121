"""Settings: who answers for what the site looks at."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from galleria.app.setting_shapes import PrivacySettings
from galleria.domain.access import Right
from galleria.domain.errors import ConflictError, InputError

from .frame import PageRoute, Posted, acting, caller, go, needs
from .routes_settings import tabbed

router = APIRouter(route_class=PageRoute, include_in_schema=False)
_KEYS = ("controller", "contact", "address")


@router.get("/settings/privacy", dependencies=[needs(Right.CHANGE_SETTINGS)])
def privacy_page(request: Request, saved: bool = False) -> Response:  # noqa: FBT001, FBT002  # a query
    """Controller, contact, and where visitors find the public page."""
    known = caller(request).live.settings.get("privacy")
    privacy = PrivacySettings.from_settings(known.value).model_dump()
    return tabbed(request, "settings_privacy.html", privacy=privacy, version=known.version, saved=saved)


@router.post("/settings/privacy", dependencies=[needs(Right.CHANGE_SETTINGS)])
def privacy_set(request: Request, fields: Posted) -> Response:
    """Keep them."""
    here, sent = caller(request), {key: fields[key] for key in _KEYS}
    version = int(fields["version"]) if fields["version"].isdecimal() else -1
    try:
        here.live.settings.put(acting(request), "privacy", sent, version)
    except (InputError, ConflictError) as error:
        present = here.live.settings.get("privacy").version
        known = {"privacy": sent, "version": present, "saved": False, "error": error}
        return tabbed(request, "settings_privacy.html", 400, **known)
    here.live.reload_settings()
    return go("/settings/privacy?saved=true")
