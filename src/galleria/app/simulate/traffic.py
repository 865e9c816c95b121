"""Who comes on a trading day: how many, when, by which entrance, with whom, and whether they have been here before."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from math import exp, pi, sin

import numpy as np

from galleria.analytics.facts import Flags, Numbers, Places
from galleria.domain.time import Bucket

from .ground import COUNTRY, Ground

LARGEST = 5
SIZES = np.array([0.55, 0.28, 0.10, 0.05, 0.02])  # of parties: one to five
MEAN_SIZE = float(SIZES @ np.arange(1, LARGEST + 1))
PASSER = 60.0  # who stays for less passes through
_PASSERS = 0.06
_REGULARS = 0.35  # of parties: those of the neighbourhood, who come again and again
_HOLIDAY = 1.3
_TREND = 0.04  # a year
_NOISE = 0.05
_SAME_DOOR = 0.55  # of parties leave where they came in, besides those who do so by chance
_TWICE, _SOON = 0.05, 0.75  # of parties come back on the same day; of these, soon
_SATURDAY, _WEEKEND_EARLIER = 5, 1.5  # hours by which the busiest time is earlier
_LAST_ENTRY = 1200.0  # nobody comes in so shortly before closing
_STRANGERS = 10**9  # numbers of visitors who come once; a day has its own million
_A_DAY = 10**6
LOOK_BACK = 30  # days after which a visitor is new again


@dataclass(frozen=True, slots=True)
class Trips:
    """Ways of parties into the site and out again; (n,) each.

    Attributes:
        begin: when the first of them came in, seconds since 1970-01-01 UTC.
        size: how many walk together.
        door, out: entrances by which they come and go.
        visitor: number of the first of them; the others have the next ones.
        passer: they leave within a minute.
        of: the trip after which they come back; -1: it is their first today.
        again: they come back so soon that it is the same visit.
    """

    begin: Numbers
    size: Places
    door: Places
    out: Places
    visitor: Places
    passer: Flags
    of: Places
    again: Flags

    def __len__(self) -> int:
        return len(self.begin)

    def where(self, keep: Flags) -> Trips:
        """Those that a mask picks; none of them may be named in `of`."""
        return Trips(*(getattr(self, f.name)[keep] for f in fields(Trips)))

    def __add__(self, other: Trips) -> Trips:
        return Trips(*(np.concatenate((getattr(self, f.name), getattr(other, f.name))) for f in fields(Trips)))


@dataclass(frozen=True, slots=True)
class Members:
    """Everybody of every party; (m,) each.

    Attributes:
        trip: index.
        lag: seconds behind the first of the party.
        beside: metres to the right of the first of the party.
        visitor: number.
        first: whether it is the first of the party, who pays.
    """

    trip: Places
    lag: Numbers
    beside: Numbers
    visitor: Places
    first: Flags


class Regulars:
    """The households of the neighbourhood, and when each was last here. Bounded: drawn once for the whole history."""

    def __init__(self, visits: int, random: np.random.Generator) -> None:
        households = max(40, visits * 3)
        self.size = random.choice(np.arange(1, LARGEST + 1), households, p=SIZES).astype(np.int64)
        self.first = np.cumsum(self.size) - self.size
        self.keen = np.log(random.gamma(0.8, 1.0, households) + 1e-9)
        self.last = np.full(int(self.size.sum()), -(10**6), np.int64)

    def some(self, number: int, random: np.random.Generator) -> Places:
        """Households who come on a day, each once, the keen ones more often."""
        number = min(number, len(self.size) // 2)
        keys = self.keen + random.gumbel(size=len(self.keen))
        return np.argpartition(-keys, number)[:number].astype(np.int64)

    def returning(self, visitors: Places, day: int) -> int:
        """How many of a day's visitors have come on an earlier day of the last ones; and that they came is kept."""
        known = visitors[visitors < _STRANGERS]
        found = int(np.count_nonzero(day - self.last[known] <= LOOK_BACK))
        self.last[known] = day
        return found


def expected(ground: Ground, day: date, end: date) -> float:
    """Visits on an ordinary day of this weekday and season, before noise."""
    year = day.timetuple().tm_yday / 365.25
    season = 1.0 + 0.08 * sin(2 * pi * (year - 0.3)) + 0.35 * exp(-(((year - 0.96) / 0.03) ** 2))
    trend = 1.0 + _TREND * ((day - end).days / 365.0)
    feast = _HOLIDAY if day in _holidays(day.year) else 1.0
    return ground.scale.visits * ground.scale.week[day.weekday()] * season * max(trend, 0.2) * feast


@cache
def _holidays(year: int) -> frozenset[date]:
    import holidays  # noqa: PLC0415  takes longer to load than most commands take to run

    return frozenset(holidays.country_holidays(COUNTRY, years=year))


def is_holiday(day: date) -> bool:
    """Whether it is a public holiday where the site is."""
    return day in _holidays(day.year)


def first_trips(
    ground: Ground, day: Bucket, opened: tuple[float, float], people: tuple[Regulars, date], random: np.random.Generator
) -> Trips:
    """The parties of a day, and their first way in."""
    regulars, end = people
    today = date.fromisoformat(day.label)
    mean = expected(ground, today, end) * float(random.lognormal(0.0, _NOISE))
    n = int(random.poisson(mean / MEAN_SIZE))
    size = random.choice(np.arange(1, LARGEST + 1), n, p=SIZES).astype(np.int64)
    visitor = _STRANGERS + (today.toordinal() % 1000) * _A_DAY + np.cumsum(size) - size
    known = regulars.some(int(random.binomial(n, _REGULARS)), random)
    size[: len(known)], visitor[: len(known)] = regulars.size[known], regulars.first[known]
    door = random.choice(ground.scale.entrances, n, p=ground.busy).astype(np.int64)
    passers = int(random.binomial(n, _PASSERS))
    passer = np.arange(n) >= n - passers  # strangers
    elsewhere = random.choice(ground.scale.entrances, n, p=ground.busy)
    out = np.where(passer | (random.random(n) < _SAME_DOOR), door, elsewhere).astype(np.int64)
    return Trips(
        arrivals(n, opened, day, random), size, door, out, visitor, passer, np.full(n, -1), np.zeros(n, np.bool_)
    )


def arrivals(n: int, opened: tuple[float, float], day: Bucket, random: np.random.Generator) -> Numbers:
    """(n,) moments between opening and the last entry, by the hours at which people go shopping."""
    begin, end = opened[0], opened[1] - _LAST_ENTRY
    earlier = _WEEKEND_EARLIER if date.fromisoformat(day.label).weekday() >= _SATURDAY else 0.0
    bins = np.linspace(0.0, end - begin, 200)
    hour = 10.0 + bins / 3600.0
    lunch = 0.7 * np.exp(-(((hour - 12.8) / 1.5) ** 2))
    evening = np.exp(-(((hour - 17.6 + earlier) / 2.3) ** 2))
    chance = np.cumsum(0.22 + lunch + evening)
    found: Numbers = begin + np.interp(random.random(n), chance / chance[-1], bins)
    return found


def back_again(trips: Trips, left: Numbers, chosen: Places, closing: float, random: np.random.Generator) -> Trips:
    """Second ways in: soon after they left, which is the same visit, or hours later, which is another.

    Args:
        trips: the first ones.
        left: (n,) when they left.
        chosen: of the trips, indices.
        closing: those who would come too late stay away.
        random: draws.
    """
    soon = random.random(len(chosen)) < _SOON
    gap = np.where(soon, random.uniform(300, 5400, len(chosen)), random.uniform(11_400, 18_000, len(chosen)))
    begin = left[chosen] + gap
    keep = begin < closing - _LAST_ENTRY
    chosen, begin, soon = chosen[keep], begin[keep], soon[keep]
    passer = np.zeros(len(chosen), np.bool_)
    return Trips(
        begin, trips.size[chosen], trips.out[chosen], trips.door[chosen], trips.visitor[chosen], passer, chosen, soon
    )


def second_trips(trips: Trips, random: np.random.Generator) -> Places:
    """Trips whose party may come back on the same day, indices."""
    return np.flatnonzero(~trips.passer & (random.random(len(trips)) < _TWICE)).astype(np.int64)


def members_of(trips: Trips, random: np.random.Generator) -> Members:
    """Everybody, in order of trips. A party walks side by side, or one close behind another."""
    trip = np.repeat(np.arange(len(trips)), trips.size)
    start = np.cumsum(trips.size) - trips.size
    number = np.arange(len(trip)) - start[trip]
    lag = number // 3 * random.uniform(0.5, 0.9, len(trip)) + random.uniform(0.0, 0.25, len(trip)) * (number > 0)
    beside = (number % 3) * 0.7 + random.normal(0.0, 0.05, len(trip))
    return Members(trip, lag, beside, trips.visitor[trip] + number, number == 0)
