"""Calibrations: known tails, an honest floor, and sets that are too small."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import genpareto, norm

from galleria.analytics.biometrics.calibrate import calibrate, fit_tail, subjects_needed
from galleria.analytics.biometrics.comparisons import Comparisons
from galleria.domain.accuracy import Calibration
from galleria.domain.errors import InputError


def impostors(subjects, seed=0, draw=lambda rng, n: rng.normal(size=n) * 0.15):
    one, other = np.triu_indices(subjects, 1)
    return Comparisons(draw(np.random.default_rng(seed), len(one)), one, other)


def test_a_tail_of_an_exponential_is_recognised():
    shape, scale = fit_tail(-np.log1p(-(np.arange(5000) + 0.5) / 5000) * 0.03)
    assert shape == pytest.approx(0, abs=0.02)
    assert scale == pytest.approx(0.03, rel=0.03)


@pytest.mark.parametrize("shape", [0.1, 0.25])
def test_a_heavier_tail_is_recognised(shape):
    found = fit_tail(genpareto.ppf((np.arange(20_000) + 0.5) / 20_000, shape, scale=0.02))
    assert found == pytest.approx((shape, 0.02), abs=0.02)


def test_a_bounded_tail_is_taken_for_an_exponential_one_so_that_no_rate_becomes_zero():
    shape, scale = fit_tail(np.linspace(0, 1, 1000))
    assert (shape, scale) == pytest.approx((0, 0.5))


def test_the_table_is_what_was_counted_and_beyond_that_near_the_truth():
    impostor = impostors(150)
    table = calibrate(impostor, 0.01)
    for score in table.scores:
        if score <= table.tail:
            assert table.estimate(score) == pytest.approx(np.mean(impostor.scores >= score))
    for rate in (0.2, 0.05, 0.01, 0.003):
        exact = float(norm.isf(rate)) * 0.15
        assert table.estimate(exact) == pytest.approx(rate, rel=0.3)
    # Below what the set can show the model may only err towards caution here: a normal tail is lighter.
    far = float(norm.isf(1e-5)) * 0.15
    assert table.estimate(far) > 1e-5
    assert table.claim(far) == table.floor == 3 / (150 * 149 / 2)
    assert (table.subjects, table.pairs) == (150, 11175)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(15, 60), st.booleans())
def test_a_table_falls_and_its_thresholds_keep_their_targets(seed, subjects, skewed):
    def draw(rng, n):
        return rng.beta(2, 12, n) if skewed else rng.normal(size=n) * 0.2

    impostor = impostors(subjects, seed, draw)
    table = calibrate(impostor, 0.1)
    places = np.linspace(impostor.scores.min() - 0.1, impostor.scores.max() + 0.3, 80)
    claims = [table.claim(place) for place in places]
    assert claims == sorted(claims, reverse=True)
    assert min(claims) >= table.floor
    for target in np.geomspace(table.floor, 0.5, 8):
        assert table.estimate(table.threshold(target)) == pytest.approx(target)


def test_a_target_below_the_floor_has_no_threshold():
    table = calibrate(impostors(60), 0.01)
    with pytest.raises(InputError, match=r"cannot show a false-match rate of 0\.001") as raised:
        table.threshold(0.001)
    assert "more subjects" in raised.value.remedy


@pytest.mark.parametrize("target", [0.1, 0.01, 0.001, 1e-4, 1e-6])
def test_so_many_subjects_are_just_enough(target):
    needed = subjects_needed(target)
    assert math.comb(needed, 2) >= 3 / target - 1e-6
    assert math.comb(needed - 1, 2) < 3 / target


def test_a_set_that_is_too_small_is_refused_and_told_how_many_it_takes():
    with pytest.raises(InputError, match=r"0\.001 cannot be shown with 51 subjects: pairs of them \(1275\)") as raised:
        calibrate(impostors(51), 0.001)
    assert "at least 78 subjects (6000 where" in raised.value.remedy
    assert "aim at 0.0024 or more" in raised.value.remedy
    assert isinstance(calibrate(impostors(51), 0.0024), Calibration)
    assert isinstance(calibrate(impostors(78), 0.001), Calibration)


def test_more_pictures_of_the_same_subjects_are_no_more_subjects():
    one = impostors(51)
    many = Comparisons(np.repeat(one.scores, 4), np.repeat(one.one, 4), np.repeat(one.other, 4))
    with pytest.raises(InputError, match=r"\(1275\)"):
        calibrate(many, 0.001)


@pytest.mark.parametrize(
    "impostor", [impostors(12), impostors(100, draw=lambda _, n: np.zeros(n))], ids=["few comparisons", "one score"]
)
def test_scores_without_a_tail_are_refused(impostor):
    with pytest.raises(InputError, match="too few or too much alike"):
        calibrate(impostor, 0.1)
