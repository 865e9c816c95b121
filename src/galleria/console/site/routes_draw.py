"""Drawing lines, zones, masks and the lane over a camera's picture, and what the lines would have counted."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from galleria.app.setup_lane import same_lane
from galleria.domain.access import Right
from galleria.domain.errors import ConflictError, GalleriaError, NotFoundError, SiteFileError

from .drawing import drawn_of, page_drawing, page_faults, read_drawing
from .frame import PageRoute, Posted, acting, caller, needs, page
from .lane_words import lane_words

router = APIRouter(route_class=PageRoute, include_in_schema=False)
_WIDTHS = (320, 640, 960, 1280, 1920)


@router.get("/cameras/{camera}/draw", dependencies=[needs(Right.CHANGE_SITE)])
def draw_page(request: Request, camera: str, first: bool = False) -> Response:  # noqa: FBT001, FBT002  # a query
    """The editor. `first`: as a step of the first run."""
    live = caller(request).live
    known = live.setup.camera(camera)
    site, revision = live.setup.shown()
    drawing = page_drawing(known.camera, site.entrances, revision)
    lane = lane_words(request, camera)
    return page(request, "draw.html", camera=known.camera, drawing=drawing, first=first, lane=lane)


@router.get("/cameras/{camera}/picture", dependencies=[needs(Right.CHANGE_SITE)])
def picture(request: Request, camera: str, width: int = 960) -> Response:
    """A picture for setting up, heads blurred. 404 while there is none."""
    wanted = next((w for w in _WIDTHS if w >= width), _WIDTHS[-1])
    try:
        jpeg = caller(request).live.snapshot(camera, wanted)
    except GalleriaError:
        return Response(status_code=404)
    return Response(jpeg, media_type="image/jpeg", headers={"Cache-Control": "no-store"})


@router.post("/cameras/{camera}/draw", dependencies=[needs(Right.CHANGE_SITE)])
def save(request: Request, camera: str, fields: Posted) -> Response:
    """Save what is drawn. Answers as data: the page stays, and shows what is wrong beside the shape.

    428 with a `warning`: another lane ends what was signed; sent again with `agreed`, it is saved.
    """
    here = caller(request)
    setup = here.live.setup
    keys: dict[tuple[str, int], int] = {}
    say = here.locale.words.gettext
    try:
        sent = read_drawing(fields["drawing"])
        site, _ = setup.read()
        drawn = drawn_of(sent, site, camera)
        keys = drawn.keys
        other = not same_lane(drawn.lane, site.camera(camera).lane)
        words = lane_words(request, camera) if other else None
        if words and "agreed" not in fields:
            return JSONResponse({"warning": words.before(removed=drawn.lane is None)}, 428)
        shapes = (drawn.tripwires, drawn.zones, drawn.masks, drawn.lane)
        revision = setup.draw(acting(request), camera, *shapes, revision=sent.revision or None)
        site, _ = setup.read()
    except SiteFileError as error:
        faults = page_faults(error.faults, keys, say) or [{"key": 0, "text": error.problem}]
        return JSONResponse({"faults": faults}, 422)
    except GalleriaError as error:
        kinds = ((ConflictError, 409), (NotFoundError, 404))
        status = next((code for kind, code in kinds if isinstance(error, kind)), 400)
        return JSONResponse({"faults": [{"key": 0, "text": str(error)}]}, status)
    said = {"said": words.saved} if words else {}
    return JSONResponse(page_drawing(site.camera(camera), site.entrances, revision) | said)


@router.post("/cameras/{camera}/preview", dependencies=[needs(Right.CHANGE_SITE)])
def preview(request: Request, camera: str, fields: Posted) -> Response:
    """What the lines as they are drawn now would have counted on the last minute, by the shapes' keys."""
    here = caller(request)
    try:
        sent = read_drawing(fields["drawing"])
        drawn = drawn_of(sent, here.live.site, camera)
        whole = [(line, t) for line, t in zip(sent.lines, drawn.tripwires, strict=True) if t.segment.a != t.segment.b]
        counts = here.live.preview(camera, [t for _, t in whole])
    except GalleriaError as error:
        return JSONResponse({"faults": [{"key": 0, "text": str(error)}]}, 400)
    told = {line.key: counts[t.id] for line, t in whole if t.id in counts}
    return JSONResponse({"counts": {str(key): list(count) for key, count in told.items()}})
