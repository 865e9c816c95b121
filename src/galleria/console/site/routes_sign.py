"""Signing in and out, following a one-time link, and the switch between light and dark."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import Response

from galleria.app.access import COOKIE, Invitation, SignedIn
from galleria.domain.errors import CodeNeededError, InputError, NotFoundError, SignInError, TooManyError

from .frame import BEFORE, OPEN, SIGNED_IN, THEME, THEMES, PageRoute, Posted, caller, go, home, page, set_cookie

router = APIRouter(route_class=PageRoute, include_in_schema=False)

_YEAR = 365 * 86400


@router.get("/sign-in", dependencies=[OPEN])
def sign_in_page(request: Request, to: str = "/") -> Response:
    """Ask who it is."""
    here = caller(request)
    if here.actor:
        return go(here.home if _inside(to) == "/" else _inside(to))
    return page(request, "sign_in.html", to=_inside(to), waiting=not here.live.access.has_administrator())


@router.post("/sign-in", dependencies=[OPEN])
def sign_in(request: Request, fields: Posted) -> Response:
    """Let in who knows the password, and the code where there is a second factor."""
    to, name = _inside(fields["to"]), fields["name"]
    access = caller(request).live.access
    old = request.cookies.get(COOKIE, "")
    known = {"to": to, "name": name, "waiting": False}
    try:
        opened = access.sign_in(name, fields.raw("password"), fields["code"], address=address_of(request), replaces=old)
    except CodeNeededError:
        # The password has to be typed again with the code: no page ever holds it.
        return page(request, "sign_in.html", 401, **known, code=True)
    except (SignInError, TooManyError) as error:
        status = 429 if isinstance(error, TooManyError) else 401
        return page(request, "sign_in.html", status, **known, error=error, code=bool(fields["code"]))
    return _signed_in(request, opened, to)


@router.post("/sign-out", dependencies=[SIGNED_IN])
def sign_out(request: Request, fields: Posted) -> Response:  # noqa: ARG001  # read for its token
    """End the session of this browser."""
    caller(request).live.access.sign_out(request.cookies.get(COOKIE, ""))
    answer = go("/sign-in")
    answer.delete_cookie(COOKIE, path="/")
    return answer


@router.get("/welcome/{link}", dependencies=[OPEN])
def welcome_page(request: Request, link: str) -> Response:
    """Ask for a password, and the first administrator for a name."""
    return page(request, "welcome.html", invitation=_invitation(request, link), link=link)


@router.post("/welcome/{link}", dependencies=[OPEN])
def welcome(request: Request, link: str, fields: Posted) -> Response:
    """Set the password and sign in; the first administrator goes on to set up the site."""
    access = caller(request).live.access
    invitation = _invitation(request, link)
    password, name = fields.raw("password"), fields["name"] or invitation.name
    try:
        _check_same(password, fields.raw("again"))
        access.accept(link, password, name, address=address_of(request))
        opened = access.sign_in(name, password, address=address_of(request))
    except CodeNeededError:
        return go("/sign-in")
    except (InputError, TooManyError) as error:
        known = {"invitation": invitation, "link": link, "error": error, "name": fields["name"]}
        return page(request, "welcome.html", 400, **known)
    return _signed_in(request, opened, "/first" if invitation.first else "/")


@router.post("/theme", dependencies=[OPEN])
def theme(request: Request, fields: Posted) -> Response:
    """Keep the choice in a cookie."""
    answer = go(_inside(fields["to"]))
    chosen = fields["theme"] if fields["theme"] in THEMES else "auto"
    # Scripts may read this one: the switch sets it without a new page.
    answer.set_cookie(THEME, chosen, max_age=_YEAR, samesite="lax", path="/", secure=request.url.scheme == "https")
    return answer


def _check_same(password: str, again: str) -> None:
    if password != again:
        problem = "the two passwords are not the same"
        raise InputError(problem, "Type them once more.")


def address_of(request: Request) -> str:
    """Where a request comes from, as far as this machine sees."""
    return request.client.host if request.client else ""


def _invitation(request: Request, link: str) -> Invitation:
    invitation: Invitation | None = caller(request).live.access.invitation(link)
    if invitation is None:
        problem = "this link does not work any more"
        remedy = "It works once. Ask for a new one; the first one is printed when the site starts."
        raise NotFoundError(problem, remedy)
    return invitation


def _signed_in(request: Request, opened: SignedIn, to: str) -> Response:
    answer = go(home(opened.actor) if to == "/" else to)
    set_cookie(request, answer, COOKIE, opened.cookie)
    answer.delete_cookie(BEFORE, path="/")
    return answer


def _inside(address: str) -> str:
    """An address of the console itself: no page sends people elsewhere."""
    parts = urlsplit(address.replace("\\", "/"))
    safe = address.startswith("/") and not address.startswith("//") and not parts.scheme and not parts.netloc
    return address if safe and address.isprintable() else "/"
