"""A period beside last week, last year or the usual one: of the site, by entrance, and by shop."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TypeAlias

from galleria.domain.calendar import Compare, Grain
from galleria.domain.measure import MeasureName
from galleria.domain.site import Site

from .flow_query import FlowAnswer, FlowQuery
from .outlook import Outlook
from .outlook_query import Against, Beside, DayCount

_Place: TypeAlias = tuple[str, str, str]  # key, kind, name


def compare(outlook: Outlook, begin: date, end: date, against: Against) -> list[Beside]:
    """The site, then its entrances, then its shops (whose comings are those over their lines), in the file's order.

    Against the usual day, days that were seen and have a usual one are compared; else quarter hours, like with like.

    Raises:
        InputError: the period is empty or too long.
        StoreError: the roll-ups cannot be read.
    """
    some = list(_places(outlook.site))
    if against is Against.USUAL:
        days = iter(outlook.days_of([key for _, keys in some for key in keys], begin, end))
        return [_usual(place, [next(days) for _ in keys]) for place, keys in some]
    how = Compare(str(against))
    queries = [FlowQuery(MeasureName.IN, key, Grain.DAY, begin, end, how) for _, keys in some for key in keys]
    answers = iter(outlook.flows.queries(queries))
    return [_earlier(place, [next(answers) for _ in keys]) for place, keys in some]


def _places(site: Site) -> Iterator[tuple[_Place, Sequence[str]]]:
    """Each, and the subjects that add up to it."""
    if not any(camera.tripwires for camera in site.cameras):
        return
    yield ("site", "site", site.name or site.id), ["site"]
    for entrance in site.entrances:
        key = f"entrance:{entrance.id}"
        yield (key, "entrance", entrance.name or entrance.id), [key]
    for shop in site.shops:
        if shop.tripwires:
            yield (f"shop:{shop.id}", "shop", shop.name or shop.id), [f"tripwire:{wire}" for wire in shop.tripwires]


def _earlier(place: _Place, answers: Sequence[FlowAnswer]) -> Beside:
    seen = sum(one.coverage for one in answers) / len(answers)
    value, alike, before = (
        _sum([getattr(one, name) for one in answers]) for name in ("total", "alike", "total_before")
    )
    return Beside(*place, value, alike, before, seen)


def _usual(place: _Place, parts: Sequence[Sequence[DayCount]]) -> Beside:
    value = _sum([_known([day.value for day in days]) for days in parts])
    both = [[day for day in days if day.value is not None and day.usual is not None] for days in parts]
    alike = _sum([_known([day.value for day in days]) for days in both])
    before = _sum([_known([day.usual for day in days]) for days in both])
    every = [day.coverage for days in parts for day in days if day.coverage or day.value is not None]
    return Beside(*place, value, alike, before, sum(every) / len(every) if every else 0.0)


def _known(some: Sequence[float | None]) -> float | None:
    known = [one for one in some if one is not None]
    return sum(known) if known else None


def _sum(some: Sequence[float | None]) -> float | None:
    """None where a part is: half a shop is no shop."""
    known = [one for one in some if one is not None]
    return sum(known) if len(known) == len(some) else None
