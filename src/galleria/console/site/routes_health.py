"""Health: how every camera is and was, why, and what to do about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import Response

from galleria.analytics.occupancy import Drift
from galleria.domain.access import Right
from galleria.domain.health import CameraState, Condition
from galleria.domain.live import CameraLive, SiteLive
from galleria.domain.site import Camera
from galleria.domain.time import quarter_hours, trading_day

from .axis import Tick, time_ticks
from .figures import Figures
from .frame import Caller, PageRoute, Posted, acting, caller, go, needs, page
from .grouped import natural
from .states import all_told
from .timeline import Strip, strip

router = APIRouter(route_class=PageRoute, include_in_schema=False)

_SHORT = 1.0  # seconds; a state as short as this is no news
_MOST_ROWS = 200
_ALIKE = 6  # cameras in one state that are told each by itself; more have one cause, and one card


class Span(StrEnum):
    """How far back the page looks."""

    DAY = "24h"
    WEEK = "7d"

    @property
    def seconds(self) -> float:
        return 86400.0 if self is Span.DAY else 7 * 86400.0


@dataclass(frozen=True, slots=True)
class CameraHealth:
    """One camera: now (None: it is not running yet), and its strip of the span."""

    camera: Camera
    now: CameraLive | None
    strip: Strip
    times: int

    @property
    def state(self) -> CameraState:
        return self.now.state if self.now else CameraState.STARTING

    @property
    def needs_somebody(self) -> bool:
        """Whether somebody has to look after it."""
        return self.state not in (CameraState.SEEING, CameraState.OFF)

    @property
    def dropped(self) -> float | None:
        """Share of the frames to be analysed that were dropped; None before there was any."""
        wanted = self.now.analysed + self.now.dropped if self.now else 0
        return self.now.dropped / wanted if self.now and wanted else None


@dataclass(frozen=True, slots=True)
class Trouble:
    """Cameras that need somebody, all in the same state."""

    state: CameraState
    cameras: Sequence[CameraHealth]


@router.get("/health", dependencies=[needs(Right.SEE_HEALTH)])
def health(request: Request) -> Response:
    """Show all cameras, those that need somebody first."""
    here = caller(request)
    if not here.live.site.cameras:
        return page(request, "overview_empty.html")
    now: SiteLive = here.live.live()
    span = Span.WEEK if request.query_params.get("span") == Span.WEEK else Span.DAY
    end = now.time
    begin = end - span.seconds
    conditions: Sequence[Condition] = here.live.conditions(begin, end)
    cameras = judged(here.live.site.cameras, now.cameras, conditions, begin, end)
    named = {camera.id: camera.name or camera.id for camera in here.live.site.cameras}
    told = [c for c in conditions if c.state is not CameraState.SEEING and (c.end or end) - c.begin > _SHORT]
    ordered = sorted(told, key=lambda c: -c.begin)
    return page(
        request,
        "health.html",
        now=now,
        span=span,
        cameras=cameras,
        troubles=troubles(cameras),
        seeing=sum(one.state is CameraState.SEEING for one in cameras),
        conditions=ordered[:_MOST_ROWS],
        more=max(len(ordered) - _MOST_ROWS, 0),
        named=named,
        states=all_told(here.locale.words.gettext),
        drift=_drift(here) if here.may(Right.SEE_MEASURES) else None,
        ticks=ticks(begin, end, here.locale.zone),
        figures=Figures(here.locale),
    )


def troubles(cameras: Sequence[CameraHealth]) -> list[Trouble]:
    """Those that need somebody, in their order: each by itself, or as one with all others in the same state."""
    needy = [one for one in cameras if one.needs_somebody]
    alike = {state: [one for one in needy if one.state is state] for state in dict.fromkeys(one.state for one in needy)}
    found: list[Trouble] = []
    for state, some in alike.items():
        found += [Trouble(state, some)] if len(some) > _ALIKE else [Trouble(state, [one]) for one in some]
    return found


def _drift(here: Caller) -> tuple[date, Drift] | None:
    """What the last closed day was off by; None while nobody has come or gone."""
    live = here.live
    day = date.fromisoformat(trading_day(live.site, live.clock.now()).label) - timedelta(days=1)
    found = live.flows.drift(day)
    return (day, found) if any(came + went for came, went in found.crossed.values()) else None


def ticks(begin: float, end: float, zone: ZoneInfo) -> list[Tick]:
    """Ticks of the strips, at their exact places."""
    slots = [bucket.begin for bucket in quarter_hours(zone, begin, end)]
    placed = (replace(tick, at=(tick.time - begin) / (end - begin)) for tick in time_ticks(slots, end, zone))
    return [tick for tick in placed if tick.at >= 0]


@router.post("/health/{camera}/accept", dependencies=[needs(Right.CHANGE_SITE)])
def accept(request: Request, camera: str, fields: Posted) -> Response:
    """Take a moved camera's present view as the one that belongs."""
    caller(request).live.accept_view(acting(request), camera)
    return go("/health?span=7d" if fields["span"] == Span.WEEK else "/health")


def judged(
    cameras: Sequence[Camera],
    lives: Mapping[str, CameraLive],
    conditions: Sequence[Condition],
    begin: float,
    end: float,
) -> list[CameraHealth]:
    """All cameras with their strips: first those that somebody has to look after, worst coverage first."""
    by_camera: dict[str, list[Condition]] = defaultdict(list)
    for condition in conditions:
        by_camera[condition.camera].append(condition)
    found = []
    for camera in cameras:
        laid = strip(by_camera[camera.id], begin, end)
        blind = sum(piece.state not in (CameraState.SEEING, None) for piece in laid.pieces)
        found.append(CameraHealth(camera, lives.get(camera.id), laid, blind))
    named = sorted(found, key=lambda one: natural(one.camera.name or one.camera.id))
    return sorted(named, key=lambda one: (not one.needs_somebody, one.strip.seen))
