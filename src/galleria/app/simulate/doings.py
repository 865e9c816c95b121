"""What people do on a trading day, whatever the cameras see of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from galleria.analytics.facts import Places
from galleria.domain.calendar import day_of, open_time
from galleria.domain.time import Bucket

from .ground import Ground
from .routes import Calls, Plans, Stops, customers, flat, routes
from .staff import Staff, staff_day
from .tills import Served, serve
from .traffic import Members, Regulars, Trips, back_again, first_trips, members_of, second_trips


@dataclass(frozen=True, slots=True)
class Doings:
    """Everything that happened on a trading day.

    Attributes:
        opened: when the site is open; None: nobody comes but staff.
        passing: (entrances,) how many walked past.
    """

    opened: tuple[float, float] | None
    trips: Trips
    members: Members
    plans: Plans
    stops: Stops
    calls: Calls
    served: Served
    staff: Staff
    passing: Places


def doings_of(ground: Ground, day: Bucket, people: tuple[Regulars, date], random: np.random.Generator) -> Doings:
    """Draw what happens on a day.

    Args:
        ground: the site.
        day: all of it.
        people: the neighbourhood, and the date that a year's growth is told from.
        random: draws.
    """
    opened = open_time(ground.site, day)
    after = day_of(ground.site, date.fromordinal(date.fromisoformat(day.label).toordinal() + 1))
    tomorrow = after is not None and open_time(ground.site, after) is not None
    staff = staff_day(ground, day, opened, random, tomorrow=tomorrow)
    trips, plans, served = _trips(ground, day, opened, people, random)
    shift = np.zeros(plans.stop.shape)
    shift[plans.pays] = served.added
    moved = plans.moved(shift)
    stops, calls = flat(ground, moved, shift)
    coming = np.bincount(trips.door, weights=trips.size, minlength=ground.scale.entrances)
    passing = random.poisson(coming * ground.scale.passing)
    return Doings(opened, trips, members_of(trips, random), moved, stops, calls, served, staff, passing)


def _trips(
    ground: Ground,
    day: Bucket,
    opened: tuple[float, float] | None,
    people: tuple[Regulars, date],
    random: np.random.Generator,
) -> tuple[Trips, Plans, Served]:
    """Who came, what they meant to do, and what became of it before the tills."""
    span = opened or (day.begin, day.end)
    trips = first_trips(ground, day, span, people, random)
    if opened is None:
        trips = trips.where(np.zeros(len(trips), np.bool_))
    plans = routes(ground, trips, span[1], random)
    chosen = second_trips(trips, random)
    again = back_again(trips, plans.left, chosen, span[1], random)
    plans = plans.without_pay(chosen) + routes(ground, again, span[1], random)
    trips = trips + again
    return trips, plans, serve(ground, customers(ground, plans), span, random)
