"""Intervals: what one draw counts, and whether they hold as often as they say on sets of which the truth is known."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from galleria.analytics.biometrics.comparisons import Comparisons
from galleria.analytics.biometrics.intervals import counted, draws, mean, rate, rule_of_three, share, weights, wilson_at
from galleria.analytics.score import wilson
from galleria.domain.accuracy import Method


def paired(subjects):
    """One comparison of each two subjects, without scores."""
    one, other = np.triu_indices(subjects, 1)
    return Comparisons(np.zeros(len(one)), one, other)


@given(st.lists(st.integers(0, 4), min_size=5, max_size=5), st.integers(0, 100))
def test_a_draw_counts_comparisons_as_if_each_drawn_subject_had_come_himself(drawn, seed):
    rng = np.random.default_rng(seed)
    one, other = rng.integers(0, 5, 20), rng.integers(0, 5, 20)
    found = weights(np.bincount(drawn, minlength=5).astype(float), one, other)
    for a, b, weight in zip(one, other, found, strict=True):
        if a == b:
            assert weight == drawn.count(a)
        else:
            assert weight == sum((x, y) == (a, b) for x, y in itertools.product(drawn, drawn))


def test_draws_are_of_as_many_subjects_as_there_are_and_the_same_for_the_same_seed():
    found = draws(7, 3, rounds=50)
    assert set(found.sum(axis=1)) == {7}
    assert np.array_equal(found, draws(7, 3, rounds=50))
    assert not np.array_equal(found, draws(7, 4, rounds=50))


def test_a_rate_without_comparisons_is_none():
    assert rate(paired(1), np.zeros(0, bool), 0) is None


@pytest.mark.parametrize("events", [0, 1])
def test_where_nothing_or_everything_was_seen_the_rule_of_three_speaks(events):
    found = rate(paired(11), np.full(55, events, bool), 0)
    ends = (0, 3 / 55) if not events else (1 - 3 / 55, 1)
    assert (found.low, found.high) == pytest.approx(ends)
    assert (found.method, found.independent) == (Method.THREE, 55)
    assert rule_of_three(2) == rule_of_three(0) == 1


def test_several_samples_of_a_subject_are_not_several_subjects():
    one = paired(12)
    four = Comparisons(np.zeros(264), np.repeat(one.one, 4), np.repeat(one.other, 4))
    events = np.arange(66) % 11 == 0
    once, often = rate(one, events, 0), rate(four, np.repeat(events, 4), 0)
    assert (once.low, once.high, once.independent) == (often.low, often.high, often.independent)
    assert counted(np.repeat([True, False, False], 5), np.repeat([0, 1, 2], 5), 0).independent <= 3


@given(st.integers(0, 50), st.integers(1, 50))
def test_wilson_of_a_share_is_wilson_of_counts(events, trials):
    events = min(events, trials)
    assert wilson_at(events / trials, trials) == pytest.approx(wilson(events, trials), abs=1e-12)


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 5)), min_size=1, max_size=30), st.integers(0, 3))
def test_ends_lie_around_the_value(rows, seed):
    values = np.array([value for value, _ in rows])
    subjects = np.array([subject for _, subject in rows])
    for found in (share(values, subjects, seed), mean(values, subjects, seed)):
        assert found.low <= found.value <= found.high
        assert found.value == pytest.approx(values.mean())


def simulated(rng, subjects, effect, threshold):
    """Impostors of a set in which some look like many: score = effect of one + effect of the other + chance."""
    own = effect * rng.normal(size=subjects)
    one, other = np.triu_indices(subjects, 1)
    return own[one] + own[other] + rng.normal(size=len(one)) >= threshold


@pytest.mark.parametrize("effect", [0.0, 0.7])
def test_intervals_of_the_fmr_hold_as_often_as_they_say(effect):
    """200 sets of 50 subjects with an FMR of 1 %: 95 % is 190; 3 standard deviations of chance are 9 sets."""
    rng = np.random.default_rng(5)
    threshold = norm.isf(0.01) * math.sqrt(1 + 2 * effect**2)  # the sum is normal with this deviation
    comparisons, held, naive = paired(50), 0, 0
    for _ in range(200):
        events = simulated(rng, 50, effect, threshold)
        found = rate(comparisons, events, 0)
        held += found.low <= 0.01 <= found.high
        low, high = wilson(int(events.sum()), len(events))
        naive += low <= 0.01 <= high
    assert held >= 190 - 9
    # Pairs taken for independent: right only where nobody looks like many.
    assert naive >= 190 - 9 if effect == 0 else naive < 150


def test_intervals_of_the_fnmr_hold_as_often_as_they_say():
    """Three genuine comparisons of each of 60 subjects, of which some are missed again and again."""
    rng = np.random.default_rng(6)
    subjects = np.repeat(np.arange(60), 3)
    held = 0
    for _ in range(200):
        hard = rng.beta(0.5, 4.5, 60)  # 10 % on average
        missed = rng.random(180) < hard[subjects]
        found = rate(Comparisons(np.zeros(180), subjects, subjects), missed, 0)
        held += found.low <= 0.1 <= found.high
    assert held >= 190 - 9


def test_the_rule_of_three_holds_as_often_as_it_says():
    """At a rate of exactly 3 / n nothing is seen in at most 5 of 100 sets."""
    rng = np.random.default_rng(7)
    unseen = sum(not (rng.random(1225) < 3 / 1225).any() for _ in range(2000))
    assert unseen <= 100 + 30
    assert (1 - 3 / 1225) ** 1225 < 0.05
