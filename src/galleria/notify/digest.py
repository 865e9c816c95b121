"""A day's figures into a report for people: plain text, HTML and a chart. It computes nothing."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import jinja2

from .filling import templates_in

CHART = "chart"  # the picture's id in the HTML: `cid:chart`


@dataclass(frozen=True, slots=True)
class Count:
    """One number of the day.

    Attributes:
        value: None: nothing was seen.
        change: against the same weekday a week (or a year) before, over what both days have seen, e.g. 0.12; None
            when there is nothing to compare with.
        coverage: share of the open time that was really seen, in [0,1].
    """

    name: str
    value: float | None
    change: float | None = None
    coverage: float = 1.0


@dataclass(frozen=True, slots=True)
class Hour:
    """Footfall of one hour; None: a gap."""

    label: str
    value: float | None
    before: float | None
    coverage: float


@dataclass(frozen=True, slots=True)
class Digest:
    """All that the report of one trading day says.

    Attributes:
        footfall: the site's, against the same weekday last week.
        last_year: the same change against 52 weeks before; None: there is none.
        peak: most people inside at once, and when (local time).
        gaps: stretches that were not or only partly seen, for people.
        notes: what was left out of comparisons, and the like.
    """

    site: str
    day: date
    footfall: Count
    last_year: float | None = None
    entrances: tuple[Count, ...] = ()
    hours: tuple[Hour, ...] = ()
    peak: tuple[float, str] | None = None
    gaps: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def subject(self) -> str:
        return f"{self.site}: {number(self.footfall.value)} visitors on {day_text(self.day)}"


def html(digest: Digest) -> str:
    """The report as HTML that mail programs understand: tables, styles in place, one picture by its content id."""
    return _templates().get_template("digest.html").render(digest=digest, chart=CHART)


def text(digest: Digest) -> str:
    """The report as plain text, with everything that the HTML says."""
    return _templates().get_template("digest.txt").render(digest=digest)


def number(value: float | None) -> str:
    """A count, thousands set apart; a dash for a gap."""
    return "–" if value is None else f"{value:,.0f}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def change(value: float | None) -> str:
    """A relative change with its sign; empty without one."""
    return "" if value is None else f"{round(value, 2) or 0:+.0%}".replace("-", "−").replace("+0%", "0%")


def share(value: float) -> str:
    """A coverage; never 100 % when anything is missing."""
    return f"{min(value, 0.99) if value < 1 else 1.0:.0%}"


def day_text(day: date) -> str:
    """A date as a person says it."""
    return f"{day:%A}, {day.day} {day:%B} {day.year}"


@functools.cache
def _templates() -> jinja2.Environment:
    filters: dict[str, Callable[..., str]] = {"number": number, "change": change, "share": share, "day": day_text}
    return templates_in(Path(__file__).parent / "templates", filters)
