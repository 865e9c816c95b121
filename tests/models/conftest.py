"""The real default model, pulled once into the real cache; and a tiny network that stands for a user's own."""

from pathlib import Path

import numpy as np
import pytest

from galleria.app.models import ensure, pull
from galleria.models import find_card
from galleria.models import graph as onnx_graph
from galleria.models.cache import kept_source, sha256
from galleria.models.cards import Entry


@pytest.fixture(scope="session")
def entry() -> Entry:
    """The default card, all its networks in the cache (fetched from the registry when they are not)."""
    found = find_card()
    if kept_source(found.table.source) is None:
        pull(found)
    for variant in found.variants:
        ensure(found, variant)
    return found


@pytest.fixture
def empty_cache(tmp_path, monkeypatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("GALLERIA_MODELS", str(folder))
    return folder


@pytest.fixture
def tiny_network():
    return make_tiny_network


def make_tiny_network(channels: int = 6, stride: int = 32, *, height="height", width="width") -> bytes:
    """A network in YOLOX's form: one convolution of a whole cell, sigmoid, (n, cells, channels)."""
    weights = np.random.default_rng(5).normal(0, 0.01, (channels, 3, stride, stride)).astype(np.float32)
    nodes = [
        onnx_graph.node(
            "Conv", ["pixels", "w"], ["cells"], kernel_shape=[stride] * 2, strides=[stride] * 2, pads=[0] * 4, group=1
        ),
        onnx_graph.node("Sigmoid", ["cells"], ["likely"]),
        onnx_graph.node("Reshape", ["likely", "shape"], ["flat"]),
        onnx_graph.node("Transpose", ["flat"], ["rows"], perm=[0, 2, 1]),
    ]
    kept = [onnx_graph.tensor("w", weights), onnx_graph.tensor("shape", np.array([0, channels, -1], np.int64))]
    ports = [onnx_graph.port("pixels", ["n", 3, height, width])], [onnx_graph.port("rows", ["n", "cells", channels])]
    return onnx_graph.to_bytes(onnx_graph.model("tiny", nodes, *ports, kept))


CARD = """
id = "tiny"
task = "person-detection"
codec = "yolox"
options = {{ strides = [32] }}
licence = {{ spdx = "CC0-1.0" }}
source = {{ registry = "file", files = [{{ path = "tiny.onnx", sha256 = "{sha}" }}] }}
input = {{ name = "pixels", width = 96, height = 64, multiple = 32 }}
"""


@pytest.fixture
def own_card(tmp_path):
    """Write a network of some shape and a card beside it; `change` replaces text of the card."""

    def write(shape: dict[str, int] | None = None, change: tuple[str, str] = ("", "")) -> Path:
        network = make_tiny_network(**(shape or {}))
        (tmp_path / "tiny.onnx").write_bytes(network)
        text = CARD.format(sha=sha256(network))
        assert change[0] in text
        text = text.replace(*change) if change[0] else text
        path = tmp_path / "tiny.toml"
        path.write_text(text)
        return path

    return write
