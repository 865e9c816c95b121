"""Figures of one part of the site: what came and was sold in its hours, put together in groups."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import compress, groupby
from typing import Any

import numpy as np

from galleria.analytics.facts import Flags, Numbers, Places
from galleria.domain.calendar import Grain, label_of
from galleria.domain.sale import THOUSANDTHS

from .conversion_hours import Came, Hours
from .conversion_query import Conversion, Missing
from .sold import Sold

_WEEK = 7
_NOT_BEGUN = (Missing.TO_COME, Missing.CLOSED)


@dataclass(frozen=True, slots=True)
class Groups:
    """How hours are put together; the same for all parts. No group is without hours.

    Attributes:
        labels: of each.
        spans: [begin, end) of the days of each.
        days: (n,) indexes of days, those of each group after one another.
        day_starts: (groups,) where they begin.
        own_days: of each group those of it.
        hours: (m,) likewise of hours.
        starts: (groups,) likewise.
        whole_days: whether all hours of its days are in a group.
    """

    labels: Sequence[str]
    spans: Sequence[tuple[float, float]]
    days: Places
    day_starts: Places
    hours: Places
    starts: Places
    own_days: Sequence[Sequence[int]]
    whole_days: bool = True

    @staticmethod
    def of_days(hours: Hours, labels: Sequence[str], names: Sequence[str]) -> Groups:
        """Days that are called alike together.

        Args:
            hours: of the period.
            labels: (days,) what each day's group is called.
            names: all that occur, in order.
        """
        numbers = {name: n for n, name in enumerate(names)}
        of = np.array([numbers[label] for label in labels], np.int64)
        days, own = np.argsort(of, kind="stable"), hours.own
        day_starts = np.searchsorted(of[days], np.arange(len(names)))
        last = np.append(day_starts[1:], len(days)) - 1
        spans = [
            (own[n].begin, own[m].end) for n, m in zip(days[day_starts].tolist(), days[last].tolist(), strict=True)
        ]
        each = of[hours.day]
        order = np.argsort(each, kind="stable")
        starts = np.searchsorted(each[order], np.arange(len(names)))
        own_days = [some.tolist() for some in np.split(days, day_starts[1:])]
        return Groups(names, spans, days, day_starts, order, starts, own_days)

    @staticmethod
    def of_clocks(hours: Hours) -> Groups:
        """Hours of the day, of all days."""
        clocks, count = np.unique(hours.clock), len(hours.own)
        order = np.argsort(hours.clock, kind="stable")
        return Groups(
            [f"{clock:02}:00" for clock in clocks.tolist()],
            [(hours.own[0].begin, hours.own[-1].end)] * len(clocks),
            np.tile(np.arange(count), len(clocks)),
            np.arange(len(clocks)) * count,
            order,
            np.searchsorted(hours.clock[order], clocks),
            [range(count)] * len(clocks),
            whole_days=False,
        )


@dataclass(frozen=True, slots=True)
class AllGroups:
    """Those that a part is told by: a grain, hours of the day, weekdays; and the period."""

    points: Groups
    clocks: Groups
    weekdays: Groups
    whole: Groups

    @staticmethod
    def of(hours: Hours, grain: Grain) -> AllGroups:
        """Of a period."""
        dates = [date.fromisoformat(day.label) for day in hours.own]
        labels, weekdays = [label_of(grain, day) for day in dates], [str(day.weekday()) for day in dates]
        return AllGroups(
            Groups.of_days(hours, labels, [label for label, _ in groupby(labels)]),
            Groups.of_clocks(hours),
            Groups.of_days(hours, weekdays, [str(n) for n in range(_WEEK) if str(n) in weekdays]),
            Groups.of_days(hours, [""] * len(dates), [""]),
        )


class PartHours:
    """What came and was sold in the hours of a part.

    Args:
        came: who came in.
        sold: what was sold, by hour; None: receipts do not tell whose it is.
        keep: (hours,) which hours count.
        why: (days,) why a day does not.
        size: tracks in a shopping unit.
    """

    def __init__(
        self, came: Came, sold: Sold | None, keep: Flags, why: Sequence[Missing | None], size: float | None
    ) -> None:
        self._came, self._keep, self._why, self._size = came, keep, why, size
        self._told, self._names = sold is not None, tuple(sold.net) if sold else ()
        nothing = np.zeros(len(keep))
        receipts, items = (sold.receipts, sold.items) if sold else (nothing, nothing)
        rows = [receipts, items, receipts * keep, came.seen > 0]
        for name, net in (sold.net if sold else {}).items():
            kept = net * keep
            rows += [sold.sales[name], sold.gross[name], net, net != 0, kept, kept != 0] if sold else []
        self._numbers = np.array(rows, np.float64)
        self._good = np.array([reason is None for reason in why])
        self._begun = np.array([reason not in _NOT_BEGUN for reason in why])

    def conversions(self, groups: Groups) -> list[Conversion]:
        """One for each group."""
        sums = np.add.reduceat(self._numbers[:, groups.hours], groups.starts, axis=1)
        days, begun = (
            np.add.reduceat(some[groups.days], groups.day_starts, dtype=np.int64) for some in (self._good, self._begun)
        )
        good = days > 0
        receipts, items, buyers, seen = sums[:4]
        visitors, known = self._visitors(groups, good, (begun > 0) & (seen > 0))
        units = visitors / (self._size or 1.0)
        rated, sized, told = good & (visitors > 0), known & (self._size is not None), good | (receipts > 0)
        amounts, baskets, per_visitor = self._money(sums[4:].reshape(-1, 6, len(groups.labels)), visitors, rated)
        return list(
            map(
                Conversion,
                *zip(*groups.spans, strict=True),
                groups.labels,
                self._coverage(groups),
                days.tolist(),
                begun.tolist(),
                _known(visitors, known),
                _known(units, sized),
                _known(buyers.astype(np.int64), good),
                _known(*_divided(buyers, visitors, rated)),
                _known(*_divided(buyers, units, rated & sized)),
                per_visitor,
                _known(receipts.astype(np.int64), told & self._told),
                _known(items.astype(np.int64), told & self._told),
                _known(*_divided(items, receipts, (receipts > 0) & self._told)),
                amounts,
                baskets,
                self._reasons(groups, good.tolist(), rated.tolist()),
            )
        )

    def _visitors(self, groups: Groups, good: Flags, seen: Flags) -> tuple[Numbers, Flags]:
        """Of each group, and whether anybody can tell."""
        came = self._came.visitors[groups.hours]
        if self._told:
            return _sums(came, self._keep[groups.hours], groups.starts), good
        # Comings need no sales.
        return _sums(came, np.ones(len(came), np.bool_), groups.starts), seen

    def _money(self, sums: Numbers, visitors: Numbers, rated: Flags) -> Iterator[list[dict[str, float]]]:
        """Amounts, baskets, and amounts a visitor, of each group by currency; `sums` (currencies, 6, n)."""
        count, gross, net, some, kept, some_kept = sums.transpose(1, 0, 2)
        yield self._named(net / THOUSANDTHS, some > 0)
        yield self._named(*_divided(gross / THOUSANDTHS, count, count > 0))
        yield self._named(*_divided(kept / THOUSANDTHS, visitors, (some_kept > 0) & rated))

    def _named(self, values: Numbers, known: Flags) -> list[dict[str, float]]:
        """Of each group, by currency, what is known; both (currencies, groups)."""
        found: list[dict[str, float]] = [{} for _ in range(values.shape[1])]
        for name, row, some in zip(self._names, values.tolist(), known.tolist(), strict=True):
            for one, value in compress(zip(found, row, strict=True), some):
                one[name] = value
        return found

    def _coverage(self, groups: Groups) -> list[float]:
        """Of days as flows tell it; of hours of the day the mean of what was seen of them."""
        if not groups.whole_days:
            return _means(self._came.seen[groups.hours], np.ones(len(groups.hours), np.bool_), groups.starts)
        if len(groups.labels) == 1:
            return [self._came.whole]
        begun, ends = self._begun[groups.days], np.append(groups.day_starts[1:], len(groups.days))
        none = np.add.reduceat(begun, groups.day_starts, dtype=np.int64) == 0
        asked = begun | np.repeat(none, ends - groups.day_starts)
        return _means(self._came.days[groups.days], asked, groups.day_starts)

    def _reasons(self, groups: Groups, good: Sequence[bool], rated: Sequence[bool]) -> list[Missing | None]:
        """Why there is no rate of each group: of those without a day that counts the most frequent reason."""
        mostly = cache(lambda n: _mostly([self._why[day] for day in groups.own_days[n]]))
        return [
            # All hours of the day are of the same days.
            None if rate else Missing.NOBODY if days else mostly(n if groups.whole_days else 0)
            for n, (days, rate) in enumerate(zip(good, rated, strict=True))
        ]


def _mostly(why: Sequence[Missing | None]) -> Missing | None:
    """The most frequent reason; the rest of a period that goes on is none."""
    if len(why) == 1:
        return why[0]
    counts = {one: why.count(one) for one in dict.fromkeys(why) if one is not None}
    past = {one: count for one, count in counts.items() if one not in _NOT_BEGUN} or counts
    return max(past, key=lambda one: past[one]) if past else None


def _known(values: Numbers | Places, known: Flags) -> list[Any]:
    """Values, and None for those that are not known; both (n,)."""
    return [value if one else None for value, one in zip(values.tolist(), known.tolist(), strict=True)]


def _divided(values: Numbers, by: Numbers, known: Flags) -> tuple[Numbers, Flags]:
    """What each is, divided, where that is known; and whether it is."""
    return np.divide(values, by, out=np.zeros(known.shape), where=known), known


def _sums(values: Numbers, keep: Flags, starts: Places) -> Numbers:
    """(groups,) sums of what is kept of each group; to the last digit as those of the group alone."""
    bounds = np.append(0, np.cumsum(keep))[starts]
    # `reduceat` begins with the first of a group, and adds it to the sum of the others.
    some = np.insert(values[keep], bounds, 0.0)
    found: Numbers = np.add.reduceat(some, bounds + np.arange(len(starts)))
    return found


def _means(values: Numbers, keep: Flags, starts: Places) -> list[float]:
    """(groups,) means of what is kept of each group, which is never nothing."""
    means: list[float] = (_sums(values, keep, starts) / np.add.reduceat(keep, starts, dtype=np.int64)).tolist()
    return means
