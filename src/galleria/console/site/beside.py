"""Sites beside each other, as the page Compare shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from galleria.analytics.benchmark import Benchmark, Compared, Standing
from galleria.app.benchmarks import LONGEST, Benchmarks, benchmarks_of
from galleria.domain.catalogue import CATALOGUE, Entry
from galleria.domain.errors import GalleriaError

from .frame import Caller
from .locale import marked as _

# What a measure is called, and its unit for `Figures`; money is told in its currency.
NAMES = {
    "footfall": (_("Came in a day"), "tracks"),
    "visits": (_("Visits a day"), "tracks"),
    "capture_rate": (_("Capture rate"), "ratio"),
    "visit_dwell": (_("Length of visits, mean"), "seconds"),
    "conversion": (_("Conversion"), "ratio"),
    "sales_per_visitor": (_("Sales per visitor"), ""),
}


@dataclass(frozen=True, slots=True)
class Beside:
    """What the page says of other sites.

    Attributes:
        found: None: there are no other sites.
        standings: by site, what it stands at in each measure; None: it has no such.
        faults: files that cannot be used.
        refused: why a file that was sent was not taken.
        address: of the file of this site's days.
    """

    found: Benchmark | None
    standings: Mapping[str, Sequence[Standing | None]]
    faults: Sequence[str]
    refused: GalleriaError | None
    address: str
    told: Entry


def desk_of(here: Caller) -> Benchmarks:
    """What answers for the site."""
    return benchmarks_of(here.live.study_desk, here.live.selling, here.live.folder)


def beside(here: Caller, period: tuple[date, date], refused: GalleriaError | None) -> Beside:
    """This site beside the others; it costs nothing where there are none."""
    desk = desk_of(here)
    known = desk.neighbours()
    found = desk.compared(period, here.live.clock.now(), known) if known.sites and _fits(period) else None
    address = "/api/v1/benchmark.csv?" + urlencode({"begin": period[0], "end": period[1]})
    standings = (
        {one.site.id: [_of(measure, one.site.id) for measure in found.measures] for one in found.seen} if found else {}
    )
    return Beside(found, standings, known.faults, refused, address, CATALOGUE["benchmark"])


def _fits(period: tuple[date, date]) -> bool:
    return (period[1] - period[0]).days <= LONGEST


def _of(measure: Compared, site: str) -> Standing | None:
    return next((one for one in measure.sites if one.site == site), None)
