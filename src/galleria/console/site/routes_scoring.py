"""Scoring a camera with clips whose truth is known: which there are, how far it is, what came of it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from galleria.domain.access import Right
from galleria.domain.errors import StoreError

from .frame import PageRoute, Posted, acting, caller, go, needs, page

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/cameras/{camera}/labelled", dependencies=[needs(Right.CHANGE_SITE)])
def labelled(request: Request, camera: str) -> Response:
    """The section alone, as it is now."""
    caller(request).live.site.camera(camera)
    return page(request, "_labelled.html", labelled=labelled_part(request, camera), alone=True)


@router.post("/cameras/{camera}/score", dependencies=[needs(Right.CHANGE_SITE)])
def score(request: Request, camera: str, fields: Posted) -> Response:
    """Score a clip."""
    caller(request).live.site.camera(camera)
    caller(request).live.scoring.start(acting(request), camera, fields["clip"])
    return go(f"/cameras/{camera}#labelled")


def labelled_part(request: Request, camera: str) -> dict[str, object]:
    """What the section of a camera's labelled clips shows."""
    scoring = caller(request).live.scoring
    try:
        clips, error = scoring.clips(camera), None
    except StoreError as wrong:  # the rest of the page can be used all the same
        clips, error = [], wrong
    folder = scoring.folder_of(camera)
    return {"camera": camera, "clips": clips, "busy": scoring.busy, "folder": folder, "error": error}
