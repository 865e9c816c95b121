"""Writes face-api's networks for age, gender and expression as ONNX.

Their package has the weights and a manifest; how they belong together stands in its code only: convolutions in two
steps (each channel by itself, then all channels of a pixel) with shortcuts around them. Both networks want RGB
112x112 less its mean, divided: that stands in the cards.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from numpy.typing import NDArray

from galleria.domain.errors import ModelError

from . import graph
from .tfjs import read_weights

INPUT = "images"
SIZE, LAST = 112, 7  # pixels of a side at the input, and before the average
DENSE_BLOCKS = 4
REMEDY = "Name a network of face-api with its manifest as the card's source"


def convert_age_gender(files: Mapping[str, bytes]) -> bytes:
    """Return the ONNX file: `images` (batch, 3, 112, 112) to `age` (batch, 1), years, and `gender` (batch, 2).

    Args:
        files: content by file name: the manifest (.json) and the files it names.

    Raises:
        ModelError: the weights are those of another network.
    """
    net = _Network(files)
    name = net.relu(net.plain("entry_flow/conv_in", INPUT, 2))
    name = net.reduction("entry_flow/reduction_block_0", name, first=True)
    name = net.reduction("entry_flow/reduction_block_1", name)
    block = 0
    while f"middle_flow/main_block_{block}/separable_conv0/bias" in net.weights:
        before = name
        for step in range(3):
            name = net.separable(f"middle_flow/main_block_{block}/separable_conv{step}", net.relu(name))
        name = net.add("Add", [name, before])
        block += 1
    name = net.reduction("exit_flow/reduction_block", name)
    flat = net.average(net.relu(net.separable("exit_flow/separable_conv", name)))
    net.connected("fc/age", flat, "age")
    net.add("Softmax", [net.connected("fc/gender", flat)], "gender", axis=1)
    return net.finish("faceapi-age-gender", {"age": 1, "gender": 2})


def convert_expression(files: Mapping[str, bytes]) -> bytes:
    """Return the ONNX file: `images` (batch, 3, 112, 112) to `expression` (batch, 7); arguments and errors as above."""
    net = _Network(files)
    name = INPUT
    for block in range(DENSE_BLOCKS):
        start = f"dense{block}/conv0"
        total = net.relu(net.separable(start, name, 2) if block else net.plain(start, name, 2))
        name = total
        for step in range(1, 4):
            total = net.add("Add", [total, net.separable(f"dense{block}/conv{step}", name)])
            name = net.relu(total)
    net.add("Softmax", [net.connected("fc", net.average(name))], "expression", axis=1)
    return net.finish("faceapi-expression", {"expression": 7})


class _Network:
    def __init__(self, files: Mapping[str, bytes]) -> None:
        manifest = next((content for name, content in files.items() if name.endswith(".json")), None)
        groups = json.loads(manifest) if manifest else []
        missing = [path for group in groups for path in group["paths"] if path not in files]
        if manifest is None or missing:
            problem = f"the files {missing or ['*.json']} are not among the source files"
            raise ModelError(problem, REMEDY)
        self.weights: dict[str, NDArray[Any]] = {}
        for group in groups:
            self.weights |= read_weights(group["weights"], b"".join(files[path] for path in group["paths"]))
        self.nodes: list[Any] = []
        self.kept: dict[str, Any] = {}

    def add(self, op: str, inputs: Sequence[str], name: str = "", **attributes: Any) -> str:  # noqa: ANN401
        output = name or f"{len(self.nodes)}/{op}"
        self.nodes.append(graph.node(op, inputs, [output], **attributes))
        return output

    def keep(self, name: str, order: Sequence[int]) -> str:
        """Store weights with their dimensions in the order that ONNX has."""
        if name not in self.weights or self.weights[name].ndim != len(order):
            problem = f"there are no weights {name} with {len(order)} dimensions"
            raise ModelError(problem, REMEDY)
        self.kept[name] = graph.tensor(name, self.weights[name].transpose(order))
        return name

    def relu(self, source: str) -> str:
        return self.add("Relu", [source])

    def plain(self, part: str, source: str, stride: int) -> str:
        inputs = [source, self.keep(f"{part}/filters", (3, 2, 0, 1)), self.keep(f"{part}/bias", (0,))]
        return self.add("Conv", inputs, strides=[stride] * 2, auto_pad="SAME_UPPER")

    def separable(self, part: str, source: str, stride: int = 1) -> str:
        single = self.keep(f"{part}/depthwise_filter", (2, 3, 0, 1))
        settings = {"strides": [stride] * 2, "auto_pad": "SAME_UPPER", "group": self.weights[single].shape[2]}
        name = self.add("Conv", [source, single], **settings)
        return self.add(
            "Conv", [name, self.keep(f"{part}/pointwise_filter", (3, 2, 0, 1)), self.keep(f"{part}/bias", (0,))]
        )

    def reduction(self, part: str, source: str, *, first: bool = False) -> str:
        name = self.separable(f"{part}/separable_conv0", source if first else self.relu(source))
        name = self.separable(f"{part}/separable_conv1", self.relu(name))
        name = self.add("MaxPool", [name], kernel_shape=[3, 3], strides=[2, 2], auto_pad="SAME_UPPER")
        return self.add("Add", [name, self.plain(f"{part}/expansion_conv", source, 2)])

    def average(self, source: str) -> str:
        return self.add("Flatten", [self.add("AveragePool", [source], kernel_shape=[LAST] * 2, strides=[2, 2])])

    def connected(self, part: str, source: str, name: str = "") -> str:
        return self.add("Gemm", [source, self.keep(f"{part}/weights", (0, 1)), self.keep(f"{part}/bias", (0,))], name)

    def finish(self, name: str, outputs: Mapping[str, int]) -> bytes:
        ports = [graph.port(output, ["batch", size]) for output, size in outputs.items()]
        images = [graph.port(INPUT, ["batch", 3, SIZE, SIZE])]
        return graph.to_bytes(graph.model(name, self.nodes, images, ports, list(self.kept.values())))
