"""Receipts, in one SQLite file of the site, `sales.db`.

The same receipt again changes nothing. A receipt number that comes with other content is refused: tills never change
what they printed (they void it, and print another), so such a number was given twice, and to replace the first would
lose a sale. A void takes its receipt out whichever of the two came first; a refund lessens amounts and no number of
buyers. Currencies are never added up.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from galleria.domain.sale import Sale, SaleKind

from .pruning import give_back
from .schema import Format, prepare
from .sqlite import Closing, connect, told, transaction

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
SALES_FORMAT = Format(NAME, application=0x47414C53, version=1, tables=_TABLES)  # "GALS"

_INSERT = "INSERT OR IGNORE INTO receipt VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_SAME = (
    "SELECT till, time, amount, currency, items, of FROM receipt WHERE (shop, receipt, kind) = (?, ?, ?)"
)  # fmt: skip
_TOTALS = """
SELECT s.key, shop, till, currency, sum(kind = 'sale'), sum(kind = 'refund'), sum(amount),
  sum(CASE kind WHEN 'sale' THEN items ELSE -abs(items) END)
FROM json_each(?) AS s JOIN valid ON time >= s.value ->> 0 AND time < s.value ->> 1
GROUP BY s.key, shop, till, currency ORDER BY s.key, shop, till, currency
"""
_RECEIPTS = """
SELECT receipt, shop, till, time, amount, currency, items FROM valid
WHERE kind = 'sale' AND time >= ?1 AND time < ?2 AND (?3 IS NULL OR shop = ?3) AND (?4 IS NULL OR till = ?4)
ORDER BY time, shop, receipt
"""
_SOLD = """
SELECT time, shop, till, currency, kind, amount, items FROM valid WHERE time >= ? AND time < ? ORDER BY time
"""
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
        self._connection = connect(path, NAME, any_thread=True)
        try:
            with told(path, NAME):
                prepare(self._connection, path, SALES_FORMAT)
                self._connection.execute("PRAGMA secure_delete = ON").fetchall()
            self._reading = connect(path, NAME, any_thread=True)
        except BaseException:
            self._connection.close()
            raise

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
        return [Total(*row) for row in self._all(_TOTALS, (json.dumps([list(span) for span in spans]),))]

    def receipts(self, begin: float, end: float, *, shop: str | None = None, till: str | None = None) -> list[Sale]:
        """Sales in [begin, end) by time, without refunds and what was voided; of all shops and tills unless named."""
        return [Sale(*row) for row in self._all(_RECEIPTS, (begin, end, shop, till))]

    def sold(self, begin: float, end: float) -> list[tuple[float, str, str, str, str, int, int]]:
        """Sales and refunds in [begin, end) by time, without what was voided.

        Returns:
            time, shop, till, currency, kind, thousandths of the currency's unit, items.
        """
        return self._all(_SOLD, (begin, end))

    def span(self) -> tuple[float, float] | None:
        """When the first and the last receipt were; None: there is none."""
        first, last = self._all("SELECT min(time), max(time) FROM receipt")[0]
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
