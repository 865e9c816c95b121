import dataclasses

import numpy as np
import pytest

from galleria.app.models import verify
from galleria.domain.errors import ModelError, ModelMismatchError
from galleria.models import find_card, load_network
from galleria.models.cache import read_network
from galleria.models.checks import check_golden
from galleria.models.engines import ENGINES, start
from galleria.models.golden import golden_input
from galleria.models.graph import array, from_bytes, tensor, to_bytes

# Every engine must behave alike.
engines = pytest.mark.parametrize("engine", list(ENGINES))


@engines
@pytest.mark.parametrize("size", [(448, 256), (384, 288)])
def test_engines_give_the_same_fp32_answers(entry, engine, size):
    spec = dataclasses.replace(entry.card.input, width=size[0], height=size[1])
    images = np.concatenate([golden_input(spec), golden_input(spec)[:, :, ::-1]])
    expected = load_network(entry, "fp32", "onnxruntime").run(images)
    for found, wanted in zip(load_network(entry, "fp32", engine).run(images), expected, strict=True):
        assert found.dtype == np.float32
        np.testing.assert_allclose(found, wanted, atol=2e-3)


@engines
@pytest.mark.parametrize("variant", ["fp32", "int8"])
def test_golden_answers_hold_on_every_engine(entry, engine, variant):
    assert check_golden(entry, variant, load_network(entry, variant, engine)) <= 1


@engines
def test_answers_stay_when_the_network_runs_again(entry, engine):
    network = load_network(entry, "fp32", engine)
    first = network.run(golden_input(entry.card.input))
    kept = [output.copy() for output in first]
    network.run(-golden_input(entry.card.input))
    for output, copy in zip(first, kept, strict=True):
        np.testing.assert_array_equal(output, copy)


@engines
def test_what_is_no_network_is_refused(engine):
    with pytest.raises(ModelMismatchError, match="cannot load"):
        start(b"not a network", engine, 1)


def test_an_unknown_engine_is_refused(own_card):
    with pytest.raises(ModelError, match="no engine 'abacus'"):
        load_network(find_card(own_card()), engine="abacus")


def test_the_golden_scene_has_a_person_for_the_network(entry):
    scores = load_network(entry, "fp32").run(golden_input(entry.card.input))[:3]
    assert max(float(s.max()) for s in scores) > 0.5


def test_a_network_with_other_weights_fails_its_golden_answers(entry):
    model = from_bytes(read_network(entry, "fp32"))
    weights = next(i for i in model.graph.initializer if i.name == "convolution_20/weights")
    weights.CopyFrom(tensor(weights.name, array(weights) * np.float32(0.9)))
    with pytest.raises(ModelMismatchError, match="golden answer"):
        check_golden(entry, "fp32", start(to_bytes(model), "onnxruntime", 1))


@engines
@pytest.mark.parametrize(
    ("shape", "change", "told"),
    [
        (None, ('name = "pixels"', 'name = "images"'), "called 'pixels', not 'images'"),
        (None, ("strides = [32]", "strides = [16]"), "6 rows, but 96x64 with strides"),
        (None, ('codec = "yolox"', 'codec = "nanodet"'), "codec nanodet"),
        (None, ('codec = "yolox"', 'codec = "ssd"'), "codec ssd"),
        (None, ('codec = "yolox"', 'codec = "centre"'), "no codec 'centre'"),
        (None, ("strides = [32]", "strides = [32], class = 1"), "codec yolox"),
        (None, ("multiple = 32", 'layout = "NHWC"'), "input"),
        ({"height": 64, "width": 96}, None, "1, 3, 64, 96|any, 3, 64, 96"),
        ({"height": 64, "width": 128}, ("multiple = 32", "multiple = 0"), "3, 64, 128"),
        ({"channels": 5}, None, "codec yolox"),
    ],
)
def test_a_card_that_does_not_fit_its_network_is_refused(own_card, engine, shape, change, told):
    path = own_card(shape, change or ("", ""))
    with pytest.raises(ModelMismatchError, match=told) as caught:
        load_network(find_card(path), engine=engine)
    assert caught.value.remedy


def test_a_network_of_fixed_size_fits_a_card_of_that_size(own_card):
    path = own_card({"height": 64, "width": 96}, change=(", multiple = 32", ""))
    assert load_network(find_card(path)).run(np.zeros((1, 3, 64, 96), np.float32))[0].shape == (1, 6, 6)


def test_verify_tells_right_from_wrong(entry, empty_cache, own_card):
    verdicts = verify([find_card(own_card()), entry])
    assert [v.error is None for v in verdicts] == [True, False, False]
    assert "no golden answers" in verdicts[0].state
