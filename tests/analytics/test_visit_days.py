"""Visits without labels: what can be told from comings and goings alone, and what a gap takes away."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from galleria.analytics.drawn import drawn_of_day
from galleria.analytics.leaving import first_in_first_out, mixed_order, soon_gone
from galleria.analytics.visit_days import VisitDay, visits_of_day
from galleria.domain.events import Crossing, Origin, Path, Seen, Stay
from galleria.domain.geometry import Point, Polygon, Segment
from galleria.domain.site import Camera, Entrance, Shop, Site, Tripwire, Zone
from galleria.domain.time import Bucket

A, B = Point(0.1, 0.5), Point(0.9, 0.5)
AREA = Polygon((Point(0, 0), Point(1, 0), Point(0, 1)))
SITE = Site(
    "s",
    cameras=(
        Camera("door", tripwires=(Tripwire("line", Segment(A, B), entrance="front"),)),
        Camera("gate", tripwires=(Tripwire("wire", Segment(A, B), entrance="back"),)),
        Camera("floor", tripwires=(Tripwire("sill", Segment(A, B)),), zones=(Zone("rack", AREA),)),
    ),
    entrances=(Entrance("front"), Entrance("back")),
    shops=(Shop("books", tripwires=("sill",), zones=("rack",), area=20.0),),
)
DAY = Bucket(0.0, 86400.0, "1970-01-01")
LINES = {"line": "door", "wire": "gate", "sill": "floor"}


def crossing(time, way="in", line="line", track=None):
    origin = Origin("s", LINES[line], "run")
    number = track if track is not None else int(time * 100)
    return Crossing(f"{line}{way}{time}", origin, number, time, line, way, "up", A)


def seen(begin=0.0, end=86400.0, camera="door"):
    return Seen(f"seen{camera}{begin}", Origin("s", camera, "run"), begin, end)


ALL = [seen(camera=camera) for camera in ("door", "gate", "floor")]


def day(*events, part="site"):
    ordered = sorted([*events, *ALL], key=lambda one: (one.time, one.id))
    return visits_of_day(SITE, DAY, ordered)[part]


def stays(lengths, begin=3600.0, every=40.0, line="line"):
    return [
        one
        for n, length in enumerate(lengths)
        for one in (crossing(begin + n * every, "in", line), crossing(begin + n * every + length, "out", line))
    ]


@given(st.lists(st.integers(100, 5000), min_size=12, max_size=60), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_the_mean_is_exact_whoever_goes_when(lengths, random):
    events = stays(lengths)
    random.shuffle(events)
    found = day(*events).lengths
    assert found.mean == pytest.approx(np.mean(lengths), abs=0.1)
    low, high = found.between(0.95)
    assert low <= high
    assert sum(found.first.values()) == len(lengths)
    assert sum(found.mixed.values()) == pytest.approx(100 * len(lengths), abs=len(found.mixed))


def test_days_add_up_and_the_order_of_events_does_not_matter():
    events = stays([300.0] * 30)
    one = day(*events)
    assert one == day(*reversed(events))
    assert (one + one).whole.came == 60
    assert (one + one).lengths.mean == one.lengths.mean
    assert one + VisitDay() == one


def test_passers_are_told_by_what_follows_too_soon_for_chance():
    random = np.random.default_rng(1)
    came = np.sort(random.uniform(0, 40_000, 3000))
    passing = random.random(3000) < 0.1
    went = np.sort(came + np.where(passing, random.uniform(10, 50, 3000), random.exponential(1500, 3000) + 60))
    pairs, chance, noise = soon_gone(came, went)
    assert abs(pairs - chance - passing.sum()) < 3 * noise**0.5
    assert noise**0.5 < 0.5 * passing.sum()
    # Parties come and go as one: not every one of them with every other one.
    pairs, chance, _ = soon_gone(np.array([10.0, 10.5, 11.0]), np.array([40.0, 40.5, 41.0]))
    assert (pairs, chance) == (3.0, 0.0)


def test_hours_that_a_gap_touches_are_left_out_and_never_zero():
    events = [*stays([400.0] * 20, begin=3 * 3600.0), crossing(7200.0 + 60)]
    ordered = sorted([*events, seen(0, 7200.0), seen(7800.0), ALL[1]], key=lambda one: (one.time, one.id))
    found = visits_of_day(SITE, DAY, ordered)
    hour = found["entrance:front"].hours[2]
    assert (hour.came, hour.seen, hour.of) == (0, 0, 1)  # the coming at 2:01 is not told
    assert found["site"].hours[2].coverage == 0.5
    assert found["entrance:front"].whole.coverage == pytest.approx(23 / 24)
    assert found["shop:books"].visits is None  # its camera was never seen
    assert found["shop:books"].lengths.mean is None


def test_a_day_of_which_much_went_unseen_tells_no_lengths():
    events = sorted([*stays([400.0] * 20), seen(0, 12 * 3600.0), ALL[1]], key=lambda one: (one.time, one.id))
    assert visits_of_day(SITE, DAY, events)["entrance:front"].lengths.mean is None


def test_where_all_stay_as_long_the_first_in_is_the_first_out_and_where_chance_decides_it_is_not():
    came = np.arange(0.0, 30_000.0, 10.0)
    same = first_in_first_out(came, came + 600)
    assert set(same) == {next(iter(same))}
    mixed = mixed_order(came, came + 600)
    assert len(mixed) > 20


def test_what_draws():
    origin = Origin("s", "floor", "run")
    events = [
        crossing(100.0, line="sill", track=1),
        *(Path(f"p{n}", origin, n, 90.0, 500.0, (), n > 1) for n in range(1, 5)),
        Stay("a", origin, 1, 100.0, 300.0, "rack"),
        Stay("b", origin, 1, 250.0, 400.0, "rack"),
        *ALL,
    ]
    found = drawn_of_day(SITE, DAY, events)
    assert found["zone:rack"].draw == 0.25
    shop = found["shop:books"]
    assert (shop.capture, shop.coverage) == (pytest.approx(1 / 3), 1.0)
    assert shop.at_once == pytest.approx(300 / 86400)
    assert drawn_of_day(SITE, DAY, ALL)["zone:rack"].draw is None
    assert (shop + shop).at_once == shop.at_once
