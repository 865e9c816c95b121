"""Sections from what was counted: footfall, entrances, most inside, dwell. Each is a function of what was asked."""

from __future__ import annotations

from galleria.domain.calendar import Compare, Grain
from galleria.domain.measure import MeasureName
from galleria.notify.digest import change, number, share

from .asking import Asked, clock, cut
from .facts import Figure, Grid, Picture, Section

_IN, _STAYS, _DWELL = MeasureName.IN.value, MeasureName.STAYS.value, MeasureName.DWELL_MEDIAN.value
_INSIDE = MeasureName.OCCUPANCY.value
_NOTHING = "Nothing was seen in this period."


def footfall(asked: Asked) -> Section:
    """By day, beside the same weekday a week before."""
    answer = asked.ask(_IN, "site", compare=Compare.LAST_WEEK)
    figures = (
        asked.whole("", _IN, answer.unit, answer.total, answer.coverage),
        *asked.by_day("", _IN, answer),
    )
    against = change(answer.change) or "–"
    told, by = asked.told(answer, _IN, "site", Compare.LAST_WEEK), asked.grain.value
    words = f"Comings in by {by}, beside the same weekdays a week before; the table has the numbers."
    rows = [(p.label, number(p.value), number(p.before), share(p.coverage)) for p in told]
    shown, left = cut(rows, f"{by}s")
    return Section(
        "footfall",
        "Footfall",
        "Comings in over the lines of entrances; staff and whoever comes back are in it. Compared is like with like:"
        " the same weekdays a week before, over the time that both have seen.",
        answer.coverage,
        "" if answer.total is not None else _NOTHING,
        (("came in", number(answer.total)), ("against the week before", against)),
        Picture("footfall", words, "came in", asked.bars(told)),
        Grid((by.capitalize(), "Came in", "A week before", "Seen"), shown),
        figures,
        (*asked.gaps(answer.points), *answer.notes, *left),
    )


def entrances(asked: Asked) -> Section | None:
    """Each entrance, or each line of a site that declares none; None for a site without lines."""
    subjects = asked.desk.flows.subjects()
    kind = "entrance" if any(one.kind == "entrance" for one in subjects) else "tripwire"
    ways = [one for one in subjects if one.kind == kind]
    if not ways:
        return None
    questions = [asked.question(_IN, way.key, Grain.DAY, Compare.LAST_WEEK) for way in ways]
    found = zip(ways, asked.desk.flows.queries(questions), strict=True)
    answers = sorted(found, key=lambda one: -(one[1].total or 0.0))
    rows = [(way.name, number(a.total), change(a.change) or "–", share(a.coverage)) for way, a in answers]
    figures: list[Figure] = []
    for way, answer in answers:
        figures += [asked.whole(way.key, _IN, answer.unit, answer.total, answer.coverage)]
        figures += asked.by_day(way.key, _IN, answer)
    shown, left = cut(rows, "entrances")
    return Section(
        "entrances",
        "Entrances",
        "Comings in over the lines of each entrance, and how they differ from the week before, like with like.",
        sum(answer.coverage for _, answer in answers) / len(answers),
        "" if any(answer.total is not None for _, answer in answers) else _NOTHING,
        grid=Grid(("Entrance", "Came in", "Against the week before", "Seen"), shown),
        figures=tuple(figures),
        notes=left,
    )


def inside(asked: Asked) -> Section | None:
    """The most that were inside at once, by day; None for a site without entrances, where nobody knows."""
    if not asked.site.entrances:
        return None
    answer = asked.ask(_INSIDE, "site")
    most = max((p for p in answer.points if p.value is not None), key=lambda p: p.value or 0.0, default=None)
    figures = (
        asked.whole("", _INSIDE, answer.unit, answer.total, answer.coverage),
        *asked.by_day("", _INSIDE, answer),
    )
    large = [("most at once", number(answer.total))]
    if most and most.value:
        large.append(("on", most.label))
    if asked.site.capacity:
        large.append(("may be inside", number(asked.site.capacity)))
    words = f"The most that were inside at once, by {asked.grain.value}; the numbers are in the report as CSV."
    return Section(
        "occupancy",
        "Most inside at once",
        "Comings in less goings out since the site was last empty by its hours; misses of both add up until then.",
        answer.coverage,
        "" if answer.total is not None else _NOTHING,
        tuple(large),
        Picture("inside", words, "most inside", asked.bars(asked.told(answer, _INSIDE, "site"))),
        figures=figures,
        notes=tuple(asked.gaps(answer.points)),
    )


def dwell(asked: Asked) -> Section | None:
    """How long tracks stayed in each zone; None for a site without zones."""
    zones = [one for one in asked.desk.flows.subjects() if one.kind == "zone"]
    if not zones:
        return None
    flows = asked.desk.flows
    stays = flows.queries([asked.question(_STAYS, zone.key, Grain.MONTH) for zone in zones])
    dwells = flows.queries([asked.question(_DWELL, zone.key, Grain.MONTH) for zone in zones])
    found = sorted(zip(zones, stays, dwells, strict=True), key=lambda one: -(one[1].total or 0.0))
    rows = [(zone.name, number(n.total), clock(length.total), share(n.coverage)) for zone, n, length in found]
    figures: list[Figure] = []
    for zone, n, length in found:
        figures += [
            asked.whole(zone.key, _STAYS, n.unit, n.total, n.coverage),
            asked.whole(zone.key, _DWELL, length.unit, length.total, length.coverage),
        ]
    shown, left = cut(rows, "zones")
    return Section(
        "dwell",
        "Time spent in zones",
        "Stays that began in the period, and the middle length of them, minutes and seconds.",
        sum(one.coverage for one in stays) / len(stays),
        "" if any(one.total is not None for one in stays) else _NOTHING,
        grid=Grid(("Zone", "Stays", "Median", "Seen"), shown),
        figures=tuple(figures),
        notes=left,
    )
