from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from galleria.analytics.queues import SERVED, STEP, QueueDay, queues_of_day
from galleria.domain.events import Origin, Seen, Stay
from galleria.domain.geometry import Point, Polygon
from galleria.domain.site import Camera, Queue, Site, Zone
from galleria.domain.time import Bucket

AREA = Polygon((Point(0, 0), Point(1, 0), Point(0, 1)))
CAMERA = Camera("till", zones=(Zone("line", AREA), Zone("desk", AREA)))
SITE = Site("s", cameras=(CAMERA,), queues=(Queue("q", "line", service="desk"),))
PLAIN = Site("s", cameras=(CAMERA,), queues=(Queue("q", "line"),))
DAY = Bucket(0.0, 86400.0, "1970-01-01")


def stay(track, begin, end, zone="line", cut=False):
    origin = Origin("s", "till", "run")
    return Stay(origin.event_id(track, zone, int(begin * 10)), origin, track, begin, end, zone, cut)


def seen(begin, end):
    return Seen(f"seen{begin}", Origin("s", "till", "run"), begin, end)


def day(*events, site=SITE):
    return queues_of_day(site, DAY, events)["q"]


def test_who_waits_is_served_or_leaves():
    one, two = (stay(1, 0, 60), stay(1, 61, 90, "desk")), (stay(2, 30, 95), stay(2, 95, 120, "desk"))
    found = day(*one, *two, stay(3, 40, 80), seen(0, 600)).whole
    assert (found.arrived, found.served, found.left) == (3, 2, 1)
    assert found.wait(0.5) == pytest.approx(63, rel=0.02)  # 61 and 65; who left was not served
    assert found.length == pytest.approx((60 + 65 + 40) / 600)
    assert found.abandoned == pytest.approx(1 / 3)
    assert found.service == pytest.approx((29 + 25) / 2)


def test_who_walks_through_has_not_joined_and_who_is_served_at_once_waited_no_time():
    found = day(stay(1, 0, 5), stay(2, 10, 11), stay(2, 11, 30, "desk"), seen(0, 600)).whole
    assert (found.arrived, found.served, found.left) == (1, 1, 0)
    assert found.mean < 1.1


def test_who_steps_out_for_a_moment_still_waits():
    found = day(stay(1, 0, 60), stay(1, 64, 100), stay(1, 101, 120, "desk"), seen(0, 600)).whole
    assert (found.arrived, found.served, found.left) == (1, 1, 0)
    assert found.mean == pytest.approx(101, rel=0.02)


def test_a_track_that_broke_before_the_till_is_no_abandonment():
    found = day(stay(1, 0, 60), stay(2, 61, 90, "desk"), stay(3, 0, 70), stay(3, 70, 99, "desk"), seen(0, 600)).whole
    assert (found.arrived, found.served, found.left) == (2, 2, 0)
    assert found.mean == pytest.approx((61 + 70) / 2, rel=0.02)


def test_who_gives_up_and_walks_out_past_the_till_left_unserved():
    one = stay(1, 0, 60), stay(1, 60, 60 + SERVED - 0.1, "desk")
    two = stay(2, 5, 62), stay(2, 62, 90, "desk")
    found = day(*one, *two, seen(0, 600)).whole
    assert (found.arrived, found.served, found.left) == (2, 1, 1)
    assert found.service == pytest.approx(28)


def test_who_comes_to_the_end_of_the_queue_past_the_till_has_not_been_served_there():
    found = day(stay(1, 0, 1, "desk"), stay(1, 1, 40), stay(1, 40, 60, "desk"), seen(0, 600)).whole
    assert (found.arrived, found.served, found.left) == (1, 1, 0)
    assert found.mean == pytest.approx(39, rel=0.02)


def test_who_steps_back_from_the_till_for_a_moment_is_served_once():
    pieces = stay(1, 30, 32, "desk"), stay(1, 33, 50, "desk"), stay(1, 50 + STEP, 70, "desk")
    found = day(stay(1, 0, 30), *pieces, seen(0, 600)).whole
    assert (found.arrived, found.served, found.service) == (1, 1, 40)
    again = day(stay(1, 0, 30), *pieces, stay(1, 71 + STEP, 90, "desk"), seen(0, 600)).whole
    assert again.served == 2


def test_the_shortest_service_is_one():
    assert day(stay(1, 10, 10 + SERVED, "desk"), seen(0, 600)).whole.served == 1
    assert day(stay(1, 10, 10 + SERVED - 0.1, "desk", cut=True), seen(0, 600)).whole.arrived == 0


def test_who_has_waited_and_is_at_the_till_when_the_footage_ends_is_served():
    found = day(stay(1, 0, 60), stay(1, 60, 61, "desk", cut=True), seen(0, 61)).whole
    assert (found.arrived, found.served, found.left) == (1, 1, 0)


def test_who_goes_straight_to_the_till_takes_nobodys_place():
    found = day(stay(1, 0, 60), stay(2, 200, 230, "desk"), seen(0, 600)).whole
    assert (found.arrived, found.served, found.left, found.abandoned) == (2, 1, 1, 0.5)
    assert found.mean < 0.2


def test_one_service_makes_good_for_one_broken_track():
    found = day(stay(1, 0, 60), stay(2, 5, 61), stay(3, 62, 90, "desk"), seen(0, 600)).whole
    assert (found.arrived, found.served, found.left) == (2, 1, 1)


def test_without_a_zone_of_service_nobody_is_said_to_have_left_unserved():
    found = day(stay(1, 0, 60), stay(2, 0, 5), seen(0, 600), site=PLAIN).whole
    assert (found.arrived, found.left) == (1, 0)
    assert found.mean == pytest.approx(60, rel=0.02)


def test_what_the_footage_cuts_is_no_wait():
    found = day(stay(1, 0, 60, cut=True), seen(0, 60)).whole
    assert (found.arrived, found.left, found.mean) == (1, 0, None)


def test_hours_and_gaps():
    hours = day(stay(1, 3590, 3650), seen(0, 1800), seen(900, 7200)).hours
    assert {n: (w.arrived, w.presence, w.covered) for n, w in hours.items()} == {
        0: (1, 100, 36000),
        1: (0, 500, 36000),
    }
    assert day().whole.length is None


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(1, 5), st.floats(0, 7000), st.floats(0, 300), st.booleans()), max_size=12),
       st.randoms(use_true_random=False))  # fmt: skip
def test_the_order_of_events_changes_nothing(rows, chance):
    stays = [stay(t, b, b + d, "desk" if s else "line") for t, b, d, s in rows]
    events = [replace(one, id=str(n)) for n, one in enumerate(stays)] + [seen(0, 7300)]
    shuffled = list(events)
    chance.shuffle(shuffled)
    assert day(*events) == day(*shuffled)
    whole = day(*events).whole
    assert whole.arrived >= whole.served + whole.left
    assert sum(whole.waits.values()) <= whole.arrived


def test_a_simulated_queue_is_told_as_it_was():
    rng = np.random.default_rng(5)
    arrivals = np.cumsum(rng.exponential(40, 500))
    free, events, waits = [0.0, 0.0], [], []
    for n, t in enumerate(arrivals):
        till = int(np.argmin(free))
        begin = max(t, free[till])
        free[till] = begin + SERVED + rng.exponential(57)
        waits.append(begin - t)
        events += [stay(n, t, begin + 0.5), stay(n, begin, free[till], "desk")]
    events.append(seen(0, 86400))
    found = day(*events).whole
    assert (found.arrived, found.left) == (500, 0)
    assert found.mean == pytest.approx(np.mean(waits), rel=0.02, abs=0.1)
    assert found.wait(0.95) == pytest.approx(np.quantile(waits, 0.95), rel=0.03)


def test_days_add_up():
    one, two = day(stay(1, 0, 60), seen(0, 600)), day(stay(2, 4000, 4100), seen(3600, 7200))
    assert (one + two).whole == one.whole + two.whole
    assert one + QueueDay() == one
