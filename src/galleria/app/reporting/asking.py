"""What sections of a report ask, and how they write what they are told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby

from galleria.app.flow_query import FlowAnswer, FlowPoint, FlowQuery
from galleria.app.flows import Flows
from galleria.app.selling import Selling
from galleria.app.study_desk import StudyDesk
from galleria.domain.calendar import Compare, Grain, days_of, label_of, open_time
from galleria.domain.period import Dates
from galleria.domain.site import Site
from galleria.domain.time import Bucket
from galleria.notify.digest import share

from .facts import Bar, Figure

SEEN = 0.995  # a day of which less was seen is told as a gap
MOST_ROWS = 40  # of a table for people, and columns of a picture; programs get all
_MOST_GAPS = 6  # sentences about them


@dataclass(frozen=True, slots=True)
class Desk:
    """A site's answers.

    Attributes:
        studies: None: there is no store of them.
        selling: likewise, of receipts.
    """

    site: Site
    flows: Flows
    studies: StudyDesk | None = None
    selling: Selling | None = None


@dataclass(frozen=True)
class Asked:
    """A report that was asked for: its period, cut to days that have begun.

    Attributes:
        now: seconds since 1970-01-01 UTC.
    """

    desk: Desk
    dates: Dates
    now: float

    @property
    def site(self) -> Site:
        return self.desk.site

    @cached_property
    def days(self) -> list[Bucket]:
        return list(days_of(self.site, self.dates.begin, self.dates.end))

    @cached_property
    def grain(self) -> Grain:
        """How finely people are told: a year has too many days to read."""
        for grain in (Grain.DAY, Grain.WEEK):
            if len({label_of(grain, date.fromisoformat(day.label)) for day in self.days}) <= MOST_ROWS:
                return grain
        return Grain.MONTH

    @cached_property
    def span(self) -> tuple[float, float]:
        """Begin and end of the period, seconds since 1970-01-01 UTC."""
        days = self.days
        return (days[0].begin, min(days[-1].end, self.now)) if days else (0.0, 0.0)

    def ask(self, measure: str, subject: str, grain: Grain = Grain.DAY, compare: Compare = Compare.NONE) -> FlowAnswer:
        return self.desk.flows.query(self.question(measure, subject, grain, compare))

    def told(
        self, by_day: FlowAnswer, measure: str, subject: str, compare: Compare = Compare.NONE
    ) -> Sequence[FlowPoint]:
        """The points for people, of what was asked by day."""
        if self.grain is Grain.DAY:
            return by_day.points
        return self.ask(measure, subject, self.grain, compare).points

    def question(self, measure: str, subject: str, grain: Grain, compare: Compare = Compare.NONE) -> FlowQuery:
        return FlowQuery(measure, subject, grain, self.dates.begin, self.dates.end, compare)

    def whole(self, place: str, measure: str, unit: str, value: float | None, coverage: float | None) -> Figure:
        """A number of the whole period."""
        label = f"{self.dates.begin}..{self.dates.last}"
        return Figure(place, measure, unit, *self.span, label, value, coverage)

    def bars(self, points: Sequence[FlowPoint]) -> tuple[Bar, ...]:
        """Days, weeks or months as columns; of one on which it was closed nothing is missing."""
        closed = self._told_closed
        return tuple(
            Bar(short_label(p.label), p.value, p.before, 1.0 if p.label in closed else p.coverage) for p in points
        )

    def gaps(self, points: Sequence[FlowPoint]) -> list[str]:
        """Open days of which nothing or not all was seen, in sentences: one for all of them where they are many."""

        def kind(point: FlowPoint) -> int:
            return 0 if point.coverage >= SEEN else 1 if point.coverage > 0 else 2

        opened = [point for point in points if point.label not in self._closed]
        runs = [(which, list(run)) for which, run in groupby(opened, kind) if which]
        if len(runs) <= _MOST_GAPS:
            return [_gap(run) for _, run in runs]
        unseen, partly = ([p for which, run in runs if which == kind for p in run] for kind in (2, 1))
        told = [f"{len(unseen)} of {len(opened)} days: not seen."] if unseen else []
        if partly:
            least = min(partly, key=lambda point: point.coverage)
            told.append(
                f"{len(partly)} of {len(opened)} days: not all of the open time seen; least of all on {least.label},"
                f" {share(least.coverage)}."
            )
        return [*told, "Which days these are is in the report as CSV."]

    @cached_property
    def _closed(self) -> frozenset[str]:
        return frozenset(day.label for day in self.days if open_time(self.site, day) is None)

    @cached_property
    def _told_closed(self) -> frozenset[str]:
        """Likewise the days, weeks or months that people are told: the first week may be a closed Sunday alone."""
        opened = {self._label(day) for day in self.days if day.label not in self._closed}
        return frozenset(map(self._label, self.days)) - opened

    def _label(self, day: Bucket) -> str:
        return label_of(self.grain, date.fromisoformat(day.label))

    def by_day(self, place: str, measure: str, answer: FlowAnswer) -> Iterator[Figure]:
        """The points of an answer."""
        for point in answer.points:
            value = (measure, answer.unit, point.begin, point.end, point.label, point.value, point.coverage)
            yield Figure(place, *value)


def short_label(label: str) -> str:
    """A date, ISO week or month in few letters: `Mon 2`, `W36`, `Sep ’26`."""
    year, _, rest = label.partition("-")
    if rest.startswith("W"):
        return rest
    if "-" not in rest:
        return f"{date(int(year), int(rest), 1):%b ’%y}"
    day = date.fromisoformat(label)
    return f"{day:%a} {day.day}"


def _gap(run: Sequence[FlowPoint]) -> str:
    """Days one after another."""
    days = run[0].label if len(run) == 1 else f"{run[0].label} to {run[-1].label}"
    seen = sum(point.coverage for point in run) / len(run)
    return f"{days}: {share(seen)} of the open time seen." if seen else f"{days}: not seen."


def clock(seconds: float | None) -> str:
    """A length of time as minutes and seconds; a dash for none."""
    if seconds is None:
        return "–"
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


def ratio(value: float | None) -> str:
    """A share; a dash for none."""
    return "–" if value is None else f"{value:.1%}"


def cut(
    rows: Sequence[tuple[str, ...]], of: str, most: int = MOST_ROWS
) -> tuple[tuple[tuple[str, ...], ...], tuple[str, ...]]:
    """As many rows as people read, and a note of what was left out."""
    left = len(rows) - most
    note = (f"{left} more {of} are in the report as CSV.",) if left > 0 else ()
    return tuple(rows[:most]), note
