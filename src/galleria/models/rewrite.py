"""Rewrites of a converted graph that keep its answers and save time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from galleria.domain.errors import ModelError

from . import graph


def keep_classes(content: bytes, classes: Sequence[int]) -> bytes:
    """Drop the scores of all other classes, in the convolutions that compute them.

    Scores are the first part of a split, box distances the second (as in NanoDet's heads).

    Raises:
        ModelError: the graph has no such split.
    """
    model = graph.from_bytes(content)
    values = {i.name: graph.array(i) for i in model.graph.initializer}
    makers = {name: node for node in model.graph.node for name in node.output}
    splits = [node for node in model.graph.node if node.op_type == "Split"]
    scores = {split.output[0] for split in splits}
    for split in splits:
        first, rest = values[split.input[1]]
        kept = [*classes, *range(first, first + rest)]
        for name in makers[split.input[0]].input[1:]:
            values[name] = values[name][kept]
        values[split.input[1]] = np.array([len(classes), rest], np.int64)
    for node in model.graph.node:
        if node.input[0] in scores:
            scores.update(node.output)
            if node.op_type == "Reshape":
                values[node.input[1]] = np.array([0, len(classes), -1], np.int64)
    for output in model.graph.output:
        if output.name in scores:
            output.type.tensor_type.shape.dim[2].dim_value = len(classes)
    if not splits:
        problem = "the graph splits nothing into scores and boxes"
        raise ModelError(problem, "Remove convert.classes from the card")
    initialisers = [graph.tensor(name, value) for name, value in values.items()]
    return graph.to_bytes(_with(model, model.graph.node, initialisers))


def pool_first(model: Any) -> Any:  # noqa: ANN401
    """Swap each LeakyRelu with the MaxPool behind it: both only rise, so the answer is the same with less work."""
    nodes = list(model.graph.node)
    makers = {name: node for node in nodes for name in node.output}
    for pool in [n for n in nodes if n.op_type == "MaxPool"]:
        leaky = makers.get(pool.input[0])
        if leaky is None or leaky.op_type != "LeakyRelu" or _uses(nodes, leaky.output[0]) != 1:
            continue
        before, between, after = leaky.input[0], f"{pool.output[0]}/raw", pool.output[0]
        nodes[nodes.index(leaky)] = graph.node("MaxPool", [before], [between], **_attributes(pool))
        nodes[nodes.index(pool)] = graph.node("LeakyRelu", [between], [after], **_attributes(leaky))
    return _with(model, nodes, model.graph.initializer)


def fold_stem(model: Any) -> Any:  # noqa: ANN401
    """Write a first 3x3 convolution of step 2 as a 2x2 convolution over blocks of 2x2 pixels.

    Three channels are too few for the integer kernels (2.5 ms of 15); twelve are not. The weights are the same,
    with zeros where a block reaches further than the old window.
    """
    images = model.graph.input[0].name
    stem = next((n for n in model.graph.node if n.op_type == "Conv" and n.input[0] == images), None)
    if stem is None or _uses(model.graph.node, images) != 1:
        return model
    weights = next(graph.array(i) for i in model.graph.initializer if i.name == stem.input[1])
    settings = _attributes(stem)
    window = (weights.shape[2:], tuple(settings["strides"]), tuple(settings["pads"]), settings["group"])
    if window != ((3, 3), (2, 2), (1, 1, 1, 1), 1):
        return model
    filters, depth = weights.shape[:2]
    folded = np.zeros((filters, 4 * depth, 2, 2), np.float32)
    for row in range(3):
        for column in range(3):
            # Pixel -1 lies in the block before, pixels 0 and 1 in the same block.
            first = ((row - 1) % 2 * 2 + (column - 1) % 2) * depth
            folded[:, first : first + depth, min(row, 1), min(column, 1)] = weights[:, :, row, column]
    blocks, name = f"{images}/blocks", f"{stem.input[1]}/folded"
    nodes = [graph.node("SpaceToDepth", [images], [blocks], blocksize=2)]
    conv_settings: dict[str, Any] = {"kernel_shape": [2, 2], "pads": [1, 1, 0, 0], "strides": [1, 1], "group": 1}
    for node in model.graph.node:
        same = node is not stem and node.name != stem.name
        nodes.append(node if same else graph.node("Conv", [blocks, name, stem.input[2]], stem.output, **conv_settings))
    kept = [i for i in model.graph.initializer if i.name != stem.input[1]]
    return _with(model, nodes, [*kept, graph.tensor(name, folded)])


def _uses(nodes: Sequence[Any], name: str) -> int:
    return sum(list(node.input).count(name) for node in nodes)


def _attributes(node: Any) -> dict[str, Any]:  # noqa: ANN401
    """Attributes as `graph.node` takes them."""
    kinds = {1: "f", 2: "i", 3: "s", 7: "ints"}
    found = {a.name: getattr(a, kinds[a.type]) for a in node.attribute}
    return {k: v.decode() if isinstance(v, bytes) else v for k, v in found.items()}


def _with(model: Any, nodes: Sequence[Any], initialisers: Sequence[Any]) -> Any:  # noqa: ANN401
    return graph.model(model.graph.name, nodes, model.graph.input, model.graph.output, initialisers)
