"""A made-up day holds together: who goes in comes out, tills serve one after another, and the truth adds up."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from galleria.app.simulate.adding_up import day_truth
from galleria.app.simulate.doings import doings_of
from galleria.app.simulate.ground import ground_of
from galleria.app.simulate.receipts import Rolls
from galleria.app.simulate.scales import ZONE, Plan, newest_end
from galleria.app.simulate.scene import book_of, members_at
from galleria.app.simulate.seeing import outages, seen_by
from galleria.app.simulate.tills import serve
from galleria.app.simulate.traffic import Members, Regulars
from galleria.domain.calendar import day_of, open_time

SEEDS = st.integers(0, 2**32 - 1)
DATES = st.dates(date(2020, 1, 1), date(2030, 12, 31))
SCALES = st.sampled_from(["shop", "shop", "centre"])
SLOW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def a_day(scale, seed, when):
    ground = ground_of(Plan(scale, 1, when, seed))
    random = np.random.default_rng(seed)
    regulars = Regulars(ground.scale.visits, random)
    day = day_of(ground.site, when)
    doings = doings_of(ground, day, (regulars, when), random)
    return ground, day, doings, random


@SLOW
@given(SCALES, SEEDS, DATES)
def test_who_goes_in_comes_out_on_the_same_day_and_is_in_one_place_at_a_time(scale, seed, when):
    ground, day, doings, _ = a_day(scale, seed, when)
    trips, stops, calls = doings.trips, doings.stops, doings.calls
    opened = open_time(ground.site, day)
    if opened is None:
        assert len(trips) == 0
        return
    left = doings.plans.left
    assert np.all((trips.begin >= opened[0]) & (trips.begin < opened[1]) & (left > trips.begin) & (left < day.end))
    assert np.all((left - trips.begin)[trips.passer] < 60)
    assert np.all((left - trips.begin)[~trips.passer] >= 20)
    assert np.all((stops.begin > trips.begin[stops.trip]) & (stops.end > stops.begin))
    assert np.all(stops.end < left[stops.trip])
    same = stops.trip[1:] == stops.trip[:-1]
    assert np.all(stops.begin[1:][same] > stops.end[:-1][same])
    assert np.all(stops.place[1:][same] != stops.place[:-1][same])
    following = calls.trip[1:] == calls.trip[:-1]
    assert np.all(calls.begin[1:][following] > calls.end[:-1][following])
    # Who comes back has left before; soon is within three hours, and not soon is after more.
    back = trips.of >= 0
    gap = trips.begin[back] - left[trips.of[back]]
    assert np.all(gap > 0)
    assert np.array_equal(gap < 10_800, trips.again[back])
    assert np.array_equal(trips.visitor[back], trips.visitor[trips.of[back]])


@SLOW
@given(SEEDS, st.lists(st.floats(0, 36_000), max_size=120), st.lists(st.integers(1, 3), max_size=120))
def test_a_till_serves_one_after_another_and_nobody_is_served_before_who_came_first(seed, times, runs):
    ground = ground_of(Plan("centre", 1, date(2026, 3, 2), 3))
    times = np.sort(np.array(times, np.float64))
    n = len(times)
    trip = np.repeat(np.arange(len(runs)), runs)[:n]
    n = len(trip)
    shop = np.random.default_rng(seed).integers(0, 3, n)
    served = serve(ground, (trip, np.zeros(n, np.int64), shop, times[:n]), (0.0, 36_000.0), np.random.default_rng(seed))
    assert np.all((served.arrived >= times[:n]) & (served.wait >= 0) & (served.done >= served.arrived + served.wait))
    assert np.array_equal(served.till < 0, served.gave_up)
    for till in set(served.till.tolist()) - {-1}:
        mine = np.flatnonzero(served.till == till)
        assert {ground.tills[till].shop} == set(shop[mine].tolist())
        begin, end = (served.arrived + served.wait)[mine], served.done[mine]
        order = np.argsort(begin)
        assert np.all(begin[order][1:] >= end[order][:-1] - 1e-6)
        came = np.argsort(served.arrived[mine], kind="stable")
        assert np.all(np.diff(begin[came]) > 0)


@SLOW
@given(SCALES, SEEDS, DATES)
def test_the_truth_adds_up(scale, seed, when):
    ground, day, doings, random = a_day(scale, seed, when)
    printed = Rolls(ground).print(doings.served, random)
    truth = day_truth(ground, day, doings, printed, (0, False, {}))
    every = truth.crossed
    for parts in (truth.entrances, truth.hours):
        for name in ("came", "went", "staff_came", "staff_went", "visits", "passers"):
            assert sum(getattr(one, name) for one in parts.values()) == getattr(every, name)
    assert every.came == truth.visits + truth.passers + truth.soon_back + every.staff_came
    assert every.came - every.staff_came == every.went - every.staff_went
    assert truth.unique <= truth.visits == truth.dwell.count
    assert sum(n * groups for n, groups in enumerate(truth.groups, 1)) == truth.visits + truth.soon_back
    assert truth.occupancy_mean <= truth.occupancy_peak <= every.came
    routes = truth.routes
    assert sum(routes.first) == sum(routes.last)
    stops = [truth.zones[ground.zones[zone]].count for zone in ground.stop_zone]
    gone = np.array(routes.transitions)
    assert (gone.sum(axis=0) + routes.first).tolist() == (gone.sum(axis=1) + routes.last).tolist() == stops
    assert np.array(routes.entered).sum(axis=0).tolist() == np.diag(routes.both).tolist()
    assert np.all(np.array(routes.bought) <= np.array(routes.entered))
    assert np.array_equal(np.array(routes.both), np.array(routes.both).T)
    for shop, queue in zip(truth.shops.values(), truth.queues.values(), strict=True):
        assert queue.arrivals == queue.served + queue.gave_up
        assert shop.buyers == shop.sales <= queue.served
        assert shop.units <= shop.visitors
        assert [sum(column) for column in zip((0, 0), *shop.hours.values(), strict=True)] == [
            shop.visitors,
            shop.buyers,
        ]
        assert shop.sales + shop.refunds + shop.voids <= queue.served + shop.voids


@SLOW
@given(SCALES, SEEDS, DATES)
def test_what_is_seen_is_of_the_day_and_of_declared_places(scale, seed, when):
    ground, day, doings, random = a_day(scale, seed, when)
    gaps = outages(ground, day, doings.opened, random)
    events, facts = seen_by(ground, book_of(ground, doings, day, random), day, gaps, random)
    columns = events.columns
    assert facts.events == len(events) == len(set(columns["id"]))
    assert np.all(
        (columns["begun"] >= day.begin) & (columns["begun"] < day.end) & (columns["ended"] >= columns["begun"])
    )
    assert {place for place in columns["place"] if place} <= {*ground.lines, *ground.zones}
    told = {c.id: {w.id for w in c.tripwires} | {z.id for z in c.zones} for c in ground.site.cameras}
    assert all(p is None or p in told[c] for p, c in zip(columns["place"], columns["camera"], strict=True))
    exact = {camera.id for camera in ground.site.cameras if camera.calibration}
    paths = columns["kind"] == "path"
    assert all(
        (len(p) > 2) == (c in exact) for p, c in zip(columns["points"][paths], columns["camera"][paths], strict=True)
    )


@given(st.lists(st.integers(1, 5), min_size=1, max_size=20), st.data())
def test_everybody_of_a_party_goes_where_it_goes(sizes, data):
    trip = np.repeat(np.arange(len(sizes)), sizes)
    nothing = np.zeros(len(trip))
    members = Members(trip, nothing, nothing, np.arange(len(trip)), nothing > 0)
    rows = np.array(data.draw(st.lists(st.integers(0, len(sizes) - 1), max_size=30)), np.int64)
    row, member = members_at(members, rows)
    assert np.array_equal(trip[member], rows[row])
    assert np.bincount(row, minlength=len(rows)).tolist() == [sizes[n] for n in rows]
    assert all(len(set(member[row == n].tolist())) == sizes[rows[n]] for n in range(len(rows)))


@pytest.mark.parametrize(
    ("scale", "now", "newest"),
    [
        (
            "mall",
            "2026-11-23T09:59",
            date(2026, 11, 21),
        ),  # Sunday goes on until Monday's doors
        ("mall", "2026-11-23T10:00", date(2026, 11, 22)),
        ("centre", "2026-03-29T10:00", date(2026, 3, 27)),  # clocks changed, and Sundays begin at eleven
        ("centre", "2026-03-29T11:00", date(2026, 3, 28)),
        ("town", "2026-11-23T00:00", date(2026, 11, 22)),
    ],
)
def test_a_history_ends_on_the_newest_day_that_is_over(scale, now, newest):
    assert newest_end(scale, datetime.fromisoformat(now).replace(tzinfo=ZoneInfo(ZONE)).timestamp()) == newest
