"""A gallery takes its own space only, is bounded, and keeps the most different templates of a label."""

import numpy as np
import pytest
from made_faces import another_shot, directions, templates

from galleria.domain.errors import InputError
from galleria.domain.face import Template
from galleria.domain.purpose import Purpose
from galleria.identity.gallery import Gallery, spread
from galleria.identity.labels import random_label

SPACE = "made-up"


def gallery(most=100, per_label=4):
    return Gallery(Purpose.UNIQUE, SPACE, 128, most, per_label)


def enrolled(into, count, each=1):
    labels = [random_label() for _ in range(count)]
    values = directions(count)
    gone = []
    for label, one in zip(labels, values, strict=True):
        gone += into.enrol(label, templates(another_shot(np.repeat(one[None], each, axis=0), 0.05)))
    return labels, values, gone


def test_finds_whom_it_took():
    full = gallery()
    labels, values, _ = enrolled(full, 20, each=3)
    assert (len(full), full.labels) == (60, 20)
    found = full.near(templates(another_shot(values, 0.03, seed=5)), 2)
    assert [near[0].label for near in found] == labels
    assert all(near[0].label != near[1].label for near in found)


def test_templates_of_another_space_are_refused_everywhere():
    full = gallery()
    (label,), _, _ = enrolled(full, 1)
    other = [Template("another", directions(1)[0])]
    for call in (lambda: full.near(other), lambda: full.enrol("0" * 32, other), lambda: full.strengthen(label, *other)):
        with pytest.raises(InputError, match="another"):
            call()
    assert (len(full), full.labels) == (1, 1)


def test_the_labels_touched_longest_ago_go_first_and_whole():
    full = gallery(most=8)
    labels, values, gone = enrolled(full, 4, each=2)
    assert gone == []
    full.touch(labels[0])
    assert full.enrol(random_label(), templates(directions(3, seed=8))) == [labels[1], labels[2]]
    assert len(full) == 7
    assert labels[0] in full
    assert [near[0].label for near in full.near(templates(values[[0, 3]]))] == [labels[0], labels[3]]
    assert full.near(templates(values[[1]]))[0][0].label not in labels[1:3]


def test_a_label_keeps_the_most_different_templates():
    one, other, third, fourth = directions(4, seed=2)
    near_copy = another_shot(one[None], 0.001)[0]
    assert np.array_equal(spread(np.stack((one, other, near_copy, third)), 3), np.stack((one, other, third)))
    full = gallery(per_label=4)
    full.enrol("a" * 32, templates(np.stack((one, other, third, near_copy))))
    full.strengthen("a" * 32, Template(SPACE, fourth))
    kept = {template.values.tobytes() for template in full.templates("a" * 32)}
    assert kept == {values.tobytes() for values in (one, other, third, fourth)}
    assert len(full) == 4


def test_forgetting_leaves_nothing():
    full = gallery()
    labels, values, _ = enrolled(full, 5, each=2)
    assert full.forget([labels[2], labels[2], "f" * 32]) == 2
    assert labels[2] not in full
    assert labels[2] not in {near.label for near in full.near(templates(values[[2]]), 10)[0]}
    assert full.templates(labels[2]) == []


def test_misuse_is_refused():
    full = gallery()
    (label,), _, _ = enrolled(full, 1)
    with pytest.raises(ValueError, match="once"):
        full.enrol(label, templates(directions(1)))
    with pytest.raises(ValueError, match="not in the gallery"):
        full.strengthen("b" * 32, *templates(directions(1)))
    with pytest.raises(ValueError, match="gallery of 2"):
        gallery(most=2)
