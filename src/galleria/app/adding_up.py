"""Adds up the past before somebody asks: what pages tell of a year is put together from sums that are kept once made.

Without it the first one who opens a page of a year waits for sums of all its days, after an upgrade that looks through
them anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial

from galleria.domain.calendar import Grain

from .outlook import Outlook
from .outlook_compare import compare
from .outlook_query import Against
from .routing import routes_answer
from .sales_desk import SalesDesk
from .selling import Selling
from .study_desk import StudyDesk
from .visits_answers import visits_answer

Period = tuple[date, date]


class AddingUp:
    """Asks what pages ask, one answer of one month with every turn.

    Args:
        desk: of the site.
        selling: likewise.
        outlook: likewise.
    """

    def __init__(self, desk: StudyDesk, selling: Selling, outlook: Outlook) -> None:
        self._desk, sales = desk, SalesDesk(desk, selling)
        self._asked: tuple[Callable[[Period], object], ...] = (
            lambda month: visits_answer(desk, month, None),
            lambda month: desk.queues(month, Grain.MONTH),
            lambda month: desk.queues(month, Grain.MONTH, points=()),  # all together, as beside one that is shown
            lambda month: routes_answer(desk, month),
            lambda month: sales.conversion(month, Grain.MONTH),
            desk.groups,
            desk.plan,
            *(partial(_compared, outlook, against) for against in Against),
        )
        self._left: Iterator[tuple[Callable[[Period], object], Period]] | None = None

    def again(self) -> None:
        """Begin anew: days are looked through once more, or the site is another."""
        self._left = None

    def turn(self) -> bool:
        """Add up something, the newest month first; whether there was anything left.

        Raises:
            StoreError: what is kept cannot be read; the next turn goes on behind it.
        """
        left = self._left  # whoever changes the site may begin anew meanwhile
        if left is None:
            left = self._left = ((ask, month) for month in self._months() for ask in self._asked)
        for ask, month in left:
            ask(month)
            return True
        return False

    def _months(self) -> Iterator[Period]:
        known = self._desk.flows.rollups.days()
        if not known:
            return
        first, last = (date.fromisoformat(day) for day in (min(known), max(known)))
        begin, end = last.replace(day=1), last + timedelta(days=1)
        while end > first:
            yield begin, end
            begin, end = (begin - timedelta(days=1)).replace(day=1), begin


def _compared(outlook: Outlook, against: Against, month: Period) -> object:
    return compare(outlook, *month, against)
