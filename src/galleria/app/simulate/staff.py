"""Staff: in before opening, in and out all day, rounds through the zones, out after closing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from galleria.analytics.facts import Flags, Numbers, Places
from galleria.domain.time import Bucket

from .ground import Ground

_BREAKS = 4.0  # of one of the staff, on a day
_BEFORE = (600.0, 3300.0)  # seconds before opening
_AFTER = (120.0, 1500.0)
_ROUNDS = 14.0


@dataclass(frozen=True, slots=True)
class Staff:
    """What staff did on a trading day.

    Attributes:
        door, time, came: (n,) crossings of entrances.
        shop, shop_time, shop_came: (m,) crossings of shops' doors.
        zone, begin, end: (k,) stays.
    """

    door: Places
    time: Numbers
    came: Flags
    shop: Places
    shop_time: Numbers
    shop_came: Flags
    zone: Places
    begin: Numbers
    end: Numbers


def staff_day(
    ground: Ground, day: Bucket, opened: tuple[float, float] | None, random: np.random.Generator, *, tomorrow: bool
) -> Staff:
    """What staff did.

    Args:
        ground: how many there are.
        day: all of it. It ends when the next one opens, so those of tomorrow come in at its end.
        opened: when the site is open; None: today it is not.
        random: draws.
        tomorrow: whether it is open tomorrow.
    """
    shops, own = ground.scale.staff
    shop = np.concatenate((np.repeat(np.arange(ground.scale.shops), shops), np.full(own, -1)))
    door = random.choice(ground.scale.entrances, len(shop), p=ground.busy).astype(np.int64)
    parts: list[tuple[Places, Places, Numbers, bool]] = []  # shop, door, time, came
    if opened:
        parts += _breaks(shop, door, opened, random)
        parts.append((shop, door, opened[1] + random.uniform(*_AFTER, len(shop)), False))
    if tomorrow:
        parts.append((shop, door, day.end - random.uniform(*_BEFORE, len(shop)), True))
    whose = np.concatenate([np.zeros(0, np.int64), *(part[0] for part in parts)])
    doors = np.concatenate([np.zeros(0, np.int64), *(part[1] for part in parts)])
    time = np.concatenate([np.zeros(0), *(part[2] for part in parts)])
    came = np.concatenate([np.zeros(0, np.bool_), *(np.full(len(part[0]), part[3]) for part in parts)])
    inner = (whose >= 0) & (ground.door[np.maximum(whose, 0)] >= 0)
    walk = np.where(came, 60.0, -60.0)[inner]  # between the entrance and the shop
    zone, begin, end = _rounds(ground, shop, opened, random) if opened else (doors[:0], time[:0], time[:0])
    return Staff(doors, time, came, whose[inner], time[inner] + walk, came[inner], zone, begin, end)


def _breaks(
    shop: Places, door: Places, opened: tuple[float, float], random: np.random.Generator
) -> list[tuple[Places, Places, Numbers, bool]]:
    who = np.repeat(np.arange(len(shop)), random.poisson(_BREAKS, len(shop)))
    out = random.uniform(opened[0] + 900, opened[1] - 1800, len(who))
    back = out + random.uniform(240, 1200, len(who))
    return [(shop[who], door[who], out, False), (shop[who], door[who], back, True)]


def _rounds(
    ground: Ground, shop: Places, opened: tuple[float, float], random: np.random.Generator
) -> tuple[Places, Numbers, Numbers]:
    """Stays: of shops' staff on their own floor, of the site's anywhere outside of shops, if there is such a place."""
    who = np.repeat(np.arange(len(shop)), random.poisson(_ROUNDS, len(shop)))
    zone = np.full(len(who), -1, np.int64)
    for one in np.unique(shop[who]).tolist():
        places = ground.stop_zone[ground.stop_shop == one]
        mine = np.flatnonzero(shop[who] == one)
        if len(places):
            zone[mine] = places[random.integers(0, len(places), len(mine))]
    begin = random.uniform(opened[0], opened[1] - 600, len(who))
    end = begin + np.clip(random.lognormal(5.0, 0.8, len(who)), 20, 1500)
    keep = zone >= 0
    return zone[keep], begin[keep], np.minimum(end[keep], opened[1])
