from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from galleria.capture.times import ClipTimes, guess_rate, in_order, plausible

BASE = Fraction(1, 1000)


@given(
    st.lists(st.none() | st.integers(-(10**9), 10**9), min_size=1, max_size=100),
    st.floats(0.1, 240),
)
def test_times_strictly_increase_whatever_the_stamps(stamps, rate):
    times = ClipTimes(rate, BASE, stamps[0] or 0)
    out = [times.next(stamp) for stamp in stamps]
    assert all(a < b for a, b in pairwise(out))


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=100, unique=True))
def test_good_stamps_are_kept_exactly(stamps):
    stamps.sort()
    times = ClipTimes(25, BASE, stamps[0])
    assert [times.next(stamp) for stamp in stamps] == [float(s - stamps[0]) * 0.001 for s in stamps]
    assert not times.nudged
    assert not times.restarts


def test_counting_ignores_stamps():
    times = ClipTimes(12, None)
    assert [times.next(stamp) for stamp in (1024, 0, None, 2048)] == [0, 1 / 12, 2 / 12, 3 / 12]


def test_disorder_is_moved_forward_and_does_not_accumulate():
    times = ClipTimes(10, BASE)
    assert [times.next(s) for s in (0, 300, 100, 200, 400)] == [0, 0.3, 0.301, 0.302, 0.4]
    assert times.nudged == 2


def test_a_clock_that_begins_again_goes_on():
    times = ClipTimes(10, BASE)
    out = [times.next(s) for s in (0, 100, 5000, 0, 100, 200)]
    assert [round(t, 6) for t in out] == [0, 0.1, 5.0, 5.1, 5.2, 5.3]
    assert times.restarts == 1


def test_order_and_rates():
    assert in_order([0, 1, 5])
    assert in_order([7])
    assert not in_order([1024, 0, 2048])
    assert not in_order([0, 0])
    assert not in_order([0, None, 2])
    assert guess_rate([0, 40, 80, 200], BASE) == 25
    assert guess_rate([0], BASE) is None
    assert plausible(90_000) is None
    assert plausible(Fraction(0)) is None
    assert plausible(None) is None
    assert plausible(Fraction(30000, 1001)) == 30000 / 1001
