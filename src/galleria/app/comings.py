"""Who came in by hour, of many places over many days: kept by day, as to add up a year's quarter hours takes seconds.

What is kept of a day says what it was made from, and is made again when that changed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from galleria.analytics.cells import Part
from galleria.analytics.facts import Numbers
from galleria.domain.calendar import Compare, Grain
from galleria.domain.measure import MeasureName
from galleria.domain.time import Bucket
from galleria.storage.studied import Block, StudyStore

from .flow_plan import plan
from .flow_run import Asked, RunDay, day_run
from .flow_sums import Sums, coverage
from .flows import Flows

_STUDY = "comings"  # under which days are kept
_MILLIONTHS = 1e6
# What coverage is made of.
_SEEN = [Part.SECONDS, Part.OPEN, Part.COVERED, Part.COVERED_OPEN]


@dataclass(frozen=True, slots=True)
class Comings:
    """A period's hours, and who came in at several places.

    Attributes:
        days: trading days.
        edges: (hours + 1,).
        day: (hours,) index into `days`.
        visitors: (places, hours); zero where nobody was seen.
        seen: (places, hours) share seen.
        by_day: (places, days) share of the open time seen.
        whole: (places,) likewise of the period.
    """

    days: Sequence[Bucket]
    edges: Numbers
    day: NDArray[np.intp]
    visitors: Numbers
    seen: Numbers
    by_day: Numbers
    whole: Numbers


@dataclass(frozen=True, slots=True)
class _Day:
    edges: Numbers
    visitors: Numbers
    seen: Numbers
    parts: Numbers  # (places, 4), as `_SEEN` says


def comings(flows: Flows, store: StudyStore, places: Sequence[str], period: tuple[date, date]) -> Comings | None:
    """Of subjects of flows over trading days [begin, end); None: no date of it is a day.

    Raises:
        InputError: the period is empty or too long, or there is no such subject.
        StoreError: something cannot be read, or not be kept.
    """
    flows.check(places, period)
    run = day_run(flows.site, flows.rollups, Asked(Grain.DAY, *period, Compare.NONE))
    own = run.days[run.own]
    if not own:
        return None
    found = _Keeper(flows, store, tuple(places)).days(own)
    sums = np.stack([one.parts for one in found], axis=1)
    shares = [_coverage(some) for some in sums]
    return Comings(
        [day.bucket for day in own],
        np.concatenate([*(one.edges[:-1] for one in found), found[-1].edges[-1:]]),
        np.repeat(np.arange(len(own)), [len(one.edges) - 1 for one in found]),
        np.concatenate([one.visitors for one in found], axis=1),
        np.concatenate([one.seen for one in found], axis=1),
        np.array(shares),
        _coverage(sums.sum(axis=1)),
    )


class _Keeper:
    def __init__(self, flows: Flows, store: StudyStore, places: tuple[str, ...]) -> None:
        self._flows, self._store, self._places = flows, store, places
        site = flows.site
        about = (places, site.zone, sorted((day, str(hours)) for day, hours in site.hours.items()))
        self._rolled = flows.rollups.days()
        self._view = hashlib.sha256(json.dumps(about).encode()).hexdigest()[:16]

    def days(self, own: Sequence[RunDay]) -> list[_Day]:
        blocks = {_block(day): day for day in own if day.rolled}
        kept = self._store.totals(_STUDY, self._view, list(blocks), [""])
        made: dict[Block, Mapping[str, bytes]] = {}
        found = []
        for day in own:
            stamp = self._stamp(day)
            body = kept[_block(day)].get("") if day.rolled else None
            one = _unpack(body, stamp, len(self._places)) if body else None
            if one is None:
                one = self._made(day)
                if day.over and day.rolled:
                    made[_block(day)] = {"": _pack(one, stamp)}
            found.append(one)
        if made:
            self._store.put_totals(_STUDY, self._view, self._store.turn(_STUDY), made)
        return found

    def _stamp(self, day: RunDay) -> tuple[float, ...]:
        rolled = self._rolled.get(day.bucket.label)
        if rolled is None:
            return -1.0, day.until, 0.0, 0.0
        return float(rolled.events), rolled.until, len(rolled.edges), float(rolled.mark)

    def _made(self, day: RunDay) -> _Day:
        """From the cells of one day."""
        first = date.fromisoformat(day.bucket.label)
        # Of a day that was not rolled up all places know the same.
        places = list(self._places if day.rolled else self._places[:1])
        found: list[tuple[Numbers, Numbers]] = []
        parts = self._of(places, Asked(Grain.DAY, first, first + timedelta(days=1), Compare.NONE))[1]
        edges, sums = self._of(places, Asked(Grain.HOUR, first, first + timedelta(days=1), Compare.NONE))
        for some in sums:
            came = np.array([value or 0.0 for value in some.values(MeasureName.IN)])
            found.append((came, np.array(some.coverage)))
        copies = 1 if day.rolled else len(self._places)
        return _Day(
            edges,
            np.repeat([came for came, _ in found], copies, axis=0),
            np.repeat([seen for _, seen in found], copies, axis=0),
            np.repeat([some.parts.sum(axis=0)[_SEEN] for some in parts], copies, axis=0),
        )

    def _of(self, places: list[str], asked: Asked) -> tuple[Numbers, list[Sums]]:
        run = day_run(self._flows.site, self._flows.rollups, asked)
        how = plan(asked, run)
        rollups = self._flows.rollups
        labels = [day.bucket.label for day in run.days if day.rolled]
        read = (rollups.totals if asked.whole else rollups.cells)(places, labels, dwells=False)
        edges = np.array([*(begin for begin, _, _ in how.spans), how.spans[-1][1]])
        return edges, [Sums.of(run.cells(days), how.shown) for _, days in read]


def _block(day: RunDay) -> Block:
    ordinal = date.fromisoformat(day.bucket.label).toordinal()
    return Block(1, ordinal, (ordinal,))


def _coverage(parts: Numbers) -> Numbers:
    """(n,) of (n, 4)."""
    all_parts = np.zeros((len(parts), len(Part)))
    all_parts[:, _SEEN] = parts
    return coverage(all_parts)


def _pack(day: _Day, stamp: tuple[float, ...]) -> bytes:
    pieces = (
        np.array([*stamp, len(day.edges)], "<f8"),
        day.edges.astype("<f8"),
        day.parts.astype("<f8"),
        day.visitors.astype("<u4"),
        # They are rounded to millionths.
        np.rint(day.seen * _MILLIONTHS).astype("<u4"),
    )
    return b"".join(piece.tobytes() for piece in pieces)


def _unpack(body: bytes, stamp: tuple[float, ...], places: int) -> _Day | None:
    """None: it was made of something else."""
    head = np.frombuffer(body, "<f8", len(stamp) + 1)
    if tuple(head[:-1].tolist()) != stamp:
        return None
    count = int(head[-1])
    numbers = np.frombuffer(body, "<f8", count + 4 * places, head.nbytes)
    rest = np.frombuffer(body, "<u4", -1, head.nbytes + numbers.nbytes).reshape(2, places, count - 1)
    return _Day(numbers[:count], rest[0], rest[1] / _MILLIONTHS, numbers[count:].reshape(places, 4))
