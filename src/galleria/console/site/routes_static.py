"""Scripts, styles and the font. Names hold their content's hash, so browsers keep them for good."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response

from .assets import Assets
from .frame import OPEN, PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)
_assets = Assets()


@router.get("/static/{name}", dependencies=[OPEN])
def static(request: Request, name: str) -> Response:  # noqa: ARG001  # the frame's signature
    """A built file."""
    path, kind = _assets.file(name)
    age = "public, max-age=31536000, immutable" if "-" in name else "public, max-age=300"
    return FileResponse(path, media_type=kind, headers={"Cache-Control": age})


@router.get("/favicon.ico", dependencies=[OPEN])
def favicon() -> Response:
    """The icon, where browsers look for it unasked."""
    path, kind = _assets.file("icon.svg")
    return FileResponse(path, media_type=kind, headers={"Cache-Control": "public, max-age=86400"})
