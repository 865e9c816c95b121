"""Reads a TensorFlow.js graph model: nodes and weights, no TensorFlow needed.

Format: a JSON file with `modelTopology` (a GraphDef in JSON, strings in base64) and `weightsManifest`, and binary
files with the weights one after the other.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from galleria.domain.errors import ModelError

REMEDY = "Convert the network to ONNX yourself and bring it with a card of your own (convert.recipe = 'onnx')"


@dataclass(frozen=True, slots=True)
class TfNode:
    """One node of the graph; `inputs` as written, e.g. `split:1` for the second output of `split`."""

    name: str
    op: str
    inputs: tuple[str, ...]
    attributes: Mapping[str, Any]

    def text(self, key: str) -> str:
        return base64.b64decode(self.attributes.get(key, {}).get("s", "")).decode()

    def real(self, key: str) -> float:
        return float(self.attributes[key]["f"])

    def flag(self, key: str) -> bool:
        return bool(self.attributes.get(key, {}).get("b", False))

    def integers(self, key: str) -> list[int]:
        return [int(i) for i in self.attributes[key]["list"]["i"]]

    def sizes(self) -> list[int]:
        """The shape of a placeholder."""
        return [int(d["size"]) for d in self.attributes["shape"]["shape"]["dim"]]


@dataclass(frozen=True, slots=True)
class TfGraph:
    """Nodes by name, and the values of the constants among them."""

    nodes: Mapping[str, TfNode]
    constants: Mapping[str, NDArray[Any]]


def read_graph(files: Mapping[str, bytes]) -> TfGraph:
    """Read a graph model.

    Args:
        files: content by file name: one `.json` and the files its manifest names.

    Raises:
        ModelError: a file is missing, cut short, or uses an encoding of weights that is not read here.
    """
    topology = next((content for name, content in files.items() if name.endswith(".json")), None)
    if topology is None:
        problem = f"there is no .json among {sorted(files)}"
        raise ModelError(problem, "List the graph's .json file in the card's source")
    whole = json.loads(topology)
    nodes = [
        TfNode(n["name"], n["op"], tuple(i for i in n.get("input", ()) if i[0] != "^"), n.get("attr", {}))
        for n in whole["modelTopology"]["node"]
    ]
    constants: dict[str, NDArray[Any]] = {}
    for group in whole["weightsManifest"]:
        missing = [path for path in group["paths"] if path not in files]
        if missing:
            problem = f"the weights {missing} are not among the source files"
            raise ModelError(problem, "List them in the card's source")
        constants |= read_weights(group["weights"], b"".join(files[path] for path in group["paths"]))
    return TfGraph({n.name: n for n in nodes}, constants)


def read_weights(entries: list[dict[str, Any]], content: bytes) -> dict[str, NDArray[Any]]:
    """Return the values by name.

    Args:
        entries: what a manifest says of each: name, shape, type, how it is stored (half precision, or bytes in steps).
        content: the values, one after the other.

    Raises:
        ModelError: an encoding that is not read here, or the content ends too early.
    """
    constants: dict[str, NDArray[Any]] = {}
    offset = 0
    for entry in entries:
        quantised = entry.get("quantization", {})
        stored = quantised.get("dtype", entry["dtype"])
        if stored not in {"float16", "float32", "int32", "uint8"} or (stored == "uint8") != ("scale" in quantised):
            problem = f"weight {entry['name']} is stored as {stored}, which is not read here"
            raise ModelError(problem, REMEDY)
        kind = np.dtype(stored).newbyteorder("<")
        count = math.prod(entry["shape"])
        if offset + count * kind.itemsize > len(content):
            problem = f"the weights end before {entry['name']}"
            raise ModelError(problem, "Pull again with `galleria models pull`")
        values = np.frombuffer(content, kind, count, offset)
        if stored == "uint8":
            values = values * np.float64(quantised["scale"]) + np.float64(quantised["min"])
        constants[entry["name"]] = values.astype(entry["dtype"]).reshape(entry["shape"])
        offset += count * kind.itemsize
    return constants
