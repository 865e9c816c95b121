"""Overview: today at a glance, against the usual day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import Response

from galleria.app.flow_query import CameraToday, CurvePoint, EntranceToday, FlowPoint, Overview
from galleria.app.outlook import Outlook
from galleria.app.outlook_query import DayAhead, DayNote
from galleria.domain.access import Right
from galleria.domain.errors import InputError
from galleria.domain.health import CameraState
from galleria.domain.live import SiteLive

from .chart import WHOLE, Chart, chart
from .figures import Figures
from .frame import PageRoute, caller, needs, page
from .grouped import natural
from .states import all_told

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Door:
    """An entrance today, with bars to one scale for all of them.

    Attributes:
        came: length of the bar, in [0,1].
        usual: where the usual day's mark stands on it; None without a usual day.
    """

    entrance: EntranceToday
    came: float | None
    usual: float | None


@router.get("/", dependencies=[needs(Right.SEE_MEASURES)])
def overview(request: Request) -> Response:
    """Show today so far."""
    here = caller(request)
    if not here.live.site.cameras:
        return page(request, "overview_empty.html")
    now: SiteLive = here.live.live()
    today: Overview = here.live.flows.overview(now.time, now.occupancy)
    drawn = curve(today.curve, here.locale.zone, today.time)
    figures = Figures(here.locale)
    usual = here.locale.words.gettext("usually") if today.usual_days else ""
    return page(
        request,
        "overview.html",
        today=today,
        drawn=drawn,
        says=figures.says(drawn, usual, day=False),
        doors=doors(today.entrances),
        cameras=worst_first(today.cameras),
        troubled=[camera for camera in today.cameras if camera.state is not CameraState.SEEING],
        seeing=sum(camera.state is CameraState.SEEING for camera in today.cameras),
        states=all_told(here.locale.words.gettext),
        whole=WHOLE,
        expected=_expected(here.live.outlook, now.time),
        recent=_recent(here.live.outlook, now.time),
        figures=figures,
    )


def curve(points: Sequence[CurvePoint], zone: ZoneInfo, now: float) -> Chart:
    """Draw comings by quarter hour, with the usual day's."""
    beside = [FlowPoint(p.begin, p.end, p.label, p.value, p.coverage, p.usual) for p in points]
    return chart(beside, "tracks", zone, now)


def _expected(outlook: Outlook, now: float) -> DayAhead | None:
    """Tomorrow, if the forecast was made already."""
    found, day = outlook.forecast_at_hand("site", now), outlook.today(now) + timedelta(days=1)
    return next((one for one in found.days if one.day == day), None) if found else None


def _recent(outlook: Outlook, now: float) -> list[DayNote]:
    """What is to be noted of the last week."""
    today = outlook.today(now)
    try:
        return outlook.notes(today - timedelta(days=7), today, now)
    except InputError:  # of the weather file: the page Compare tells it
        return []


def worst_first(cameras: Sequence[CameraToday]) -> list[CameraToday]:
    """Those that do not see now first, then by how little of today they saw."""
    return sorted(cameras, key=lambda one: (one.state is CameraState.SEEING, one.coverage))


def doors(entrances: Sequence[EntranceToday]) -> list[Door]:
    """Entrances with their bars, the busiest first."""
    values = [v for one in entrances for v in (one.came.value, one.came.usual) if v is not None]
    top = max(values, default=0.0) or 1.0
    named = sorted(entrances, key=lambda one: natural(one.name))
    ordered = sorted(named, key=lambda one: -1.0 if one.came.value is None else one.came.value, reverse=True)
    return [Door(one, _share(one.came.value, top), _share(one.came.usual, top)) for one in ordered]


def _share(value: float | None, top: float) -> float | None:
    return None if value is None else value / top
