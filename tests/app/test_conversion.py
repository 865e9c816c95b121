"""Conversion of a small shop: what counts, and what is absent and why."""

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest
from flowing import Desk, at, dates, shop

from galleria.app.conversion import conversion_answers
from galleria.app.conversion_query import Missing
from galleria.app.studies import STUDIES, Studies
from galleria.app.study_list import SERVICES
from galleria.domain.calendar import Grain
from galleria.domain.errors import InputError
from galleria.domain.hand_count import HandCount
from galleria.domain.sale import Sale, SaleKind
from galleria.domain.site import Shop
from galleria.storage.sales import Sales
from galleria.storage.studied import StudyStore

MONDAY, TUESDAY, WEDNESDAY, SUNDAY = "2026-03-16", "2026-03-17", "2026-03-18", "2026-03-22"


class Till(Desk):
    def __post_init__(self):
        super().__post_init__()
        self.sales = Sales(self.folder / "sales.db")
        self.receipts = 0

    def sell(self, day, clock, amount=10.0, **changes):
        self.receipts += 1
        sale = Sale(f"{self.receipts}", "books", "1", at(day, clock), round(amount * 1000), "EUR", 1)
        self.sales.put([replace(sale, **changes)])
        return sale.receipt

    def asked(self, days=2, begin=MONDAY, now=None, grain=Grain.DAY):
        self.keeper.turn(at("2026-03-25", "12:00"))
        with StudyStore(self.folder / STUDIES) as store:
            studies = Studies(self.site, self.folder, self.rollups, store, [SERVICES])
            period = dates(begin, days)
            selling = SimpleNamespace(sales=self.sales)
            more = {} if now is None else {"now": now}
            answer = conversion_answers(self.site, self.flows, studies, selling, period, grain, **more)
        return {part.key: part for part in answer.parts} | {"notes": " ".join(answer.notes)}

    def close(self):
        self.sales.close()
        super().close()


@pytest.fixture
def desk(tmp_path):
    desk = Till(tmp_path, replace(shop(), shops=(Shop("books", tripwires=("door",)), Shop("bare"))))
    yield desk
    desk.close()


def test_buyers_and_visitors_of_days(desk):
    desk.open_day(MONDAY, 20)
    desk.open_day(TUESDAY, 40)
    for n in range(5):
        desk.sell(MONDAY, f"11:0{n}")
    void = desk.sell(MONDAY, "12:00")
    desk.sell(MONDAY, "12:01", 0, kind=SaleKind.VOID, of=void)
    desk.sell(TUESDAY, "12:01", -4, kind=SaleKind.REFUND)
    for n in range(8):
        desk.sell(TUESDAY, f"13:0{n}")
    books = desk.asked()["shop:books"]
    assert [(p.visitors, p.buyers, p.rate) for p in books.points] == [(20, 5, 0.25), (40, 8, 0.2)]
    assert books.whole.rate == 13 / 60
    assert books.whole.amounts == {"EUR": 126.0}
    assert books.whole.baskets == {"EUR": 10.0}
    assert [p.label for p in books.weekdays] == ["0", "1"]
    assert {p.label: p.buyers for p in books.hours}["13:00"] == 8
    assert books.whole.units is None


def test_staff_counted_by_hand_are_no_visitors_and_who_comes_again_is_one(desk):
    desk.site = replace(desk.site, hand_counts=(HandCount(date(2026, 3, 12), 400, 100, 100, "shop:books"),))
    desk.open_day(MONDAY, 20)
    desk.open_day(TUESDAY, 40)
    for n in range(6):
        desk.sell(MONDAY, f"11:0{n}")
    books = desk.asked()["shop:books"]
    assert books.points[0].visitors == pytest.approx(20 * 0.75)
    assert books.points[0].rate == pytest.approx(6 / 15)


def test_a_day_without_receipts_has_none_and_is_no_zero(desk):
    for day in (MONDAY, TUESDAY, WEDNESDAY):
        desk.open_day(day, 20)
    for n in range(6):
        desk.sell(MONDAY, f"11:0{n}")
        desk.sell(WEDNESDAY, f"11:0{n}")
    books = desk.asked(3)["shop:books"]
    assert [p.why for p in books.points] == [None, Missing.NO_SALES, None]
    assert (books.points[1].rate, books.points[1].buyers, books.points[1].receipts) == (None, None, None)
    assert (books.whole.visitors, books.whole.days, books.whole.of) == (40, 2, 3)
    assert "no sales came in" in desk.asked(3)["notes"]


def test_a_shop_that_sells_little_may_have_sold_nothing(desk):
    for day in (MONDAY, TUESDAY, WEDNESDAY):
        desk.open_day(day, 20)
    desk.sell(MONDAY, "11:00")
    desk.sell(WEDNESDAY, "11:00")
    books = desk.asked(3)["shop:books"]
    assert [p.rate for p in books.points] == [0.05, 0.0, 0.05]
    # The same day asked for alone is the same: days around are looked at.
    assert desk.asked(1, TUESDAY)["shop:books"].whole.rate == 0.0


@pytest.mark.parametrize(("until", "why"), [("14:00", Missing.NOT_SEEN), ("16:00", None)])
def test_what_was_not_seen_is_not_compared(desk, until, why):
    desk.open_day(MONDAY, 24, ("10:00", until))
    for n in range(6):
        desk.sell(MONDAY, f"11:0{n}")
        desk.sell(MONDAY, f"18:0{n}")  # of whom nobody was seen
    whole = desk.asked(1)["shop:books"].whole
    assert whole.why == why
    assert whole.receipts == 12
    assert (whole.buyers, whole.rate) == ((None, None) if why else (6, 0.25))


def test_what_is_closed_to_come_or_has_no_line(desk):
    desk.open_day(MONDAY, 20)
    desk.sell(MONDAY, "11:00")
    asked = desk.asked(1)
    assert asked["shop:bare"].whole.why is Missing.NO_LINE
    assert asked["entrance:front"].whole.rate == 0.05  # it leads to the shop alone
    assert asked["entrance:back"].whole.why is Missing.SITE_WIDE
    assert desk.asked(1, SUNDAY)["shop:books"].whole.why is Missing.CLOSED
    later = desk.asked(1, "2026-03-24", now=at("2026-03-23", "12:00"))
    assert later["shop:books"].whole.why is Missing.TO_COME


def test_currencies_are_never_added(desk):
    desk.open_day(MONDAY, 20)
    desk.sell(MONDAY, "11:00", 10)
    desk.sell(MONDAY, "11:10", 30, currency="CHF")
    whole = desk.asked(1)["shop:books"].whole
    assert whole.per_visitor == {"CHF": 1.5, "EUR": 0.5}
    assert whole.baskets == {"CHF": 30.0, "EUR": 10.0}
    assert whole.buyers == 2


def test_days_when_clocks_change(desk):
    day = "2026-03-28"  # a Saturday; on the 29th it is closed, and an hour is missing
    desk.open_day(day, 20)
    desk.sell(day, "19:30")
    desk.sell("2026-03-29", "03:10")  # local time after the change
    found = desk.asked(2, day)["shop:books"]
    assert sum(p.receipts or 0 for p in found.points) == found.whole.receipts == 2


def test_another_grain_is_refused(desk):
    with pytest.raises(InputError, match="not told by"):
        desk.asked(grain=Grain.HOUR)
