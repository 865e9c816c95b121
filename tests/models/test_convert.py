import base64
import json

import numpy as np
import onnx
import pytest

from galleria.domain.errors import ModelError
from galleria.models.cache import read_network
from galleria.models.convert import convert
from galleria.models.engines import OnnxRuntimeNetwork
from galleria.models.tfjs import read_graph


class Sketch:
    """Writes a TensorFlow.js graph and computes it in numpy, NHWC where TensorFlow does, independently."""

    def __init__(self, images):
        self.rng = np.random.default_rng(3)
        self.nodes, self.manifest, self.weights, self.values = [], [], b"", {"images": images}
        dims = [{"size": str(size)} for size in images.shape]
        self.nodes.append({"name": "images", "op": "Placeholder", "attr": {"shape": {"shape": {"dim": dims}}}})

    def const(self, name, values, stored=None):
        values = np.asarray(values)
        kind = stored or values.dtype.name
        entry = {"name": name, "dtype": values.dtype.name, "shape": list(values.shape)}
        if stored:
            entry["quantization"] = {"dtype": stored}
        self.manifest.append(entry)
        self.weights += values.astype(kind).tobytes()
        self.values[name] = values.astype(kind).astype(values.dtype)
        self.nodes.append({"name": name, "op": "Const"})
        return name

    def op(self, name, kind, inputs, value, **attributes):
        self.nodes.append({"name": name, "op": kind, "input": inputs, "attr": attributes})
        self.values[name] = value
        return name

    def transpose(self, name, source, order):
        axes = self.const(f"{name}/perm", np.array(order, np.int32))
        return self.op(name, "Transpose", [source, axes], self.values[source].transpose(order))

    def pad(self, name, source, pads, fill=None):
        inputs = [source, self.const(f"{name}/pads", np.array(pads, np.int32))]
        if fill is not None:
            inputs.append(self.const(f"{name}/fill", np.float32(fill)))
        value = np.pad(self.values[source], pads, constant_values=fill or 0)
        return self.op(name, "PadV2" if fill is not None else "Pad", inputs, value)

    def conv(self, name, source, filters, kernel, stride):
        x = self.values[source]
        weights = self.rng.normal(0, 0.3, (kernel, kernel, x.shape[3], filters)).astype(np.float32)
        kept = self.const(f"{name}/w", weights, "float16")
        rows, columns = ((x.shape[i] - kernel) // stride + 1 for i in (1, 2))
        value = np.zeros((len(x), rows, columns, filters))
        for r in range(rows):
            for c in range(columns):
                patch = x[:, r * stride : r * stride + kernel, c * stride : c * stride + kernel]
                value[:, r, c] = np.tensordot(patch, self.values[kept].astype(np.float64), 3)
        settings = {"strides": ints(1, stride, stride, 1), "padding": text("VALID"), "data_format": text("NHWC")}
        made = self.op(f"{name}/conv", "Conv2D", [source, kept], value, **settings, dilations=ints(1, 1, 1, 1))
        bias = self.const(f"{name}/b", self.rng.normal(size=filters).astype(np.float32))
        return self.op(name, "Add", [made, bias], value + self.values[bias])

    def files(self):
        whole = {
            "modelTopology": {"node": self.nodes},
            "weightsManifest": [{"paths": ["w.bin"], "weights": self.manifest}],
        }
        return {"graph.json": json.dumps(whole).encode(), "w.bin": self.weights}


def ints(*values):
    return {"list": {"i": [str(v) for v in values]}}


def text(value):
    return {"s": base64.b64encode(value.encode()).decode()}


NHWC, NCHW = (0, 2, 3, 1), (0, 3, 1, 2)
BORDER_NCHW = [(0, 0), (0, 0), (1, 1), (1, 1)]


def sketch(images) -> Sketch:
    """Every operator that is converted, in the way that NanoDet's graph uses it."""
    s = Sketch(images)
    s.pad("pad", "images", BORDER_NCHW)
    s.transpose("t1", "pad", NHWC)
    s.conv("c1", "t1", 4, 3, 2)
    s.transpose("t2", "c1", NCHW)
    s.op("leaky", "LeakyRelu", ["t2"], np.where(s.values["t2"] > 0, 1, 0.1) * s.values["t2"], alpha={"f": 0.1})
    s.pad("pad2", "leaky", BORDER_NCHW, -np.inf)
    s.transpose("t3", "pad2", NHWC)
    x = s.values["t3"]
    rows, columns = ((x.shape[i] - 3) // 2 + 1 for i in (1, 2))
    windows = [[x[:, 2 * r : 2 * r + 3, 2 * c : 2 * c + 3].max((1, 2)) for c in range(columns)] for r in range(rows)]
    pooled = np.array(windows).transpose(2, 0, 1, 3)
    settings = {"strides": ints(1, 2, 2, 1), "padding": text("VALID"), "data_format": text("NHWC")}
    s.op("pool", "MaxPool", ["t3"], pooled, ksize=ints(1, 3, 3, 1), **settings)
    s.conv("c2", "pool", 4, 1, 1)
    # Twice as large, with half-pixel centres: repeated, then a quarter of the neighbour.
    size = s.const("size", np.array([rows * 2, columns * 2], np.int32))
    s.op("up", "ResizeBilinear", ["c2", size], doubled(s.values["c2"]), half_pixel_centers={"b": True})
    s.transpose("t4", "up", NCHW)
    s.op("sum", "AddV2", ["t4", "leaky"], s.values["t4"] + s.values["leaky"])
    axis = s.const("axis", np.int32(1))
    s.op("cat", "ConcatV2", ["sum", "leaky", axis], np.concatenate([s.values["sum"], s.values["leaky"]], 1))
    parts = s.const("parts", np.array([3, 5], np.int32))
    s.op("split", "SplitV", ["cat", parts, axis], s.values["cat"][:, :3])
    s.op("likely", "Sigmoid", ["split"], 1 / (1 + np.exp(-s.values["split"])))
    nowhere, wide = s.const("where", np.zeros((0, 1), np.int32)), s.const("wide", np.array([3], np.int32))
    none, zero = s.const("none", np.zeros(0, np.int32)), s.const("zero", np.int32(0))
    s.op("dense", "SparseToDense", [nowhere, wide, none, zero], None)
    for name, source, value in (("a", "likely", s.values["likely"]), ("b", "split:1", s.values["cat"][:, 3:])):
        shape = s.const(f"{name}/base", np.array([1, value.shape[1], -1], np.int32))
        s.op(f"{name}/shape", "AddV2", [shape, "dense"], None)
        flat = value.reshape(*value.shape[:2], -1)
        s.op(f"{name}/flat", "Reshape", [source, f"{name}/shape"], flat)
        s.values["swap"] = flat.transpose(0, 2, 1)
        order = s.const(f"{name}/perm", np.array([0, 2, 1], np.int32))
        s.op(f"{name}/rows", "Transpose", [f"{name}/flat", order], s.values["swap"])
        s.op(name, "Identity", [f"{name}/rows"], s.values["swap"])
    return s


def doubled(x):
    for axis in (1, 2):
        padded = np.pad(x, [(1, 1) if i == axis else (0, 0) for i in range(4)], mode="edge")
        before = padded.take(range(x.shape[axis]), axis)
        after = padded.take(range(2, x.shape[axis] + 2), axis)
        both = np.stack([0.75 * x + 0.25 * before, 0.75 * x + 0.25 * after], axis + 1)
        x = both.reshape(*x.shape[:axis], 2 * x.shape[axis], *x.shape[axis + 1 :])
    return x


OUTPUTS = {"a": "scores", "b": "boxes"}
IMAGES = np.random.default_rng(1).normal(size=(1, 3, 16, 24)).astype(np.float32)


def test_every_operator_answers_as_an_independent_computation():
    drawn = sketch(IMAGES)
    content = convert(read_graph(drawn.files()), OUTPUTS)
    onnx.checker.check_model(content, full_check=True)
    scores, boxes = OnnxRuntimeNetwork(content).run(IMAGES)
    np.testing.assert_allclose(scores, drawn.values["a"], atol=1e-5)
    np.testing.assert_allclose(boxes, drawn.values["b"], atol=1e-5)


def test_other_sizes_and_batches_follow_from_one_graph():
    content = convert(read_graph(sketch(IMAGES).files()), OUTPUTS)
    larger = np.random.default_rng(2).normal(size=(1, 3, 32, 32)).astype(np.float32)
    _, boxes = OnnxRuntimeNetwork(content).run(np.concatenate([larger, larger[:, :, ::-1]]))
    np.testing.assert_allclose(boxes[:1], sketch(larger).values["b"], atol=1e-5)


def test_no_transposition_is_left_but_that_of_the_rows():
    model = onnx.load_from_string(convert(read_graph(sketch(IMAGES).files()), OUTPUTS))
    orders = [list(n.attribute[0].ints) for n in model.graph.node if n.op_type == "Transpose"]
    assert orders == [[0, 2, 1]] * 2


def test_an_operator_outside_is_refused_by_name():
    drawn = sketch(IMAGES)
    drawn.op("strange", "Softplus", ["a/rows"], None)
    with pytest.raises(ModelError, match=r"Softplus \(node strange\)") as caught:
        convert(read_graph(drawn.files()), {"strange": "scores"})
    assert "ONNX yourself" in caught.value.remedy


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        (text("VALID"), text("SAME"), "c1/conv"),
        ({"b": True}, {"b": False}, "up"),
        (ints(1, 1, 1, 1), ints(1, 2, 2, 1), "dilated"),
    ],
)
def test_a_use_of_an_operator_outside_is_refused(old, new, named):
    files = sketch(IMAGES).files()
    files["graph.json"] = files["graph.json"].replace(json.dumps(old).encode(), json.dumps(new).encode())
    with pytest.raises(ModelError, match=named):
        convert(read_graph(files), OUTPUTS)


def test_weights_cut_short_or_missing_are_refused():
    files = sketch(IMAGES).files()
    with pytest.raises(ModelError, match="end before"):
        read_graph({**files, "w.bin": files["w.bin"][:-4]})
    with pytest.raises(ModelError, match=r"w\.bin"):
        read_graph({"graph.json": files["graph.json"]})


def test_the_real_network_answers_a_batch_as_it_answers_singles(entry):
    network = OnnxRuntimeNetwork(read_network(entry, "fp32"))
    for width, height in ((448, 256), (416, 416), (384, 288)):
        images = np.random.default_rng(0).normal(size=(2, 3, height, width)).astype(np.float32)
        both, first, second = network.run(images), network.run(images[:1]), network.run(images[1:])
        for together, a, b in zip(both, first, second, strict=True):
            np.testing.assert_allclose(together, np.concatenate([a, b]), atol=1e-5)
        cells = [width // s * (height // s) for s in (8, 16, 32)]
        assert [output.shape[1:] for output in both] == [(n, 1) for n in cells] + [(n, 44) for n in cells]
