"""Decisions follow false-match rates and the size of the gallery, not scores alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_faces import directions

from galleria.domain.errors import ModelError
from galleria.identity.decide import Decision, Outcome, Table, Target, decide, per_comparison
from galleria.identity.labels import Near, random_label
from galleria.identity.search import Index

TABLE = Table((0.2, 0.4, 0.6), (1e-1, 1e-3, 1e-6))
TARGET = Target(accepted=0.01, grey=0.1)


@given(st.floats(-1, 1), st.floats(-1, 1))
def test_a_higher_score_is_never_a_higher_rate(one, other):
    low, high = sorted((one, other))
    assert TABLE.rate(high) <= TABLE.rate(low)
    assert TABLE.rate(high) >= 1e-6 * 0.999  # nothing is claimed beyond what was measured


def test_between_points_the_logarithm_is_interpolated():
    assert TABLE.rate(0.3) == pytest.approx(1e-2)
    assert TABLE.rate(0.4) == pytest.approx(1e-3)
    assert TABLE.rate(0.19) == 1.0
    assert TABLE.rate(float("nan")) == 1.0


@pytest.mark.parametrize(
    ("scores", "rates"),
    [((), ()), ((0.1, 0.1), (0.5, 0.1)), ((0.1, 0.2), (0.1, 0.5)), ((0.1,), (0.0,)), ((0.1, 0.2), (0.1,))],
)
def test_a_table_that_does_not_fall_is_refused(scores, rates):
    with pytest.raises(ModelError):
        Table(scores, rates)


@given(st.floats(1e-6, 0.5), st.integers(1, 10_000_000))
def test_so_many_comparisons_give_the_rate_that_was_wanted(fpir, comparisons):
    rate = per_comparison(fpir, comparisons)
    assert -np.expm1(comparisons * np.log1p(-rate)) == pytest.approx(fpir, rel=1e-6)


def test_the_same_score_is_accepted_in_a_small_gallery_uncertain_in_a_larger_and_new_in_a_large_one():
    near = [Near("a" * 32, 0.45)]  # a rate of about 2e-4
    outcomes = [decide(near, size, TABLE, TARGET) for size in (10, 100, 1000)]
    assert [decision.outcome for decision in outcomes] == [Outcome.ACCEPTED, Outcome.UNCERTAIN, Outcome.NEW]
    assert [decision.label for decision in outcomes] == ["a" * 32, "", ""]
    assert decide([], 0, TABLE, TARGET) == Decision(Outcome.NEW)


def test_who_comes_nearer_than_was_ever_measured_is_left_undecided_where_the_gallery_is_too_large_to_tell():
    for score, outcome in ((0.59, Outcome.NEW), (0.6, Outcome.UNCERTAIN), (0.99, Outcome.UNCERTAIN)):
        assert decide([Near("a" * 32, score)], 10_000_000, TABLE, TARGET).outcome is outcome
    assert decide([Near("a" * 32, 0.99)], 10, TABLE, TARGET).outcome is Outcome.ACCEPTED


def test_strangers_are_accepted_as_often_as_was_aimed_at():
    """1000 strangers against 500 templates, with a calibration measured on other directions."""
    rng = np.random.default_rng(0)
    impostors = np.sort((directions(4000, 64, 1) @ directions(4000, 64, 2).T).ravel())
    points = np.array([0.05, 0.01, 1e-3, 1e-4, 1e-5])
    at = impostors[(len(impostors) * (1 - points)).astype(int)]
    table = Table(tuple(at.tolist()), tuple(points.tolist()))
    index = Index(64)
    index.add([random_label() for _ in range(500)], directions(500, 64, int(rng.integers(100, 200))))
    found = index.search(directions(1000, 64, 300))
    target = Target(0.05, 0.3)
    outcomes = [decide(near, 500, table, target).outcome for near in found]
    accepted = outcomes.count(Outcome.ACCEPTED) / 1000
    grey = outcomes.count(Outcome.UNCERTAIN) / 1000
    assert 0.02 < accepted < 0.09
    assert 0.2 < accepted + grey < 0.4


def test_a_target_says_what_is_possible():
    for accepted, grey in ((0.0, 0.1), (0.2, 0.1), (0.1, 1.0)):
        with pytest.raises(ValueError, match="target rates"):
            Target(accepted, grey)


def test_rates_are_not_shown():
    assert "rate" not in repr(decide([Near("a" * 32, 0.9)], 10, TABLE, TARGET))
