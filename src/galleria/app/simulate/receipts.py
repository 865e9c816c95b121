"""What tills print: sales, refunds, voids, and a line now and then that is exported twice."""

from __future__ import annotations

import csv
import io
from collections import deque
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from galleria.domain.sale import THOUSANDTHS, Sale, SaleKind
from galleria.domain.time import zone_named

from .ground import CURRENCY, Ground
from .scales import ZONE
from .tills import Served

COLUMNS = ("receipt", "time", "shop", "till", "amount", "currency", "items", "kind", "of")
_NOTHING, _REFUND = 0.03, 0.02  # of services: a question was answered; goods came back
_VOID, _TWICE = 0.01, 0.003  # of sales; of lines
_REMEMBERED = 300  # receipts of each shop that goods may still come back from


@dataclass(frozen=True, slots=True)
class Printed:
    """The receipts of a day.

    Attributes:
        sales: each once, by the clocks of the tills, in order of shops and numbers.
        lines: as they are exported: some twice.
        bought: (k,) of each customer whether they hold a sale that was not voided.
    """

    sales: tuple[Sale, ...]
    lines: tuple[Sale, ...]
    bought: np.ndarray[tuple[int], np.dtype[np.bool_]]


class Rolls:
    """The shops' rolls of receipts: their numbers go on from day to day. Bounded: a few hundred of each are kept."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._number = [0] * ground.scale.shops
        self._past: list[deque[tuple[str, int]]] = [deque(maxlen=_REMEMBERED) for _ in self._number]

    def print(self, served: Served, random: np.random.Generator) -> Printed:
        """Receipts of a day's customers."""
        n = len(served.trip)
        lot, rest = random.random((2, n))
        amounts = np.round(random.gamma(1.6, self._ground.basket[served.shop] / 1.6), 2) + 0.5
        items = 1 + random.poisson(1.2, n)
        moments = served.done - random.uniform(1.0, 5.0, n)
        bought = np.zeros(n, np.bool_)
        sales: list[Sale] = []
        for k in np.lexsort((moments, served.shop)).tolist():
            if served.gave_up[k] or lot[k] < _NOTHING:
                continue
            shop, till, cents = int(served.shop[k]), int(served.till[k]), round(float(amounts[k]) * 100)
            if lot[k] < _NOTHING + _REFUND and self._past[shop]:
                of, most = self._past[shop][int(rest[k] * len(self._past[shop]))]
                sales.append(self._sale(shop, till, moments[k], -min(cents, most), (1, SaleKind.REFUND, of)))
                continue
            sale = self._sale(shop, till, moments[k], cents, (int(items[k]), SaleKind.SALE, ""))
            sales.append(sale)
            if rest[k] < _VOID:
                ago = moments[k] + 60.0 + 6000.0 * rest[k]
                sales.append(self._sale(shop, till, ago, -cents, (int(items[k]), SaleKind.VOID, sale.receipt)))
            else:
                bought[k] = True
                self._past[shop].append((sale.receipt, cents))
        return Printed(tuple(sales), _some_twice(sales, random), bought)

    def _sale(self, shop: int, till: int, time: float, cents: int, more: tuple[int, SaleKind, str]) -> Sale:
        items, kind, of = more
        self._number[shop] += 1
        one = self._ground.tills[till]
        amount = cents * THOUSANDTHS // 100
        number = f"{self._number[shop]:07}"
        return Sale(number, one.till.shop, one.till.id, time + one.ahead, amount, CURRENCY, items, kind, of)


def _some_twice(sales: list[Sale], random: np.random.Generator) -> tuple[Sale, ...]:
    twice = random.random(len(sales)) < _TWICE
    return tuple(sale for sale, again in zip(sales, twice.tolist(), strict=True) for _ in range(1 + again))


def write_receipts(path: Path, ground: Ground, lines: tuple[Sale, ...]) -> None:
    """One day's file: local times as the clocks show them, in the zone that the site file says of the till."""
    clocks = {one.till.id: zone_named(one.till.clock or ZONE) for one in ground.tills}
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for sale in lines:
        shown = _shown(sale.time, clocks[sale.till])
        amount = f"{sale.amount / THOUSANDTHS:.2f}"
        writer.writerow(
            (sale.receipt, shown, sale.shop, sale.till, amount, sale.currency, sale.items, sale.kind.value, sale.of)
        )
    path.write_bytes(text.getvalue().encode())


def _shown(time: float, zone: ZoneInfo) -> str:
    return datetime.fromtimestamp(int(time), zone).replace(tzinfo=None).isoformat(sep=" ")
