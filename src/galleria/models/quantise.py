"""Turns an fp32 network into an int8 one: pairs of QuantizeLinear and DequantizeLinear that the runtimes fuse.

Activations are uint8 with one scale a tensor, weights int8 and symmetric with one scale a filter, biases int32.
The scales come from ranges measured once (`tools/measure_ranges.py`), so that no footage is needed to make the file.
Everything between the input and the scores' sigmoid stays in eight bits; the card tells what that costs and gains.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from galleria.domain.errors import ModelError

from . import graph
from .rewrite import fold_stem, pool_first

# Operators computed in eight bits, with the number of inputs that are activations (0: all).
EIGHT_BITS = {"Conv": 1, "LeakyRelu": 1, "MaxPool": 1, "Resize": 1, "SpaceToDepth": 1, "Add": 0, "Concat": 0}
# These only move or mix values: their output has the scale of their input.
SAME_SCALE = {"MaxPool", "Resize", "SpaceToDepth"}


def quantise(content: bytes, ranges: Mapping[str, tuple[float, float]]) -> bytes:
    """Return the int8 network.

    Args:
        content: the fp32 ONNX file, as `convert` writes it.
        ranges: the least and greatest value of each tensor.

    Raises:
        ModelError: a tensor has no range.
    """
    model = fold_stem(pool_first(graph.from_bytes(content)))
    quantiser = _Quantiser(model, dict(ranges))
    for node in model.graph.node:
        quantiser.take(node)
    made = graph.model("int8", quantiser.nodes, model.graph.input, model.graph.output, quantiser.initialisers())
    return graph.to_bytes(made)


class _Quantiser:
    def __init__(self, model: Any, ranges: dict[str, tuple[float, float]]) -> None:  # noqa: ANN401
        self.values = {i.name: graph.array(i) for i in model.graph.initializer}
        self.ranges = ranges
        self.nodes: list[Any] = []
        self.paired: dict[str, str] = {}
        self.scales: dict[str, np.float32] = {}

    def initialisers(self) -> list[Any]:
        used = {name for node in self.nodes for name in node.input}
        return [graph.tensor(name, value) for name, value in self.values.items() if name in used]

    def take(self, node: Any) -> None:  # noqa: ANN401
        if node.op_type not in EIGHT_BITS:
            node.input[:] = [self.paired.get(name, name) for name in node.input]
            self.nodes.append(node)
            return
        source = node.input[0]
        activations = EIGHT_BITS[node.op_type] or len(node.input)
        node.input[:activations] = [self.pair(name) for name in node.input[:activations]]
        if node.op_type == "Conv":
            self.weigh(node, self.scales[source])
        self.nodes.append(node)
        for name in node.output:
            if node.op_type in SAME_SCALE:
                self.ranges[name] = self.ranges[source]
            self.pair(name)

    def pair(self, name: str) -> str:
        """Quantise a tensor (once); return the name of its dequantised values."""
        if name not in self.paired:
            if name not in self.ranges:
                problem = f"tensor {name} has no measured range"
                raise ModelError(problem, "Run tools/measure_ranges.py for this card")
            low, high = min(self.ranges[name][0], 0.0), max(self.ranges[name][1], 0.0)
            scale = np.float32((high - low) / 255 or 1.0)
            zero = np.uint8(np.clip(np.rint(-low / float(scale)), 0, 255))
            self.scales[name] = scale
            self.values |= {f"{name}/scale": np.array(scale), f"{name}/zero": np.array(zero)}
            settings = [f"{name}/scale", f"{name}/zero"]
            self.nodes.append(graph.node("QuantizeLinear", [name, *settings], [f"{name}/uint8"]))
            self.nodes.append(graph.node("DequantizeLinear", [f"{name}/uint8", *settings], [f"{name}/back"]))
            self.paired[name] = f"{name}/back"
        return self.paired[name]

    def weigh(self, conv: Any, scale_in: np.float32) -> None:  # noqa: ANN401
        """Store the weights as int8, one scale a filter, and the bias as int32 in units of both scales."""
        weights, bias = self.values[conv.input[1]], self.values[conv.input[2]]
        largest = np.abs(weights).reshape(len(weights), -1).max(axis=1)
        scales = np.maximum(largest / np.float32(127), np.float32(1e-8))
        whole = np.clip(np.rint(weights / scales.reshape(-1, 1, 1, 1)), -127, 127).astype(np.int8)
        steps = (scale_in * scales).astype(np.float32)
        limit = np.iinfo(np.int32)
        sums = np.clip(np.rint(bias.astype(np.float64) / steps), limit.min, limit.max).astype(np.int32)
        conv.input[1] = self.stored(conv.input[1], whole, scales)
        conv.input[2] = self.stored(conv.input[2], sums, steps)

    def stored(self, name: str, whole: NDArray[Any], scales: NDArray[np.float32]) -> str:
        self.values |= {
            f"{name}/whole": whole,
            f"{name}/scale": scales,
            f"{name}/zero": np.zeros_like(whole, shape=scales.shape),
        }
        inputs = [f"{name}/whole", f"{name}/scale", f"{name}/zero"]
        self.nodes.append(graph.node("DequantizeLinear", inputs, [f"{name}/back"], axis=0))
        return f"{name}/back"
