"""Sales: receipts as tills tell them. What was bought, and by whom, is in none of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

# A unit of a currency is so many of the amounts below: exact for every currency there is.
THOUSANDTHS = 1000


class SaleKind(StrEnum):
    """What a receipt is of."""

    SALE = "sale"
    REFUND = "refund"  # goods came back: its amount is negative or zero
    VOID = "void"  # an earlier receipt does not hold


@dataclass(frozen=True, slots=True)
class Sale:
    """One receipt. A shop's receipt numbers are its own: (shop, receipt, kind) is the key.

    Attributes:
        receipt: its number, as the till prints it.
        shop: id of the shop.
        till: as the till calls itself.
        time: by the till's own clock, which may be wrong, seconds since 1970-01-01 UTC.
        amount: thousandths of the currency's unit.
        currency: ISO 4217, e.g. `EUR`.
        items: how many things were sold.
        of: number of the receipt that is voided or refunded; empty when that is not known.
    """

    receipt: str
    shop: str
    till: str
    time: float
    amount: int
    currency: str
    items: int
    kind: SaleKind = SaleKind.SALE
    of: str = ""
