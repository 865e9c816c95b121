"""Changes of ONNX files that packages bring: sizes left open, weights next to nothing made nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

from galleria.domain.errors import ModelError

from . import graph

SIZES = ("batch", "channels", "height", "width")
REMEDY = "Correct convert in the card, or bring the network with a card of your own (convert.recipe = 'onnx')"


def reopen(content: bytes, symbolic: Sequence[str] = (), zero_below: float = 0.0) -> bytes:
    """Return the ONNX file with sizes of its input left open, and weights closer to zero than a limit made zero.

    Args:
        content: the file; its only input is NCHW.
        symbolic: of `batch`, `height`, `width`: those left open.
        zero_below: what is less than this, on both sides of zero, changes no answer, but processors take many times
            as long for it (denormal numbers).

    Raises:
        ModelError: it is no ONNX file, or has not one input with four sizes.
    """
    try:
        model = graph.from_bytes(content)
    except Exception as error:  # the protobuf library has errors of its own
        problem = "the source is no ONNX file"
        raise ModelError(problem, REMEDY) from error
    if zero_below:
        _zero(model, zero_below)
    if symbolic:
        _open(model, symbolic)
    return graph.to_bytes(model)


def _zero(model: Any, limit: float) -> None:  # noqa: ANN401
    for number, initialiser in enumerate(model.graph.initializer):
        if initialiser.data_type == onnx.TensorProto.FLOAT:
            values = numpy_helper.to_array(initialiser)
            kept = np.where(np.abs(values) < np.float32(limit), np.float32(0), values)
            model.graph.initializer[number].CopyFrom(graph.tensor(initialiser.name, kept))


def _open(model: Any, symbolic: Sequence[str]) -> None:  # noqa: ANN401
    weights = {initialiser.name for initialiser in model.graph.initializer}
    inputs = [port for port in model.graph.input if port.name not in weights]
    if len(inputs) != 1 or len(inputs[0].type.tensor_type.shape.dim) != len(SIZES):
        problem = "the network has not one input with four sizes"
        raise ModelError(problem, REMEDY)
    for size, name in zip(inputs[0].type.tensor_type.shape.dim, SIZES, strict=True):
        if name in symbolic:
            size.dim_param = name
    # What is said of tensors on the way holds for the old sizes only; of the last dimension of an output it stays.
    del model.graph.value_info[:]
    for output in model.graph.output:
        *others, _ = output.type.tensor_type.shape.dim
        for number, size in enumerate(others):
            size.dim_param = f"{output.name}_{number}" if number else "batch"
    if "batch" in symbolic:
        _free_batch(model)


def _free_batch(model: Any) -> None:  # noqa: ANN401
    """Where a tensor is reshaped into a batch of one, let the batch stay what it is: ONNX writes that as 0."""
    weights = {initialiser.name: initialiser for initialiser in model.graph.initializer}
    constants = {node.output[0]: node for node in model.graph.node if node.op_type == "Constant"}
    for target in {node.input[1] for node in model.graph.node if node.op_type == "Reshape"}:
        if target in weights:
            tensor = weights[target]
        elif target in constants:
            tensor = next(a.t for a in constants[target].attribute if a.name == "value")
        else:
            continue  # computed from the batch there is
        shape: NDArray[Any] = numpy_helper.to_array(tensor).copy()
        if len(shape) > 1 and shape[0] == 1:
            shape[0] = 0
            tensor.CopyFrom(graph.tensor(tensor.name, shape))
