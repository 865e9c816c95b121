"""Receipts gathered: those of a till that lie between two minutes at which anybody asks are one.

Sums of a year by hour need no receipt by itself but those near the hours' ends, as the till's clock shows these. All
others between two of them count as one, which makes a tenth as many, and they are kept so by blocks of days. Which
minutes of the hour are asked about is a set of bits, bit 7 for what is nearest to seven past: the clock of one till
after another drifts from one minute to the next, and then it is gathered anew.

What is pressed of a till and day is what is gathered: where that changes, the same transaction lets go of its block.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Key: TypeAlias = tuple[str, str, str]  # shop, till, currency
Columns: TypeAlias = tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]

_GONE = (
    "DELETE FROM gathered WHERE shop = {0}.shop AND till = {0}.till AND currency = {0}.currency"
    " AND first <= {0}.day AND first > {0}.day - size;"
)
GATHERED = f"""
CREATE TABLE gathered (
  shop TEXT NOT NULL,
  till TEXT NOT NULL,
  currency TEXT NOT NULL,
  first INTEGER NOT NULL,
  size INTEGER NOT NULL,
  minutes INTEGER NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (shop, till, currency, first, size)
) STRICT;
CREATE INDEX gathered_by_day ON gathered (first, size);
CREATE TRIGGER pressed_came AFTER INSERT ON pressed BEGIN {_GONE.format("new")} END;
CREATE TRIGGER pressed_went AFTER DELETE ON pressed BEGIN {_GONE.format("old")} END;
"""
KEYS = "SELECT DISTINCT shop, till, currency FROM pressed WHERE ?1 IS NULL OR shop IN (SELECT value FROM json_each(?1))"
KEPT = """
SELECT shop, till, currency, first, size, minutes, body
FROM json_each(?1) AS b CROSS JOIN gathered ON first = b.value ->> 0 AND size = b.value ->> 1
WHERE ?2 IS NULL OR shop IN (SELECT value FROM json_each(?2))
"""
_DAYS = """
SELECT times, amounts, items, sales FROM pressed
WHERE shop = ? AND till = ? AND currency = ? AND day >= ? AND day < ? ORDER BY day
"""
_PUT = "INSERT OR REPLACE INTO gathered VALUES (?, ?, ?, ?, ?, ?, ?)"
_PARTS = "DELETE FROM gathered WHERE (shop, till, currency) = (?, ?, ?) AND first >= ? AND first < ? AND size < ?"

_BLOCK = 16  # days
_MINUTE, _AN_HOUR = 60.0, 60
# What is asked about is gathered together with what was before, e.g. as one clock is right and another one is not.
_MOST_MINUTES = 4
_NUMBERS = 5


class Gathered(NamedTuple):
    """What a till sold in one currency, some receipts as one; all arrays are (n,), by time.

    Attributes:
        times: seconds since 1970-01-01 UTC; of several the first one's.
        sums: (n, 4) sales; items of these; what these came to, and the same less refunds: thousandths.
    """

    shop: str
    till: str
    currency: str
    times: NDArray[np.float64]
    sums: NDArray[np.int64]


class Stretch(NamedTuple):
    """Days that are kept together, of UTC."""

    first: int
    size: int


def minutes_of(times: NDArray[np.float64]) -> int:
    """The minutes of the hour that are next to these times, as bits."""
    return sum(1 << minute for minute in np.flatnonzero(np.bincount(_minutes(times) % _AN_HOUR)).tolist())


def stretches(first: int, last: int, newest: int) -> Iterator[Stretch]:
    """Those that have the days from the first to the last one; the newest one of all changes all the time."""
    for begin in range(first - first % _BLOCK, last + 1, _BLOCK):
        if begin + _BLOCK <= newest:
            yield Stretch(begin, _BLOCK)
        else:
            yield from (Stretch(day, 1) for day in range(max(begin, first), min(begin + _BLOCK, last + 1)))


def gather(columns: Columns, minutes: int) -> bytes:
    """Receipts by time, gathered: rows of time and `sums`, eight bytes each number."""
    times, amounts, items, sales = columns
    if not len(times):
        return b""
    asked = np.array([minute for minute in range(_AN_HOUR) if minutes >> minute & 1], np.int64)
    hour, minute = np.divmod(_minutes(times), _AN_HOUR)
    alone = np.isin(minute, asked)
    # Between two minutes that are asked about it is the same everywhere.
    between = hour * len(asked) + np.searchsorted(asked, minute)
    begins = np.append(True, alone[1:] | alone[:-1] | (between[1:] != between[:-1]))
    starts = np.flatnonzero(begins)
    rows = np.empty((len(starts), _NUMBERS), "<i8")
    rows[:, 0] = times[starts].view(np.int64)
    sums = np.column_stack([sales.astype(np.int64), items * sales, amounts * sales, amounts])
    rows[:, 1:] = np.add.reduceat(sums, starts)
    return rows.tobytes()


def together(kept: Mapping[tuple[Key, Stretch], bytes]) -> list[Gathered]:
    """Each till's days one after another."""
    found = []
    for (shop, till, currency), some in groupby(sorted(kept), lambda one: one[0]):
        rows = np.frombuffer(b"".join(kept[one] for one in some), "<i8").reshape(-1, _NUMBERS)
        found.append(Gathered(shop, till, currency, np.ascontiguousarray(rows[:, 0]).view(np.float64), rows[:, 1:]))
    return found


def put_gathered(
    connection: sqlite3.Connection, stretch: Stretch, lacking: Mapping[Key, int], columns: Sequence[str]
) -> dict[Key, bytes]:
    """Gather and keep a stretch of some tills from what is pressed; inside a transaction.

    Args:
        connection: may write.
        stretch: which days.
        lacking: minutes by key.
        columns: types of what is pressed.
    """
    run, found = connection.execute, {}
    first, end = stretch.first, stretch.first + stretch.size
    for key, minutes in lacking.items():
        rows = run(_DAYS, (*key, first, end)).fetchall()
        parts = zip(*rows, strict=True) if rows else ([] for _ in columns)
        times, amounts, items, sales = (
            np.frombuffer(b"".join(some), kind) for some, kind in zip(parts, columns, strict=True)
        )
        body = gather((times, amounts, items, sales.view(np.bool_)), minutes)
        run(_PUT, (*key, first, stretch.size, minutes, body))
        run(_PARTS, (*key, first, end, stretch.size))
        found[key] = body
    return found


def wanted(asked: int, kept: int) -> int:
    """Minutes that are gathered for what is asked about, where others were."""
    both = asked | kept
    return both if both.bit_count() <= _MOST_MINUTES else asked


def told_stretches(some: Sequence[Stretch]) -> str:
    """For `KEPT`."""
    return json.dumps([[*one] for one in some])


def _minutes(times: NDArray[np.float64]) -> NDArray[np.int64]:
    """(n,) the next to each, counted from 1970-01-01 UTC; never fewer for a later time."""
    found: NDArray[np.int64] = np.floor(times / _MINUTE + 0.5).astype(np.int64)
    return found
