"""What routes have in common: the site behind the application, periods, and the router's own kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Path, Query, Request

from galleria.domain.calendar import Compare, Grain
from galleria.domain.errors import InputError
from galleria.domain.time import parse_instant, trading_day, zone_named

from .guard import GuardedRoute
from .ports import LiveSite
from .problems import MEDIA

FIRST, LAST = date(2000, 1, 1), date(2199, 12, 31)
_LONGEST = 3660  # days
_MOST_POINTS = 150_000
_PER_DAY = {Grain.QUARTER_HOUR: 100, Grain.HOUR: 25, Grain.DAY: 1, Grain.WEEK: 1, Grain.MONTH: 1}

PROBLEMS: dict[int | str, dict[str, Any]] = {
    "default": {
        "description": "What is wrong, and what to do (RFC 9457).",
        "content": {MEDIA: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
}


def router(tag: str) -> APIRouter:
    """A router whose routes are guarded, and whose errors are problems."""
    return APIRouter(route_class=GuardedRoute, tags=[tag], responses=PROBLEMS)


def _live(request: Request) -> LiveSite:
    return cast("LiveSite", request.app.state.live)


Live = Annotated[LiveSite, Depends(_live)]
CameraId = Annotated[str, Path(max_length=100, description="A camera's id.")]


@dataclass(frozen=True, slots=True)
class Days:
    """Trading days that open on the dates [begin, end)."""

    begin: date
    end: date


def _days(
    live: Live,
    begin: Annotated[date | None, Query(ge=FIRST, le=LAST, description="First trading day; default: today.")] = None,
    end: Annotated[
        date | None, Query(ge=FIRST, le=LAST, description="The day after the last one; default: the day after `begin`.")
    ] = None,
) -> Days:
    begin = begin or date.fromisoformat(trading_day(live.site, live.clock.now()).label)
    end = end or begin + timedelta(days=1)
    if not 0 < (end - begin).days <= _LONGEST:
        problem = f"the period from {begin} to {end} is empty or longer than ten years"
        raise InputError(problem, "`end` is the day after the last one.")
    return Days(begin, end)


Period = Annotated[Days, Depends(_days)]
GrainAsked = Annotated[Grain, Query(description="How finely the period is divided.")]
CompareAsked = Annotated[Compare, Query(description="The same weekdays earlier.")]


def bound(period: Days, grain: Grain, series: int) -> None:
    """Refuse what would be too long an answer.

    Raises:
        InputError: it would.
    """
    if (period.end - period.begin).days * _PER_DAY[grain] * series > _MOST_POINTS:
        problem = "this asks for too many numbers at once"
        raise InputError(problem, "Ask for a shorter period, a coarser grain or fewer subjects.")


@dataclass(frozen=True, slots=True)
class Instants:
    """[begin, end), seconds since 1970-01-01 UTC."""

    begin: float
    end: float


_WHEN = "A date or time, e.g. 2026-03-29 or 2026-03-29T14:00, the site's local time without an offset."


def _instants(
    live: Live,
    begin: Annotated[str | None, Query(max_length=40, description=f"{_WHEN} Default: a day ago.")] = None,
    end: Annotated[str | None, Query(max_length=40, description=f"{_WHEN} Default: now.")] = None,
) -> Instants:
    zone, now = zone_named(live.site.zone), live.clock.now()
    last = parse_instant(end, zone) if end else now
    first = parse_instant(begin, zone) if begin else last - 86400
    if not first < last or last - first > _LONGEST * 86400 or first < 0:
        problem = "this period is empty, longer than ten years or before 1970"
        raise InputError(problem, "`end` comes after `begin`.")
    return Instants(first, last)


Span = Annotated[Instants, Depends(_instants)]
