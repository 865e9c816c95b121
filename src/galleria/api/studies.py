"""The shapes of answers about queues, heat and groups. Part of the API's contract: v1 only grows."""

from __future__ import annotations

import math
from typing import TypeVar

import numpy as np
from pydantic import Field

from galleria.analytics.heat import Grid
from galleria.app.camera_seen import NotThere
from galleria.app.grouping import GroupAnswer
from galleria.app.heating import HeatAnswer, PlanAnswer
from galleria.app.queueing import QueueAnswer
from galleria.domain.catalogue import CATALOGUE, Entry

from .answers import Answer

_WHY = Field(description="Why there are no numbers; null: there are.")
_A = TypeVar("_A", bound=Answer)


class EntryAnswer(Answer):
    """What a measure is, and how far to trust it."""

    name: str
    title: str
    meaning: str
    unit: str
    of: list[str]
    coverage: str = Field(description="What its coverage is the share of.")
    error: str

    @classmethod
    def told(cls, *names: str) -> list[EntryAnswer]:
        """Entries of the catalogue, by name; all of them without any."""
        entries: list[Entry] = [CATALOGUE[name] for name in names] if names else [*CATALOGUE.values()]
        return [cls.model_validate(entry) for entry in entries]


class QueueStretch(Answer):
    """A stretch of a queue's time. What there is no number of is null, never zero."""

    label: str = Field(description="A date, an ISO week, a month or an hour of the day; empty: the whole period.")
    coverage: float = Field(description="Share of the open time so far that was seen.")
    arrivals: int | None
    length: float | None = Field(description="People waiting at once, mean.")
    wait: float | None = Field(description="Seconds, median.")
    wait_mean: float | None
    wait_p95: float | None
    abandonment: float | None = Field(description="Share that left unserved.")
    service: float | None = Field(description="Seconds, mean.")
    tills: int | None = Field(description="How many were needed in the busiest hour of the day.")


class QueueTold(Answer):
    """One queue over a period."""

    queue: str
    name: str
    target: float = Field(description="Seconds that nobody should wait longer than.")
    too_long: bool | None = Field(
        description="Whether one in twenty waited longer than the target; null: nobody waited."
    )
    points: list[QueueStretch]
    hours: list[QueueStretch] = Field(description="By hour of the day, all days together.")
    whole: QueueStretch

    @staticmethod
    def told(answer: QueueAnswer) -> dict[str, object]:
        """For `told_plainly`."""
        longest = answer.whole.wait_p95
        return {
            "queue": answer.queue.id,
            "name": answer.queue.name or answer.queue.id,
            "target": answer.queue.target,
            "too_long": None if longest is None else longest > answer.queue.target,
            "points": answer.points,
            "hours": answer.hours,
            "whole": answer.whole,
        }


class QueuesTold(Answer):
    """All queues."""

    queues: list[QueueTold]
    meanings: list[EntryAnswer]


class ZoneHeatTold(Answer):
    """A zone's part of a picture's presence."""

    zone: str
    name: str
    seconds: float
    share: float | None


class HeatTold(Answer):
    """One camera's picture: rows from the top, columns from the left, each cell as large as the others."""

    camera: str
    coverage: float
    why: NotThere | None = _WHY
    rows: int
    columns: int
    seconds: list[list[float]] | None = Field(description="Of presence, all tracks together, by row and column.")
    dwell: list[list[float | None]] | None = Field(description="Seconds a track; null where none came.")
    zones: list[ZoneHeatTold]
    meanings: list[EntryAnswer]

    @classmethod
    def told(cls, answer: HeatAnswer) -> HeatTold:
        rows, columns = answer.seconds.shape
        there = answer.why is None
        return cls(
            camera=answer.camera.id,
            coverage=answer.coverage,
            why=answer.why,
            rows=rows,
            columns=columns,
            seconds=_numbers(answer.seconds) if there else None,
            dwell=_gaps(answer.dwell) if there else None,
            zones=_all(ZoneHeatTold, answer.zones) if there else [],
            meanings=EntryAnswer.told("presence"),
        )


class PlanTold(Answer):
    """The floor of the calibrated cameras: rows along y, columns along x, in squares."""

    cell: float = Field(description="Side of a square, metres.")
    x: float = Field(description="Of the first square's corner, metres.")
    y: float
    coverage: dict[str, float] = Field(description="By camera, of those that are calibrated.")
    why: NotThere | None = _WHY
    seconds: list[list[float]] | None
    meanings: list[EntryAnswer]

    @classmethod
    def told(cls, answer: PlanAnswer) -> PlanTold:
        return cls(
            cell=answer.cell,
            x=answer.corner[0],
            y=answer.corner[1],
            coverage=answer.coverage,
            why=answer.why,
            seconds=_numbers(answer.seconds) if answer.why is None else None,
            meanings=EntryAnswer.told("presence"),
        )


class GroupStretch(Answer):
    """Groups; who is alone is a group of one."""

    label: str = Field(description="An hour of the day; empty: the whole period.")
    groups: int
    tracks: int
    mean: float | None = Field(description="Tracks in a group.")
    shared: float | None = Field(description="Share of tracks that were not alone.")
    sizes: list[int] = Field(description="How many groups of one, two, … and eight or more.")


class GroupTold(Answer):
    """Groups before one camera; of an empty `camera`: before all calibrated ones."""

    camera: str
    name: str
    coverage: float
    why: NotThere | None = _WHY
    whole: GroupStretch | None
    hours: list[GroupStretch]


class GroupsTold(Answer):
    """All calibrated cameras together first, then one by one."""

    groups: list[GroupTold]
    meanings: list[EntryAnswer]

    @classmethod
    def told(cls, answers: list[GroupAnswer]) -> GroupsTold:
        return cls(groups=_all(GroupTold, answers), meanings=EntryAnswer.told("group_size", "shared"))


def _all(kind: type[_A], some: object) -> list[_A]:
    return [kind.model_validate(one) for one in some]  # type: ignore[attr-defined]


def _numbers(grid: Grid) -> list[list[float]]:
    rows: list[list[float]] = np.round(grid, 1).tolist()
    return rows


def _gaps(grid: Grid) -> list[list[float | None]]:
    return [[value if math.isfinite(value) else None for value in row] for row in _numbers(grid)]
