import hashlib

import numpy as np
import onnx
import pytest

from galleria.domain.errors import ModelError
from galleria.models.dlib import Archive, convert_resnet
from galleria.models.engines import OnnxRuntimeNetwork


def number(value: int) -> bytes:
    size = max(1, (abs(value).bit_length() + 7) // 8)
    return bytes((size | (0x80 if value < 0 else 0),)) + abs(value).to_bytes(size, "little")


def layer(kind: str, values, *setup: int, version: int = 2) -> bytes:
    """A layer as dlib writes it, with what a finished training leaves behind it."""
    values = np.asarray(values, "<f4")
    sizes = b"".join(number(i) for i in (version, len(values), 1, 1, 1))
    left = b"\x01\x01" + number(-1) + number(300)
    return number(len(kind)) + kind.encode() + b"".join(map(number, setup)) + sizes + values.tobytes() + left


class Drawn:
    """The face recognition network with weights of chance, and what it answers, computed here in numpy."""

    def __init__(self):
        self.rng = np.random.default_rng(7)
        self.file = b"\x01\x02loss_metric_2"
        self.count = 0

    def weigh(self, depth, filters, kernel):
        deviation = (depth * kernel**2) ** -0.5
        weights = self.rng.normal(0, deviation, (filters, depth, kernel, kernel)).astype(np.float32)
        bias, scale, offset = (self.rng.normal(m, 0.1, filters).astype(np.float32) for m in (0, 1, 0))
        if not self.count:
            weights[0, 0, 0, 0] = 1e-38
        self.count += 1
        self.file += layer("con_4", np.concatenate([weights.ravel(), bias]))
        self.file += layer("affine_", np.concatenate([scale, offset]))
        return weights, bias, scale, offset

    def conv(self, x, filters, kernel, stride, pad):
        weights, bias, scale, offset = self.weigh(x.shape[1], filters, kernel)
        windows = self.windows(np.pad(x, [(0, 0), (0, 0), (pad, pad), (pad, pad)]), kernel, stride)
        y = np.tensordot(windows, weights, ((1, 4, 5), (1, 2, 3))).transpose(0, 3, 1, 2) + bias[:, None, None]
        return y * scale[:, None, None] + offset[:, None, None]

    def windows(self, x, kernel, stride):
        seen = np.lib.stride_tricks.sliding_window_view(x, (kernel, kernel), (2, 3))
        return seen[:, :, ::stride, ::stride]

    def run(self, x):
        x = self.windows(np.maximum(self.conv(x, 32, 7, 2, 0), 0), 3, 2).max((4, 5))
        for width, down, repeats in ((32, False, 3), (64, True, 3), (128, True, 2), (256, True, 2), (256, True, 0)):
            if down:
                y = self.conv(np.maximum(self.conv(x, width, 3, 2, 0), 0), width, 3, 1, 1)
                x = np.maximum(self.sum(y, self.windows(x, 2, 2).mean((4, 5))), 0)
            for _ in range(repeats):
                x = np.maximum(x + self.conv(np.maximum(self.conv(x, width, 3, 1, 1), 0), width, 3, 1, 1), 0)
        matrix = self.rng.normal(0, 0.1, (256, 128)).astype(np.float32)
        self.file += layer("fc_2", matrix.ravel(), 128, 256)
        return x.mean((2, 3)) @ matrix

    def sum(self, a, b):
        """As dlib adds: what one lacks is zero."""
        total = np.zeros([max(sizes) for sizes in zip(a.shape, b.shape, strict=True)], np.float32)
        for part in (a, b):
            total[tuple(slice(size) for size in part.shape)] += part
        return total


@pytest.fixture(scope="module")
def drawn():
    images = np.random.default_rng(1).normal(size=(2, 3, 150, 150)).astype(np.float32)
    net = Drawn()
    return images, net.run(images), net.file


def test_the_network_answers_as_an_independent_computation(drawn):
    images, expected, file = drawn
    content = convert_resnet(file)
    onnx.checker.check_model(content, full_check=True)
    network = OnnxRuntimeNetwork(content)
    (found,) = network.run(images)
    assert np.abs(expected).max() > 0.1
    np.testing.assert_allclose(found, expected, atol=1e-4)
    np.testing.assert_allclose(network.run(images[1:])[0], found[1:], atol=1e-6)


def test_the_same_file_gives_the_same_bytes_without_denormal_weights(drawn):
    first, second = (convert_resnet(drawn[2]) for _ in range(2))
    assert hashlib.sha256(first).digest() == hashlib.sha256(second).digest()
    for tensor in onnx.load_from_string(first).graph.initializer:
        values = onnx.numpy_helper.to_array(tensor)
        assert not ((values != 0) & (np.abs(values) < 1e-30)).any(), tensor.name


def test_what_is_not_that_network_is_refused(drawn):
    file = drawn[2]
    for content, told in (
        (b"", "no further layer of the kind con_4"),
        (file[:1_000_000], "no parameters that are read here|no further layer"),
        (file.replace(b"\x05con_4", b"\x05con_9"), "no further layer of the kind con_4"),
        (file.replace(b"\x04fc_2", b"\x04fc_9"), "no further layer of the kind fc_2"),
        (file + layer("con_4", [1.0]), "more layers"),
        (layer("con_4", np.ones(5)) + layer("affine_", np.ones(64)) + file, "has 5 parameters"),
        (layer("con_4", np.ones(4736)) + layer("affine_", np.ones(3)) + file, "has 3 parameters"),
    ):
        with pytest.raises(ModelError, match=told) as caught:
            convert_resnet(content)
        assert caught.value.remedy


def test_layers_are_read_one_after_the_other_over_what_lies_between():
    values = np.arange(70000) / 7
    archive = Archive(b"header" + layer("con_4", values) + b"\x01\x01\x00" + layer("fc_2", [1.5, -2], 128, -3))
    np.testing.assert_array_equal(archive.parameters("con_4"), values.astype(np.float32))
    assert archive.parameters("fc_2", skipped=2).tolist() == [1.5, -2]
    assert archive.ends()
    with pytest.raises(ModelError, match="no parameters"):
        Archive(layer("con_4", values, version=1)).parameters("con_4")
