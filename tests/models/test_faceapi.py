import json

import numpy as np
import onnx
import pytest

from galleria.domain.errors import ModelError
from galleria.models.engines import OnnxRuntimeNetwork
from galleria.models.faceapi import convert_age_gender, convert_expression


class Drawn:
    """A network of face-api with weights of chance, and what it answers, computed in numpy (NHWC, as in its code)."""

    def __init__(self):
        self.rng = np.random.default_rng(9)
        self.manifest, self.content = [], b""

    def keep(self, name, shape, *, whole=False):
        entry = {"name": name, "shape": list(shape), "dtype": "float32"}
        if whole:
            values = self.rng.normal(0, 0.1, shape).astype(np.float32)
            self.content += values.astype("<f4").tobytes()
        else:  # bytes in steps
            steps = self.rng.integers(0, 256, shape).astype(np.uint8)
            # So that values stay about as large as they are, layer after layer.
            inputs = np.prod(shape[:2] if name.endswith("depthwise_filter") else shape[:-1])
            scale = float((12 / inputs) ** 0.5 / 256)
            entry["quantization"] = {"dtype": "uint8", "scale": scale, "min": -128 * scale}
            values = (steps * np.float64(scale) - 128 * scale).astype(np.float32)
            self.content += steps.tobytes()
        self.manifest.append(entry)
        return values

    def files(self):
        manifest = [{"paths": ["net.bin"], "weights": self.manifest}]
        return {"net-weights_manifest.json": json.dumps(manifest).encode(), "net.bin": self.content}

    def windows(self, x, kernel, stride, fill=0.0):
        """With TensorFlow's padding `SAME`: the odd pixel goes to the right and the bottom."""
        missing = [max((-(-n // stride) - 1) * stride + kernel - n, 0) for n in x.shape[1:3]]
        pads = [(0, 0), *((m // 2, m - m // 2) for m in missing), (0, 0)]
        seen = np.lib.stride_tricks.sliding_window_view(np.pad(x, pads, constant_values=fill), (kernel,) * 2, (1, 2))
        return seen[:, ::stride, ::stride]

    def plain(self, part, x, filters, kernel, stride=2):
        weights = self.keep(f"{part}/filters", (kernel, kernel, x.shape[3], filters))
        y = np.tensordot(self.windows(x, kernel, stride), weights, ((3, 4, 5), (2, 0, 1)))
        return y + self.keep(f"{part}/bias", (filters,), whole=True)

    def separable(self, part, x, filters, stride=1):
        single = self.keep(f"{part}/depthwise_filter", (3, 3, x.shape[3], 1))
        y = np.einsum("nhwcij,ijc->nhwc", self.windows(x, 3, stride), single[..., 0])
        y = y @ self.keep(f"{part}/pointwise_filter", (1, 1, x.shape[3], filters))[0, 0]
        return y + self.keep(f"{part}/bias", (filters,), whole=True)

    def connected(self, part, x, size):
        return x @ self.keep(f"{part}/weights", (x.shape[1], size)) + self.keep(f"{part}/bias", (size,), whole=True)

    def reduction(self, part, x, filters, *, first=False):
        y = self.separable(f"{part}/separable_conv0", x if first else relu(x), filters)
        y = self.separable(f"{part}/separable_conv1", relu(y), filters)
        return self.windows(y, 3, 2, -np.inf).max((4, 5)) + self.plain(f"{part}/expansion_conv", x, filters, 1)

    def age_gender(self, x):
        x = relu(self.plain("entry_flow/conv_in", x, 32, 3))
        x = self.reduction("entry_flow/reduction_block_0", x, 64, first=True)
        x = self.reduction("entry_flow/reduction_block_1", x, 128)
        for block in range(2):
            before = x
            for step in range(3):
                x = self.separable(f"middle_flow/main_block_{block}/separable_conv{step}", relu(x), 128)
            x = x + before
        x = self.reduction("exit_flow/reduction_block", x, 256)
        flat = relu(self.separable("exit_flow/separable_conv", x, 512)).mean((1, 2))
        return [self.connected("fc/age", flat, 1), softmax(self.connected("fc/gender", flat, 2))]

    def expression(self, x):
        for block, filters in enumerate((32, 64, 128, 256)):
            part = f"dense{block}"
            y = self.separable(f"{part}/conv0", x, filters, 2) if block else self.plain(f"{part}/conv0", x, filters, 3)
            out1 = relu(y)
            out2 = self.separable(f"{part}/conv1", out1, filters)
            out3 = self.separable(f"{part}/conv2", relu(out1 + out2), filters)
            out4 = self.separable(f"{part}/conv3", relu(out1 + out2 + out3), filters)
            x = relu(out1 + out2 + out3 + out4)
        return [softmax(self.connected("fc", x.mean((1, 2)), 7))]


def relu(x):
    return np.maximum(x, 0)


def softmax(x):
    e = np.exp(x - x.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


IMAGES = np.random.default_rng(4).normal(size=(2, 3, 112, 112)).astype(np.float32)
networks = pytest.mark.parametrize(
    ("convert", "kind"), [(convert_age_gender, Drawn.age_gender), (convert_expression, Drawn.expression)]
)


@networks
def test_the_networks_answer_as_an_independent_computation(convert, kind):
    drawn = Drawn()
    expected = kind(drawn, IMAGES.transpose(0, 2, 3, 1))
    content = convert(drawn.files())
    assert content == convert(drawn.files())
    onnx.checker.check_model(content, full_check=True)
    network = OnnxRuntimeNetwork(content)
    found, single = network.run(IMAGES), network.run(IMAGES[1:])
    for one, output, wanted in zip(single, found, expected, strict=True):
        assert np.abs(wanted[0] - wanted[1]).max() > 1e-3  # the two pictures are told apart
        np.testing.assert_allclose(output, wanted, atol=1e-4)
        np.testing.assert_allclose(one, output[1:], atol=1e-5)


@networks
def test_weights_that_are_missing_or_of_another_network_are_refused(convert, kind):
    drawn = Drawn()
    kind(drawn, IMAGES[:1].transpose(0, 2, 3, 1))
    files = drawn.files()
    manifest = "net-weights_manifest.json"
    for change, told in (
        ({"net.bin": files["net.bin"][:-4]}, "end before"),
        ({manifest: files[manifest].replace(b"/bias", b"/bios")}, "no weights .*bias with 1 dim"),
        ({manifest: files[manifest].replace(b"net.bin", b"other.bin")}, "other.bin"),
        ({manifest: files[manifest].replace(b"uint8", b"uint4")}, "uint4"),
    ):
        with pytest.raises(ModelError, match=told) as caught:
            convert(files | change)
        assert caught.value.remedy
    with pytest.raises(ModelError, match="json"):
        convert({"net.bin": b""})
