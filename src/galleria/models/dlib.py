"""Reads dlib's face recognition network and writes it as ONNX, without dlib.

A `.dat` file is dlib's own archive. A layer stands in it as the length and the letters of its kind, numbers that say
how it is set up, and its parameters as one tensor: a version, four sizes, float32 values. Only kinds and tensors are
read here; what lies between them (states of a training that is over) is skipped. Layers come in the order in which a
picture goes through them, and this network's is known: whatever else is found is refused.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from galleria.domain.errors import ModelError

from . import graph

INPUT, OUTPUT = "images", "embedding"
SIZE = 150
EMBEDDING = 128
STEM, BLOCKS = 32, ((32, 3, False), (64, 3, True), (128, 2, True), (256, 2, True), (256, 0, True))
REMEDY = "Name dlib_face_recognition_resnet_model_v1.dat as the card's source, or convert the network yourself"

# Closer to zero than this, weights change nothing and make processors slow (denormal numbers).
TINY = 1e-30


class Archive:
    """Parameters of one layer after the other.

    Args:
        content: the whole file.
    """

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0

    def parameters(self, kind: str, skipped: int = 0) -> NDArray[np.float32]:
        """Return the flat parameters of the next layer, which must be of a kind.

        Args:
            kind: as written in the file, e.g. `con_4`.
            skipped: how many numbers stand before the parameters.

        Raises:
            ModelError: there is none, or it is cut short.
        """
        word = bytes((1, len(kind))) + kind.encode()
        found = self._content.find(word, self._at)
        if found < 0:
            problem = f"the dlib file has no further layer of the kind {kind}"
            raise ModelError(problem, REMEDY)
        self._at = found + len(word)
        version, *sizes = [self._number() for _ in range(skipped + 5)][skipped:]
        count = math.prod(sizes)
        if version != 2 or self._at + 4 * count > len(self._content):  # noqa: PLR2004
            problem = f"a layer of the kind {kind} has no parameters that are read here"
            raise ModelError(problem, REMEDY)
        values = np.frombuffer(self._content, "<f4", count, self._at).astype(np.float32)
        self._at += 4 * count
        return values

    def ends(self) -> bool:
        """Whether no further layer with weights follows."""
        return all(self._content.find(kind, self._at) < 0 for kind in (b"\x05con_4", b"\x07affine_"))

    def _number(self) -> int:
        """An integer as dlib writes it: a byte with sign and length, then the bytes, the least first."""
        head = self._content[self._at] if self._at < len(self._content) else 0
        length = head & 0x0F
        value = int.from_bytes(self._content[self._at + 1 : self._at + 1 + length], "little")
        self._at += 1 + length
        return -value if head & 0x80 else value


def convert_resnet(content: bytes) -> bytes:
    """Return the ONNX file: `images` (batch, 3, 150, 150) float32 to `embedding` (batch, 128), opset 17.

    The network wants RGB less its mean, divided by 256: that stands in the card.

    Raises:
        ModelError: the content is not dlib's face recognition network.
    """
    archive = Archive(content)
    made = _Resnet(archive)
    name = made.convolution(INPUT, 3, STEM, 7, 2, 0, relu=True)
    name = made.add("MaxPool", [name], kernel_shape=[3, 3], strides=[2, 2])
    side, depth = (SIZE - 7) // 2 + 1, STEM
    side = (side - 3) // 2 + 1
    for width, repeats, halves in BLOCKS:
        if halves:
            name, side = made.halve(name, depth, width, side)
            depth = width
        for _ in range(repeats):
            name = made.residual(name, width)
    flat = made.add("Flatten", [made.add("GlobalAveragePool", [name])])
    matrix = archive.parameters("fc_2", skipped=2).reshape(depth, EMBEDDING)
    if not archive.ends():
        problem = "the dlib file has more layers than the face recognition network"
        raise ModelError(problem, REMEDY)
    made.nodes.append(graph.node("MatMul", [flat, made.keep("projection", matrix)], [OUTPUT]))
    ports = [graph.port(INPUT, ["batch", 3, SIZE, SIZE])], [graph.port(OUTPUT, ["batch", EMBEDDING])]
    return graph.to_bytes(graph.model("dlib-resnet", made.nodes, *ports, list(made.kept.values())))


class _Resnet:
    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.nodes: list[Any] = []
        self.kept: dict[str, Any] = {}

    def add(self, op: str, inputs: list[str], **attributes: Any) -> str:  # noqa: ANN401
        name = f"{len(self.nodes)}/{op}"
        self.nodes.append(graph.node(op, inputs, [name], **attributes))
        return name

    def keep(self, name: str, values: NDArray[Any]) -> str:
        self.kept[name] = graph.tensor(name, values)
        return name

    def convolution(
        self, source: str, depth: int, filters: int, kernel: int, stride: int, pad: int, *, relu: bool
    ) -> str:
        """A convolution with the scaling and offset behind it folded into its weights and bias."""
        both = self.archive.parameters("con_4").astype(np.float64)
        scale, offset = self.scaling(filters)
        count = filters * depth * kernel**2
        if len(both) != count + filters:
            problem = f"a convolution of the dlib file has {len(both)} parameters, not {count + filters}"
            raise ModelError(problem, REMEDY)
        weights = both[:count].reshape(filters, depth, kernel, kernel) * scale[:, None, None, None]
        weights[np.abs(weights) < TINY] = 0
        number = len(self.nodes)
        names = [
            self.keep(f"{number}/weights", weights.astype(np.float32)),
            self.keep(f"{number}/bias", (both[count:] * scale + offset).astype(np.float32)),
        ]
        sizes = {"kernel_shape": [kernel] * 2, "strides": [stride] * 2, "pads": [pad] * 4}
        name = self.add("Conv", [source, *names], **sizes)
        return self.add("Relu", [name]) if relu else name

    def scaling(self, filters: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        values = self.archive.parameters("affine_").astype(np.float64)
        if len(values) != 2 * filters:
            problem = f"a scaling of the dlib file has {len(values)} parameters, not {2 * filters}"
            raise ModelError(problem, REMEDY)
        return values[:filters], values[filters:]

    def residual(self, source: str, width: int) -> str:
        name = self.convolution(source, width, width, 3, 1, 1, relu=True)
        name = self.convolution(name, width, width, 3, 1, 1, relu=False)
        return self.add("Relu", [self.add("Add", [name, source])])

    def halve(self, source: str, depth: int, width: int, side: int) -> tuple[str, int]:
        """A block that halves the picture; dlib adds tensors of unlike sizes as if the smaller ended in zeros."""
        name = self.convolution(source, depth, width, 3, 2, 0, relu=True)
        name = self.convolution(name, width, width, 3, 1, 1, relu=False)
        pooled = self.add("AveragePool", [source], kernel_shape=[2, 2], strides=[2, 2])
        convolved, half = (side - 3) // 2 + 1, side // 2
        name = self.lengthen(name, 0, half - convolved)
        pooled = self.lengthen(pooled, width - depth, 0)
        return self.add("Relu", [self.add("Add", [name, pooled])]), half

    def lengthen(self, source: str, channels: int, pixels: int) -> str:
        if not channels and not pixels:
            return source
        pads = np.array([0, 0, 0, 0, 0, channels, pixels, pixels], np.int64)
        return self.add("Pad", [source, self.keep(f"{len(self.nodes)}/pads", pads)])
