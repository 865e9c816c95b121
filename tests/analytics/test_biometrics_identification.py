"""Searches against every gallery that there is."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from galleria.analytics.biometrics.identification import Searches, extrapolated, fnir, fpir, identify, searched
from galleria.analytics.biometrics.samples import Samples
from galleria.domain.accuracy import Method, Rate

NONE = Rate(0, 100, 100, 0.0, 0.03, Method.THREE)


def unit(rows):
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@st.composite
def searches(draw):
    subjects, probes = draw(st.integers(3, 6)), draw(st.integers(1, 5))
    best = np.array(draw(st.lists(st.integers(0, 6), min_size=subjects * probes, max_size=subjects * probes))) / 6
    own = np.array(draw(st.lists(st.integers(0, subjects - 1), min_size=probes, max_size=probes)))
    return Searches(best.reshape(probes, subjects), own)


@settings(max_examples=60)
@given(searches(), st.integers(0, 7).map(lambda n: n / 6))
def test_rates_are_means_over_every_gallery_of_a_size(found, threshold):
    subjects = found.best.shape[1]
    for size in range(1, subjects):
        for probe, (row, own) in enumerate(zip(found.best, found.own, strict=True)):
            others = [n for n in range(subjects) if n != own]
            without = list(itertools.combinations(others, size))
            hits = sum(any(row[n] >= threshold for n in gallery) for gallery in without)
            assert fpir(found, size, threshold)[probe] == pytest.approx(hits / len(without))
            beside = list(itertools.combinations(others, size - 1))
            failed = sum(row[own] < threshold or any(row[n] >= row[own] for n in gallery) for gallery in beside)
            assert fnir(found, size, threshold)[probe] == pytest.approx(failed / len(beside))


@given(st.lists(st.sampled_from("abcde"), min_size=3, max_size=10), st.booleans())
def test_each_probe_is_searched_among_all_but_itself(names, crossed):
    rows = unit(np.random.default_rng(0).normal(size=(len(names), 4)))
    enrolled = np.arange(len(names)) % 2 == 0 if crossed else None
    found = searched(Samples(rows, names, enrolled=enrolled))
    probes = [n for n in range(len(names)) if not crossed or n % 2]
    gallery = [n for n in range(len(names)) if not crossed or n % 2 == 0]
    known = sorted(set(names))
    assert found.best.shape == (len(probes), len(known))
    for row, probe in zip(found.best, probes, strict=True):
        for column, name in enumerate(known):
            candidates = [rows[probe] @ rows[n] for n in gallery if names[n] == name and n != probe]
            assert row[column] == pytest.approx(max(candidates, default=-np.inf))


def test_the_closed_set_by_hand():
    best = np.array([[0.9, 0.1, 0.2], [0.5, 0.4, 0.3], [0.1, 0.2, 0.2]])
    found = identify(Searches(best, np.array([0, 1, 2])), 0.35, NONE, 0)
    # Right at once; behind one; equal to another, which counts against it.
    assert found.cmc == pytest.approx((1 / 3, 1, 1))
    assert (found.rank_one.events, found.rank_one.trials) == (1, 3)
    assert [gallery.size for gallery in found.galleries] == [10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000]
    assert all(gallery.extrapolated for gallery in found.galleries)


def test_sizes_that_the_set_can_fill_are_seen_and_others_computed():
    rng = np.random.default_rng(1)
    best = rng.random((60, 60)) * 0.9
    best[np.arange(60), np.arange(60)] = 0.95
    found = identify(Searches(best, np.arange(60)), 0.8, Rate(5, 100, 100, 0.01, 0.1, Method.WILSON), 0)
    assert [(g.size, g.extrapolated) for g in found.galleries[:4]] == [
        (10, False),
        (25, False),
        (50, False),
        (100, True),
    ]
    seen = found.galleries[0]
    assert seen.fpir.low < seen.fpir.value < seen.fpir.high
    assert (seen.fnir.value, seen.fnir.high, seen.fnir.method) == (0, 3 / 60, Method.THREE)
    rates = [g.fpir.value for g in found.galleries[:3]]
    assert rates == sorted(rates)


def test_what_is_computed_is_the_chance_of_at_least_one():
    found = extrapolated(10, Rate(1, 2, 2, 0.1, 0.6, Method.WILSON))
    assert found.fpir.value == pytest.approx(1 - 0.5**10)
    assert (found.fpir.low, found.fpir.high) == pytest.approx((1 - 0.9**10, 1 - 0.4**10))
    assert (found.fnir, found.fpir.method) == (None, Method.BOUNDS)


def test_without_a_mate_there_is_nothing_to_identify():
    lonely = Samples(unit(np.random.default_rng(0).normal(size=(4, 3))), list("abcd"))
    assert identify(searched(lonely), 0.5, NONE, 0) is None
