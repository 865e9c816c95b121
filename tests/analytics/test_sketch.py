import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from galleria.analytics import sketch
from galleria.analytics.quantile import quantile


@settings(deadline=None)
@given(st.lists(st.floats(0, 1e5), min_size=1, max_size=60), st.sampled_from([0.5, 0.95]))
def test_a_quantile_is_off_by_at_most_a_hundredth(dwells, share):
    numbers = sketch.bins(np.array(dwells))
    found = sketch.quantile(numbers, np.ones(len(dwells), np.int64), share)
    exact = quantile(dwells, share)
    assert abs(found - exact) <= sketch.ERROR * exact + 0.051


@settings(deadline=None)
@given(st.lists(st.floats(0.1, 1e4), min_size=1, max_size=20), st.lists(st.floats(0.1, 1e4), min_size=1, max_size=20))
def test_two_histograms_together_are_that_of_all(some, others):
    numbers, counts = np.unique(sketch.bins(np.array(some + others)), return_counts=True)
    parts = np.concatenate((sketch.bins(np.array(some)), sketch.bins(np.array(others))))
    apart = sketch.quantile(parts, np.ones(len(parts), np.int64), 0.5)
    assert apart == sketch.quantile(numbers, counts, 0.5)


def test_nothing_has_no_median():
    none = np.zeros(0, np.int64)
    assert sketch.quantile(none, none, 0.5) is None
