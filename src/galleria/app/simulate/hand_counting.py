"""Somebody at the doors of a made-up site, who counts by hand on some days: comings, staff, and who comes in again."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from galleria.analytics.facts import Flags, Numbers
from galleria.domain.calendar import day_of, open_time
from galleria.domain.hand_count import HandCount

from .doings import Doings
from .ground import Ground
from .scales import Plan

_DOORS = 3  # people who count, each at one of the busiest entrances
_TURNS, _TURN = 4, 1800.0  # how often each of them stands there on a day, and for how long: two hours in all
_DAYS = 2
_YEAR, _WEEK = timedelta(days=364), 7


def by_hand_on(ground: Ground, plan: Plan, day: date, doings: Doings) -> list[HandCount]:
    """What is counted by hand on a day: on the last two that are open, and on those 52 weeks before each."""
    years = (plan.end - day) // _YEAR
    if day not in _last_open(ground, plan.end - years * _YEAR):
        return []
    return count_by_hand(ground, day, doings, np.random.default_rng([plan.seed, 4, day.toordinal()]))


def count_by_hand(ground: Ground, day: date, doings: Doings, random: np.random.Generator) -> list[HandCount]:
    """What people at the busiest doors write down on a day; nothing if it is closed or nobody came while they stood.

    Staff are known by what they wear. Who comes in is asked whether they have been inside within the last three hours.

    Args:
        ground: the site.
        day: by date.
        doings: what happens on it.
        random: draws when they stand there.
    """
    if doings.opened is None:
        return []
    busiest = np.argsort(-ground.busy, kind="stable")[:_DOORS].tolist()
    found = []
    for door in busiest:
        begins = _turns(doings.opened, random)
        found += _at_door(ground, (door, day), doings, begins)
    return found


def _last_open(ground: Ground, end: date) -> list[date]:
    """Up to that day."""
    days = (end - timedelta(days=n) for n in range(_WEEK))
    opened = [one for one in days if (day := day_of(ground.site, one)) and open_time(ground.site, day)]
    return opened[:_DAYS]


def _turns(opened: tuple[float, float], random: np.random.Generator) -> Numbers:
    """When each turn begins: one in every part of the day, as long as the others, at a time drawn by lot."""
    low, high = opened
    part = (high - low) / _TURNS
    begins: Numbers = low + np.arange(_TURNS) * part + random.uniform(0.0, part - _TURN, _TURNS)
    return begins


def _at_door(ground: Ground, at: tuple[int, date], doings: Doings, begins: Numbers) -> list[HandCount]:
    door, day = at
    trips, members, staff = doings.trips, doings.members, doings.staff
    came = trips.begin[members.trip] + members.lag
    mine = (trips.door[members.trip] == door) & _within(came, begins)
    kept = staff.came & (staff.door == door) & _within(staff.time, begins)
    again = int((mine & trips.again[members.trip]).sum())
    seen, own = int(mine.sum()), int(kept.sum())
    if not seen + own:
        return []
    return [HandCount(day, seen + own, own, again, f"entrance:{ground.site.entrances[door].id}")]


def _within(time: Numbers, begins: Numbers) -> Flags:
    turns = (time >= begins[:, None]) & (time < begins[:, None] + _TURN)
    found: Flags = np.logical_or.reduce(turns, axis=0)
    return found
