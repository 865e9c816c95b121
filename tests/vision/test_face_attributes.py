import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from galleria.domain.errors import ModelMismatchError
from galleria.domain.model import InputSpec, ModelCard
from galleria.vision.faces.attributes import (
    LIKELY_MINOR,
    Age,
    AgeReader,
    ClassReader,
    PoseReader,
    is_attentive,
    minor_likelihood,
)
from galleria.vision.faces.pose import Pose

CROP = {"crop": {"shape": "square", "scale": 1.0}}
CHIPS = [np.zeros((8, 8, 3), np.uint8)] * 2


def card(codec, **options):
    return ModelCard("net", "face-age", codec, "MIT", InputSpec(8, 8), CROP | options)


class Says:
    """A network that gives the same outputs, whatever it is shown."""

    def __init__(self, *outputs):
        self.outputs = [np.float32(output) for output in outputs]

    def run(self, _images):
        return self.outputs


def test_an_age_is_the_mean_of_its_distribution():
    network = Says([[0.5, 0.5, 0, 0], [0, 0, 0.25, 0.75]])
    young, old = AgeReader(card("age-distribution", ages=[10, 20, 30, 40]), network).read(CHIPS)
    assert (young.years, young.under_adult) == (pytest.approx(15), pytest.approx(0.5))
    assert (old.years, old.under_adult) == (pytest.approx(37.5), 0)


def test_of_a_network_for_both_the_age_and_the_gender_are_read():
    network = Says([[31.5], [60]], [[0.9, 0.1], [0.2, 0.8]])
    both = card("age-gender", classes=["male", "female"])
    assert [age.years for age in AgeReader(both, network).read(CHIPS)] == [31.5, 60]
    assert ClassReader(both, network).read(CHIPS)[1] == {"male": pytest.approx(0.2), "female": pytest.approx(0.8)}


def test_shares_come_by_class():
    network = Says([[0, 0, 0], [0, np.log(2), 0]])
    spoof = ClassReader(card("classes", classes=["live", "print", "screen"], activation="softmax"), network)
    assert spoof.read(CHIPS)[0] == {name: pytest.approx(1 / 3) for name in ("live", "print", "screen")}
    assert spoof.read(CHIPS)[1]["print"] == pytest.approx(0.5)


def test_a_pose_is_read():
    logits = np.full((3, 2, 66), -60.0)
    logits[0, :, 43], logits[1, :, 33], logits[2, :, 31] = 0, 0, 0
    first, _ = PoseReader(card("pose-bins", bins=66, step=3, first=-99), Says(*logits)).read(CHIPS)
    assert (first.yaw, first.pitch, first.roll) == pytest.approx((-30, 0, -6), abs=1e-3)
    assert not is_attentive(first)
    assert is_attentive(Pose(10, -10, 40))


@pytest.mark.parametrize(
    ("reader", "made", "outputs"),
    [
        (ClassReader, card("classes", classes=["a", "b"]), [[[1, 2, 3]] * 2]),
        (ClassReader, card("classes", classes=["a", "b"]), [[[1, 2]]]),
        (AgeReader, card("age-distribution", ages=[1, 2]), [[[1, 2, 3]] * 2]),
        (PoseReader, card("pose-bins", bins=66, step=3, first=-99), [[[1, 2, 3]] * 2]),
    ],
)
def test_outputs_that_do_not_fit_are_refused(reader, made, outputs):
    with pytest.raises(ModelMismatchError):
        reader(made, Says(*outputs)).read(CHIPS)


@pytest.mark.parametrize(
    ("reader", "made"),
    [
        (AgeReader, card("classes", classes=["a"])),
        (ClassReader, card("classes")),
        (ClassReader, card("classes", classes="ab")),
        (PoseReader, card("age-distribution", ages=[1])),
    ],
)
def test_a_card_for_something_else_is_refused_at_once(reader, made):
    with pytest.raises(ModelMismatchError):
        reader(made, Says())


@pytest.mark.parametrize(
    "reader", [AgeReader(card("age-gender", classes=["a", "b"]), Says()), PoseReader(card("pose-bins"), Says())]
)
def test_no_chips_need_no_network(reader):
    assert reader.read([]) == []


years = st.floats(0, 90)


@given(years, years)
def test_the_youngest_estimate_decides_and_younger_is_likelier(first, second):
    both = minor_likelihood([Age(first), Age(second)])
    assert both == max(minor_likelihood([Age(first)]), minor_likelihood([Age(second)]))
    assert both == minor_likelihood([Age(min(first, second))])
    assert 0 <= both <= 1


def test_caution():
    assert minor_likelihood([]) == 1
    assert minor_likelihood([Age(18)]) == pytest.approx(0.5)
    assert minor_likelihood([Age(24)]) > LIKELY_MINOR > minor_likelihood([Age(26)])
    assert minor_likelihood([Age(40, under_adult=0.3)]) == 0.3
