"""Queues, heat and groups: what pages and programs ask of a site's studies, and the same as CSV."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta

import numpy as np

from galleria.analytics.heat import Grid
from galleria.domain.access import Actor
from galleria.domain.calendar import Grain
from galleria.domain.site import Queue, Site
from galleria.domain.time import Clock, trading_day
from galleria.storage.exports import csv_text
from galleria.storage.tables import Table

from .audit import Audit
from .flows import Flows
from .grouping import GroupAnswer, group_answers
from .heating import CELL, HeatAnswer, PlanAnswer, heat_answer, plan_answer
from .queueing import QueueAnswer, QueueFigures, queue_answers
from .studies import Studies

Period = tuple[date, date]
_QUEUE_TYPES = {
    "queue": "text", "by": "text", "local": "text", "target": "number", "coverage": "number", "arrivals": "whole",
    "length": "number", "wait": "number", "wait_mean": "number", "wait_p95": "number", "abandonment": "number",
    "service": "number", "tills": "whole",
}  # fmt: skip
_CELL_TYPES = {"x": "number", "y": "number", "seconds": "number", "dwell": "number"}
_PLAN_TYPES = {"x": "number", "y": "number", "cell": "number", "seconds": "number"}
_GROUP_TYPES = {
    "camera": "text", "local": "text", "coverage": "number", "why": "text", "groups": "whole", "tracks": "whole",
    "mean": "number", "shared": "number", **{f"of_{n}": "whole" for n in range(1, 9)},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class StudyDesk:
    """Answers from the studies of a site; threads may share it.

    Attributes:
        studies: of the site; they know it as it is now.
        flows: tells what was seen.
    """

    studies: Studies
    flows: Flows
    audit: Audit
    clock: Clock

    @property
    def site(self) -> Site:
        """As it is now."""
        return self.studies.site

    def queues(
        self,
        period: Period,
        grain: Grain,
        only: Sequence[Queue] | None = None,
        points: Sequence[str] | None = None,
    ) -> list[QueueAnswer]:
        """As `queue_answers`, of the time so far."""
        now = self.clock.now()
        return queue_answers(self.site, self.studies, period, grain, now=now, queues=only, points=points)

    def heat(self, camera: str, period: Period) -> HeatAnswer:
        """As `heat_answer`."""
        return heat_answer(self.site, self.studies, self.flows, camera, period)

    def plan(self, period: Period, cell: float = CELL) -> PlanAnswer:
        """As `plan_answer`."""
        return plan_answer(self.site, self.studies, self.flows, period, cell)

    def groups(self, period: Period) -> list[GroupAnswer]:
        """As `group_answers`."""
        return group_answers(self.site, self.studies, self.flows, period)

    def queues_csv(self, by: Actor, period: Period, grain: Grain, only: Sequence[Queue] | None = None) -> str:
        """One row for each queue and stretch of time; an empty value is absent. Raises as `queues`."""
        self._note(by, "queues")
        return csv_text(Table("queues", _QUEUE_TYPES, list(_queue_rows(self.queues(period, grain, only), grain))))

    def heat_csv(self, by: Actor, camera: str, period: Period) -> str:
        """One row for each cell in which somebody was: its centre, in shares of the picture. Raises as `heat`."""
        self._note(by, f"heat:{self.site.camera(camera).id}")
        answer = self.heat(camera, period)
        rows = [(x, y, seconds, dwell) for x, y, seconds, dwell in _cells(answer)]
        return csv_text(Table("cells", _CELL_TYPES, rows))

    def plan_csv(self, by: Actor, period: Period, cell: float = CELL) -> str:
        """One row for each square in which somebody was: its corner, metres. Raises as `plan`."""
        self._note(by, "heat")
        plan = self.plan(period, cell)
        rows = [
            (plan.corner[0] + column * plan.cell, plan.corner[1] + row * plan.cell, plan.cell, seconds)
            for row, column, seconds in _some(plan.seconds)
        ]
        return csv_text(Table("squares", _PLAN_TYPES, rows))

    def groups_csv(self, by: Actor, period: Period) -> str:
        """One row for each camera and hour of the day, and one for the whole of it. Raises as `groups`."""
        self._note(by, "groups")
        return csv_text(Table("groups", _GROUP_TYPES, list(_group_rows(self.groups(period)))))

    def day(self) -> date:
        """The present trading day's date."""
        return date.fromisoformat(trading_day(self.site, self.clock.now()).label)

    def today(self) -> Period:
        """The present trading day."""
        return self.day(), self.day() + timedelta(days=1)

    def _note(self, by: Actor, what: str) -> None:
        self.audit.write(by, "export.studies", what)


def _queue_rows(answers: Sequence[QueueAnswer], grain: Grain) -> Iterator[tuple[object, ...]]:
    for answer in answers:
        stretches = [(str(grain), one) for one in answer.points]
        stretches += [("hour-of-day", one) for one in answer.hours]
        for by, one in [*stretches, ("whole", answer.whole)]:
            numbers = [getattr(one, each.name) for each in fields(QueueFigures)[1:]]
            yield answer.queue.id, by, one.label, answer.queue.target, *numbers


def _cells(answer: HeatAnswer) -> Iterator[tuple[float, float, float, float | None]]:
    high, wide = answer.seconds.shape
    for row, column, seconds in _some(answer.seconds):
        dwell = float(answer.dwell[row, column])
        yield (column + 0.5) / wide, (row + 0.5) / high, seconds, dwell if np.isfinite(dwell) else None


def _some(grid: Grid) -> Iterator[tuple[int, int, float]]:
    for row, column in np.argwhere(grid > 0):
        yield int(row), int(column), float(grid[row, column])


def _group_rows(answers: Sequence[GroupAnswer]) -> Iterator[tuple[object, ...]]:
    for answer in answers:
        head = (answer.camera,)
        if answer.whole is None:
            yield *head, "", answer.coverage, answer.why, *(None,) * 12
            continue
        for one in (answer.whole, *answer.hours):
            yield *head, one.label, answer.coverage, "", one.groups, one.tracks, one.mean, one.shared, *one.sizes
