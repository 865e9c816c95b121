"""Search gives what comparing with everybody gives, whatever was added and deleted before."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_faces import another_shot, directions

from galleria.domain.errors import InputError
from galleria.identity import blocks, search
from galleria.identity.best import Best
from galleria.identity.blocks import Grid, Worst, rounded, slack
from galleria.identity.labels import halves, random_label, written
from galleria.identity.products import product, products
from galleria.identity.search import Index


def label_of(number):
    return f"{number * 0x9E3779B97F4A7C15 % 2**128:032x}"


def brute(entries, probe, k):
    """By label the best float64 score; best first, equal scores by label."""
    best = {}
    for label, values in entries:
        score = math.fsum(values.astype(np.float64) * probe)
        best[label] = max(best.get(label, -2.0), score)
    return sorted(best.items(), key=lambda item: (-item[1], item[0]))[:k]


def assert_same(found, expected):
    """The same labels in the same order; scores as exact as a sum in float64 is."""
    assert [near.label for near in found] == [label for label, _ in expected]
    assert [near.score for near in found] == pytest.approx([score for _, score in expected], rel=0, abs=1e-14)


@pytest.fixture
def small_blocks(monkeypatch):
    """Blocks so small that a few templates fill several."""
    for module in (blocks, search):
        monkeypatch.setattr(module, "ROWS", 256)
    monkeypatch.setattr(blocks, "LOOSE", 64)
    monkeypatch.setattr(search, "_SCORES", 4 * 256)
    monkeypatch.setattr(search, "_AT_ONCE", 3)


@pytest.mark.parametrize("count", [1, 255, 256, 300, 4095, 4096, 4500, 20_000])
@pytest.mark.parametrize("k", [1, 5])
def test_the_nearest_of_many(count, k):
    values, labels = directions(count), [label_of(n) for n in range(count)]
    index = Index(128)
    index.add(labels, values)
    probes = np.concatenate((another_shot(values[:20], 0.05), directions(20, seed=9)))
    wide = values.astype(np.float64)
    for probe, found in zip(probes, index.search(probes, k), strict=True):
        scores = (wide * probe).sum(axis=1)
        expected = np.argsort(-scores, kind="stable")[:k]
        assert_same(found, [(labels[n], scores[n]) for n in expected])
        assert found == index.search(probe[None], k)[0]  # alone as among others


# A few directions, some of them equal, some along one axis (the hardest to round), so that ties come up often.
DIRECTIONS = np.concatenate((directions(12, 16), np.eye(16, dtype=np.float32)[:4], -np.eye(16, dtype=np.float32)[:2]))
numbers = st.integers(0, 40)
steps_taken = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.lists(st.tuples(numbers, st.integers(0, len(DIRECTIONS) - 1)), max_size=90)),
        st.tuples(st.just("delete"), st.lists(numbers, max_size=12)),
        st.tuples(st.just("search"), st.integers(0, len(DIRECTIONS) - 1)),
    ),
    max_size=14,
)


@settings(max_examples=120, deadline=None)
@given(steps_taken, st.integers(1, 6))
def test_whatever_was_added_and_deleted(taken, k):
    patch = pytest.MonkeyPatch()
    with patch.context() as m:
        for module in (blocks, search):
            m.setattr(module, "ROWS", 256)
            m.setattr(module, "LOOSE", 16)
        m.setattr(search, "_UNSETTLED", 40)
        index, entries = Index(16, per_label=4), []
        for what, given_ in [*taken, ("search", 0), ("search", 13)]:
            if what == "add":
                new = []
                for number, at in given_:
                    if sum(label == label_of(number) for label, _ in entries + new) < 4:
                        new.append((label_of(number), DIRECTIONS[at]))
                if new:
                    index.add([label for label, _ in new], np.stack([values for _, values in new]))
                    entries += new
            elif what == "delete":
                gone = {label_of(number) for number in given_}
                assert index.delete(sorted(gone)) == sum(label in gone for label, _ in entries)
                entries = [entry for entry in entries if entry[0] not in gone]
            else:
                probes = DIRECTIONS[[given_, 3]]
                for probe, found in zip(probes, index.search(probes, k), strict=True):
                    assert_same(found, brute(entries, probe, k))
            assert len(index) == len(entries)


def test_many_blocks_with_holes(small_blocks):
    values, labels = directions(3000), [label_of(n) for n in range(3000)]
    index = Index(128)
    index.add(labels, values)
    index.search(values[:1])
    rng = np.random.default_rng(3)
    alive = set(range(3000))
    for _ in range(12):
        gone = rng.choice(sorted(alive), 180, replace=False).tolist()
        assert index.delete([labels[n] for n in gone]) == 180
        alive -= set(gone)
        left = sorted(alive)
        probes = another_shot(values[rng.choice(3000, 7)], 0.2)
        scores = values[left].astype(np.float64) @ probes.T.astype(np.float64)
        found = index.search(probes)
        assert [near[0].label for near in found] == [labels[left[n]] for n in scores.argmax(axis=0)]
    assert np.array_equal(index.of(labels[left[5]]), values[left[5]][None])
    assert index.delete(labels) == len(alive)
    assert index.search(values[:2]) == [[], []]


def test_equal_templates_go_by_label_and_take_bounded_memory(monkeypatch):
    monkeypatch.setattr(search, "_UNSETTLED", 1000)
    values = np.repeat(directions(1), 9000, axis=0)
    labels = [random_label() for _ in range(9000)]
    index = Index(128)
    index.add(labels, values)
    assert [near.label for near in index.search(values[:1], 3)[0]] == sorted(labels)[:3]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([2, 16, 128, 512]), st.floats(0, 3))
def test_scores_of_rounded_templates_are_no_further_off_than_said(seed, dimensions, peak):
    values = directions(40, dimensions, seed)
    values[:, 0] += np.float32(peak)  # also such with one large value
    values /= np.linalg.norm(values, axis=1, keepdims=True)
    probes = directions(8, dimensions, seed + 1)
    centre = values.mean(axis=0)
    rest, steps = values - centre, 127 / np.abs(probes).max(axis=1, keepdims=True)
    grain = np.float32(127) / np.abs(rest).max()
    whole, _ = rounded(rest, grain)
    asked, asked_rest = rounded(probes, steps)
    about = asked.astype(np.float64) @ whole.T.astype(np.float64) / (steps.astype(np.float64) * grain)
    about += (probes.astype(np.float64) @ centre)[:, None]
    exact = probes.astype(np.float64) @ values.T.astype(np.float64)
    grid = Grid.around(centre, grain)
    direction = centre / grid.length
    along = float(np.abs((rest - whole / grain) @ direction).max())
    away = np.linalg.norm(rest - whole / grain, axis=1).max()
    asked_away = np.linalg.norm(asked_rest, axis=1) / steps.ravel()
    worst = Worst(float(away), along, float(np.linalg.norm(rest, axis=1).max()))
    assert np.all(np.abs(about - exact) <= slack(worst, probes @ direction, asked_away)[:, None])


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([1, 2, 16, 100, 128, 512]), st.integers(1, 300))
def test_an_exact_score_is_a_sum_in_float64_and_the_same_whoever_else_is_compared(seed, dimensions, count):
    values, probe = directions(count, dimensions, seed), directions(1, dimensions, seed + 1)[0]
    scores = products(probe, values)
    expected = [math.fsum(row.astype(np.float64) * probe) for row in values]
    assert scores.tolist() == pytest.approx(expected, rel=0, abs=1e-14)
    for n in {0, count // 2, count - 1}:
        assert products(probe, values[n : n + 1]).tolist() == products(values[n], probe[None]).tolist() == [scores[n]]
        assert product(probe, values[n]) == scores[n]


def test_deleted_templates_are_nowhere_in_its_memory(small_blocks):
    values, labels = directions(900), [label_of(n) for n in range(900)]
    index = Index(128)
    index.add(labels, values)
    index.search(values[:1])
    packed_before = [block._whole.copy() for block in index._blocks]
    whole = packed_before[0]
    index.delete(labels[100:140])
    kept = index._values.tobytes()
    assert not any(values[n].tobytes() in kept for n in range(100, 140))
    assert values[99].tobytes() in kept
    rounded_ones = [row.tobytes() for row in whole[100:140]]
    assert any(rounded_ones[0] in block.tobytes() for block in packed_before)
    assert not any(one in block._whole.tobytes() for block in index._blocks for one in rounded_ones)
    assert index._blocks[0].packed is None


def test_a_gallery_that_shrinks_is_not_packed_anew_each_time(small_blocks, monkeypatch):
    labels = [label_of(n) for n in range(2000)]
    index = Index(128)
    index.add(labels, directions(2000))
    index.search(directions(1))
    packed = []
    pack = blocks.numkong.dots_pack
    monkeypatch.setattr(blocks.numkong, "dots_pack", lambda rows: packed.append(len(rows)) or pack(rows))
    for n in range(1999, 1979, -1):
        index.delete([labels[n]])
        index.search(directions(1))
    assert sum(packed) <= 20 * 256  # only the block that lost one
    index.delete(labels[10:11])
    packed.clear()
    index.search(directions(1))
    assert len(packed) <= 2


def test_few_are_compared_exactly_even_where_all_lean_one_way():
    """Templates of real networks lie close together: strangers score 0.85."""
    values, far = directions(20_000), 2.4 * directions(1, seed=77)
    values, probes = values + far, another_shot(values[:50], 0.2) + far
    values, probes = (v / np.linalg.norm(v, axis=1, keepdims=True) for v in (values, probes))
    index = Index(128)
    index.add([label_of(n) for n in range(20_000)], values)
    scores = values.astype(np.float64) @ probes.T.astype(np.float64)
    assert 0.8 < np.median(scores) < 0.9
    assert [near[0].score for near in index.search(probes)] == pytest.approx(scores.max(axis=0).tolist(), abs=1e-12)
    assert sum(map(len, index._within_reach(probes[:32], 1))) / 32 < 200


@pytest.mark.parametrize("wrong", [np.ones((1, 128)), np.full((1, 128), np.nan), np.zeros((1, 128)), np.ones((1, 4))])
def test_what_is_no_template_is_refused_and_changes_nothing(wrong):
    index = Index(128)
    index.add([label_of(1)], directions(1))
    for refused in (lambda: index.add([label_of(2)], wrong.astype(np.float32)), lambda: index.search(wrong)):
        with pytest.raises(InputError):
            refused()
    assert len(index) == 1


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=3000), st.integers(1, 3), st.integers(0, 20), st.data())
def test_all_that_can_be_among_the_best_are_kept_however_many_are_looked_at_in_one_go(scores, most, margin, data):
    scores, best = np.array(scores, np.int32), Best(most, margin)
    edges = sorted({0, len(scores), *data.draw(st.lists(st.integers(0, len(scores)), max_size=4))})
    for first, end in pairwise(edges):
        best.look(scores[first:end], first)
    rows = best.left()
    least = np.sort(scores)[-most:][0] - margin
    assert set(np.flatnonzero(scores >= least)) <= set(rows)
    assert np.all(np.diff(rows) > 0)
    if len(scores) < 1000:
        assert len(scores) <= most or np.all(scores[rows] >= least)


def test_the_one_that_comes_alone_finds_what_was_added_after_packing():
    values, labels = directions(3000), [label_of(n) for n in range(3000)]
    index = Index(128)
    index.add(labels[:2900], values[:2900])
    index.search(values[:1])
    index.add(labels[2900:], values[2900:])
    index.delete(labels[5:9])
    for n in (0, 4, 9, 2899, 2900, 2999):
        assert index.search(values[n : n + 1])[0][0].label == labels[n]
    for n in (5, 8):
        assert index.search(values[n : n + 1])[0][0].label != labels[n]


def test_labels_are_random_and_survive_being_numbers():
    labels = [random_label() for _ in range(100)]
    assert len(set(labels)) == 100
    assert written(halves(labels)) == labels
    for wrong in ("abc", "g" * 32, " " * 2 + "0" * 30):
        with pytest.raises(ValueError, match=r"label|hex"):
            halves([wrong])


def test_scores_are_not_shown():
    index = Index(128)
    index.add([label_of(1)], directions(1))
    (near,) = index.search(directions(1))[0]
    assert "score" not in repr(near)
