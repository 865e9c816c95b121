"""Scores: definitions, the best assignment, and what must hold of any truth and any count."""

import itertools
import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from galleria.analytics.score import TOLERANCE, Tally, assign, score, score_line, wilson
from galleria.domain.errors import TruthError
from galleria.domain.events import Crossing, Origin
from galleria.domain.geometry import Point, Segment
from galleria.domain.truth import Truth, TruthCrossing, TruthLine, totals_of
from galleria.storage.truth import read_truth

SEGMENT = Segment(Point(0, 0.5), Point(1, 0.5))
WORDS = ("down", "up")


def marks(*pairs):
    return tuple(TruthCrossing(time, word) for time, word in pairs)


def line(crossings, tolerance=None, name="door"):
    ordered = tuple(sorted(crossings, key=lambda crossing: crossing.time))
    return TruthLine(name, SEGMENT, WORDS, ordered, totals_of(WORDS, ordered), tolerance=tolerance)


def event(time, direction, tripwire="door"):
    return Crossing("x", Origin("s", "c", "e"), 1, time, tripwire, direction, "", Point(0.5, 0.5))


def test_a_mixed_case_by_hand():
    truth = line(marks((1, "up"), (5, "up"), (9, "down"), (20, "up")))
    counted = marks((1.3, "up"), (5.1, "down"), (8.9, "down"), (30, "up"))
    result = score_line(truth, counted, 0.5)
    assert result.truth == {"down": 1, "up": 3}
    assert result.counted == {"down": 2, "up": 2}
    assert result.count_error == {"down": 1, "up": -1}
    assert result.tally == Tally(truth=4, counted=4, matched=2)
    assert [(crossing.time, crossing.direction) for crossing in result.misses] == [(5, "up"), (20, "up")]
    assert [(crossing.time, crossing.direction) for crossing in result.false] == [(5.1, "down"), (30, "up")]
    assert result.by_direction == {"down": Tally(1, 2, 1), "up": Tally(3, 2, 1)}
    shown = json.loads(json.dumps(result.as_json()))
    assert (shown["precision"], shown["recall"], shown["f1"]) == (0.5, 0.5, 0.5)
    assert shown["mean_abs_error_s"] == pytest.approx(0.2)
    assert shown["max_abs_error_s"] == pytest.approx(0.3)
    assert shown["mean_late_s"] == pytest.approx(0.1)
    assert shown["misses"] == [{"t": 5, "dir": "up"}, {"t": 20, "dir": "up"}]
    assert shown["interval"] == pytest.approx(wilson(2, 6))


def test_more_pairs_go_before_nearer_ones():
    truth, counted = marks((0, "up"), (1, "up")), marks((-0.9, "up"), (0.1, "up"))
    # The nearest pair (0, 0.1) alone would leave (1, -0.9) too far apart.
    assert assign(truth, counted, 1.0) == [(0, 0), (1, 1)]


def test_among_as_many_pairs_the_nearer_ones():
    assert assign(marks((10, "up")), marks((9.5, "up"), (10.1, "up"), (10.4, "up")), 1) == [(0, 1)]


def test_the_tolerance_itself_is_within():
    assert assign(marks((17.0, "up")), marks((17.4, "up")), 0.4) == [(0, 0)]
    assert assign(marks((17.0, "up")), marks((17.41, "up")), 0.4) == []
    assert assign(marks((17.0, "up")), marks((17.0, "up")), 0.0) == [(0, 0)]


times = st.floats(0, 60, allow_nan=False)
crossings = st.lists(st.builds(TruthCrossing, times, st.sampled_from(WORDS)), max_size=12).map(tuple)
few = st.lists(st.builds(TruthCrossing, st.integers(0, 50).map(lambda t: t / 10), st.sampled_from(WORDS)), max_size=4)
tolerances = st.integers(0, 30).map(lambda t: t / 10)


@given(few, few, tolerances)
def test_no_assignment_is_better(truth, counted, tolerance):
    """Against every assignment there is."""

    def worth(pairs):
        return -len(pairs), sum(abs(truth[i].time - counted[j].time) for i, j in pairs)

    swap = len(truth) > len(counted)
    short, long = (len(counted), len(truth)) if swap else (len(truth), len(counted))
    options = []
    for order in itertools.permutations(range(long), short):
        pairs = [(j, i) if swap else (i, j) for i, j in enumerate(order)]
        options.append(
            [
                (i, j)
                for i, j in pairs
                if truth[i].direction == counted[j].direction
                and abs(truth[i].time - counted[j].time) <= tolerance + 1e-9
            ]
        )
    best = min(map(worth, options))
    found = worth(assign(truth, counted, tolerance))
    assert found[0] == best[0]
    assert found[1] == pytest.approx(best[1], abs=1e-6)


@given(crossings, crossings, tolerances)
def test_nothing_is_matched_twice_and_nothing_lost(truth, counted, tolerance):
    result = score_line(line(truth), counted, tolerance)
    assert (
        len({id(pair.truth) for pair in result.pairs})
        == len(result.pairs)
        == len({id(p.counted) for p in result.pairs})
    )
    for pair in result.pairs:
        assert pair.truth.direction == pair.counted.direction
        assert abs(pair.late) <= tolerance + 1e-6
    assert len(result.pairs) + len(result.misses) == len(truth)
    assert len(result.pairs) + len(result.false) == len(counted)
    assert set(result.truth) == set(result.counted) == set(WORDS)
    low, high = result.tally.interval
    assert 0 <= low <= high <= 1


@given(crossings, crossings, tolerances)
def test_swapping_truth_and_count_swaps_precision_and_recall(truth, counted, tolerance):
    one, other = (
        score_line(line(truth), counted, tolerance).tally,
        score_line(line(counted), truth, tolerance).tally,
    )
    assert (one.precision, one.recall, one.f1) == (other.recall, other.precision, other.f1)


@given(crossings, tolerances)
def test_the_same_is_perfect(truth, tolerance):
    result = score_line(line(truth), truth, tolerance)
    assert (result.tally.precision, result.tally.recall, result.tally.f1) == (1, 1, 1)
    assert result.misses == result.false == ()
    assert set(result.count_error.values()) == {0}


@given(st.lists(st.integers(0, 20), min_size=1, max_size=8), st.sampled_from([-1, 1]))
def test_shifted_beyond_the_tolerance_nothing_agrees(seconds, sign):
    truth = marks(*((10.0 * second, "up") for second in seconds))
    shifted = tuple(TruthCrossing(mark.time + sign * 0.9, mark.direction) for mark in truth)
    result = score_line(line(truth), shifted, 0.8)
    assert (result.tally.precision, result.tally.recall, result.tally.f1) == (0, 0, 0)
    assert score_line(line(truth), shifted, 1.0).tally.f1 == 1


def test_empty_cases():
    nothing = score_line(line(()), ()).tally
    assert (nothing.precision, nothing.recall, nothing.f1, nothing.interval) == (1, 1, 1, (0, 1))
    invented = score_line(line(()), marks((1, "up"))).tally
    assert (invented.precision, invented.recall, invented.f1) == (0, 0, 0)
    blind = score_line(line(marks((1, "up"))), ()).tally
    assert (blind.precision, blind.recall, blind.f1) == (0, 0, 0)


def test_totals_alone_give_a_count_error_and_no_rates():
    truth = TruthLine("door", SEGMENT, WORDS, None, {"down": 0, "up": 3})
    result = score_line(truth, marks((1, "up"), (2, "up")))
    assert result.count_error == {"down": 0, "up": -1}
    shown = result.as_json()
    assert shown["precision"] is shown["recall"] is shown["f1"] is shown["interval"] is None
    whole = score(Truth((truth,)), [event(1, "out"), event(2, "out")]).as_json()
    assert whole["overall"]["f1"] is None
    assert whole["overall"]["count_error"] == -1


@pytest.mark.parametrize(("found", "trials"), [(0, 10), (10, 10), (27, 28), (50, 100), (1, 1)])
def test_wilson_is_that_of_scipy(found, trials):
    expected = binomtest(found, trials).proportion_ci(0.95, "wilson")
    assert wilson(found, trials) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_which_tolerance():
    truth, counted = marks((10, "up")), marks((10.6, "up"))
    assert score_line(line(truth), counted).tolerance == TOLERANCE
    assert score_line(line(truth, tolerance=0.5), counted).tally.matched == 0
    assert score_line(line(truth, tolerance=0.5), counted, 0.7).tally.matched == 1
    assert score_line(line(marks((10, "up")), tolerance=0.0), marks((10, "up"))).tolerance == 0


def test_events_are_put_into_the_words_and_times_of_the_truth():
    truth = Truth((line(marks((2, "down"), (3, "up"))), line(marks((4, "up")), name="exit")))
    start = 1.7e9
    found = [
        event(start + 2, "in"),
        event(start + 3, "out"),
        event(start + 4, "out", "exit"),
        event(start + 5, "in", "another"),
    ]
    result = score(truth, found, start)
    assert [entry.tally for entry in result.lines] == [Tally(2, 2, 2), Tally(1, 1, 1)]
    shown = json.loads(json.dumps(result.as_json()))
    assert set(shown["lines"]) == {"door", "exit"}
    needed = {"truth", "counted", "precision", "recall", "f1", "count_error", "misses", "false", "interval"}
    assert needed <= shown["lines"]["exit"].keys()
    assert shown["lines"]["exit"]["truth"] == shown["lines"]["exit"]["counted"] == {"down": 0, "up": 1}
    assert shown["overall"]["f1"] == 1
    assert shown["overall"]["matched"] == 3


def test_no_line_is_refused():
    with pytest.raises(TruthError, match="no line"):
        score(Truth(()), [])


def test_the_real_truth_files_score_themselves_perfectly(footage):
    for name in ("people_detection/gt.json", "street/gt_lines.json"):
        truth = read_truth(footage / name)
        found = [
            event(100 + mark.time, "in" if mark.direction == entry.words[0] else "out", entry.id)
            for entry in truth.lines
            for mark in entry.crossings
        ]
        assert score(truth, found, 100).overall.f1 == 1
        late = score(truth, found, 99.75)
        assert late.overall.f1 == 1
        assert math.isclose(late.as_json()["overall"]["mean_late_s"], 0.25)
