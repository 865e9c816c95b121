"""Receipts come in: from files, from a watched folder, from programs. Bad rows are told, the others go in; audited."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from galleria.domain.access import Actor, Right
from galleria.domain.errors import InputError
from galleria.domain.site import Site
from galleria.domain.time import Clock
from galleria.storage.sales import Sales
from galleria.storage.salesfile import Line, read_sales, told_reason
from galleria.storage.salesrows import Rules, sale_of

from .audit import Audit, demand

SALES = "sales.db"
MOST_ROWS = 10_000  # that a program sends at once
MOST_TOLD = 10_000  # bad rows that are told one by one
_BATCH = 5_000  # receipts in a transaction
_DAY = 86400.0
_CLEANING = 3600.0
_PRESSED = 5  # days in a turn


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of receipts.

    Attributes:
        new: how many were not known.
        duplicates: how many were there already.
        refused: how many cannot be used.
        problems: (row, why) of the first of those: of a file as spreadsheets number rows, of a list from 0.
        twice: how many have a local time that the clocks showed twice; it was read as the first of the two.
    """

    new: int = 0
    duplicates: int = 0
    refused: int = 0
    problems: tuple[tuple[int, str], ...] = ()
    twice: int = 0

    @property
    def rows(self) -> int:
        return self.new + self.duplicates + self.refused


class Selling:
    """Takes receipts for one site. Its methods may be called by any thread.

    Args:
        site: as it is now; replaced when it changes.
        sales: where receipts go.
        audit: is told of all that was taken.
        clock: tells the time now; receipts are not of the future.
    """

    def __init__(self, site: Site, sales: Sales, audit: Audit, clock: Clock) -> None:
        self.site = site
        self.sales = sales
        self._audit, self._clock = audit, clock
        self._days: int | None = None
        self._cleaned = float("-inf")
        self._taking = threading.Lock()

    def take_file(self, by: Actor, path: Path, origin: str = "file") -> Taken:
        """Take a file; again changes nothing.

        Args:
            by: who does.
            path: CSV, plain or gzipped, or Parquet.
            origin: for the audit: what way it came.

        Raises:
            AccessError: `by` may not.
            InputError: it cannot be used at all.
            StoreError: receipts cannot be written; the file may be taken again.
        """
        demand(by, Right.SEND_SALES)
        with self._taking:
            taken = self._take(read_sales(path, Rules.of(self.site, self._clock.now())))
        self._note(by, origin, taken, file=_digest(path))
        return taken

    def take(self, by: Actor, rows: Sequence[Mapping[str, object]], origin: str = "program") -> Taken:
        """Take receipts that a program sends, with the keys that files have as columns; again changes nothing.

        Raises:
            AccessError: `by` may not.
            InputError: they are too many.
            StoreError: they cannot be written; they may be sent again.
        """
        demand(by, Right.SEND_SALES)
        if len(rows) > MOST_ROWS:
            problem = f"these are {len(rows)} receipts at once"
            raise InputError(problem, f"Send at most {MOST_ROWS}.")
        rules = Rules.of(self.site, self._clock.now())
        with self._taking:
            taken = self._take(_line(n, row, rules) for n, row in enumerate(rows))
        self._note(by, origin, taken)
        return taken

    def keep(self, days: int) -> None:
        """How many days receipts are kept; 0 keeps the last day."""
        self._days = days

    def turn(self, now: float) -> None:
        """Let go of what is too old, and press some of what came in; called often.

        Raises:
            StoreError: it cannot be deleted.
        """
        if self._days is not None and abs(now - self._cleaned) >= _CLEANING:
            self._cleaned = now
            self.sales.drop_before(now - max(1, self._days) * _DAY)
        self.sales.press(_PRESSED)

    def _take(self, lines: Iterator[Line]) -> Taken:
        new = duplicates = refused = twice = 0
        problems: list[tuple[int, str]] = []
        while batch := list(islice(lines, _BATCH)):
            sound = [(line.number, line.told) for line in batch if line.told]
            put = self.sales.put([told.sale for _, told in sound])
            bad = [(line.number, line.reason) for line in batch if not line.told]
            bad += [(sound[n][0], reason) for n, reason in put.refused]
            new, duplicates, refused = new + put.new, duplicates + put.duplicates, refused + len(bad)
            twice += sum(told.twice for _, told in sound)
            problems += sorted(bad)[: MOST_TOLD - len(problems)]
        return Taken(new, duplicates, refused, tuple(problems), twice)

    def _note(self, by: Actor, origin: str, taken: Taken, **facts: str) -> None:
        counts = {"new": taken.new, "duplicates": taken.duplicates, "refused": taken.refused}
        self._audit.write(by, "sales.taken", f"sales:{origin}", **counts, **facts)


def _line(number: int, row: Mapping[str, object], rules: Rules) -> Line:
    try:
        return Line(number, sale_of(row, rules))
    except InputError as error:
        return Line(number, None, told_reason(error))


def _digest(path: Path) -> str:
    """The beginning of a file's SHA-256: its name may say more than the audit is to keep."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]
