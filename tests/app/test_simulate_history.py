"""A made-up history as files: the same plan the same bytes, and what its measures say is near the truth."""

import csv
import json
from collections import defaultdict
from dataclasses import asdict, replace
from datetime import date
from decimal import Decimal
from hashlib import sha256
from math import sqrt

import numpy as np
import pytest

from galleria.analytics.cells import SITE as WHOLE
from galleria.analytics.cells import Part
from galleria.app.flow_query import FlowQuery
from galleria.app.flows import Compare, Flows, Grain
from galleria.app.keep import DAYS, JOURNAL, MEASURES, edges_of, roll_up
from galleria.app.simulate.ground import ground_of
from galleria.app.simulate.history import DATA, SALES, SITE, TRUTH, simulate
from galleria.app.simulate.scales import Plan
from galleria.app.simulate.seeing import INVENTED, SEEN
from galleria.domain.calendar import day_of
from galleria.domain.errors import InputError, StoreError
from galleria.storage.days import Days
from galleria.storage.rollups import Rollups
from galleria.storage.sitefile import load_site

SHOP = Plan("shop", 9, date(2026, 3, 30), seed=5)  # the clocks change on the 29th, which is a Sunday
CENTRE = Plan("centre", 2, date(2026, 6, 6), seed=8)  # ends on a Saturday, which closes after midnight


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shop") / "made"
    return folder, simulate(SHOP, folder)


@pytest.fixture(scope="module")
def centre(tmp_path_factory):
    folder = tmp_path_factory.mktemp("centre") / "made"
    return folder, simulate(CENTRE, folder)


@pytest.fixture(params=["shop", "centre"])
def made(request):
    return request.getfixturevalue(request.param)


def files(folder):
    """Digests of all files but the databases, whose bytes are SQLite's affair."""
    return {
        str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".db" not in path.name
    }


def rolled(folder):
    with Rollups(folder / DATA / MEASURES) as rollups:
        days = list(rollups.days())
        return {day: rollups.totals_on(day, [WHOLE, "tripwire:line-01"]) for day in days}


def receipts(folder, day):
    path = folder / SALES / f"{day}.csv"
    return list(csv.DictReader(path.read_text("utf-8").splitlines())) if path.exists() else []


def test_the_same_plan_gives_the_same_bytes_and_another_seed_others(shop, tmp_path):
    folder, truth = shop
    assert simulate(SHOP, tmp_path / "again") == truth
    assert files(tmp_path / "again") == files(folder)
    again, first = rolled(tmp_path / "again"), rolled(folder)
    assert again.keys() == first.keys()
    assert all(np.array_equal(again[day][name], parts) for day in first for name, parts in first[day].items())
    other = simulate(Plan("shop", 2, SHOP.end, seed=6), tmp_path / "other")
    assert other.days[-1].crossed != truth.days[-1].crossed
    same_days = [name for name in files(tmp_path / "other") if name.endswith((".parquet", ".csv"))]
    assert same_days
    assert all(files(tmp_path / "other")[name] != files(folder)[name] for name in same_days)


def test_there_is_everything_that_was_promised(made):
    folder, truth = made
    site = load_site(folder / SITE)
    assert replace(site, hand_counts=()) == ground_of(truth.plan).site
    assert site.simulated
    last = [day.day for day in truth.days if day.open][-2:]
    assert sorted({count.day.isoformat() for count in site.hand_counts}) == last
    for count in site.hand_counts:
        day = next(one for one in truth.days if one.day == count.day.isoformat())
        entrance = day.entrances[count.place.removeprefix("entrance:")]
        assert count.staff <= entrance.staff_came
        assert count.again <= day.soon_back
        assert count.staff + count.again < count.comings < entrance.came / 2  # for two hours of the day
    told = json.loads((folder / TRUTH).read_text("utf-8"))
    assert told["simulated"] is True
    assert told["days"] == json.loads(json.dumps([asdict(day) for day in truth.days]))
    labels = [day.day for day in truth.days]
    assert Days(folder / DATA / DAYS, site.id).days() == labels == list(rolled(folder))
    assert {path.stem for path in (folder / SALES).iterdir()} == {day.day for day in truth.days if day.open}


def test_rolled_up_is_what_the_sealed_file_says(made):
    folder, truth = made
    site = load_site(folder / SITE)
    days = Days(folder / DATA / DAYS, site.id)
    for one in truth.days:
        day = day_of(site, date.fromisoformat(one.day))
        cells = roll_up(site, day, days.facts(one.day), edges_of(site, day, day.end))
        with Rollups(folder / DATA / MEASURES) as rollups:
            for subject, kept in rollups.cells(list(cells), [one.day]):
                assert np.allclose(kept[one.day].parts, cells[subject].parts, rtol=1e-6, atol=1e-3)
                assert np.array_equal(kept[one.day].dwells, cells[subject].dwells)


def test_footfall_is_as_far_from_the_truth_as_the_detector_and_outages_make_it(made):
    folder, truth = made
    site = load_site(folder / SITE)
    compared = 0
    with Rollups(folder / DATA / MEASURES) as rollups:
        for day in truth.days:
            for door, wire in ((e.id, e.id.replace("door", "line")) for e in site.entrances):
                if door.replace("door", "entrance") in day.outages:
                    continue
                parts = rollups.totals_on(day.day, [f"tripwire:{wire}"])[f"tripwire:{wire}"]
                for true, counted in ((day.entrances[door].came, parts[Part.CAME]),
                                      (day.entrances[door].went, parts[Part.WENT])):  # fmt: skip
                    usual, spread = true * SEEN * (1 + INVENTED), sqrt(true * 0.03) + 1
                    assert abs(counted - usual) < 5 * spread
                    compared += true
    assert compared > 5000


def test_a_camera_that_was_away_is_a_gap(shop):
    folder, truth = shop
    days = Days(folder / DATA / DAYS, load_site(folder / SITE).id)
    away = [(day.day, camera, span) for day in truth.days for camera, span in day.outages.items()]
    assert away
    for label, camera, (begin, end) in away:
        for event in days.events(label, cameras=[camera]):
            assert event.time <= begin + 1 or event.time >= end - 1
            assert getattr(event, "end", begin) <= begin + 1 or event.time >= end - 1


def test_the_console_can_ask_for_measures(made):
    folder, truth = made
    site = load_site(folder / SITE)
    with Rollups(folder / DATA / MEASURES) as rollups:
        flows = Flows(site, rollups, folder / DATA / JOURNAL)
        begin, end = truth.plan.begin, date.fromordinal(truth.plan.end.toordinal() + 1)
        answer = flows.query(FlowQuery("in", WHOLE, Grain.DAY, begin, end, Compare.NONE))
    values = [point.value for point in answer.points]
    assert len(values) == len(truth.days)
    assert all(value is not None for value in values)


def test_receipts_are_the_truths_receipts(made):
    folder, truth = made
    for day in truth.days:
        rows = receipts(folder, day.day)
        once = {(row["shop"], row["receipt"], row["kind"]): row for row in rows}
        assert len(rows) - len(once) == day.duplicates
        void = {(row["shop"], row["of"]) for row in once.values() if row["kind"] == "void"}
        totals = defaultdict(Decimal)
        for row in once.values():
            if row["kind"] != "void" and (row["shop"], row["receipt"]) not in void:
                totals[row["shop"], row["kind"]] += 1
                totals[row["shop"], "amount"] += Decimal(row["amount"])
        for name, one in day.shops.items():
            assert totals[name, "sale"] == one.sales == one.buyers
            assert totals[name, "refund"] == one.refunds
            assert float(totals[name, "amount"]) == pytest.approx(one.takings)
    assert sum(shop.voids + shop.refunds for day in truth.days for shop in day.shops.values()) > 0


def test_tills_have_clocks_of_their_own(made):
    _, truth = made
    ahead = {name: till["ahead"] for name, till in truth.tills.items()}
    assert any(seconds > 3000 for seconds in ahead.values())
    assert any(100 < abs(seconds) < 500 for seconds in ahead.values())


def test_a_till_in_utc_is_declared(centre):
    folder, truth = centre
    clocks = {till.id: till.clock for till in load_site(folder / SITE).tills}
    assert [name for name, clock in clocks.items() if clock] == ["till-01-2"]
    assert "UTC" in truth.tills["till-01-2"]["why"]


def test_a_folder_that_holds_something_is_left_alone(tmp_path):
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(StoreError, match="is not empty"):
        simulate(SHOP, tmp_path)
    with pytest.raises(StoreError, match="is a file"):
        simulate(SHOP, tmp_path / "letter.txt")
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


@pytest.mark.parametrize(
    ("plan", "why"),
    [
        (Plan("moon", 3, date(2026, 3, 1)), "no scale 'moon'"),
        (Plan("shop", 0, date(2026, 3, 1)), "0 days"),
        (Plan("shop", 5000, date(2026, 3, 1)), "5000 days"),
        (Plan("shop", 3, date(2026, 3, 1), seed=-1), "cannot be a seed"),
        (Plan("shop", 30, date(2000, 1, 5)), "ends on 2000-01-05"),
        (Plan("shop", 1, date.max), "ends on 9999-12-31"),
        (Plan("shop", 30, date.min), "ends on 0001-01-01"),
    ],
)
def test_what_cannot_be_carried_out_is_refused_before_anything_is_made(plan, why, tmp_path):
    with pytest.raises(InputError, match=why):
        simulate(plan, tmp_path / "new")
    assert not (tmp_path / "new").exists()
