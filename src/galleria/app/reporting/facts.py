"""What a report of a period says. Facts only; sections make them, and page, PDF and CSV show them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from galleria.domain.period import Dates
from galleria.domain.site import Site
from galleria.domain.time import local, zone_named


@dataclass(frozen=True, slots=True)
class Bar:
    """One column of a picture.

    Attributes:
        value: None: a gap.
        before: a week earlier; None: there is none.
        coverage: share of the open time seen, in [0,1].
    """

    label: str
    value: float | None
    before: float | None = None
    coverage: float = 1.0


@dataclass(frozen=True, slots=True)
class Picture:
    """Columns side by side.

    Attributes:
        name: tells pictures of a report apart; letters only.
        words: what it shows, for those who cannot see it.
        key: what the columns are, in few words.
    """

    name: str
    words: str
    key: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table for people: the first column is text, the others are numbers as they are written."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """One number for programs.

    Attributes:
        place: what it is of, e.g. `entrance:front`; empty: the site.
        begin: seconds since 1970-01-01 UTC; `end`: likewise, does not belong.
        label: the same for people: a date, a month, an hour of the day; of the whole period its dates.
        value: None: a gap, or absent.
        coverage: in [0,1]; None: it is not told by cameras.
    """

    place: str
    measure: str
    unit: str
    begin: float
    end: float
    label: str
    value: float | None
    coverage: float | None


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a report.

    Attributes:
        meaning: what its measures are, in sentences.
        coverage: share of the open time seen, in [0,1]; None: it is not told by cameras.
        why: why there are no numbers; empty: there are.
        large: numbers in large letters, with what they are.
        notes: what a reader must know to read the numbers rightly, gaps among them, in sentences.
    """

    name: str
    title: str
    meaning: str
    coverage: float | None = None
    why: str = ""
    large: tuple[tuple[str, str], ...] = ()
    picture: Picture | None = None
    grid: Grid | None = None
    figures: tuple[Figure, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PeriodReport:
    """All of it.

    Attributes:
        dates: the trading days it is of, as far as they have begun.
        made: seconds since 1970-01-01 UTC.
    """

    site: Site
    dates: Dates
    made: float
    sections: tuple[Section, ...]

    @property
    def title(self) -> str:
        return f"{self.site.called}: {span_text(self.dates)}"

    @property
    def pictures(self) -> Iterator[Picture]:
        return (section.picture for section in self.sections if section.picture)


def made_text(report: PeriodReport) -> str:
    """When it was made, local time."""
    return f"{local(report.made, zone_named(report.site.zone)):%Y-%m-%d %H:%M}"


def span_text(dates: Dates) -> str:
    """First and last date, e.g. `2 to 8 November 2026`."""
    first, last = dates.begin, dates.last
    end = f"{last.day} {last:%B} {last.year}"
    if first == last:
        return end
    month = "" if (first.year, first.month) == (last.year, last.month) else f" {first:%B}"
    year = "" if first.year == last.year else f" {first.year}"
    return f"{first.day}{month}{year} to {end}"
