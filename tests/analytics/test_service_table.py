"""Tables of services tell the same moments as days one by one."""

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from galleria.analytics.service_table import ServiceTable, seen
from galleria.analytics.till_clock import BIN, Services

DAY = 86400.0
BINS = st.dictionaries(st.integers(0, 20_000), st.integers(1, 3), max_size=4)
# By queue and day; of some days nothing was studied, and some services end on the next day.
KNOWN = st.lists(
    st.dictionaries(st.integers(0, 5), st.builds(Services, BINS, BINS), max_size=6), min_size=1, max_size=3
)


def one_by_one(days, low, high, bins_of):
    some = [
        day * DAY + (n + 0.5) * BIN
        for day, services in days.items()
        if low < day * DAY < high
        for n, count in bins_of(services).items()
        for _ in range(count)
    ]
    return sorted(some)


@given(KNOWN, st.sets(st.integers(1, 5)), st.floats(-DAY, 7 * DAY), st.floats(-DAY, 7 * DAY))
@settings(max_examples=150, deadline=None)
def test_moments_are_those_of_the_days(known, cuts, low, high):
    bounds = [0, *sorted(cuts), 6]
    tables = []
    for first, end in pairwise(bounds):
        days = [*range(first, end)]
        labelled = [{f"{day}": one for day, one in queue.items()} for queue in known]
        tables.append((np.array(days) * DAY, ServiceTable.of(labelled, [f"{day}" for day in days])))
    for queue, found in zip(known, seen(tables, len(known)), strict=True):
        begins, ends = found.between(low, high)
        assert begins.tolist() == one_by_one(queue, low, high, lambda one: one.begins)
        assert ends.tolist() == one_by_one(queue, low, high, lambda one: one.ends)
