"""What is pressed is what the receipts say, whatever came, went and was asked in between."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from galleria.domain.sale import Sale, SaleKind
from galleria.storage.sales import Sales
from galleria.storage.sqlite import connect

DAY = 86400.0
# Moments at midnight and next to it, and all others of three days.
TIMES = st.one_of(
    st.sampled_from([DAY, 2 * DAY, DAY - 1e-11, 2 * DAY - 3e-10, DAY + 1e-11]), st.floats(0.0, 3 * DAY - 1)
)
PLAIN = """
SELECT time, shop, till, currency, kind = 'sale', amount, items FROM valid WHERE time >= ? AND time < ?
AND (? IS NULL OR shop = ?) ORDER BY shop, till, currency, time
"""


@st.composite
def receipts(draw, times=TIMES):
    kind = draw(st.sampled_from([SaleKind.SALE, SaleKind.SALE, SaleKind.REFUND, SaleKind.VOID]))
    number = str(draw(st.integers(1, 6)))
    of = str(draw(st.integers(1, 6))) if kind is SaleKind.VOID else ""
    shop, till = draw(st.sampled_from(["books", "shoes"])), draw(st.sampled_from(["1", "2"]))
    amount = 0 if kind is SaleKind.VOID else draw(st.integers(-(10**9), 10**9))
    return Sale(number, shop, till, draw(times), amount, draw(st.sampled_from(["EUR", "CHF"])), 2, kind, of)


puts = st.tuples(st.just("put"), st.lists(receipts(), max_size=6))
asks = st.tuples(st.just("ask"), st.tuples(TIMES, TIMES, st.sampled_from([None, "books"])))
drops = st.tuples(st.just("drop"), TIMES)
presses = st.tuples(st.just("press"), st.integers(1, 3))


def told(found):
    """Tills as plain rows, in an order of their own."""
    return sorted(
        (float(time), one.shop, one.till, one.currency, bool(sale), int(amount), int(items))
        for one in found
        for time, amount, items, sale in zip(one.times, one.amounts, one.items, one.sales, strict=True)
    )


def plain(path, begin, end, shop):
    connection = connect(path, "the test")
    rows = connection.execute(PLAIN, (begin, end, shop, shop)).fetchall()
    connection.close()
    return sorted((*row[:4], bool(row[4]), *row[5:]) for row in rows)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(puts, asks, drops, presses), max_size=12))
def test_it_is_what_the_receipts_say(steps):
    with TemporaryDirectory() as folder, Sales(Path(folder) / "sales.db") as store:
        path = Path(folder) / "sales.db"
        for what, more in [*steps, ("ask", (0.0, 4 * DAY, None))]:
            match what:
                case "put":
                    store.put(more)
                case "drop":
                    store.drop_before(more)
                case "press":
                    store.press(more)
                case _:
                    begin, end, shop = more
                    found = store.sold(begin, end, shops=None if shop is None else [shop])
                    assert told(found) == plain(path, begin, end, shop)
                    assert all((one.times[1:] >= one.times[:-1]).all() for one in found)


def test_what_was_let_go_of_is_pressed_no_more(tmp_path):
    path = tmp_path / "sales.db"
    with Sales(path) as store:
        store.put([Sale("1", "books", "1", 10.0, 1000, "EUR", 2), Sale("2", "books", "1", 2 * DAY, 1000, "EUR", 2)])
        store.sold(0.0, 3 * DAY)
        store.drop_before(DAY)
        connection = connect(path, "the test")
        assert [row[0] for row in connection.execute("SELECT day FROM pressed")] == [2]
        connection.close()


def test_a_store_of_the_first_version_is_pressed_as_it_lies(tmp_path):
    path = tmp_path / "sales.db"
    with Sales(path) as store:
        store.put([Sale(str(n), "books", "1", n * DAY / 3, 1000, "EUR", 2) for n in range(9)])
    connection = connect(path, "the test")
    for sort, name in (
        ("TRIGGER", "receipt_came"),
        ("TRIGGER", "receipt_went"),
        ("TABLE", "pressed"),
        ("TABLE", "stale"),
        ("TABLE", "gathered"),
    ):
        connection.execute(f"DROP {sort} {name}")
    connection.execute("PRAGMA user_version = 1")
    connection.close()
    with Sales(path) as store:
        assert told(store.sold(0.0, 4 * DAY)) == plain(path, 0.0, 4 * DAY, None)
        store.put([Sale("10", "books", "1", DAY, 1000, "EUR", 2)])
        assert len(told(store.sold(0.0, 4 * DAY))) == 10
