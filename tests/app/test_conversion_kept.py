"""Conversion from what is kept is conversion from scratch, whatever came late, went or was changed meanwhile."""

import shutil
from contextlib import closing
from dataclasses import replace
from datetime import date, time, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

import numpy as np
import pytest
from flowing import Desk, at, shop
from hypothesis import given, settings
from hypothesis import strategies as st

from galleria.app.conversion import conversion_answers
from galleria.app.flows import Flows
from galleria.app.studies import STUDIES, Studies
from galleria.app.study_list import SERVICES
from galleria.domain.calendar import Grain
from galleria.domain.hand_count import HandCount
from galleria.domain.sale import Sale, SaleKind
from galleria.domain.site import Hours, Queue, Shop, Till
from galleria.storage.sales import Sales
from galleria.storage.sqlite import connect
from galleria.storage.studied import StudyStore

FIRST, COUNT = date(2026, 3, 14), 22  # the clocks go forward in the night to the 29th
DAYS = [(FIRST + timedelta(days=n)).isoformat() for n in range(COUNT)]
SITE = replace(
    shop(),
    shops=(Shop("books", tripwires=("door",)), Shop("shoes", tripwires=("gate",))),
    queues=(Queue("tills", "shelf"), Queue("other", "shelf", service="shelf")),
    tills=(Till("1", "books", queue="tills"), Till("2", "books", queue="other"), Till("1", "shoes", queue="tills")),
)
CHANGES = {
    "counts": {"hand_counts": (HandCount(FIRST, 400, 100, 100, "shop:books"),)},
    "shops": {"shops": (SITE.shops[1], Shop("books"))},
    "tills": {"tills": (Till("2", "books", queue="tills"), Till("3", "books"))},
    "queues": {"queues": (Queue("other", "shelf"), Queue("new", "shelf"))},
    "hours": {"hours": {day: Hours(time(9, 30), time(21)) for day in range(7)}},
    "zone": {"zone": "Asia/Kolkata"},
    "none": {},
}
PERIODS = [(0, COUNT), (3, 19), (20, 22)]


class Kept:
    """A shop of some weeks, whose store of studies and sales are asked again and again."""

    def __init__(self, folder):
        self.folder, self.site = folder, SITE
        self.desk = Desk(folder, SITE)
        self.sales, self.store = Sales(folder / "sales.db"), StudyStore(folder / STUDIES)
        self.studies = Studies(SITE, folder, self.desk.rollups, self.store, [SERVICES])
        self.now, self.number = at(DAYS[-1], "23:59"), int(self.sales.totals([(0.0, 2e9)]) != []) * 10_000
        if not self.number:
            self.open()
        for camera in ("hall", "yard"):
            self.desk.begin(camera, f"run-{folder.name}")
        # What comes now is of another run than what was there when the folder was copied.
        self.desk.write = partial(self.desk.write, epoch=f"run-{folder.name}")
        self.study()

    def open(self):
        """Weeks on which something was seen and rung up at each till, by its own clock."""
        random = np.random.default_rng(3)
        made = []
        for day in DAYS:
            with self.desk.live.envelope():
                self.desk.see(at(day, "10:00"), at(day, "20:00"))
                for begin in (at(day, "10:05") + random.uniform(0, 34_000, 8)).tolist():
                    self.desk.come(begin - 30)
                    self.desk.come(begin - 20, "yard")
                    self.desk.stay(begin, 40)
                    made += [self.sale(begin + 40 + ahead, *who) for ahead, who in self.clocks()]
        self.sales.put(made)

    def clocks(self):
        return ((55.0, ("books", "1")), (-1200.0, ("books", "2")), (4.0, ("shoes", "1")))

    def sale(self, time, shop="books", till="1", kind=SaleKind.SALE, amount=1500, currency="EUR", of=""):
        self.number += 1
        return Sale(str(self.number), shop, till, time, amount, currency, 2, kind, of)

    def study(self):
        self.desk.keeper.turn(self.now)
        self.studies.turn(self.now)
        self.now += 1000.0  # studies of a day that goes on wait for so long

    def change(self, what):
        self.site = replace(self.site, **CHANGES[what])

    def asked(self, sales, store, grain, period):
        site = self.site
        studies = Studies(site, self.folder, self.desk.rollups, store, [SERVICES])
        flows = Flows(site, self.desk.rollups, self.folder / "journal.db")
        days = tuple(FIRST + timedelta(days=n) for n in period)
        return conversion_answers(site, flows, studies, SimpleNamespace(sales=sales), days, grain, now=self.now)

    def check(self, grain, period):
        """What is kept answers as the receipts and the summaries of single days alone."""
        kept = self.asked(self.sales, self.store, grain, period)
        with TemporaryDirectory() as temporary:
            folder = Path(temporary)
            with closing(connect(self.folder / "sales.db")) as old:
                receipts = [
                    Sale(r[1], r[0], *r[3:8], SaleKind(r[2]), r[8]) for r in old.execute("SELECT * FROM receipt")
                ]
            with closing(connect(self.folder / STUDIES)) as old, closing(connect(folder / STUDIES)) as new:
                old.backup(new)
                new.execute("DELETE FROM total")
            with Sales(folder / "sales.db") as sales, StudyStore(folder / STUDIES) as store:
                sales.put(receipts)
                assert kept == self.asked(sales, store, grain, period)
        return kept

    def step(self, what, day, second):
        begin = at(DAYS[day], "10:00")
        match what:
            case "late":
                self.sales.put([self.sale(begin + second, "shoes"), self.sale(begin + second, till="9")])
            case "refund":
                self.sales.put([self.sale(begin + second, kind=SaleKind.REFUND, amount=-700)])
            case "other":
                self.sales.put([self.sale(begin + second, currency="CHF")])
            case "void":
                of = str(1 + (day * 24 + second) % 500)
                shop = self.sales.receipts(0.0, 2e9)[0].shop
                self.sales.put([self.sale(begin, shop, kind=SaleKind.VOID, amount=0, of=of)])
            case "press":
                self.sales.press(3)
            case "drop":
                self.sales.drop_before(at(DAYS[day // 4], "12:00"))
            case "forget":
                self.store.drop_before(DAYS[day])
            case "seen":
                with self.desk.live.envelope():
                    self.desk.stay(begin + second, 35)
                    self.desk.come(begin + second)
                self.study()
            case _:
                self.change(what)

    def close(self):
        for one in (self.store, self.sales, self.desk):
            one.close()


STEPS = st.tuples(
    st.sampled_from(["late", "refund", "other", "void", "press", "drop", "forget", "seen", *CHANGES]),
    st.integers(0, COUNT - 1),
    st.integers(0, 35_000),
)


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """The folder of one that was asked."""
    folder = tmp_path_factory.mktemp("asked")
    kept = Kept(folder)
    answer = kept.check(Grain.DAY, (0, COUNT))
    assert [clock.skew is not None for clock in answer.clocks] == [True] * len(SITE.tills)
    kept.close()
    return folder


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(STEPS, st.sampled_from(PERIODS)), min_size=2, max_size=6))
def test_what_is_kept_answers_as_from_scratch(asked, steps):
    with TemporaryDirectory() as folder:
        kept = Kept(Path(shutil.copytree(asked, Path(folder) / "kept")))
        try:
            for step, period in steps:
                kept.step(*step)
                kept.check(Grain.DAY, period)
            kept.check(Grain.WEEK, (0, COUNT))
        finally:
            kept.close()


@pytest.fixture(scope="module")
def opened(asked, tmp_path_factory):
    kept = Kept(Path(shutil.copytree(asked, tmp_path_factory.mktemp("opened") / "kept")))
    yield kept
    kept.close()


@pytest.mark.parametrize("what", ["late", "refund", "other", "void", "drop", "seen", "forget", *CHANGES])
def test_each_change_is_answered_at_once(opened, what):
    before = opened.check(Grain.DAY, (0, COUNT))
    opened.step(what, 17 if what == "forget" else 9, 7300)
    after = opened.check(Grain.DAY, (0, COUNT))
    assert (after != before) == (what != "none")
