"""The application: every route of the API, behind the shields, with its description (OpenAPI 3.1)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi

from galleria import __version__
from galleria.app.access import COOKIE, CSRF_HEADER

from . import (
    routes_benchmarks,
    routes_conversion,
    routes_exports,
    routes_health,
    routes_live,
    routes_measures,
    routes_members,
    routes_outlook,
    routes_people,
    routes_purposes,
    routes_sales,
    routes_scoring,
    routes_site,
    routes_studies,
    routes_visitors,
    routes_visits,
)
from .guard import check_declared
from .marking import Marking
from .ports import LiveSite
from .problems import Problem, add_handlers
from .shields import Shields
from .stream import Streams

PREFIX = "/api/v1"
MOST_BYTES = 1 << 20  # of a request's body
_ROUTES = (
    routes_site,
    routes_scoring,
    routes_live,
    routes_measures,
    routes_outlook,
    routes_benchmarks,
    routes_exports,
    routes_people,
    routes_purposes,
    routes_members,
    routes_visitors,
    routes_sales,
    routes_conversion,
    routes_studies,
    routes_visits,
)
_TEXT = """Visitor analytics of one site: what cameras counted, what they count now, and how they are set up.

Instants are seconds since 1970-01-01 UTC; trading days are dates in the site's zone. A gap is null, never zero.
Send `Authorization: Bearer gal_…`. Errors are `application/problem+json`."""


def create_app(
    live: LiveSite,
    *,
    pages: APIRouter | None = None,
    larger: Mapping[str, int] | None = None,
    hosts: Collection[str] = (),
    metrics: Callable[[], str] = lambda: "",
) -> FastAPI:
    """Make the application.

    Args:
        live: the running site.
        pages: the console's; they guard themselves.
        larger: bytes that requests to some of their paths may have: forms with pictures.
        hosts: names under which the site is reached besides `localhost` and addresses in figures.
        metrics: text for Prometheus.

    Returns:
        the application. Before its server waits for connections to end, call `app.state.streams.close()`.

    Raises:
        UndeclaredError: a route says neither what right it needs nor that it is open.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        app.state.streams.close()

    app = FastAPI(
        title="Galleria",
        description=_TEXT,
        version=__version__,
        docs_url=None,  # they load their scripts from elsewhere
        redoc_url=None,
        openapi_url="/api/openapi.json",
        redirect_slashes=False,
        lifespan=lifespan,
    )
    app.state.live, app.state.streams, app.state.metrics = live, Streams(live), metrics
    add_handlers(app)
    for module in _ROUTES:
        check_declared(module.routes)
        app.include_router(module.routes, prefix=PREFIX)
    check_declared(routes_health.routes)
    app.include_router(routes_health.routes)
    if pages is not None:
        app.include_router(pages)
    described = _description(app)
    app.openapi = lambda: described  # type: ignore[method-assign]  # as FastAPI's documentation does it
    app.add_middleware(Marking, live=live)
    app.add_middleware(Shields, hosts=hosts, most_bytes=MOST_BYTES, larger=larger)
    return app


def _description(app: FastAPI) -> dict[str, Any]:
    whole: dict[str, Any] = get_openapi(
        title=app.title, version=app.version, openapi_version="3.1.0", description=app.description, routes=app.routes
    )
    parts: dict[str, Any] = whole.setdefault("components", {})
    # Every error refers to it; no route returns it, so FastAPI does not describe it.
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    parts.setdefault("schemas", {}).update(problem.pop("$defs", {}))
    parts["schemas"]["Problem"] = problem
    parts["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer"},
        "session": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": f"Writes need {CSRF_HEADER} too."},
    }
    for operation in _operations(whole):
        operation.setdefault("security", [{"token": []}, {"session": []}])
    return whole


def _operations(whole: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [operation for path in whole["paths"].values() for operation in path.values()]
