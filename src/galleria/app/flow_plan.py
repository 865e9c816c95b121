"""Which cells are added up to answer a question about a period: the same for every subject and measure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from galleria.domain.calendar import Compare, Grain, label_of
from galleria.domain.site import Site
from galleria.domain.time import hours, local_text, zone_named

from .flow_days import beside, shape_of
from .flow_run import Asked, DayRun, RunDay
from .flow_sums import Runs

Places = NDArray[np.intp]
Span = tuple[float, float, str]


@dataclass(frozen=True, slots=True)
class Before:
    """What the period is compared with.

    Attributes:
        mine: (p,) cells of the period that have passed, as their like has.
        others: (p,) their like.
        shown: what stands beside each bucket: of quarter hours and hours their like; of longer ones the same days, as
            far as they have passed.
        known: whether anything stands there, by bucket.
    """

    mine: Places
    others: Places
    shown: Runs
    known: Sequence[bool]


@dataclass(frozen=True, slots=True)
class Plan:
    """How to answer.

    Attributes:
        spans: begin, end and label of each bucket.
        shown: the cells of each.
        before: None: nothing is compared.
    """

    spans: Sequence[Span]
    shown: Runs
    before: Before | None


def plan(asked: Asked, run: DayRun) -> Plan:
    """Make it, for a period of at least one day."""
    own = run.days[run.own]
    cells = np.arange(own[0].at, own[-1].end)
    spans, bounds = _within_days(asked.grain, run.site, own) if asked.grain.within_days else _of_days(asked.grain, own)
    bucket = np.searchsorted(np.array(bounds), cells, "right") - 1
    before = _before(asked, run, bucket, len(spans)) if asked.compare is not Compare.NONE else None
    return Plan(spans, Runs.of(cells, bucket, len(spans)), before)


def _of_days(grain: Grain, own: Sequence[RunDay]) -> tuple[list[Span], list[int]]:
    """Buckets of one or several days, and the cells they begin with."""
    labels = [label_of(grain, date.fromisoformat(day.bucket.label)) for day in own]
    bounds = [n for n in range(len(own)) if n == 0 or labels[n] != labels[n - 1]] + [len(own)]
    spans = [(own[low].bucket.begin, own[high - 1].bucket.end, labels[low]) for low, high in pairwise(bounds)]
    return spans, [own[low].at for low in bounds[:-1]]


def _within_days(grain: Grain, site: Site, own: Sequence[RunDay]) -> tuple[list[Span], list[int]]:
    """Buckets of quarter hours or hours, likewise."""
    zone = zone_named(site.zone)
    begins = np.concatenate([day.edges[:-1] for day in own])
    end = own[-1].bucket.end
    bounds = list(range(len(begins) + 1))
    if grain is Grain.HOUR:
        starts = [hour.begin for hour in hours(zone, float(begins[0]), end)]
        bounds = sorted({int(n) for n in np.searchsorted(begins, starts)} | {0, len(begins)})
    edges = [*begins.tolist(), end]
    spans = [(edges[low], edges[high], local_text(edges[low], zone)) for low, high in pairwise(bounds)]
    return spans, [own[0].at + low for low in bounds[:-1]]


def _before(asked: Asked, run: DayRun, bucket: Places, count: int) -> Before:
    """`bucket` (n,) is that of each of the period's cells."""
    first = run.days[run.own][0].at
    pairs: list[tuple[Places, Places]] = [_NONE]
    passed: list[tuple[Places, Places]] = [_NONE]
    shown: list[tuple[Places, Places]] = [_NONE]  # cells, and the bucket of each
    known = np.zeros(count, np.bool_)
    for day, before, (mine, others) in _beside(asked, run):
        pairs.append((day.at + mine, before.at + others))
        if day.over and before.over:
            passed.append(pairs[-1])
        else:
            both = day.passed[mine] & before.passed[others]
            passed.append((day.at + mine[both], before.at + others[both]))
        at = bucket[day.at - first]
        known[at] |= not asked.grain.within_days
        # A day that is over stands beside all of the other, an hour that one of them did not have as well.
        same = np.arange(len(before.edges) - 1) if day.over else np.unique(others[day.passed[mine]])
        shown.append((before.at + same, np.full(len(same), at)))
    if asked.grain.within_days:
        mine, others = _joined(pairs)
        shown = [(others, bucket[mine - first])]
        known[shown[0][1]] = True
    return Before(*_joined(passed), Runs.of(*_joined(shown), count), known.tolist())


_NONE = (np.zeros(0, np.intp), np.zeros(0, np.intp))


def _joined(some: Sequence[tuple[Places, Places]]) -> tuple[Places, Places]:
    return np.concatenate([a for a, _ in some]), np.concatenate([b for _, b in some])


def _beside(asked: Asked, run: DayRun) -> list[tuple[RunDay, RunDay, tuple[Places, Places]]]:
    """The period's days that are compared, each with its other, and pairs of their cells at the same local time."""
    by_label = {day.bucket.label: day for day in run.days if day.rolled}
    # Nearly all days have the same quarter hours, and to look at their clocks takes long.
    shapes = {day.at: shape_of(run.site, day.edges) for day in run.days}
    found = []
    for day in run.days[run.own]:
        other = by_label.get((date.fromisoformat(day.bucket.label) - asked.compare.back).isoformat())
        if other is None:
            continue
        if shapes[day.at] is not None and shapes[day.at] == shapes[other.at]:
            everything = np.arange(len(day.edges) - 1)
            found.append((day, other, (everything, everything)))
        else:
            found.append((day, other, beside(run.site, day.edges, other.edges)))
    return found
