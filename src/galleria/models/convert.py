"""Turns a TensorFlow.js graph into an ONNX graph whose batch, height and width are open.

TensorFlow convolves NHWC, ONNX NCHW; graphs that came from PyTorch switch back and forth around every convolution.
Here every tensor stays NCHW and only the *view* (which order TensorFlow believes in) is tracked, so a transposition
costs nothing; padding goes into the convolution or pooling behind it, and an added constant becomes the bias.
Knows the operators of NanoDet's graph; any other is refused by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from graphlib import TopologicalSorter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from galleria.domain.errors import ModelError

from . import graph
from .tfjs import REMEDY, TfGraph, TfNode

INPUT = "images"
TO_NHWC, TO_NCHW, SWAP_LAST = (0, 2, 3, 1), (0, 3, 1, 2), (0, 2, 1)
RANK_4 = 4


@dataclass(frozen=True, slots=True)
class Value:
    """A tensor of the new graph.

    Attributes:
        tensor: its name.
        shape: as stored (NCHW), at the size the source graph was made for.
        nhwc: whether the source graph sees it as NHWC.
        pads: top, left, bottom, right still to be added by the next operator.
        fill: what they hold.
    """

    tensor: str
    shape: tuple[int, ...]
    nhwc: bool = False
    pads: tuple[int, int, int, int] = (0, 0, 0, 0)
    fill: float = 0.0


def convert(source: TfGraph, outputs: Mapping[str, str]) -> bytes:
    """Return the ONNX file: input `images` (N, 3, H, W) float32, opset 17.

    Args:
        source: the graph; its placeholder is NCHW.
        outputs: the new name of each output by its name in the source, in the order wanted.

    Raises:
        ModelError: an operator, or a use of one, that is not converted here.
    """
    converter = _Converter(source)
    needed: dict[str, None] = {}
    waiting = list(outputs)
    while waiting:
        name = waiting.pop()
        if name not in source.nodes:
            problem = f"the graph has no node {name!r}"
            raise ModelError(problem, "Correct convert.outputs in the card")
        if name not in needed:
            needed[name] = None
            waiting.extend(i.partition(":")[0] for i in source.nodes[name].inputs)
    inputs = {n: [i.partition(":")[0] for i in source.nodes[n].inputs] for n in source.nodes if n in needed}
    for name in TopologicalSorter(inputs).static_order():
        converter.take(source.nodes[name])
    return converter.finish(outputs)


def _short(name: str) -> str:
    """The name in the new graph: without what the two converters before this one put in front."""
    return name.removeprefix("PartitionedCall/").removeprefix("onnx_tf_prefix_")


class _Converter:
    def __init__(self, source: TfGraph) -> None:
        self.constants: dict[str, NDArray[Any]] = dict(source.constants)
        self.values: dict[str, Value] = {}
        self.nodes: list[Any] = []
        self.initialisers: dict[str, Any] = {}
        self.makers = {
            "Const": self.constant, "Placeholder": self.placeholder, "Transpose": self.transpose,
            "Pad": self.pad, "PadV2": self.pad, "Conv2D": self.conv, "MaxPool": self.max_pool,
            "Add": self.add, "AddV2": self.add, "LeakyRelu": self.leaky_relu, "Sigmoid": self.sigmoid,
            "ConcatV2": self.concat, "SplitV": self.split, "ResizeBilinear": self.resize,
            "SparseToDense": self.sparse_to_dense, "Reshape": self.reshape, "Identity": self.identity,
        }  # fmt: skip

    def take(self, node: TfNode) -> None:
        if node.op not in self.makers:
            problem = f"operator {node.op} (node {node.name}) is not converted"
            raise ModelError(problem, REMEDY)
        self.makers[node.op](node)

    def finish(self, outputs: Mapping[str, str]) -> bytes:
        ports = []
        for name, new in outputs.items():
            value = self.value(name)
            self.nodes.append(graph.node("Identity", [value.tensor], [new]))
            ports.append(graph.port(new, ["batch", f"rows_{new}", value.shape[-1]]))
        images = graph.port(INPUT, ["batch", 3, "height", "width"])
        whole = graph.model("tfjs", self.nodes, [images], ports, list(self.initialisers.values()))
        return graph.to_bytes(whole)

    def value(self, name: str, *, padded: bool = False) -> Value:
        """The tensor a name stands for; pending padding only where the operator can take it."""
        if name not in self.values:
            raise self.refusal(name, "is a constant where a tensor is expected")
        value = self.values[name]
        if any(value.pads) and not padded:
            raise self.refusal(name, "is padding that neither a convolution nor a pooling takes")
        return value

    def fixed(self, name: str) -> NDArray[Any]:
        if name not in self.constants:
            raise self.refusal(name, "is computed where a constant is expected")
        return self.constants[name]

    def keep(self, name: str, values: NDArray[Any]) -> str:
        self.initialisers[name] = graph.tensor(name, values)
        return name

    def refusal(self, name: str, why: str) -> ModelError:
        return ModelError(f"node {name} {why}", REMEDY)

    def constant(self, node: TfNode) -> None:
        if node.name not in self.constants:
            raise self.refusal(node.name, "has no weights")

    def placeholder(self, node: TfNode) -> None:
        self.values[node.name] = Value(INPUT, tuple(node.sizes()))

    def identity(self, node: TfNode) -> None:
        self.values[node.name] = self.value(node.inputs[0])

    def transpose(self, node: TfNode) -> None:
        value, order = self.value(node.inputs[0], padded=True), tuple(map(int, self.fixed(node.inputs[1])))
        if order == (TO_NCHW if value.nhwc else TO_NHWC):
            self.values[node.name] = replace(value, nhwc=not value.nhwc)
        elif order == SWAP_LAST:
            name = self.emit("Transpose", node, [value.tensor], perm=order)
            self.values[node.name] = Value(name, (value.shape[0], value.shape[2], value.shape[1]))
        else:
            raise self.refusal(node.name, f"transposes by {order}")

    def pad(self, node: TfNode) -> None:
        value, pads = self.value(node.inputs[0]), self.fixed(node.inputs[1])
        (top, bottom), (left, right) = pads[1:3] if value.nhwc else pads[2:4]
        if pads.sum() != top + bottom + left + right:
            raise self.refusal(node.name, "pads the batch or the channels")
        fill = float(self.fixed(node.inputs[2])) if node.op == "PadV2" else 0.0
        self.values[node.name] = replace(value, pads=(int(top), int(left), int(bottom), int(right)), fill=fill)

    def window(self, node: TfNode, value: Value, kernel: tuple[int, int], fill: float) -> tuple[dict[str, Any], Value]:
        """Attributes of a sliding window and its result (channels as in `value`)."""
        if not value.nhwc or node.text("data_format") != "NHWC" or node.text("padding") != "VALID":
            raise self.refusal(node.name, "slides its window in another way than NHWC with VALID padding")
        if any(value.pads) and value.fill != fill:
            raise self.refusal(node.name, f"has a border of {value.fill}")
        strides = node.integers("strides")[1:3]
        if "dilations" in node.attributes and set(node.integers("dilations")) != {1}:
            raise self.refusal(node.name, "is dilated")
        top, left, bottom, right = value.pads
        height = (value.shape[2] + top + bottom - kernel[0]) // strides[0] + 1
        width = (value.shape[3] + left + right - kernel[1]) // strides[1] + 1
        settings = {"kernel_shape": kernel, "pads": value.pads, "strides": strides}
        return settings, Value(_short(node.name), (*value.shape[:2], height, width), nhwc=True)

    def conv(self, node: TfNode) -> None:
        value, weights = self.value(node.inputs[0], padded=True), self.fixed(node.inputs[1])
        rows, columns, depth, filters = weights.shape
        settings, result = self.window(node, value, (rows, columns), 0.0)
        kept = self.keep(f"{result.tensor}/weights", weights.transpose(3, 2, 0, 1))
        self.emit("Conv", node, [value.tensor, kept], group=value.shape[1] // depth, **settings)
        self.values[node.name] = replace(result, shape=(value.shape[0], filters, *result.shape[2:]))

    def max_pool(self, node: TfNode) -> None:
        value, kernel = self.value(node.inputs[0], padded=True), node.integers("ksize")[1:3]
        settings, result = self.window(node, value, (kernel[0], kernel[1]), -np.inf)
        self.emit("MaxPool", node, [value.tensor], **settings)
        self.values[node.name] = result

    def add(self, node: TfNode) -> None:
        left, right = node.inputs
        if left in self.constants and right in self.constants:
            self.constants[node.name] = self.constants[left] + self.constants[right]
        elif right in self.constants:
            self.values[node.name] = self.add_bias(node, self.value(left), self.constants[right])
        else:
            a, b = self.value(left), self.value(right)
            if (a.shape, a.nhwc) != (b.shape, b.nhwc):
                raise self.refusal(node.name, f"adds shapes {a.shape} and {b.shape}")
            self.values[node.name] = replace(a, tensor=self.emit("Add", node, [a.tensor, b.tensor]))

    def add_bias(self, node: TfNode, value: Value, bias: NDArray[Any]) -> Value:
        conv = next((n for n in self.nodes if value.tensor in n.output and n.op_type == "Conv"), None)
        weights_only = 2
        if conv is None or len(conv.input) != weights_only or bias.shape != (value.shape[1],) or not value.nhwc:
            raise self.refusal(node.name, "adds a constant that is no bias of a convolution")
        conv.input.append(self.keep(f"{value.tensor}/bias", bias))
        return value

    def leaky_relu(self, node: TfNode) -> None:
        value = self.value(node.inputs[0])
        self.values[node.name] = replace(
            value, tensor=self.emit("LeakyRelu", node, [value.tensor], alpha=node.real("alpha"))
        )

    def sigmoid(self, node: TfNode) -> None:
        value = self.value(node.inputs[0])
        self.values[node.name] = replace(value, tensor=self.emit("Sigmoid", node, [value.tensor]))

    def channels(self, node: TfNode, value: Value, axis: NDArray[Any]) -> int:
        if int(axis) % len(value.shape) != (3 if value.nhwc else 1):
            raise self.refusal(node.name, f"works along axis {int(axis)}, which is not the channels'")
        return 1

    def concat(self, node: TfNode) -> None:
        parts = [self.value(name) for name in node.inputs[:-1]]
        axis = self.channels(node, parts[0], self.fixed(node.inputs[-1]))
        if len({(p.nhwc, p.shape[0], *p.shape[2:]) for p in parts}) != 1:
            raise self.refusal(node.name, "joins tensors of different sizes")
        name = self.emit("Concat", node, [p.tensor for p in parts], axis=axis)
        shape = (parts[0].shape[0], sum(p.shape[1] for p in parts), *parts[0].shape[2:])
        self.values[node.name] = Value(name, shape, parts[0].nhwc)

    def split(self, node: TfNode) -> None:
        value, sizes = self.value(node.inputs[0]), self.fixed(node.inputs[1]).astype(np.int64)
        axis = self.channels(node, value, self.fixed(node.inputs[2]))
        short = _short(node.name)
        names = [f"{short}/{i}" for i in range(len(sizes))]
        counts = self.keep(f"{short}/sizes", sizes)
        self.nodes.append(graph.node("Split", [value.tensor, counts], names, axis=axis))
        for i, (name, size) in enumerate(zip(names, sizes, strict=True)):
            part = replace(value, tensor=name, shape=(value.shape[0], int(size), *value.shape[2:]))
            self.values[f"{node.name}:{i}" if i else node.name] = part

    def resize(self, node: TfNode) -> None:
        value, size = self.value(node.inputs[0]), self.fixed(node.inputs[1])
        if not value.nhwc or not node.flag("half_pixel_centers") or node.flag("align_corners"):
            raise self.refusal(node.name, "resizes with other corners than half-pixel centres")
        # The target size is written for one input size: as a factor it holds for all.
        factors = np.array([1, 1, size[0] / value.shape[2], size[1] / value.shape[3]], np.float32)
        kept = self.keep(f"{_short(node.name)}/scales", factors)
        name = self.emit(
            "Resize", node, [value.tensor, "", kept], mode="linear", coordinate_transformation_mode="half_pixel"
        )
        self.values[node.name] = replace(value, tensor=name, shape=(*value.shape[:2], int(size[0]), int(size[1])))

    def sparse_to_dense(self, node: TfNode) -> None:
        places, shape, values, default = (self.fixed(name) for name in node.inputs)
        dense = np.full(shape, default, dtype=values.dtype)
        for place, value in zip(places, np.broadcast_to(values, len(places)), strict=True):
            dense[tuple(place)] = value
        self.constants[node.name] = dense

    def reshape(self, node: TfNode) -> None:
        value, target = self.value(node.inputs[0]), [int(i) for i in self.fixed(node.inputs[1])]
        if value.nhwc or len(value.shape) != RANK_4 or target != [1, value.shape[1], -1]:
            raise self.refusal(node.name, f"makes {target} of {value.shape}")
        kept = self.keep(f"{_short(node.name)}/shape", np.array([0, value.shape[1], -1], np.int64))
        name = self.emit("Reshape", node, [value.tensor, kept])
        self.values[node.name] = Value(name, (value.shape[0], value.shape[1], value.shape[2] * value.shape[3]))

    def emit(self, op: str, node: TfNode, inputs: list[str], **attributes: Any) -> str:  # noqa: ANN401
        name = _short(node.name)
        self.nodes.append(graph.node(op, inputs, [name], **attributes))
        return name
