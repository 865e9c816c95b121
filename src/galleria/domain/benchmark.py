"""What a site tells other sites: its trading days, as counts of everybody. Nothing of it comes of a face."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class BenchmarkDay:
    """A trading day that is over. Whatever was not seen or is not measured is None.

    Attributes:
        opened: whether the site was open.
        coverage: share of its open time that its entrances' cameras saw, in [0,1].
        came: over the entrances.
        passed: who passed by.
        visits: stays of visitors, estimated.
        visit_dwell: their mean length, seconds.
        visitors: who came in the time that receipts are counted in.
        buyers: of these.
        sales: of these, in `currency`.
        currency: as receipts say; empty: there are none, or several.
    """

    opened: bool
    coverage: float
    came: float | None = None
    passed: float | None = None
    visits: float | None = None
    visit_dwell: float | None = None
    visitors: float | None = None
    buyers: float | None = None
    sales: float | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class BenchmarkSite:
    """A site's days.

    Attributes:
        simulated: its numbers are made up.
    """

    id: str
    name: str
    simulated: bool = False
    days: Mapping[date, BenchmarkDay] = field(default_factory=dict)
