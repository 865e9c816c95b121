"""Receipts come in by file, list and watched folder: counted once, refused row by row, audited."""

import csv
import gzip
import io

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from people import Noted

from galleria.app import selling
from galleria.app.audit import NOBODY, SYSTEM
from galleria.app.sales_folder import EVERY, QUIET, SalesFolder
from galleria.app.selling import MOST_ROWS, Selling
from galleria.domain.errors import AccessError, InputError, StoreError
from galleria.domain.site import Shop, Site
from galleria.domain.time import SetClock, parse_instant, zone_named
from galleria.storage.sales import Sales

NOW = 1_790_000_000.0
HEAD = "receipt,time,shop,till,amount,currency,items\n"
SITE = Site("mall", zone="UTC", shops=(Shop("books"), Shop("shoes")))
ALWAYS = [(0.0, NOW)]


def row(number, shop="books", amount="1.50"):
    return f"{number},2026-03-27T14:05:00Z,{shop},3,{amount},EUR,2\n"


def cells(number, **changes):
    keys = {"receipt": number, "time": "2026-03-27T14:05:00Z", "shop": "books", "till": 3, "amount": 1.5}
    return {**keys, "currency": "EUR", "items": 2, **changes}


class Noting(Noted):
    def write(self, by, action, subject="", **facts):
        self.entries.append((by.name, action, subject, facts))


class Till:
    """A site that takes sales, and its folder."""

    def __init__(self, folder):
        self.root, self.clock, self.audit = folder, SetClock(NOW), Noting()
        self.sales = Sales(folder / "sales.db")
        self.selling = Selling(SITE, self.sales, self.audit, self.clock)
        self.watched = SalesFolder(folder, self.selling, self.clock)
        self.place = folder / "sales"

    def write(self, name, text):
        self.place.mkdir(exist_ok=True)
        path = self.place / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def look(self, seconds=QUIET):
        self.clock.advance(seconds)
        return self.watched.turn(self.clock.now())

    def settle(self):
        return self.look(0.0) + self.look()

    def names(self):
        return sorted(str(path.relative_to(self.place)) for path in self.place.rglob("*") if path.is_file())

    def count(self):
        return sum(total.receipts for total in self.sales.totals(ALWAYS))


@pytest.fixture
def till(tmp_path):
    till = Till(tmp_path)
    yield till
    till.sales.close()


class TestTaking:
    def test_good_rows_go_in_bad_ones_are_told_and_it_is_audited(self, till):
        path = till.write("day.csv", HEAD + row(1) + row(2, "toys") + row(1) + row(3) + row(1, amount="9"))
        taken = till.selling.take_file(SYSTEM, path)
        assert (taken.new, taken.duplicates, taken.refused, taken.rows) == (2, 1, 2, 5)
        assert [number for number, _ in taken.problems] == [3, 6]
        assert "no shop 'toys'" in taken.problems[0][1]
        assert "with another amount" in taken.problems[1][1]
        ((name, action, subject, facts),) = till.audit.entries
        assert (name, action, subject) == ("galleria", "sales.taken", "sales:file")
        assert facts["new"] == 2
        assert len(facts["file"]) == 16

    def test_a_program_sends_text_and_numbers(self, till):
        rows = [cells("1"), cells(2, amount="1.50", items="2"), cells("1"), cells(4, amount=True), {}, cells(5, of=[])]
        taken = till.selling.take(SYSTEM, rows)
        assert (taken.new, taken.duplicates) == (2, 1)
        assert [number for number, _ in taken.problems] == [3, 4, 5]
        assert till.sales.totals(ALWAYS)[0].amount == 3000

    @pytest.mark.parametrize("amount", [float("nan"), float("inf"), 10**400, -1, [1], {"a": 1}, "1,50", 1e-9])
    def test_numbers_that_are_no_amounts(self, till, amount):
        assert till.selling.take(SYSTEM, [cells(1, amount=amount)]).refused == 1

    def test_not_everybody_may_and_not_all_at_once(self, till):
        with pytest.raises(AccessError):
            till.selling.take(NOBODY, [])
        with pytest.raises(AccessError):
            till.selling.take_file(NOBODY, till.root / "nothing.csv")
        with pytest.raises(InputError, match="receipts at once"):
            till.selling.take(SYSTEM, [cells(1)] * (MOST_ROWS + 1))

    def test_times_of_an_hour_that_comes_twice_are_told(self, till):
        till.selling.site = Site("mall", zone="Europe/Berlin", shops=SITE.shops)
        rows = [cells(1, time="2025-10-26T02:30:00"), cells(2, time="2025-10-26T02:30:00+01:00")]
        assert till.selling.take(SYSTEM, rows).twice == 1

    def test_what_is_too_old_goes(self, till):
        till.selling.take(SYSTEM, [cells(1)])
        till.selling.turn(NOW)
        assert till.count() == 1
        till.selling.keep(30)
        till.selling.turn(NOW)
        assert till.count() == 0
        assert "older than sales are kept" in till.selling.take(SYSTEM, [cells(1)]).problems[0][1]


class TestTheFolder:
    def test_a_file_is_taken_when_it_is_whole(self, till):
        till.write("day.csv", HEAD + row(1))
        assert till.look(0) == 0
        till.write("day.csv", HEAD + row(1) + row(2))  # it grows
        assert till.look(QUIET) == 0
        assert till.look(QUIET - EVERY) == 0
        assert till.look(EVERY) == 1
        assert till.names() == ["taken/day.csv"]
        assert till.count() == 2

    def test_what_is_wrong_lies_beside_it(self, till):
        till.write("day.csv", HEAD + row(1) + row(2, "=toys"))
        till.write("none.csv", HEAD + row(3, "toys"))
        till.write("cut.csv.gz", gzip.compress(HEAD.encode() * 50)[:-9])
        till.write("good.csv", HEAD + row(4))
        assert till.settle() == 4
        assert till.names() == [
            "refused/cut.csv.gz", "refused/cut.csv.gz.problems.csv", "refused/none.csv",
            "refused/none.csv.problems.csv", "taken/day.csv", "taken/day.csv.problems.csv", "taken/good.csv",
        ]  # fmt: skip
        (told,) = csv.DictReader(io.StringIO((till.place / "taken/day.csv.problems.csv").read_text()))
        assert told["row"] == "3"
        assert "no shop '=toys'" in told["problem"]
        assert till.count() == 2

    def test_files_that_are_not_meant(self, till, tmp_path):
        for name in (".hidden.csv", "day.csv.part", "day.csv.problems.csv"):
            till.write(name, HEAD + row(1))
        (tmp_path / "elsewhere.csv").write_text(HEAD + row(2))
        (till.place / "link.csv").symlink_to(tmp_path / "elsewhere.csv")
        assert till.settle() == 0
        assert till.count() == 0

    def test_a_name_that_was_taken_before_keeps_both(self, till):
        for n in range(3):
            till.write("day.csv", HEAD + row(n))
            till.settle()
        assert till.names() == ["taken/day.2.csv", "taken/day.3.csv", "taken/day.csv"]

    def test_stopped_between_taking_and_moving_it_counts_once(self, till, monkeypatch):
        path = till.write("day.csv", HEAD + row(1) + row(2))
        with monkeypatch.context() as patch:
            patch.setattr("pathlib.Path.rename", lambda *_: (_ for _ in ()).throw(OSError(5, "no")))
            with pytest.raises(StoreError, match="cannot be moved"):
                till.settle()
        assert path.exists()
        again = SalesFolder(till.root, till.selling, till.clock)  # as after a restart
        again.turn(till.clock.now())
        till.clock.advance(QUIET)
        assert again.turn(till.clock.now()) == 1
        assert till.names() == ["taken/day.csv"]
        assert till.count() == 2

    def test_a_mistake_of_ours_stops_nothing(self, till, monkeypatch):
        def broken(path, rules):
            if path.name == "a.csv":
                raise ZeroDivisionError
            return reading(path, rules)

        reading = selling.read_sales
        monkeypatch.setattr(selling, "read_sales", broken)
        till.write("a.csv", HEAD + row(1))
        till.write("b.csv", HEAD + row(2))
        assert till.settle() == 2
        assert till.names() == ["refused/a.csv", "refused/a.csv.problems.csv", "taken/b.csv"]

    def test_it_watches_in_a_thread_and_ends(self, till):
        till.watched.start()
        till.watched.stop()
        till.watched.stop()
        assert till.look() == 0


@settings(max_examples=15, deadline=None)
@given(st.lists(st.lists(st.integers(0, 20), max_size=8), max_size=5), st.randoms())
def test_any_files_in_any_order_with_restarts_are_the_same_totals(tmp_path_factory, files, chance):
    till = Till(tmp_path_factory.mktemp("site"))
    names = [*range(len(files))] * 2  # each comes twice
    chance.shuffle(names)
    for name in names:
        till.write(f"{name}.csv", HEAD + "".join(row(number, amount=str(number)) for number in files[name]))
        if chance.random() < 0.5:
            till.watched = SalesFolder(till.root, till.selling, till.clock)
        till.settle()
    wanted = {number for numbers in files for number in numbers}
    assert till.count() == len(wanted)
    assert sum(total.amount for total in till.sales.totals(ALWAYS)) == 1000 * sum(wanted)
    till.sales.close()


def test_receipts_of_a_real_chain_add_up_as_plain_sql_adds_them(tmp_path, footage):
    source = footage / "retail_sales" / "transactions_sample.csv.gz"
    if not source.is_file():
        pytest.skip(f"REAL SALES ARE ABSENT: no {source}")
    path, zone = tmp_path / "receipts.csv", zone_named("America/New_York")
    with duckdb.connect() as database:
        database.execute("SET VARIABLE source = ?", [str(source)])
        # Lines of one basket are one receipt; its shop is the store's number.
        database.execute(
            "CREATE TABLE receipts AS SELECT basket_id AS receipt, min(transaction_timestamp) AS time,"
            " 'store-' || store_id AS shop, '1' AS till, sum(sales_value)::DECIMAL(12, 2) AS amount, 'USD' AS currency,"
            " sum(greatest(quantity, 0))::BIGINT AS items FROM read_csv(getvariable('source'))"
            " GROUP BY basket_id, store_id HAVING sum(quantity) < 1000000"
        )
        database.execute(f"COPY receipts TO '{path}' (HEADER)")
        wanted = database.execute(
            "SELECT shop, count(*), sum(amount) * 1000, sum(items) FROM receipts GROUP BY shop ORDER BY shop"
        ).fetchall()
        rows = database.execute("SELECT count(*) FROM receipts").fetchone()[0]
    site = Site("chain", zone=zone.key, shops=tuple(Shop(shop) for shop, *_ in wanted))
    with Sales(tmp_path / "sales.db") as sales:
        selling = Selling(site, sales, Noting(), SetClock(NOW))
        taken = selling.take_file(SYSTEM, path)
        assert (taken.new, taken.refused) == (rows, 0)
        assert selling.take_file(SYSTEM, path).duplicates == rows
        found = sales.totals([(parse_instant("2016-01-01", zone), parse_instant("2019-01-01", zone))])
    assert rows > 10_000
    assert [(t.shop, t.receipts, t.amount, t.items) for t in found] == [(s, n, int(a), i) for s, n, a, i in wanted]
