"""A day that was not as usual, in a sentence: first what was not seen, and only then what else is known of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from statistics import median

from galleria.domain.calendar import Grain, day_of, open_time
from galleria.domain.measure import MeasureName
from galleria.domain.site import Site
from galleria.domain.time import local, zone_named

from .flow_query import FlowPoint, FlowQuery
from .flow_sums import ENOUGH
from .flows import Flows
from .outlook_query import DayCount, DayNote
from .public_holidays import NameOf

LEAST = 0.1  # share by which a day has to differ from the usual one to be noted
_WET = 5.0  # millimetres that are told
_WEEKS, _FEWEST = 8, 3
_GAP = 1800.0  # seconds not seen that are told
_WHOLE = 0.98


def note_of(site: Site, flows: Flows, day: DayCount, named: NameOf) -> DayNote | None:
    """The note of a day that is over; None: there is nothing to note."""
    hours = _open(site, day.day)
    if hours is None:
        return None
    if day.value is None:
        if not day.coverage:
            return _note(day, ["nothing was seen"])
        seen = f"{100 * day.coverage:.0f} % of the open time was seen"
        return _note(day, [seen, *_unseen(site, flows, day.day, hours)])
    differs = day.value / day.usual - 1 if day.usual else 0.0
    if abs(differs) < max(LEAST, 2 * day.spread):
        return None
    unseen = _unseen(site, flows, day.day, hours) if day.coverage < _WHOLE else []
    parts = [_differs(differs), *unseen]
    if unseen:
        alike = _alike(site, flows, day.day, named)
        if alike is None or abs(alike) < LEAST:
            return _note(day, parts)  # what was not seen explains it
        parts.append(f"in the hours that were seen: {_differs(alike)}")
    if day.holiday:
        parts.append(f"it was a public holiday ({day.holiday})")
    if day.weather and (day.weather.rain or 0.0) >= _WET:
        parts.append(f"it rained {day.weather.rain:.0f} mm")
    return _note(day, parts)


def _note(day: DayCount, parts: Sequence[str]) -> DayNote:
    return DayNote(day.day, f"{day.day:%A} {day.day.day} {day.day:%B}: {'; '.join(parts)}.")


def _differs(share: float) -> str:
    if abs(share) < 0.005:  # noqa: PLR2004  # half a percent
        return "as usual"
    return f"{100 * abs(share):.0f} % {'above' if share > 0 else 'under'} usual"


def _open(site: Site, day: date) -> tuple[float, float] | None:
    bucket = day_of(site, day)
    return open_time(site, bucket) if bucket else None


def _doors(site: Site) -> list[tuple[str, str]]:
    """Key and name of what people come in by."""
    if site.entrances:
        return [(f"entrance:{one.id}", f"entrance {one.name or one.id}") for one in site.entrances]
    return [(f"tripwire:{one.id}", f"line {one.name or one.id}") for camera in site.cameras for one in camera.tripwires]


def _quarters(site: Site, flows: Flows, day: date) -> dict[str, list[FlowPoint]]:
    """The quarter hours in which the site was open, by door."""
    hours = _open(site, day)
    if hours is None:
        return {}
    keys = [key for key, _ in _doors(site)]
    end = day + timedelta(days=1)
    answers = flows.queries([FlowQuery(MeasureName.IN, key, Grain.QUARTER_HOUR, day, end) for key in keys])
    return {
        key: [p for p in answer.points if p.begin < hours[1] and p.end > hours[0]]
        for key, answer in zip(keys, answers, strict=True)
    }


def _unseen(site: Site, flows: Flows, day: date, hours: tuple[float, float]) -> list[str]:
    """Which doors were not seen, and when."""
    zone, told, quarters = zone_named(site.zone), [], _quarters(site, flows, day)
    for key, name in _doors(site):
        for begin, end in _stretches([(p.begin, p.end) for p in quarters[key] if p.coverage < 1 / 2]):
            if end - begin < _GAP:
                continue
            since = "" if begin <= hours[0] else f" from {local(begin, zone):%H:%M}"
            until = "" if end >= hours[1] else f" {'to' if since else 'until'} {local(end, zone):%H:%M}"
            told.append(f"{name} was not seen{since}{until}" + ("" if since or until else " all day"))
    return told


def _stretches(spans: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    joined: list[tuple[float, float]] = []
    for begin, end in spans:
        if joined and joined[-1][1] >= begin:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((begin, end))
    return joined


def _alike(site: Site, flows: Flows, day: date, named: NameOf) -> float | None:
    """By what share the quarter hours that were seen differ from the same ones of usual days; None: too few known."""
    back = [then for n in range(1, _WEEKS + _FEWEST + 1) if not named(then := day - timedelta(days=7 * n))]
    before = [_seen(site, flows, then) for then in back[:_WEEKS]]
    came = usual = 0.0
    for key, seen in _seen(site, flows, day).items():
        sums = [sum(there[key][t] for t in seen) for there in before if seen.keys() <= there.get(key, {}).keys()]
        if len(sums) < _FEWEST:
            return None
        came, usual = came + sum(seen.values()), usual + median(sums)
    return came / usual - 1 if usual else None


def _seen(site: Site, flows: Flows, day: date) -> dict[str, dict[str, float]]:
    """Comings by door and local time, of the open quarter hours that were seen well."""
    return {
        key: {_clock(site, p): p.value or 0.0 for p in points if p.coverage >= ENOUGH}
        for key, points in _quarters(site, flows, day).items()
    }


def _clock(site: Site, point: FlowPoint) -> str:
    return f"{local(point.begin, zone_named(site.zone)):%H:%M}"
