"""Conversion and tills' clocks against the truth of made-up centres whose clocks are wrong."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from galleria.app.conversion import conversion_answers
from galleria.app.flows import Flows
from galleria.app.simulate.history import DATA, SALES, SITE, simulate
from galleria.app.simulate.scales import Plan
from galleria.app.studies import Studies
from galleria.app.study_list import SERVICES, UNITS
from galleria.domain.calendar import Grain
from galleria.storage.rollups import Rollups
from galleria.storage.sales import Sales
from galleria.storage.salesfile import read_sales
from galleria.storage.salesrows import Rules
from galleria.storage.sitefile import load_site
from galleria.storage.studied import StudyStore

SATURDAY = date(2026, 6, 6)  # on which the trading day goes past midnight
LATER = 2e9


@pytest.fixture(scope="module", params=range(1, 6))
def made(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("centre") / "made"
    plan = Plan("centre", 2, SATURDAY, seed=request.param)
    truth = simulate(plan, folder)
    site = load_site(folder / SITE)
    with (
        Rollups(folder / DATA / "measures.db") as rollups,
        StudyStore(folder / "studies.db") as store,
        Sales(folder / "sales.db") as sales,
    ):
        for path in sorted((folder / SALES).glob("*.csv")):
            sales.put([line.told.sale for line in read_sales(path, Rules.of(site, LATER)) if line.told])
        studies = Studies(site, folder / DATA, rollups, store, [SERVICES, UNITS])
        studies.turn(LATER)
        flows = Flows(site, rollups, folder / DATA / "journal.db")
        period = plan.begin, plan.end + timedelta(days=1)
        selling = SimpleNamespace(sales=sales)
        yield truth, conversion_answers(site, flows, studies, selling, period, Grain.DAY), sales


def test_clocks_are_told_within_half_a_minute(made):
    truth, answer, _ = made
    told = [clock for clock in answer.clocks if clock.skew]
    assert len(told) >= 0.8 * len(truth.tills)
    for clock in told:
        ahead = truth.tills[clock.till.id]["ahead"]
        assert abs(clock.skew.ahead - ahead) < 30
        assert clock.skew.low <= ahead <= clock.skew.high


def test_conversion_is_within_a_point_of_the_truth(made):
    truth, answer, _ = made
    compared = 0
    for part in (part for part in answer.parts if part.kind == "shop"):
        shop = part.key.partition(":")[2]
        for point, day in zip(part.points, truth.days, strict=True):
            if point.rate is not None:
                assert abs(point.rate - day.shops[shop].conversion) < 0.01
                compared += 1
    assert compared >= 0.8 * len(truth.days) * len(truth.shops)


def test_conversion_by_shopping_units_is_near_the_truth(made):
    """Group sizes are the site's, as its entrances tell them: a shop's own may differ."""
    truth, answer, _ = made
    off = []
    for part in (part for part in answer.parts if part.kind == "shop"):
        shop = part.key.partition(":")[2]
        off += [
            point.unit_rate - day.shops[shop].unit_conversion
            for point, day in zip(part.points, truth.days, strict=True)
            if point.unit_rate is not None
        ]
    assert len(off) >= 0.8 * len(truth.days) * len(truth.shops)
    assert max(map(abs, off)) < 0.03
    assert abs(sum(off) / len(off)) < 0.01


def test_receipts_and_amounts_are_those_of_the_tills(made):
    truth, answer, sales = made
    whole = answer.parts[0].whole
    assert whole.receipts == sum(shop.sales for day in truth.days for shop in day.shops.values())
    takings = sum(shop.takings for day in truth.days for shop in day.shops.values())
    assert whole.amounts["EUR"] == pytest.approx(takings)
    plain = sales.sold(0.0, LATER)  # a plain sum
    assert whole.amounts["EUR"] == pytest.approx(sum(till.amounts.sum() for till in plain) / 1000)
    assert whole.items == sum(till.items[till.sales].sum() for till in plain)


def test_hours_follow_the_clocks_that_were_set_right(made):
    """A clock that is an hour ahead would put an hour's buyers into the next."""
    truth, answer, _ = made
    for part in (part for part in answer.parts if part.kind == "shop"):
        shop = part.key.partition(":")[2]
        bought: dict[str, int] = {}
        for day in truth.days:
            for label, (_, buyers) in day.shops[shop].hours.items():
                bought[label[11:13] + ":00"] = bought.get(label[11:13] + ":00", 0) + buyers
        told = {hour.label: hour.receipts or 0 for hour in part.hours}
        wrong = sum(abs(told.get(label, 0) - bought.get(label, 0)) for label in {*told, *bought}) / 2
        # Receipts of a minute on either side of the full hour may fall into the other one.
        assert wrong <= 0.02 * sum(bought.values()) + 2
