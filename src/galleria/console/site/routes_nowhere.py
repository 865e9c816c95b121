"""Addresses that are none, told to people as a page; it comes last."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from galleria.domain.errors import NotFoundError

from .frame import OPEN, PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/{path:path}", dependencies=[OPEN])
def nowhere(request: Request, path: str) -> Response:  # noqa: ARG001  # the frame's signature
    """Say that there is nothing; to programs in their own way."""
    if path.startswith("api/"):
        raise HTTPException(404)
    problem = "there is no such page"
    raise NotFoundError(problem, "Check the address, or begin at the overview.")
