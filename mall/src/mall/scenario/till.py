"""The queue at the till: first come, first served; who waits too long gives up."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from mall.domain.place import QUEUE, TILL
from mall.domain.scene import Waited

from .walker import Array, Walker

PLACES = tuple(np.array(p) for p in (TILL, *QUEUE))


@dataclass(slots=True, eq=False)
class Customer:
    """Somebody in the queue; `slot` 0 is at the till."""

    walker: Walker
    joined: float
    patience: float
    slot: int
    move: float | None = None  # when one notices that there is room ahead
    served: float | None = None
    until: float = 0.0


@dataclass(slots=True)
class Till:
    """The queue.

    Attributes:
        service: median seconds of a service.
    """

    rng: np.random.Generator
    service: float
    line: list[Customer] = field(default_factory=list)
    waits: list[Waited] = field(default_factory=list)

    def tail(self) -> Array | None:
        """The place of the next who comes; None: the queue is full."""
        return PLACES[len(self.line)] if len(self.line) < len(PLACES) else None

    def join(self, walker: Walker, now: float, patience: tuple[float, float]) -> Customer:
        """Take the last place, for at most so many seconds, drawn evenly."""
        self.line.append(Customer(walker, now, float(self.rng.uniform(*patience)), len(self.line)))
        return self.line[-1]

    def step(self, now: float, *, attended: bool) -> list[Customer]:
        """One step: serve, move up, give up.

        Args:
            now: seconds.
            attended: whether somebody stands behind the counter.

        Returns:
            Those who leave now.
        """
        gone: list[Customer] = []
        if self.line and self._serve(self.line[0], now, attended=attended):
            gone.append(self.line.pop(0))
        for customer in list(self.line):
            if customer.slot > 0 and customer.served is None and now - customer.joined > customer.patience:
                self.line.remove(customer)
                gone.append(customer)
        for index, customer in enumerate(self.line):
            if customer.slot > index:
                if customer.move is None:
                    customer.move = now + 0.35 + float(self.rng.gamma(3.0, 0.12))
                elif now >= customer.move:
                    customer.slot, customer.move = customer.slot - 1, None
        for customer in gone:
            self.waits.append(Waited(customer.walker.number, customer.joined, customer.served, now))
        return gone

    def _serve(self, first: Customer, now: float, *, attended: bool) -> bool:
        if first.slot > 0:
            return False
        if first.served is None:
            if attended and first.walker.arrived and np.hypot(*(first.walker.p - PLACES[0])) < 0.6:  # noqa: PLR2004
                first.served = now
                first.until = now + 2.0 + float(self.rng.lognormal(np.log(self.service - 2.0), 0.4))
            return False
        return now >= first.until
