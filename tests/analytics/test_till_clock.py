import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from galleria.analytics.till_clock import BIN, FEWEST, Services, in_words, services_of_day, skew
from galleria.domain.events import Origin, Stay
from galleria.domain.geometry import Point, Polygon
from galleria.domain.site import Camera, Queue, Site, Zone
from galleria.domain.time import Bucket

DAY = Bucket(1_780_000_000.0, 1_780_086_400.0, "2026-05-28")
AREA = Polygon((Point(0, 0), Point(1, 0), Point(0, 1)))
NOTHING = np.zeros(0)


def day_of(seed, n=250, tills=1):
    """Begins and ends of services over ten hours, binned as they are kept, and the exact ends."""
    random = np.random.default_rng(seed)
    begin = np.sort(DAY.begin + random.uniform(0, 36_000, n * tills))
    end = begin + 4 + random.exponential(70, n * tills)
    return begin, end, random


def kept(times):
    return np.sort(DAY.begin + (np.floor((times - DAY.begin) / BIN) + 0.5) * BIN)


@given(st.integers(0, 50), st.floats(-50_000 / 1.1, 45_000), st.floats(0.6, 1.0))
@settings(max_examples=25, deadline=None)
def test_any_clock_is_found_within_its_interval(seed, ahead, seen):
    _, end, random = day_of(seed)
    watched = end[random.random(len(end)) < seen]
    receipts = end - random.uniform(1, 5, len(end)) + ahead
    found = skew(receipts, NOTHING, kept(watched))
    assert found is not None
    assert found.low <= ahead <= found.high
    assert abs(found.ahead - ahead) < 15


@pytest.mark.parametrize("ahead", [-440.0, 3600.0, -1800.0, 12.0])
def test_a_till_that_prints_as_services_begin(ahead):
    begin, end, random = day_of(3)
    receipts = begin + random.uniform(0, 4, len(begin)) + ahead
    found = skew(receipts, kept(begin), kept(end))
    assert found.begins
    assert abs(found.ahead - ahead) < 15


def test_one_of_several_tills_and_few_receipts():
    _, end, random = day_of(4, tills=4)
    own = random.choice(end, FEWEST, replace=False) - 420.0
    assert abs(skew(own, NOTHING, kept(end)).ahead + 420) < 15
    assert skew(own[1:], NOTHING, kept(end)) is None


@pytest.mark.parametrize("seed", range(12))
def test_receipts_of_another_queue_say_nothing(seed):
    _, end, _ = day_of(seed)
    other = day_of(seed + 1000)[1]
    assert skew(other, NOTHING, kept(end)) is None


def test_in_words():
    _, end, _ = day_of(5)
    assert in_words("till 2", skew(end - 440.0, NOTHING, kept(end))).startswith("till 2 is 7 min")
    assert in_words("till 2", skew(end - 440.0, NOTHING, kept(end))).endswith(" behind.")
    assert "1 h" in in_words("till 2", skew(end + 3600.0, NOTHING, kept(end)))
    assert in_words("till 2", skew(end, NOTHING, kept(end))).startswith("till 2 is right to 2")


SITE = Site("s", cameras=(Camera("c", zones=(Zone("line", AREA), Zone("desk", AREA))),),
            queues=(Queue("tills", "line", service="desk"), Queue("bare", "line")))  # fmt: skip


def stay(n, zone, begin, end, *, cut=False):
    return Stay(f"{n}", Origin("s", "c", "e"), n, DAY.begin + begin, DAY.begin + end, zone, open_ended=cut)


stays = st.lists(
    st.builds(
        stay,
        st.integers(1, 99),
        st.sampled_from(["line", "desk", "other"]),
        st.floats(0, 3e4),
        st.floats(3e4, 3.1e4),
        cut=st.booleans(),
    ),
    max_size=20,
)


@given(stays, st.randoms())
def test_events_in_any_order_give_the_same_and_parts_add_up(events, random):
    mixed = random.sample(events, len(events))
    assert services_of_day(SITE, DAY, mixed) == services_of_day(SITE, DAY, events)
    half = len(events) // 2
    parts = services_of_day(SITE, DAY, events[:half]), services_of_day(SITE, DAY, events[half:])
    for name, whole in services_of_day(SITE, DAY, events).items():
        assert parts[0][name] + parts[1][name] == whole


def test_what_is_kept_of_services():
    events = [
        stay(1, "line", 0, 40),
        stay(1, "desk", 41, 99),
        stay(2, "desk", 60, 70, cut=True),
        stay(3, "line", 5, 9),
    ]
    found = services_of_day(SITE, DAY, events)
    assert found["tills"] == Services({8: 1, 12: 1}, {19: 1})
    assert found["bare"] == Services({}, {8: 1})  # who is gone within ten seconds did not wait
