import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from galleria.domain.errors import ModelError
from galleria.models import graph
from galleria.models.engines import OnnxRuntimeNetwork
from galleria.models.reopen import reopen


def drawn(batch: int = 1) -> bytes:
    """A head like YuNet's of one size, its rows made by a constant beside the graph and by one in it."""
    rng = np.random.default_rng(6)
    weights = rng.normal(0, 1, (4, 3, 8, 8)).astype(np.float32)
    weights[0, 0, 0, :4] = [1e-38, -1e-40, 1e-29, -3e-31]
    constant = onnx.NodeProto(op_type="Constant", name="c", output=["inner"])
    value = numpy_helper.from_array(np.array([batch, -1, 2, 2], np.int64))
    constant.attribute.add(name="value", type=onnx.AttributeProto.TENSOR).t.CopyFrom(value)
    nodes = [
        graph.node("Conv", ["pixels", "w"], ["cells"], kernel_shape=[8, 8], strides=[8, 8]),
        graph.node("Transpose", ["cells"], ["last"], perm=[0, 2, 3, 1]),
        graph.node("Reshape", ["last", "shape"], ["rows"]),
        constant,
        graph.node("Reshape", ["last", "inner"], ["pairs"]),
    ]
    kept = [graph.tensor("w", weights), graph.tensor("shape", np.array([batch, -1, 4], np.int64))]
    ports = [graph.port("rows", [batch, 6, 4]), graph.port("pairs", [batch, 6, 2, 2])]
    model = graph.model("drawn", nodes, [graph.port("pixels", [batch, 3, 16, 24])], ports, kept)
    model.graph.value_info.append(graph.port("cells", [batch, 4, 2, 3]))
    return graph.to_bytes(model)


ALL = ("batch", "height", "width")


def test_open_sizes_answer_as_the_fixed_ones():
    content = reopen(drawn(), ALL)
    assert content == reopen(drawn(), ALL)
    onnx.checker.check_model(content, full_check=True)
    network, fixed = OnnxRuntimeNetwork(content), OnnxRuntimeNetwork(drawn())
    assert network.inputs == [("pixels", (None, 3, None, None))]
    images = np.random.default_rng(2).normal(size=(3, 3, 16, 24)).astype(np.float32)
    singles = [fixed.run(images[i : i + 1]) for i in range(3)]
    for number, together in enumerate(network.run(images)):
        np.testing.assert_allclose(together, np.concatenate([s[number] for s in singles]), atol=1e-5)
    assert [o.shape for o in network.run(np.zeros((2, 3, 32, 40), np.float32))] == [(2, 20, 4), (2, 20, 2, 2)]


def test_only_the_sizes_named_are_opened():
    assert OnnxRuntimeNetwork(reopen(drawn(), ["batch"])).inputs == [("pixels", (None, 3, 16, 24))]
    assert OnnxRuntimeNetwork(reopen(drawn(), ["width"])).inputs == [("pixels", (1, 3, 16, None))]


def test_weights_next_to_nothing_become_nothing_and_no_other():
    before, after = (
        {i.name: numpy_helper.to_array(i) for i in onnx.load_from_string(content).graph.initializer}
        for content in (drawn(), reopen(drawn(), zero_below=1e-30))
    )
    tiny = np.abs(before["w"]) < 1e-30
    assert tiny.sum() == 3
    assert not after["w"][tiny].any()
    np.testing.assert_array_equal(after["w"][~tiny], before["w"][~tiny])
    np.testing.assert_array_equal(after["shape"], before["shape"])


def test_a_network_that_stores_weights_as_numbers_is_read_too():
    model = onnx.load_from_string(drawn())
    weights = numpy_helper.to_array(model.graph.initializer[0])
    numbers = onnx.TensorProto(name="w", data_type=onnx.TensorProto.FLOAT, dims=weights.shape)
    numbers.float_data.extend(float(w) for w in weights.ravel())
    model.graph.initializer[0].CopyFrom(numbers)
    images = np.ones((1, 3, 16, 24), np.float32)
    found, wanted = (
        OnnxRuntimeNetwork(c).run(images)[0] for c in (reopen(model.SerializeToString(), (), 1e-30), drawn())
    )
    np.testing.assert_allclose(found, wanted, atol=1e-6)


def test_what_has_not_one_input_of_pictures_is_refused():
    with pytest.raises(ModelError, match="no ONNX file"):
        reopen(b"not a network", ["batch"])
    model = onnx.load_from_string(drawn())
    model.graph.input.append(graph.port("more", [1]))
    with pytest.raises(ModelError, match="one input with four sizes") as caught:
        reopen(model.SerializeToString(), ["batch"])
    assert caught.value.remedy
