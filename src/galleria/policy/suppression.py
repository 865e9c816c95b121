"""Small counts are withheld, and with them what they could be worked out from.

A cell under k is withheld. Where sums are published too, more has to be: with the day's total and all hours but
one, the one is no secret. So other cells are withheld, the smallest that help, until

1. no withheld cell follows from what is published and the sums, counts being 0 or more,
2. no small one follows even for somebody who knows which cells are zero (a shop at night), and
3. of no published sum the withheld parts come to less than k together: their sum is a count as well.

Then whatever was withheld without need is published again.

A true zero is withheld like any count under k. Were it shown, a withheld cell would say "at least one came", and
one visitor more would turn a shown zero into a withheld cell: one visitor would be seen.

Out of reach is who knows more than what is published here, such as some of the counts, and who draws conclusions
from which cells were chosen.

What is shown together, or one after another, belongs into one call with all its sums: hours of a day, entrances of
a site, rows and columns. What cannot be summed (medians, shares) is to be withheld with the count it rests on.
Occupancy that is live, for safety, does not pass through here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from galleria.domain.purpose import Purpose

from .algebra import eliminate, solved_for, stuck

K = TypeVar("K", bound=Hashable)

LEAST = 10  # a count below is withheld
_LEAST = {Purpose.DEMOGRAPHICS: 20, Purpose.EXPERIENCE: 50}


def least(purpose: Purpose) -> int:
    """k: counts below are withheld."""
    return _LEAST.get(purpose, LEAST)


@dataclass(frozen=True, slots=True)
class Sum(Generic[K]):
    """That one cell is the sum of others, all of them different."""

    total: K
    parts: tuple[K, ...]

    @property
    def cells(self) -> tuple[K, ...]:
        return (self.total, *self.parts)


def suppress(cells: Mapping[K, int], sums: Iterable[Sum[K]], k: int) -> dict[K, int | None]:
    """The cells that may be shown; the others are None.

    Args:
        cells: counts by key, totals among them.
        sums: which cells are sums of which others. All that anybody could know of has to be there.
        k: counts below are withheld, zeros too.

    Raises:
        ValueError: a count is negative, or a sum is none.
    """
    table = _Table(cells, sums, k)
    withheld = {key for key, count in cells.items() if count < k}
    small = frozenset(withheld)
    while wanted := table.wanted(withheld):
        _withhold(table, wanted, withheld)
    _spare(table, withheld, small)
    return {key: None if key in withheld else count for key, count in cells.items()}


@dataclass(frozen=True, slots=True)
class Crossed:
    """A table of counts with its margins; None is withheld."""

    cells: tuple[tuple[int | None, ...], ...]
    rows: tuple[int | None, ...]
    columns: tuple[int | None, ...]
    total: int | None


def suppress_table(counts: Sequence[Sequence[int]], k: int) -> Crossed:
    """A table of counts with the sums of its rows, of its columns and of everything.

    Args:
        counts: rows of the same length, at least one cell.
        k: counts below are withheld, zeros too.

    Raises:
        ValueError: a count is negative, or the rows differ in length.
    """
    rows, columns = range(len(counts)), range(len(counts[0]))
    if any(len(line) != len(columns) for line in counts):
        problem = "the rows differ in length"
        raise ValueError(problem)
    margin = -1  # stands for all rows, or all columns
    cells = {(row, column): counts[row][column] for row in rows for column in columns}
    cells |= {(row, margin): sum(counts[row]) for row in rows}
    cells |= {(margin, column): sum(line[column] for line in counts) for column in columns}
    cells[margin, margin] = sum(map(sum, counts))
    sums = [Sum((row, margin), tuple((row, column) for column in columns)) for row in (*rows, margin)]
    sums += [Sum((margin, column), tuple((row, column) for row in rows)) for column in (*columns, margin)]
    shown = suppress(cells, sums, k)
    return Crossed(
        tuple(tuple(shown[row, column] for column in columns) for row in rows),
        tuple(shown[row, margin] for row in rows),
        tuple(shown[margin, column] for column in columns),
        shown[margin, margin],
    )


def _withhold(table: _Table[K], wanted: list[tuple[K, set[K]]], withheld: set[K]) -> None:
    """Withhold one cell of each set, the cheapest first; what one has to do with already has to be looked at anew."""
    done: set[K] = set()
    for key, some in sorted(wanted, key=lambda want: min(table.cost(one, withheld) for one in want[1])):
        if key not in done:
            best = min(some, key=lambda one: table.cost(one, withheld))
            withheld.add(best)
            done |= table.connected(best, withheld)


def _spare(table: _Table[K], withheld: set[K], small: frozenset[K]) -> None:
    """Publish again what came first and is not needed any more; the greatest counts are worth most."""
    spared = True
    while spared:
        spared = False
        for key in sorted(withheld - small, key=table.rank, reverse=True):
            if not table.wanted(withheld - {key}):
                withheld.remove(key)
                spared = True


class _Table(Generic[K]):
    """Cells and their sums, and what follows from them."""

    def __init__(self, cells: Mapping[K, int], sums: Iterable[Sum[K]], k: int) -> None:
        self._cells = cells
        self._sums = tuple(one for one in sums if one.parts)
        self._k = k
        self._order = {key: n for n, key in enumerate(cells)}
        self._of: dict[K, list[Sum[K]]] = defaultdict(list)
        for one in self._sums:
            if cells[one.total] != sum(cells[part] for part in one.parts) or len(set(one.cells)) < len(one.cells):
                problem = f"{one.total!r} is not the sum of its parts"
                raise ValueError(problem)
            for key in one.cells:
                self._of[key].append(one)
        if min(cells.values(), default=0) < 0:
            problem = "a count is negative"
            raise ValueError(problem)

    def rank(self, key: K) -> tuple[int, int]:
        """Small counts are worth least; among equals the first."""
        return self._cells[key], self._order[key]

    def cost(self, key: K, withheld: set[K]) -> tuple[int, int, int]:
        """First what leaves no sum with this cell alone withheld in it, then the smallest."""
        alone = sum(not any(other in withheld for other in one.cells) for one in self._of[key])
        return alone, *self.rank(key)

    def wanted(self, withheld: set[K]) -> list[tuple[K, set[K]]]:
        """Of each of these sets of published cells one has to be withheld for a cell's sake; none: it is safe."""
        wanted = []
        for one in self._sums:
            parts = [part for part in one.parts if part in withheld]
            if parts and one.total not in withheld and sum(self._cells[part] for part in parts) < self._k:
                wanted.append((parts[0], {key for key in one.cells if key not in withheld}))
        if not wanted:
            wanted = [(key, self._near(key, withheld)) for key in self._derived(withheld)]
        return [(key, some) for key, some in wanted if some]

    def connected(self, key: K, withheld: set[K]) -> set[K]:
        """The withheld cells that this one has to do with, by way of sums."""
        found, new = {key}, {key}
        while new:
            new = {other for one in new for its in self._of[one] for other in its.cells if other in withheld} - found
            found |= new
        return found

    def _near(self, key: K, withheld: set[K]) -> set[K]:
        """The published cells in one sum with a withheld one; failing that, with any that it has to do with."""
        for reached in ({key}, self.connected(key, withheld)):
            cells = {other for one in reached for its in self._of[one] for other in its.cells}
            if published := cells - withheld:
                return published
        return set()

    def _derived(self, withheld: set[K]) -> set[K]:
        """Withheld cells that follow from the published ones.

        The sums are solved for the withheld cells, exactly, in whole numbers: for the positive ones first, so that
        sums of zeros alone are left over. Zeros are known if these leave no room for anything else. Otherwise all of
        them could be more, and then nothing is known but what a solved sum says by itself.
        """
        positive = {key for key in withheld if self._cells[key]}
        solved, left = solved_for(self._rows(withheld), positive)
        of_zeros, _ = solved_for(left, withheld)
        found = set()
        for pivot, row in solved.items():
            small = self._cells[pivot] < self._k
            if small and sum(key in positive for key in row) == 1:
                found.add(pivot)
            for zero in [key for key in row if key in of_zeros]:
                eliminate(row, zero, of_zeros[zero])
            if len(row) == 1:
                found.add(pivot)
        return found or stuck(of_zeros.values())

    def _rows(self, withheld: set[K]) -> Iterator[dict[K, int]]:
        """What the withheld cells of each sum come to, the total taken off; first those that are in few sums."""
        for one in self._sums:
            row = {part: 1 for part in one.parts if part in withheld}
            if one.total in withheld:
                row[one.total] = -1
            yield {key: row[key] for key in sorted(row, key=lambda key: len(self._of[key]))}
