"""Makes the history of a site that does not exist, day by day, into a folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np

from galleria.app.keep import DAYS, JOURNAL, MEASURES, edges_of, roll_up
from galleria.app.places import make_folder
from galleria.domain.calendar import days_of
from galleria.domain.errors import StoreError
from galleria.domain.hand_count import HandCount
from galleria.domain.time import Bucket
from galleria.storage.days import Days
from galleria.storage.journal import Journal
from galleria.storage.rollups import RolledDay, Rollups

from .adding_up import day_truth
from .doings import doings_of
from .ground import Ground, ground_of
from .hand_counting import by_hand_on
from .receipts import Rolls, write_receipts
from .scales import Plan
from .scene import book_of
from .seeing import Outages, outages, seen_by
from .site_text import site_text
from .traffic import Regulars, is_holiday
from .truth import DayTruth

SITE, DATA, SALES, TRUTH = "site.yaml", "data", "sales", "truth.json"
_ABOUT = "Simulated: nobody of whom this tells exists. Made by `galleria simulate`"


@dataclass(frozen=True, slots=True)
class Truth:
    """What was true of the history.

    Attributes:
        plan: what was asked for.
        stops: ids of the zones that `DayTruth`'s matrices are about, in order.
        entrances, shops: likewise.
        tills: by id, how much later than the truth its clock shows, seconds, and why.
        days: in order.
        events: how many were written.
    """

    plan: Plan
    stops: tuple[str, ...]
    entrances: tuple[str, ...]
    shops: tuple[str, ...]
    tills: Mapping[str, Mapping[str, str | float]]
    days: tuple[DayTruth, ...]
    events: int


Told = Callable[[str, int], None]


def simulate(plan: Plan, folder: Path, told: Told = lambda _day, _events: None) -> Truth:
    """Make a history: site file, sealed days with their roll-ups, receipts, and what was true of it all.

    Args:
        plan: what is asked for; the same one gives the same history.
        folder: made; it must not hold anything yet.
        told: called after each day with its date and how many events it has.

    Raises:
        InputError: the plan cannot be carried out.
        StoreError: the folder holds something, or cannot be written.
    """
    ground = ground_of(plan)
    _make(folder)
    regulars = Regulars(ground.scale.visits, np.random.default_rng([plan.seed, 2]))
    rolls, sealer = Rolls(ground), Days(folder / DATA / DAYS, ground.site.id)
    days: list[DayTruth] = []
    by_hand: list[HandCount] = []
    total = 0
    with Journal(folder / DATA / JOURNAL), Rollups(folder / DATA / MEASURES) as rollups:
        for day in days_of(ground.site, plan.begin, date.fromordinal(plan.end.toordinal() + 1)):
            truth, counted, events = _day(ground, day, (plan, regulars, rolls), (folder, sealer, rollups))
            days.append(truth)
            by_hand += counted
            total += events
            told(day.label, events)
    site = replace(ground.site, hand_counts=tuple(by_hand))
    _write(folder / SITE, site_text(site, f"{_ABOUT} ({plan.scale}, seed {plan.seed})."))
    found = _truth(ground, plan, days, total)
    _write(folder / TRUTH, json.dumps({"simulated": True, **asdict(found)}, default=str) + "\n")
    return found


def _day(
    ground: Ground,
    day: Bucket,
    known: tuple[Plan, Regulars, Rolls],
    places: tuple[Path, Days, Rollups],
) -> tuple[DayTruth, list[HandCount], int]:
    """One trading day: made, seen, sealed, rolled up; and what was counted by hand on it."""
    plan, regulars, rolls = known
    folder, sealer, rollups = places
    today = date.fromisoformat(day.label)
    random = np.random.default_rng([plan.seed, 3, today.toordinal()])
    doings = doings_of(ground, day, (regulars, plan.end), random)
    gaps = outages(ground, day, doings.opened, random)
    printed = rolls.print(doings.served, random)
    book = book_of(ground, doings, day, random)
    events, facts = seen_by(ground, book, day, gaps, random)
    sealed = sealer.write(day.label, events)
    edges = edges_of(ground.site, day, day.end)
    cells = roll_up(ground.site, day, facts, edges)
    rollups.put(RolledDay(day.label, edges, day.end, sealed=True, events=len(sealed)), cells)
    if doings.opened:
        write_receipts(folder / SALES / f"{day.label}.csv", ground, printed.lines)
    visitors = np.unique(doings.members.visitor[~doings.trips.passer[doings.members.trip]])
    before = regulars.returning(visitors, today.toordinal())
    truth = day_truth(ground, day, doings, printed, (before, is_holiday(today), _away(ground, gaps)))
    return truth, by_hand_on(ground, plan, today, doings), len(sealed)


def _away(ground: Ground, gaps: Outages) -> dict[str, tuple[float, float]]:
    away = np.flatnonzero(np.isfinite(gaps.begin)).tolist()
    return {ground.site.cameras[n].id: (round(float(gaps.begin[n]), 3), round(float(gaps.end[n]), 3)) for n in away}


def _truth(ground: Ground, plan: Plan, days: list[DayTruth], events: int) -> Truth:
    return Truth(
        plan,
        tuple(ground.zones[n] for n in ground.stop_zone.tolist()),
        tuple(door.id for door in ground.site.entrances),
        tuple(shop.id for shop in ground.site.shops),
        {one.till.id: {"shop": one.till.shop, "ahead": one.ahead, "why": one.why} for one in ground.tills},
        tuple(days),
        events,
    )


def _make(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        problem = f"{folder} is not empty" if folder.is_dir() else f"{folder} is a file"
        raise StoreError(problem, "Name a folder that is empty or not there yet.")
    for place in (folder, folder / DATA, folder / SALES):
        make_folder(place)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        problem = f"{path} cannot be written: {error.strerror}"
        raise StoreError(problem, "Check free space and your permissions.") from error
