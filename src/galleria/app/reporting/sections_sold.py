"""Sections from receipts: what was sold, by shop."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from galleria.domain.calendar import label_of
from galleria.domain.time import Bucket
from galleria.notify.digest import number
from galleria.storage.sales import Total

from .asking import Asked, cut, short_label
from .facts import Bar, Figure, Grid, Picture, Section

_MEANING = (
    "Receipts of sales, and amounts of sales less refunds; what was voided is in neither. Times are those of the"
    " receipts, as the tills told them. Currencies are never added up."
)
_THOUSANDTHS = 1000.0


def sales(asked: Asked) -> Section | None:
    """Receipts and amounts by shop; None for a site without tills and receipts."""
    selling, days = asked.desk.selling, asked.days
    found = selling.sales.totals([(day.begin, day.end) for day in days]) if selling else []
    if not found:
        if not asked.site.tills:
            return None
        return Section("sales", "Sales", _MEANING, why="No receipt of this period has come in.")
    names = {shop.id: shop.name or shop.id for shop in asked.site.shops}
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for total in found:
        kept = sums[total.shop, total.currency]
        for n, value in enumerate((total.receipts, total.refunds, total.amount)):
            kept[n] += value
    rows = [
        (names.get(shop, shop), currency, number(receipts), number(refunds), _money(amount), _basket(amount, receipts))
        for (shop, currency), (receipts, refunds, amount) in sorted(sums.items(), key=lambda one: -one[1][2])
    ]
    shown, left = cut(rows, "shops")
    return Section(
        "sales",
        "Sales",
        _MEANING,
        large=(("receipts", number(sum(total.receipts for total in found))), *_large(found)),
        picture=_picture(asked, found),
        grid=Grid(("Shop", "Currency", "Receipts", "Refunds", "Amount", "Amount a receipt"), shown),
        figures=tuple(_figures(asked, days, found, sums)),
        notes=left,
    )


def _figures(
    asked: Asked, days: Sequence[Bucket], found: Sequence[Total], sums: dict[tuple[str, str], list[int]]
) -> list[Figure]:
    figures = []
    for (shop, currency), (receipts, _, amount) in sorted(sums.items()):
        place = f"shop:{shop}"
        figures += [
            asked.whole(place, "receipts", "receipts", receipts, None),
            asked.whole(place, "amount", currency, amount / _THOUSANDTHS, None),
        ]
    for n, day in enumerate(days):
        some = [total for total in found if total.span == n]
        for currency in sorted({total.currency for total in some}):
            amount = sum(total.amount for total in some if total.currency == currency)
            told = ("amount", currency, day.begin, day.end, day.label, amount / _THOUSANDTHS, None)
            figures.append(Figure("", *told))
    return figures


def _picture(asked: Asked, found: Sequence[Total]) -> Picture:
    """Receipts by day, week or month: they add up over currencies."""
    labels = [label_of(asked.grain, date.fromisoformat(day.label)) for day in asked.days]
    counts = dict.fromkeys(labels, 0)
    for total in found:
        counts[labels[total.span]] += total.receipts
    words = f"Receipts by {asked.grain.value}; the numbers are in the report as CSV."
    return Picture("sales", words, "receipts", tuple(Bar(short_label(label), float(n)) for label, n in counts.items()))


def _large(found: Sequence[Total]) -> list[tuple[str, str]]:
    amounts: dict[str, int] = defaultdict(int)
    for total in found:
        amounts[total.currency] += total.amount
    return [(currency, _money(amount)) for currency, amount in sorted(amounts.items())]


def _basket(amount: int, receipts: int) -> str:
    return _money(amount / receipts) if receipts else "–"


def _money(thousandths: float) -> str:
    return f"{thousandths / _THOUSANDTHS:,.2f}".replace(",", "\N{NARROW NO-BREAK SPACE}").replace("-", "−")
