"""Hours of queues in columns tell, to the last digit, what the same hours tell one by one."""

from hypothesis import given
from hypothesis import strategies as st

from galleria.analytics.queue_table import QueueTable, means, quantiles
from galleria.analytics.queues import Waiting

NAMES, CLOCKS = ["a", "b", "c"], ["09:30", "10:30", "11:30"]

small = st.integers(0, 50)
waits = st.dictionaries(st.integers(0, 400), st.integers(1, 9), max_size=12)
hours = st.builds(Waiting, small, small, small, waits, small, small, small)
told = st.lists(st.tuples(st.integers(0, len(NAMES) - 1), st.sampled_from(CLOCKS), hours), max_size=12)


def counts(one):
    return [one.arrived, one.served, one.left, one.presence, one.serving, one.covered]


def alike(table, some):
    """Against the hours themselves: by name, by local time, and by both."""
    assert list(table.clocks) == sorted({clock for _, clock, _ in some})
    for bins, names, at in ((table.bins, table.names, 0), (table.by_clock, table.clocks, 1)):
        wholes = [Waiting.together([one[2] for one in some if one[at] == name]) for name in names]
        for share in (0.0, 0.5, 0.95, 1.0):
            assert quantiles(bins, len(wholes), share) == [whole.wait(share) for whole in wholes]
        assert means(bins, len(wholes)) == [whole.mean for whole in wholes]
    for n, name in enumerate(table.names):
        for m, clock in enumerate(table.clocks):
            mine = [one for row, time, one in some if (row, time) == (name, clock)]
            assert table.counts[n, m].tolist() == counts(Waiting.together(mine))


@given(st.lists(told, max_size=4))
def test_it_tells_what_the_hours_tell(parts):
    tables = [QueueTable.of(NAMES, some) for some in parts]
    named = [[(NAMES[row], clock, one) for row, clock, one in some] for some in parts]
    for table, some in zip(tables, named, strict=True):
        alike(table, some)
    together = [one for some in named for one in some]
    alike(QueueTable.together(tables, NAMES), together)
    alike(QueueTable.together(tables[::-1], NAMES), together)
    groups = {"a": "first", "b": "second", "c": "first"}
    grouped = [(groups[name], clock, one) for name, clock, one in together]
    alike(QueueTable.together(tables, ["first", "second"], groups.__getitem__), grouped)
