"""Routes for machines that look after the program: alive, ready, metrics. Outside the version: they never change."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from fastapi import Request, Response

from .answers import Alive, Ready
from .asking import Live, router
from .guard import LOCAL, OPEN, needs

routes = router("health")


@routes.get("/healthz", summary="Whether the program answers")
@needs(OPEN)
async def alive() -> Alive:
    """Says nothing of the cameras: a program that answers need not be restarted."""
    return Alive()


@routes.get("/readyz", summary="Whether cameras are watched and what is counted can be written")
@needs(OPEN)
def ready(live: Live, response: Response) -> Ready:
    """Status 503 while it is not."""
    found = Ready(ready=live.ready)
    response.status_code = 200 if found.ready else 503
    return found


@routes.get(
    "/metrics",
    summary="Measurements of the program, for Prometheus",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "Prometheus' format."}},
)
@needs(LOCAL)
def metrics(request: Request) -> Response:
    """Open to the same machine; to others with the right `see-health`."""
    text = cast("Callable[[], str]", request.app.state.metrics)()
    return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")
