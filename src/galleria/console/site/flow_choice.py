"""What a reader chose on the Flows page, from the address: it can be kept, shared and sent. Knows no HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from galleria.app.flow_query import FlowQuery, Subject
from galleria.domain.calendar import Compare, Grain
from galleria.domain.errors import InputError
from galleria.domain.measure import MeasureName

from .period import Dates, Period, Present, dates_of

MOST_SUBJECTS = 6
MOST_DAYS = {Grain.QUARTER_HOUR: 8, Grain.HOUR: 62, Grain.DAY: 1100, Grain.WEEK: 3660, Grain.MONTH: 3660}
"""For how long a period each grain is shown: beyond, a page would have more rows than anybody reads."""
_LONGEST = 3660
_Name = TypeVar("_Name", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Choice:
    """A question that the page can answer.

    Attributes:
        measure: that at least one subject has.
        subjects: one to six, all of which have the measure.
        coarser: the grain that was asked for, when it was too fine for so long a period.
        dropped: names of subjects that were asked for and do not have the measure.
    """

    measure: str
    subjects: tuple[Subject, ...]
    period: Period
    dates: Dates
    grain: Grain
    compare: Compare
    coarser: Grain | None = None
    dropped: tuple[str, ...] = ()

    def queries(self) -> list[FlowQuery]:
        """One for each subject."""
        return [
            FlowQuery(self.measure, subject.key, self.grain, self.dates.begin, self.dates.end, self.compare)
            for subject in self.subjects
        ]

    def address(self, **instead: str) -> str:
        """The page's address for this choice, with some of it chosen otherwise."""
        pairs = {
            "measure": self.measure,
            "subject": [subject.key for subject in self.subjects],
            "period": str(self.period),
            "grain": str(self.grain),
            "compare": str(self.compare),
        }
        if self.period is Period.CUSTOM:
            pairs |= {"from": self.dates.begin.isoformat(), "to": self.dates.last.isoformat()}
        return "/flows?" + urlencode({**pairs, **instead}, doseq=True)


def fits(grain: Grain, dates: Dates) -> bool:
    """Whether a period of this length is shown by this grain."""
    return dates.days <= MOST_DAYS[grain]


def usual_grain(dates: Dates) -> Grain:
    """How finely a period is shown when nobody said."""
    if dates.days <= 1:
        return Grain.QUARTER_HOUR
    if dates.days <= 3:  # noqa: PLR2004  # hours of three days still have room for their bars
        return Grain.HOUR
    return Grain.DAY if dates.days <= 95 else Grain.WEEK if dates.days <= 400 else Grain.MONTH  # noqa: PLR2004


def choice(query: Mapping[str, Sequence[str]], subjects: Sequence[Subject], present: Present) -> Choice:
    """Read a choice from an address; what it does not say is filled in: comings of the site, full days.

    Args:
        query: the address's parameters.
        subjects: those that the site has; at least one.
        present: what periods by name are reckoned from.

    Raises:
        InputError: a name or date in the address means nothing.
    """
    measure = str(_named(MeasureName, _one(query, "measure"), "measure") or MeasureName.IN)
    chosen, dropped = _subjects(query.get("subject", ()), subjects, measure)
    if not chosen:  # a site without lines has zones or cameras
        measure = subjects[0].measures[0] if subjects[0].measures else measure
        chosen = (subjects[0],)
    period = _named(Period, _one(query, "period"), "period")
    if period is None:
        period = Period.CUSTOM if _one(query, "from") else present.opens
    dates = dates_of(period, present.today, present.full) or _custom(query, present.today)
    asked = _named(Grain, _one(query, "grain"), "grain")
    grain = asked or usual_grain(dates)
    while not fits(grain, dates):
        grain = list(Grain)[list(Grain).index(grain) + 1]
    compare = _named(Compare, _one(query, "compare"), "comparison")
    coarser = asked if asked is not None and asked is not grain else None
    return Choice(measure, chosen, period, dates, grain, compare or Compare.NONE, coarser, dropped)


def _subjects(
    keys: Sequence[str], known: Sequence[Subject], measure: str
) -> tuple[tuple[Subject, ...], tuple[str, ...]]:
    """Those asked for that have the measure (the first that has it, if none), and the names of the others."""
    by_key = {subject.key: subject for subject in known}
    if missing := next((key for key in keys if key not in by_key), None):
        problem = f"this site has no {missing!r}"
        raise InputError(problem, "It may have been removed or renamed: choose from the list.")
    asked = [by_key[key] for key in dict.fromkeys(keys)]
    if len(asked) > MOST_SUBJECTS:
        problem = f"{len(asked)} places were chosen, and the page shows {MOST_SUBJECTS} at once"
        raise InputError(problem, "Choose fewer; an export has them all.")
    chosen = tuple(subject for subject in asked if measure in subject.measures)
    dropped = tuple(subject.name for subject in asked if measure not in subject.measures)
    return chosen or tuple(subject for subject in known if measure in subject.measures)[:1], dropped


def _custom(query: Mapping[str, Sequence[str]], today: date) -> Dates:
    begin = _date(_one(query, "from")) or today - timedelta(days=6)
    last = _date(_one(query, "to")) or max(today, begin)
    if last < begin:
        problem = f"the period begins on {begin.isoformat()} and ends before it, on {last.isoformat()}"
        raise InputError(problem, "Choose a last day that is not before the first.")
    if (last - begin).days >= _LONGEST:
        problem = "the period is longer than ten years"
        raise InputError(problem, "Choose a shorter one.")
    return Dates(begin, last + timedelta(days=1))


def _date(text: str) -> date | None:
    if not text:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        problem = f"{text!r} is not a date"
        raise InputError(problem, "Write it as 2026-03-29.") from error
    if not 2000 <= found.year <= 2200:  # noqa: PLR2004  # beyond, calendars and clocks are not to be trusted
        problem = f"nothing was counted in the year {found.year}"
        raise InputError(problem, "Choose a date of this century.")
    return found


def _one(query: Mapping[str, Sequence[str]], name: str) -> str:
    values = query.get(name, ())
    return values[-1].strip() if values else ""


def _named(kind: type[_Name], text: str, what: str) -> _Name | None:
    if not text:
        return None
    try:
        return kind(text)
    except ValueError as error:
        problem = f"there is no {what} {text[:40]!r}"
        raise InputError(problem, f"There are: {', '.join(kind)}.") from error
