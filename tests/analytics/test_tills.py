"""Tills needed, of many hours at once, against one hour after another by Erlang C as textbooks have it."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from galleria.analytics.queues import Waiting
from galleria.analytics.tills import SHARE, tills_needed


def delayed(tills, offered):
    """Erlang C: the share of arrivals that has to wait."""
    blocked = 1.0
    for n in range(1, tills + 1):
        blocked = offered * blocked / (n + offered * blocked)
    return blocked / (1 - offered / tills * (1 - blocked))


def one_by_one(hour, target, share=SHARE):
    if hour.covered < 18000 or hour.service is None:
        return 0
    offered = hour.arrived / (hour.covered / 10) * hour.service
    tills = max(1, math.floor(offered) + 1)
    while 1 - delayed(tills, offered) * math.exp(-(tills - offered) * target / max(hour.service, 1e-9)) < share:
        tills += 1
    return tills


def needed(hours, targets):
    rows = [(one.arrived, one.served, one.left, one.presence, one.serving, one.covered) for one in hours]
    return tills_needed(np.array(rows, np.int64).reshape(-1, 6), np.array(targets, np.float64)).tolist()


def test_erlang_c_as_the_tables_say():
    # Two erlangs and three tills: 0.4444; the textbook's example (Gross and Harris).
    assert delayed(3, 2.0) == pytest.approx(4 / 9)
    assert delayed(1, 0.5) == pytest.approx(0.5)


@given(st.floats(0.01, 30), st.floats(5, 300), st.floats(0, 600))
def test_one_till_less_would_be_too_few(rate_per_minute, service, target):
    arrived = max(1, round(rate_per_minute * 60))
    hour = Waiting(arrived=arrived, served=arrived, serving=round(service * 10) * arrived, covered=36000)
    (tills,) = needed([hour], [target])
    offered = arrived / 3600 * hour.service

    def in_time(n):
        return 1 - delayed(n, offered) * math.exp(-(n - offered) * target / hour.service)

    assert in_time(tills) >= 0.9
    assert tills == 1 or tills - 1 <= offered or in_time(tills - 1) < 0.9


people = st.integers(0, 400)
hours = st.builds(
    Waiting,
    people,
    people,
    people,
    st.just({}),
    people,
    st.integers(0, 200_000),
    st.sampled_from([0, 17999, 18000, 36000]),
)


@given(st.lists(st.tuples(hours, st.sampled_from([0.0, 30.0, 180.0]) | st.floats(0, 3600)), max_size=20))
def test_of_many_hours_at_once_as_of_one_after_another(some):
    told, targets = [hour for hour, _ in some], [target for _, target in some]
    assert needed(told, targets) == [one_by_one(hour, target) for hour, target in some]


def test_not_told_where_too_little_was_seen_or_nobody_was_served():
    busy = Waiting(arrived=90, served=90, serving=54000, covered=36000)
    short = Waiting(arrived=90, served=90, serving=54000, covered=17999)
    unserved = Waiting(arrived=90, left=90, covered=36000)
    assert needed([short, busy, unserved], [60.0] * 3) == [0, 3, 0]
