"""Receipts as tills' files and programs tell them, cell by cell, into sales; or why one cannot be used."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from galleria.domain.errors import InputError
from galleria.domain.sale import THOUSANDTHS, Sale, SaleKind
from galleria.domain.site import Site
from galleria.domain.time import instant, zone_named

NEEDED = ("receipt", "time", "shop", "till", "amount", "currency", "items")
COLUMNS = (*NEEDED, "kind", "of")

_AHEAD = 3600.0  # seconds that a till's clock may be fast
_EARLIEST = 946_684_800.0  # the year 2000
_LONGEST = 64  # characters of numbers and names
_MOST = 10**15  # thousandths: more than any till takes, and exact in every format
_MOST_ITEMS = 1_000_000
_TIME = re.compile(
    r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?) ?(Z|[+-]\d{2}(?::?\d{2})?)?", re.ASCII
)
_PLAIN = re.compile(r"[+-]?\d{1,18}(\.\d{1,18})?", re.ASCII)
_WHOLE = re.compile(r"[+-]?\d{1,9}(\.0{1,9})?", re.ASCII)
_GROUPED = {
    mark: re.compile(rf"[+-]?\d{{1,3}}(?:{re.escape(other)}\d{{3}})+", re.ASCII) for mark, other in (".,", ",.")
}


@dataclass(frozen=True, slots=True)
class Rules:
    """What a receipt has to keep to.

    Attributes:
        shops: ids of the site's.
        clocks: time zones of tills that have one of their own, by (shop, till).
        zone: of all others.
        now: seconds since 1970-01-01 UTC.
        mark: of decimals in amounts, `.` or `,`.
    """

    shops: frozenset[str]
    clocks: Mapping[tuple[str, str], ZoneInfo]
    zone: ZoneInfo
    now: float
    mark: str = "."

    @classmethod
    def of(cls, site: Site, now: float) -> Rules:
        """Those of a site."""
        clocks = {(till.shop, till.id): zone_named(till.clock) for till in site.tills if till.clock}
        return cls(frozenset(shop.id for shop in site.shops), clocks, zone_named(site.zone), now)


@dataclass(frozen=True, slots=True)
class Told:
    """A sale as it was told; whether its hour comes twice on that day, and the first of both was taken."""

    sale: Sale
    twice: bool


def sale_of(cells: Mapping[str, object], rules: Rules) -> Told:
    """The sale that a row tells.

    Args:
        cells: by column; text, or plain numbers where there are numbers.
        rules: what it has to keep to.

    Raises:
        InputError: it cannot be used.
    """
    receipt, shop, till = (_name(cells, key) for key in ("receipt", "shop", "till"))
    if shop not in rules.shops:
        problem = f"there is no shop {shop!r}"
        raise InputError(problem, "Name one of the site file's `shops:`, or add it there.")
    time, twice = _time(cells, rules.clocks.get((shop, till), rules.zone), rules.now)
    kind = _kind(cells)
    amount = _amount(_text(cells, "amount"), rules.mark)
    if kind is SaleKind.SALE and amount < 0:
        problem = "the amount of a sale is negative"
        raise InputError(problem, "Write `refund` under `kind` if goods came back.")
    if kind is SaleKind.REFUND and amount > 0:
        problem = "the amount of a refund is positive"
        raise InputError(problem, "Write it with a minus.")
    currency = _text(cells, "currency").upper()
    if not re.fullmatch("[A-Z]{3}", currency):
        problem = f"{_short(currency)} is no currency"
        raise InputError(problem, "Write three letters of ISO 4217, e.g. EUR.")
    of = _name(cells, "of") if cells.get("of") not in (None, "") else ""
    return Told(Sale(receipt, shop, till, time, amount, currency, _items(cells), kind, of), twice)


def decimal_mark(amounts: Sequence[str], delimiter: str) -> str:
    """What marks decimals in a file's amounts.

    Where both signs stand in one amount it is the last; where no amount tells, as `1.234`, it is the comma unless
    columns are apart by commas.
    """
    for amount in amounts:
        comma, point = amount.rfind(","), amount.rfind(".")
        if comma >= 0 and point >= 0:
            return "," if comma > point else "."
    for amount in amounts:
        for mark, other in (".,", ",."):
            # One sign alone that cannot group thousands.
            if amount.count(mark) == 1 and not re.fullmatch(rf"[+-]?\d{{1,3}}{re.escape(mark)}\d{{3}}", amount):
                return mark
            if amount.count(mark) > 1:
                return other
    return "." if delimiter == "," else ","


def _text(cells: Mapping[str, object], key: str) -> str:
    value = cells.get(key)
    if not isinstance(value, str) and isinstance(value, float | int) and not isinstance(value, bool):
        value = format(Decimal(repr(value)), "f") if isinstance(value, float) else str(value)
    if not isinstance(value, str) or not (text := value.strip()):
        problem = f"`{key}` is empty" if value is None or isinstance(value, str) else f"`{key}` is no text"
        raise InputError(problem, "Every row needs it.")
    return text


def _name(cells: Mapping[str, object], key: str) -> str:
    text = _text(cells, key)
    if len(text) > _LONGEST or not text.isprintable():
        problem = f"`{key}` is longer than {_LONGEST} characters, or holds some that cannot be printed"
        raise InputError(problem, "Look whether columns are mixed up.")
    return text


def _time(cells: Mapping[str, object], zone: ZoneInfo, now: float) -> tuple[float, bool]:
    written = _text(cells, "time")
    found = _TIME.fullmatch(written)
    try:
        wall = datetime.fromisoformat(f"{found[1]}T{found[2].replace(',', '.')}{found[3] or ''}") if found else None
        time = instant(wall, zone) if wall else 0.0
    except (ValueError, OverflowError):
        wall, time = None, 0.0
    if wall is None:
        problem = f"{_short(written)} is no date with a time"
        raise InputError(problem, "Write it as 2026-03-29T14:05:00, with +02:00 at its end if it is not local time.")
    if time > now + _AHEAD:
        problem = f"{_short(written)} lies in the future"
        raise InputError(problem, "Check the till's clock, its time zone, and the order of day and month.")
    if time < _EARLIEST:
        problem = f"{_short(written)} lies before the year 2000"
        raise InputError(problem, "Check the till's clock.")
    later = instant(wall.replace(fold=1), zone)
    return time, wall.tzinfo is None and later > time


def _kind(cells: Mapping[str, object]) -> SaleKind:
    written = cells.get("kind")
    if written in (None, ""):
        return SaleKind.SALE
    try:
        return SaleKind(str(written).strip().lower())
    except ValueError as error:
        problem = f"{_short(str(written))} is no kind of receipt"
        raise InputError(problem, "Write sale, refund or void, or nothing for a sale.") from error


def _amount(written: str, mark: str) -> int:
    text = written
    whole, comma, rest = text.rpartition(mark) if mark in text else (text, "", "")
    if _GROUPED[mark].fullmatch(whole):
        whole = whole.replace("," if mark == "." else ".", "")
    text = f"{whole}.{rest}" if comma else whole
    if not _PLAIN.fullmatch(text):
        problem = f"{_short(written)} is no amount"
        raise InputError(problem, f"Write digits, with `{mark}` before decimals as the other rows, and no currency.")
    thousandths = Decimal(text) * THOUSANDTHS
    if thousandths != int(thousandths):
        problem = f"{_short(written)} has more than three decimals"
        raise InputError(problem, "No currency has so small a coin: check the column.")
    if abs(thousandths) > _MOST:
        problem = f"{_short(written)} is more than a till takes"
        raise InputError(problem, "Check the column.")
    return int(thousandths)


def _items(cells: Mapping[str, object]) -> int:
    written = _text(cells, "items")
    if not _WHOLE.fullmatch(written) or abs(int(written.partition(".")[0])) > _MOST_ITEMS:
        problem = f"{_short(written)} is no number of items"
        raise InputError(problem, "Write a whole number.")
    return int(written.partition(".")[0])


def _short(text: str) -> str:
    return repr(text if len(text) <= _LONGEST else text[:_LONGEST] + "…")
