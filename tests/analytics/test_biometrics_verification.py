"""Comparisons and the error rates of verification, against loops over every pair and closed forms."""

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from galleria.analytics.biometrics.comparisons import Comparisons, across, compared, within
from galleria.analytics.biometrics.samples import Samples, numbered
from galleria.analytics.biometrics.verification import (
    STEPS,
    curve,
    det,
    eer,
    fmr,
    fnmr,
    histogram,
    threshold_at,
    verify,
)
from galleria.domain.errors import InputError

# Few different values, so that ties are the rule.
scores = st.lists(st.integers(-8, 8).map(lambda n: n / 8), min_size=1, max_size=30).map(np.array)


def unit(rows):
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def templates(n, seed=0, d=5):
    return unit(np.random.default_rng(seed).normal(size=(n, d))).astype(np.float32)


def as_set(comparisons):
    rows = zip(comparisons.scores.round(9), comparisons.one, comparisons.other, strict=True)
    return sorted((s, *sorted((int(a), int(b)))) for s, a, b in rows)


@given(st.lists(st.sampled_from("abcd"), min_size=2, max_size=12))
def test_all_pairs_of_a_set_are_compared_once(names):
    rows, subjects = templates(len(names)), numbered(names)
    made = within(rows, subjects)
    pairs = [(i, j) for i in range(len(names)) for j in range(i)]
    double = rows.astype(float)
    expected = [
        (round(float(double[i] @ double[j]), 9), *sorted((int(subjects[i]), int(subjects[j])))) for i, j in pairs
    ]
    assert as_set(made) == sorted(expected)
    assert len(made.genuine) == sum(names[i] == names[j] for i, j in pairs)
    assert made.pairs == len({tuple(sorted((names[i], names[j]))) for i, j in pairs})
    assert made.impostor.pairs == math.comb(len(set(names)), 2)


@given(
    st.lists(st.sampled_from("abc"), min_size=1, max_size=6), st.lists(st.sampled_from("abc"), min_size=1, max_size=6)
)
def test_every_enrolled_sample_is_compared_with_every_probe(gallery, probes):
    names = [*gallery, *probes]
    rows, subjects, cut = templates(len(names)), numbered(names), len(gallery)
    enrolled = np.arange(len(names)) < cut
    made = compared(Samples(rows, names, enrolled=enrolled))
    same = across(rows[:cut], subjects[:cut], rows[cut:], subjects[cut:])
    assert as_set(made) == as_set(same)
    assert len(made) == len(gallery) * len(probes)
    assert len(made.genuine) == sum(a == b for a in gallery for b in probes)


@given(scores, scores)
def test_rates_are_shares_of_decisions(genuine, impostor):
    for t in {*genuine, *impostor, -2.0, 2.0}:
        assert fmr(impostor, t) == sum(s >= t for s in impostor) / len(impostor)
        assert fnmr(genuine, t) == sum(s < t for s in genuine) / len(genuine)


@given(scores, scores)
def test_the_curve_has_a_point_at_every_score(genuine, impostor):
    thresholds, false, missed = det(genuine, impostor)
    assert list(thresholds) == [*sorted({*genuine, *impostor}), math.inf]
    assert [fmr(impostor, t) for t in thresholds] == pytest.approx(list(false))
    assert [fnmr(genuine, t) for t in thresholds] == pytest.approx(list(missed))
    assert (false[0], missed[-1]) == (1, 1)
    kept = curve(genuine, impostor)
    assert {*zip(kept.fmr, kept.fnmr, strict=True)} <= {*zip(false.tolist(), missed.tolist(), strict=True)}
    assert (kept.fmr[0], kept.fnmr[-1], kept.fmr[-1]) == (1, 1, 0)


@given(scores, scores)
def test_the_equal_error_rate_lies_between_the_points_beside_the_diagonal(genuine, impostor):
    _, false, missed = det(genuine, impostor)
    value = eer(genuine, impostor)
    n = next(n for n in range(len(false)) if missed[n] >= false[n])
    ends = (false[max(n - 1, 0)], missed[max(n - 1, 0)], false[n], missed[n])
    assert min(ends) - 1e-12 <= value <= max(ends) + 1e-12
    if missed[n] == false[n]:
        assert value == pytest.approx(false[n])
    # Worse recognition: whoever swaps genuine and impostor scores errs the rest of the time.
    assert eer(-impostor, -genuine) == pytest.approx(value)


@pytest.mark.parametrize("apart", [0.5, 1.5, 3.0])
def test_the_equal_error_rate_of_two_normal_distributions_is_known(apart):
    exact = NormalDist().cdf(-apart / 2)
    shares = (np.arange(20_000) + 0.5) / 20_000
    normal = np.array([NormalDist().inv_cdf(share) for share in shares])
    assert eer(normal + apart, normal) == pytest.approx(exact, abs=2e-4)
    at = threshold_at(normal, 0.01)
    assert fnmr(normal + apart, at) == pytest.approx(NormalDist().cdf(NormalDist().inv_cdf(0.99) - apart), abs=1e-3)


@given(arrays.arrays(np.float64, st.integers(1, 40), elements=st.floats(-1, 1)), st.floats(0.001, 0.999))
def test_a_threshold_is_the_lowest_step_that_keeps_the_target(impostor, target):
    t = threshold_at(impostor, target)
    assert t == round(t * STEPS) / STEPS
    assert fmr(impostor, t) <= target + 1e-9
    lower = round(t * STEPS - 1) / STEPS
    assert fmr(impostor, lower) > target - 1e-9 or lower < impostor.min() - 1 / STEPS


def test_a_threshold_lies_above_scores_that_it_must_reject_even_on_a_step():
    assert threshold_at(np.array([0.5, 0.5, 0.25, 0.1]), 0.25) == 0.5001
    assert threshold_at(np.array([0.5, 0.5, 0.25, 0.1]), 0.5) == 0.2501


def noisy(subjects, seed, noise=1.0, d=24):
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(subjects, d))
    rows = unit(np.concatenate([centres + noise * rng.normal(size=(subjects, d)) for _ in range(2)]))
    return Samples(rows, [f"s{n:03}" for n in range(subjects)] * 2)


def test_the_figures_of_a_set_are_what_loops_find_and_do_not_depend_on_its_order():
    samples = noisy(30, 1)
    comparisons = compared(samples)
    genuine, impostor = comparisons.genuine.scores, comparisons.impostor.scores
    target = 0.02
    common = threshold_at(impostor, target)
    found = verify(comparisons, target, common, common + 0.05, 0)
    assert found.fmr_common.events == sum(s >= common for s in impostor)
    assert found.fnmr.value == sum(s < common + 0.05 for s in genuine) / len(genuine)
    assert found.fnmr_at_target.value == pytest.approx(fnmr(genuine, common))
    assert found.eer.value == pytest.approx(eer(genuine, impostor))
    assert found.strict == 3 / 15
    assert sum(found.genuine.counts) == 30
    assert sum(found.impostor.counts) == len(impostor) == 30 * 29 * 2
    order = np.random.default_rng(2).permutation(60)
    mixed = Samples(samples.templates[order], [samples.subjects[n] for n in order])
    again = verify(compared(mixed), target, common, common + 0.05, 0)
    assert again.fmr == found.fmr
    assert again.eer.low == pytest.approx(found.eer.low)
    assert again.fnmr_at_target.high == pytest.approx(found.fnmr_at_target.high)


def test_usual_operating_points_are_what_loops_find_and_say_what_the_set_can_show():
    comparisons = compared(noisy(30, 1))
    genuine, impostor = comparisons.genuine.scores, comparisons.impostor.scores
    found = verify(comparisons, 0.02, 0.5, 0.5, 0)
    assert [point.rate for point in found.points] == [1e-2, 1e-3]  # of 1740 comparisons 1e-4 would be none
    for point in found.points:
        accepted = sorted(impostor)[len(impostor) - int(point.rate * len(impostor)) :]
        assert (point.fmr.events, point.fmr.trials) == (len(accepted), 1740)
        assert point.threshold == threshold_at(impostor, point.rate)
        least = sorted(impostor)[-len(accepted) - 1]  # the highest that is rejected
        assert point.fnmr.value == sum(score <= least for score in genuine) / 30
        assert point.fnmr.low < point.fnmr.value < point.fnmr.high
        assert point.fmr.low < point.fmr.value < point.fmr.high
        assert (point.fmr_best, point.fnmr_best) == (3 / (30 * 29 / 2), 3 / 30)
    assert [point.shown for point in found.points] == [True, False]
    assert found.points[0].fnmr.value <= found.points[1].fnmr.value


def test_a_flawless_estimate_is_no_better_than_what_the_subjects_can_show():
    found = verify(compared(noisy(20, 3, noise=0.01)), 0.05, 0.9, 0.9, 0)
    assert [(point.fnmr.value, point.fnmr.high) for point in found.points] == [(0, 3 / 20)]


def test_the_smallest_rate_is_told_as_soon_as_one_comparison_decides_it():
    rows = noisy(60, 5)
    assert [point.rate for point in verify(compared(rows), 0.02, 0.5, 0.5, 0).points] == [1e-2, 1e-3]
    more = noisy(72, 5)  # 144 pictures: 10 296 comparisons, 72 of them genuine
    assert verify(compared(more), 0.02, 0.5, 0.5, 0).points[-1].rate == 1e-4


def test_without_an_error_the_bound_is_that_of_the_subjects_not_of_the_comparisons():
    comparisons = compared(noisy(20, 3, noise=0.01))
    found = verify(comparisons, 0.05, threshold_at(comparisons.impostor.scores, 0.05), 0.9, 0)
    assert (found.fnmr.events, found.fnmr.independent, found.fnmr.high) == (0, 20, 3 / 20)
    assert (found.fmr.events, found.fmr.trials) == (0, 760)
    assert (found.fmr.independent, found.fmr.high) == (190, 3 / 190)
    assert (found.eer.value, found.eer.high) == (0, 3 / 20)


def test_a_set_without_genuine_comparisons_is_refused():
    lonely = compared(Samples(templates(4), list("abcd")))
    with pytest.raises(InputError, match="0 genuine and 6 impostor"):
        verify(lonely, 0.1, 0.5, 0.5, 0)


def test_a_histogram_holds_both_of_its_ends():
    assert histogram(np.array([0.0, 0.1, 1.0]), np.array([0.0, 0.5, 1.0])).counts == (2, 1)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"subjects": ["a"]}, "1 subjects"),
        ({"conditions": ["x"] * 3}, "3 conditions"),
        ({"attributes": {"band": ["x"]}}, "1 band"),
        ({"enrolled": np.ones(5, bool)}, "5 enrolled"),
        ({"templates": templates(2) * 2}, "2 templates are not of length 1"),
        ({"templates": np.full((2, 3), np.nan)}, "2 templates are not of length 1"),
    ],
)
def test_samples_that_do_not_belong_together_are_refused(change, problem):
    with pytest.raises(InputError, match=problem):
        Samples(**{"templates": templates(2), "subjects": ["a", "b"]} | change)


def test_templates_and_scores_are_not_shown():
    samples = noisy(3, 0)
    assert str(samples.templates[0, 0])[:6] not in repr(samples)
    assert "scores" not in repr(Comparisons(np.array([0.123456]), np.array([0]), np.array([1])))
