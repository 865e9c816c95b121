"""What every page stands in: who asks, what they may do, the templates, and what the browser is told to forbid.

A page module makes a router and writes:

    router = APIRouter(route_class=PageRoute, include_in_schema=False)

    @router.get("/flows", dependencies=[needs(Right.SEE_MEASURES)])
    def flows(request: Request) -> Response:
        live = caller(request).live
        return page(request, "flows.html", answer=live.flows.query(...))

    @router.post("/flows", dependencies=[needs(Right.EXPORT)])
    def changed(request: Request, fields: Posted) -> Response:      # Posted: the form; its CSRF token was checked
        ...
        return go("/flows")

Every route declares a right with `needs`, or `OPEN`; a route without either is refused when the console is made.
In templates: `_()` and `{% trans %}` (words), `number`, `percent`, `clock`, `day`, `moment`, `duration` (filters, by
the reader's locale and the site's time zone), `asset("app.js")`, `here` (the `Caller`), `csrf_field()` (inside every
form that posts), `icon("name")`.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, cast
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.routing import APIRoute
from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from galleria.app.access import COOKIE, CSRF_HEADER
from galleria.app.live_site import LiveSite
from galleria.domain.access import Actor, Right
from galleria.domain.errors import (
    AccessError,
    ConflictError,
    GalleriaError,
    NotFoundError,
    SignInError,
    StoreError,
    TooManyError,
)

from .assets import Assets
from .icons import icon
from .locale import Locale, asked

THEME = "galleria_theme"
BEFORE = "galleria_before"  # guards forms of those who have not signed in yet
THEMES = ("auto", "light", "dark")
MOST_FORM = 256 * 1024  # bytes of a posted form

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not `no-referrer`: browsers then hide the origin of forms too, and forms are checked for it.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}


@dataclass(slots=True)
class Caller:
    """Who asks for a page, and how it is shown to them.

    Attributes:
        actor: None when nobody signed in.
        csrf: what every form of theirs has to bring along.
        before: value of the cookie that has to be set for that; empty when it is there already.
    """

    live: LiveSite
    actor: Actor | None
    csrf: str
    locale: Locale
    theme: str
    before: str = ""

    def may(self, right: Right | str) -> bool:
        return self.actor is not None and self.actor.may(Right(right))

    @property
    def home(self) -> str:
        """Where they begin: the overview, or the flows of their own unit."""
        return home(self.actor)


def home(actor: Actor | None) -> str:
    """Where somebody begins."""
    own_alone = actor is not None and actor.may(Right.SEE_UNIT) and not actor.may(Right.SEE_MEASURES)
    return "/flows" if own_alone else "/"


def caller(request: Request) -> Caller:
    """Who asks. Set for every route of the console before its own code runs."""
    return cast("Caller", request.state.caller)


@dataclass(frozen=True, slots=True)
class Needs:
    """Lets those in who have a right.

    Attributes:
        right: None: none is needed.
        known: whether somebody has to be signed in.
    """

    right: Right | None
    known: bool = True

    def __call__(self, request: Request) -> None:
        here = caller(request)
        if not self.known:
            return
        if here.actor is None:
            problem = "you are not signed in"
            raise SignInError(problem, "Sign in first.")
        if self.right and not here.actor.may(self.right):
            problem = "this page is not part of your role"
            raise AccessError(problem, "Ask an administrator for a role that has it.")


def needs(right: Right) -> Any:  # noqa: ANN401  # what Depends returns is a marker without a type of its own
    """Declare the right that a route needs."""
    return Depends(Needs(right))


OPEN: Any = Depends(Needs(None, known=False))
"""Declares that everybody may use a route."""
SIGNED_IN: Any = Depends(Needs(None))
"""Declares that everybody who signed in may use a route: one's own account."""


@dataclass(frozen=True, slots=True)
class Fields:
    """What a form brought. Values are stripped; a field that did not come is empty."""

    values: Mapping[str, list[str]] = field(repr=False)  # passwords among them

    def __getitem__(self, name: str) -> str:
        return self.all(name)[-1].strip() if self.all(name) else ""

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def all(self, name: str) -> list[str]:
        return self.values.get(name, [])

    def raw(self, name: str) -> str:
        """As typed, blanks and all: passwords."""
        return self.all(name)[-1] if self.all(name) else ""


async def _posted(request: Request) -> Fields:
    """Read a form and check that a page of ours sent it."""
    here = caller(request)
    same_origin(request)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        problem = "this is no form of the console"
        raise AccessError(problem, "Load the page again, and send the form once more.")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_FORM:
            problem = "the form is larger than the console takes"
            raise AccessError(problem)
    fields = Fields(parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=2000))
    brought = request.headers.get(CSRF_HEADER) or fields["csrf"]
    if not secrets.compare_digest(brought.encode(), here.csrf.encode()):
        problem = "this page is older than your sign-in"
        raise AccessError(problem, "Load it again, and send the form once more.")
    return fields


Posted = Annotated[Fields, Depends(_posted)]


def same_origin(request: Request) -> None:
    """Refuse what another site's page sends. The token would refuse it too: two locks."""
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        problem = "another site sent this form"
        raise AccessError(problem, "Use the console's own page.")


class Entering:
    """Finds out who asks, for every route of the console."""

    def __init__(self, live: LiveSite) -> None:
        self._live = live

    def __call__(self, request: Request) -> None:
        live = self._live
        locale = Locale(asked(request.headers.get("accept-language", "")), ZoneInfo(live.site.zone))
        theme = request.cookies.get(THEME, "auto")
        theme = theme if theme in THEMES else "auto"
        before = request.cookies.get(BEFORE, "")
        actor, csrf = None, before
        if cookie := request.cookies.get(COOKIE):
            opened = live.access.session(cookie)
            actor, csrf = (opened.actor, opened.csrf) if opened else (None, before)
        fresh = ""
        if actor is None and not csrf:
            fresh = csrf = secrets.token_urlsafe(24)
        request.state.caller = Caller(live, actor, csrf, locale, theme, fresh)


class PageRoute(APIRoute):
    """A route that answers people: errors are pages that say what to do, not JSON."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                response = await handle(request)
            except GalleriaError as error:
                response = refused(request, error)
            except RequestValidationError:
                response = refused(request, NotFoundError("there is no such page", "Check the address."))
            for name, value in HEADERS.items():
                response.headers.setdefault(name, value)
            here: Caller | None = getattr(request.state, "caller", None)
            if here is not None and here.before:
                set_cookie(request, response, BEFORE, here.before)
            return response

        return answer


def set_cookie(request: Request, response: Response, name: str, value: str, age: int | None = None) -> None:
    """Set a cookie that scripts cannot read, only sent to this site, only over TLS where there is TLS."""
    secure = request.url.scheme == "https"
    response.set_cookie(name, value, max_age=age, httponly=True, samesite="lax", secure=secure, path="/")


def refused(request: Request, error: GalleriaError) -> Response:
    """Say on a page what is wrong and what to do."""
    inside = request.headers.get("hx-request") == "true"
    if isinstance(error, SignInError):
        way = "/sign-in" + (f"?to={request.url.path}" if request.method == "GET" and not inside else "")
        return HTMLResponse("", 401, {"HX-Redirect": "/sign-in"}) if inside else RedirectResponse(way, 303)
    kinds = ((TooManyError, 429), (AccessError, 403), (NotFoundError, 404), (ConflictError, 409), (StoreError, 503))
    status = next((code for kind, code in kinds if isinstance(error, kind)), 400)
    template = "_fault.html" if inside else "fault.html"
    return page(request, template, status, error=error, status=status)


def acting(request: Request) -> Actor:
    """Who does what the request asks for; of a route that needs somebody."""
    actor = caller(request).actor
    assert actor is not None  # `needs` let them in
    return actor


def go(address: str) -> Response:
    """Send the browser on after a form was taken (a reload then does not send it again)."""
    return RedirectResponse(address, 303)


_assets = Assets()


def page(request: Request, template: str, code: int = 200, /, **context: Any) -> HTMLResponse:  # noqa: ANN401  # whatever the template shows
    """Make a page (or a part of one, for htmx) of a template and what it shows."""
    here = caller(request)
    known = {"here": here, "request": request, "path": request.url.path, "site": here.live.site}
    return HTMLResponse(_ENVIRONMENT.get_template(template).render({**known, **context}), code, dict(HEADERS))


def _locale(context: Context) -> Locale:
    return cast("Caller", context["here"]).locale


def _filter(name: str) -> Callable[..., str]:
    method = getattr(Locale, name)

    @pass_context
    def written(context: Context, value: float | None, *args: object, **options: object) -> str:
        return cast("str", method(_locale(context), value, *args, **options))

    return written


@pass_context
def _gettext(context: Context, text: str) -> str:
    return _locale(context).words.gettext(text)


@pass_context
def _ngettext(context: Context, one: str, many: str, n: int) -> str:
    return _locale(context).words.ngettext(one, many, n)


@pass_context
def _csrf_field(context: Context) -> Markup:
    return Markup('<input type="hidden" name="csrf" value="{}">').format(cast("Caller", context["here"]).csrf)


def data_block(value: object) -> Markup:
    """JSON for `<script type="application/json">`, which browsers do not run; nothing in it can end the element."""
    text = json.dumps(value).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return Markup(text)  # noqa: S704  # escaped in the way that JSON has


def _environment() -> Environment:
    loader = PackageLoader("galleria.console.site")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, extensions=["jinja2.ext.i18n"], trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    environment.install_gettext_callables(_gettext, _ngettext, newstyle=True)  # type: ignore[attr-defined]
    for name in ("number", "percent", "clock", "day", "moment", "duration"):
        environment.filters[name] = _filter(name)
    environment.filters["data_block"] = data_block
    environment.globals |= {"asset": _assets.address, "icon": icon, "csrf_field": _csrf_field, "Right": Right}
    return environment


_ENVIRONMENT = _environment()
