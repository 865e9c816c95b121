"""One subject's cells into the answer to a question, as the plan says."""

from __future__ import annotations

import numpy as np

from galleria.analytics.cells import Cells, Part
from galleria.domain.measure import MeasureName
from galleria.domain.time import clip_text, local_text, zone_named

from .flow_plan import Before, Plan
from .flow_query import FlowAnswer, FlowPoint
from .flow_run import DayRun
from .flow_sums import ENOUGH, Sums, coverage

_HOUR = 3600


def answer(run: DayRun, how: Plan, measure: MeasureName, cells: Cells, without: int = 0) -> FlowAnswer:
    """Answer it; `cells` are the subject's, of all days of the run; `without`: days that were counted without it."""
    now = Sums.of(cells, how.shown)
    whole = now.together()
    alike = _alike(cells, how.before) if how.before else None
    return FlowAnswer(
        _points(how, measure, cells, now),
        whole.values(measure)[0],
        alike[1].values(measure)[0] if alike else None,
        measure.unit,
        _notes(run, whole.coverage[0])
        + _not_yet(without)
        + (_left_out(whole, alike and alike[0]) if how.before else []),
        alike[0].values(measure)[0] if alike else None,
        whole.coverage[0],
    )


def _points(how: Plan, measure: MeasureName, cells: Cells, now: Sums) -> list[FlowPoint]:
    values = zip(how.spans, now.values(measure), now.coverage, strict=True)
    if how.before is None:
        return [FlowPoint(*span, value, share) for span, value, share in values]
    before = Sums.of(cells, how.before.shown)
    others = zip(before.values(measure), before.coverage, how.before.known, strict=True)
    return [
        FlowPoint(*span, value, share, *((was, was_share) if known else (None, None)))
        for (span, value, share), (was, was_share, known) in zip(values, others, strict=True)
    ]


def _alike(cells: Cells, before: Before) -> tuple[Sums, Sums] | None:
    """What is compared, of both periods: cells that were seen well enough in both; None without any."""
    enough = coverage(cells.parts) >= ENOUGH
    fit = enough[before.mine] & enough[before.others]
    if not fit.any():
        return None
    mine, others = np.zeros((2, len(enough)), np.bool_)
    mine[before.mine[fit]] = others[before.others[fit]] = True
    return Sums.where(cells, mine), Sums.where(cells, others)


def _notes(run: DayRun, seen: float) -> list[str]:
    zone = zone_named(run.site.zone)
    going_on = (day for day in run.days[run.own] if day.bucket.begin < day.until < day.bucket.end)
    notes = [f"{day.bucket.label} goes on: counted up to {local_text(day.until, zone)}." for day in going_on]
    if 0 < seen < ENOUGH:
        share = f"{100 * seen:.0f} %"
        notes.append(f"Cameras saw {share} of the open time; what happened in the rest is not in these numbers.")
    return notes


def _not_yet(days: int) -> list[str]:
    if not days:
        return []
    return [f"{days} {'days were' if days > 1 else 'day was'} counted without this place, and left out."]


def _left_out(whole: Sums, alike: Sums | None) -> list[str]:
    """What of the period is not compared."""
    if alike is None:
        return ["Nothing can be compared: no quarter hour was seen in both periods."]
    left_out = float(whole.parts[0, Part.OPEN] - alike.parts[0, Part.OPEN])
    if left_out < 1:
        return []
    hours_text = f"{left_out / _HOUR:.1f} h" if left_out >= _HOUR else f"{clip_text(left_out)} min"
    return [f"The totals compare what both periods saw; {hours_text} of the open time are left out."]
