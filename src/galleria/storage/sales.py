"""Receipts, in one SQLite file of the site, `sales.db`.

The same receipt again changes nothing. A receipt number that comes with other content is refused: tills never change
what they printed (they void it, and print another), so such a number was given twice, and to replace the first would
lose a sale. A void takes its receipt out whichever of the two came first; a refund lessens amounts and no number of
buyers. Currencies are never added up.

Beside them lie the same receipts pressed: a row for each day, shop, till and currency, with times, amounts and items as
arrays, from which a year of a mall is added up in a moment. A receipt that comes or goes marks the days that it says
something about, in the same transaction, and marked days are pressed again, from the receipts, before they are read.
What is asked about again and again is kept gathered from these, see `sales_gathered`.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, groupby
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from galleria.domain.sale import Sale, SaleKind

from .pruning import give_back
from .sales_gathered import (
    GATHERED,
    KEPT,
    KEYS,
    Gathered,
    Key,
    Stretch,
    put_gathered,
    stretches,
    together,
    told_stretches,
    wanted,
)
from .sales_pressed import COLUMNS, OUT_OF_DATE, PRESSED, STALE, press_day, utc_day
from .schema import Format, prepare
from .sqlite import Closing, connect, opening, told, transaction

NAME = "store of sales"
# A void without `of` is kept with its own number there: it voids the receipt of that number.
_TABLES = """
CREATE TABLE receipt (
  shop TEXT NOT NULL,
  receipt TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('sale', 'refund', 'void')),
  till TEXT NOT NULL,
  time REAL NOT NULL,
  amount INTEGER NOT NULL,
  currency TEXT NOT NULL,
  items INTEGER NOT NULL,
  of TEXT NOT NULL,
  PRIMARY KEY (shop, receipt, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX receipt_by_time ON receipt (time);
CREATE INDEX receipt_voided ON receipt (shop, of) WHERE kind = 'void';
CREATE TABLE dropped (
  before REAL NOT NULL
) STRICT;
CREATE VIEW valid AS
  SELECT * FROM receipt AS r WHERE kind <> 'void' AND NOT EXISTS (
    SELECT 1 FROM receipt AS v WHERE v.kind = 'void' AND v.shop = r.shop AND v.of = r.receipt
  );
"""
SALES_FORMAT = Format(
    NAME,
    application=0x47414C53,  # "GALS"
    version=3,
    tables=_TABLES + PRESSED + GATHERED,
    steps={1: PRESSED, 2: GATHERED},
)

_INSERT = "INSERT OR IGNORE INTO receipt VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_SAME = (
    "SELECT till, time, amount, currency, items, of FROM receipt WHERE (shop, receipt, kind) = (?, ?, ?)"
)  # fmt: skip
_RECEIPTS = """
SELECT receipt, shop, till, time, amount, currency, items FROM valid
WHERE kind = 'sale' AND time >= ?1 AND time < ?2 AND (?3 IS NULL OR shop = ?3) AND (?4 IS NULL OR till = ?4)
ORDER BY time, shop, receipt
"""
_PRESSED_OF = """
SELECT shop, till, currency, day, times, amounts, items, sales FROM pressed
WHERE day >= ?1 AND day <= ?2 AND (?3 IS NULL OR shop IN (SELECT value FROM json_each(?3)))
"""
_TIMES_OF = """
SELECT shop, till, day, times, sales FROM pressed
WHERE day >= ?1 AND day <= ?2 AND (?3 IS NULL OR shop IN (SELECT value FROM json_each(?3)))
"""
_BOUNDS = "SELECT (SELECT min(day) FROM pressed), (SELECT max(day) FROM pressed)"
_FAR = 1_000_000  # days: earlier and later than anything
_DIFFERENT = ("till", "time", "amount", "currency", "number of items", "receipt that it is of")


@dataclass(frozen=True, slots=True)
class Put:
    """What came of receipts that were written.

    Attributes:
        new: how many were not known.
        duplicates: how many were there already.
        refused: (place in what was put, why).
    """

    new: int
    duplicates: int
    refused: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Total:
    """What was sold in a span at one till in one currency; voided receipts are in none of it.

    Attributes:
        span: its place in the spans that were asked for.
        receipts: how many sales, which is how many times somebody bought.
        refunds: how many.
        amount: sales less refunds, thousandths of the currency's unit.
        items: sold, less those that came back.
    """

    span: int
    shop: str
    till: str
    currency: str
    receipts: int
    refunds: int
    amount: int
    items: int


class Till(NamedTuple):
    """What a till sold in one currency, by time; all arrays are (receipts,).

    Attributes:
        times: seconds since 1970-01-01 UTC.
        amounts: thousandths of the currency's unit.
        sales: whether it is a sale, else a refund.
    """

    shop: str
    till: str
    currency: str
    times: NDArray[np.float64]
    amounts: NDArray[np.int64]
    items: NDArray[np.int64]
    sales: NDArray[np.bool_]


class Sales(Closing):
    """An open store of sales. A context manager; any thread may use it, readers do not wait for the writer.

    Args:
        path: the file; made if it is absent.

    Raises:
        StoreError: it cannot be opened; and from every method when it cannot be written or read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock, self._read_lock = threading.Lock(), threading.Lock()
        with opening(path, NAME, any_thread=True) as self._connection:
            prepare(self._connection, path, SALES_FORMAT)
            self._connection.execute("PRAGMA secure_delete = ON").fetchall()
            self._reading = connect(path, NAME, any_thread=True)

    def close(self) -> None:
        with self._read_lock:
            self._reading.close()
        with self._lock:
            self._connection.close()

    def put(self, sales: Sequence[Sale]) -> Put:
        """Write receipts in one transaction; again changes nothing."""
        new, duplicates, refused = 0, 0, list[tuple[int, str]]()
        with self._lock, told(self._path, NAME), transaction(self._connection):
            run = self._connection.execute
            oldest = run("SELECT max(before) FROM dropped").fetchone()[0]
            for n, sale in enumerate(sales):
                row = _row(sale)
                if oldest is not None and sale.time < oldest:
                    refused.append((n, "it is older than sales are kept; nothing is to be done"))
                elif run(_INSERT, row).rowcount:
                    new += 1
                elif (known := run(_SAME, row[:3]).fetchone()) == row[3:]:
                    duplicates += 1
                else:
                    refused.append((n, _conflict(sale, known, row[3:])))
        return Put(new, duplicates, tuple(refused))

    def totals(self, spans: Sequence[tuple[float, float]]) -> list[Total]:
        """What was sold in each span, by shop, till and currency; where nothing was sold there is no total.

        Args:
            spans: [begin, end) each, seconds since 1970-01-01 UTC, e.g. the hours of a day.
        """
        if not spans:
            return []
        tills = self.sold(min(begin for begin, _ in spans), max(end for _, end in spans))
        found = chain.from_iterable(_totals(till, spans) for till in tills)
        return sorted(found, key=lambda total: (total.span, total.shop, total.till, total.currency))

    def receipts(self, begin: float, end: float, *, shop: str | None = None, till: str | None = None) -> list[Sale]:
        """Sales in [begin, end) by time, without refunds and what was voided; of all shops and tills unless named."""
        return [Sale(*row) for row in self._all(_RECEIPTS, (begin, end, shop, till))]

    def sold(self, begin: float, end: float, *, shops: Collection[str] | None = None) -> list[Till]:
        """Sales and refunds in [begin, end) by time, without what was voided, of all shops unless named.

        Each till's are apart, and each currency's.
        """
        low, high = self._pressed(begin, end)
        rows = sorted(self._all(_PRESSED_OF, (low, high, _listed(shops))), key=lambda row: row[:4])
        found = []
        for (shop, till, currency), some in groupby(rows, lambda row: row[:3]):
            columns = zip(*(row[4:] for row in some), strict=True)
            kinds = zip(columns, COLUMNS, strict=True)
            times, amounts, items, sales = (np.frombuffer(b"".join(parts), kind) for parts, kind in kinds)
            cut = slice(*np.searchsorted(times, (begin, end)).tolist())
            found.append(Till(shop, till, currency, times[cut], amounts[cut], items[cut], sales[cut].view(np.bool_)))
        return found

    def times(
        self, begin: float, end: float, *, shops: Collection[str] | None = None
    ) -> dict[tuple[str, str], NDArray[np.float64]]:
        """When sales were in [begin, end) that were not voided, in order, by shop and till; of all shops unless named.

        Absent: tills that sold nothing.
        """
        low, high = self._pressed(begin, end)
        rows = sorted(self._all(_TIMES_OF, (low, high, _listed(shops))), key=lambda row: row[:3])
        found = {}
        for key, some in groupby(rows, lambda row: row[:2]):
            parts = [*some]
            times = np.frombuffer(b"".join(row[3] for row in parts), "<f8")
            sold = np.frombuffer(b"".join(row[4] for row in parts), np.bool_)
            mine = np.sort(times[sold & (times >= begin) & (times < end)])
            if len(mine):
                found[key] = mine
        return found

    def gathered(
        self,
        begin: float,
        end: float,
        minutes: Mapping[tuple[str, str], int],
        others: int,
        *,
        shops: Collection[str] | None = None,
    ) -> list[Gathered]:
        """As `sold`, some receipts as one: sums between any two times next to the minutes that are named are the same.

        Args:
            begin: of what is asked about; there may be more before it and after the end.
            end: of it.
            minutes: by shop and till, as `minutes_of` tells them.
            others: of all other tills.
            shops: only of these; None: of all.
        """
        low, high = self._pressed(begin, end)
        oldest, newest = self._all(_BOUNDS)[0]
        if oldest is None:
            return []
        parts = list(stretches(max(low, oldest), min(high, newest), newest))
        rows = self._all(KEPT, (told_stretches(parts), _listed(shops)))
        kept = {((*row[:3],), Stretch(*row[3:5])): row[5:] for row in rows}
        asked = {key: minutes.get(key[:2], others) for key in self._all(KEYS, (_listed(shops),))}
        found: dict[tuple[Key, Stretch], bytes] = {}
        for stretch in parts:
            lacking = {}
            for key, mine in asked.items():
                have, body = kept.get((key, stretch), (0, None))
                if body is None or mine & ~have:
                    lacking[key] = wanted(mine, have)
                else:
                    found[key, stretch] = body
            # One stretch after another: what comes in meanwhile need not wait for all of them.
            if lacking:
                with self._lock, told(self._path, NAME), transaction(self._connection):
                    made = put_gathered(self._connection, stretch, lacking, COLUMNS)
                found |= {(key, stretch): body for key, body in made.items()}
        return together(found)

    def press(self, most: int) -> None:
        """Press some of the days that are not yet, the newest first."""
        self._press([row[0] for row in self._all(STALE, (-_FAR, _FAR))][:most])

    def _pressed(self, begin: float, end: float) -> tuple[int, int]:
        """The first and the last day of a span, all of them pressed."""
        low, high = utc_day(begin), utc_day(end)
        self._press([row[0] for row in self._all(STALE, (low, high))])
        return low, high

    def _press(self, days: Sequence[int]) -> None:
        """Press what is marked of days; a receipt that comes meanwhile waits, and marks its day again."""
        for day in days:
            with self._lock, told(self._path, NAME), transaction(self._connection):
                press_day(self._connection, day)

    def span(self) -> tuple[float, float] | None:
        """When the first and the last receipt were; None: there is none."""
        # Asked for together they would be looked for in all of the receipts.
        first, last = self._all("SELECT (SELECT min(time) FROM receipt), (SELECT max(time) FROM receipt)")[0]
        return None if first is None else (first, last)

    def drop_before(self, time: float) -> int:
        """Delete receipts older than that, beyond recovery; returns how many. They are not taken again.

        A void stays as long as what it voids.
        """
        with self._lock, told(self._path, NAME), transaction(self._connection):
            run = self._connection.execute
            gone: int = run("DELETE FROM receipt WHERE time < ? AND kind <> 'void'", (time,)).rowcount
            gone += run(
                "DELETE FROM receipt AS v WHERE time < ? AND kind = 'void' AND NOT EXISTS"
                " (SELECT 1 FROM receipt WHERE shop = v.shop AND receipt = v.of AND kind <> 'void')",
                (time,),
            ).rowcount
            run(OUT_OF_DATE, (None,))
            run("DELETE FROM gathered WHERE first + size <= ?", (utc_day(time),))
            before = run("SELECT max(before) FROM dropped").fetchone()[0]
            if before is None or before < time:
                run("DELETE FROM dropped")
                run("INSERT INTO dropped (before) VALUES (?)", (time,))
        if gone:
            with self._lock, told(self._path, NAME):
                give_back(self._connection)
        return gone

    def _all(self, statement: str, values: Sequence[object] = ()) -> list[Any]:
        with self._read_lock, told(self._path, NAME):
            return self._reading.execute(statement, values).fetchall()


def _listed(shops: Collection[str] | None) -> str | None:
    return None if shops is None else json.dumps(list(shops))


def _totals(till: Till, spans: Sequence[tuple[float, float]]) -> Iterator[Total]:
    """Of the spans in which it sold something or took it back."""
    bounds = np.searchsorted(till.times, np.array(spans))
    items = np.where(till.sales, till.items, -np.abs(till.items))
    numbers = np.column_stack([till.sales, ~till.sales, till.amounts, items]).astype(np.int64)
    sums = np.concatenate([np.zeros((1, numbers.shape[1]), np.int64), np.cumsum(numbers, axis=0)])
    for n in np.flatnonzero(bounds[:, 1] > bounds[:, 0]).tolist():
        yield Total(n, till.shop, till.till, till.currency, *(sums[bounds[n, 1]] - sums[bounds[n, 0]]).tolist())


def _row(sale: Sale) -> tuple[object, ...]:
    of = sale.of or (sale.receipt if sale.kind is SaleKind.VOID else "")
    key = sale.shop, sale.receipt, sale.kind.value
    return *key, sale.till, float(sale.time), sale.amount, sale.currency, sale.items, of


def _conflict(sale: Sale, known: Sequence[object], given: Sequence[object]) -> str:
    others = [name for name, one, other in zip(_DIFFERENT, known, given, strict=True) if one != other]
    return (
        f"receipt {sale.receipt!r} of the shop {sale.shop!r} is there already with another {' and '.join(others)};"
        " where numbers begin anew, put till and date before them"
    )
