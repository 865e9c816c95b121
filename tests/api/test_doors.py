"""Every route as every role, with every scope, and as nobody."""

import re

import pytest
from fastapi import FastAPI
from people import PASSWORD

from galleria.api.asking import router
from galleria.api.guard import Door, GuardedRoute, UndeclaredError, check_declared, needs
from galleria.app.access import COOKIE
from galleria.domain.access import RIGHTS, Actor, Right, Role

BODIES = {"POST", "PUT", "PATCH"}


def declared(served):
    """(method, path with ids, need) of everything that the description tells of."""
    described = served.app.openapi()
    for path, operations in described["paths"].items():
        # Ids of things that are not there: who may come in finds nothing, and nothing is changed.
        address = re.sub(r"\{\w+\}", "nothing", path)
        for method, operation in operations.items():
            if path != "/api/v1/live/events":  # without end: see test_live
                yield method.upper(), address, operation["x-needs"]


def ask(client, method, address):
    # A body that no route takes: who may come in is told so.
    body = {"json": {"nonsense": True}} if method in BODIES else {}
    return client.request(method, address, **body).status_code


def allowed(need, rights, *, known):
    if need in {Door.OPEN, Door.LOCAL}:
        return True
    return known and (need == Door.SIGNED_IN or Actor("", "", frozenset(rights)).may(Right(need)))


def walk(served, client, rights, *, known):
    wrong = []
    for method, address, need in declared(served):
        status = ask(client, method, address)
        refused = 403 if known else 401
        if (
            (status == refused) is allowed(need, rights, known=known)
            or status in {401, 403} - {refused}
            or status >= 500
        ):
            wrong.append((method, address, need, status))
    return wrong


def test_there_are_routes_to_walk(quiet):
    routes = list(declared(quiet))
    assert len(routes) >= 40
    console_only = {Right.KIOSK.value}
    wanted = {*(right.value for right in Right), *(door.value for door in Door)} - console_only
    assert {need for _, _, need in routes} == wanted


@pytest.mark.parametrize("role", Role)
def test_a_role_gets_what_is_its_own(quiet, role):
    with quiet.browser(role) as client:
        assert walk(quiet, client, RIGHTS[role], known=True) == []


@pytest.mark.parametrize("right", Right)
def test_a_token_gets_what_is_in_its_scope(quiet, right):
    with quiet.bearer(quiet.site.tokens[right]) as client:
        assert walk(quiet, client, {right}, known=True) == []


def test_nobody_gets_only_what_is_open(quiet):
    with quiet.nobody() as client:
        assert walk(quiet, client, frozenset(), known=False) == []
        answer = client.get("/api/v1/site")
        assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "header", ["Bearer gal_wrong", "Bearer", "Basic YTpi", "gal_x", "Bearer \xff", "bearer  " + "x" * 5000]
)
def test_a_wrong_token_is_nobody_even_with_a_good_cookie(quiet, header):
    with quiet.browser() as client:
        answer = client.get("/api/v1/site", headers={"Authorization": header.encode("latin-1")})
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_cookie_reads_alone_but_writes_only_with_the_pages_secret(quiet):
    with quiet.browser(csrf=False) as client:
        assert client.get("/api/v1/users").status_code == 200
        for headers in ({}, {"X-CSRF-Token": ""}, {"X-CSRF-Token": quiet.site.signed[Role.ANALYST].csrf}):
            assert client.post("/api/v1/users", json={}, headers=headers).status_code == 403
    with quiet.browser() as client:
        assert client.post("/api/v1/users", json={}).status_code == 422


def test_a_session_that_is_over_is_nobody(served):
    signed = served.site.access.sign_in("guard", PASSWORD)
    with served.nobody(cookies={COOKIE: signed.cookie}) as client:
        assert client.get("/api/v1/me").json()["name"] == "guard"
        served.site.access.sign_out(signed.cookie)
        assert client.get("/api/v1/me").status_code == 401


def test_metrics_are_for_this_machine_and_for_who_may_see_health(quiet):
    with quiet.nobody() as client:
        assert client.get("/metrics").status_code == 200
        # A proxy on this machine speaks for somebody elsewhere.
        assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 401
    with quiet.bearer(quiet.site.tokens[Right.SEE_HEALTH]) as client:
        assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 200


def test_a_route_that_declares_nothing_cannot_be_made():
    def silent() -> None:
        """Says nothing."""

    with pytest.raises(UndeclaredError, match="declares no right"):
        router("x").get("/x")(silent)
    beside = router("x")
    beside.get("/good")(needs(Right.SEE_SITE)(silent))
    check_declared(beside)
    beside.add_route("/beside", silent)
    with pytest.raises(UndeclaredError, match="not guarded"):
        check_declared(beside)


def test_every_route_of_the_application_is_guarded(quiet):
    paths = [route.path for route in every_route(quiet.app) if not isinstance(route, GuardedRoute)]
    assert paths == ["/api/openapi.json"]


def every_route(app: FastAPI):
    for route in app.routes:
        inner = getattr(route, "original_router", None)
        yield from inner.routes if inner is not None else [route]
