"""Settings of the site: name and hours, how long things are kept, and what other programs are told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from galleria.app.logs import LogSettings
from galleria.app.setting_shapes import RetentionSettings
from galleria.domain.access import Right
from galleria.domain.errors import AccessError, ConflictError, InputError
from galleria.notify.settings import MailSettings, MqttSettings, WebhookSettings

from .frame import SIGNED_IN, PageRoute, Posted, acting, caller, go, needs, page
from .hours import day_fields, read_hours
from .locale import marked as _
from .routes_first import sent_site, zones
from .setting_forms import logs_of, mail_of, mqtt_of, retention_of, with_hook, without_hook

router = APIRouter(route_class=PageRoute, include_in_schema=False)

TABS = (
    ("/settings/site", _("Site"), Right.CHANGE_SITE),
    ("/settings/keeping", _("Keeping"), Right.CHANGE_SETTINGS),
    ("/settings/privacy", _("Privacy"), Right.CHANGE_SETTINGS),
    ("/settings/integrations", _("Integrations"), Right.CHANGE_SETTINGS),
    ("/settings/members", _("Members"), Right.CHANGE_SETTINGS),
    ("/settings/users", _("Users"), Right.MANAGE_USERS),
    ("/settings/tokens", _("Tokens"), Right.MANAGE_USERS),
    ("/settings/audit", _("Audit"), Right.SEE_AUDIT),
)
_MOST_DEAD = 20


@router.get("/settings", dependencies=[SIGNED_IN])
def settings_page(request: Request) -> Response:
    """The first of the pages that one may see."""
    here = caller(request)
    for address, _name, right in TABS:
        if here.may(right):
            return go(address)
    problem = "the settings are not part of your role"
    raise AccessError(problem, "Ask an administrator for a role that has them.")


def tabbed(request: Request, template: str, code: int = 200, /, **context: Any) -> Response:  # noqa: ANN401  # as `page`
    """A page with the settings' tabs."""
    return page(request, template, code, tabs=TABS, **context)


@router.get("/settings/site", dependencies=[needs(Right.CHANGE_SITE)])
def site_page(request: Request, saved: bool = False) -> Response:  # noqa: FBT001, FBT002  # a query
    """Name, time zone, hours."""
    site, revision = caller(request).live.setup.shown()
    known = {"name": site.name, "zone": site.zone, "days": day_fields(site.hours), "always": not site.hours}
    return tabbed(request, "settings_site.html", **known, zones=zones(), revision=revision, saved=saved)


@router.post("/settings/site", dependencies=[needs(Right.CHANGE_SITE)])
def site_set(request: Request, fields: Posted) -> Response:
    """Keep them."""
    setup = caller(request).live.setup
    try:
        hours = read_hours(fields)
        by, seen = acting(request), fields["revision"] or None
        setup.hours(by, hours, revision=setup.name(by, fields["name"], zone=fields["zone"], revision=seen))
    except (InputError, ConflictError) as error:
        known = {**sent_site(fields), "zones": zones(), "revision": setup.revision, "saved": False}
        return tabbed(request, "settings_site.html", 400, **known, error=error)
    return go("/settings/site?saved=true")


@router.get("/settings/keeping", dependencies=[needs(Right.CHANGE_SETTINGS)])
def keeping_page(request: Request, saved: bool = False) -> Response:  # noqa: FBT001, FBT002  # a query
    """How long things are kept."""
    return tabbed(request, "settings_keeping.html", **_keeping(request), saved=saved)


@router.post("/settings/keeping", dependencies=[needs(Right.CHANGE_SETTINGS)])
def keeping_set(request: Request, fields: Posted) -> Response:
    """Keep it so."""
    try:
        _put(request, "retention", retention_of(fields), fields["retention_version"])
        _put(request, "logs", logs_of(fields), fields["logs_version"])
    except (InputError, ConflictError) as error:
        return tabbed(request, "settings_keeping.html", 400, **_keeping(request), saved=False, error=error)
    return go("/settings/keeping?saved=true")


@router.get("/settings/integrations", dependencies=[needs(Right.CHANGE_SETTINGS)])
def integrations_page(request: Request, saved: str = "") -> Response:
    """What other programs are told."""
    return tabbed(request, "settings_integrations.html", **_integrations(request), saved=saved)


@router.post("/settings/integrations/try", dependencies=[needs(Right.CHANGE_SETTINGS)])
def integrations_try(request: Request, fields: Posted) -> Response:
    """Send something now to one of them, and tell what came of it."""
    outcome = caller(request).live.integrations.try_out(fields["target"])
    known = {**_integrations(request), "saved": "", "tried": (fields["target"], outcome)}
    return tabbed(request, "settings_integrations.html", **known)


@router.post("/settings/integrations/revive", dependencies=[needs(Right.CHANGE_SETTINGS)])
def integrations_revive(request: Request, fields: Posted) -> Response:
    """Try again to send what was given up."""
    caller(request).live.integrations.revive([int(each) for each in fields.all("id") if each.isdecimal()])
    return go("/settings/integrations#undelivered")


@router.post("/settings/integrations/{group}", dependencies=[needs(Right.CHANGE_SETTINGS)])
def integrations_set(request: Request, group: str, fields: Posted) -> Response:
    """Change the broker, the report, or one webhook."""
    live = caller(request).live
    try:
        before = live.settings.get(group).value
        if group == "mqtt":
            value = mqtt_of(fields, before, live.folder)
        elif group == "mail":
            value = mail_of(fields, before, live.folder)
        else:
            remove = "remove" in fields
            value = without_hook(fields["id"], before) if remove else with_hook(fields, before, live.folder)
        _put(request, group, value, fields["version"])
    except (InputError, ConflictError) as error:
        known = {**_integrations(request), "error": error, "faulty": group, "saved": ""}
        return tabbed(request, "settings_integrations.html", 400, **known)
    return go(f"/settings/integrations?saved={group}#{group}")


def _put(request: Request, key: str, value: Mapping[str, Any], version: str) -> None:
    here = caller(request)
    assert here.actor is not None
    known = here.live.settings.get(key)
    if dict(known.value) == dict(value):
        return
    here.live.settings.put(here.actor, key, value, int(version) if version.isdecimal() else -1)
    here.live.reload_settings()


def _keeping(request: Request) -> dict[str, Any]:
    settings = caller(request).live.settings
    retention, logs = settings.get("retention"), settings.get("logs")
    return {
        "retention": RetentionSettings.from_settings(retention.value),
        "logs": LogSettings.from_settings(logs.value),
        "versions": {"retention": retention.version, "logs": logs.version},
    }


def _integrations(request: Request) -> dict[str, Any]:
    live = caller(request).live
    found = {key: live.settings.get(key) for key in ("mqtt", "webhooks", "mail")}
    return {
        "mqtt": MqttSettings.from_settings(found["mqtt"].value),
        "mail": MailSettings.from_settings(found["mail"].value),
        "hooks": WebhookSettings.from_settings(found["webhooks"].value).hooks,
        "versions": {key: setting.version for key, setting in found.items()},
        "dead": live.integrations.dead(_MOST_DEAD),
        "problems": live.integrations.problems(),
        "tried": None,
    }
