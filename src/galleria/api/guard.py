"""Who may use a route. Every route says what it needs; one that says nothing cannot be made."""

from __future__ import annotations

import ipaddress
import secrets
from collections.abc import Callable, Coroutine
from enum import StrEnum
from typing import Annotated, Any, TypeAlias, TypeVar, cast

from fastapi import APIRouter, Depends, Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from galleria.app.access import COOKIE, CSRF_HEADER, Access
from galleria.domain.access import Actor, Right
from galleria.domain.errors import AccessError, SignInError

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_PROXIES = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
_DECLARED = "galleria_needs"


class Door(StrEnum):
    """What a route may declare instead of a right."""

    OPEN = "open"  # to everybody who reaches it
    SIGNED_IN = "signed-in"  # to whoever is known, whatever they may do
    LOCAL = "local"  # to programs on this machine; to others with Right.SEE_HEALTH


Need: TypeAlias = Right | Door
OPEN = Door.OPEN
SIGNED_IN = Door.SIGNED_IN
LOCAL = Door.LOCAL
_Endpoint = TypeVar("_Endpoint", bound=Callable[..., object])


class UndeclaredError(TypeError):
    """A route says neither what right it needs nor that it is open: a mistake of ours; the program must not start."""


def needs(need: Need) -> Callable[[_Endpoint], _Endpoint]:
    """Declare what a route's function asks of its callers. Stands below the route's own decorator."""

    def declare(endpoint: _Endpoint) -> _Endpoint:
        setattr(endpoint, _DECLARED, need)
        return endpoint

    return declare


def need_of(endpoint: object) -> Need | None:
    """What was declared; None: nothing."""
    need = getattr(endpoint, _DECLARED, None)
    return need if isinstance(need, Right | Door) else None


class GuardedRoute(APIRoute):
    """A route that finds out who asks, and lets in who may, before it reads anything of what they sent."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:  # noqa: ANN401
        need = need_of(endpoint)
        if need is None:
            problem = f"the route {path} declares no right, nor that it is open"
            raise UndeclaredError(problem)
        extra = {**(options.pop("openapi_extra", None) or {}), "x-needs": need.value}
        if need is OPEN:
            extra["security"] = []
        super().__init__(path, endpoint, openapi_extra=extra, **options)
        self.need = need

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        need = cast("Need", need_of(self.endpoint))

        async def guarded(request: Request) -> Response:
            # The records are asked in a thread: they may wait for the disk.
            request.state.actor = await run_in_threadpool(admit, request, need)
            return await handle(request)

        return guarded


def check_declared(router: APIRouter) -> None:
    """Make sure that nobody slipped in a route beside the guarded ones.

    Raises:
        UndeclaredError: a route is not guarded.
    """
    for route in router.routes:
        if not isinstance(route, GuardedRoute):
            problem = f"the route {getattr(route, 'path', route)} is not guarded"
            raise UndeclaredError(problem)


def admit(request: Request, need: Need) -> Actor | None:
    """Who asks, if they may.

    Returns:
        None for nobody, at an open route.

    Raises:
        SignInError: nobody, or a token or session that is not valid.
        AccessError: somebody who may not, or a write from a page that is not ours.
    """
    if need is OPEN or (need is LOCAL and _is_local(request)):
        return None
    if need is LOCAL:
        need = Right.SEE_HEALTH
    actor = _who(request, _access(request))
    if actor is None:
        problem = "nobody is signed in"
        raise SignInError(problem, "Sign in, or send `Authorization: Bearer gal_…` with a token.")
    if isinstance(need, Right) and not actor.may(need):
        problem = f"this needs the right {need.value!r}"
        raise AccessError(problem, "Ask an administrator for a role or a token that has it.")
    return actor


def _is_local(request: Request) -> bool:
    """Whether it comes from this machine; a proxy here that speaks for somebody elsewhere says so."""
    if any(name in request.headers for name in _PROXIES):
        return False
    try:
        return request.client is not None and ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def _access(request: Request) -> Access:
    return cast("Access", request.app.state.live.access)


def _who(request: Request, access: Access) -> Actor | None:
    if given := request.headers.get("authorization"):
        scheme, _, text = given.partition(" ")
        actor = access.actor_of_token(text.strip()) if scheme.lower() == "bearer" else None
        if actor is None:
            problem = "this token is not valid"
            raise SignInError(problem, "It may have expired or been revoked; make a new one in the settings.")
        return actor
    session = access.session(request.cookies.get(COOKIE, ""))
    if session is None:
        return None
    if request.method not in _SAFE:
        # Browsers send the cookie with whatever page asks; only our own pages know the session's second secret.
        brought = request.headers.get(CSRF_HEADER, "")
        if not secrets.compare_digest(brought.encode(), session.csrf.encode()):
            problem = f"the header {CSRF_HEADER} is missing or not this session's"
            raise AccessError(problem, "Load the page again.")
    return session.actor


def _actor(request: Request) -> Actor:
    actor = request.state.actor
    if not isinstance(actor, Actor):
        problem = "an open route has no actor"
        raise UndeclaredError(problem)
    return actor


Who = Annotated[Actor, Depends(_actor)]
