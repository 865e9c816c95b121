"""People and programs: users, tokens, the audit, and one's own account."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from markupsafe import Markup

from galleria.app.access import COOKIE
from galleria.app.factor import Enrolment
from galleria.app.reach import Reach, check_shop
from galleria.domain.access import RIGHTS, Right, Role
from galleria.domain.errors import AccessError, ConflictError, GalleriaError, InputError

from .frame import SIGNED_IN, Fields, PageRoute, Posted, acting, caller, go, needs, page
from .routes_settings import tabbed

router = APIRouter(route_class=PageRoute, include_in_schema=False)
_DAY = 86400.0
_MOST_AUDIT = 100


@router.get("/settings/users", dependencies=[needs(Right.MANAGE_USERS)])
def users_page(request: Request) -> Response:
    """All users."""
    return tabbed(request, "settings_users.html", **_users(request))


@router.post("/settings/users", dependencies=[needs(Right.MANAGE_USERS)])
def user_add(request: Request, fields: Posted) -> Response:
    """Add one, and show the one-time link once."""
    users = caller(request).live.access.users
    try:
        role, shop = _role_and_shop(request, fields)
        user, link = users.create(acting(request), fields["name"], role, shop)
    except (InputError, ConflictError, AccessError) as error:
        known = {**_users(request), "error": error, "name": fields["name"]}
        return tabbed(request, "settings_users.html", 400, **known)
    return tabbed(
        request, "settings_users.html", **{**_users(request), "link": _address(request, link), "linked": user}
    )


@router.post("/settings/users/{user}", dependencies=[needs(Right.MANAGE_USERS)])
def user_change(request: Request, user: str, fields: Posted) -> Response:
    """Change a role, let somebody in or not, make a new link, take a lost second factor away, remove."""
    access, by = caller(request).live.access, acting(request)
    shown: dict[str, Any] = {}
    try:
        match fields["do"]:
            case "role":
                role, shop = _role_and_shop(request, fields)
                access.users.change(by, user, role=role, shop=shop)
            case "disable" | "enable" as wish:
                access.users.change(by, user, disabled=wish == "disable")
            case "link":
                link = access.users.new_link(by, user)
                shown = {"link": _address(request, link), "linked": access.users.get(by, user)}
            case "factor":
                access.factor.disable(by, user)
            case "remove":
                access.users.remove(by, user)
            case _:
                problem = "nothing was chosen"
                raise InputError(problem, "Load the page again.")
    except GalleriaError as error:
        return tabbed(request, "settings_users.html", 400, **{**_users(request), "error": error})
    return tabbed(request, "settings_users.html", **{**_users(request), **shown}) if shown else go("/settings/users")


@router.get("/settings/tokens", dependencies=[needs(Right.MANAGE_USERS)])
def tokens_page(request: Request) -> Response:
    """All tokens."""
    return tabbed(request, "settings_tokens.html", **_tokens(request))


@router.post("/settings/tokens", dependencies=[needs(Right.MANAGE_USERS)])
def token_add(request: Request, fields: Posted) -> Response:
    """Make one, and show it once."""
    here = caller(request)
    days = fields["days"]
    try:
        scopes = [Right(each) for each in fields.all("scope")]
        expires = here.live.clock.now() + int(days) * _DAY if days.isdecimal() and int(days) else None
        made = here.live.access.tokens.create(acting(request), fields["label"], scopes, expires)
    except (InputError, AccessError) as error:
        known = {"error": error, "label": fields["label"], "chosen": set(fields.all("scope"))}
        return tabbed(request, "settings_tokens.html", 400, **{**_tokens(request), **known})
    return tabbed(request, "settings_tokens.html", **{**_tokens(request), "made": made})


@router.post("/settings/tokens/{token}/revoke", dependencies=[needs(Right.MANAGE_USERS)])
def token_revoke(request: Request, token: str, fields: Posted) -> Response:  # noqa: ARG001  # read for its token
    """Make it worthless at once."""
    caller(request).live.access.tokens.revoke(acting(request), token)
    return go("/settings/tokens")


@router.get("/settings/audit", dependencies=[needs(Right.SEE_AUDIT)])
def audit_page(request: Request, before: int | None = None) -> Response:
    """Who did what."""
    entries = caller(request).live.access.audit.list(acting(request), before=before, most=_MOST_AUDIT)
    more = entries[-1].id if len(entries) == _MOST_AUDIT else None
    return tabbed(request, "settings_audit.html", entries=entries, more=more)


@router.get("/account", dependencies=[SIGNED_IN])
def account_page(request: Request, saved: str = "") -> Response:
    """One's own account."""
    return page(request, "account.html", **{**_account(request), "saved": saved})


@router.post("/account/password", dependencies=[SIGNED_IN])
def password_set(request: Request, fields: Posted) -> Response:
    """Change one's own password; other browsers are signed out."""
    users = caller(request).live.access.users
    new = fields.raw("password")
    try:
        if new != fields.raw("again"):
            _not_same()
        users.set_password(acting(request), fields.raw("present"), new, cookie=request.cookies.get(COOKIE, ""))
    except (InputError, AccessError) as error:
        return page(request, "account.html", 400, **{**_account(request), "error": error})
    return go("/account?saved=password")


@router.post("/account/factor", dependencies=[SIGNED_IN])
def factor_set(request: Request, fields: Posted) -> Response:
    """Begin, confirm or take away one's own second factor. The secret and the recovery codes are shown once."""
    factor, me = caller(request).live.access.factor, acting(request)
    shown: dict[str, Any] = {}
    try:
        match fields["do"]:
            case "begin":
                shown = {"enrolment": factor.begin(me)}
            case "confirm":
                shown = {"codes": factor.confirm(me, fields["code"])}
            case "off":
                factor.disable(me, me.id)
    except InputError as error:
        # The secret is not shown again: a phone that has it only needs the next code.
        return page(request, "account.html", 400, **{**_account(request), "error": error, "confirming": True})
    except GalleriaError as error:
        return page(request, "account.html", 400, **{**_account(request), "error": error})
    return page(request, "account.html", **{**_account(request), **shown}) if shown else go("/account?saved=factor")


@router.post("/account/sign-out-everywhere", dependencies=[SIGNED_IN])
def everywhere(request: Request, fields: Posted) -> Response:  # noqa: ARG001  # read for its token
    """End all other sessions of one's own."""
    caller(request).live.access.sign_out_everywhere(acting(request), but=request.cookies.get(COOKIE, ""))
    return go("/account?saved=everywhere")


def _not_same() -> None:
    problem = "the two new passwords are not the same"
    raise InputError(problem, "Type them once more.")


def _role(text: str) -> Role:
    try:
        return Role(text)
    except ValueError as error:
        problem = "there is no such role"
        raise InputError(problem, "Choose one of the list.") from error


def _role_and_shop(request: Request, fields: Fields) -> tuple[Role, str]:
    """What is chosen; a shop counts for a tenant alone, whatever stands in its menu."""
    role = _role(fields["role"])
    shop = fields["shop"] if role is Role.TENANT else ""
    check_shop(caller(request).live.site, role, shop)
    return role, shop


def _address(request: Request, link: str) -> str:
    """A one-time link as it is sent to somebody: under the name that this page was asked for."""
    return f"{request.url.scheme}://{request.url.netloc}/welcome/{link}"


def _users(request: Request) -> dict[str, Any]:
    me = acting(request)
    users = caller(request).live.access.users.list(me)
    roles = [role for role in Role if RIGHTS[role] <= me.rights]
    known = {"users": users, "roles": roles, "me": me.id, "shops": caller(request).live.site.shops}
    return {**known, "error": None, "link": "", "linked": None, "name": ""}


def _tokens(request: Request) -> dict[str, Any]:
    access, me = caller(request).live.access, acting(request)
    names = {user.id: user.name for user in access.users.list(me)}
    known = {"tokens": access.tokens.list(me), "names": names, "rights": sorted(me.rights)}
    return {**known, "now": caller(request).live.clock.now(), "error": None, "made": None, "label": "", "chosen": set()}


def _account(request: Request) -> dict[str, Any]:
    access, me = caller(request).live.access, acting(request)
    user = access.users.get(me, me.id)
    reach = Reach.of(me, caller(request).live.site)
    shop = next((each.name or each.id for each in reach.shops if each.id == user.shop), "")
    known = {"user": user, "shop": shop, "left": access.factor.recovery_left(me.id)}
    return {**known, "error": None, "saved": "", "enrolment": None, "codes": None, "confirming": False, "drawn": drawn}


def drawn(enrolment: Enrolment) -> Markup:
    """The code for the phone's camera, as an element of the page."""
    return Markup(enrolment.svg)  # noqa: S704  # drawn by us, of a secret of ours
