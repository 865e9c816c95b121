"""Which share of comings begins a visit, and which is of visitors at all: by what was counted at the doors by hand.

Staff who come and go in opening hours, and visitors who step out and come in again, look like everybody else to a line
over the door. Somebody who stands there tells them apart, and what is true of the comings looked at is taken to be true
of all comings of the place within a year.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from galleria.domain.hand_count import HandCount
from galleria.domain.site import Site

LASTS = 366  # days before and after that of a count for which it holds
OWN = 300  # comings looked at from which on an entrance's own counts are better than those of all
WANTED = 800  # comings looked at that tell visits to 3 of 100
_PARTIES = 2.0  # people come in parties, who are staff or come again together: so many tell as much as one alone
_SEVERAL = 4  # counts from which on it can be told how far they differ
_Z = 1.96
_SITE, _SHOP = "site", "shop:"


@dataclass(frozen=True)
class FirstShare:
    """A share of comings, from counts by hand; at least one.

    Attributes:
        counts: in the site file's order.
    """

    counts: tuple[HandCount, ...]

    @cached_property
    def comings(self) -> int:
        """How many were looked at."""
        return sum(one.comings for one in self.counts)

    @cached_property
    def staff(self) -> int:
        return sum(one.staff for one in self.counts)

    @cached_property
    def again(self) -> int:
        return sum(one.again for one in self.counts)

    @cached_property
    def first(self) -> float:
        """Share of comings that begin a visit."""
        return 1 - (self.staff + self.again) / self.comings

    @property
    def visitors(self) -> float:
        """Share of comings that are not staff's."""
        return 1 - self.staff / self.comings

    @cached_property
    def between(self) -> tuple[float, float]:
        """What `first` is between at 95 of 100 (Wilson), parties and differences between the counts reckoned in."""
        n = self.comings / max(_PARTIES, self._differing)
        middle = (self.first + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
        half = _Z * math.sqrt(self.first * (1 - self.first) / n + _Z**2 / (4 * n**2)) / (1 + _Z**2 / n)
        return max(0.0, middle - half), min(1.0, middle + half)

    @cached_property
    def off(self) -> float:
        """What `first` may be off by at 95 of 100."""
        low, high = self.between
        return max(self.first - low, high - self.first)

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last that was counted on."""
        days = [one.day for one in self.counts]
        return min(days), max(days)

    @property
    def _differing(self) -> float:
        """Variance of the counts' shares, in relation to that by chance alone."""
        share = self.first
        if len(self.counts) < _SEVERAL or not 0 < share < 1:
            return 1.0
        wrong = [(one.comings - one.staff - one.again - one.comings * share) ** 2 / one.comings for one in self.counts]
        return sum(wrong) / (share * (1 - share)) / (len(self.counts) - 1)


def first_shares(site: Site, place: str, days: Sequence[date]) -> list[FirstShare | None]:
    """What counts by hand tell of a place, by day; None: nothing.

    Args:
        site: gives the counts. A shop has those of its own doors; if they are all that lead into the site, the site's.
        place: `site`, `entrance:ID` or `shop:ID`.
        days: counts of more than a year before or after a day tell nothing of it.
    """
    counts = _counts_of(site, place)
    if not counts or not days:
        return [None] * len(days)
    if all(_near(one, min(days)) and _near(one, max(days)) for one in counts):
        return [_share(counts, place)] * len(days)
    known: dict[tuple[HandCount, ...], FirstShare | None] = {}
    found = []
    for day in days:
        near = tuple(one for one in counts if _near(one, day))
        if near not in known:
            known[near] = _share(near, place)
        found.append(known[near])
    return found


def _counts_of(site: Site, place: str) -> tuple[HandCount, ...]:
    if not place.startswith(_SHOP):
        return tuple(one for one in site.hand_counts if not one.place.startswith(_SHOP))
    own = tuple(one for one in site.hand_counts if one.place == place)
    return own or (_counts_of(site, _SITE) if _leads_in(site, place.removeprefix(_SHOP)) else ())


def _leads_in(site: Site, shop: str) -> bool:
    doors = {wire.id for camera in site.cameras for wire in camera.tripwires if wire.entrance}
    return any(one.id == shop and {*one.tripwires} == doors for one in site.shops)


def _share(counts: tuple[HandCount, ...], place: str) -> FirstShare | None:
    own = tuple(one for one in counts if one.place == place)
    if place != _SITE and sum(one.comings for one in own) >= OWN:
        return FirstShare(own)
    return FirstShare(counts) if counts else None


def _near(one: HandCount, day: date) -> bool:
    return abs((one.day - day).days) <= LASTS
