"""dlib's face ResNet as ONNX, and what goes around it: alignment on five points, embeddings, distances."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import onnx
import onnxruntime as ort
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from scipy import ndimage

Array = NDArray[np.float64]
Picture = NDArray[np.uint8]
CHIP = 150
# YuNet's points inside the network's own chip: eyes left and right in the picture, nose, corners of the mouth.
TEMPLATE = np.array([[47.33, 45.46], [101.13, 45.3], [75.04, 77.52], [50.56, 98.96], [98.46, 99.03]])
MEAN = (122.782, 117.001, 104.298)
STAGES = ((32, 32, 3), (32, 64, 3), (64, 128, 2), (128, 256, 2), (256, 256, 0))  # in, out, blocks after it


class Layer(NamedTuple):
    """A stored tensor: con_4 (convolution), affine_ or fc_no_bias_."""

    kind: str
    values: NDArray[np.float32]


def layers(path: Path) -> Iterator[Layer]:
    """Read the tensors of a serialised dlib network, in its order: from the output to the input, blocks reversed."""
    data = path.read_bytes()
    end = 0
    for found in re.finditer(rb"\x01(\x05con_4|\x07affine_|\x04fc_2|\x0bfc_no_bias_|\x03fc_)", data):
        if found.start() < end:  # inside the numbers of a tensor
            continue
        kind, at = found.group(1)[1:].decode(), found.end()
        if kind.startswith("fc"):
            for _ in range(2):
                _, at = _number(data, at)
        version, at = _number(data, at)
        if version != 2:  # noqa: PLR2004 - the format's version
            continue
        size = 1
        for _ in range(4):
            side, at = _number(data, at)
            size *= side
        end = at + 4 * size
        yield Layer(kind, np.array(struct.unpack(f"<{size}f", data[at:end]), np.float32))


def _number(data: bytes, at: int) -> tuple[int, int]:
    size = data[at] & 0x0F
    value = int.from_bytes(data[at + 1 : at + 1 + size], "little")
    return (-value if data[at] & 0x80 else value), at + 1 + size


class _Graph:
    """Builds the network layer by layer."""

    def __init__(self, tensors: Iterator[Layer]) -> None:
        self.tensors, self.nodes, self.constants, self.count = tensors, [], [], 0  # type: ignore[var-annotated]

    def constant(self, value: object, kind: type = np.float32) -> str:
        name = f"k{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(value, kind), name))
        return name

    def add(self, kind: str, *inputs: str, **settings: int | list[int]) -> str:
        self.count += 1
        name = f"n{self.count}"
        node = helper.make_node(kind, list(inputs), [name])
        node.attribute.extend(helper.make_attribute(key, value) for key, value in settings.items())
        self.nodes.append(node)
        return name

    def conv(self, x: str, shape: tuple[int, int, int], stride: int, pad: int, *, relu: bool) -> str:
        """Convolution and the affine layer after it, folded into one."""
        ways_in, ways_out, side = shape
        values, scale = next(self.tensors), next(self.tensors)
        if values.kind != "con_4" or scale.kind != "affine_":
            problem = f"expected con_4 and affine_, found {values.kind} and {scale.kind}"
            raise ValueError(problem)
        count = ways_out * ways_in * side * side
        weights = values.values[:count].reshape(ways_out, ways_in, side, side).astype(np.float64)
        gain, shift = (part.astype(np.float64) for part in np.split(scale.values, 2))
        bias = values.values[count:] * gain + shift
        weights = (weights * gain[:, None, None, None]).astype(np.float32)
        weights[np.abs(weights) < 1e-30] = 0  # noqa: PLR2004 - denormal numbers are slow
        y = self.add(
            "Conv", x, self.constant(weights), self.constant(bias),
            kernel_shape=[side, side], strides=[stride] * 2, pads=[pad] * 4,
        )  # fmt: skip
        return self.add("Relu", y) if relu else y

    def block(self, x: str, ways: int) -> str:
        y = self.conv(x, (ways, ways, 3), 1, 1, relu=True)
        y = self.conv(y, (ways, ways, 3), 1, 1, relu=False)
        return self.add("Relu", self.add("Add", y, x))

    def down(self, x: str, ways_in: int, ways_out: int, side: int) -> tuple[str, int]:
        """Halve the picture; the short cut is pooled and padded with empty channels."""
        y = self.conv(x, (ways_in, ways_out, 3), 2, 0, relu=True)
        y = self.conv(y, (ways_out, ways_out, 3), 1, 1, relu=False)
        pooled = self.add("AveragePool", x, kernel_shape=[2, 2], strides=[2, 2])
        if (side - 3) // 2 + 1 != side // 2:
            y = self.add("Pad", y, self.constant([0, 0, 0, 0, 0, 0, 1, 1], np.int64))
        if ways_in != ways_out:
            pads = [0, 0, 0, 0, 0, ways_out - ways_in, 0, 0]
            pooled = self.add("Pad", pooled, self.constant(pads, np.int64))
        return self.add("Relu", self.add("Add", y, pooled)), side // 2


def convert(source: Path, target: Path) -> None:
    """Convert dlib's file to ONNX: `rgb` (n, 3, 150, 150) float32, 0..255, to (n, 128).

    Raises:
        ValueError: it is another network.
    """
    graph = _Graph(layers(source))
    x = graph.add("Sub", "rgb", graph.constant(np.array(MEAN).reshape(1, 3, 1, 1)))
    x = graph.conv(graph.add("Mul", x, graph.constant(1 / 256)), (3, 32, 7), 2, 0, relu=True)
    x, side = graph.add("MaxPool", x, kernel_shape=[3, 3], strides=[2, 2]), 35
    for number, (ways_in, ways_out, blocks) in enumerate(STAGES):
        if number:
            x, side = graph.down(x, ways_in, ways_out, side)
        for _ in range(blocks):
            x = graph.block(x, ways_out)
    x = graph.add("Flatten", graph.add("GlobalAveragePool", x))
    last = next(graph.tensors)
    x = graph.add("MatMul", x, graph.constant(last.values.reshape(256, 128)))
    made = helper.make_graph(
        graph.nodes, "face", [helper.make_tensor_value_info("rgb", TensorProto.FLOAT, ["n", 3, CHIP, CHIP])],
        [helper.make_tensor_value_info(x, TensorProto.FLOAT, ["n", 128])], graph.constants,
    )  # fmt: skip
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, str(target))


def chip(picture: Picture, points: Array) -> Picture:
    """Cut a face out, turned and scaled so that its five points (5, 2) lie where the network wants them.

    Args:
        picture: (h, w, 3) uint8.
        points: pixels, in YuNet's order.

    Returns:
        (150, 150, 3) uint8.
    """
    matrix, shift = similarity(points, TEMPLATE)
    back = np.linalg.inv(matrix)
    shrink = float(np.sqrt(abs(np.linalg.det(matrix))))
    source = picture.astype(np.float32)
    if shrink < 0.6:  # noqa: PLR2004 - strong shrinking would alias
        source = ndimage.gaussian_filter(source, (0.35 / shrink, 0.35 / shrink, 0))
    rows, columns = np.mgrid[0:CHIP, 0:CHIP]
    at = (np.stack([columns, rows], -1) - shift) @ back.T
    layers_ = [
        ndimage.map_coordinates(source[..., k], [at[..., 1], at[..., 0]], order=1, mode="constant") for k in range(3)
    ]
    return np.asarray(np.clip(np.rint(np.stack(layers_, -1)), 0, 255), np.uint8)


def similarity(source: Array, target: Array) -> tuple[Array, Array]:
    """The matrix (2, 2) and shift (2,) of the similarity that takes points onto others best (Umeyama)."""
    middle, goal = source.mean(0), target.mean(0)
    a, b = source - middle, target - goal
    u, d, v = np.linalg.svd(b.T @ a / len(a))
    sign = np.diag([1.0, np.sign(np.linalg.det(u @ v))])
    scale = (d * np.diag(sign)).sum() / a.var(0).sum()
    matrix = scale * u @ sign @ v
    return matrix, goal - matrix @ middle


def embed(network: ort.InferenceSession, chips: list[Picture]) -> Array:
    """Embeddings (n, 128) of chips (150, 150, 3) RGB; compare them by Euclidean distance."""
    if not chips:
        return np.zeros((0, 128))
    name = network.get_outputs()[0].name
    rows = []
    for start in range(0, len(chips), 16):
        batch = np.stack(chips[start : start + 16]).astype(np.float32).transpose(0, 3, 1, 2)
        rows.append(np.asarray(network.run([name], {"rgb": np.ascontiguousarray(batch)})[0]))
    return np.concatenate(rows).astype(np.float64)


def distances(one: Array, other: Array) -> Array:
    """Euclidean distances (n, m)."""
    square = (one**2).sum(1)[:, None] + (other**2).sum(1) - 2 * one @ other.T
    return np.asarray(np.sqrt(np.maximum(square, 0)))
