"""Routes for what happens now, and for what was wrong with cameras."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, cast

from fastapi import Query, Request, Response

from galleria.domain.access import Right
from galleria.domain.errors import GalleriaError
from galleria.domain.live import CameraLive, SiteLive

from .answers import CameraLiveAnswer, ConditionAnswer, InOut, OccupancyAnswer, SiteLiveAnswer
from .asking import Live, Span, router
from .guard import Who, admit, needs
from .stream import EventStream, Streams

routes = router("live")


@routes.get("/live", summary="What the site is doing now")
@needs(Right.SEE_LIVE)
def live_now(live: Live) -> SiteLiveAnswer:
    """Counts, and tracks as dots: no pixels."""
    return live_answer(live.live())


@routes.get(
    "/live/events",
    summary="What happens, as it happens",
    response_class=Response,
    responses={200: {"content": {"text/event-stream": {}}, "description": "Server-sent events, without end."}},
)
@needs(Right.SEE_LIVE)
async def events(request: Request) -> Response:
    """Each event is written to the journal before it is sent. Who does not keep up is cut off, and connects again."""
    streams = cast("Streams", request.app.state.streams)
    return EventStream(streams, _still(request))


@routes.post("/occupancy/reset", status_code=204, summary="Nobody is inside")
@needs(Right.CHANGE_SITE)
def reset_occupancy(live: Live, who: Who) -> None:
    """For somebody who has seen it; at closing it happens by itself."""
    live.reset_occupancy(who)


@routes.get("/conditions", summary="What was wrong with cameras, and when")
@needs(Right.SEE_HEALTH)
def conditions(
    live: Live, span: Span, camera: Annotated[str | None, Query(max_length=100, description="Only this one.")] = None
) -> list[ConditionAnswer]:
    """Stretches that overlap the period, by camera and time."""
    found = [c for c in live.conditions(span.begin, span.end) if camera is None or c.camera == camera]
    return [ConditionAnswer.model_validate(c) for c in sorted(found, key=lambda c: (c.camera, c.begin))]


def live_answer(now: SiteLive) -> SiteLiveAnswer:
    """A picture of now as the API tells it."""
    cameras = [_camera(camera) for camera in now.cameras.values()]
    occupancy = OccupancyAnswer.model_validate(now.occupancy)
    return SiteLiveAnswer(time=now.time, day=now.day, occupancy=occupancy, cameras=cameras)


def _camera(now: CameraLive) -> CameraLiveAnswer:
    crossings = {line: InOut(came=came, went=went) for line, (came, went) in now.crossings.items()}
    names = CameraLiveAnswer.model_fields.keys() - {"crossings"}
    return CameraLiveAnswer.model_validate({**{name: getattr(now, name) for name in names}, "crossings": crossings})


def _still(request: Request) -> Callable[[], bool]:
    def still() -> bool:
        try:
            admit(request, Right.SEE_LIVE)
        except GalleriaError:
            return False
        return True

    return still
