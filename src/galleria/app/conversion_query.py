"""Who bought, of those who came: the shape of the answers. Facts only; `conversion` makes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from .till_clocks import TillClock


class Missing(StrEnum):
    """Why there is no conversion."""

    NOT_SEEN = "not-seen"  # cameras saw less than half of the open time
    NO_SALES = "no-sales"  # no receipt came in
    CLOSED = "closed"
    TO_COME = "to-come"
    NO_LINE = "no-line"  # it has no line over which people come in
    NOBODY = "nobody"  # came in
    SITE_WIDE = "site-wide"  # receipts do not say by which entrance somebody came


@dataclass(slots=True)  # not frozen: a year of a mall has 35,000, which would take twice as long to make
class Conversion:
    """A stretch of time of a shop, an entrance or the site. What there is no number of is None. Never changed.

    Attributes:
        begin, end: seconds since 1970-01-01 UTC; of an hour of the day or a weekday those of the period.
        label: a date, ISO week or month; an hour of the day, `HH:00`; a weekday, `0` is Monday; empty: the period.
        coverage: as flows tell it.
        days: how many days are counted, of `of`.
        visitors: who came in, in the time counted.
        units: shopping units of these.
        buyers: sales in the time counted.
        rate: buyers ÷ visitors.
        unit_rate: buyers ÷ shopping units.
        per_visitor: by currency, amounts ÷ visitors, in the time counted.
        receipts: sales that were not voided, seen or not.
        items: of these.
        amounts: by currency, sales less refunds and voids.
        baskets: by currency, sales ÷ receipts.
        why: why there is no rate.
    """

    begin: float
    end: float
    label: str
    coverage: float
    days: int
    of: int
    visitors: float | None
    units: float | None
    buyers: int | None
    rate: float | None
    unit_rate: float | None
    per_visitor: Mapping[str, float]
    receipts: int | None
    items: int | None
    items_per_receipt: float | None
    amounts: Mapping[str, float]
    baskets: Mapping[str, float]
    why: Missing | None


@dataclass(frozen=True, slots=True)
class Converted:
    """A shop, an entrance or the site.

    Attributes:
        key: `site`, `entrance:ID` or `shop:ID`.
        kind: `site`, `entrance` or `shop`.
        points: by grain.
        hours: by hour of the day; hours in which nobody came or bought are absent.
        weekdays: Monday first; those that the period does not have are absent.
        whole: the period.
    """

    key: str
    kind: str
    name: str
    points: Sequence[Conversion]
    hours: Sequence[Conversion]
    weekdays: Sequence[Conversion]
    whole: Conversion


@dataclass(frozen=True, slots=True)
class ConversionAnswer:
    """All of them.

    Attributes:
        parts: the site, its entrances, its shops, in the order of the site file.
        clocks: of tills.
        group_size: tracks in a shopping unit; None: no calibrated camera tells.
        notes: what a reader must know to read the numbers rightly, in sentences.
    """

    parts: Sequence[Converted]
    clocks: Sequence[TillClock]
    group_size: float | None
    notes: Sequence[str]
