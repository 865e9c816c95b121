"""Several questions at once, and the sums that answers are made of."""

from datetime import date, timedelta

import numpy as np
import pytest
from flowing import Desk, at
from hypothesis import given, settings
from hypothesis import strategies as st

from galleria.analytics.cells import PARTS, Cells, Part, added
from galleria.app.flow_query import FlowQuery
from galleria.app.flow_sums import Runs, Sums, laid_end_to_end
from galleria.app.flows import Compare, Grain
from galleria.domain.errors import InputError

FIRST = date(2026, 3, 14)


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """Three weeks with a change of clocks, an outage, a day that is missing, and one that goes on."""
    desk = Desk(tmp_path_factory.mktemp("several"))
    for n in range(20):
        day = (FIRST + timedelta(days=n)).isoformat()
        if n == 9:
            continue
        desk.open_day(day, 5 + 3 * n, ("10:00", "15:30" if n % 6 == 2 else "20:00"))
        desk.stay(at(day, "12:10"), 20.0 + 7 * n)
        desk.stay(at(day, "14:00"), 300.0 - n)
        desk.walk(at(day, "13:00"), 60)
    desk.keeper.turn(at((FIRST + timedelta(days=19)).isoformat(), "14:07"))
    yield desk
    desk.close()


_MEASURES = {
    "site": ("in", "out", "occupancy", "stays", "dwell_median", "dwell_mean", "capture_rate"),
    "entrance:front": ("in", "capture_rate"),
    "tripwire:gate": ("in",),
    "zone:shelf": ("stays", "dwell_median", "at_once_peak"),
    "camera:hall": ("pass_by", "at_once_peak"),
}
questions = st.builds(
    lambda asked, grain, begin, days, compare: FlowQuery(
        asked[1], asked[0], grain, FIRST + timedelta(days=begin), FIRST + timedelta(days=begin + days), compare
    ),
    st.sampled_from([(subject, measure) for subject, some in _MEASURES.items() for measure in some]),
    st.sampled_from(Grain),
    st.integers(-9, 21),
    st.integers(1, 21),
    st.sampled_from(Compare),
)


@settings(deadline=None, max_examples=60)
@given(st.lists(questions, min_size=1, max_size=5))
def test_several_questions_are_answered_as_each_alone(desk, some):
    assert desk.flows.queries(some) == [desk.flows.query(q) for q in some]


@settings(deadline=None, max_examples=80)
@given(questions)
def test_what_is_compared_are_the_cells_that_both_saw(desk, q):
    """The totals, from quarter hours asked for one day at a time: no day has anything to do with another."""
    if q.compare is Compare.NONE or q.measure not in {"in", "out", "stays", "pass_by"}:
        return
    alike, before = [], []
    for n in range((q.end - q.begin).days):
        day = q.begin + timedelta(days=n)
        answer = desk.flows.query(FlowQuery(q.measure, q.subject, q.grain, day, day + timedelta(days=1), q.compare))
        alike.append(answer.alike)
        before.append(answer.total_before)
    whole = desk.flows.query(q)
    assert whole.alike == (sum(v for v in alike if v is not None) if any(v is not None for v in alike) else None)
    assert whole.total_before == (
        sum(v for v in before if v is not None) if any(v is not None for v in before) else None
    )


def test_one_bad_question_is_refused(desk):
    good = FlowQuery("in", "site", Grain.DAY, FIRST, FIRST + timedelta(days=1))
    bad = FlowQuery("in", "zone:shelf", Grain.DAY, FIRST, FIRST + timedelta(days=1))
    with pytest.raises(InputError, match="zone:shelf has no measure"):
        desk.flows.queries([good, bad])


counts = st.lists(st.integers(0, 9), min_size=PARTS, max_size=PARTS)


@given(st.lists(counts, min_size=1, max_size=12), st.lists(st.integers(0, 5), min_size=12, max_size=12))
def test_runs_are_added_up_cell_by_cell(numbers, onto):
    parts = np.array(numbers, np.float64)
    dwells = np.array([[n, 40 + n, n + 1] for n in range(len(parts))], np.int64)
    cells = Cells(laid_end_to_end([parts[:3], parts[3:]]), dwells)
    # Each cell goes to the run that `onto` says, or to none: 5.
    takes = sorted((run, n) for n, run in enumerate(onto[: len(parts)]) if run < 5)
    places, runs = np.array([n for _, n in takes], np.intp), np.array([run for run, _ in takes], np.intp)
    found = Sums.of(cells, Runs.of(places, runs, 5))
    for run in range(5):
        mine = [n for other, n in takes if other == run]
        wanted = added(parts[mine])
        keep = [part for part in range(PARTS) if part != Part.INSIDE]
        np.testing.assert_array_equal(found.parts[run, keep], wanted[keep])
        assert sorted(found.dwells[found.dwells[:, 0] == run, 2].tolist()) == sorted(n + 1 for n in mine)
    everything = np.zeros(len(parts), np.bool_)
    everything[places] = True
    one = Sums.where(cells, everything)
    np.testing.assert_array_equal(one.parts[0, keep], found.together().parts[0, keep])
    assert sorted(one.dwells[:, 2].tolist()) == sorted(found.dwells[:, 2].tolist())
