"""What is gathered sums up to what the receipts say, whatever came, went and was asked in between; and is kept."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from test_sales_pressed import plain, receipts, told

from galleria.domain.sale import Sale
from galleria.storage.sales import Sales, Total
from galleria.storage.sales_gathered import minutes_of
from galleria.storage.sqlite import connect

DAY, MINUTE = 86400.0, 60.0
HOURS = [3600.0 * n for n in range(24 * 40 + 1)]
# Near the ends of a few hours, halves of minutes, the ends of days and of blocks of them; and anywhere in forty days.
TIMES = st.one_of(
    st.builds(
        lambda hour, away: max(0.0, 3600.0 * hour + away),
        st.sampled_from([1, 2, 3, 383, 384, 385, 500]),
        st.sampled_from([0.0, -1e-9, 29.9, 30.0, -30.0, -30.1, 60.0, 89.0, 1800.0]),
    ),
    st.sampled_from([16 * DAY, 16 * DAY - 1e-9, 32 * DAY, 32 * DAY - 40, DAY - 1e-11]),
    st.floats(0.0, 40 * DAY),
)
# Most are of one till, so that there are several next to each other.
SALES = st.one_of(
    receipts(TIMES),
    st.builds(
        Sale,
        st.text("1234567", min_size=3, max_size=4),
        st.just("books"),
        st.just("1"),
        TIMES,
        st.integers(1, 9),
        st.just("EUR"),
        st.integers(1, 9),
    ),
)
puts = st.tuples(st.just("put"), st.lists(SALES, max_size=12))
# How far ahead the clock of one till is, seconds; and what shop.
asks = st.tuples(st.just("ask"), st.tuples(TIMES, TIMES, st.floats(-4000, 4000), st.sampled_from([None, "books"])))
drops = st.tuples(st.just("drop"), TIMES)
presses = st.tuples(st.just("press"), st.integers(1, 3))


def sums_between(edges, times, rows):
    """(hours, 4) as `Gathered` has them, of receipts one by one."""
    at = np.searchsorted(edges, times, "right") - 1
    found = np.zeros((len(edges) - 1, 4), np.int64)
    for hour, row in zip(at, rows, strict=True):
        if 0 <= hour < len(found):
            found[hour] += row
    return found.tolist()


def check(store, path, first, last, ahead, shop):
    edges = np.array([time for time in HOURS if min(first, last) <= time <= max(first, last)])
    if len(edges) < 2:
        return
    own = {("books", "1"): edges + ahead}
    found = store.gathered(
        float(edges[0]) - 5000,
        float(edges[-1]) + 5000,
        {key: minutes_of(times) for key, times in own.items()},
        minutes_of(edges),
        shops=None if shop is None else [shop],
    )
    by_key = {(one.shop, one.till, one.currency): one for one in found}
    assert len(by_key) == len(found)
    rows = {}
    for time, *key, sale, amount, items in plain(path, -DAY, 50 * DAY, shop):
        rows.setdefault(tuple(key), []).append((time, (sale, items * sale, amount * sale, amount)))
    for key, some in rows.items():
        mine = own.get(key[:2], edges)
        wanted = sums_between(mine, *zip(*some, strict=True))
        one = by_key.get(key)
        assert sums_between(mine, one.times, one.sums) == wanted if one else not np.any(wanted)
    for key, one in by_key.items():
        assert (one.times[1:] >= one.times[:-1]).all()
        assert key in rows or not len(one.times)


@settings(max_examples=120, deadline=None)
@given(st.lists(st.one_of(puts, puts, asks, drops, presses), max_size=12))
def test_sums_are_those_of_the_receipts(steps):
    with TemporaryDirectory() as folder, Sales(Path(folder) / "sales.db") as store:
        path = Path(folder) / "sales.db"
        for what, more in [*steps, ("ask", (0.0, 40 * DAY, 7.0, None)), ("ask", (0.0, 40 * DAY, 1900.0, None))]:
            match what:
                case "put":
                    store.put(more)
                case "drop":
                    store.drop_before(more)
                case "press":
                    store.press(more)
                case _:
                    check(store, path, *more)


def sold(n, time, till="1", **changes):
    return Sale(str(n), "books", till, time, 1000, "EUR", 1, **changes)


def kept(path):
    """What is kept: its row, till, first day, and for how many days."""
    connection = connect(path, "the test")
    rows = connection.execute("SELECT rowid, till, first, size FROM gathered ORDER BY till, first, size").fetchall()
    connection.close()
    return rows


def asked(store, **minutes):
    return store.gathered(0.0, 40 * DAY, {("books", till): bits for till, bits in minutes.items()}, 1)


def test_it_is_gathered_once_and_anew_where_a_receipt_came_late(tmp_path):
    path = tmp_path / "sales.db"
    with Sales(path) as store:
        store.put([sold(f"{till} {n}", n * DAY / 2, till) for till in "12" for n in range(80)])
        asked(store)
        before = kept(path)
        assert {(first, size) for _, _, first, size in before if size > 1} == {(0, 16), (16, 16)}
        asked(store)
        assert kept(path) == before
        store.put([sold("late", 20 * DAY)])
        asked(store)
        gone = {*before} - {*kept(path)}
        assert [row[1:] for row in gone] == [("1", 16, 16)]


def test_a_year_is_read_from_a_tenth_of_the_receipts(tmp_path):
    with Sales(tmp_path / "sales.db") as store:
        times = np.arange(0, 10 * DAY, 97.0).tolist()
        store.put([sold(n, time) for n, time in enumerate(times)])
        (one,) = asked(store)
        assert int(one.sums[:, 0].sum()) == len(times)
        assert len(one.times) < len(times) / 10


def test_other_minutes_are_gathered_with_those_before_until_they_are_many(tmp_path):
    path = tmp_path / "sales.db"
    with Sales(path) as store:
        store.put([sold(n, n * 1000.0) for n in range(90)])
        asked(store, **{"1": 1})
        asked(store, **{"1": 1 << 59})
        before = kept(path)
        asked(store, **{"1": 1})
        assert kept(path) == before  # a clock that goes to and fro is not gathered each time
        for minute in range(10):
            asked(store, **{"1": 1 << minute})
        connection = connect(path, "the test")
        bits = [row[0].bit_count() for row in connection.execute("SELECT minutes FROM gathered")]
        connection.close()
        assert max(bits) <= 4


def test_nothing_of_what_was_let_go_of_stays_gathered(tmp_path):
    path = tmp_path / "sales.db"
    with Sales(path) as store:
        store.put([sold(n, n * DAY / 2) for n in range(80)])
        asked(store)
        store.drop_before(20 * DAY)
        assert all(first >= 20 for _, _, first, _ in kept(path))


def test_a_store_of_the_second_version_is_gathered_as_it_lies(tmp_path):
    path = tmp_path / "sales.db"
    with Sales(path) as store:
        store.put([sold(n, n * DAY / 3) for n in range(60)])
        store.sold(0.0, 40 * DAY)
    connection = connect(path, "the test")
    for what in ("TRIGGER pressed_came", "TRIGGER pressed_went", "TABLE gathered"):
        connection.execute(f"DROP {what}")
    connection.execute("PRAGMA user_version = 2")
    connection.close()
    with Sales(path) as store:
        assert int(asked(store)[0].sums[:, 0].sum()) == 60
        store.put([sold("late", DAY)])
        assert int(asked(store)[0].sums[:, 0].sum()) == 61


def test_times_are_those_of_sales_that_were_not_voided(tmp_path):
    path = tmp_path / "sales.db"
    with Sales(path) as store:
        store.put([sold(n, n * DAY / 3, till) for till in "1" for n in range(9)])
        store.put([sold(f"b{n}", n * DAY / 4, "2") for n in range(9)])
        store.gathered(0.0, 4 * DAY, {}, 1)
        found = store.times(DAY / 3, 2 * DAY)
        assert found.keys() == {("books", "1"), ("books", "2")}
        wanted = [row[0] for row in told(store.sold(DAY / 3, 2 * DAY)) if row[2] == "2"]
        assert found["books", "2"].tolist() == wanted


SPANS = st.lists(st.tuples(TIMES, TIMES).map(lambda pair: tuple(sorted(pair))), max_size=4)
_TOTALS = """
SELECT shop, till, currency, sum(kind = 'sale'), sum(kind = 'refund'), sum(amount),
  sum(CASE kind WHEN 'sale' THEN items ELSE -abs(items) END)
FROM valid WHERE time >= ? AND time < ? GROUP BY shop, till, currency ORDER BY shop, till, currency
"""


@settings(max_examples=80, deadline=None)
@given(st.lists(receipts(TIMES), max_size=25), SPANS)
def test_totals_are_those_of_the_receipts(some, spans):
    with TemporaryDirectory() as folder, Sales(Path(folder) / "sales.db") as store:
        store.put(some)
        found = store.totals(spans)
        connection = connect(Path(folder) / "sales.db", "the test")
        wanted = [Total(n, *row) for n, span in enumerate(spans) for row in connection.execute(_TOTALS, span)]
        connection.close()
        assert found == wanted
