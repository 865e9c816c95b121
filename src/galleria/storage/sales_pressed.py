"""Receipts pressed: of each day, shop, till and currency those that are valid, as arrays; see `sales`."""

from __future__ import annotations

import sqlite3
from itertools import groupby

import numpy as np

# Days are of UTC, and told by one formula everywhere: near midnight another one might round to the other side.
DAY = "CAST({} / 86400.0 + 100000.0 AS INTEGER) - 100000"
# A void says something about the day of its receipt; it is marked with it, whichever comes first.
_MARK = (
    "INSERT OR IGNORE INTO stale SELECT shop, till, " + DAY.format("time") + " FROM receipt"  # noqa: S608  our own words
    " WHERE shop = {0}.shop AND receipt = {0}.of AND {0}.kind = 'void'; "
    "INSERT OR IGNORE INTO stale VALUES ({0}.shop, {0}.till, " + DAY.format("{0}.time") + ");"
)
PRESSED = f"""
CREATE TABLE pressed (
  shop TEXT NOT NULL,
  till TEXT NOT NULL,
  currency TEXT NOT NULL,
  day INTEGER NOT NULL,
  times BLOB NOT NULL,
  amounts BLOB NOT NULL,
  items BLOB NOT NULL,
  sales BLOB NOT NULL,
  PRIMARY KEY (shop, till, currency, day)
) STRICT;
CREATE INDEX pressed_by_day ON pressed (day);
CREATE TABLE stale (
  shop TEXT NOT NULL,
  till TEXT NOT NULL,
  day INTEGER NOT NULL,
  PRIMARY KEY (day, shop, till)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER receipt_came AFTER INSERT ON receipt BEGIN {_MARK.format("new")} END;
CREATE TRIGGER receipt_went AFTER DELETE ON receipt BEGIN {_MARK.format("old")} END;
INSERT OR IGNORE INTO stale SELECT DISTINCT shop, till, {DAY.format("time")} FROM receipt;
"""  # noqa: S608  likewise
# Not `(shop, till) IN`: SQLite 3.40 finds nothing by an index whose columns are in another order.
_OF_DAY = f"""
SELECT shop, till, currency, time, amount, items, kind = 'sale' FROM valid
WHERE time >= ?1 * 86400.0 - 1 AND time < (?1 + 1) * 86400.0 + 1 AND {DAY.format("time")} = ?1
  AND EXISTS (SELECT 1 FROM stale AS s WHERE s.day = ?1 AND s.shop = valid.shop AND s.till = valid.till)
ORDER BY shop, till, currency, time
"""  # noqa: S608  likewise
OUT_OF_DATE = """
DELETE FROM pressed WHERE (?1 IS NULL OR day = ?1) AND EXISTS
  (SELECT 1 FROM stale AS s WHERE s.day = pressed.day AND s.shop = pressed.shop AND s.till = pressed.till)
"""
STALE = "SELECT DISTINCT day FROM stale WHERE day >= ? AND day <= ? ORDER BY day DESC"
COLUMNS = ("<f8", "<i8", "<i8", "u1")  # times, amounts, items, whether it is a sale


def press_day(connection: sqlite3.Connection, day: int) -> None:
    """Press what is marked of a day, inside a transaction."""
    run = connection.execute
    run(OUT_OF_DATE, (day,))
    for key, some in groupby(run(_OF_DAY, (day,)).fetchall(), lambda row: row[:3]):
        columns = zip(*(row[3:] for row in some), strict=True)
        bodies = [np.array(c, kind).tobytes() for c, kind in zip(columns, COLUMNS, strict=True)]
        run("INSERT INTO pressed VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (*key, day, *bodies))
    run("DELETE FROM stale WHERE day = ?", (day,))


def utc_day(time: float) -> int:
    """The day that a time is of, as `DAY` tells it."""
    return int(time / 86400.0 + 100000.0) - 100000
