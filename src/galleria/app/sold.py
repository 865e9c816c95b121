"""What was sold, by hour: at times that are set right by what is known of the tills' clocks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from galleria.analytics.facts import Flags, Numbers
from galleria.analytics.till_clock import FAR
from galleria.domain.sale import THOUSANDTHS
from galleria.storage.sales import Sales

from .till_clocks import TillClock


@dataclass(frozen=True, slots=True)
class Sold:
    """Receipts by hour; all arrays are (hours,). Voided ones are in none of them.

    Attributes:
        receipts: sales.
        items: of these.
        sales: by currency, how many.
        gross: by currency, what sales came to, thousandths.
        net: by currency, the same less refunds.
    """

    receipts: Numbers
    items: Numbers
    sales: Mapping[str, Numbers]
    gross: Mapping[str, Numbers]
    net: Mapping[str, Numbers]

    def total(self, keep: Flags) -> tuple[int, int]:
        """Receipts and items of the hours that the mask picks."""
        return int(self.receipts[keep].sum()), int(self.items[keep].sum())

    def amounts(self, keep: Flags) -> dict[str, float]:
        """Sales less refunds of these hours, by currency."""
        return {name: round(float(net[keep].sum())) / THOUSANDTHS for name, net in self.net.items() if net[keep].any()}

    def baskets(self, keep: Flags) -> dict[str, float]:
        """Mean sale of these hours, by currency."""
        counts = {name: float(some[keep].sum()) for name, some in self.sales.items()}
        return {
            name: float(self.gross[name][keep].sum()) / THOUSANDTHS / count for name, count in counts.items() if count
        }

    def within(self, hours: slice) -> Sold:
        """Of these hours alone."""
        sales, gross, net = (_each(some, hours) for some in (self.sales, self.gross, self.net))
        return Sold(self.receipts[hours], self.items[hours], sales, gross, net)


def together(some: Iterable[Sold], hours: int) -> Sold:
    """Several shops' as one's."""
    some = list(some)
    nothing = np.zeros(hours)
    return Sold(
        sum((one.receipts for one in some), nothing),
        sum((one.items for one in some), nothing),
        *(_sum([getattr(one, name) for one in some]) for name in ("sales", "gross", "net")),
    )


def sold_by_shop(sales: Sales, edges: Numbers, clocks: Sequence[TillClock]) -> dict[str, Sold]:
    """Receipts between the first and the last of the edges (hours + 1,); shops without any are absent.

    Raises:
        StoreError: they cannot be read.
    """
    rows = sales.sold(float(edges[0]) - FAR, float(edges[-1]) + FAR)
    if not rows:
        return {}
    time, shop, till, currency, kind, amount, items = zip(*rows, strict=True)
    ahead = {(clock.till.shop, clock.till.id): clock.ahead for clock in clocks if clock.ahead}
    off = np.array([ahead.get(key, 0.0) for key in zip(shop, till, strict=True)]) if ahead else 0.0
    hour = np.searchsorted(edges, np.array(time) - off, "right") - 1
    columns = (hour, np.array(kind) == "sale", np.array(amount, np.float64), np.array(items, np.float64))
    shops, of = np.unique(np.array(shop), return_inverse=True)
    names, paid = np.unique(np.array(currency), return_inverse=True)
    inside = (hour >= 0) & (hour < len(edges) - 1)
    found = {}
    for n, name in enumerate(shops.tolist()):
        mine = inside & (of == n)
        if mine.any():
            found[name] = _sold(tuple(one[mine] for one in columns), names.tolist(), paid[mine], len(edges) - 1)
    return found


def _sold(columns: tuple[NDArray[np.generic], ...], names: Sequence[str], paid: NDArray[np.intp], hours: int) -> Sold:
    hour, sale, amount, items = columns

    def added(keep: NDArray[np.generic], weights: NDArray[np.generic] | None = None) -> Numbers:
        some = None if weights is None else weights[keep]
        found: Numbers = np.bincount(hour[keep], weights=some, minlength=hours).astype(np.float64)
        return found

    sales, gross, net = {}, {}, {}
    for n, name in enumerate(names):
        own = paid == n
        if own.any():
            sales[name], gross[name], net[name] = added(own & sale), added(own & sale, amount), added(own, amount)
    return Sold(added(sale), added(sale, items), sales, gross, net)


def _each(some: Mapping[str, Numbers], hours: slice) -> dict[str, Numbers]:
    return {name: one[hours] for name, one in some.items()}


def _sum(some: Sequence[Mapping[str, Numbers]]) -> dict[str, Numbers]:
    names = sorted({name for one in some for name in one})
    return {name: np.sum([one[name] for one in some if name in one], axis=0) for name in names}
