"""Routes for the site and its cameras: how they are set up, and what is drawn in their pictures."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import Header, Query, Response
from pydantic import Field

from galleria.domain.access import Right
from galleria.domain.site import Anchor

from .answers import CameraAnswer, Drawing, Id, Name, PreviewLine, SiteAnswer, Wanted
from .asking import CameraId, Live, router
from .guard import Who, needs
from .ports import LiveSite
from .problems import PreconditionError

routes = router("site")
_Address = Annotated[str, Field(min_length=1, max_length=2000, pattern=r"^[^\x00-\x1f\x7f]*$")]
_Password = Annotated[str, Field(max_length=500, pattern=r"^[^\x00-\x1f\x7f]*$")]
IfMatch = Annotated[
    str | None, Header(max_length=100, description="The `ETag` of what was changed; without it nothing is changed.")
]


class CameraChange(Wanted):
    """Keys of a camera as in a site file; what is left out stays, null takes a key away."""

    name: Name | None = None
    source: _Address | None = None
    substream: _Address | None = None
    anchor: Anchor | None = None
    pass_by: Id | None = None
    transport: Literal["tcp", "udp"] | None = None
    pace: Literal["none", "real"] | None = None
    loop: bool | None = None
    password: Annotated[_Password, Field(description="Kept apart from the site file, and never told.")] = ""

    def values(self) -> dict[str, Any]:
        """What was given, but the password."""
        return self.model_dump(mode="json", exclude_unset=True, exclude={"password", "id"})


class NewCamera(CameraChange):
    """A camera to be."""

    id: Id | None = Field(None, description="Made of the name if it is left out.")
    source: _Address


@routes.get("/site", summary="The site")
@needs(Right.SEE_SITE)
def site(live: Live, response: Response) -> SiteAnswer:
    """Name, time zone, opening hours, entrances."""
    _tag(response, live.setup.revision)
    return SiteAnswer.of(live.site)


@routes.get("/cameras", summary="All cameras")
@needs(Right.SEE_SITE)
def cameras(live: Live, response: Response) -> list[CameraAnswer]:
    """In the site file's order. The `ETag` is what changes have to name in `If-Match`."""
    _tag(response, live.setup.revision)
    return [CameraAnswer.of(camera) for camera in live.site.cameras]


@routes.post("/cameras", status_code=201, summary="Add a camera")
@needs(Right.CHANGE_SITE)
def add_camera(live: Live, who: Who, response: Response, wanted: NewCamera, if_match: IfMatch = None) -> CameraAnswer:
    """It is watched at once. A password in the address is taken out of it and kept apart."""
    seen = matched(live, if_match)
    values = {key: value for key, value in wanted.values().items() if value is not None}
    name, revision = live.setup.add_camera(who, values, camera=wanted.id or "", password=wanted.password, revision=seen)
    return _changed(live, response, name, revision)


@routes.get("/cameras/{camera}", summary="One camera")
@needs(Right.SEE_SITE)
def one_camera(live: Live, response: Response, camera: CameraId) -> CameraAnswer:
    """Its source without passwords."""
    _tag(response, live.setup.revision)
    return CameraAnswer.of(live.site.camera(camera))


@routes.patch("/cameras/{camera}", summary="Change a camera")
@needs(Right.CHANGE_SITE)
def change_camera(
    live: Live, who: Who, response: Response, camera: CameraId, wanted: CameraChange, if_match: IfMatch = None
) -> CameraAnswer:
    """Other cameras are not disturbed."""
    seen = matched(live, if_match)
    revision = live.setup.change_camera(who, camera, wanted.values(), password=wanted.password, revision=seen)
    return _changed(live, response, camera, revision)


@routes.delete("/cameras/{camera}", status_code=204, summary="Remove a camera")
@needs(Right.CHANGE_SITE)
def remove_camera(live: Live, who: Who, camera: CameraId, if_match: IfMatch = None) -> None:
    """What it has counted stays."""
    live.setup.remove_camera(who, camera, revision=matched(live, if_match))


@routes.get("/cameras/{camera}/drawing", summary="What is drawn in a camera's picture")
@needs(Right.SEE_SITE)
def drawing(live: Live, response: Response, camera: CameraId) -> Drawing:
    """Tripwires, zones, masks and the lane."""
    _tag(response, live.setup.revision)
    return Drawing.of(live.site.camera(camera))


@routes.put("/cameras/{camera}/drawing", summary="Draw in a camera's picture")
@needs(Right.CHANGE_SITE)
def draw(
    live: Live, who: Who, response: Response, camera: CameraId, wanted: Drawing, if_match: IfMatch = None
) -> Drawing:
    """Replaces all that was drawn. The camera stays connected. Another lane ends what two people signed for it."""
    seen = matched(live, if_match)
    tripwires = [line.record() for line in wanted.tripwires]
    zones = [zone.record() for zone in wanted.zones]
    lane = wanted.lane_after(live.setup.camera(camera).camera)
    revision = live.setup.draw(who, camera, tripwires, zones, wanted.polygons(), lane, revision=seen)
    return _changed(live, response, camera, revision).drawing


@routes.post("/cameras/{camera}/preview", summary="What these lines would have counted on the last minute")
@needs(Right.CHANGE_SITE)
def preview(live: Live, camera: CameraId, wanted: Drawing) -> list[PreviewLine]:
    """From the ways of the last minute's tracks; no pixels are kept for it. Changes nothing."""
    live.site.camera(camera)
    found = live.preview(camera, [line.record() for line in wanted.tripwires])
    return [PreviewLine(tripwire=line, came=came, went=went) for line, (came, went) in found.items()]


@routes.get(
    "/cameras/{camera}/snapshot",
    summary="A camera's picture now, heads blurred",
    response_class=Response,
    responses={200: {"content": {"image/jpeg": {}}, "description": "For setting up only; never stored."}},
)
@needs(Right.CHANGE_SITE)
def snapshot(
    live: Live, camera: CameraId, width: Annotated[int, Query(ge=16, le=1920, description="Pixels.")] = 960
) -> Response:
    """Made for this answer, and not kept."""
    live.site.camera(camera)
    picture = live.snapshot(camera, width)
    return Response(picture, media_type="image/jpeg", headers={"Cache-Control": "no-store, private"})


@routes.post("/cameras/{camera}/accept-view", status_code=204, summary="The camera looks where it is to look now")
@needs(Right.CHANGE_SITE)
def accept_view(live: Live, who: Who, camera: CameraId) -> None:
    """After it was moved on purpose."""
    live.accept_view(who, camera)


def matched(live: LiveSite, given: str | None) -> str:
    """The revision that a change was made to.

    Raises:
        PreconditionError: none is given, or it is not the present one.
    """
    present = live.setup.revision
    if given is None:
        problem = "a change has to name what it was made to"
        raise PreconditionError(problem, "Send the `ETag` as `If-Match`.", HTTPStatus.PRECONDITION_REQUIRED)
    if given.strip() not in {_quoted(present), "*"}:
        problem = "somebody else has changed the site meanwhile"
        raise PreconditionError(problem, "Load it again.", HTTPStatus.PRECONDITION_FAILED)
    return present


def _changed(live: LiveSite, response: Response, camera: str, revision: str) -> CameraAnswer:
    _tag(response, revision)
    return CameraAnswer.of(live.site.camera(camera))


def _tag(response: Response, revision: str) -> None:
    response.headers["ETag"] = _quoted(revision)


def _quoted(revision: str) -> str:
    return f'"{revision}"'
