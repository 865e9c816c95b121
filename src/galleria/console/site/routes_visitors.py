"""Visitors: unique and returning ones, age and gender, moods, audiences; a chart and a table of each, and files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from galleria.app.study_list import VISITS
from galleria.app.visiting_query import (
    Absent,
    AudienceRow,
    BandTable,
    Bin,
    MoodRow,
    TalliesAnswer,
    VisitorsAnswer,
    VisitorsPoint,
)
from galleria.app.visits_answers import visits_answer
from galleria.domain.access import Right
from galleria.domain.calendar import Grain
from galleria.domain.catalogue import CATALOGUE

from . import names, visitor_words
from .chart import Seen, Slot, chart
from .figures import Figures
from .flow_choice import Choice, fits
from .frame import PageRoute, caller, needs, page
from .locale import Locale
from .period import Period
from .whole_choice import whole_choice

router = APIRouter(route_class=PageRoute, include_in_schema=False)
_GRAINS = (Grain.DAY, Grain.WEEK, Grain.MONTH)
_STAYS = ("visits", "passers", "visit_dwell", "bounce", "capture_rate", "density")
_FILES = ("visitors", "demographics", "experience", "audience")


@dataclass(frozen=True, slots=True)
class Bar:
    """A point of unique visitors, as charts want it."""

    begin: float
    end: float
    value: float | None
    coverage: float
    before: float | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A place with its row over the period and its rows by time of day."""

    whole: MoodRow | AudienceRow
    rows: Sequence[MoodRow | AudienceRow]


@router.get("/visitors", dependencies=[needs(Right.SEE_MEASURES)])
def visitors(request: Request) -> Response:
    """Show what the address asks for."""
    here = caller(request)
    live, figures = here.live, Figures(here.locale)
    now: float = live.clock.now()
    chosen = whole_choice(request, _GRAINS, opens=Period.LAST_28_DAYS)
    period, grain = (chosen.dates.begin, chosen.dates.end), chosen.grain
    answer = live.visiting.visitors(period, grain, now)
    bands, moods = live.visiting.demographics(period, now), live.visiting.experience(period, now)
    screens = live.visiting.audience(period, now)
    drawn = chart([_bar(one) for one in answer.points], "tracks", here.locale.zone, now)
    empty = _empty(answer, (bands, moods, screens))
    return page(
        request,
        "visitors_empty.html" if empty and not live.site.purposes else "visitors.html",
        chosen=chosen,
        answer=answer,
        bands=bands,
        moods=_places(moods.moods),
        moods_answer=moods,
        screens=_places(screens.audiences),
        screens_answer=screens,
        drawn=drawn,
        says=[
            _says(slot, point, _when(point, grain, figures), here.locale)
            for slot, point in zip(drawn.slots, answer.points, strict=True)
        ],
        whens=[_when(point, grain, figures) for point in answer.points],
        visits=_bars(answer.visits),
        since=_bars(answer.since),
        most_first=max((n.value or 0 for one in answer.first_seen for n in (one.new, one.back)), default=0),
        most=most_of,
        figures=figures,
        names=names,
        told=visitor_words,
        errors=lambda some: [visitor_words.error_words(one, here.locale) for one in some],
        stays=visits_answer(live.study_desk, period, None),
        stays_entries=[CATALOGUE[name] for name in _STAYS],
        visits_file=f"/api/v1/visits.csv?{urlencode({**_dates(chosen), 'grain': str(grain)})}",
        waiting=live.study_desk.studies.waiting(VISITS, *period),
        menus=_menus(chosen),
        exports=_exports(chosen),
    )


def most_of(table: BandTable) -> float:
    """The largest cell of a table, to draw the others by."""
    return max((cell.value or 0 for line in table.cells for cell in line), default=0) or 1


def _empty(answer: VisitorsAnswer, others: Sequence[TalliesAnswer]) -> bool:
    """Whether there is nothing at all because nothing is declared."""
    whys = {answer.whole.unique.why, answer.whole.returning.why, *(one.why for one in others)}
    return whys == {Absent.UNDECLARED}


def _bar(point: VisitorsPoint) -> Bar:
    return Bar(point.begin, point.end, point.unique.value, point.coverage)


def _when(point: VisitorsPoint, grain: Grain, figures: Figures) -> str:
    if grain is Grain.DAY:  # its length depends on when the site opens next
        return figures.day(date.fromisoformat(point.label))
    return figures.stretch(point.begin, point.end)


def _says(slot: Slot, point: VisitorsPoint, when: str, locale: Locale) -> str:
    """What a bar says when it is pointed at."""
    say = locale.words.gettext
    if point.unique.why is not None:
        return f"{when}: {say(visitor_words.SHORT[point.unique.why])}"
    parts = [Figures(locale).measured(point.unique.value, "tracks")]
    if slot.seen is Seen.PART:
        parts.append(say("%s of the time seen") % locale.percent(point.coverage))
    return f"{when}: {' · '.join(parts)}"


def _bars(bins: Sequence[Bin]) -> list[tuple[Bin, float]]:
    """Bins and how long their bars are, as shares of the longest."""
    most = max((one.count.value or 0 for one in bins), default=0) or 1
    return [(one, (one.count.value or 0) / most) for one in bins]


def _places(rows: Sequence[MoodRow] | Sequence[AudienceRow]) -> list[Place]:
    """Rows by place: the one over the period, and those by time of day."""
    return [
        Place(whole, [row for row in rows if row.where == whole.where and row.label])
        for whole in rows
        if not whole.label
    ]


def _menus(chosen: Choice) -> dict[str, object]:
    return {
        "periods": names.PERIODS,
        "grains": [(grain, names.GRAINS[grain], fits(grain, chosen.dates)) for grain in _GRAINS],
        "custom": chosen.period is Period.CUSTOM,
    }


def _dates(chosen: Choice) -> dict[str, str]:
    return {"begin": str(chosen.dates.begin), "end": str(chosen.dates.end)}


def _exports(chosen: Choice) -> list[tuple[str, str]]:
    """Names and addresses of files."""
    period = _dates(chosen)
    asked = {"visitors": period | {"grain": str(chosen.grain)}}
    return [(name, f"/api/v1/{name}.csv?{urlencode(asked.get(name, period))}") for name in _FILES]
