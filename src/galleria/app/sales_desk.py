"""Conversion and tills' clocks: what pages and programs ask of a running site, and the same as CSV."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from galleria.domain.access import Actor
from galleria.domain.calendar import Grain
from galleria.storage.exports import csv_text
from galleria.storage.tables import Table

from .conversion import conversion_answers
from .conversion_query import Conversion, ConversionAnswer, Converted
from .selling import Selling
from .study_desk import StudyDesk
from .till_clocks import TillClock, till_clocks

_TYPES = {
    "of": "text", "by": "text", "local": "text", "measure": "text", "currency": "text", "value": "number",
    "why": "text", "coverage": "number", "days": "whole", "of_days": "whole",
}  # fmt: skip
_PLAIN = ("visitors", "units", "buyers", "rate", "unit_rate", "receipts", "items", "items_per_receipt")
_MONEY = ("amounts", "per_visitor", "baskets")
# As the catalogue calls them.
NAMES = {
    "rate": "conversion",
    "unit_rate": "conversion_by_units",
    "amounts": "amount",
    "per_visitor": "sales_per_visitor",
    "baskets": "average_basket",
}


@dataclass(frozen=True, slots=True)
class SalesDesk:
    """Answers for one site; made when it is asked."""

    studied: StudyDesk
    selling: Selling

    def conversion(
        self,
        period: tuple[date, date],
        grain: Grain,
        shops: Collection[str] | None = None,
        told: Collection[str] | None = None,
    ) -> ConversionAnswer:
        """As `conversion_answers`, of the time so far."""
        desk = self.studied
        now = desk.clock.now()
        return conversion_answers(
            desk.site, desk.flows, desk.studies, self.selling, period, grain, now=now, shops=shops, told=told
        )

    def clocks(self, period: tuple[date, date], shops: Collection[str] | None = None) -> list[TillClock]:
        """As `till_clocks`."""
        return till_clocks(self.studied.site, self.studied.studies, self.selling.sales, period, shops)

    def conversion_csv(
        self, by: Actor, period: tuple[date, date], grain: Grain, shops: Collection[str] | None = None
    ) -> str:
        """One figure a row; an empty value is absent, and `why` says why. Audited."""
        answer = self.conversion(period, grain, shops)
        self.studied.audit.write(by, "export.studies", "conversion")
        rows = [row for part in answer.parts for row in _rows(part, grain)]
        return csv_text(Table("conversion", _TYPES, rows))


def _rows(part: Converted, grain: Grain) -> Iterator[tuple[object, ...]]:
    tables = ((grain.value, part.points), ("hour", part.hours), ("weekday", part.weekdays), ("period", [part.whole]))
    for by, points in tables:
        for point in points:
            yield from _figures(part.key, by, point)


def _figures(key: str, by: str, point: Conversion) -> Iterator[tuple[object, ...]]:
    why = point.why.value if point.why else ""
    told = (point.coverage, point.days, point.of)
    for name in _PLAIN:
        value = getattr(point, name)
        yield (key, by, point.label, NAMES.get(name, name), "", value, "" if value is not None else why, *told)
    for name in _MONEY:
        for currency, value in getattr(point, name).items():
            yield (key, by, point.label, NAMES[name], currency, value, "", *told)
