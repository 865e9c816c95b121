"""How large a made-up site is, and what is asked to be made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from galleria.domain.errors import InputError
from galleria.domain.site import Hours, Site
from galleria.domain.time import trading_day

MOST_DAYS = 3 * 366
_LATEST = date(2100, 1, 1)
_EARLIEST = date(2000, 1, 1)
_MOST_SEED = 2**32


@dataclass(frozen=True, slots=True)
class Scale:
    """What a site of some size has.

    Attributes:
        visits: on an ordinary day.
        halls: zones outside of shops, each before a camera of its own; 0: a lobby behind each entrance, if there are
            several shops.
        departments: zones of each shop's floor.
        doors: whether a shop's door has a camera of its own beside that of its floor.
        passing: who walks past the entrances, for each who comes in.
        calibrated: cameras of entrances, and of zones, that are calibrated: their tracks have points.
        whole: whether the tracks of all cameras are told; else only those at entrances without a crossing, and those
            of calibrated cameras.
        stops: the mean number of zones that are visited.
        buying: share of calls at a shop that go to its till.
        staff: of each shop, and of the site itself.
        week: visits by weekday, Monday first, in relation to an ordinary day.
        hours: by weekday, Monday = 0.
    """

    name: str
    visits: int
    entrances: int
    shops: int
    halls: int
    departments: int
    doors: bool
    passing: float
    calibrated: tuple[int, int]
    whole: bool
    stops: float
    buying: float
    staff: tuple[int, int]
    week: tuple[float, ...]
    hours: Mapping[int, Hours]


def _hours(days: range, opening: time, closing: time) -> dict[int, Hours]:
    return {day: Hours(opening, closing) for day in days}


_MALL_WEEK = (0.82, 0.80, 0.85, 0.92, 1.15, 1.45, 1.10)
_SUNDAY = _hours(range(6, 7), time(11), time(20))

_SHOP = Scale(
    name="shop",
    visits=600,
    entrances=1,
    shops=1,
    halls=0,
    departments=3,
    doors=False,
    passing=2.0,
    calibrated=(1, 1),
    whole=True,
    stops=1.9,
    buying=0.34,
    staff=(4, 1),
    week=(0.85, 0.85, 0.9, 0.95, 1.15, 1.4, 0.0),
    hours=_hours(range(6), time(9, 30), time(19, 30)),
)
_CENTRE = Scale(
    name="centre",
    visits=6_000,
    entrances=4,
    shops=8,
    halls=0,
    departments=1,
    doors=False,
    passing=0.8,
    calibrated=(2, 1),
    whole=True,
    stops=2.4,
    buying=0.28,
    staff=(6, 12),
    week=_MALL_WEEK,
    # On Saturdays the trading day goes past midnight.
    hours=_hours(range(5), time(10), time(20)) | _hours(range(5, 6), time(10), time(0, 30)) | _SUNDAY,
)
# As a centre, larger: cameras at the shops' doors and in the halls, and fewer of those within that tell all tracks.
_MALL = replace(
    _CENTRE,
    name="mall",
    visits=60_000,
    entrances=50,
    shops=40,
    halls=30,
    doors=True,
    passing=0.4,
    calibrated=(3, 2),
    whole=False,
    stops=2.2,
    staff=(8, 60),
    hours=_hours(range(6), time(10), time(21)) | _SUNDAY,
)
SCALES: Mapping[str, Scale] = {scale.name: scale for scale in (_SHOP, _CENTRE, _MALL)}
ZONE = "Europe/Lisbon"


def newest_end(scale: str, now: float) -> date:
    """The newest date whose trading day is over, so that a site that is served takes no day of it for its present one.

    Before the doors open yesterday's goes on. Of a scale that there is not, as of a site that never closes.
    """
    hours = SCALES[scale].hours if scale in SCALES else {}
    present = trading_day(Site("simulated", zone=ZONE, hours=dict(hours)), now)
    return date.fromisoformat(present.label) - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked for. The same plan gives the same bytes.

    Attributes:
        scale: a name of `SCALES`.
        days: how many dates, closed ones among them.
        end: the last of them.
        seed: of everything that is drawn by lot.
    """

    scale: str
    days: int
    end: date
    seed: int = 1

    def check(self) -> Scale:
        """The scale.

        Raises:
            InputError: the plan cannot be carried out.
        """
        if self.scale not in SCALES:
            problem = f"there is no scale {self.scale[:40]!r}"
            raise InputError(problem, f"Choose one of: {', '.join(SCALES)}.")
        if not 1 <= self.days <= MOST_DAYS:
            problem = f"{self.days} days cannot be simulated"
            raise InputError(problem, f"Choose 1 to {MOST_DAYS}.")
        if not 0 <= self.seed < _MOST_SEED:
            problem = f"{self.seed} cannot be a seed"
            raise InputError(problem, f"Choose 0 to {_MOST_SEED - 1}.")
        if not (_EARLIEST + timedelta(days=self.days) <= self.end < _LATEST):
            problem = f"a history of {self.days} days that ends on {self.end} is not between {_EARLIEST} and {_LATEST}"
            raise InputError(problem, "Choose another end.")
        return SCALES[self.scale]

    @property
    def begin(self) -> date:
        """The first date."""
        return self.end - timedelta(days=self.days - 1)
