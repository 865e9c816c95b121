"""Search at its edges: what rounding hardly holds, labels that are half alike, memory that moves, odd input."""

import numpy as np
import pytest
from made_faces import directions, label_of

from galleria.domain.errors import InputError
from galleria.identity import blocks, compiled, search
from galleria.identity.compiled import LENGTH, round_rows, slack
from galleria.identity.search import Index


def labels_of(*numbers):
    return [label_of(n) for n in numbers]


def leaning(count, towards, seed=0):
    """Templates close to one direction, as those of real networks are."""
    values = 0.3 * directions(count, 16, seed) + towards
    return (values / np.linalg.norm(values, axis=1, keepdims=True)).astype(np.float32)


def rounded_of(index):
    """All rounded rows that its blocks hold, also those that a view only hides."""
    held = [block._whole if block._whole.base is None else block._whole.base for block in index._blocks]
    return b"".join(one.tobytes() for one in held)


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    for module in (blocks, search):
        monkeypatch.setattr(module, "ROWS", 256)
        monkeypatch.setattr(module, "LOOSE", 64)
    monkeypatch.setattr(search, "_AT_ONCE", 3)


@pytest.mark.parametrize("lean", [1, 1 / 8, -1 / 8, -1])
@pytest.mark.parametrize("at_once", [True, False])
def test_who_is_far_from_all_others_is_found(lean, at_once):
    """Rounded as those others are, they would not fit into a byte."""
    towards = np.full(16, lean, np.float32)
    values, labels = np.concatenate((leaning(700, towards), leaning(80, -towards, 5))), labels_of(*range(780))
    index = Index(16)
    for some in [slice(0, 780)] if at_once else [slice(0, 700), slice(700, 780)]:
        index.add(labels[some], values[some])
        index.search(values[:1])
    assert [found[0].label for found in index.search(values)] == labels
    assert [index.search(one[None])[0][0].label for one in values[::7]] == labels[::7]


@pytest.mark.parametrize("seed", range(12))
def test_how_far_rounded_templates_are_off_is_noted(seed):
    values, centre = directions(3, 16, seed), directions(1, 16, 50 + seed)[0]
    whole, worst, steps = np.empty(values.shape, np.int8), np.zeros(3), 60.0
    round_rows(values, np.arange(3), centre, 1.0, steps, whole, worst)
    exact = values.astype(np.float64) - centre
    off = exact - whole / steps
    expected = [np.linalg.norm(off, axis=1).max(), np.abs(off @ centre).max(), np.linalg.norm(exact, axis=1).max()]
    assert worst == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(("off", "away", "own"), [(0.3, 0.0, 0.0), (0.3, 0.3, 0.0), (0.0, 0.3, 0.9), (0.2, 0.1, 0.7)])
def test_the_largest_error_that_there_can_be_is_allowed_for(off, away, own):
    """All on one line, at a right angle to the centre: y = -own, y' = y - off, p = LENGTH, p' = p + away."""
    error = LENGTH * -own - (-own - off) * (LENGTH + away)
    assert error <= slack(np.array([off, 0.0, own]), 0.0, away) <= error + 2e-5
    assert slack(np.array([0.0, off, 0.0]), -1.0, 0.0) >= off  # along the centre


def test_no_row_is_passed_over_whose_score_just_suffices():
    for steps in (1.0, 777.7, 3e8):
        for score in (-100_000, -1, 0, 1, 99_999):
            bounds = np.array([steps, 0.3])
            assert score - 1 <= compiled._floor(score / steps + 0.3, bounds) <= score
    assert compiled._floor(-np.inf, np.array([3e8, 0.3])) == np.iinfo(np.int32).min + 1


def test_labels_that_are_half_alike_are_told_apart():
    """Every first half with every second one."""
    labels = [f"{first:016x}{second:016x}" for first in range(9) for second in range(9)]
    values = directions(81, 16)
    index = Index(16)
    index.add(labels, values)
    assert sorted(near.label for near in index.search(values[:1], 81)[0]) == labels
    assert np.array_equal(index.of(labels[40]), values[40][None])
    assert index.delete([labels[40]]) == 1
    assert index.delete([labels[3], labels[13]]) == 2  # and not the two across
    left = {near.label for near in index.search(values[:1], 81)[0]}
    assert left == set(labels) - {labels[40], labels[3], labels[13]}


def test_scores_go_where_they_are_looked_for_when_memory_moves():
    """The later ones are closer together than the first: they fit where the first are, and nothing is rounded anew."""
    towards = directions(1, 16, 9)[0]
    values, labels = np.concatenate((leaning(900, towards), leaning(2100, 2 * towards, 5))), labels_of(*range(3000))
    index = Index(16)
    for end in (900, 1000, 3000):
        index.add(labels[len(index) : end], values[len(index) : end])
        index._scores.fill(np.iinfo(np.int32).min)  # nothing that was there before makes up for a score
        assert [index.search(one[None])[0][0].label for one in values[:end:50]] == labels[:end:50]
    index.delete(labels[600:])
    assert len(index._scores) < 3000
    index._scores.fill(np.iinfo(np.int32).min)
    assert [index.search(one[None])[0][0].label for one in values[:600:50]] == labels[:600:50]
    assert index._fitted == 900


def test_nobody_is_found_where_nobody_is_left():
    """Also not the rows that were wiped, for a probe that all others are far from."""
    values, labels = directions(400, 16), labels_of(*range(400))
    index = Index(16)
    index.add(labels, values)
    index.search(values[:1])
    index.delete(labels[10:])
    for probes in (-values[:1], -values[:2]):
        for found in index.search(probes, 20):
            assert sorted(near.label for near in found) == sorted(labels[:10])


def test_rounded_copies_of_the_last_ones_go_with_them():
    values, labels = directions(500, 16), labels_of(*range(500))
    index = Index(16)
    index.add(labels, values)
    index.search(values[:1])
    gone = [row.tobytes() for row in index._blocks[1]._whole[150:180]]
    assert all(one in rounded_of(index) for one in gone)
    index.delete(labels[256 + 150 :])
    assert not any(one in rounded_of(index) for one in gone)


@pytest.mark.parametrize("together", [1, 3])
def test_nothing_stays_of_a_probe_that_became_a_template(together):
    values, labels = directions(200, 16), labels_of(*range(200))
    index = Index(16)
    index.add(labels[:150], values[:150])
    index.search(values[150 : 150 + together])
    assert index._asked[0].any()
    index.add(labels[150:153], values[150:153])
    index.delete(labels[150:153])
    assert not index._asked.any()
    assert not index._scores.any()


def test_who_is_deleted_cannot_be_calculated_from_the_centre_and_all_others():
    """The mean of all, times how many they were, less those that are left."""
    values, labels = leaning(300, directions(1, 16, 9)[0]), labels_of(*range(300))
    index = Index(16)
    index.add(labels, values)
    index.search(values[:1])
    index.delete(labels[:1])
    with_mean = 300 * values.astype(np.float64).mean(axis=0) - index._values[:299].astype(np.float64).sum(axis=0)
    assert np.abs(with_mean - values[0]).max() < 1e-9
    calculated = 300 * index._grid.centre.astype(np.float64) - index._values[:299].astype(np.float64).sum(axis=0)
    assert np.linalg.norm(calculated - values[0]) > 2  # further off than any template is


def test_an_index_that_got_no_memory_goes_on(monkeypatch):
    values, labels = directions(900, 16), labels_of(*range(900))
    index = Index(16)
    index.add(labels[:200], values[:200])
    index.search(values[:1])

    def none_left(*_):
        raise MemoryError

    with monkeypatch.context() as short:
        short.setattr(search.np, "zeros", none_left)
        with pytest.raises(MemoryError):
            index.add(labels[200:], values[200:])
    assert index.search(values[7:8])[0][0].label == labels[7]
    index.add(labels[200:], values[200:])
    assert [found[0].label for found in index.search(values)] == labels


@pytest.mark.parametrize("count", [1, 2])
def test_templates_are_taken_wherever_they_lie_in_memory(count):
    values, labels = directions(5, 16), labels_of(*range(5))
    index = Index(16)
    index.add(labels, values)
    constant = values[:count].copy()
    constant.flags.writeable = False
    shifted = np.frombuffer(bytearray(b"-" + values[:count].tobytes()), np.float32, offset=1).reshape(count, 16)
    apart, turned = np.repeat(values[:count], 2, axis=1)[:, ::2], np.asfortranarray(values[:count])
    for given in (constant, shifted, apart, turned, values[:count].astype(np.float64), values[:count].astype(">f4")):
        assert [found[0].label for found in index.search(given)] == labels[:count]
        other = Index(16)
        other.add(labels[:count], given)
        assert np.array_equal(other.of(labels[0]), values[:1])


def test_one_wrong_template_among_others_is_refused():
    values = directions(3, 16)
    values[2] *= 1.01
    index = Index(16)
    with pytest.raises(InputError, match="length"):
        index.add(labels_of(1, 2, 3), values)
    with pytest.raises(InputError, match="length"):
        index.search(values)
    assert not len(index)


@pytest.mark.parametrize("k", [0, -1])
def test_the_nearest_none_are_not_asked_for(k):
    index = Index(16)
    index.add(labels_of(1), directions(1, 16))
    with pytest.raises(ValueError, match="nearest"):
        index.search(directions(1, 16), k)
