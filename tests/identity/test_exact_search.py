"""Search gives what comparing with everybody gives, whatever was added and deleted before."""

import math
import os
import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_faces import another_shot, directions, label_of

from galleria.domain.errors import InputError
from galleria.identity import blocks, compiled, search
from galleria.identity.blocks import Grid
from galleria.identity.compiled import ask, look, product, remove, round_rows
from galleria.identity.labels import halves, random_label, written
from galleria.identity.search import Index


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
numbers = st.integers(1, 40)  # not 0: emptied rows look like its label
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
        index, entries = Index(16), []
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


def test_equal_templates_go_by_label():
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
    grid = Grid.around(centre, float(np.abs(values - centre).max()))
    whole, asked, bounds = np.empty(values.shape, np.int8), np.empty(probes.shape, np.int8), np.empty((8, 2))
    round_rows(values, np.arange(40), grid.centre, grid.length, grid.steps, whole, grid.worst)
    rest, lost = values - centre, values - centre - whole / grid.steps
    along = np.abs(lost @ centre.astype(np.float64)).max() / grid.length
    worst = [np.linalg.norm(lost, axis=1).max(), along, np.linalg.norm(rest, axis=1).max()]
    assert grid.worst.tolist() == pytest.approx(worst, rel=1e-3, abs=1e-7)
    ask(probes, grid.centre, grid.length, grid.steps, grid.worst, asked, bounds)
    scores = asked.astype(np.int64) @ whole.T.astype(np.int64)
    exact = probes.astype(np.float64) @ values.T.astype(np.float64)
    most = scores / bounds[:, :1] + bounds[:, 1:]
    assert np.all(exact <= most)
    if dimensions == 128:  # and not by much: a few in a thousand are within reach of the best
        assert np.all(most - exact < 0.03)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([1, 2, 16, 100, 128, 512]))
def test_an_exact_score_is_a_sum_in_float64(seed, dimensions):
    one, other = directions(2, dimensions, seed)
    expected = math.fsum(one.astype(np.float64) * other)
    assert product(one, other) == product(other, one) == pytest.approx(expected, rel=0, abs=1e-14)


@settings(max_examples=150, deadline=None)
@given(st.data(), st.integers(1, 300), st.integers(1, 6), st.integers(0, 10_000))
def test_whatever_a_first_look_says_that_is_not_too_low_the_nearest_are_found(data, count, k, seed):
    rng = np.random.default_rng(seed)
    values, probes = directions(count, 16, seed), directions(2, 16, seed + 1)
    values = values[rng.integers(0, count, count)]  # some of them equal
    labels = [label_of(n) for n in rng.integers(0, max(1, count // 2), count).tolist()]
    steps, shift = rng.uniform(10, 1e5), rng.uniform(-1, 1)
    exact = probes.astype(np.float64) @ values.T.astype(np.float64)
    about = np.ceil((exact - shift) * steps) + rng.integers(0, data.draw(st.integers(1, 10**5)), exact.shape)
    end = data.draw(st.integers(0, count))
    near, scores = np.empty((2, k, 2), np.uint64), np.full((2, k), -np.inf)
    keys, bounds = np.ascontiguousarray(halves(labels).T), np.tile([steps, shift], (2, 1))
    edges = sorted({0, end, *data.draw(st.lists(st.integers(0, end), max_size=3))})
    for begin, stop in pairwise(edges):
        some = np.ascontiguousarray(about[:, begin:stop].astype(np.int32))
        look(some, begin, 0, probes, bounds, values, keys, near, scores)
    look(np.empty((2, 0), np.int32), end, count - end, probes, bounds, values, keys, near, scores)
    for probe, names, own in zip(probes, near, scores, strict=True):
        expected = brute(zip(labels, values, strict=True), probe, k)
        assert written(names[: len(expected)]) == [label for label, _ in expected]
        assert own[: len(expected)].tolist() == pytest.approx([score for _, score in expected], rel=0, abs=1e-14)
        assert np.all(own[len(expected) :] == -np.inf)


@given(st.integers(1, 60).flatmap(lambda n: st.tuples(st.just(n), st.sets(st.integers(0, n - 1)))))
def test_rows_that_go_leave_no_hole_and_nothing_behind(what):
    count, gone = what
    values, keys = directions(60, 4), np.ascontiguousarray(halves([label_of(n) for n in range(60)]).T)
    values[count:], keys[:, count:] = 7, 7
    kept = sorted(map(tuple, np.delete(values[:count], sorted(gone), axis=0).tolist()))
    holes = remove(values, keys, count, np.array(sorted(gone), np.int64))
    left = count - len(gone)
    assert holes == sum(row < left for row in gone)
    assert sorted(map(tuple, values[:left].tolist())) == kept
    for row in range(left):
        (number,) = np.flatnonzero((directions(60, 4) == values[row]).all(axis=1))
        assert written(keys[:, row]) == [label_of(int(number))]
    assert not values[left:count].any()
    assert not keys[:, left:count].any()
    assert np.all(values[count:] == 7)


LOADING = """
import sys
from galleria.app.recognition import shelf
from galleria.domain.site import FaceSetting
from galleria.runtime.face_facts import Need

shelf.FaceLoader = lambda *_: sys.exit(print(sorted({"numba", "galleria.identity.search"} & {*sys.modules})))
shelf.fetch_tools(Need(**{sys.argv[1]: True}), FaceSetting())
"""


@pytest.mark.parametrize(
    ("need", "loaded"),
    [("attributes", []), ("attention", []), ("templates", ["galleria.identity.search", "numba"])],
)
def test_search_is_compiled_before_anybody_can_be_recognised_and_where_nobody_is_never(need, loaded):
    """And where networks are loaded: that keeps nobody waiting."""
    done = subprocess.run([sys.executable, "-c", LOADING, need], capture_output=True, text=True, check=True)
    assert done.stdout == f"{loaded}\n"


def test_it_works_where_what_was_compiled_is_damaged_or_cannot_be_kept(tmp_path):
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}
    program = "from galleria.identity import compiled; print(compiled.slack.__class__.__name__)"
    for spoil in (lambda file: file.write_bytes(b""), lambda file: file.unlink() or file.mkdir(), lambda _: None):
        done = subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
        )
        assert done.stdout == "CPUDispatcher\n"
        kept = [*tmp_path.rglob("*.nbi"), *tmp_path.rglob("*.nbc")]
        assert kept
        for file in kept:
            spoil(file)


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
    assert not index._alone
    index.search(values[:1])
    last = [block._whole[-5:].copy() for block in index._blocks][2]
    gone = [n for n in range(900) if any(values[n].tobytes() == row.tobytes() for row in index._values[760:860])]
    index.delete([labels[n] for n in gone])  # the last ones leave no hole
    kept = index._values.tobytes()
    assert not any(values[n].tobytes() in kept for n in gone)
    assert not any(row.tobytes() in block._whole.tobytes() for block in index._blocks for row in last)
    assert sum(block.covered for block in index._blocks) <= len(index) == 760


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
    compared = 0
    for probe in probes:
        (near,) = index.search(probe[None])[0]
        compared += np.sum(index._scores[: index._covered] >= compiled._floor(near.score, index._bounds[0]))
    assert compared / 50 < 200


@pytest.mark.parametrize("wrong", [np.ones((1, 128)), np.full((1, 128), np.nan), np.zeros((1, 128)), np.ones((1, 4))])
def test_what_is_no_template_is_refused_and_changes_nothing(wrong):
    index = Index(128)
    index.add([label_of(1)], directions(1))
    for refused in (lambda: index.add([label_of(2)], wrong.astype(np.float32)), lambda: index.search(wrong)):
        with pytest.raises(InputError):
            refused()
    assert len(index) == 1


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


def test_a_gallery_that_grows_finds_the_first_and_the_last_alone_and_among_others(small_blocks):
    values, labels, index = directions(3000), [label_of(n) for n in range(1, 3001)], Index(128)
    for begin in range(0, 3000, 150):
        index.add(labels[begin : begin + 150], values[begin : begin + 150])
        for n in (0, 70, begin // 2, begin, begin + 149):
            assert index.search(values[n : n + 1])[0][0].label == labels[n]
        some = [0, begin // 3, begin + 149]
        assert [near[0].label for near in index.search(values[some])] == [labels[n] for n in some]
        assert index._covered > len(index) - 64


@pytest.mark.parametrize("noise", [0.012, 0.016, 0.02, 1.0])
def test_templates_unlike_all_before_are_found_too(small_blocks, noise):
    """They lie outside of what whole numbers were laid for."""
    alike = np.repeat(directions(1), 400, axis=0)
    values = np.concatenate((another_shot(alike, 0.01), another_shot(alike, noise, seed=5)))
    labels = [label_of(n) for n in range(1, 801)]
    index = Index(128)
    index.add(labels[:400], values[:400])
    index.search(values[:1])
    index.add(labels[400:], values[400:])
    exact = values.astype(np.float64) @ values.T.astype(np.float64)
    for probe, found in zip(exact, index.search(values, 3), strict=True):
        assert [near.label for near in found] == [labels[n] for n in np.argsort(-probe, kind="stable")[:3]]


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
