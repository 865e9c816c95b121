"""Writes ONNX files so that the same graph always gives the same bytes.

Only the protobuf classes are used and every field is set here: the `onnx` package's helpers fill in fields that
change from version to version, and a card pins the hash of the result.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import onnx
from numpy.typing import NDArray

Attribute: TypeAlias = int | float | str | Sequence[int]

OPSET = 17
IR_VERSION = 8

_ELEMENTS: dict[str, int] = {
    "float32": onnx.TensorProto.FLOAT,
    "uint8": onnx.TensorProto.UINT8,
    "int8": onnx.TensorProto.INT8,
    "int32": onnx.TensorProto.INT32,
    "int64": onnx.TensorProto.INT64,
}


def node(op: str, inputs: Sequence[str], outputs: Sequence[str], **attributes: Attribute) -> Any:  # noqa: ANN401
    """Return a node named after its first output, attributes in alphabetical order."""
    made = onnx.NodeProto(op_type=op, name=f"{outputs[0]}/{op}", input=list(inputs), output=list(outputs))
    for key in sorted(attributes):
        value = attributes[key]
        attribute = made.attribute.add(name=key)
        if isinstance(value, int):
            attribute.type, attribute.i = onnx.AttributeProto.INT, value
        elif isinstance(value, float):
            attribute.type, attribute.f = onnx.AttributeProto.FLOAT, value
        elif isinstance(value, str):
            attribute.type, attribute.s = onnx.AttributeProto.STRING, value.encode()
        else:
            attribute.type = onnx.AttributeProto.INTS
            attribute.ints.extend(value)
    return made


def tensor(name: str, values: NDArray[Any]) -> Any:  # noqa: ANN401
    """Return an initialiser with the values as little-endian bytes."""
    little = np.ascontiguousarray(values).astype(values.dtype.newbyteorder("<"))
    return onnx.TensorProto(
        name=name, data_type=_ELEMENTS[values.dtype.name], dims=values.shape, raw_data=little.tobytes()
    )


def array(initialiser: Any) -> NDArray[Any]:  # noqa: ANN401
    """Return the values of an initialiser written by `tensor`."""
    names = {code: name for name, code in _ELEMENTS.items()}
    kind = np.dtype(names[initialiser.data_type])
    flat = np.frombuffer(initialiser.raw_data, kind.newbyteorder("<")).astype(kind)
    return flat.reshape(tuple(initialiser.dims))


def port(name: str, shape: Sequence[int | str]) -> Any:  # noqa: ANN401
    """Return the declaration of a float32 input or output; a word in the shape is a size left open."""
    made = onnx.ValueInfoProto(name=name)
    made.type.tensor_type.elem_type = onnx.TensorProto.FLOAT
    for size in shape:
        if isinstance(size, str):
            made.type.tensor_type.shape.dim.add(dim_param=size)
        else:
            made.type.tensor_type.shape.dim.add(dim_value=size)
    return made


def model(
    name: str, nodes: Sequence[Any], inputs: Sequence[Any], outputs: Sequence[Any], initialisers: Sequence[Any]
) -> Any:  # noqa: ANN401
    """Return a whole model of opset 17."""
    made = onnx.ModelProto(ir_version=IR_VERSION, producer_name="galleria")
    made.opset_import.add(domain="", version=OPSET)
    made.graph.name = name
    made.graph.node.extend(nodes)
    made.graph.input.extend(inputs)
    made.graph.output.extend(outputs)
    made.graph.initializer.extend(initialisers)
    return made


def to_bytes(made: Any) -> bytes:  # noqa: ANN401
    """Return the file's bytes."""
    return bytes(made.SerializeToString(deterministic=True))


def from_bytes(content: bytes) -> Any:  # noqa: ANN401
    """Return the model in a file's bytes."""
    made = onnx.ModelProto()
    made.ParseFromString(content)
    return made
