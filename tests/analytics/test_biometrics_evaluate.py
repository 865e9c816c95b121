"""Groups, attacks, attributes, and the whole dossier of a made-up set."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from galleria.analytics.biometrics.attack import attack_rates, needed
from galleria.analytics.biometrics.attributes import age_rates, band_names, confusion, folds, held_out, line
from galleria.analytics.biometrics.comparisons import compared
from galleria.analytics.biometrics.evaluate import evaluate
from galleria.analytics.biometrics.groups import group_rates, grouped, needed_by
from galleria.analytics.biometrics.samples import Ages, Attacks, Labels, Samples, Terms
from galleria.domain.accuracy import Method
from galleria.domain.dossier import ModelMark
from galleria.domain.errors import InputError

MODEL = ModelMark("a-network", "0123456789abcdef" * 4, "a-space")
TERMS = Terms(MODEL, "made up", 0.01, 1_780_000_000.0, "galleria 0")


def made(sizes=(("large", 40), ("small", 6)), seed=0, d=24, alike=0.9):
    """Two pictures of each subject; those of the group `small` look alike."""
    rng = np.random.default_rng(seed)
    names = [name for name, count in sizes for _ in range(count)]
    shared = {name: rng.normal(size=d) * (alike if name == "small" else 0) for name, _ in sizes}
    centres = np.array([rng.normal(size=d) + shared[name] for name in names])
    rows = np.concatenate([centres + 0.5 * rng.normal(size=centres.shape) for _ in range(2)])
    subjects = [f"s{n:03}" for n in range(len(names))] * 2
    enrolled = np.arange(len(rows)) < len(names)
    conditions = ["calm"] * len(names) + ["smiling"] * len(names)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return Samples(rows, subjects, conditions, enrolled, {"background": names * 2})


def test_a_group_is_measured_within_itself():
    samples = made()
    comparisons = compared(samples)
    group = next(group for group in grouped(samples) if group[1] == "small")
    found = group_rates(group, comparisons, target=0.01, common=0.4, threshold=0.5, seed=0)
    small = {n for n in range(46) if samples.attributes["background"][n] == "small"}
    inside = [
        score
        for score, one, other in zip(comparisons.scores, comparisons.one, comparisons.other, strict=True)
        if one != other and one in small and other in small
    ]
    assert (found.fmr.trials, found.fmr.events) == (30, sum(score >= 0.5 for score in inside))
    assert found.fmr_common.events == sum(score >= 0.4 for score in inside) > 0
    assert found.quantiles[-1] == max(inside)
    assert max(inside) < found.threshold <= max(inside) + 1e-4
    assert (found.subjects, found.small, found.supported) == (6, True, False)
    assert found.fnmr.trials == 6


def test_a_group_too_small_for_a_rate_still_raises_the_threshold():
    dossier = evaluate(made(), TERMS)
    assert dossier.worst.name == "small"
    assert dossier.threshold == dossier.worst.threshold > dossier.verification.common
    assert dossier.worst.fmr.events == 0
    assert dossier.worst.fmr_common.events > 0
    assert dossier.verification.fnmr.value >= dossier.verification.fnmr_common.value
    assert any("small (background, 6)" in note for note in dossier.notes)


def test_who_said_nothing_is_in_no_group_and_who_said_two_things_is_refused():
    samples = made()
    silent = replace(samples, attributes={"background": ["", *samples.attributes["background"][1:46], ""][:46] * 2})
    assert sum(int(members.sum()) for _, _, members in grouped(silent)) == 45
    torn = list(samples.attributes["background"])
    torn[0] = "small"
    with pytest.raises(InputError, match="both 'small' and 'large'"):
        grouped(replace(samples, attributes={"background": torn}))


def test_a_group_of_one_needs_nothing():
    samples = made((("large", 30), ("small", 1)))
    needs = needed_by(grouped(samples), compared(samples).impostor, 0.01)
    assert set(needs) == {("background", "large")}
    alone = next(g for g in evaluate(samples, TERMS).groups if g.name == "small")
    assert (alone.threshold, alone.fmr, alone.quantiles, alone.supported) == (None, None, (), False)
    assert alone.fnmr.trials == 1


def test_a_threshold_that_somebody_chose_is_taken():
    dossier = evaluate(made(), replace(TERMS, threshold=0.3))
    assert (dossier.threshold, dossier.chosen) == (0.3, True)
    assert any("the target is missed within" in note and "small" in note for note in dossier.notes)


def test_attacks_by_hand():
    found = attack_rates(
        Attacks(np.array([0.9, 0.4, 0.5]), {"replay": np.array([0.1, 0.6]), "print": np.array([0.2] * 5)}, 0.5)
    )
    assert [(s.species, s.apcer.events, s.apcer.trials) for s in found.species] == [("print", 0, 5), ("replay", 1, 2)]
    assert found.apcer == found.species[1].apcer
    assert (found.bpcer.events, found.bpcer.trials, found.bpcer.method) == (1, 3, Method.WILSON)
    assert found.species[0].apcer.high == pytest.approx(0.4345, abs=1e-4)  # five prints prove very little
    assert found.needed == needed(0.05) == 59
    assert 0.95**59 <= 0.05 < 0.95**58


@pytest.mark.parametrize("attacks", [{}, {"print": np.array([])}])
def test_no_attack_is_no_result(attacks):
    with pytest.raises(InputError, match="none of a species"):
        Attacks(np.array([1.0]), attacks, 0.5)


@given(st.lists(st.tuples(st.floats(18, 80), st.floats(10, 90)), min_size=3, max_size=20))
def test_the_line_is_the_one_with_the_least_squares(rows):
    true, told = np.array(rows).T
    slope, intercept = line(true, told)
    error = float(np.sum((slope * told + intercept - true) ** 2))
    for other in (
        (slope + 0.01, intercept),
        (slope - 0.01, intercept),
        (slope, intercept + 0.5),
        (slope, intercept - 0.5),
    ):
        assert error <= np.sum((other[0] * told + other[1] - true) ** 2) + 1e-6


def test_an_age_is_calibrated_by_other_subjects_only():
    rng = np.random.default_rng(0)
    true = rng.integers(18, 70, 20).astype(float)
    told, parts = true + rng.normal(size=20) * 5, folds(20, 1)
    before = held_out(true, told, parts)
    for n in range(20):
        changed = true.copy()
        changed[n] = 500
        after = held_out(changed, told, parts)
        same = parts == parts[n]
        assert np.array_equal(after[same], before[same])
        assert not np.allclose(after[~same], before[~same])
    assert sorted(np.bincount(parts)) == [4] * 5


def test_ages_that_a_line_makes_right_are_right_when_held_out():
    true = np.arange(20.0, 60.0)
    ages = Ages(true, 0.5 * true + 20, [f"s{n}" for n in range(40)])
    found = age_rates(ages, 0)
    assert (found.slope, found.intercept) == pytest.approx((2, -40))
    assert found.mae.value == pytest.approx(0, abs=1e-9)
    assert found.raw.value == pytest.approx(np.mean(np.abs(20 - 0.5 * true)))
    assert (found.span, found.folds, found.subjects) == ((20, 59), 5, 40)
    assert sum(map(sum, found.bands.counts)) == 40


def test_figures_of_held_out_ages_are_worse_than_those_of_a_line_that_saw_them():
    rng = np.random.default_rng(3)
    true = rng.uniform(18, 60, 12)
    told = true + rng.normal(size=12) * 12
    slope, intercept = line(true, told)
    seen = np.mean(np.abs(slope * told + intercept - true))
    assert age_rates(Ages(true, told, [f"s{n:02}" for n in range(12)]), 0).mae.value > seen


@pytest.mark.parametrize(
    ("true", "told", "problem"),
    [
        (np.arange(9.0), np.arange(9.0), "9 subjects"),
        (np.arange(12.0), -np.arange(12.0), "do not rise"),
        (np.full(12, np.nan), np.arange(12.0), "not a number"),
        (np.arange(12.0), np.arange(3.0), "12, 3, 12"),
    ],
)
def test_ages_that_say_nothing_are_refused(true, told, problem):
    with pytest.raises(InputError, match=problem):
        age_rates(Ages(true, told, [f"s{n:02}" for n in range(len(true))]), 0)


def test_bands_hold_their_first_year():
    assert band_names((18, 25, 65)) == ["< 18", "18–24", "25–64", "65+"]
    years = np.array([17.9, 18, 24.99, 25, 64.5, 65, 80, 30, 40, 50])
    found = age_rates(Ages(years, years, [f"s{n}" for n in range(10)], (18, 25, 65)), 0)
    assert [row[n] for n, row in enumerate(found.bands.counts)] == [1, 2, 5, 2]


def test_a_table_of_confusion_by_hand():
    labels = Labels("expression", ["a", "a", "b", "b"], ["a", "b", "b", "c"], ["1", "2", "1", "2"])
    found = confusion(labels, 0)
    assert found.labels == ("a", "b", "c")
    assert found.counts == ((1, 1, 0), (0, 1, 1), (0, 0, 0))
    assert (found.right.events, found.right.trials) == (2, 4)


def test_a_dossier_says_what_it_is_of_until_when_and_what_it_does_not_prove():
    dossier = evaluate(made(), TERMS)
    assert (dossier.model, dossier.target, dossier.set.subjects, dossier.set.samples) == (MODEL, 0.01, 46, 92)
    assert dossier.set.conditions == {"calm": 46, "smiling": 46}
    assert dossier.ends == dossier.made + 365 * 86400
    told = " ".join(dossier.notes)
    for words in ("not independent", "at best (1035 pairs", "presentation attack", "site's own footage"):
        assert words in told
    assert evaluate(made(), TERMS).digest == dossier.digest
    assert evaluate(made(), replace(TERMS, seed=1)).digest != dossier.digest
    assert "s001" not in repr(dossier)


def test_a_dossier_objects_to_another_model_another_threshold_and_another_time():
    dossier = evaluate(made(), TERMS)
    now = dossier.made + 1
    assert dossier.objection(MODEL, dossier.threshold, now) == ""
    assert dossier.objection(MODEL, dossier.threshold, dossier.ends) == "the dossier is out of date"
    assert "future" in dossier.objection(MODEL, dossier.threshold, dossier.made - 1)
    assert "not 0.2" in dossier.objection(MODEL, 0.2, now)
    for other in ({"id": "b"}, {"sha256": "f" * 64}, {"space": "b"}):
        assert "another model" in dossier.objection(replace(MODEL, **other), dossier.threshold, now)


def test_a_set_that_cannot_show_the_target_gets_no_dossier():
    with pytest.raises(InputError, match="cannot be shown with 46 subjects") as raised:
        evaluate(made(), replace(TERMS, target=0.001))
    assert "at least 78 subjects" in raised.value.remedy


@pytest.mark.parametrize("enrolled", [np.zeros(92, bool), np.ones(92, bool)], ids=["no gallery", "no probe"])
def test_a_set_that_allows_no_comparison_is_refused(enrolled):
    with pytest.raises(InputError, match="no two different subjects are compared"):
        evaluate(replace(made(), enrolled=enrolled), TERMS)


@pytest.mark.parametrize("name", ["x" * 41, "a\nb"])
def test_names_that_cannot_be_shown_are_refused(name):
    samples = made()
    with pytest.raises(InputError, match="too long or not printable"):
        evaluate(replace(samples, attributes={"background": [name] * 92}), TERMS)


@pytest.mark.parametrize("target", [0.0, 1.0, -1.0, float("nan")])
def test_a_target_is_a_rate(target):
    with pytest.raises(InputError, match="target false-match rate"):
        replace(TERMS, target=target)
