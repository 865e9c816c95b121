"""What was sold, by hour: at times that are set right by what is known of the tills' clocks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from galleria.analytics.facts import Numbers
from galleria.analytics.till_clock import FAR
from galleria.domain.sale import THOUSANDTHS
from galleria.storage.sales import Sales
from galleria.storage.sales_gathered import Gathered, minutes_of

from .till_clocks import TillClock

Hours: TypeAlias = NDArray[np.intp]  # positions


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

    def total(self, keep: Hours) -> tuple[int, int]:
        """Receipts and items of some hours."""
        return int(self.receipts[keep].sum()), int(self.items[keep].sum())

    def amounts(self, keep: Hours) -> dict[str, float]:
        """Sales less refunds of these hours, by currency."""
        return {name: round(float(net[keep].sum())) / THOUSANDTHS for name, net in self.net.items() if net[keep].any()}

    def baskets(self, keep: Hours) -> dict[str, float]:
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


def sold_by_shop(
    sales: Sales, edges: Numbers, clocks: Sequence[TillClock], shops: Collection[str] | None = None
) -> dict[str, Sold]:
    """Receipts between the first and the last of the edges (hours + 1,); shops without any are absent.

    Args:
        sales: where they are kept.
        edges: seconds since 1970-01-01 UTC.
        clocks: of tills: what is taken off their times.
        shops: only of these; None: of all.

    Raises:
        StoreError: they cannot be read.
    """
    shown = {(clock.till.shop, clock.till.id): clock.shown(edges) for clock in clocks}
    found: dict[str, list[Sold]] = {}
    minutes = {key: minutes_of(times) for key, times in shown.items()}
    bounds = float(edges[0]) - FAR, float(edges[-1]) + FAR
    for till in sales.gathered(*bounds, minutes, minutes_of(edges), shops=shops):
        one = _sold(till, shown.get((till.shop, till.till), edges))
        if one is not None:
            found.setdefault(till.shop, []).append(one)
    return {shop: together(some, len(edges) - 1) for shop, some in sorted(found.items())}


def _sold(till: Gathered, edges: Numbers) -> Sold | None:
    """Of one till and currency, by hours of its own clock; None: nothing between the edges."""
    bounds = np.searchsorted(till.times, edges)
    if bounds[0] == bounds[-1]:
        return None
    total = np.concatenate((np.zeros((1, till.sums.shape[1]), np.int64), np.cumsum(till.sums, axis=0)))
    sales, items, gross, net = np.diff(total[bounds].T).astype(np.float64)
    return Sold(sales, items, {till.currency: sales}, {till.currency: gross}, {till.currency: net})


def _each(some: Mapping[str, Numbers], hours: slice) -> dict[str, Numbers]:
    return {name: one[hours] for name, one in some.items()}


def _sum(some: Sequence[Mapping[str, Numbers]]) -> dict[str, Numbers]:
    names = sorted({name for one in some for name in one})
    return {name: np.sum([one[name] for one in some if name in one], axis=0) for name in names}
