"""Sections that are estimated from several sources: visits, and who of them bought."""

from __future__ import annotations

from galleria.app.conversion import conversion_answers
from galleria.app.conversion_query import Conversion, Missing
from galleria.app.visits_answers import visits_answer
from galleria.domain.calendar import Grain
from galleria.notify.digest import number, share

from .asking import MOST_ROWS, Asked, clock, cut, ratio
from .facts import Figure, Grid, Section
from .sections_studied import UNSTUDIED, meanings

_WHY = {
    Missing.NOT_SEEN: "not seen",
    Missing.NO_SALES: "no sales came in",
    Missing.CLOSED: "closed",
    Missing.TO_COME: "to come",
    Missing.NO_LINE: "no line over which people come in",
    Missing.NOBODY: "nobody came in",
    Missing.SITE_WIDE: "receipts do not say by which entrance",
}


def visits(asked: Asked) -> Section | None:
    """Of the site, its entrances and shops; None for a site without entrances."""
    if not asked.site.entrances:
        return None
    told = meanings("visits", "passers", "visit_dwell")
    if asked.desk.studies is None:
        return Section("visits", "Visits", told, why=UNSTUDIED)
    answer = visits_answer(asked.desk.studies, (asked.dates.begin, asked.dates.end), None)
    rows: dict[str, list[tuple[str, ...]]] = {"site": [], "entrance": [], "shop": []}
    figures = list[Figure]()
    for one in sorted(answer.places, key=lambda one: -(one.whole.visits or 0.0)):
        whole, lasting = one.whole, one.lasting
        length = (clock(lasting.mean), "–" if lasting.median is None else "–".join(map(clock, lasting.median)))
        row = (one.name, number(whole.visits), number(whole.passers), *length, share(whole.coverage))
        rows[one.place.partition(":")[0]].append(row)
        place = "" if one.place == "site" else one.place
        figures += [
            asked.whole(place, "visits", "visits", whole.visits, whole.coverage),
            asked.whole(place, "passers", "visits", whole.passers, whole.coverage),
            asked.whole(place, "visit_dwell", "seconds", lasting.mean, whole.coverage),
        ]
    site = answer.places[0].whole
    doors, more_doors = cut(rows["entrance"], "entrances", MOST_ROWS // 2)
    shops, more_shops = cut(rows["shop"], "shops", MOST_ROWS // 2)
    return Section(
        "visits",
        "Visits",
        told,
        site.coverage,
        "" if site.visits is not None else UNSTUDIED,
        grid=Grid(
            ("Place", "Visits", "Passers", "Mean length", "Median between", "Seen"), (*rows["site"], *doors, *shops)
        ),
        figures=tuple(figures),
        notes=(answer.note, *more_doors, *more_shops),
    )


def conversion(asked: Asked) -> Section | None:
    """Who of the visitors bought; None for a site without tills and receipts."""
    desk = asked.desk
    if not asked.site.tills or desk.selling is None:
        return None
    told = meanings("conversion", "sales_per_visitor")
    if desk.studies is None:
        return Section("conversion", "Conversion", told, why=UNSTUDIED)
    period = (asked.dates.begin, asked.dates.end)
    studies = desk.studies.studies
    answer = conversion_answers(asked.site, desk.flows, studies, desk.selling, period, Grain.MONTH, now=asked.now)
    parts = [part for part in answer.parts if part.whole.why is not Missing.SITE_WIDE]
    parts.sort(key=lambda part: (part.kind != "site", -(part.whole.visitors or 0)))
    rows, figures = [], list[Figure]()
    for part in parts:
        whole, place = part.whole, "" if part.kind == "site" else part.key
        rows.append((part.name, number(whole.visitors), number(whole.buyers), _rate(whole), _each(whole), share(whole.coverage)))  # fmt: skip  # noqa: E501
        figures.append(asked.whole(place, "conversion", "ratio", whole.rate, whole.coverage))
        for currency, amount in sorted(whole.per_visitor.items()):
            figures.append(asked.whole(place, "sales_per_visitor", currency, amount, whole.coverage))
    shown, left = cut(rows, "places")
    return Section(
        "conversion",
        "Conversion",
        told,
        parts[0].whole.coverage if parts else 0.0,
        "" if parts else "Nothing was seen in this period.",
        grid=Grid(("Place", "Visitors", "Buyers", "Conversion", "Sales a visitor", "Seen"), shown),
        figures=tuple(figures),
        notes=(*answer.notes, *left),
    )


def _rate(whole: Conversion) -> str:
    return ratio(whole.rate) if whole.why is None else _WHY[whole.why]


def _each(whole: Conversion) -> str:
    each = [f"{amount:.2f} {currency}" for currency, amount in sorted(whole.per_visitor.items())]
    return ", ".join(each) or "–"
