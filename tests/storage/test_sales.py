"""The store of sales: the same receipts in any order, any number of times, are the same totals."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from galleria.domain.errors import StoreError
from galleria.domain.sale import Sale, SaleKind
from galleria.storage.sales import Sales

HOUR = 3600.0
ALL = [(0.0, 100 * HOUR)]


def sale(receipt, time=10.0, amount=1000, **changes):
    return replace(Sale(str(receipt), "books", "1", time, amount, "EUR", 2), **changes)


def void(receipt, of="", **changes):
    return sale(receipt, kind=SaleKind.VOID, of=of, amount=0, items=0, **changes)


def refund(receipt, amount, **changes):
    return sale(receipt, amount=amount, kind=SaleKind.REFUND, items=1, **changes)


@pytest.fixture
def store(tmp_path):
    with Sales(tmp_path / "sales.db") as store:
        yield store


def totals(store, spans=ALL):
    return store.totals(spans)


def figures(store, spans=ALL):
    return [
        (t.span, t.shop, t.till, t.currency, t.receipts, t.refunds, t.amount, t.items) for t in totals(store, spans)
    ]


def test_again_changes_nothing_and_is_counted(store):
    some = [sale(1), sale(2), void(2), refund(3, -400, of="1")]
    assert (store.put(some).new, store.put(some).duplicates) == (4, 4)
    assert figures(store) == [(0, "books", "1", "EUR", 1, 1, 600, 1)]


def test_a_number_with_other_content_is_refused_and_the_first_stays(store):
    store.put([sale(1)])
    put = store.put([sale(2), sale(1, amount=999, till="2"), sale(1, shop="shoes")])
    assert (put.new, put.duplicates) == (2, 0)
    ((place, why),) = put.refused
    assert place == 1
    assert "another till and amount" in why
    assert sum(total.amount for total in totals(store)) == 3000


@pytest.mark.parametrize("of", ["7", ""])
def test_a_void_takes_its_receipt_out_whichever_comes_first(store, of):
    taken_back = void("7" if not of else "8", of, time=99.0)
    store.put([taken_back])
    store.put([sale(7), sale(6), sale(7, shop="shoes")])
    assert [(one.shop, one.receipt) for one in store.receipts(0, HOUR)] == [("books", "6"), ("shoes", "7")]
    assert [(total.shop, total.receipts) for total in totals(store)] == [("books", 1), ("shoes", 1)]


def test_a_refund_lessens_the_amount_and_no_buyers(store):
    store.put([sale(1, amount=5000), refund(2, -5000)])
    assert figures(store) == [(0, "books", "1", "EUR", 1, 1, 0, 1)]


def test_currencies_shops_and_tills_are_apart_in_each_span(store):
    store.put([sale(1), sale(2, currency="CHF"), sale(3, till="2"), sale(4, HOUR), sale(5, shop="a", amount=7)])
    found = figures(store, [(0.0, HOUR), (HOUR, 2 * HOUR), (5 * HOUR, 6 * HOUR)])
    assert [row[:5] + row[6:7] for row in found] == [
        (0, "a", "1", "EUR", 1, 7),
        (0, "books", "1", "CHF", 1, 1000),
        (0, "books", "1", "EUR", 1, 1000),
        (0, "books", "2", "EUR", 1, 1000),
        (1, "books", "1", "EUR", 1, 1000),
    ]


def test_receipts_of_a_span_by_shop_and_till(store):
    some = [sale(1, 5.0), sale(2, 4.0, till="2"), sale(3, 9.0, shop="shoes"), refund(4, -1)]
    store.put(some)
    assert store.receipts(0, 10) == [some[1], some[0], some[2]]
    assert store.receipts(4, 9, shop="books") == [some[1], some[0]]
    assert store.receipts(0, 10, shop="books", till="1") == [some[0]]
    assert store.receipts(0, 10, till="' OR 1=1 --") == []
    assert store.span() == (4.0, 10.0)


def test_what_was_dropped_is_gone_and_does_not_come_back(store, tmp_path):
    old = [sale("secret-old", 1.0), sale(2, 50.0), void(3, "2", time=2.0)]
    store.put(old)
    assert store.drop_before(10.0) == 1
    assert store.receipts(0, 99) == []  # the void outlives its time: what it voids is there still
    put = store.put(old)
    assert [place for place, _ in put.refused] == [0, 2]
    assert put.duplicates == 1
    assert store.drop_before(60.0) == 2
    assert store.span() is None
    assert all(b"secret-old" not in path.read_bytes() for path in tmp_path.iterdir())


def test_amounts_are_exact_however_many(store):
    store.put([sale(n, amount=10**15 - 1) for n in range(1000)])
    assert totals(store)[0].amount == 1000 * (10**15 - 1)


def test_it_outlives_closing(tmp_path):
    with Sales(tmp_path / "sales.db") as store:
        store.put([sale(1)])
    with Sales(tmp_path / "sales.db") as store:
        assert store.put([sale(1)]).duplicates == 1


def test_another_programs_file_is_left_alone(tmp_path):
    path = tmp_path / "sales.db"
    path.write_bytes(b"nothing of ours" * 100)
    with pytest.raises(StoreError, match="is not a store of sales"):
        Sales(path)
    assert path.read_bytes() == b"nothing of ours" * 100


@st.composite
def receipts(draw):
    """Receipts with a content for each key: what a till may send."""
    keys = draw(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 9), st.sampled_from(SaleKind)), unique=True))
    made = []
    for shop, number, kind in keys:
        amount = draw(st.integers(-5000, 0) if kind is SaleKind.REFUND else st.integers(0, 5000))
        of = "" if kind is SaleKind.SALE else draw(st.sampled_from(["", "1", "2", "3"]))
        time, currency = draw(st.integers(0, 9)), draw(st.sampled_from(["EUR", "CHF"]))
        made.append(Sale(str(number), shop, "1", float(time), amount, currency, draw(st.integers(0, 5)), kind, of))
    return made


def by_hand(made):
    """The same totals, reckoned without SQL."""
    voided = {(one.shop, one.of or one.receipt) for one in made if one.kind is SaleKind.VOID}
    valid = [one for one in made if one.kind is not SaleKind.VOID and (one.shop, one.receipt) not in voided]
    found = {}
    for one in valid:
        sums = found.setdefault((one.shop, one.currency), [0, 0, 0])
        sums[0] += one.kind is SaleKind.SALE
        sums[1] += one.kind is SaleKind.REFUND
        sums[2] += one.amount
    return {key: tuple(sums) for key, sums in found.items()}


@settings(max_examples=40, deadline=None)
@given(st.data(), receipts())
def test_any_order_and_any_repeats_are_the_same_totals(tmp_path_factory, choice, made):
    repeated = made + (choice.draw(st.lists(st.sampled_from(made), max_size=10)) if made else [])
    order = choice.draw(st.permutations(repeated))
    cut = choice.draw(st.integers(0, len(order)))
    with Sales(tmp_path_factory.mktemp("sales") / "sales.db") as store:
        puts = [store.put(order[:cut]), store.put(order[cut:])]
        assert sum(put.new for put in puts) == len(made)
        assert sum(put.duplicates for put in puts) == len(order) - len(made)
        assert all(not put.refused for put in puts)
        found = {(t.shop, t.currency): (t.receipts, t.refunds, t.amount) for t in totals(store)}
    assert found == by_hand(made)
