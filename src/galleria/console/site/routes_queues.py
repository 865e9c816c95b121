"""Queues: how long people wait now, and how long they waited; a chart and tables of each, and files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from galleria.analytics.queue_watch import QueueNow
from galleria.app.queueing import GRAINS, QueueAnswer, QueueFigures
from galleria.app.reach import Reach
from galleria.app.study_list import QUEUES
from galleria.domain.access import Right
from galleria.domain.calendar import Grain, days_of, label_of
from galleria.domain.catalogue import CATALOGUE
from galleria.domain.errors import NotFoundError
from galleria.domain.site import Queue

from . import names
from .chart import Chart, chart
from .figures import Figures
from .flow_choice import Choice, fits
from .frame import Caller, PageRoute, acting, caller, needs, page
from .period import Period
from .whole_choice import whole_choice

router = APIRouter(route_class=PageRoute, include_in_schema=False)
MOST_NOW = 8  # queues that are told of this moment, each by itself
_TOLD = ("queue_length", "wait", "abandonment", "tills_needed")


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of a queue's time as charts want it: the wait that 95 of 100 do not exceed, against the target."""

    begin: float
    end: float
    value: float | None
    coverage: float
    before: float | None


@dataclass(frozen=True, slots=True)
class Shown:
    """One queue on the page.

    Attributes:
        whens: what each point is called.
        longest: to draw the bars of hours by.
    """

    answer: QueueAnswer
    drawn: Chart
    says: Sequence[str]
    whens: Sequence[str]
    longest: float


@dataclass(frozen=True, slots=True)
class Now:
    """A queue at this moment; `now` is None while its camera does not see."""

    queue: Queue
    now: QueueNow | None


@router.get("/queues", dependencies=[needs(Right.SEE_UNIT)])
def queues(request: Request) -> Response:
    """Show what the address asks for; to a tenant, of its own unit."""
    here = caller(request)
    figures, desk = Figures(here.locale), here.live.study_desk
    within = Reach.of(acting(request), desk.site)
    if not within.queues:
        return page(request, "queues_empty.html", own=not within.everything)
    chosen = whole_choice(request, GRAINS)
    told = [request.query_params.get("queue") or within.queues[0].id]  # of the others only the whole period is shown
    answers = desk.queues((chosen.dates.begin, chosen.dates.end), chosen.grain, within.queues, told)
    mine = _chosen(request, answers)
    return page(
        request,
        "queues.html",
        chosen=chosen,
        answers=answers,
        one=_shown(here, figures, chosen, mine),
        address=lambda queue: _address(chosen, queue),
        now=pressing(_now(here)),
        most_now=MOST_NOW,
        waiting=desk.studies.waiting(QUEUES, chosen.dates.begin, chosen.dates.end),
        too_long=too_long,
        figures=figures,
        names=names,
        entries=[CATALOGUE[name] for name in _TOLD],
        menus={
            "periods": names.PERIODS,
            "grains": [(grain, names.GRAINS[grain], fits(grain, chosen.dates)) for grain in GRAINS],
            "custom": chosen.period is Period.CUSTOM,
            "queues": [(answer.queue.id, answer.queue.name or answer.queue.id) for answer in answers],
        },
        exports=_exports(chosen),
    )


@router.get("/queues/now", dependencies=[needs(Right.SEE_LIVE)])
def queues_now(request: Request) -> Response:
    """The part of the page that tells this moment."""
    here = caller(request)
    return page(request, "_queues_now.html", now=pressing(_now(here)), most_now=MOST_NOW, figures=Figures(here.locale))


def pressing(now: Sequence[Now]) -> list[Now]:
    """As they are, where there are few; else those over the target first, then by how many wait; the unseen last."""
    if len(now) <= MOST_NOW:
        return list(now)
    return sorted(now, key=_urgency)


def _urgency(one: Now) -> tuple[int, float]:
    if one.now is None:
        return 2, 0.0
    return (0, one.now.long_since) if one.now.long_since is not None else (1, -one.now.waiting)


def too_long(queue: Queue, one: QueueFigures) -> bool:
    """Whether one in twenty waited longer than the target."""
    return one.wait_p95 is not None and one.wait_p95 > queue.target


def _chosen(request: Request, answers: Sequence[QueueAnswer]) -> QueueAnswer:
    asked = request.query_params.get("queue") or answers[0].queue.id
    found = next((answer for answer in answers if answer.queue.id == asked), None)
    if found is None:
        problem = f"there is no queue {asked[:60]!r}"
        raise NotFoundError(problem, "It may have been removed meanwhile: choose from the list.")
    return found


def _address(chosen: Choice, queue: Queue) -> str:
    """The page for another queue, all else as it was chosen."""
    asked = {"queue": queue.id, "period": chosen.period, "grain": chosen.grain}
    if chosen.period is Period.CUSTOM:
        asked |= {"from": chosen.dates.begin.isoformat(), "to": chosen.dates.last.isoformat()}
    return f"/queues?{urlencode(asked)}"


def _now(here: Caller) -> list[Now]:
    if not here.may(Right.SEE_LIVE):
        return []
    known = here.live.alarms.now()
    return [Now(queue, known.get(queue.id)) for queue in here.live.site.queues]


def _shown(here: Caller, figures: Figures, chosen: Choice, answer: QueueAnswer) -> Shown:
    site = here.live.site
    spans: dict[str, tuple[float, float]] = {}
    for day in days_of(site, chosen.dates.begin, chosen.dates.end):
        label = label_of(chosen.grain, date.fromisoformat(day.label))
        spans[label] = (spans.get(label, (day.begin, 0.0))[0], day.end)
    bars = [Bar(*spans[one.label], one.wait_p95, one.coverage, answer.queue.target) for one in answer.points]
    drawn = chart(bars, "seconds", here.locale.zone, here.live.clock.now())
    target = here.locale.words.gettext("target")
    whens = [
        figures.day(date.fromisoformat(one.label)) if chosen.grain is Grain.DAY else figures.stretch(*spans[one.label])
        for one in answer.points
    ]
    longest = max((one.wait_p95 or 0.0 for one in answer.hours), default=0.0)
    return Shown(answer, drawn, figures.says(drawn, target), whens, max(longest, answer.queue.target))


def _exports(chosen: Choice) -> list[tuple[str, str]]:
    asked = {"begin": chosen.dates.begin, "end": chosen.dates.end, "grain": chosen.grain}
    return [("CSV", f"/api/v1/queues.csv?{urlencode(asked)}")]
