"""Figures of one part of the site: what came and was sold in its hours, put together in groups."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from itertools import groupby

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
        return Groups(names, spans, days, day_starts, order, starts)

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
        good, begun = (
            np.add.reduceat(some[groups.days], groups.day_starts, dtype=np.int64).tolist()
            for some in (self._good, self._begun)
        )
        visitors = self._visitors(groups, good, begun, sums[3])
        amounts, baskets, kept = self._money(sums[4:].reshape(-1, 6, len(groups.labels)))
        counts: list[list[int]] = sums[:3].astype(np.int64).tolist()
        coverage, mostly, found = self._coverage(groups), cache(partial(self._mostly, groups)), []
        for n, (label, (begin, end)) in enumerate(zip(groups.labels, groups.spans, strict=True)):
            came, size, buyers = visitors[n], self._size, counts[2][n]
            # All hours of the day are of the same days.
            why = mostly(n if groups.whole_days else 0) if not good[n] else None if came else Missing.NOBODY
            told = self._told and (counts[0][n] > 0 or good[n] > 0)
            units = came / size if came is not None and size else None
            rated = bool(came) and why is None
            found.append(
                Conversion(
                    begin, end, label, coverage[n], good[n], begun[n],
                    counts[0][n] if told else None, counts[1][n] if told else None, amounts[n], baskets[n],
                    came, units, buyers if rated or why is Missing.NOBODY else None,
                    buyers / came if rated and came else None, buyers / units if rated and units else None,
                    {name: amount / came for name, amount in kept[n].items()} if rated and came else {}, why,
                )
            )  # fmt: skip
        return found

    def _visitors(self, groups: Groups, good: Sequence[int], begun: Sequence[int], seen: Numbers) -> list[float | None]:
        """Of each group; None: nobody can tell."""
        came = self._came.visitors[groups.hours]
        if self._told:
            kept = _sums(came, self._keep[groups.hours], groups.starts).tolist()
            return [value if days else None for value, days in zip(kept, good, strict=True)]
        # Comings need no sales.
        every = _sums(came, np.ones(len(came), np.bool_), groups.starts).tolist()
        known = zip(every, begun, seen.tolist(), strict=True)
        return [value if days and hours else None for value, days, hours in known]

    def _money(self, sums: Numbers) -> Iterator[list[dict[str, float]]]:
        """Amounts, baskets, and amounts of the time counted, of each group by currency; `sums` (currencies, 6, n)."""
        count, gross, net, some, kept, some_kept = sums.transpose(1, 0, 2)
        sold = count > 0
        baskets = np.divide(gross / THOUSANDTHS, count, out=np.zeros_like(gross), where=sold)
        yield self._named(net / THOUSANDTHS, some > 0)
        yield self._named(baskets, sold)
        yield self._named(kept / THOUSANDTHS, some_kept > 0)

    def _named(self, values: Numbers, known: Flags) -> list[dict[str, float]]:
        """Of each group, by currency, what is known; both (currencies, groups)."""
        rows = zip(values.T.tolist(), known.T.tolist(), strict=True)
        return [{name: value for name, value, one in zip(self._names, *row, strict=True) if one} for row in rows]

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

    def _mostly(self, groups: Groups, n: int) -> Missing | None:
        """The most frequent reason of a group's days; the rest of a period that goes on is none."""
        low, high = [*groups.day_starts[n : n + 2].tolist(), len(groups.days)][:2]
        some = [self._why[day] for day in groups.days[low:high].tolist()]
        counts = {why: some.count(why) for why in dict.fromkeys(some) if why is not None}
        past = {why: count for why, count in counts.items() if why not in _NOT_BEGUN} or counts
        return max(past, key=lambda why: past[why]) if past else None


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
