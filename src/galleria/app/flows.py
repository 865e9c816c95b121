"""Any measure over any period, compared like with like, from the roll-ups.

Totals compare only quarter hours that have passed and that both periods have seen (at least nine tenths of them); a
gap is None, never zero. The occupancy of a bucket is the most that were inside at once in it. Several points of one
answer need not add up to its total where a measure does not add up: medians, rates and peaks are of the whole period.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from galleria.analytics.cells import PARTS, Part
from galleria.analytics.occupancy import Drift, reconcile
from galleria.domain.calendar import Compare, Grain
from galleria.domain.errors import InputError
from galleria.domain.live import Occupancy
from galleria.domain.measure import MeasureName
from galleria.domain.site import Site
from galleria.storage.rollups import Rollups

from .flow_answer import answer
from .flow_plan import plan
from .flow_query import FlowAnswer, FlowPoint, FlowQuery, Overview, Subject
from .flow_run import Asked, day_run
from .flow_subjects import subject_of, subjects
from .flow_sums import MEASURES
from .overview import overview

__all__ = ["Compare", "FlowAnswer", "FlowPoint", "FlowQuery", "Flows", "Grain", "Overview", "Subject"]

_MOST_POINTS = 20_000
_MOST_DAYS = 366 * 12
_PER_DAY = {Grain.QUARTER_HOUR: 96, Grain.HOUR: 24}


@dataclass(slots=True)
class Flows:
    """Answers questions about a site; threads may share it.

    Attributes:
        site: as it is now; replace it when it was changed.
        rollups: where measures are kept.
        journal: where conditions of cameras are.
    """

    site: Site
    rollups: Rollups
    journal: Path

    def query(self, q: FlowQuery) -> FlowAnswer:
        """Answer one question.

        Raises:
            InputError: there is no such measure or subject, the subject does not have that measure, or the period is
                empty or too long.
            StoreError: the roll-ups cannot be read.
        """
        return self.queries([q])[0]

    def queries(self, some: Sequence[FlowQuery]) -> list[FlowAnswer]:
        """Answer several questions, in their order; those about one period and grain cost little more than one.

        Raises:
            InputError: as `query` says, of any of them.
            StoreError: likewise.
        """
        measures = self._checked(some)
        answers: dict[int, FlowAnswer] = {}
        asked = [Asked(q.grain, q.begin, q.end, q.compare) for q in some]
        for period in dict.fromkeys(asked):
            alike = [n for n, one in enumerate(asked) if one == period]
            found = self._of_period(period, [(some[n].subject, measures[n]) for n in alike])
            answers |= dict(zip(alike, found, strict=True))
        return [answers[n] for n in range(len(some))]

    def check(self, places: Sequence[str], period: tuple[date, date]) -> None:
        """See that comings of these subjects over a period can be told by day.

        Raises:
            InputError: there is no such subject, or the period is empty or too long.
        """
        self._checked([FlowQuery(MeasureName.IN, place, Grain.DAY, *period) for place in places])

    def overview(self, now: float, occupancy: Occupancy | None = None) -> Overview:
        """Today at a glance.

        Args:
            now: seconds since 1970-01-01 UTC.
            occupancy: as it is kept live; None: as of the last roll-up.

        Raises:
            StoreError: the roll-ups or the journal cannot be read.
        """
        return overview(self.site, self.rollups, self.journal, now, occupancy)

    def drift(self, day: date) -> Drift:
        """What a trading day's comings and goings were off by when the site had closed, shared out over its entrances.

        What was not seen counts as nobody: look at the coverage, too.

        Raises:
            StoreError: the roll-ups cannot be read.
        """
        keys = {entrance.id: f"entrance:{entrance.id}" for entrance in self.site.entrances}
        sums = self.rollups.totals_on(day.isoformat(), list(keys.values()))
        nobody = np.zeros(PARTS)
        crossed = {door: sums.get(key, nobody)[[Part.CAME, Part.WENT]] for door, key in keys.items()}
        return reconcile({door: (round(came), round(went)) for door, (came, went) in crossed.items()})

    def counted(self, begin: date, end: date) -> bool:
        """Whether anything was written about a day of [begin, end).

        Raises:
            StoreError: the roll-ups cannot be read.
        """
        return bool(self.rollups.days(begin.isoformat(), end.isoformat()))

    def subjects(self) -> list[Subject]:
        """What can be asked about, in the order of the site file."""
        return subjects(self.site)

    def _checked(self, some: Sequence[FlowQuery]) -> list[MeasureName]:
        known = {subject.key: subject for subject in self.subjects()}
        for q in some:
            if q.measure not in MEASURES:
                problem = f"there is no measure {q.measure!r}"
                raise InputError(problem, f"Ask for one of {', '.join(sorted(MEASURES))}.")
            subject = subject_of(known, q.subject)
            if q.measure not in subject.measures:
                problem = f"{q.subject} has no measure {q.measure!r}"
                raise InputError(problem, f"It has {', '.join(subject.measures)}.")
            days = (q.end - q.begin).days
            if days <= 0:
                problem = f"the period ends on {q.end}, and begins on {q.begin}"
                raise InputError(problem, "Its end is the day after its last one.")
            if days > _MOST_DAYS or days * _PER_DAY.get(q.grain, 1) > _MOST_POINTS:
                problem = f"{days} days by {q.grain} are too many"
                raise InputError(problem, "Choose a shorter period or a coarser grain.")
        return [MeasureName(q.measure) for q in some]

    def _of_period(self, asked: Asked, wanted: Sequence[tuple[str, MeasureName]]) -> list[FlowAnswer]:
        """Answers about one period, by subject and measure."""
        run = day_run(self.site, self.rollups, asked)
        if not run.days[run.own]:  # a date that the zone's clocks jumped over
            return [FlowAnswer((), None, None, measure.unit) for _, measure in wanted]
        how = plan(asked, run)
        read = self.rollups.totals if asked.whole else self.rollups.cells
        found: dict[int, FlowAnswer] = {}
        for subject, days in read(
            list(dict.fromkeys(subject for subject, _ in wanted)),
            [day.bucket.label for day in run.days if day.rolled],
            dwells=any(measure is MeasureName.DWELL_MEDIAN for _, measure in wanted),
        ):
            cells = run.cells(days)
            without = run.days_without(days)
            found |= {
                n: answer(run, how, measure, cells, without)
                for n, (one, measure) in enumerate(wanted)
                if one == subject
            }
        return [found[n] for n in range(len(wanted))]
