from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from galleria.analytics.intervals import Presence, Shelf, union
from galleria.analytics.measures import Watched, measures
from galleria.analytics.quantile import quantile
from galleria.domain.events import Crossing, Origin, Path, Seen, Stay
from galleria.domain.geometry import Point
from galleria.domain.measure import MeasureName as Name
from galleria.domain.site import Site
from galleria.domain.time import Bucket, By, buckets, clip_buckets, parse_instant

HALL = Origin("shop", "hall", "r1")
ALL = {HALL: Watched(("door",), ("shelf",))}


def seen(begin, end, origin=HALL):
    return Seen(f"seen {begin}", origin, begin, end)


def crossing(time, direction="in", origin=HALL, tripwire="door"):
    return Crossing(f"crossing {time}", origin, 1, time, tripwire, direction, "up", Point(0.5, 0.5))


def stay(begin, end, open_ended=False, origin=HALL, zone="shelf"):
    return Stay(f"stay {begin}", origin, 1, begin, end, zone, open_ended)


def path(begin, end, passed_by=False, origin=HALL):
    return Path(f"path {begin}", origin, 1, begin, end, ((begin, 0.1, 0.1),), passed_by)


def table(rows):
    return {(row.camera, row.place, row.name, row.label): (row.value, row.coverage) for row in rows}


def minutes(n):
    return clip_buckets(By.MINUTE, 0, n * 60)


def test_a_small_example_by_hand():
    events = [
        seen(0, 60),
        seen(90, 120),
        *[crossing(t) for t in (0.0, 10.0, 59.99, 100.0)],
        crossing(30.0, "out"),
        stay(5, 8),
        stay(6, 16),
        stay(50, 95, True),
        path(0, 30, True),
        path(20, 100),
        path(30, 40, True),
    ]
    found = table(measures(events, minutes(3), ALL))
    camera = ("hall", "")
    door, shelf = ("hall", "door"), ("hall", "shelf")
    assert found[*door, Name.IN, "0:00"] == (3, 1.0)
    assert found[*door, Name.OUT, "0:00"] == (1, 1.0)
    assert found[*door, Name.IN, "1:00"] == (1, 0.5)
    assert found[*door, Name.OUT, "1:00"] == (0, 0.5)  # seen, and nobody came
    assert found[*door, Name.OUT, "2:00"] == (None, 0.0)  # not seen
    assert found[*shelf, Name.STAYS, "0:00"] == (3, 1.0)
    assert found[*shelf, Name.STAYS_CUT, "0:00"] == (1, 1.0)
    assert found[*shelf, Name.DWELL_MEDIAN, "0:00"] == (10, 1.0)
    assert found[*shelf, Name.DWELL_P95, "0:00"] == (pytest.approx(10 + 0.9 * 35), 1.0)
    assert found[*shelf, Name.DWELL_LONGEST, "0:00"] == (45, 1.0)
    assert found[*shelf, Name.STAYS, "1:00"] == (0, 0.5)
    assert found[*shelf, Name.DWELL_MEDIAN, "1:00"] == (None, 0.5)  # there is no median of nothing
    assert found[*camera, Name.AT_ONCE_PEAK, "0:00"] == (2, 1.0)  # one ends at 30 as another begins
    assert found[*camera, Name.AT_ONCE_MEAN, "0:00"] == ((30 + 40 + 10) / 60, 1.0)
    assert found[*camera, Name.AT_ONCE_MEAN, "1:00"] == (40 / 30, 0.5)
    assert found[*camera, Name.PASS_BY, "0:00"] == (2, 1.0)
    assert found[*camera, Name.CAPTURE_RATE, "0:00"] == (1.5, 1.0)  # in ÷ pass-by
    assert found[*camera, Name.CAPTURE_RATE, "1:00"] == (None, 0.5)
    assert found[*camera, Name.PASS_BY, "2:00"] == (None, 0.0)
    assert len(found) == 3 * (2 + 5 + 4)


def test_nothing_seen_is_a_gap_everywhere():
    rows = measures([], minutes(2), ALL)
    assert len(rows) == 2 * 11
    assert all((row.value, row.coverage) == (None, 0) for row in rows)


def test_an_event_in_a_moment_without_length_is_not_lost():
    # The last frame of a recording may fall on the first instant of a bucket.
    found = table(measures([seen(0, 60), crossing(60.0)], minutes(2), ALL))
    assert found["hall", "door", Name.IN, "1:00"] == (1, 0.0)


def test_coverage_of_overlapping_recordings_is_not_added_up():
    other = Origin("shop", "hall", "r2")
    events = [seen(0, 40), seen(20, 50, other), seen(45, 48, other)]
    rows = measures(events, minutes(1), ALL | {other: Watched(("door",), ("shelf",))})
    assert {row.coverage for row in rows} == {round(50 / 60, 9)}


def test_a_tripwire_added_later_has_a_gap_before():
    later = Origin("shop", "hall", "r2")
    events = [seen(0, 60), seen(60, 120, later), crossing(70, origin=later, tripwire="new")]
    found = table(measures(events, minutes(2), {HALL: Watched(("door",)), later: Watched(("door", "new"))}))
    assert found["hall", "new", Name.IN, "0:00"] == (None, 0.0)
    assert found["hall", "new", Name.IN, "1:00"] == (1, 1.0)
    assert found["hall", "door", Name.IN, "1:00"] == (0, 1.0)
    assert found["hall", "", Name.PASS_BY, "0:00"] == (0, 1.0)


def test_cameras_are_apart():
    yard = Origin("shop", "yard", "r1")
    events = [seen(0, 60), crossing(5), seen(0, 30, yard), crossing(6, "out", yard)]
    found = table(measures(events, minutes(1), {HALL: Watched(("door",)), yard: Watched(("door",))}))
    assert found["hall", "door", Name.IN, "0:00"] == (1, 1.0)
    assert found["yard", "door", Name.IN, "0:00"] == (0, 0.5)
    assert found["yard", "door", Name.OUT, "0:00"] == (1, 0.5)


@pytest.mark.parametrize(("day", "length"), [("2026-03-29", 23), ("2026-10-25", 25)])
def test_days_on_which_the_clocks_change(day, length):
    zone = ZoneInfo("Europe/Berlin")
    site = Site("shop", zone="Europe/Berlin")
    begin = parse_instant(day, zone)
    end = begin + length * 3600
    events = [seen(begin, end), *[crossing(begin + n * 900 + 7) for n in range(length * 4)]]
    for by, number in ((By.DAY, 1), (By.HOUR, length), (By.QUARTER_HOUR, length * 4)):
        rows = [row for row in measures(events, buckets(by, site, begin, end), ALL) if row.name is Name.IN]
        assert len(rows) == number
        assert {row.value for row in rows} == {length * 4 // number}
        assert {row.coverage for row in rows} == {1.0}
        assert len({row.label for row in rows}) == number


times = st.integers(0, 4_000).map(lambda n: n / 4)
spans = st.tuples(times, times).map(lambda pair: (min(pair), max(pair)))


@given(st.lists(times), st.lists(spans), st.lists(spans, min_size=1))
def test_counts_of_buckets_add_up_to_the_total(moments, dwells, covered):
    events = [seen(*span) for span in covered]
    events += [crossing(t, "in" if n % 3 else "out") for n, t in enumerate(moments)]
    events += [stay(*span) for span in dwells] + [path(*span, passed_by=span[0] > 100) for span in dwells]
    total = [Bucket(0, 1020, "total")]
    parts, wholes = measures(events, minutes(17), ALL), measures(events, total, ALL)
    for whole in wholes:
        mine = [part for part in parts if (part.place, part.name) == (whole.place, whole.name)]
        assert sum(part.coverage for part in mine) / 17 == pytest.approx(whole.coverage)
        values = [part.value for part in mine if part.value is not None]
        if whole.name in (Name.IN, Name.OUT, Name.STAYS, Name.PASS_BY):
            assert sum(values) == (whole.value or 0)
        if whole.name in (Name.AT_ONCE_PEAK, Name.DWELL_LONGEST):
            assert max(values, default=None) == whole.value


@given(st.lists(spans))
def test_union_has_the_same_time(intervals):
    joined = union(intervals)
    assert all(a[1] < b[0] for a, b in pairwise(joined))
    for t in [n + 0.1 for n in range(0, 1000, 7)]:
        assert any(b <= t < e for b, e in joined) == any(b <= t < e for b, e in intervals)


@given(st.lists(spans))
def test_presence_agrees_with_looking_at_every_moment(intervals):
    shelf = Shelf(minutes(17))
    found = shelf.presence(intervals)
    for bucket, presence in zip(shelf.buckets, found, strict=True):
        moments = [bucket.begin + n / 4 for n in range(240)]
        # At a moment: those that go on there, and mere moments there.
        counts = [sum(b <= t < e or b == t == e for b, e in intervals) for t in moments]
        assert presence.peak == max(counts)
        lengths = (max(0, min(e, bucket.end) - max(b, bucket.begin)) for b, e in intervals)
        assert presence.seconds == pytest.approx(sum(lengths))


def test_presence_of_nothing():
    assert Shelf(minutes(1)).presence([]) == [Presence(0, 0.0)]
    assert Shelf([]).presence([(1.0, 2.0)]) == []


def test_what_lies_outside_the_buckets_is_left_out():
    shelf = Shelf([Bucket(60, 120, "a"), Bucket(180, 240, "b")])
    assert [shelf.index(t) for t in (0, 59.9, 60, 119.9, 120, 179.9, 180, 240)] == [
        None, None, 0, 0, None, None, 1, None,
    ]  # fmt: skip
    assert shelf.covered([(0, 70), (100, 200), (230, 500)]) == [30, 30]


@given(st.lists(st.floats(-1e6, 1e6), min_size=1), st.floats(0, 1))
def test_quantile_is_numpys(values, share):
    assert quantile(values, share) == pytest.approx(np.quantile(values, share), rel=1e-9, abs=1e-6)


def test_quantile_by_hand():
    assert quantile([], 0.5) is None
    assert quantile([3], 0.95) == 3
    assert quantile([4, 1, 3, 2], 0.5) == 2.5
    assert quantile([10, 20], 0.95) == pytest.approx(19.5)
