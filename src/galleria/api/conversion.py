"""The shapes of answers about conversion and tills. Part of the API's contract: v1 only grows."""

from __future__ import annotations

from pydantic import Field

from galleria.app.conversion_query import Missing
from galleria.app.till_clocks import TillClock, Unknown

from .answers import Answer

_BY_CURRENCY = "By currency; currencies are never added up."


class ConversionTold(Answer):
    """A stretch of time. What is absent is null, never zero."""

    begin: float
    end: float
    label: str = Field(description="Date, ISO week, month; `HH:00`; weekday, `0` is Monday; empty: the period.")
    coverage: float
    days: int = Field(description="Days that count, of `of`: half of the open time was seen, and sales came in.")
    of: int
    visitors: float | None = Field(description="Who came in, in the time that counts.")
    units: float | None = Field(description="Shopping units of these.")
    buyers: int | None = Field(description="Sales in that time.")
    rate: float | None = Field(description="Buyers ÷ visitors.")
    unit_rate: float | None = Field(description="Buyers ÷ shopping units.")
    per_visitor: dict[str, float] = Field(description=f"Sales per visitor. {_BY_CURRENCY}")
    receipts: int | None = Field(description="All sales, seen or not; voids left out.")
    items: int | None
    items_per_receipt: float | None
    amounts: dict[str, float] = Field(description=f"Sales less refunds. {_BY_CURRENCY}")
    baskets: dict[str, float] = Field(description=f"Average basket. {_BY_CURRENCY}")
    why: Missing | None = Field(description="Why there is no `rate`.")


class ConvertedTold(Answer):
    """The site, an entrance or a shop."""

    key: str = Field(description="`site`, `entrance:ID` or `shop:ID`.")
    kind: str
    name: str
    points: list[ConversionTold]
    hours: list[ConversionTold] = Field(description="By hour of the day, all days together.")
    weekdays: list[ConversionTold]
    whole: ConversionTold


class SkewTold(Answer):
    """What was found of a clock; seconds."""

    ahead: float = Field(description="Negative: behind.")
    low: float = Field(description="End of the 95 % interval; `high` is the other.")
    high: float
    fits: float = Field(description="Share of the receipts that lie at a service so.")
    begins: bool = Field(description="Whether they lie at the begins of services, not at their ends.")


class TillTold(Answer):
    """A till's clock."""

    till: str
    shop: str
    queue: str
    receipts: int = Field(description="How many were compared.")
    skew: SkewTold | None
    why: Unknown | None = Field(description="Why `skew` is null.")
    words: str

    @classmethod
    def told(cls, clock: TillClock) -> TillTold:
        skew = SkewTold.model_validate(clock.skew) if clock.skew else None
        till = clock.till
        return cls(till=till.id, shop=till.shop, queue=till.queue, receipts=clock.receipts, skew=skew, why=clock.why,
                   words=clock.words)  # fmt: skip


class ConversionsTold(Answer):
    """What was asked."""

    parts: list[ConvertedTold]
    group_size: float | None = Field(description="Tracks in a shopping unit; null: no calibrated camera tells.")
    tills: list[TillTold]
    notes: list[str]
    meanings: dict[str, str]


class TillsTold(Answer):
    """Every till's clock."""

    tills: list[TillTold]
    meaning: str
