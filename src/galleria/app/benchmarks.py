"""Benchmarks: a site's trading days for other sites to read, and this site beside those whose files it was given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from galleria.analytics.benchmark import SEEN, Benchmark, benchmark
from galleria.domain.access import Actor, Right
from galleria.domain.benchmark import BenchmarkDay, BenchmarkSite
from galleria.domain.calendar import Grain, days_of, open_time
from galleria.domain.errors import InputError
from galleria.domain.measure import MeasureName
from galleria.domain.time import Bucket, trading_day
from galleria.storage.benchmark_file import (
    FOLDER,
    Neighbours,
    benchmark_text,
    drop_benchmark,
    keep_benchmark,
    neighbours,
    read_benchmark,
)

from .audit import Audit, demand
from .conversion import conversion_answers
from .flow_query import FlowQuery
from .reporting.asking import Desk
from .selling import Selling
from .study_desk import StudyDesk
from .visits_answers import visits_by_day

LONGEST = 366  # days of one question
Period = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Benchmarks:
    """Answers for one site; made when it is asked.

    Attributes:
        folder: the site's own; files of other sites lie in `benchmarks` below it.
    """

    desk: Desk
    folder: Path
    audit: Audit

    def neighbours(self) -> Neighbours:
        """The other sites."""
        return neighbours(self.folder / FOLDER, self.desk.site.id)

    def compared(self, period: Period, now: float, others: Neighbours | None = None) -> Benchmark:
        """This site first, then the others, read where not given, over days [begin, end). Raises as `own_days`."""
        own = own_days(self.desk, period, now)
        return benchmark([own, *(others or self.neighbours()).sites], *period)

    def csv(self, by: Actor, period: Period, now: float) -> str:
        """This site's days as a file for others; told to the audit. Raises as `own_days`."""
        text = benchmark_text(own_days(self.desk, period, now))
        self.audit.write(by, "export.benchmark", "", begin=str(period[0]), end=str(period[1]))
        return text

    def take(self, by: Actor, path: Path) -> BenchmarkSite:
        """Keep what a file tells of another site.

        Raises:
            AccessError: `by` may not.
            InputError: the file cannot be used, or is of this site.
            StoreError: it cannot be kept.
        """
        demand(by, Right.CHANGE_SETTINGS)
        site = read_benchmark(path)
        if site.id == self.desk.site.id:
            problem = f"the file is of this very site ({site.id!r})"
            raise InputError(problem, "Send the file of another one; sites of one estate need ids of their own.")
        keep_benchmark(self.folder / FOLDER, site)
        self.audit.write(by, "benchmark.taken", f"site:{site.id}", days=len(site.days))
        return site

    def drop(self, by: Actor, site: str) -> None:
        """Forget another site. Raises AccessError, StoreError."""
        demand(by, Right.CHANGE_SETTINGS)
        if drop_benchmark(self.folder / FOLDER, site):
            self.audit.write(by, "benchmark.removed", f"site:{site[:64]}")


def benchmarks_of(studied: StudyDesk, selling: Selling, folder: Path) -> Benchmarks:
    """Those of a running site, as it is now."""
    return Benchmarks(Desk(studied.site, studied.flows, studied, selling), folder, studied.audit)


def own_days(desk: Desk, period: Period, now: float) -> BenchmarkSite:
    """The trading days [begin, end) of a site, as far as they are over and it was counting by then.

    Raises:
        InputError: the period is empty or too long, or the site counts nobody who comes in.
        StoreError: something cannot be read.
    """
    site = desk.site
    begin, end = period
    if not 0 < (end - begin).days <= LONGEST:
        problem = f"the period from {begin} to {end} is empty or longer than {LONGEST} days"
        raise InputError(problem, "Its end is the day after its last one.")
    known = BenchmarkSite(site.id, site.name or site.id, site.simulated)
    first = min(desk.flows.rollups.days(), default=None)
    end = min(end, date.fromisoformat(trading_day(site, now).label))
    begin = max(begin, date.fromisoformat(first)) if first else end
    return known if begin >= end else replace(known, days=_days(desk, (begin, end), now))


def _days(desk: Desk, period: Period, now: float) -> dict[date, BenchmarkDay]:
    site, has = desk.site, next(one.measures for one in desk.flows.subjects() if one.kind == "site")
    if MeasureName.IN not in has:
        problem = "the site counts nobody who comes in"
        raise InputError(problem, "Draw a line at each entrance, and name the entrance at the line.")
    wanted = [name for name in (MeasureName.IN, MeasureName.PASS_BY) if name in has]
    answers = desk.flows.queries([FlowQuery(name, "site", Grain.DAY, *period) for name in wanted])
    passed = {point.label: point.value for point in answers[1].points} if len(answers) > 1 else {}
    days = {bucket.label: bucket for bucket in days_of(site, *period)}
    found = {
        point.label: BenchmarkDay(_open(desk, days[point.label]), point.coverage, point.value, passed.get(point.label))
        for point in answers[0].points
        if point.label in days
    }
    for told_more in (_visits(desk, period), _sold(desk, period, now)):
        found |= {label: replace(found[label], **more) for label, more in told_more.items() if label in found}
    return {date.fromisoformat(label): one for label, one in found.items()}


def _open(desk: Desk, day: Bucket) -> bool:
    return open_time(desk.site, day) is not None


def _visits(desk: Desk, period: Period) -> Mapping[str, Mapping[str, Any]]:
    """Of days whose hours were wholly seen, as far as a day has to be seen to be compared. Never by label."""
    if desk.studies is None or not desk.site.entrances:
        return {}
    found: dict[str, dict[str, float]] = {}
    for label, (figures, lasting) in visits_by_day(desk.studies, "site", period).items():
        if figures.visits is not None and figures.coverage >= SEEN:
            found[label] = {"visits": figures.visits}
            if lasting.mean is not None:
                found[label]["visit_dwell"] = lasting.mean
    return found


def _sold(desk: Desk, period: Period, now: float) -> Mapping[str, Mapping[str, Any]]:
    if desk.studies is None or desk.selling is None or desk.selling.sales.span() is None:
        return {}
    studies = desk.studies.studies
    answer = conversion_answers(desk.site, desk.flows, studies, desk.selling, period, Grain.DAY, now=now)
    found: dict[str, dict[str, Any]] = {}
    for point in next((part.points for part in answer.parts if part.kind == "site"), ()):
        if point.rate is None or point.visitors is None or point.buyers is None:
            continue
        found[point.label] = {"visitors": point.visitors, "buyers": float(point.buyers)}
        if len(point.per_visitor) == 1:
            ((currency, each),) = point.per_visitor.items()
            found[point.label] |= {"sales": each * point.visitors, "currency": currency}
    return found
