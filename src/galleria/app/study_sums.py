"""Sums of many days' summaries, from sums of blocks of days, which are made when they are first asked for, and kept.

A year is some twenty-five blocks instead of 365 days. A block's days are those of a month, or of four days, that a
question puts together, e.g. those that open at the same hours. The newest day is in none: it changes all the time.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from itertools import groupby
from typing import Generic, Protocol, Self, TypeVar

from pydantic import TypeAdapter

from galleria.storage.studied import Block, StudyStore

_FEW = 4  # days of a small block
_WHOLE = ""  # the view under which sums are kept: of all that summaries tell


class Summary(Protocol):
    """What adds up."""

    def __add__(self, other: Self) -> Self: ...


S = TypeVar("S", bound=Summary)


def one_by_one(some: Sequence[S]) -> S:
    """The sum of some, of which there is one at least."""
    return reduce(lambda a, b: a + b, some)


@dataclass(slots=True)
class Sums(Generic[S]):
    """Adds up days of one study.

    Attributes:
        store: where summaries are kept.
        study: its name.
        adapter: of its summaries.
        together: adds several up; they are never none.
    """

    store: StudyStore
    study: str
    adapter: TypeAdapter[S]
    together: Callable[[Sequence[S]], S]
    _turn: int = 0

    def of(self, parts: Sequence[str], days: Sequence[str], period: tuple[date, date]) -> dict[str, S]:
        """Sums by part; parts of which nothing was studied are absent.

        Args:
            parts: of the study.
            days: labels, in order; those that were not studied are left out.
            period: [begin, end) in which they lie: blocks do not reach out of it.

        Raises:
            StoreError: the studies cannot be read.
        """
        known = self.store.days(self.study)
        mine = [date.fromisoformat(day).toordinal() for day in days if day in known]
        if not mine:
            return {}
        self._turn = self.store.turn(self.study)
        newest = date.fromisoformat(max(known)).toordinal()
        begin, end = (day.toordinal() for day in period)
        return self._added(list(blocks(mine, (begin, min(end, newest)))), parts)

    def _added(self, blocks: Sequence[Block], parts: Sequence[str]) -> dict[str, S]:
        pieces = self._read([block for block in blocks if block.size == 1], parts)
        larger = [block for block in blocks if block.size > 1]
        kept = self.store.totals(self.study, _WHOLE, larger, parts)
        for block in larger:
            bodies = kept[block]
            found = {part: self.adapter.validate_json(body) for part, body in bodies.items() if body}
            # One block after another: a year of days is more than should be held at once.
            if lacking := [part for part in parts if part not in bodies]:
                found |= self._make(block, lacking)
            pieces[block] = found
        ordered = [pieces[block] for block in blocks]
        some = {part: [one[part] for one in ordered if part in one] for part in parts}
        return {part: self.together(mine) for part, mine in some.items() if mine}

    def _read(self, days: Sequence[Block], parts: Sequence[str]) -> dict[Block, dict[str, S]]:
        by_label = {block.label: block for block in days}
        found: dict[Block, dict[str, S]] = {block: {} for block in days}
        for part, bodies in self.store.on(self.study, parts, list(by_label)).items():
            for day, body in bodies.items():
                found[by_label[day]][part] = self.adapter.validate_json(body)
        return found

    def _make(self, block: Block, parts: Sequence[str]) -> dict[str, S]:
        whole = (block.first, block.first + block.size)
        below = list(_small(block.days, whole)) if block.size > _FEW else [Block(1, day, (day,)) for day in block.days]
        found = self._added(below, parts)
        bodies = {part: self.adapter.dump_json(found[part]) if part in found else b"" for part in parts}
        self.store.put_totals(self.study, _WHOLE, self._turn, {block: bodies})
        return found


def blocks(days: Sequence[int], bounds: tuple[int, int]) -> Iterator[Block]:
    """Days, ordinals in order, in blocks whose stretches lie within the bounds; what is left in blocks of one."""
    for (year, month), some in groupby(days, lambda day: (date.fromordinal(day).year, date.fromordinal(day).month)):
        mine, first, size = tuple(some), date(year, month, 1).toordinal(), monthrange(year, month)[1]
        if bounds[0] <= first and first + size <= bounds[1] and len(mine) > 1:
            yield Block(size, first, mine)
        else:
            yield from _small(mine, bounds)


def _small(days: Sequence[int], bounds: tuple[int, int]) -> Iterator[Block]:
    for first, some in groupby(days, lambda day: day - day % _FEW):
        mine = tuple(some)
        if bounds[0] <= first and first + _FEW <= bounds[1] and len(mine) > 1:
            yield Block(_FEW, first, mine)
        else:
            yield from (Block(1, day, (day,)) for day in mine)
