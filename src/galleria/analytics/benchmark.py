"""Sites beside each other: each measure on the same trading days of all, against the group's median. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from statistics import median
from typing import TypeAlias

from galleria.domain.benchmark import BenchmarkDay, BenchmarkSite

SEEN = 0.8  # of its open time; a day of which less was seen is not compared
_HALF = 0.5  # of the most days that a site has: one with fewer would take the others' days away

Share: TypeAlias = tuple[float, float]  # what is added up, and what it is divided by
_Known: TypeAlias = Mapping[date, Share]


@dataclass(frozen=True, slots=True)
class Standing:
    """A site within a measure.

    Attributes:
        counted: days on which it was open, seen well enough, and had the measure.
        value: on the days compared; None: it is left out, or nothing is compared.
        index: 1.0 is the group's median; None: likewise.
    """

    site: str
    counted: int
    value: float | None
    index: float | None


@dataclass(frozen=True, slots=True)
class Compared:
    """A measure.

    Attributes:
        name: as the catalogue has it; `footfall` and `visits` are a trading day's.
        currency: of money; else empty.
        days: how many are compared: those that all sites which are not left out have counted.
        median: of the sites compared; None: fewer than two are.
        sites: those that have the measure, in the order given.
    """

    name: str
    currency: str
    days: int
    median: float | None
    sites: Sequence[Standing]


@dataclass(frozen=True, slots=True)
class Week:
    """A week's footfall.

    Attributes:
        label: e.g. `2026-W47`.
        days: how many of it are compared.
        index: by site.
    """

    label: str
    days: int
    index: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Seen:
    """How much a site saw in the period.

    Attributes:
        told: days that its file tells of.
        opened: of these, on which it was open.
        unseen: of these, those of which less than `SEEN` was seen.
        coverage: of the open days, in the mean.
    """

    site: BenchmarkSite
    told: int
    opened: int
    unseen: int
    coverage: float


@dataclass(frozen=True, slots=True)
class Benchmark:
    """All of it."""

    begin: date
    end: date
    seen: Sequence[Seen]
    measures: Sequence[Compared]
    weeks: Sequence[Week]


def benchmark(sites: Sequence[BenchmarkSite], begin: date, end: date) -> Benchmark:
    """Compare sites over the trading days [begin, end)."""
    within = {site.id: {day: one for day, one in site.days.items() if begin <= day < end} for site in sites}
    money = sorted({one.currency for days in within.values() for one in days.values() if one.currency})
    wanted = [(name, "", share) for name, share in _MEASURES.items()]
    wanted += [("sales_per_visitor", currency, _spent(currency)) for currency in money]
    known = [(name, currency, _known(within, share)) for name, currency, share in wanted]
    return Benchmark(
        begin,
        end,
        [_seen(site, within[site.id]) for site in sites],
        [_compared(name, currency, some) for name, currency, some in known if some],
        list(_weeks(known[0][2])),
    )


def _known(
    within: Mapping[str, Mapping[date, BenchmarkDay]], share: Callable[[BenchmarkDay], Share | None]
) -> dict[str, _Known]:
    """By site that has any, the days that count."""
    found: dict[str, _Known] = {}
    for site, days in within.items():
        some = {day: part for day, one in days.items() if one.opened and one.coverage >= SEEN and (part := share(one))}
        if some:
            found[site] = some
    return found


def _compared(name: str, currency: str, known: Mapping[str, _Known]) -> Compared:
    kept, days = _alike(known)
    values = {site: _value(known[site], days) for site in kept} if len(kept) > 1 and days else {}
    middle = median(values.values()) if values else None
    standings = [
        Standing(site, len(some), values.get(site), values[site] / middle if middle and site in values else None)
        for site, some in known.items()
    ]
    return Compared(name, currency, len(days) if values else 0, middle, standings)


def _alike(known: Mapping[str, _Known]) -> tuple[list[str], set[date]]:
    """The sites that are compared, and the days that all of them have."""
    most = max((len(some) for some in known.values()), default=0)
    kept = [site for site, some in known.items() if len(some) >= most * _HALF]
    return kept, set.intersection(*(set(known[site]) for site in kept)) if kept else set()


def _weeks(known: Mapping[str, _Known]) -> Iterable[Week]:
    kept, days = _alike(known)
    if len(kept) < 2:  # noqa: PLR2004  # nothing to set it beside
        return
    for label, some in groupby(sorted(days), _week):
        alike = set(some)
        values = {site: _value(known[site], alike) for site in kept}
        if middle := median(values.values()):
            yield Week(label, len(alike), {site: value / middle for site, value in values.items()})


def _week(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def _value(known: _Known, days: Iterable[date]) -> float:
    some = [known[day] for day in days]
    return sum(above for above, _ in some) / sum(below for _, below in some)


def _seen(site: BenchmarkSite, days: Mapping[date, BenchmarkDay]) -> Seen:
    shares = [one.coverage for one in days.values() if one.opened]
    mean = sum(shares) / len(shares) if shares else 0.0
    return Seen(site, len(days), len(shares), sum(share < SEEN for share in shares), mean)


def _share(above: float | None, below: float | None) -> Share | None:
    return (above, below) if above is not None and below else None


def _dwell(day: BenchmarkDay) -> Share | None:
    known = day.visits is not None and day.visit_dwell is not None
    return _share((day.visits or 0.0) * (day.visit_dwell or 0.0), day.visits) if known else None


def _spent(currency: str) -> Callable[[BenchmarkDay], Share | None]:
    return lambda day: _share(day.sales, day.visitors) if day.currency == currency else None


_MEASURES: Mapping[str, Callable[[BenchmarkDay], Share | None]] = {
    "footfall": lambda day: _share(day.came, 1.0),
    "visits": lambda day: _share(day.visits, 1.0),
    "capture_rate": lambda day: _share(day.came, day.passed),
    "visit_dwell": _dwell,
    "conversion": lambda day: _share(day.buyers, day.visitors),
}
