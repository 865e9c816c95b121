"""How far a till's clock is ahead of the cameras': the shift at which its receipts fit best to services. Pure.

Differences between every receipt and every service near it are counted. At the right shift those that belong together
pile up; at others they are spread out. A receipt is printed as a service ends, or as it begins: whichever piles up
higher is believed. First shifts of minutes are looked at, then those of up to half a day: a till may tell the time of
another zone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from galleria.domain.events import Event, Stay
from galleria.domain.site import Queue, Site
from galleria.domain.time import Bucket

from .facts import Numbers
from .queues import WAITED

# Services are kept by stretches of so many seconds: coarser than what tells one customer from the next.
BIN = 5.0
FEWEST = 30  # receipts
NEAR, FAR = 1800.0, 13.5 * 3600  # seconds that a clock may be off: by bad time keeping, by a zone
# A pile is so many bins wide, e.g. because some customers stay to pack.
_WIDTHS = (3, 7, 13)
_AROUND, _SELF = 180, 24  # bins on either side that tell what is usual, and those of the pile itself
_CLEAR, _BEFORE = 6.0, 1.4  # standard deviations above the usual; times as clear as any other pile
_SURE, _LEAST = 0.5, 0.15  # share of receipts in the pile: that ends the search; below which nothing is told
_WAY = 10.0  # seconds that may lie between printing and the end of a service
_QUICK = 20.0  # nothing is said of less, seconds
_MINUTE, _HOUR = 60, 3600


@dataclass(frozen=True, slots=True)
class Services:
    """When services of a queue were on a day: by `BIN` since the day began, how many.

    Attributes:
        begins: empty where the queue has no zone of service.
        ends: of waits where it has none.
    """

    begins: dict[int, int] = field(default_factory=dict)
    ends: dict[int, int] = field(default_factory=dict)

    def __add__(self, other: Services) -> Services:
        return Services(_added(self.begins, other.begins), _added(self.ends, other.ends))


@dataclass(frozen=True, slots=True)
class Skew:
    """What was found.

    Attributes:
        ahead: seconds by which the clock is ahead; negative: behind.
        low, high: 95 % interval; it allows for the moment between printing and leaving.
        receipts: how many were looked at.
        fits: share of these that has a service at this shift.
        begins: whether receipts fit to the begins of services.
    """

    ahead: float
    low: float
    high: float
    receipts: int
    fits: float
    begins: bool = False

    @property
    def right(self) -> bool:
        """Whether the clock is right as far as can be told."""
        return abs(self.ahead) < _QUICK


def services_of_day(site: Site, day: Bucket, events: Sequence[Event]) -> Mapping[str, Services]:
    """Services by queue; one whose zone no camera has has none."""
    zones = {zone.id for camera in site.cameras for zone in camera.zones}
    stays: dict[str, list[Stay]] = {}
    for event in events:
        if isinstance(event, Stay):
            stays.setdefault(event.zone, []).append(event)
    found = {}
    for queue in site.queues:
        if queue.zone in zones:
            mine = stays.get(queue.service or queue.zone, [])
            found[queue.id] = _services(queue, day, mine)
    return found


def skew(receipts: Numbers, begins: Numbers, ends: Numbers) -> Skew | None:
    """Estimate it; None: there are too few receipts, or no shift stands out clearly.

    Args:
        receipts: (n,) times by the till's clock.
        begins: (m,) of services by the cameras' clock, in order; may be empty.
        ends: (k,) likewise.
    """
    if len(receipts) < FEWEST:
        return None
    near = _better(receipts, begins, ends, NEAR)
    if near is not None and near.fits >= _SURE:
        return near
    # What is far has to stand out among more.
    return _better(receipts, begins, ends, FAR)


def in_words(name: str, found: Skew) -> str:
    """What was found, in a sentence: Till 2 is 7 min 20 s behind."""
    if found.right:
        return f"{name} is right to {_length(max(abs(found.low), abs(found.high), _QUICK))}."
    return f"{name} is {_length(abs(found.ahead))} {'ahead' if found.ahead > 0 else 'behind'}."


def _length(seconds: float) -> str:
    whole = round(seconds)
    parts = [
        f"{n} {unit}"
        for n, unit in ((whole // _HOUR, "h"), (whole % _HOUR // _MINUTE, "min"), (whole % _MINUTE, "s"))
        if n
    ]
    return " ".join(parts) or "0 s"


def _added(one: Mapping[int, int], other: Mapping[int, int]) -> dict[int, int]:
    return {n: one.get(n, 0) + other.get(n, 0) for n in sorted({*one, *other})}


def _services(queue: Queue, day: Bucket, stays: Sequence[Stay]) -> Services:
    begins: dict[int, int] = {}
    ends: dict[int, int] = {}
    for stay in stays:
        if queue.service:
            _count(begins, day, stay.time)
        elif stay.dwell < WAITED:
            continue
        if not stay.open_ended:
            _count(ends, day, stay.end)
    return Services(dict(sorted(begins.items())), dict(sorted(ends.items())))


def _count(bins: dict[int, int], day: Bucket, time: float) -> None:
    at = int((time - day.begin) // BIN)
    bins[at] = bins.get(at, 0) + 1


def _better(receipts: Numbers, begins: Numbers, ends: Numbers, farthest: float) -> Skew | None:
    piles = [(_pile(receipts, some, farthest), first) for some, first in ((ends, False), (begins, True)) if len(some)]
    clear = [(pile[0], first, pile[1]) for pile, first in piles if pile is not None]
    if not clear:
        return None
    _, first, counts = max(clear, key=lambda one: one[0])
    return _told(counts, receipts, farthest, begins=first)


def _pile(receipts: Numbers, services: Numbers, farthest: float) -> tuple[float, tuple[Numbers, int, int]] | None:
    """The clearest pile: how clear, and differences by bin, which bin, how wide; None: none is clear."""
    counts = _differences(receipts, services, farthest)
    usual = _usual(counts)
    best: tuple[float, tuple[Numbers, int, int]] | None = None
    rival = 0.0
    for width in _WIDTHS:
        clear = _clear(counts, usual, width)
        at = int(np.argmax(clear))
        if best is None or clear[at] > best[0]:
            others = np.abs(np.arange(len(clear)) - at) > _SELF
            rival = float(clear[others].max(initial=0.0))
            best = float(clear[at]), (counts, at, width)
    return best if best and best[0] >= max(_CLEAR, _BEFORE * rival) else None


def _differences(receipts: Numbers, services: Numbers, farthest: float) -> Numbers:
    """(bins,) how often a receipt lies so long after a service, from -farthest to +farthest."""
    low = np.searchsorted(services, receipts - farthest, "right")
    count = np.searchsorted(services, receipts + farthest, "left") - low
    # Half a day of services around each receipt are many: no array more than need be.
    place = np.repeat(low - (np.cumsum(count) - count), count)
    place += np.arange(len(place))
    apart = np.repeat(receipts, count)
    apart -= services[place]
    apart += farthest
    apart /= BIN
    bins = int(2 * farthest / BIN)
    found = np.bincount(np.minimum(apart.astype(np.int64), bins - 1), minlength=bins)
    return found.astype(np.float64)


def _usual(counts: Numbers) -> Numbers:
    """(bins,) mean of the bins around each, without those next to it."""
    wide, own = _windows(counts, 2 * _AROUND + 1), _windows(counts, 2 * _SELF + 1)
    spread: Numbers = (wide - own) / _around(len(counts))
    return spread


@lru_cache(maxsize=4)
def _around(bins: int) -> Numbers:
    """(bins,) how many bins are around each, without those next to it."""
    ones = np.ones(bins)
    found: Numbers = _windows(ones, 2 * _AROUND + 1) - _windows(ones, 2 * _SELF + 1)
    return found


def _windows(counts: Numbers, width: int) -> Numbers:
    """(bins,) sums of an odd number of bins around each; beyond the ends there is nothing."""
    half = width // 2
    total = np.zeros(len(counts) + 2 * half + 1)
    np.cumsum(counts, out=total[half + 1 : half + 1 + len(counts)])
    total[half + 1 + len(counts) :] = total[half + len(counts)]
    found: Numbers = total[2 * half + 1 :] - total[: len(counts)]
    return found


def _clear(counts: Numbers, usual: Numbers, width: int) -> Numbers:
    """(bins,) standard deviations above the usual, as counts vary."""
    found: Numbers = 2 * (np.sqrt(_windows(counts, width) + 0.375) - np.sqrt(usual * width + 0.375))
    return found


def _told(pile: tuple[Numbers, int, int], receipts: Numbers, farthest: float, *, begins: bool) -> Skew | None:
    """Where its middle is."""
    counts, at, width = pile
    window = slice(max(0, at - width), min(len(counts), at + width + 1))
    own = counts[window] - float(_usual(counts)[at])
    share = float(own.sum()) / len(receipts)
    if share < _LEAST:
        return None
    weight = np.maximum(own, 0.0)
    places = (np.arange(len(counts))[window] + 0.5) * BIN - farthest
    middle = float(np.interp(weight.sum() / 2, np.cumsum(weight) - weight / 2, places))
    spread = float(np.sqrt((weight * (places - middle) ** 2).sum() / weight.sum()))
    # Of a median: a quarter wider than of a mean.
    wide = 1.96 * 1.25 * spread / float(np.sqrt(weight.sum())) + _WAY
    return Skew(middle, middle - wide, middle + wide, len(receipts), min(1.0, share), begins)
