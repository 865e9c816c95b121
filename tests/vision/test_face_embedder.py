import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from galleria.domain.errors import ModelMismatchError
from galleria.domain.face import Template
from galleria.domain.model import InputSpec, ModelCard
from galleria.vision.faces.embedder import Embedder, aggregate

POINTS = [[3, 3], [7, 3], [5, 5], [3.4, 7], [6.6, 7]]
CARD = ModelCard("mean", "face-embedding", "embedding", "MIT", InputSpec(10, 10), {"points": POINTS, "space": "mean-1"})


class Means:
    """A network whose vector is the mean of each channel; with the batches it was asked."""

    def __init__(self):
        self.asked = []

    def run(self, images):
        self.asked.append(len(images))
        return [images.mean(axis=(2, 3))]


def chip(*channels):
    return np.broadcast_to(np.uint8(channels), (10, 10, 3))


def test_templates_have_length_one_and_come_in_order_however_many():
    network = Means()
    made = Embedder(CARD, network).embed([chip(n + 1, 3, 200) for n in range(19)])
    assert sum(network.asked) == 19
    assert max(network.asked) <= 8
    for number, template in enumerate(made):
        vector = np.array([number + 1, 3, 200])
        np.testing.assert_allclose(template.values, vector / np.linalg.norm(vector), rtol=1e-5)
        assert template.space == "mean-1"


def test_no_chips_need_no_network():
    network = Means()
    assert Embedder(CARD, network).embed([]) == []
    assert network.asked == []


@pytest.mark.parametrize(
    "outputs",
    [[], [np.ones((1, 3))] * 2, [np.ones((2, 3))], [np.ones(3)], [np.zeros((1, 3))], [np.full((1, 3), np.nan)]],
)
def test_outputs_that_are_no_vectors_are_refused(outputs):
    class Wrong:
        def run(self, _images):
            return outputs

    with pytest.raises(ModelMismatchError):
        Embedder(CARD, Wrong()).embed([chip(1, 2, 3)])


@pytest.mark.parametrize(
    "card",
    [
        ModelCard("a", "face-embedding", "classes", "MIT", InputSpec(10, 10), {"points": POINTS, "space": "mean-1"}),
        ModelCard("a", "face-embedding", "embedding", "MIT", InputSpec(10, 10), {"points": POINTS}),
        ModelCard("a", "face-embedding", "embedding", "MIT", InputSpec(10, 10), {"space": "mean-1"}),
    ],
)
def test_a_card_that_makes_no_templates_is_refused(card):
    with pytest.raises(ModelMismatchError):
        Embedder(card, Means())


directions = st.lists(st.floats(-1, 1), min_size=4, max_size=4).filter(lambda v: np.linalg.norm(v) > 0.1)


def template(values, space="s"):
    return Template(space, np.float32(np.array(values) / np.linalg.norm(values)))


@given(st.lists(directions, min_size=1, max_size=5), st.randoms())
def test_an_aggregate_is_nearest_to_all_in_any_order(vectors, random):
    templates = [template(v) for v in vectors]
    total = np.sum([t.values for t in templates], axis=0)
    if np.linalg.norm(total) < 0.05:
        return
    one = aggregate(templates)
    random.shuffle(templates)
    np.testing.assert_allclose(aggregate(templates).values, one.values, atol=1e-4)
    assert float(one.values @ total) >= max(float(t.values @ total) for t in templates) - 1e-4


def test_one_template_is_its_own_aggregate():
    np.testing.assert_allclose(aggregate([template([1, 2, 3])]).values, template([1, 2, 3]).values, atol=1e-6)


@pytest.mark.parametrize(
    "templates", [[], [template([1, 2], "a"), template([1, 2], "b")], [template([1, 2]), template([-1, -2])]]
)
def test_what_has_no_common_direction_is_refused(templates):
    with pytest.raises(ValueError, match="templates"):
        aggregate(templates)
