"""How much cameras saw of a period, and why there is no number where there is none."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Any

from galleria.domain.calendar import Grain
from galleria.domain.measure import MeasureName

from .flow_query import FlowQuery
from .flows import Flows
from .studies import Studies, Study


class NotThere(StrEnum):
    """Why an answer has no numbers."""

    NOT_SEEN = "not-seen"
    NOT_STUDIED = "not-studied"
    NOT_CALIBRATED = "not-calibrated"


def seen_shares(flows: Flows, cameras: Iterable[str], period: tuple[date, date]) -> dict[str, float]:
    """Share of the open time so far in which each camera was seeing, by camera.

    Raises:
        InputError: the period is empty or too long.
        StoreError: the roll-ups cannot be read.
    """
    wanted = list(cameras)
    asked = [FlowQuery(MeasureName.STAYS, f"camera:{camera}", Grain.DAY, *period) for camera in wanted]
    return {camera: answer.coverage for camera, answer in zip(wanted, flows.queries(asked), strict=True)}


def why_not(studies: Studies, study: Study[Any], period: tuple[date, date], coverage: float) -> NotThere | None:
    """Why a study has nothing of a camera in a period; None: it has.

    Raises:
        StoreError: the studies cannot be read.
    """
    if not coverage:
        return NotThere.NOT_SEEN
    begin, end = (day.isoformat() for day in period)
    done = any(begin <= day < end for day in studies.store.days(study.name))
    return None if done else NotThere.NOT_STUDIED
