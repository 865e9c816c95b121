"""Files of receipts: what tills write is read, what cannot be used is told."""

import gzip
import json
import subprocess
import sys
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from galleria.domain.errors import InputError
from galleria.domain.sale import Sale, SaleKind
from galleria.domain.site import Shop, Site, Till
from galleria.storage.salesfile import read_sales
from galleria.storage.salesrows import Rules, decimal_mark, sale_of

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC).timestamp()
SITE = Site(
    "mall", zone="Europe/Berlin", shops=(Shop("books"), Shop("shoes")), tills=(Till("9", "books", "Asia/Tokyo"),)
)
RULES = Rules.of(SITE, NOW)
HEAD = "receipt,time,shop,till,amount,currency,items"
ROW = "1,2026-03-27T14:05:00+01:00,books,3,12.99,EUR,2"
FIRST = Sale("1", "books", "3", datetime(2026, 3, 27, 13, 5, tzinfo=UTC).timestamp(), 12990, "EUR", 2)


@pytest.fixture
def read(tmp_path):
    def read(content, name="day.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return list(read_sales(path, RULES))

    return read


def sales(lines):
    assert all(line.told for line in lines), lines
    return [line.told.sale for line in lines]


class TestGood:
    def test_a_plain_file(self, read):
        assert sales(read(f"{HEAD}\n{ROW}\n")) == [FIRST]

    @pytest.mark.parametrize("delimiter", [";", "\t", "|"])
    def test_what_a_german_spreadsheet_writes(self, read, delimiter):
        text = f"{HEAD.upper()},extra\n{ROW},\n2,2026-03-27 14:06:00,books,3,1.000,EUR,1,x\n"
        text = text.replace(",", delimiter).replace("12.99", "12,99").replace("1.000", "1.234,5")
        found = sales(read(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()))
        assert found[0] == FIRST
        assert found[1].amount == 1_234_500

    def test_gzip_and_quotes_and_empty_lines(self, read):
        quoted = ROW.replace("books", '"books"').replace("3,12.99", '3,"12.99"')
        assert sales(read(gzip.compress(f"\n{HEAD}\n\n{quoted}\n\n".encode()), "day.csv.gz")) == [FIRST]

    def test_kind_and_of(self, read):
        text = f"{HEAD},kind,of\n{ROW},,\n{ROW.replace('12.99', '-12.99')},Refund,1\n{ROW},void,1\n"
        kinds = [(one.kind, one.of, one.amount) for one in sales(read(text))]
        assert kinds == [(SaleKind.SALE, "", 12990), (SaleKind.REFUND, "1", -12990), (SaleKind.VOID, "1", 12990)]

    @pytest.mark.parametrize("time", ["TIMESTAMPTZ '2026-03-27 14:05:00+01'", "TIMESTAMP '2026-03-27 14:05:00'",
                                      "'2026-03-27T13:05Z'"])  # fmt: skip
    @pytest.mark.parametrize("amount", ["12.99::DECIMAL(9,3)", "12.99::DOUBLE", "'12.99'"])
    def test_parquet(self, tmp_path, time, amount):
        path = tmp_path / "odd[1]*.parquet"
        with duckdb.connect() as database:
            database.execute(
                f"COPY (SELECT 1 AS receipt, {time} AS time, 'books' AS shop, '3' AS till, {amount} AS amount,"
                f" 'EUR' AS currency, 2 AS items, 'x' AS \"a \"\"b\") TO '{path}' (FORMAT parquet)"
            )
        assert sales(list(read_sales(path, RULES))) == [FIRST]


# The file; what is told of it.
WHOLE = {
    "empty": (b"  \n", "is empty", "names its columns"),
    "prose": (b"Dear shop,\nhere are our sales.\n", "is no table of receipts", "names its columns"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is not text in UTF-8", "UTF-8"),
    "noughts": (b"a\0b", "it is not text", "UTF-8"),
    "json": (b'{"receipt": 1}', "is no table of receipts", "columns"),
    "no amounts": (HEAD.replace("amount,", "").encode(), "has no column 'amount'", "columns"),
    "twice": (f"{HEAD},amount".encode(), "two columns 'amount'", "Remove one"),
    "latin": (f"{HEAD}\n{ROW}\n{ROW.replace('3', 'Café')}".encode("latin-1"), "not text in UTF-8 (line 3)", "Save it"),
    "utf-16": (f"{HEAD}\n{ROW}".encode("utf-16"), "is not text in UTF-8", "Save it"),
    "cut gzip": (gzip.compress(f"{HEAD}\n{ROW}\n".encode() * 99)[:-20], "cut off or damaged", "again"),
    "damaged gzip": (gzip.compress(HEAD.encode())[:-12] + b"x" * 12, "cut off or damaged", "again"),
    "cut parquet": (b"PAR1" + b"\1" * 99, "cannot be read as Parquet", "again"),
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_file_that_is_no_table_of_receipts_is_refused_whole(read, name):
    content, what, remedy = WHOLE[name]
    with pytest.raises(InputError) as caught:
        read(content)
    assert what in caught.value.problem
    assert remedy in caught.value.remedy


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read_sales(tmp_path / "nothing.csv", RULES)


def test_a_parquet_file_without_a_column(tmp_path):
    with duckdb.connect() as database:
        database.execute(f"COPY (SELECT 1 AS receipt, 2 AS shop) TO '{tmp_path / 'a.parquet'}' (FORMAT parquet)")
    with pytest.raises(InputError, match="no column 'time', 'till'"):
        list(read_sales(tmp_path / "a.parquet", RULES))


COLUMNS = (
    "'1' AS receipt, '2026-03-27T14:05:00Z' AS time, 'books' AS shop, '3' AS till, '12.99' AS amount,"
    " 'EUR' AS currency, 2 AS items"
)


def parquet(path, columns, rows):
    """Few bytes that stand for many rows: all are alike, and stored once."""
    with duckdb.connect() as database:
        database.execute(
            f"COPY (SELECT {columns} FROM range({rows})) TO '{path}'"
            " (FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION V2)"
        )
    assert path.stat().st_size < 1 << 20


@pytest.mark.parametrize(
    ("columns", "rows", "what", "remedy"),
    [
        (COLUMNS, 5_000_001, "has more than 5000000 rows", "in parts"),
        (COLUMNS.replace("2 AS", "[2, 3] AS"), 9, "'items' of a.parquet is neither text, numbers nor times", "as text"),
        (COLUMNS.replace("'3'", "repeat('3', 300000000)"), 1, "is larger than 256 MiB", "in parts"),
    ],
)
def test_a_parquet_file_that_stands_for_too_much_is_refused_before_a_row_is_used(tmp_path, columns, rows, what, remedy):
    parquet(tmp_path / "a.parquet", columns, rows)
    with pytest.raises(InputError) as caught:
        next(read_sales(tmp_path / "a.parquet", RULES))
    assert what in caught.value.problem
    assert remedy in caught.value.remedy


def test_a_parquet_file_that_says_too_much_about_itself(tmp_path):
    path = tmp_path / "a.parquet"
    path.write_bytes(b"PAR1" + bytes(5 << 20) + (5 << 20).to_bytes(4, "little") + b"PAR1")
    with pytest.raises(InputError, match="about its row groups"):
        next(read_sales(path, RULES))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_too_many_rows_are_refused_before_one_is_used(tmp_path, end):
    path = tmp_path / "a.csv.gz"
    with gzip.open(path, "wb", 1) as file:
        file.write(f"{HEAD}\n{ROW}\n".encode())
        for _ in range(6):
            file.write(end.encode() * 1_000_000)
    with pytest.raises(InputError, match="more than 5000000 rows"):
        next(read_sales(path, RULES))


def test_a_row_that_is_too_long_is_told_and_the_others_go_in(read):
    first, told, last = read(f"{HEAD}\n{ROW}\n{'ab,' * 100_000}\n{ROW}\n")
    assert first.told.sale == last.told.sale == FIRST
    assert (told.number, "too long" in told.reason) == (3, True)


def test_a_row_of_very_many_lines_is_told(read):
    first, told, *rest = read(f"{HEAD}\n{ROW}\n" + '"ab\n",' * 50_000 + f"\n{ROW}\n")
    assert first.told.sale == FIRST
    assert (told.number, "too long" in told.reason) == (3, True)
    assert not any(line.told for line in rest)  # which of its quotes open, and which close, nobody can tell


_MEASURED = """
import json, re, sys
from pathlib import Path
from galleria.domain.site import Shop, Site
from galleria.storage.salesfile import read_sales
from galleria.storage.salesrows import Rules
import duckdb
def most():
    return int(re.search(r"VmHWM:[^0-9]+([0-9]+)", Path("/proc/self/status").read_text())[1]) / 1024
rules, before = Rules.of(Site("mall", zone="UTC", shops=(Shop("books"),)), 2e9), most()
sound = [line.told is not None for line in read_sales(Path(sys.argv[1]), rules)]
print(json.dumps([len(sound), sum(sound), most() - before]))
"""


def measured(path):
    """Rows of a file, how many are sound, and by how many MiB the memory of a process of its own grew."""
    found = subprocess.run([sys.executable, "-c", _MEASURED, path], capture_output=True, check=True, text=True)
    return json.loads(found.stdout)


def test_texts_that_are_stored_once_do_not_fill_memory(tmp_path):
    parquet(tmp_path / "a.parquet", COLUMNS.replace("'1'", "repeat('1', 100000)"), 20_000)  # 2 GB
    rows, sound, grown = measured(tmp_path / "a.parquet")
    assert (rows, sound) == (20_000, 0)
    assert grown < 200


def test_many_rows_that_are_stored_once_do_not_fill_memory(tmp_path):
    parquet(tmp_path / "a.parquet", COLUMNS, 100_000)
    rows, sound, grown = measured(tmp_path / "a.parquet")
    assert (rows, sound) == (100_000, 100_000)
    assert grown < 200


def test_a_row_of_very_many_cells_does_not_fill_memory(tmp_path):
    with gzip.open(tmp_path / "a.csv.gz", "wb", 1) as file:
        file.write(f"{HEAD}\n{ROW}\n".encode() + b"ab," * (20 << 20) + f"\n{ROW}\n".encode())
    rows, sound, grown = measured(tmp_path / "a.csv.gz")
    assert (rows, sound) == (3, 2)
    assert grown < 200


# What of ROW becomes what; what is told.
BAD = {
    "unknown shop": ("books", "toys", "there is no shop 'toys'"),
    "no shop": ("books", "", "`shop` is empty"),
    "no number": ("1,2026", ",2026", "`receipt` is empty"),
    "a date alone": ("T14:05:00+01:00", "", "is no date with a time"),
    "another order": ("2026-03-27T14:05:00+01:00", "27.03.2026 14:05", "is no date with a time"),
    "no such day": ("03-27T14", "02-30T14", "is no date with a time"),
    "no such hour": ("T14", "T24", "is no date with a time"),
    "the future": ("2026", "2027", "lies in the future"),
    "the past": ("2026", "1970", "before the year 2000"),
    "words": ("12.99", "twelve", "'twelve' is no amount"),
    "a currency's sign": ("12.99", "12.99 €", "is no amount"),
    "two points": ("12.99", "12.9.9", "is no amount"),
    "nothing": ("12.99", "", "`amount` is empty"),
    "infinite": ("12.99", "inf", "is no amount"),
    "too fine": ("12.99", "12.9999", "more than three decimals"),
    "too much": ("12.99", "9" * 16, "more than a till takes"),
    "a minus": ("12.99", "-1", "of a sale is negative"),
    "no currency": ("EUR", "€", "is no currency"),
    "half an item": (",2", ",2.5", "is no number of items"),
    "too few cells": (",EUR,2", "", "it has 5 cells, and there are 7"),
    "a control character": ("books,3", "books,3\a", "cannot be printed"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_row_is_told_with_its_number_and_the_others_go_in(read, name):
    old, new, what = BAD[name]
    bad = ROW[::-1].replace(old[::-1], new[::-1], 1)[::-1] if old == ",2" else ROW.replace(old, new, 1)
    first, told, last = read(f"{HEAD}\n{ROW}\n{bad}\n{ROW}\n")
    assert first.told == last.told
    assert first.told.sale == FIRST
    assert (told.number, told.told) == (3, None)
    assert what in told.reason
    assert "; " in told.reason


def test_other_bad_rows(read):
    kinds = read(f"{HEAD},kind\n{ROW},loan\n{ROW},refund\n")
    assert [line.reason.partition(";")[0] for line in kinds] == [
        "'loan' is no kind of receipt",
        "the amount of a refund is positive",
    ]


def test_a_quote_that_is_not_closed_is_told_where_it_opens(read):
    *good, bad = read(f'{HEAD}\n{ROW}\n1,"2026\n{ROW}\n')
    assert sales(good) == [FIRST]
    assert (bad.number, "look for a quote" in bad.reason) == (3, True)


def told(time, till="3"):
    cells = dict(zip(HEAD.split(","), ROW.split(","), strict=True)) | {"time": time, "till": till}
    return sale_of(cells, RULES)


class TestTime:
    def test_without_an_offset_it_is_the_tills_clock_or_the_sites(self):
        berlin, tokyo = told("2026-07-01T12:00"), told("2026-07-01T12:00", "9")
        assert berlin.sale.time - tokyo.sale.time == 7 * 3600
        assert told("2026-07-01T12:00+02:00", "9").sale.time == berlin.sale.time

    def test_an_hour_that_comes_twice_is_the_first_of_both_unless_it_is_said(self):
        first, second = told("2026-10-25T02:30:00+02:00"), told("2026-10-25T02:30:00+01:00")
        open_ = told("2026-10-25T02:30:00")
        assert second.sale.time - first.sale.time == 3600
        assert (open_.sale.time, open_.twice) == (first.sale.time, True)
        assert not first.twice
        assert not told("2026-10-25T03:30:00").twice

    def test_an_hour_that_there_is_not(self):
        skipped = told("2026-03-29T02:30:00")
        assert (skipped.sale.time, skipped.twice) == (told("2026-03-29T03:30:00").sale.time, False)

    def test_a_clock_may_be_a_little_fast(self):
        at = datetime.fromtimestamp(NOW + 1800, ZoneInfo("Europe/Berlin")).isoformat()
        assert told(at).sale.time == NOW + 1800

    @given(st.integers(946_684_800, int(NOW)), st.sampled_from(["UTC", "America/St_Johns", "Europe/Berlin"]))
    def test_any_time_with_its_offset_comes_back(self, at, zone):
        assert told(datetime.fromtimestamp(at, ZoneInfo(zone)).isoformat()).sale.time == at


@given(st.lists(st.integers(0, 10**9), min_size=1), st.sampled_from([".", ","]), st.booleans())
def test_amounts_come_back_in_every_way_of_writing(cents, mark, grouped):
    other = "," if mark == "." else "."
    whole = [f"{cent // 100:,}".replace(",", other if grouped else "") for cent in cents]
    amounts = [f"{w}{mark}{cent % 100:02d}" for w, cent in zip(whole, cents, strict=True)]
    found = decimal_mark(amounts, ";")
    assert found == mark
    cells = dict(zip(HEAD.split(","), ROW.split(","), strict=True))
    rules = Rules(RULES.shops, {}, RULES.zone, NOW, found)
    assert [sale_of(cells | {"amount": a}, rules).sale.amount for a in amounts] == [10 * cent for cent in cents]


@pytest.mark.parametrize(
    ("amounts", "delimiter", "mark"),
    [
        (["1.234"], ";", ","),
        (["1,234"], ",", "."),
        (["1.234", "5,5"], ";", ","),
        (["1234.567"], ";", "."),
        (["1.234.567"], ",", ","),
        ([], ",", "."),
    ],
)
def test_where_amounts_leave_it_open(amounts, delimiter, mark):
    assert decimal_mark(amounts, delimiter) == mark
